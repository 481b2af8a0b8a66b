import { describe, expect, test } from "vitest";
import { emptyDraft, faultsOf, readDraft } from "./draft";

const full = {
  name: "Aling Nena",
  email: "nena@example.com",
  topic: "repair",
  subject: "Rice cooker",
  message: "It does not switch on.",
};

describe("a kept draft", () => {
  test("comes back whole", () => {
    expect(readDraft(JSON.stringify(full))).toEqual(full);
  });
  test.each([null, "", "{", "[]", "7", '"x"', '{"name":7}'])("%s is none: an empty one", (text) =>
    expect(readDraft(text)).toEqual(emptyDraft()),
  );
});

describe("before sending", () => {
  test("a full draft has no fault", () => expect(faultsOf(full)).toEqual({}));
  test("an empty one names every field", () =>
    expect(Object.keys(faultsOf(emptyDraft())).sort()).toEqual(["email", "message", "name", "subject", "topic"]));
  test.each(["nena", "nena@", "@example.com", "nena@example", "ne na@example.com", "nena@example."])(
    "%s is no address",
    (email) => expect(faultsOf({ ...full, email })).toEqual({ email: "email" }),
  );
  test("a message over the limit is too long", () =>
    expect(faultsOf({ ...full, message: "x".repeat(20_001) })).toEqual({ message: "long" }));
});
