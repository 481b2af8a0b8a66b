/**
 * What the desk knows of the inbox: a snapshot and the changes since. Pure: no fetch, no clock, no component.
 * Snapshot + changes gives what a fresh snapshot would give, as far as it is loaded.
 */
import type { Change, Conversation, Inbox, NextDue, Row } from "$/api/types";
import {
  belongs,
  compareRows,
  countsAfter,
  countsOf,
  savedAfter,
  type Saved,
  type View,
  type ViewCounts,
} from "./views";

export interface Model {
  readonly view: View;
  /** The agent at this desk. */
  readonly me: string;
  /** Every row heard of, also those outside the view: they tell how the counts change. */
  readonly rows: ReadonlyMap<string, Row>;
  /** What the view shows, in its order. */
  readonly order: readonly string[];
  /** Cursor of the next page; null: all is loaded. */
  readonly next: string | null;
  readonly counts: ViewCounts;
  readonly saved: Saved;
  readonly position: number;
  /** A change came to a row never seen before, so the counts may be off until the next snapshot. */
  readonly countsStale: boolean;
}

export interface RowChange {
  position: number;
  row: Row;
}

export type Heard =
  /** `meanwhile`: what the feed said while the snapshot was on its way, which may be newer than it. */
  | { kind: "snapshot"; view: View; inbox: Inbox; meanwhile: readonly RowChange[] }
  | { kind: "page"; inbox: Inbox }
  | ({ kind: "row" } & RowChange);

export const emptyModel = (me: string, view: View = "open"): Model => ({
  view,
  me,
  rows: new Map(),
  order: [],
  next: null,
  counts: {},
  saved: new Map(),
  position: 0,
  countsStale: false,
});

export function hear(model: Model, heard: Heard): Model {
  switch (heard.kind) {
    case "snapshot": {
      const { inbox, view } = heard;
      const fresh: Model = {
        ...model,
        view,
        rows: new Map(inbox.items.map((row) => [row.id, row])),
        order: inbox.items.map((row) => row.id),
        next: inbox.next,
        counts: countsOf(inbox.counts),
        position: inbox.position,
        countsStale: false,
      };
      return heard.meanwhile.reduce((now, change) => hear(now, { kind: "row", ...change }), fresh);
    }
    case "page":
      return hearPage(model, heard.inbox);
    case "row":
      return heard.position <= model.position ? model : hearRow(model, heard.row, heard.position);
  }
}

function hearPage(model: Model, inbox: Inbox): Model {
  const rows = new Map(model.rows);
  const known = new Set(model.order);
  const order = [...model.order];
  for (const row of inbox.items) {
    // What came live since the page was read is newer.
    const had = rows.get(row.id);
    if (!had || had.last_number <= row.last_number) rows.set(row.id, row);
    if (!known.has(row.id) && belongs(rows.get(row.id) ?? row, model.view, model.me, model.saved)) order.push(row.id);
  }
  return { ...model, rows, order, next: inbox.next };
}

function hearRow(model: Model, row: Row, position: number): Model {
  const before = model.rows.get(row.id);
  const rows = new Map(model.rows).set(row.id, row);
  // A row never seen is new only if its history has just begun; otherwise its old place is unknown.
  const unknown = before === undefined && row.opened_at !== row.last_at;
  return {
    ...model,
    rows,
    order: placed(model, rows, row),
    counts: unknown ? model.counts : countsAfter(model.counts, before, row, model.me),
    saved: unknown ? model.saved : savedAfter(model.saved, before, row, model.me),
    position,
    countsStale: model.countsStale || unknown,
  };
}

/** The order with `row` at its place, or without it where it does not belong. */
function placed(model: Model, rows: ReadonlyMap<string, Row>, row: Row): readonly string[] {
  const order = model.order.filter((id) => id !== row.id);
  if (!belongs(row, model.view, model.me, model.saved)) return order;
  let at = order.findIndex((id) => {
    const other = rows.get(id);
    return other !== undefined && compareRows(model.view, row, other, model.saved) < 0;
  });
  if (at === -1) {
    // After everything loaded: it belongs to a later page, unless it was shown already or there is none.
    if (model.next !== null && !model.order.includes(row.id)) return order;
    at = order.length;
  }
  order.splice(at, 0, row.id);
  return order;
}

export const shownRows = (model: Model): Row[] =>
  model.order.map((id) => model.rows.get(id)).filter((row): row is Row => row !== undefined);

/** The row `steps` away from `id` in the view's order, held at the ends; the first one when `id` is not shown. */
export function neighbour(model: Model, id: string | null, steps: number): string | null {
  const at = id === null ? -1 : model.order.indexOf(id);
  if (at === -1) return model.order[0] ?? null;
  return model.order[Math.min(model.order.length - 1, Math.max(0, at + steps))] ?? null;
}

// ---- time left ----

export type Urgency = "none" | "paused" | "calm" | "risk" | "over";
export interface TimeLeft {
  urgency: Urgency;
  /** Until the due instant, or since it; 0 where there is none. */
  ms: number;
  target: string;
}

/** What a row's next promise looks like at `now` (UTC milliseconds, server time). */
export function timeLeft(due: NextDue | null, now: number): TimeLeft {
  if (!due) return { urgency: "none", ms: 0, target: "" };
  if (due.status === "paused" || due.due_at === null) return { urgency: "paused", ms: 0, target: due.target };
  const left = Date.parse(due.due_at) - now;
  // Exactly at the due instant is still met.
  if (left < 0) return { urgency: "over", ms: -left, target: due.target };
  return { urgency: due.at_risk ? "risk" : "calm", ms: left, target: due.target };
}

// ---- undo ----

/** The change that takes `change` back, given how the conversation was before; null where nothing could be. */
export function inverseOf(before: Conversation, change: Change): Change | null {
  const { row } = before;
  const inverse: Change = {};
  if (change.state !== undefined && change.state !== row.state) {
    inverse.state = row.state;
    if (row.state === "on_hold" && before.hold_reason !== "") inverse.reason = before.hold_reason;
  }
  if (change.topic !== undefined && change.topic !== row.topic.id) inverse.topic = row.topic.id;
  if (change.priority !== undefined && change.priority !== row.priority.id) inverse.priority = row.priority.id;
  if (change.team !== undefined && change.team !== row.team.id) inverse.team = row.team.id;
  if (change.assignee !== undefined && change.assignee !== (row.assignee?.id ?? "")) {
    inverse.assignee = row.assignee?.id ?? "";
  }
  if (change.segment !== undefined && change.segment !== (row.segment?.id ?? "")) {
    inverse.segment = row.segment?.id ?? "";
  }
  return Object.keys(inverse).length === 0 ? null : inverse;
}
