import { describe, expect, test } from "vitest";
import type { Conditions, Conversation, Inbox, Row, SavedView } from "$/api/types";
import { nothingAsked } from "./kept";
import { emptyModel, hear, inverseOf, neighbour, timeLeft, type Model } from "./model";
import {
  belongs,
  compareKeys,
  compareRows,
  countsOf,
  isByDue,
  keyOf,
  keyOfCursor,
  microseconds,
  views,
  type Saved,
  type View,
} from "./views";

const me = "7";
const at = (minutes: number) => new Date(Date.UTC(2026, 10, 23, 8, minutes)).toISOString();

function row(id: number, given: Partial<Row> = {}): Row {
  return {
    id: String(id),
    subject: `matter ${id}`,
    preview: "",
    customer: "Nena",
    state: "open",
    channel: "form",
    channel_id: "web",
    at_risk: false,
    topic: { id: "repair", name: "Repair" },
    priority: { id: "normal", name: "Normal" },
    team: { id: "desk", name: "Desk" },
    assignee: null,
    segment: null,
    next_due: { target: "first_reply", due_at: at(id), status: "running", at_risk: false },
    breached: false,
    unanswered: true,
    erased: false,
    opened_at: at(0),
    last_at: at(0),
    last_number: 1,
    ...given,
  };
}

const cursorOf = (row: Row, view: View, saved?: Saved) => {
  const { sort, id } = keyOf(row, view, saved);
  return `${sort === Infinity ? "9223372036854775807" : String(sort)}.${id}`;
};

/** What the server would answer: the rules of the contract over a whole desk. `cursor`: of the page before. */
function fresh(all: Row[], view: View, position: number, limit = 50, saved?: Saved, cursor?: string): Inbox {
  const counts = Object.fromEntries(views.map((one) => [one, all.filter((r) => belongs(r, one, me)).length]));
  const tallies = (kind: "team" | "topic") =>
    [...new Set(all.map((r) => r[kind].id))]
      .map((id) => ({ id, n: all.filter((r) => belongs(r, `${kind}:${id}`, me)).length }))
      .filter(({ n }) => n > 0);
  const behind = cursor === undefined ? undefined : keyOfCursor(cursor);
  const items = all
    .filter((r) => belongs(r, view, me, saved))
    .filter((r) => !behind || compareKeys(isByDue(view, saved), keyOf(r, view, saved), behind) > 0)
    .sort((a, b) => compareRows(view, a, b, saved));
  const last = items[limit - 1];
  return {
    items: items.slice(0, limit),
    next: items.length > limit && last ? cursorOf(last, view, saved) : null,
    counts: { ...counts, teams: tallies("team"), topics: tallies("topic") } as unknown as Inbox["counts"],
    now: at(0),
    position,
  };
}

const kept = (conditions: Partial<Conditions>, id: string): SavedView => ({
  id,
  name: `view ${id}`,
  team: "",
  team_name: "",
  owner: "I",
  own: true,
  conditions: { ...nothingAsked, ...conditions },
  count: 0,
});
const askedFor: Saved = new Map(
  [
    kept({ state: ["open", "pending"], assignee: ["me", "nobody"] }, "1"),
    kept({ team: ["desk"], at_risk: true }, "2"),
    kept({ topic: ["refund", "repair"], breached: false }, "3"),
  ].map((view) => [view.id, view]),
);
const counted = (all: Row[]): Saved =>
  new Map(
    [...askedFor].map(([id, view]) => [
      id,
      { ...view, count: all.filter((r) => belongs(r, `saved:${id}`, me, askedFor)).length },
    ]),
  );

const start = (all: Row[], view: View = "open", limit = 50, saved: Saved = new Map()): Model =>
  hear(
    { ...emptyModel(me, view), saved },
    { kind: "snapshot", view, inbox: fresh(all, view, 10, limit, saved), meanwhile: [] },
  );

const ids = (model: Model) => model.shown.map(({ id }) => id);

