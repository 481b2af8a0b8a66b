import { describe, expect, it } from "vitest";
import type { LinkedConversation } from "$/api/types";
import { claimedBy, isWarning } from "./mail-links";

const link = (more: Partial<LinkedConversation>): LinkedConversation => ({
  conversation: "7",
  subject: "Radio",
  cause: "stranger",
  email: "eve@example.com",
  claim: "none",
  opened: true,
  ...more,
});

describe("a conversation that a mail named", () => {
  it("warns of strangers until somebody said that they are the customer, and never of a forward", () => {
    expect(isWarning(link({}))).toBe(true);
    expect(isWarning(link({ cause: "token", claim: "open" }))).toBe(true);
    expect(isWarning(link({ cause: "token", claim: "refused" }))).toBe(true);
    expect(isWarning(link({ cause: "token", claim: "confirmed" }))).toBe(false);
    expect(isWarning(link({ cause: "forward" }))).toBe(false);
  });
  it("is asked about on the side that the mail opened", () => {
    expect(claimedBy(link({ opened: true }), "9")).toBe("9");
    expect(claimedBy(link({ opened: false }), "9")).toBe("7");
  });
});
