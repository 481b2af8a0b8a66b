import { describe, expect, test } from "vitest";
import { listPixelsMax, rowsWithin, scrollToShow, spanOf } from "./window";

describe("rows that are there", () => {
  test.each([
    [0, 0, 14],
    [100 * 50, 44, 64],
    [100 * 50 + 1, 44, 65],
    [100 * 995, 989, 1000],
    [-80, 0, 14],
    [100 * 5000, 1000, 1000],
  ])("scrolled by %i: from %i to %i", (top, first, end) => expect(spanOf(top, 800, 100, 1000)).toEqual({ first, end }));
  test("a hundred thousand find room, a million do not", () => {
    expect(rowsWithin(100_000, 130)).toBe(100_000);
    const rows = rowsWithin(1_000_000, 130);
    expect(rows).toBeLessThan(1_000_000);
    expect(rows * 130).toBeLessThanOrEqual(listPixelsMax);
  });
});

describe("a row comes into sight", () => {
  test.each([
    ["above", 2, 200],
    ["partly above", 4, 400],
    ["whole already", 5, 450],
    ["partly below", 12, 500],
    ["below", 20, 1300],
  ])("%s", (_, index, top) => expect(scrollToShow(index, 450, 800, 100)).toBe(top));
});
