import { expect, test } from "vitest";
import { readPlace, writePlace, type Place } from "./place";

const places: Place[] = [
  { page: "inbox", view: "open", conversation: null },
  { page: "inbox", view: "mine", conversation: "42" },
  { page: "plan" },
  { page: "channels" },
  { page: "account" },
  { page: "audit" },
  { page: "people" },
  { page: "privacy" },
  { page: "quarantine" },
];
test.each(places)("an address leads back to its place: %j", (place) =>
  expect(readPlace(writePlace(place))).toEqual(place),
);

test.each(["/desk", "/desk/", "/desk/inbox", "/desk/inbox/nonsense", "/desk/nowhere"])("%s is the open inbox", (path) =>
  expect(readPlace(path)).toEqual({ page: "inbox", view: "open", conversation: null }),
);
test("an id that is none opens no conversation", () =>
  expect(readPlace("/desk/inbox/open/%2e%2e")).toEqual({ page: "inbox", view: "open", conversation: null }));
