/**
 * The desk's own client, as it is, on recorded desks: its line is cut for 1 s to 8 h of simulated time, answers come
 * late, in another order or not at all, the server ends and comes back. In the end it shows what the server has.
 * tests/feed_test.cpp plays the same recordings through the real hub.
 */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { desk as api, Failure } from "$/api/client";
import type { Row } from "$/api/types";
import { InboxState } from "./inbox.svelte";
import { FakeSocket, Line, someTimeMs } from "./testing/line";
import { chance, RecordedServer, recordings, type Recording } from "./testing/recorded";
import { compareKeys, countsOf, isByDue, isView, keyOf, type View } from "./views";

const long = process.env.SUKI_LONG !== undefined;
const seedOfRun = Number(process.env.SUKI_SEED ?? Math.floor(Math.random() * 1e9));
const rounds = long ? 1_000 : 40;
/** Small, so that there are many pages. */
const pageRows = 6;

test("there are recordings", () => {
  expect(recordings.length).toBeGreaterThanOrEqual(2);
  for (const { steps } of recordings) expect(steps.length).toBeGreaterThan(100);
});

describe.each(recordings)("the server of this test on $name", (recording) => {
  test("says what the real one said to those who came back", () => {
    const server = new RecordedServer(recording);
    let asked = 0;
    for (const step of recording.steps) {
      server.take(step);
      if (step === recording.steps[0]) {
        server.subscribe(null, () => undefined);
        server.round();
      }
      for (const { after, told } of step.answers) {
        expect(server.missed(after)?.map(([position]) => position) ?? null, `after ${after}`).toEqual(told);
        asked++;
      }
    }
    expect(asked).toBeGreaterThan(15);
  });
  test("has the real one's order in every view", () => {
    const server = new RecordedServer(recording);
    let looked = 0;
    for (const step of recording.steps) {
      server.take(step);
      for (const [view, ids] of step.views) {
        expect(
          server.order(view).map(({ id }) => id),
          view,
        ).toEqual(ids);
        expect(countsOf(step.counts)[view] ?? 0, `count of ${view}`).toBe(ids.length);
        looked++;
      }
    }
    expect(looked).toBeGreaterThan(100);
  });
});

const views: readonly View[] = [
  "open",
  "mine",
  "unassigned",
  "at_risk",
  "waiting",
  "all",
  "team:front",
  "topic:question",
];

