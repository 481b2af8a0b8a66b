/**
 * What the desk knows of the inbox: a snapshot and the changes since. Pure: no fetch, no clock, no component.
 * Snapshot + changes gives what a fresh snapshot would give, as far as it is loaded.
 */
import type { Change, Conversation, Counts, Inbox, NextDue, Row, SavedView } from "$/api/types";
import {
  belongs,
  compareKeys,
  concernsSaved,
  countsOf,
  isByDue,
  keyOf,
  keyOfCursor,
  savedAfter,
  type Key,
  type Saved,
  type View,
  type ViewCounts,
} from "./views";

export interface Model {
  readonly view: View;
  /** The agent at this desk. */
  readonly me: string;
  /** What the view shows, in its order, as far as it is loaded. */
  readonly shown: readonly Row[];
  /** Up to where it is loaded; "nothing" yet, or "all". What stands behind comes with its page. */
  readonly loaded: Key | "nothing" | "all";
  /** Cursor of the next page; null: there is none. */
  readonly next: string | null;
  /** The shown rows by id. The newest model's own: hear() goes on with it, whoever keeps an older model has none. */
  readonly known: Map<string, Row>;
  /** Rows heard of and not shown, the latest last: a page that was read before them may lack them. Likewise its own. */
  readonly others: Map<string, Row>;
  /** What the server said, exactly as of `countsAt`. */
  readonly counts: ViewCounts;
  readonly countsAt: number;
  /** Their counts are what the server said, or a forecast while `savedStale`. */
  readonly saved: Saved;
  readonly savedStale: boolean;
  /** Changes heard that concern them. */
  readonly savedHeard: number;
  /** Everything up to here is in the list. */
  readonly position: number;
}

/** More are never in flight together with one page (chosen, not measured). */
const othersMax = 2_000;

export interface RowChange {
  position: number;
  row: Row;
}

export type Heard =
  /** `meanwhile`: what the feed said while the snapshot was on its way, which may be newer than it. */
  | { kind: "snapshot"; view: View; inbox: Inbox; meanwhile: readonly RowChange[] }
  /** Positions begin anew: whatever comes now is newer than what is known. */
  | { kind: "another run" }
  | { kind: "page"; inbox: Inbox }
  | { kind: "counts"; counts: Counts; at: number }
  /** `asOf`: `savedHeard` when they were asked for. */
  | { kind: "saved"; items: readonly SavedView[]; asOf: number }
  | ({ kind: "row" } & RowChange);

export const emptyModel = (me: string, view: View = "open"): Model => ({
  view,
  me,
  shown: [],
  loaded: "nothing",
  next: null,
  known: new Map(),
  others: new Map(),
  counts: {},
  countsAt: 0,
  saved: new Map(),
  savedStale: false,
  savedHeard: 0,
  position: 0,
});

/** The same desk before another view is loaded. */
export const unloaded = (model: Model, view: View): Model => ({
  ...emptyModel(model.me, view),
  counts: model.counts,
  countsAt: model.countsAt,
  saved: model.saved,
  savedStale: model.savedStale,
  savedHeard: model.savedHeard,
  position: model.position,
});

export function hear(model: Model, heard: Heard): Model {
  switch (heard.kind) {
    case "snapshot":
      return hearSnapshot(model, heard);
    case "another run":
      return { ...model, countsAt: 0 };
    case "page":
      return hearPage(model, heard.inbox);
    case "counts":
      // A snapshot that was read later has overtaken it.
      if (heard.at < model.countsAt) return model;
      return { ...model, counts: countsOf(heard.counts), countsAt: heard.at };
    case "saved":
      return {
        ...model,
        saved: new Map(heard.items.map((view) => [view.id, view])),
        savedStale: heard.asOf !== model.savedHeard,
      };
    case "row":
      return hearRow(model, heard);
  }
}

