/** What the palette offers now: the actions of the table, and one for every choice that the conversation has. */
import type { Conversation, DeskOptions, Session } from "$/api/types";
import { t, tCode } from "$/words/words.svelte";
import { isAllowed, shortcuts, type Action, type Property } from "./actions";
import type { Saved, View } from "./views";

export interface Command {
  id: string;
  label: string;
  keys: readonly string[];
  action: Action;
}

interface Now {
  session: Session | null;
  options: DeskOptions | null;
  conversation: Conversation | null;
  toasts: readonly { undo?: () => void }[];
  model: { saved: Saved };
}

/** Actions that need a conversation which is open. */
const needsConversation = new Set<Action["do"]>([
  "assign_me",
  "discard",
  "attach",
  "back",
  "templates",
  "preview",
  "later",
]);

function isOffered({ session, conversation, toasts }: Now, action: Action): boolean {
  if (action.do === "palette" || action.do === "move" || action.do === "open") return false;
  if (!isAllowed(action, session?.permissions ?? [])) return false;
  if (action.do === "undo") return toasts.some((toast) => toast.undo);
  if (action.do === "resolve") return conversation?.next_states.includes("resolved") ?? false;
  if (action.do === "reopen") return conversation?.next_states.includes("open") ?? false;
  if (action.do === "wait") return conversation?.next_states.includes("pending") ?? false;
  return !needsConversation.has(action.do) || conversation !== null;
}

export function commandsNow(now: Now): Command[] {
  const fixed = shortcuts
    .filter((one) => isOffered(now, one.action))
    .map((one) => ({
      id: one.action.do === "view" ? `view.${one.action.view}` : one.action.do,
      label: one.action.do === "view" ? t("palette.view", { view: t(one.label) }) : t(one.label),
      keys: one.keys,
      action: one.action,
    }));
  const { conversation, options } = now;
  const look = (view: View, name: string): Command => ({
    id: `view.${view}`,
    label: t("palette.view", { view: name }),
    keys: [],
    action: { do: "view", view },
  });
  const views = [
    ...[...now.model.saved.values()].map(({ id, name }) => look(`saved:${id}`, name)),
    ...(options?.teams ?? []).map(({ id, name }) => look(`team:${id}`, name)),
    ...(options?.topics ?? []).map(({ id, name }) => look(`topic:${id}`, name)),
  ];
  if (!conversation || !options) return [...fixed, ...views];
  const { row } = conversation;
  const set = (property: Property, choices: readonly { id: string; name: string }[], present: string): Command[] =>
    choices
      .filter((one) => one.id !== present)
      .map(({ id, name }) => ({
        id: `${property}.${id}`,
        label: `${t(`property.${property}`)}: ${name}`,
        keys: [],
        action: { do: "set", property, value: id, name },
      }));
  const holds = conversation.next_states.includes("on_hold") ? options.hold_reasons : [];
  return [
    ...fixed,
    ...views,
    ...holds.map((one): Command => ({
      id: `hold.${one.id}`,
      label: `${tCode("state", "on_hold")}: ${one.name}`,
      keys: [],
      action: { do: "hold", reason: one.id },
    })),
    ...set("priority", options.priorities, row.priority.id),
    ...set("topic", options.topics, row.topic.id),
    ...set("team", options.teams, row.team.id),
    ...set("assignee", [{ id: "", name: t("row.nobody") }, ...options.agents], row.assignee?.id ?? ""),
  ];
}
