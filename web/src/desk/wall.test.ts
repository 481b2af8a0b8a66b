import { expect, test } from "vitest";
import { later, sayStretchOf } from "./wall";

test("a stretch names its second day only when it is another", () => {
  const plain = (text: string) => text.replaceAll(/\s/g, " ");
  expect(plain(sayStretchOf("en", "2026-11-23T09:00", "2026-11-23T18:00"))).toBe("Mon, Nov 23, 9:00 AM – 6:00 PM");
  expect(plain(sayStretchOf("en", "2026-11-23T22:00", "2026-11-24T06:30"))).toBe(
    "Mon, Nov 23, 10:00 PM – Tue, Nov 24, 6:30 AM",
  );
});
test("weeks go over the end of a month and of a year", () => {
  expect(later("2026-12-28", 7)).toBe("2027-01-04");
  expect(later("2027-03-01", -7)).toBe("2027-02-22");
});