/** One client through a whole recording. */
async function play(recording: Recording, seed: number) {
  const pick = chance(seed);
  const server = new RecordedServer(recording);
  const line = new Line(server, pick);
  FakeSocket.through = line;
  vi.spyOn(Math, "random").mockImplementation(() => pick(1_000) / 1_000);
  vi.spyOn(api, "views").mockResolvedValue({ items: [], position: 0 });
  vi.spyOn(api, "inbox").mockImplementation((view, cursor, limit = pageRows) => {
    if (!isView(view)) throw new Error(`asked for the view ${view}`);
    return line.inbox(view, cursor, Math.min(limit, pageRows));
  });
  // The page is opened at some time, and much happens just then.
  const start = pick(recording.steps.length >> 1);
  for (const step of recording.steps.slice(0, start + 1)) server.take(step);
  vi.setSystemTime(recording.steps[start + 10]?.at ?? 0);

  const told = { anew: 0, changed: 0 };
  const inbox = new InboxState({
    switched: () => undefined,
    listed: () => undefined,
    changed: () => told.changed++,
    anew: () => told.anew++,
    lost: () => undefined,
    failed: (error) => {
      if (error instanceof Failure) return error;
      throw error;
    },
  });
  inbox.enter(recording.me, "open");
  void inbox.loadView("open");
  let ending = false;
  const comeAndGo = () => {
    if (ending) return;
    if (line.whole) line.cut();
    else line.mend();
    setTimeout(comeAndGo, someTimeMs(pick));
  };
  setTimeout(comeAndGo, someTimeMs(pick));

  /** What somebody at the desk does; who is told that a list could not be read tries again. */
  let failed: View | null = null;
  const look = async (view: View) => {
    failed = null;
    await inbox.loadView(view);
    if (inbox.listFailure && inbox.model.view === view) failed = view;
  };
  const act = () => {
    if (failed !== null && inbox.listFailure) void look(failed);
    else if (pick(25) === 0) void look(views[pick(views.length)] ?? "all");
    if (pick(3) === 0) void inbox.loadMore();
    if (pick(100) === 0) {
      line.drop();
      server.restart();
    }
  };
  let compared = 0;
  let wrong = "";
  const compare = (when: string) => {
    const quiet = server.watched && server.settled && line.underWay === 0 && !inbox.loading && !inbox.listFailure;
    if (!quiet || wrong !== "") return;
    compared++;
    const { counts, loaded, shown, view } = inbox.model;
    const there = server.order(view).filter((row) => {
      if (typeof loaded === "string") return loaded === "all";
      return compareKeys(isByDue(view), keyOf(row, view), loaded) <= 0;
    });
    const told = (rows: readonly Row[]) => rows.map((row) => JSON.stringify(row)).join("\n");
    if (told(shown) !== told(there))
      wrong = `${when}, ${view}: shown are\n${told(shown)}\nbut there are\n${told(there)}`;
    const counted = server.countsShown && countsOf(server.countsShown);
    if (JSON.stringify(counts) !== JSON.stringify(counted)) wrong = `${when}: counts are others`;
  };

  for (let next = start + 1; next < recording.steps.length;) {
    // Several in the same moment, now and then, so that they come between a question and its answer.
    const burst = recording.steps.slice(next, next + (pick(3) === 0 ? 2 + pick(14) : 1));
    next += burst.length;
    await vi.advanceTimersByTimeAsync(Math.max(0, (burst.at(-1)?.at ?? 0) - Date.now()));
    compare(`before step ${next}`);
    for (const step of burst) {
      server.take(step);
      setTimeout(() => server.round(), pick(120));
      act();
      await vi.advanceTimersByTimeAsync(pick(2) * pick(400));
    }
    await vi.advanceTimersByTimeAsync(pick(20_000));
    compare(`after step ${next - 1}`);
  }
  ending = true;
  line.mend();
  // The longest wait before a connection is tried again is half a minute; an answer may take as long.
  for (let i = 0; i < 60; i++) {
    await vi.advanceTimersByTimeAsync(10_000);
    server.round();
    if (failed !== null && inbox.listFailure) void look(failed);
    else void inbox.loadMore();
  }
  compare("at the end");
  const { link, model } = inbox;
  inbox.leave();
  if (wrong === "" && (link !== "live" || model.next !== null || inbox.listFailure)) wrong = `at the end it is ${link}`;
  return { wrong, rows: model.shown.length, compared, tally: line.tally, told };
}

describe.each(recordings)("wherever the line is cut on $name", (recording) => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("WebSocket", FakeSocket);
    vi.stubGlobal("location", { protocol: "http:", host: "desk.example" });
    vi.stubGlobal("addEventListener", () => undefined);
    vi.stubGlobal("removeEventListener", () => undefined);
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  test("the desk shows in the end what the server has", { timeout: long ? 600_000 : 30_000 }, async () => {
    const all = { cuts: 0, cameBack: 0, rowsMissed: 0, snapshots: 0, lostReads: 0, rows: 0, anew: 0, compared: 0 };
    for (let seed = seedOfRun; seed < seedOfRun + rounds; seed++) {
      const { compared, rows, tally, told, wrong } = await play(recording, seed);
      expect(wrong, `to repeat: SUKI_SEED=${seed} npx vitest run recorded`).toBe("");
      for (const key of ["cuts", "cameBack", "rowsMissed", "snapshots", "lostReads"] as const) all[key] += tally[key];
      all.rows += rows;
      all.anew += told.anew;
      all.compared += compared;
    }
    // It was no walk in the park.
    expect(all.cuts).toBeGreaterThan(5 * rounds);
    expect(all.cameBack).toBeGreaterThan(2 * rounds);
    expect(all.rowsMissed).toBeGreaterThan(rounds / 2);
    expect(all.snapshots).toBeGreaterThan(2 * rounds);
    expect(all.lostReads).toBeGreaterThan(2 * rounds);
    expect(all.rows).toBeGreaterThan(pageRows * rounds * 0.5);
    expect(all.compared).toBeGreaterThan(5 * rounds);
    expect(all.anew).toBeGreaterThan(rounds);
  });
});
