import { describe, expect, test } from "vitest";
import { isAllowed, readKey, shortcuts } from "./actions";
import { reconnectWait } from "./feed";

describe("keys", () => {
  test("one key does its action", () => expect(readKey("", "r")).toEqual({ action: { do: "reply" } }));
  test("g waits for the second key", () => expect(readKey("", "g")).toEqual({ pending: "g" }));
  test("g then m shows mine", () => expect(readKey("g", "m")).toEqual({ action: { do: "view", view: "mine" } }));
  test("g then a key without meaning is nothing, not that key alone", () => expect(readKey("g", "j")).toBe(null));
  test("g then t shows people", () => expect(readKey("g", "t")).toEqual({ action: { do: "people" } }));
  test("a page that shows nothing without a permission is not offered", () => {
    expect(isAllowed({ do: "people" }, ["read_roster"])).toBe(true);
    expect(isAllowed({ do: "people" }, ["answer"])).toBe(false);
    expect(isAllowed({ do: "privacy" }, ["read_roster"])).toBe(false);
    expect(isAllowed({ do: "quarantine" }, ["read_roster"])).toBe(false);
    expect(isAllowed({ do: "quarantine" }, ["quarantine"])).toBe(true);
    expect(isAllowed({ do: "help" }, [])).toBe(true);
  });
  test("other keys mean nothing", () => expect(readKey("", "x")).toBe(null));
  test("no two shortcuts share keys, and no key is also the start of a pair", () => {
    const all = shortcuts.filter((one) => one.keys.length > 0).map((one) => one.keys.join(" "));
    expect(new Set(all).size).toBe(all.length);
    const starts = new Set(shortcuts.filter((one) => one.keys.length > 1).map((one) => one.keys[0]));
    for (const one of shortcuts) if (one.keys.length === 1) expect(starts).not.toContain(one.keys[0]);
  });
});

test("the feed comes back within a second at first, and within half a minute at worst", () => {
  expect(reconnectWait(0, 1)).toBeLessThanOrEqual(1000);
  expect(reconnectWait(50, 1)).toBe(30_000);
  expect(reconnectWait(50, 0)).toBe(15_000);
});
