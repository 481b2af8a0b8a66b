import { describe, expect, it } from "vitest";
import type { Draft } from "$/api/types";
import { readLocal, settle, writeLocal, type LocalDraft } from "./drafts";

const file = { id: "f1", name: "a.png", type: "image/png", size: 3 };
const server = (more: Partial<Draft> = {}): Draft => ({
  kind: "reply",
  text: "from the server",
  writer: "other",
  revision: 4,
  seen: 7,
  at: "2026-11-23T02:00:00Z",
  uploads: [],
  mail: null,
  ...more,
});
const local = (more: Partial<LocalDraft> = {}): LocalDraft => ({
  text: "typed here",
  uploads: [],
  seen: 6,
  revision: 4,
  writer: "me-before-reload",
  dirty: true,
  ...more,
});

describe("a draft in two places", () => {
  it("on a new device what the server has is there", () => {
    expect(settle(null, server({ uploads: [file] }), "me", 9)).toEqual({
      draft: { text: "from the server", uploads: [file], seen: 7, revision: 4, writer: "me", dirty: false },
      other: null,
    });
    expect(settle(null, undefined, "me", 9).draft).toMatchObject({ text: "", seen: 9, revision: 0 });
  });
  it("what the server took already gives way to what it has now", () => {
    expect(settle(local({ dirty: false }), server(), "me", 9).draft.text).toBe("from the server");
    expect(settle(local({ dirty: false }), server({ text: "", revision: 5 }), "me", 9).draft.text).toBe("");
  });
  it("what the server has not taken yet stays, and goes there", () => {
    expect(settle(local(), undefined, "me", 9)).toMatchObject({
      draft: { text: "typed here", dirty: true },
      other: null,
    });
    expect(settle(local(), server(), "me", 9)).toMatchObject({ draft: { text: "typed here", seen: 6 }, other: null });
  });
  it("an answer that was lost is no other page", () => {
    const settled = settle(local(), server({ revision: 5, writer: "me-before-reload" }), "me", 9);
    expect(settled).toMatchObject({ draft: { text: "typed here", revision: 5, dirty: true }, other: null });
    expect(settle(local(), server({ text: "typed here", revision: 5 }), "me", 9)).toMatchObject({
      draft: { revision: 5, dirty: false },
      other: null,
    });
  });
  it("a later text of another page is not overwritten, nor is this one", () => {
    const settled = settle(local(), server({ revision: 5 }), "me", 9);
    expect(settled.draft).toMatchObject({ text: "typed here", dirty: true });
    expect(settled.other?.text).toBe("from the server");
    expect(settle(local(), server({ revision: 5, text: "" }), "me", 9).other, "sent by another page").not.toBeNull();
  });
  it("storage that holds something else holds no draft", () => {
    for (const text of [null, "", "{", "[]", '{"text":1}', '{"text":"a"}']) expect(readLocal(text)).toBeNull();
    expect(readLocal(writeLocal(local()))).toEqual(local());
    expect(writeLocal(local({ text: " ", dirty: false }))).toBeNull();
    expect(writeLocal(local({ text: "", dirty: true })), "thrown away, and the server must hear it").not.toBeNull();
  });
});
