/**
 * What comes in another order than usual: the feed before the answer, an answer after the hand has gone on. Each test
 * holds an answer back for as long as it needs.
 */
import type { Page } from "@playwright/test";
import { expect, logIn, openConversation, sendForm, test, unique } from "./suki";

/** The server does it at once; its answer comes when `release` is called. `asked` counts. */
async function holdAnswers(page: Page, method: string, address: RegExp) {
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const held = { asked: 0, release };
  await page.route(address, async (route) => {
    if (route.request().method() !== method) return route.fallback();
    held.asked++;
    const response = await route.fetch();
    await released;
    await route.fulfill({ response });
  });
  return held;
}

test("undo by key, before the answer of the change it undoes has come", async ({ open }) => {
  const { subject } = await sendForm(await open("/"), unique("Undo at once"));
  const desk = await open("/desk");
  await logIn(desk, "agent");
  await openConversation(desk, subject);
  const state = desk.getByTestId("facts").getByTestId("state");
  const held = await holdAnswers(desk, "PATCH", /\/conversations\/\d+$/);
  await desk.keyboard.press("e");
  await expect(state).toHaveText("Resolved");
  await desk.keyboard.press("z");
  held.release();
  await expect(state).toHaveText("Open");
});

test("a note is kept while a reply is on its way", async ({ open }) => {
  const { subject } = await sendForm(await open("/"), unique("Two at once"));
  const desk = await open("/desk");
  await logIn(desk, "agent");
  await openConversation(desk, subject);
  const held = await holdAnswers(desk, "POST", /\/replies$/);
  await desk.keyboard.press("r");
  await desk.keyboard.type("Good day!");
  await desk.keyboard.press("Control+Enter");
  await expect(desk.locator("[data-kind=reply]")).toContainText("Good day!");
  await desk.keyboard.press("Escape");
  await desk.keyboard.press("n");
  await desk.keyboard.type("Ask for the serial number.");
  await desk.keyboard.press("Control+Enter");
  await expect(desk.locator("[data-kind=note]")).toContainText("serial number");
  held.release();
  await desk.keyboard.press("Escape");
  await desk.keyboard.press("r");
  await expect(desk.locator("textarea")).toHaveValue("");
});

test("a draft that is discarded while its file is on its way comes back with the file", async ({ open }) => {
  const { subject } = await sendForm(await open("/"), unique("A file too late"));
  const desk = await open("/desk");
  await logIn(desk, "agent");
  await openConversation(desk, subject);
  const held = await holdAnswers(desk, "POST", /\/uploads\?/);
  await desk.locator("textarea").fill("Here are the terms.");
  await desk
    .getByTestId("file-input")
    .setInputFiles([{ name: "terms.txt", mimeType: "text/plain", buffer: Buffer.from("two years\n") }]);
  await expect(desk.getByTestId("files")).toContainText("terms.txt");
  await desk.getByRole("button", { name: "Discard draft" }).click();
  await expect(desk.locator("textarea")).toHaveValue("");
  await expect(desk.getByTestId("files")).toHaveCount(0);
  held.release();
  await desk.getByTestId("toast").last().getByRole("button", { name: "Undo" }).click();
  await expect(desk.locator("textarea")).toHaveValue("Here are the terms.");
  await expect(desk.getByTestId("files")).toContainText("terms.txt");
  await expect(desk.getByTestId("draft-kept")).toHaveAttribute("data-keeping", "kept");
  await desk.locator("textarea").press("Control+Enter");
  await expect(desk.locator("[data-kind=reply]")).toContainText("terms.txt");
});
