/** What the desk keeps in this browser, by whose it is: on a shared machine nobody sees what another wrote or looked for. */
import { readLocal } from "./drafts";

let owner = "";

/** Whoever logs in. True when it was somebody else before. */
export function setOwner(agent: string): boolean {
  const other = agent !== owner;
  owner = agent;
  return other;
}

export const ownKey = (name: string): string => `suki.desk.${owner}.${name}`;

/** At log-out: all of the owner's goes, but drafts that the server does not have yet. */
export function forgetOwn(kept: Storage = localStorage): void {
  try {
    for (const key of Object.keys(kept)) {
      if (!key.startsWith(ownKey(""))) continue;
      const unsaved = key.startsWith(ownKey("draft.")) && readLocal(kept.getItem(key))?.dirty;
      if (!unsaved) kept.removeItem(key);
    }
  } catch {
    // A browser that refuses storage has nothing to forget.
  }
}