describe("a change that is heard", () => {
  test("a new conversation comes in at its due instant", () =>
    expect(ids(hear(start([row(1), row(3)]), { kind: "row", position: 11, row: row(2) }))).toEqual(["1", "2", "3"]));
  test("one that is resolved leaves the view", () =>
    expect(
      ids(hear(start([row(1), row(2)]), { kind: "row", position: 11, row: row(1, { state: "resolved" }) })),
    ).toEqual(["2"]));
  test("what came while a snapshot was on its way is not lost", () => {
    const inbox = fresh([row(1), row(2)], "open", 20);
    const meanwhile = [
      { position: 20, row: row(1, { state: "pending" }) },
      { position: 21, row: row(2, { state: "resolved" }) },
    ];
    const model = hear(emptyModel(me), { kind: "snapshot", view: "open", inbox, meanwhile });
    expect(ids(model)).toEqual(["1"]);
    expect(model.position).toBe(21);
  });
  test("an old position changes nothing", () => {
    const model = start([row(1)]);
    expect(hear(model, { kind: "row", position: 10, row: row(1, { state: "closed" }) })).toBe(model);
  });
  test("a row that a later page has overtaken does not come back", () => {
    let model = start([row(1, { last_number: 5 }), row(2)]);
    model = hear(model, { kind: "row", position: 11, row: row(1, { last_number: 4, state: "closed" }) });
    expect(ids(model)).toEqual(["1", "2"]);
    expect(model.position).toBe(11);
  });
  test("due instants a microsecond apart keep the server's order", () => {
    const due = (time: string) => ({ target: "first_reply", due_at: time, status: "running", at_risk: false });
    const all = [
      row(1, { next_due: due("2026-11-23T08:00:00.000002Z") }),
      row(2, { next_due: due("2026-11-23T08:00:00.00001Z") }),
      row(3, { next_due: due("2026-11-23T08:00:00.000001Z") }),
    ];
    let model = start([]);
    all.forEach((one, n) => (model = hear(model, { kind: "row", position: 11 + n, row: one })));
    expect(ids(model)).toEqual(["3", "1", "2"]);
    expect(microseconds("2026-11-23T08:00:00.00001Z") - microseconds("2026-11-23T08:00:00Z")).toBe(10);
  });
});

describe("counts", () => {
  const counts = (open: number) => ({ ...fresh([], "open", 0).counts, open });
  test("are what the server said last, whatever the order they come in", () => {
    let model = start([row(1)]);
    model = hear(model, { kind: "counts", counts: counts(7), at: 12 });
    model = hear(model, { kind: "counts", counts: counts(6), at: 11 });
    expect(model.counts.open).toBe(7);
  });
  test("of a snapshot stand against earlier ones that come behind it, and go before later ones", () => {
    let model = hear(emptyModel(me), { kind: "counts", counts: counts(7), at: 12 });
    const inbox = { ...fresh([], "open", 11), counts: counts(5) };
    model = hear(model, { kind: "snapshot", view: "open", inbox, meanwhile: [] });
    expect(model.counts.open).toBe(7);
    model = hear(model, {
      kind: "snapshot",
      view: "open",
      inbox: { ...inbox, position: 13 },
      meanwhile: [],
    });
    expect(model.counts.open).toBe(5);
  });
  test("stand when positions began anew, against those of before and for those that come behind", () => {
    let model = hear(emptyModel(me), { kind: "counts", counts: counts(7), at: 12 });
    model = hear(model, { kind: "another run" });
    model = hear(model, { kind: "counts", counts: counts(5), at: 4 });
    const inbox = { ...fresh([], "open", 3), counts: counts(6) };
    model = hear(model, { kind: "snapshot", view: "open", inbox, meanwhile: [] });
    expect(model.counts.open, "the list was read before those").toBe(5);
    model = hear(model, { kind: "snapshot", view: "open", inbox: { ...inbox, position: 4 }, meanwhile: [] });
    expect(model.counts.open).toBe(6);
  });
});

