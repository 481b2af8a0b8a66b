import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import en from "$catalogue/web.en.json";
import { Failure } from "$/api/client";
import { words } from "$/words/words.svelte";
import { failureText } from "./failure";

const source = fileURLToPath(new URL("../../../src", import.meta.url));

/** The reasons that the program gives: the codes of because(), apart from names of fields and values. */
function reasonsOfTheProgram(): string[] {
  const found = new Set<string>();
  for (const name of readdirSync(source, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".cpp") || name.endsWith("_test.cpp") || name.startsWith("base/")) continue;
    const text = readFileSync(`${source}/${name}`, "utf8");
    for (const [, ends, call] of text.matchAll(/\bbecause(_of)?\(([\s\S]*?)\);/g)) {
      const bare = (call ?? "").replaceAll(/(bad_input|conflict)\(\s*"\w+"/g, "").replaceAll(/\{\{"\w+"/g, "");
      for (const [, reason = ""] of bare.matchAll(/"([a-z]+(?:_[a-z]+)+|empty)"/g))
        for (const end of ends ? ["", "_since", "_until", "_always"] : [""]) found.add(reason + end);
    }
    // What fetches mail has short cuts for it.
    for (const [, reason = ""] of text.matchAll(/\b(?:trouble|must_be_ok)\(\s*(?:\w+, )?"([a-z_]+)"/g))
      found.add(reason);
  }
  return [...found].sort();
}

describe("what went wrong", () => {
  afterEach(() => {
    readIn("en");
  });
  const readIn = (language: "en" | "fil") => {
    words.language = language;
  };

  test("every reason that the program gives has a sentence, and no sentence is without use", () => {
    const sentences = Object.keys(en)
      .filter((key) => key.startsWith("reason."))
      .map((key) => key.slice("reason.".length));
    const given = reasonsOfTheProgram();
    expect(given.length).toBeGreaterThan(20);
    // Shifts always have two ends.
    const needed = given.filter((one) => !/^overlaps_.*_(since|until|always)$/.test(one));
    expect(sentences.sort()).toEqual(needed);
  });
  test("a reason is said in the reader's language, with its times", () => {
    const values = [{ name: "from", value: "2026-11-23T10:00" }];
    const failure = new Failure(
      409,
      "conflict",
      "is in this team from 2026-11-23 10:00 on already",
      "from",
      "in_team_since",
      values,
    );
    expect(failureText(failure)).toMatch(/^They are in this team already from Mon, Nov 23, 10:00.AM on\.$/);
    readIn("fil");
    expect(failureText(failure)).toMatch(/^Nasa pangkat na ito na siya mula .*10:00/);
  });
  test("a reason that this page does not know yet falls back to the server's words", () =>
    expect(failureText(new Failure(409, "conflict", "the moon is full", "", "full_moon"))).toBe(
      "That did not work: the moon is full",
    ));
  test("a reason beats the general word for its status", () => {
    expect(failureText(new Failure(403, "forbidden", "only an owner may", "", "owners_only"))).toBe(
      "Only an owner can do this.",
    );
    expect(failureText(new Failure(403, "csrf", "csrf", ""))).toContain("reload");
  });
  test.each([
    [503, "busy", "try again in a moment"],
    [507, "storage_full", "no room left"],
    [500, "internal", "on our side"],
    [0, "unreachable", "cannot be reached"],
  ])("status %i has words of its own", (status, code, said) =>
    expect(failureText(new Failure(status, code, "in English", ""))).toContain(said),
  );
});
