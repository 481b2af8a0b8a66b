import { describe, expect, test } from "vitest";
import type { DeskOptions } from "$/api/types";
import { choices, chosenNames, moved, nothingAsked } from "./kept";

const named = (...ids: string[]) => ids.map((id) => ({ id, name: id.toUpperCase() }));
const options = {
  teams: named("desk"),
  topics: named("refund", "repair"),
  agents: named("1", "2"),
  priorities: named("high"),
  segments: [],
  channels: named("form"),
} as unknown as DeskOptions;
const words = { state: (state: string) => `is ${state}`, me: "Me", nobody: "Nobody" };

describe("what a kept view asks for", () => {
  test("nothing says nothing", () => expect(chosenNames(nothingAsked, options, words)).toEqual([]));
  test("each list by the names of the plan, in its order", () =>
    expect(chosenNames({ ...nothingAsked, state: ["on_hold", "open"], assignee: ["2", "me"] }, options, words)).toEqual(
      [
        { list: "state", names: ["is open", "is on_hold"] },
        { list: "assignee", names: ["Me", "2"] },
      ],
    ));
  test("what the plan no longer has can still be seen and taken away", () => {
    expect(choices("topic", options, ["repair", "fax"], words).map(({ id }) => id)).toEqual([
      "refund",
      "repair",
      "fax",
    ]);
    expect(chosenNames({ ...nothingAsked, topic: ["fax"] }, options, words)).toEqual([
      { list: "topic", names: ["fax"] },
    ]);
  });
});

describe("their order", () => {
  test.each([
    [0, 1, ["b", "a", "c"]],
    [2, -1, ["a", "c", "b"]],
    [0, -1, null],
    [2, 1, null],
    [7, 1, null],
  ] as const)("the one at %i by %i", (index, by, wanted) => expect(moved(["a", "b", "c"], index, by)).toEqual(wanted));
});