describe("kept filters", () => {
  const all = [row(1, { state: "open" }), row(2, { topic: { id: "other", name: "Other" } })];
  const closed = { ...row(1), state: "closed", last_number: 2 };
  test("are forecast, and then asked for", () => {
    let model = start(all, "open", 50, counted(all));
    const before = model.saved.get("1")?.count ?? 0;
    model = hear(model, { kind: "row", position: 11, row: closed });
    expect(model.saved.get("1")?.count).toBe(before - 1);
    expect(model.savedStale).toBe(true);
    const items = [...counted([closed]).values()];
    expect(hear(model, { kind: "saved", items, asOf: model.savedHeard }).savedStale).toBe(false);
    expect(hear(model, { kind: "saved", items, asOf: model.savedHeard - 1 }).savedStale, "asked before it").toBe(true);
  });
  test("are asked for when a row came that nobody knew, also one that the list has", () => {
    const model = start(all, "open", 50, counted(all));
    expect(hear(model, { kind: "row", position: 11, row: row(9) }).savedStale).toBe(true);
    expect(hear(start(all, "open", 1, counted(all)), { kind: "row", position: 10, row: row(9) }).savedStale).toBe(true);
  });
  test("stay where a change is none of theirs", () => {
    const free = row(2, {
      topic: { id: "other", name: "Other" },
      team: { id: "shop", name: "Shop" },
      state: "resolved",
    });
    const model = start([free], "all", 50, counted([free]));
    expect(hear(model, { kind: "row", position: 11, row: { ...free, last_number: 2 } }).savedStale).toBe(false);
  });
});

describe("pages", () => {
  const page = (model: Model, inbox: Inbox) => hear(model, { kind: "page", inbox });
  const all = Array.from({ length: 9 }, (_, n) => row(n + 1));
  const first = () => start(all, "open", 3);
  const next = (from: Row[], model: Model) => fresh(from, "open", 10, 3, undefined, model.next ?? "");

  test("what belongs behind those that are loaded waits for them", () =>
    expect(ids(hear(first(), { kind: "row", position: 11, row: row(99) }))).toEqual(["1", "2", "3"]));
  test("one that moves behind those that are loaded goes, and comes with its page", () => {
    const moved = row(2, { next_due: row(5).next_due, last_number: 2 });
    let model = hear(first(), { kind: "row", position: 11, row: moved });
    expect(ids(model)).toEqual(["1", "3"]);
    model = page(model, next([...all.filter(({ id }) => id !== "2"), moved], model));
    expect(ids(model)).toEqual(["1", "3", "4", "2", "5"]);
  });
  test("a page that was read before a live change does not bring the old row back", () => {
    let model = first();
    const stale = next(all, model);
    model = hear(model, { kind: "row", position: 11, row: row(5, { state: "closed", last_number: 4 }) });
    expect(ids(page(model, stale))).toEqual(["1", "2", "3", "4", "6"]);
  });
  test("one that moved into a page while that was read is not skipped", () => {
    let model = first();
    const stale = next(all, model);
    model = hear(model, { kind: "row", position: 11, row: row(2, { next_due: row(5).next_due, last_number: 2 }) });
    expect(ids(page(model, stale))).toEqual(["1", "3", "4", "2", "5", "6"]);
  });
  test("one that moved up while its page was read is there once", () => {
    let model = first();
    const stale = next(all, model);
    model = hear(model, { kind: "row", position: 11, row: row(5, { next_due: row(1).next_due, last_number: 2 }) });
    expect(ids(page(model, stale))).toEqual(["1", "5", "2", "3", "4", "6"]);
  });
  test("a page that knows more than was heard moves the row at once", () => {
    const moved = row(2, { next_due: row(5).next_due, last_number: 2 });
    let model = first();
    model = page(model, next([...all.filter(({ id }) => id !== "2"), moved], model));
    expect(ids(model)).toEqual(["1", "3", "4", "2", "5"]);
  });
});

/** A small fixed generator: the same numbers each time. */
function chance(seed: number): (below: number) => number {
  return (below) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
}

