/** A draft at work, with a server that answers when the test lets it. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Conversation, Upload } from "$/api/types";

const upload = (id: string): Upload => ({ id, name: `${id}.txt`, type: "text/plain", size: 3 });
const conversation = { row: { id: "7", last_number: 4 }, drafts: [] } as unknown as Conversation;

describe("a draft box", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("localStorage", { getItem: () => null, setItem: () => undefined, removeItem: () => undefined });
    vi.stubGlobal("fetch", () => new Promise(() => undefined));
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
    vi.resetModules();
  });
  const open = async () => {
    const { draftBox } = await import("./drafts.svelte");
    const box = draftBox("7", "reply");
    box.open(conversation);
    return box;
  };

  test("what was discarded comes back whole, with what its writer had seen", async () => {
    const box = await open();
    box.change({ text: "Here are the terms.", uploads: [upload("a")] }, 4);
    const undo = box.discard(9);
    expect(box.empty).toBe(true);
    undo();
    expect(box.text).toBe("Here are the terms.");
    expect(box.uploads.map((one) => one.id)).toEqual(["a"]);
    expect(box.seen).toBe(4);
  });
  test("a file that is there by then does not keep it away", async () => {
    const box = await open();
    box.change({ text: "Here are the terms.", uploads: [upload("a")] }, 4);
    const undo = box.discard(4);
    box.change({ uploads: [upload("b")] }, 4);
    undo();
    expect(box.text).toBe("Here are the terms.");
    expect(box.uploads.map((one) => one.id)).toEqual(["a", "b"]);
  });
  test("what was written since stays behind it", async () => {
    const box = await open();
    box.change({ text: "First thought." }, 4);
    const undo = box.discard(4);
    box.change({ text: "Second." }, 4);
    undo();
    expect(box.text).toBe("First thought.\n\nSecond.");
  });
  test("what was written while a message was on its way is the next draft", async () => {
    const box = await open();
    box.change({ text: "Good day!", uploads: [upload("a")] }, 4);
    const out = { text: box.text, uploads: box.uploads };
    box.change({ text: "Good day! And one thing more", uploads: [upload("a"), upload("b")] }, 4);
    box.sent(conversation, out);
    expect(box.text).toBe("And one thing more");
    expect(box.uploads.map((one) => one.id)).toEqual(["b"]);
  });
  test("nothing is left of what was sent as it stood", async () => {
    const box = await open();
    box.change({ text: "Good day!" }, 4);
    box.sent(conversation, { text: box.text, uploads: box.uploads });
    expect(box.empty).toBe(true);
  });
});
