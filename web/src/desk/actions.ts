/** Everything an agent can do, once: buttons, shortcuts, the palette and the help sheet all use these. */
import type { Key } from "$/words/words.svelte";
import type { View } from "./views";

/** What of a conversation can be chosen. */
export type Property = "topic" | "priority" | "team" | "assignee";

export type Action =
  | { do: "move"; steps: 1 | -1 }
  | { do: "open" }
  | { do: "back" }
  | { do: "reply" }
  | { do: "note" }
  | { do: "forward" }
  | { do: "assign_me" }
  | { do: "resolve" }
  | { do: "reopen" }
  | { do: "wait" }
  | { do: "undo" }
  | { do: "set"; property: Property; value: string; name: string }
  | { do: "hold"; reason: string }
  | { do: "attach" }
  | { do: "discard" }
  | { do: "templates" }
  | { do: "preview" }
  | { do: "later" }
  | { do: "palette" }
  | { do: "view"; view: View }
  | { do: "plan" }
  | { do: "channels" }
  | { do: "search" }
  | { do: "views" }
  | { do: "people" }
  | { do: "audit" }
  | { do: "privacy" }
  | { do: "quarantine" }
  | { do: "account" }
  | { do: "help" };

export interface Shortcut {
  /** One key, or two pressed one after the other; none: only in the palette. */
  keys: readonly string[];
  action: Action;
  label: Key;
  group: Key;
}

const moving: Key = "help.group_move";
const working: Key = "help.group_work";
const going: Key = "help.group_go";

export const shortcuts: readonly Shortcut[] = [
  { keys: ["j"], action: { do: "move", steps: 1 }, label: "help.next", group: moving },
  { keys: ["k"], action: { do: "move", steps: -1 }, label: "help.previous", group: moving },
  { keys: ["Enter"], action: { do: "open" }, label: "help.open", group: moving },
  { keys: ["Escape"], action: { do: "back" }, label: "help.back", group: moving },
  { keys: ["r"], action: { do: "reply" }, label: "help.reply", group: working },
  { keys: ["n"], action: { do: "note" }, label: "help.note", group: working },
  { keys: ["f"], action: { do: "forward" }, label: "forward.name", group: working },
  { keys: ["a"], action: { do: "assign_me" }, label: "help.assign_me", group: working },
  { keys: ["e"], action: { do: "resolve" }, label: "help.resolve", group: working },
  { keys: ["p"], action: { do: "wait" }, label: "help.wait", group: working },
  { keys: ["o"], action: { do: "reopen" }, label: "help.reopen", group: working },
  { keys: ["z"], action: { do: "undo" }, label: "help.undo", group: working },
  { keys: [], action: { do: "attach" }, label: "files.attach", group: working },
  { keys: [], action: { do: "discard" }, label: "composer.discard", group: working },
  { keys: [], action: { do: "templates" }, label: "compose.templates", group: working },
  { keys: [], action: { do: "preview" }, label: "compose.preview", group: working },
  { keys: [], action: { do: "later" }, label: "compose.later", group: working },
  { keys: ["g", "o"], action: { do: "view", view: "open" }, label: "view.open", group: going },
  { keys: ["g", "m"], action: { do: "view", view: "mine" }, label: "view.mine", group: going },
  { keys: ["g", "u"], action: { do: "view", view: "unassigned" }, label: "view.unassigned", group: going },
  { keys: ["g", "w"], action: { do: "view", view: "waiting" }, label: "view.waiting", group: going },
  { keys: ["g", "r"], action: { do: "view", view: "resolved" }, label: "view.resolved", group: going },
  { keys: ["g", "a"], action: { do: "view", view: "all" }, label: "view.all", group: going },
  { keys: ["g", "k"], action: { do: "view", view: "at_risk" }, label: "view.at_risk", group: going },
  { keys: ["g", "b"], action: { do: "view", view: "breached" }, label: "view.breached", group: going },
  { keys: ["/"], action: { do: "search" }, label: "search.name", group: going },
  { keys: ["g", "v"], action: { do: "views" }, label: "view.saved_group", group: going },
  { keys: ["g", "p"], action: { do: "plan" }, label: "nav.plan", group: going },
  { keys: ["g", "c"], action: { do: "channels" }, label: "nav.channels", group: going },
  { keys: ["g", "t"], action: { do: "people" }, label: "nav.people", group: going },
  { keys: ["g", "l"], action: { do: "audit" }, label: "audit.heading", group: going },
  { keys: ["g", "d"], action: { do: "privacy" }, label: "privacy.heading", group: going },
  { keys: ["g", "q"], action: { do: "quarantine" }, label: "quarantine.heading", group: going },
  { keys: [], action: { do: "account" }, label: "account.heading", group: going },
  { keys: ["Ctrl K"], action: { do: "palette" }, label: "palette.title", group: going },
  { keys: ["?"], action: { do: "help" }, label: "help.help", group: going },
];

/** The permission without which a page has nothing to show. */
const needs: Partial<Record<Action["do"], string>> = {
  plan: "read_plan",
  people: "read_roster",
  audit: "read_audit",
  privacy: "export_customer",
  quarantine: "quarantine",
};
/** Whether somebody with these permissions gets anywhere by it. */
export const isAllowed = (action: Action, permissions: readonly string[]): boolean => {
  const needed = needs[action.do];
  return needed === undefined || permissions.includes(needed);
};

export type KeyResult = { action: Action } | { pending: string } | null;

/** What a key means after `before` (the first key of a pair, or ""). */
export function readKey(before: string, key: string): KeyResult {
  const wanted = before === "" ? [key] : [before, key];
  const exact = shortcuts.find((one) => one.keys.length === wanted.length && one.keys.every((k, i) => k === wanted[i]));
  if (exact) return { action: exact.action };
  if (before === "" && shortcuts.some((one) => one.keys.length > 1 && one.keys[0] === key)) return { pending: key };
  return null;
}
