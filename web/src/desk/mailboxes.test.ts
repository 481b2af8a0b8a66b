import { expect, test } from "vitest";
import type { MailboxItem } from "$/api/types";
import { blank, inputOf, isBusy, needsSecret, presetOf, stateOf, withAuth, withPreset, withTls } from "./mailboxes";

const item = {
  ...blank,
  id: "1",
  host: "imap.shop.example",
  user: "help",
  state: "idle",
  testing: false,
  token_url: "",
} as unknown as MailboxItem;

test("Microsoft takes tokens only; Gmail either; elsewhere a password comes first", () => {
  expect(withPreset(blank, "microsoft")).toMatchObject({
    host: "outlook.office365.com",
    auth: "oauth",
    provider: "microsoft",
  });
  expect(withPreset(blank, "google")).toMatchObject({ host: "imap.gmail.com", auth: "password", provider: "" });
  expect(withAuth(withPreset(blank, "google"), "google", "oauth").provider).toBe("google");
  expect(withAuth(blank, "other", "oauth").provider).toBe("custom");
  expect(withPreset(withPreset(blank, "microsoft"), "other")).toMatchObject({ host: "", auth: "password" });
});

test("a mailbox that is there is known by its server", () => {
  expect(presetOf({ host: "imap.gmail.com", provider: "" })).toBe("google");
  expect(presetOf({ host: "outlook.office365.com", provider: "microsoft" })).toBe("microsoft");
  expect(presetOf({ host: "imap.shop.example", provider: "custom" })).toBe("other");
});

test("the port goes with the encryption unless it is another one", () => {
  expect(withTls(blank, "starttls").port).toBe(143);
  expect(withTls({ ...blank, port: 1993 }, "starttls").port).toBe(1993);
});

test("what is changed keeps its secret, but not for another server", () => {
  const input = inputOf(item);
  expect(input.password).toBe("");
  expect(needsSecret(null, input)).toBe(true);
  expect(needsSecret(item, { ...input, name: "Sales" })).toBe(false);
  expect(needsSecret(item, { ...input, host: "imap.thief.example" })).toBe(true);
  expect(needsSecret(item, { ...input, auth: "oauth" })).toBe(true);
});

test("one that was added a moment ago is starting, not paused", () => {
  expect(stateOf({ ...item, state: "off" })).toBe("starting");
  expect(stateOf({ ...item, state: "off", enabled: false })).toBe("off");
  expect(isBusy([item])).toBe(false);
  expect(isBusy([item, { ...item, testing: true }])).toBe(true);
});
