/** Under which names the private page keeps what was written and not sent. A link's token opens the conversation, so it
 *  is in no name: whoever sits down at a shared browser later finds texts there, and no way in. */

/** 53 bits of a token of 144: enough to tell links apart, too few to find the token again (cyrb53, public domain). */
export function linkMark(token: string): string {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < token.length; i++) {
    const c = token.charCodeAt(i);
    a = Math.imul(a ^ c, 2654435761);
    b = Math.imul(b ^ c, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return (4294967296 * (2097151 & b) + (a >>> 0)).toString(36);
}

const kinds = ["suki.draft.reply.", "suki.attempt.reply."] as const;
export const draftKeyOf = (token: string): string => kinds[0] + linkMark(token);
export const attemptKeyOf = (token: string): string => kinds[1] + linkMark(token);

/** Tokens are longer than any mark. What an earlier suki kept under them gets its new name. */
const markLengthMax = 11;
export function renameKept(kept: Storage = localStorage): void {
  try {
    for (const key of Object.keys(kept)) {
      const kind = kinds.find((one) => key.startsWith(one));
      const token = kind === undefined ? "" : key.slice(kind.length);
      if (kind === undefined || token.length <= markLengthMax) continue;
      const name = kind + linkMark(token);
      const text = kept.getItem(key);
      if (text !== null && kept.getItem(name) === null) kept.setItem(name, text);
      kept.removeItem(key);
    }
  } catch {
    // A browser that refuses storage keeps nothing under any name.
  }
}
