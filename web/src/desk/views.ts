/** Views: which rows one shows and in which order, and how many a kept filter has. Pure; the same rules as the server's. */
import type { Conditions, Counts, Row, SavedView } from "$/api/types";

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

/** Where a row stands in a list: by microseconds (due or last), then by id. */
export interface Key {
  sort: number;
  id: number;
}

/** Microseconds, since the server orders by them; a number holds those of the next two centuries exactly. */
export function microseconds(time: string): number {
  const fraction = /\.(\d+)Z$/.exec(time)?.[1] ?? "";
  return Date.parse(`${time.slice(0, 19)}Z`) * 1000 + Number(fraction.slice(0, 6).padEnd(6, "0"));
}

export function keyOf(row: Row, view: View, saved?: Saved): Key {
  const id = Number(row.id);
  if (!isByDue(view, saved)) return { sort: microseconds(row.last_at), id };
  return { sort: row.next_due?.due_at ? microseconds(row.next_due.due_at) : Infinity, id };
}

/** What the server says is never due. */
const never = 2 ** 63;

/** The key behind which the next page begins: the cursor's text is "SORT.ID". */
export function keyOfCursor(cursor: string): Key {
  const dot = cursor.indexOf(".");
  const sort = Number(cursor.slice(0, dot));
  return { sort: sort >= never ? Infinity : sort, id: Number(cursor.slice(dot + 1)) };
}

/** Below 0: `a` stands before `b`. */
export function compareKeys(byDue: boolean, a: Key, b: Key): number {
  const by = a.sort === b.sort ? a.id - b.id : a.sort - b.sort;
  return byDue ? by : -by;
}

/** Open work by what is due first, then the longest open; the rest by what happened last. */
export const compareRows = (view: View, a: Row, b: Row, saved?: Saved): number =>
  compareKeys(isByDue(view, saved), keyOf(a, view, saved), keyOf(b, view, saved));

/** Does a change of this row concern the count of a kept filter? Without `before` nobody knows where it was. */
export function concernsSaved(saved: Saved, before: Row | undefined, after: Row, me: string): boolean {
  if (saved.size === 0) return false;
  if (before === undefined) return true;
  return [...saved.values()].some(({ conditions }) => meets(before, conditions, me) || meets(after, conditions, me));
}

/** The kept filters with their counts after the change, until the server is asked. */
export function savedAfter(saved: Saved, before: Row | undefined, after: Row, me: string): Saved {
  let next: Map<string, SavedView> | undefined;
  for (const [id, view] of saved) {
    const was = before !== undefined && meets(before, view.conditions, me);
    const by = Number(meets(after, view.conditions, me)) - Number(was);
    if (by === 0) continue;
    next ??= new Map(saved);
    next.set(id, { ...view, count: view.count + by });
  }
  return next ?? saved;
}
