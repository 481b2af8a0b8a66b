import { expect, test } from "vitest";
import { firstMs, longestMs, nextWait } from "./poll";

test("waits grow to the longest and start anew when something changed", () => {
  let wait = firstMs;
  const waits = [];
  for (let asked = 0; asked < 10; asked++) {
    wait = nextWait(wait, false);
    waits.push(wait);
  }
  expect(waits).toEqual([...waits].sort((a, b) => a - b));
  expect(waits.at(-1)).toBe(longestMs);
  expect(nextWait(longestMs, true)).toBe(firstMs);
});
