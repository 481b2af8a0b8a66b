import { expect, test } from "vitest";
import { attemptKeyOf, draftKeyOf, linkMark, renameKept } from "./kept";

/** As a browser's: what is kept are its own enumerable properties, and its methods are not. */
class Kept {
  getItem(key: string): string | null {
    return (this as unknown as Record<string, string>)[key] ?? null;
  }
  setItem(key: string, value: string): void {
    (this as unknown as Record<string, string>)[key] = value;
  }
  removeItem(key: string): void {
    Reflect.deleteProperty(this, key);
  }
}
const storage = () => new Kept() as unknown as Storage;
const token = "q7Zk2vX9mB4nT1sLw8Rc5eYp";

test("no part of a link's token is in a name", () => {
  for (const name of [draftKeyOf(token), attemptKeyOf(token)])
    for (let i = 0; i + 5 <= token.length; i++) expect(name).not.toContain(token.slice(i, i + 5));
  expect(linkMark(token)).not.toBe(linkMark(`${token}x`));
  expect(linkMark(token).length).toBeLessThanOrEqual(11);
});

test("links are told apart", () => {
  const marks = new Set(Array.from({ length: 20_000 }, (_, i) => linkMark(`token-number-${i}-of-many`)));
  expect(marks.size).toBe(20_000);
});

test("what an earlier suki kept under a token is found again, and the token is gone", () => {
  const kept = storage();
  kept.setItem(`suki.draft.reply.${token}`, "Where is my fan?");
  kept.setItem(`suki.attempt.reply.${token}`, "{}");
  kept.setItem("suki.draft.contact", "{}");
  kept.setItem(draftKeyOf("another-token-of-24-bytes"), "mine");
  renameKept(kept);
  expect(kept.getItem(draftKeyOf(token))).toBe("Where is my fan?");
  expect(Object.keys(kept).some((key) => key.includes(token))).toBe(false);
  expect(kept.getItem("suki.draft.contact")).toBe("{}");
  expect(kept.getItem(draftKeyOf("another-token-of-24-bytes"))).toBe("mine");
});
