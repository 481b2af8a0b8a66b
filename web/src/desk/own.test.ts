import { beforeEach, expect, test } from "vitest";
import { forgetOwn, ownKey, setOwner } from "./own";
import { writeLocal } from "./drafts";

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
const draft = (dirty: boolean) =>
  writeLocal({ text: "Good day", uploads: [], seen: 1, revision: 1, writer: "w", dirty });

beforeEach(() => setOwner("7"));

test("each agent has names of their own", () => {
  const mine = ownKey("searches");
  expect(setOwner("7")).toBe(false);
  expect(setOwner("8")).toBe(true);
  expect(ownKey("searches")).not.toBe(mine);
});

test("log-out forgets what is the agent's, and nothing of others", () => {
  const kept = storage();
  kept.setItem(ownKey("searches"), '["refund"]');
  kept.setItem(ownKey("draft.reply.1"), draft(false) ?? "");
  kept.setItem("suki.theme", "dark");
  kept.setItem("suki.desk.77.searches", "[]");
  forgetOwn(kept);
  expect(Object.keys(kept).sort()).toEqual(["suki.desk.77.searches", "suki.theme"]);
});

test("a draft that the server does not have stays for its writer", () => {
  const kept = storage();
  kept.setItem(ownKey("draft.reply.1"), draft(true) ?? "");
  forgetOwn(kept);
  expect(Object.keys(kept)).toEqual([ownKey("draft.reply.1")]);
});
