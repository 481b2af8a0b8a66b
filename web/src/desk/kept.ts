/** What a kept view asks for, as the form shows it and as a line of text. Pure. */
import type { Conditions, DeskOptions, Named } from "$/api/types";

export const lists = ["state", "team", "topic", "assignee", "priority", "segment", "channel"] as const;
export type List = (typeof lists)[number];
export const flags = ["at_risk", "breached", "unanswered"] as const;
export type Flag = (typeof flags)[number];

export const nothingAsked: Conditions = {
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

/** Words that the plan does not have. */
export interface Words {
  state: (state: string) => string;
  me: string;
  nobody: string;
}
export const states = ["open", "pending", "on_hold", "resolved", "closed"] as const;

/**
 * What one may choose from; and what is chosen already, though the plan no longer has it, so that it can be taken
 * away.
 */
export function choices(list: List, options: DeskOptions, chosen: readonly string[], words: Words): Named[] {
  const known: Record<List, Named[]> = {
    state: states.map((id) => ({ id, name: words.state(id) })),
    team: options.teams,
    topic: options.topics,
    assignee: [{ id: "me", name: words.me }, { id: "nobody", name: words.nobody }, ...options.agents],
    priority: options.priorities,
    segment: options.segments,
    channel: options.channels,
  };
  const all = known[list];
  return [...all, ...chosen.filter((id) => !all.some((one) => one.id === id)).map((id) => ({ id, name: id }))];
}

/** "Open, On hold" for each list that asks for something. */
export function chosenNames(asked: Conditions, options: DeskOptions, words: Words): { list: List; names: string[] }[] {
  return lists
    .map((list) => ({
      list,
      names: choices(list, options, asked[list], words)
        .filter(({ id }) => asked[list].includes(id))
        .map(({ name }) => name),
    }))
    .filter(({ names }) => names.length > 0);
}

/** Both in the same order: the one at `index` moved by `by`, or null where it is at the end already. */
export function moved(ids: readonly string[], index: number, by: 1 | -1): string[] | null {
  const one = ids[index];
  const other = ids[index + by];
  if (one === undefined || other === undefined) return null;
  return ids.map((id, n) => (n === index ? other : n === index + by ? one : id));
}