function hearSnapshot(model: Model, { view, inbox, meanwhile }: Extract<Heard, { kind: "snapshot" }>): Model {
  const counted = inbox.position >= model.countsAt;
  const fresh: Model = {
    ...model,
    view,
    shown: inbox.items,
    loaded: inbox.next === null ? "all" : keyOfCursor(inbox.next),
    next: inbox.next,
    known: new Map(inbox.items.map((row) => [row.id, row])),
    others: new Map(),
    counts: counted ? countsOf(inbox.counts) : model.counts,
    countsAt: counted ? inbox.position : model.countsAt,
    position: inbox.position,
  };
  return meanwhile.reduce((now, change) => hear(now, { kind: "row", ...change }), fresh);
}

function hearPage(before: Model, inbox: Inbox): Model {
  const model: Model = {
    ...before,
    loaded: inbox.next === null ? "all" : keyOfCursor(inbox.next),
    next: inbox.next,
  };
  const shown = [...model.shown];
  for (const row of inbox.items) {
    // What came live since the page was read is newer.
    const had = model.known.get(row.id) ?? model.others.get(row.id);
    if (!had || had.last_number <= row.last_number) place(model, shown, row);
  }
  // What came into this stretch since the page was read is not on it.
  for (const row of [...model.others.values()]) if (isShown(model, row)) place(model, shown, row);
  return { ...model, shown };
}

function hearRow(model: Model, { row, position }: RowChange): Model {
  const known = model.known.get(row.id) ?? model.others.get(row.id);
  const concerns = concernsSaved(model.saved, known, row, model.me);
  const savedHeard = model.savedHeard + Number(concerns);
  const savedStale = model.savedStale || concerns;
  const inList = position <= model.position;
  if (inList && !concerns) return model;
  // A page that was read later has overtaken it.
  if (inList || (known && known.last_number > row.last_number)) {
    return { ...model, savedHeard, savedStale, position: Math.max(position, model.position) };
  }
  const shown = [...model.shown];
  place(model, shown, row);
  const saved = known ? savedAfter(model.saved, known, row, model.me) : model.saved;
  return { ...model, shown, saved, savedHeard, savedStale, position };
}

// ---- places ----

function isShown(model: Model, row: Row): boolean {
  if (model.loaded === "nothing" || !belongs(row, model.view, model.me, model.saved)) return false;
  if (model.loaded === "all") return true;
  const byDue = isByDue(model.view, model.saved);
  return compareKeys(byDue, keyOf(row, model.view, model.saved), model.loaded) <= 0;
}

/** Where in `rows` one with this key stands, or would. Cost O(log n). */
function placeOf(model: Model, rows: readonly Row[], row: Row): number {
  const byDue = isByDue(model.view, model.saved);
  const key = keyOf(row, model.view, model.saved);
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = rows[middle];
    if (other && compareKeys(byDue, keyOf(other, model.view, model.saved), key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Puts the row where it belongs in `shown`, or among the others; takes it away from where it was. */
function place(model: Model, shown: Row[], row: Row): void {
  const { known, others } = model;
  const before = known.get(row.id);
  if (before) shown.splice(placeOf(model, shown, before), 1);
  known.delete(row.id);
  others.delete(row.id);
  if (isShown(model, row)) {
    shown.splice(placeOf(model, shown, row), 0, row);
    known.set(row.id, row);
    return;
  }
  others.set(row.id, row);
  if (others.size > othersMax) for (const id of others.keys()) return void others.delete(id);
}

/** Where the row stands among those shown; -1: it is not. Cost O(log n). */
export function indexOf(model: Model, id: string | null): number {
  const row = id === null ? undefined : model.known.get(id);
  return row === undefined ? -1 : placeOf(model, model.shown, row);
}

/** The row `steps` away from `id` in the view's order, held at the ends; the first one when `id` is not shown. */
export function neighbour(model: Model, id: string | null, steps: number): string | null {
  const at = indexOf(model, id);
  const to = at === -1 ? 0 : Math.min(model.shown.length - 1, Math.max(0, at + steps));
  return model.shown[to]?.id ?? null;
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
