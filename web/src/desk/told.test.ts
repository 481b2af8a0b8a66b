import { describe, expect, it } from "vitest";
import en from "$catalogue/web.en.json";
import { isTrouble, outcomeOf } from "./told";

describe("who was told of an escalation", () => {
  it.each([
    [{ who: "Ana", delivery: "sent", problem: "" }, "sent", false],
    [{ who: "Ana", delivery: "queued", problem: "" }, "queued", false],
    [{ who: "Ana", delivery: "failed", problem: "" }, "failed", true],
    [{ who: "Ana", delivery: "sent", problem: "returned" }, "returned", true],
    [{ who: "Ana", delivery: "none", problem: "no_address" }, "no_address", true],
    [{ who: "Ana", delivery: "none", problem: "no_sender" }, "no_sender", true],
    [{ who: "", delivery: "none", problem: "no_member" }, "no_member", true],
  ])("%j is %s", (told, outcome, trouble) => {
    expect(outcomeOf(told)).toBe(outcome);
    expect(isTrouble(outcome)).toBe(trouble);
    expect(en).toHaveProperty([`told.${outcome}`]);
  });
});
