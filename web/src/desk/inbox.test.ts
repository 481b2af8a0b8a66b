/** The inbox's state, with a server that answers when the test lets it. */
import { afterEach, expect, test, vi } from "vitest";
import { InboxState } from "./inbox.svelte";

afterEach(() => vi.unstubAllGlobals());

const inbox = { items: [], next: null, counts: { teams: [], topics: [] }, now: "2026-11-26T00:00:00Z", position: 5 };

test("a view is switched to once, however often its list is asked for before one comes", async () => {
  const answers: (() => void)[] = [];
  vi.stubGlobal(
    "fetch",
    () => new Promise((resolve) => answers.push(() => resolve(new Response(JSON.stringify(inbox))))),
  );
  const told: string[] = [];
  const state = new InboxState({
    switched: () => told.push("switched"),
    listed: () => told.push("listed"),
    changed: () => undefined,
    anew: () => undefined,
    lost: () => undefined,
    failed: (error) => {
      throw error;
    },
  });
  const first = state.loadView("mine");
  expect(told, "before any answer: the cursor of the view before is gone").toEqual(["switched"]);
  const second = state.loadView("mine");
  for (const answer of answers) answer();
  await Promise.all([first, second]);
  expect(told).toEqual(["switched", "listed"]);
});
