import { describe, expect, it } from "vitest";
import { hearWatching, others, type There } from "./watching";

const ana = { id: "1", name: "Ana", typing: false };
const ben = { id: "2", name: "Ben", typing: true };

describe("who else is here", () => {
  const nobody: There = new Map();
  const both = hearWatching(nobody, [{ conversation: "12", agents: [ana, ben] }]);
  it("names the others, who types first, and never oneself", () => {
    expect(others(both, "12", "9").map((one) => one.name)).toEqual(["Ben", "Ana"]);
    expect(others(both, "12", "2")).toEqual([ana]);
    expect(others(both, "13", "9")).toEqual([]);
  });
  it("takes what is told as the whole of that conversation, and leaves the rest", () => {
    const later = hearWatching(hearWatching(both, [{ conversation: "13", agents: [ana] }]), [
      { conversation: "12", agents: [] },
    ]);
    expect([...later.keys()]).toEqual(["13"]);
    expect(both.has("12"), "the value before is unchanged").toBe(true);
  });
});