test.each([1, 2, 3, 4])("snapshot, pages and changes give a fresh snapshot, in every view (seed %i)", (seed) => {
  const pick = chance(seed);
  const states = ["open", "pending", "on_hold", "resolved", "closed"];
  let seen = 0;
  const every: View[] = [...views, "team:desk", "topic:refund", "saved:1", "saved:2", "saved:3"];
  for (const view of every) {
    const all = new Map(Array.from({ length: 12 }, (_, n) => [n, row(n)]));
    const server = (position: number, cursor?: string) => fresh([...all.values()], view, position, 5, askedFor, cursor);
    let model = start([...all.values()], view, 5, counted([...all.values()]));
    /** A page that was asked for and has not come: rows change meanwhile. */
    let late: Inbox | null = null;
    for (let position = 11; position < 160; position++) {
      const id = pick(20);
      const before = all.get(id);
      const after = row(id, {
        state: before ? (states[pick(5)] ?? "open") : "open",
        assignee: pick(2) ? { id: me, name: "I" } : null,
        team: pick(2) ? { id: "desk", name: "Desk" } : { id: "shop", name: "Shop" },
        topic: pick(2) ? { id: "refund", name: "Refund" } : { id: "repair", name: "Repair" },
        at_risk: pick(2) === 0,
        breached: pick(3) === 0,
        next_due: pick(3) ? { target: "next_reply", due_at: at(pick(600)), status: "running", at_risk: false } : null,
        last_at: before ? at(position) : at(0),
        last_number: position,
      });
      all.set(id, after);
      seen += Number(model.known.has(String(id)));
      model = hear(model, { kind: "row", position, row: after });
      if (late && pick(2)) {
        model = hear(model, { kind: "page", inbox: late });
        late = null;
      } else if (!late && model.next !== null && pick(4) === 0) {
        late = server(position, model.next);
      } else if (!late && pick(12) === 0) {
        model = hear(model, { kind: "snapshot", view, inbox: server(position), meanwhile: [] });
      }
      model = hear(model, { kind: "counts", counts: server(position).counts, at: position });
      if (model.savedStale) {
        const items = [...counted([...all.values()]).values()];
        model = hear(model, { kind: "saved", items, asOf: model.savedHeard });
      }
      const wanted = fresh([...all.values()], view, position, 50, askedFor);
      const { loaded } = model;
      const upTo = (r: Row) =>
        typeof loaded === "string" || compareKeys(isByDue(view, askedFor), keyOf(r, view, askedFor), loaded) <= 0;
      expect(model.shown, `seed ${seed}, ${view}, position ${position}`).toEqual(wanted.items.filter(upTo));
      expect(model.counts).toEqual(countsOf(wanted.counts));
      expect(model.saved).toEqual(counted([...all.values()]));
      expect([...model.known.keys()].sort()).toEqual(model.shown.map((r) => r.id).sort());
    }
  }
  // Many changes were to rows that the model knew.
  expect(seen).toBeGreaterThan(200);
});

describe("time left", () => {
  const due = { target: "first_reply", due_at: at(10), status: "running", at_risk: false };
  const now = Date.parse(at(10));
  test("exactly at the due instant is not over", () => expect(timeLeft(due, now).urgency).toBe("calm"));
  test("a millisecond later is", () => expect(timeLeft(due, now + 1)).toMatchObject({ urgency: "over", ms: 1 }));
  test("at risk is what the server said", () =>
    expect(timeLeft({ ...due, at_risk: true }, now - 60_000)).toMatchObject({ urgency: "risk", ms: 60_000 }));
  test("a paused clock has no instant", () =>
    expect(timeLeft({ ...due, due_at: null, status: "paused" }, now).urgency).toBe("paused"));
  test("no promise, no time", () => expect(timeLeft(null, now).urgency).toBe("none"));
});

describe("moving in the list", () => {
  const model = start([row(1), row(2), row(3)]);
  test.each([
    [null, 1, "1"],
    ["1", 1, "2"],
    ["3", 1, "3"],
    ["1", -1, "1"],
    ["gone", 1, "1"],
  ] as const)("from %s by %i: %s", (from, steps, to) => expect(neighbour(model, from, steps)).toBe(to));
  test("an empty view has nowhere to go", () => expect(neighbour(start([]), null, 1)).toBe(null));
});

describe("undo", () => {
  const before = {
    row: row(1, { state: "on_hold", assignee: { id: "3", name: "Ben" } }),
    hold_reason: "parts",
  } as Conversation;
  test("gives back state with its reason, assignee, topic, priority, team and segment", () =>
    expect(
      inverseOf(before, {
        state: "open",
        assignee: "",
        topic: "refund",
        priority: "high",
        team: "repairs",
        segment: "vip",
      }),
    ).toEqual({
      state: "on_hold",
      reason: "parts",
      assignee: "3",
      topic: "repair",
      priority: "normal",
      team: "desk",
      segment: "",
    }));
  test("of what changed nothing there is none", () => expect(inverseOf(before, { topic: "repair" })).toBe(null));
});
