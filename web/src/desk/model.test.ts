import { describe, expect, test } from "vitest";
import type { Conditions, Conversation, Inbox, Row, SavedView } from "$/api/types";
import { emptyModel, hear, inverseOf, neighbour, shownRows, timeLeft, type Model } from "./model";
import { belongs, compareRows, countsOf, views, type Saved, type View } from "./views";

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
    opened_at: at(0),
    last_at: at(0),
    last_number: 1,
    ...given,
  };
}

/** What the server would answer: the rules of the contract over a whole desk. */
function fresh(all: Row[], view: View, position: number, limit = 50, saved?: Saved): Inbox {
  const counts = Object.fromEntries(views.map((one) => [one, all.filter((r) => belongs(r, one, me)).length]));
  const tallies = (kind: "team" | "topic") =>
    [...new Set(all.map((r) => r[kind].id))]
      .map((id) => ({ id, n: all.filter((r) => belongs(r, `${kind}:${id}`, me)).length }))
      .filter(({ n }) => n > 0);
  const items = all.filter((r) => belongs(r, view, me, saved)).sort((a, b) => compareRows(view, a, b, saved));
  return {
    items: items.slice(0, limit),
    next: items.length > limit ? "more" : null,
    counts: { ...counts, teams: tallies("team"), topics: tallies("topic") } as unknown as Inbox["counts"],
    now: at(0),
    position,
  };
}

const any: Conditions = {
  state: [],
  team: [],
  assignee: [],
  topic: [],
  priority: [],
  segment: [],
  channel: [],
  at_risk: null,
  breached: null,
  unanswered: null,
};
const kept = (conditions: Partial<Conditions>, id: string): SavedView => ({
  id,
  name: `view ${id}`,
  team: "",
  team_name: "",
  owner: "I",
  own: true,
  conditions: { ...any, ...conditions },
  count: 0,
  more: false,
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

describe("a change that is heard", () => {
  test("a new conversation comes in at its due instant, and is counted", () => {
    const model = hear(start([row(1), row(3)]), { kind: "row", position: 11, row: row(2) });
    expect(model.order).toEqual(["1", "2", "3"]);
    expect(model.counts.open).toBe(3);
    expect(model.countsStale).toBe(false);
  });
  test("one that is resolved leaves the view and moves between the counts", () => {
    const model = hear(start([row(1), row(2)]), { kind: "row", position: 11, row: row(1, { state: "resolved" }) });
    expect(model.order).toEqual(["2"]);
    expect(model.counts).toMatchObject({ open: 1, resolved: 1, unassigned: 1, all: 2 });
  });
  test("what came while a snapshot was on its way is not lost, and not counted twice", () => {
    const inbox = fresh([row(1), row(2)], "open", 20);
    const meanwhile = [
      { position: 20, row: row(1, { state: "pending" }) },
      { position: 21, row: row(2, { state: "resolved" }) },
    ];
    const model = hear(emptyModel(me), { kind: "snapshot", view: "open", inbox, meanwhile });
    expect(model.order).toEqual(["1"]);
    expect(model.counts).toMatchObject({ open: 1, waiting: 0, resolved: 1 });
    expect(model.position).toBe(21);
  });
  test("an old position changes nothing", () => {
    const model = start([row(1)]);
    expect(hear(model, { kind: "row", position: 10, row: row(1, { state: "closed" }) })).toBe(model);
  });
  test("a row never seen with a history leaves the counts to the next snapshot", () => {
    const model = hear(start([row(1)]), { kind: "row", position: 11, row: row(9, { last_at: at(5) }) });
    expect(model.countsStale).toBe(true);
    expect(model.counts.open).toBe(1);
    expect(model.order).toEqual(["1", "9"]);
  });
  test("what belongs behind the loaded pages waits for them", () => {
    const all = [row(1), row(2), row(3)];
    const model = hear(start(all, "open", 2), { kind: "row", position: 11, row: row(9) });
    expect(model.order).toEqual(["1", "2"]);
    expect(model.counts.open).toBe(4);
  });
  test("a page read before a live change does not bring the old row back", () => {
    let model = start([row(1), row(2), row(3)], "open", 2);
    model = hear(model, {
      kind: "row",
      position: 11,
      row: row(3, { state: "closed", last_number: 4, last_at: at(1) }),
    });
    model = hear(model, { kind: "page", inbox: { ...fresh([row(3)], "open", 10), next: null } });
    expect(model.order).toEqual(["1", "2"]);
  });
});

test("snapshot and changes give a fresh snapshot, in every view", () => {
  // A small fixed generator: the same numbers each time.
  let seed = 42;
  const pick = (below: number) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  const states = ["open", "pending", "on_hold", "resolved", "closed"];
  let seen = 0;
  const every: View[] = [...views, "team:desk", "topic:refund", "saved:1", "saved:2", "saved:3"];
  for (const view of every) {
    const all = new Map(Array.from({ length: 12 }, (_, n) => [n, row(n)]));
    let model = start([...all.values()], view, 50, counted([...all.values()]));
    for (let position = 11; position < 120; position++) {
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
      seen += Number(model.rows.has(String(id)));
      model = hear(model, { kind: "row", position, row: after });
      const now = [...all.values()];
      const wanted = fresh(now, view, position, 50, askedFor);
      expect(shownRows(model)).toEqual(wanted.items);
      if (model.countsStale) {
        model = hear({ ...model, saved: counted(now) }, { kind: "snapshot", view, inbox: wanted, meanwhile: [] });
      }
      const none = Object.fromEntries(Object.keys(model.counts).map((one) => [one, 0]));
      expect(model.counts).toEqual({ ...none, ...countsOf(wanted.counts) });
      expect(model.saved).toEqual(counted(now));
    }
  }
  // Many changes were to rows that the model knew: its own counting was put to the proof.
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
