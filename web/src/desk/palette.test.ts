import { describe, expect, it } from "vitest";
import { find, fit, used } from "./palette";

const entries = [
  { id: "resolve", label: "Resolve" },
  { id: "reply", label: "Reply" },
  { id: "priority:urgent", label: "Priority: Urgent" },
  { id: "team:repairs", label: "Team: Repairs" },
  { id: "palitan", label: "Ibalik ang huling pagbabago" },
];
const ids = (query: string, recent: string[] = []) => find(entries, query, recent).map((one) => one.id);

describe("the palette", () => {
  it("finds by the first letters of words, and by letters in order", () => {
    expect(ids("pu")[0]).toBe("priority:urgent");
    expect(ids("urg")[0]).toBe("priority:urgent");
    expect(ids("rep")[0]).toBe("reply");
    expect(ids("rslv")).toEqual(["resolve"]);
    expect(ids("hulí")).toEqual(["palitan"]);
    expect(ids("xyz")).toEqual([]);
    expect(fit("b a", "a b"), "order counts").toBeNull();
  });
  it("without a query the last used come first", () => {
    expect(ids("", ["team:repairs", "reply"]).slice(0, 3)).toEqual(["team:repairs", "reply", "resolve"]);
    expect(ids("re", ["team:repairs"])[0], "a better fit still wins").toBe("reply");
    expect(used(["a", "b"], "b")).toEqual(["b", "a"]);
    expect(used(["1", "2", "3", "4", "5", "6", "7", "8"], "9")).toHaveLength(8);
  });
});
