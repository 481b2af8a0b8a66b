import { expect, test } from "vitest";
import { attemptFor, newRequestId } from "./remember";

test("the same content is the same request, other content another", () => {
  let made = 0;
  const id = () => `r${++made}`;
  const first = attemptFor(null, "hello", id);
  expect(attemptFor(first, "hello", id)).toBe(first);
  expect(attemptFor(first, "hello!", id)).toEqual({ request_id: "r2", content: "hello!" });
});

test("request ids fit the contract and differ", () => {
  const ids = Array.from({ length: 100 }, newRequestId);
  expect(new Set(ids).size).toBe(100);
  for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9-]{1,64}$/);
});
