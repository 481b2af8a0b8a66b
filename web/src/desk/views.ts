/** Views: which rows one shows, in which order, and how its count follows a change. Pure; the same rules as the server's. */
import type { Conditions, Counts, NextDue, Row, SavedView } from "$/api/types";

export const views = [
  "open",
  "mine",
  "unassigned",
  "at_risk",
  "breached",
  "waiting",
  "resolved",
  "closed",
  "all",
] as const;
export type FixedView = (typeof views)[number];
export type View = FixedView | `team:${string}` | `topic:${string}` | `saved:${string}`;
export const isFixed = (value: string): value is FixedView => (views as readonly string[]).includes(value);
export const isView = (value: string): value is View =>
  isFixed(value) || /^(team|topic):[a-z][\w-]*$/.test(value) || /^saved:\d+$/.test(value);

/** By view; a view that is not there has none. */
export type ViewCounts = Readonly<Record<string, number>>;
/** What the saved views ask for, by id. */
export type Saved = ReadonlyMap<string, SavedView>;

export function countsOf(counts: Counts): ViewCounts {
  const all: Record<string, number> = {};
  for (const view of views) all[view] = counts[view];
  for (const { id, n } of counts.teams) all[`team:${id}`] = n;
  for (const { id, n } of counts.topics) all[`topic:${id}`] = n;
  return all;
}

const isUnsolved = (row: Row) => row.state !== "resolved" && row.state !== "closed";
const part = (view: View) => view.slice(view.indexOf(":") + 1);

/** Is this row shown in this view? */
export function belongs(row: Row, view: View, me: string, saved: Saved = new Map()): boolean {
  switch (view) {
    case "open":
      return row.state === "open";
    case "mine":
      return isUnsolved(row) && row.assignee?.id === me;
    case "unassigned":
      return isUnsolved(row) && row.assignee === null;
    case "at_risk":
      return isUnsolved(row) && row.at_risk;
    case "breached":
      return isUnsolved(row) && row.breached;
    case "waiting":
      return row.state === "pending" || row.state === "on_hold";
    case "resolved":
      return row.state === "resolved";
    case "closed":
      return row.state === "closed";
    case "all":
      return true;
  }
  if (view.startsWith("team:")) return isUnsolved(row) && row.team.id === part(view);
  if (view.startsWith("topic:")) return isUnsolved(row) && row.topic.id === part(view);
  const kept = saved.get(part(view));
  return kept !== undefined && meets(row, kept.conditions, me);
}

/** Do all conditions let the row through? Any value of one will do; one without values lets all through. */
export function meets(row: Row, asked: Conditions, me: string): boolean {
  const oneOf = (values: readonly string[], value: string) => values.length === 0 || values.includes(value);
  const flag = (wanted: boolean | null | undefined, is: boolean) =>
    wanted === undefined || wanted === null || wanted === is;
  const assignee = row.assignee?.id ?? "nobody";
  return (
    oneOf(asked.state, row.state) &&
    oneOf(asked.team, row.team.id) &&
    (oneOf(asked.assignee, assignee) || (assignee === me && asked.assignee.includes("me"))) &&
    oneOf(asked.topic, row.topic.id) &&
    oneOf(asked.priority, row.priority.id) &&
    oneOf(asked.segment, row.segment?.id ?? "") &&
    oneOf(asked.channel, row.channel_id) &&
    flag(asked.at_risk, row.at_risk) &&
    flag(asked.breached, row.breached) &&
    flag(asked.unanswered, row.unanswered)
  );
}

const newestFirst: readonly string[] = ["waiting", "resolved", "closed", "all"];

/** Unsolved work stands by what is due first; the rest by what happened last. */
export function isByDue(view: View, saved: Saved = new Map()): boolean {
  if (!view.startsWith("saved:")) return !newestFirst.includes(view);
  const states = saved.get(part(view))?.conditions.state ?? [];
  return states.length > 0 && !states.includes("resolved") && !states.includes("closed");
}

const idNumber = (row: Row) => Number(row.id);
const dueInstant = (due: NextDue | null): number => (due?.due_at ? Date.parse(due.due_at) : Infinity);

/** Open work by what is due first, then the longest open; the rest by what happened last. */
export function compareRows(view: View, a: Row, b: Row, saved?: Saved): number {
  if (isByDue(view, saved)) {
    const due = dueInstant(a.next_due) - dueInstant(b.next_due);
    if (due !== 0 && !Number.isNaN(due)) return due;
    return idNumber(a) - idNumber(b);
  }
  return Date.parse(b.last_at) - Date.parse(a.last_at) || idNumber(b) - idNumber(a);
}

/** Every view whose count this row is in. */
function countedIn(row: Row, me: string): View[] {
  const inside: View[] = views.filter((view) => belongs(row, view, me));
  if (isUnsolved(row)) inside.push(`team:${row.team.id}`, `topic:${row.topic.id}`);
  return inside;
}

export function countsAfter(counts: ViewCounts, before: Row | undefined, after: Row, me: string): ViewCounts {
  const next: Record<string, number> = { ...counts };
  for (const view of before ? countedIn(before, me) : []) next[view] = (next[view] ?? 0) - 1;
  for (const view of countedIn(after, me)) next[view] = (next[view] ?? 0) + 1;
  return next;
}

/** How far a saved view's count goes; the same limit as the server's. */
const savedCountMax = 1000;

/** The saved views with their counts after the change. One that says "at least" goes on saying it until it is asked anew. */
export function savedAfter(saved: Saved, before: Row | undefined, after: Row, me: string): Saved {
  let next: Map<string, SavedView> | undefined;
  for (const [id, view] of saved) {
    const was = before !== undefined && meets(before, view.conditions, me);
    const by = Number(meets(after, view.conditions, me)) - Number(was);
    if (by === 0 || view.more) continue;
    const count = view.count + by;
    next ??= new Map(saved);
    next.set(id, { ...view, count: Math.min(count, savedCountMax), more: count > savedCountMax });
  }
  return next ?? saved;
}
