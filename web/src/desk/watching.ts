/** Who else looks at which conversation and types there, as the feed tells it. Pure. */
export interface Watcher {
  id: string;
  name: string;
  typing: boolean;
}
/** The feed's frame: only conversations where something changed; no agents: nobody is there any more. */
export type WatchFrame = readonly { conversation: string; agents: readonly Watcher[] }[];
export type There = ReadonlyMap<string, readonly Watcher[]>;

export function hearWatching(there: There, frame: WatchFrame): There {
  const now = new Map(there);
  for (const { conversation, agents } of frame) {
    if (agents.length === 0) now.delete(conversation);
    else now.set(conversation, agents);
  }
  return now;
}

/** The others at a conversation: those who type first. */
export const others = (there: There, conversation: string, me: string): readonly Watcher[] =>
  (there.get(conversation) ?? [])
    .filter((one) => one.id !== me)
    .sort((a, b) => Number(b.typing) - Number(a.typing) || a.name.localeCompare(b.name));
