import { describe, expect, test } from "vitest";
import { sameWall, sayAge, sayStretch, sayWhen, zoneName } from "./time";

const manila = "Asia/Manila";
const at = (text: string) => Date.parse(text);
// 16:00 in Manila.
const now = at("2026-11-23T08:00:00Z");
// Some systems put a narrow space before AM and PM.
const plain = (text: string) =>
  text
    .replaceAll(/[  ]/g, " ")
    .replaceAll(/\b([AP])\.?M\.?\b/gi, "$1M")
    .toUpperCase();

describe("when", () => {
  test.each([
    ["the same day in the reader's zone", manila, "2026-11-23T09:00:00Z", "today, 5:00 PM"],
    ["after midnight there, the same day in UTC", manila, "2026-11-23T16:30:00Z", "tomorrow, 12:30 AM"],
    ["the same instant further west", "Europe/Berlin", "2026-11-23T16:30:00Z", "today, 5:30 PM"],
    ["before midnight yesterday", manila, "2026-11-22T15:00:00Z", "yesterday, 11:00 PM"],
  ])("%s", (_, zone, instant, said) => expect(plain(sayWhen("en", zone, at(instant), now))).toBe(plain(said)));

  test("a day further off is named, with the year only when it is another", () => {
    expect(sayWhen("en", manila, at("2026-11-27T02:00:00Z"), now)).toMatch(/Friday.*November/);
    expect(sayWhen("en", manila, at("2026-11-27T02:00:00Z"), now)).not.toContain("2026");
    expect(sayWhen("en", manila, at("2027-01-04T02:00:00Z"), now)).toContain("2027");
  });
  test("in Filipino", () => expect(sayWhen("fil", manila, at("2026-11-23T09:00:00Z"), now)).toContain("ngayong araw"));
});

describe("zones", () => {
  test.each([
    ["Asia/Manila", "Manila time"],
    ["America/Argentina/Buenos_Aires", "Buenos Aires time"],
    ["UTC", "UTC"],
    ["Etc/GMT-8", "GMT-8"],
  ])("%s is %s", (zone, name) => expect(zoneName("en", zone)).toBe(name));
  test("Singapore and Manila show one wall clock, Berlin another", () => {
    expect(sameWall(manila, "Asia/Singapore", now)).toBe(true);
    expect(sameWall(manila, "Europe/Berlin", now)).toBe(false);
  });
});

describe("stretches show two units, cut", () => {
  const minute = 60_000;
  test.each([
    [0, "0 s"],
    [999, "0 s"],
    [59_000, "59 s"],
    [61_000, "1 min 1 s"],
    [6 * minute + 30_000, "6 min"],
    [60 * minute, "1 h"],
    [90 * minute + 59_000, "1 h 30 min"],
    [24 * 60 * minute + 5 * minute, "1 d"],
    [(2 * 24 + 4) * 60 * minute, "2 d 4 h"],
    [-5, "0 s"],
  ])("%i ms", (ms, said) => expect(sayStretch("en", ms)).toBe(said));
  test.each([
    [30_000, "now"],
    [5 * minute, "5 min"],
    [119 * minute, "1 h"],
    [72 * 60 * minute, "3 d"],
  ])("an age of %i ms", (ms, said) => expect(sayAge("en", ms)).toBe(said));
});
