/** The views that an agent keeps: made, used, changed, put in order, removed and brought back. */
import type { Page } from "@playwright/test";
import { expect, expectAccessible, expectNoSidewaysScroll, logIn, screenshot, sendByApi, test, unique } from "./suki";

const kept = (page: Page, name: string) => page.locator("[data-kept]", { hasText: name });
const linkTo = (page: Page, name: string) => page.locator('[data-view^="saved:"]', { hasText: name });

async function choose(page: Page, list: string, ...values: string[]): Promise<void> {
  await page.locator(`[data-list=${list}] summary`).click();
  for (const value of values) await page.locator(`[data-list=${list}]`).getByLabel(value, { exact: true }).check();
}

test("a view is made, shows what it asks for live, is changed, moved, removed and brought back", async ({ open }) => {
  const desk = await open("/desk");
  await logIn(desk, "agent");
  await expect(desk.locator("[data-row]").first()).toBeVisible();
  await desk.keyboard.press("g");
  await desk.keyboard.press("v");
  await expect(desk.getByRole("heading", { level: 1 })).toHaveText("Kept views");
  await expect(desk.getByText("You keep no view yet.")).toBeVisible();

  // Without a name it says so and loses nothing.
  await desk.getByRole("button", { name: "New view" }).click();
  await expect(desk.getByLabel("Name")).toBeFocused();
  await choose(desk, "state", "Open", "On hold");
  await desk.getByRole("button", { name: "Keep", exact: true }).click();
  await expect(desk.getByText("Please give it a name.")).toBeVisible();
  const open_ = unique("Open work");
  await desk.getByLabel("Name").fill(open_);
  await desk.getByLabel("The customer wrote last").selectOption("Yes");
  await screenshot(desk, "view-form");
  await expectAccessible(desk);
  await desk.getByRole("button", { name: "Keep", exact: true }).click();
  await expect(kept(desk, open_)).toContainText("State: Open, On hold · The customer wrote last: Yes");
  await expect(desk.getByRole("button", { name: `Change ${open_}` })).toHaveCount(1);
  await expect(desk.getByRole("button", { name: "New view" })).toBeFocused();

  const second = unique("Everything");
  await desk.keyboard.press("Enter");
  await desk.getByLabel("Name").fill(second);
  await desk.keyboard.press("Enter");
  await expect(kept(desk, second)).toContainText("All conversations");

  // The order, by keyboard: the focus goes with the row.
  await desk.getByRole("button", { name: `Move ${second} up` }).press("Enter");
  await expect(desk.locator("[data-kept]").first()).toContainText(second);
  await expect(desk.getByRole("button", { name: `Move ${second} down` })).toBeFocused();
  await screenshot(desk, "views");
  await expectAccessible(desk);

  // It stands beside the inbox and counts live.
  await kept(desk, open_).getByRole("link").click();
  await expect(desk.locator("#inbox-heading")).toHaveText(open_);
  const count = async () => Number(await linkTo(desk, open_).locator("span").last().innerText());
  await expect.poll(count).toBeGreaterThan(5);
  const before = await count();
  const subject = unique("Waits for an answer");
  await sendByApi(desk, subject, "Please?");
  await expect.poll(count).toBe(before + 1);
  await expect(desk.locator("[data-row]").first()).toHaveAttribute("aria-setsize", String(before + 1));

  // A change shows where the view is used.
  await desk.goto("/desk/views");
  await desk.getByRole("button", { name: `Change ${open_}` }).click();
  await desk.locator("[data-list=state] summary").click();
  await desk.locator("[data-list=state]").getByLabel("Open", { exact: true }).uncheck();
  await desk.getByLabel("The customer wrote last").selectOption("Either way");
  await desk.getByRole("button", { name: "Keep", exact: true }).click();
  await expect(kept(desk, open_)).toContainText("State: On hold");
  await kept(desk, open_).getByRole("link").click();
  await expect(desk.locator("[data-row]", { hasText: subject })).toHaveCount(0);
  for (const state of await desk.locator("[data-row] [data-testid=state]").all())
    await expect(state).toHaveText("On hold");

  // The palette has it by its name.
  await desk.keyboard.press("g");
  await desk.keyboard.press("o");
  await expect(desk.locator("#inbox-heading")).toHaveText("Open");
  await desk.keyboard.press("Control+K");
  await desk.keyboard.type(open_);
  await desk.keyboard.press("Enter");
  await expect(desk.locator("#inbox-heading")).toHaveText(open_);

  // Removed, and brought back.
  await desk.goto("/desk/views");
  await desk.getByRole("button", { name: `Remove ${open_}` }).click();
  await expect(kept(desk, open_)).toHaveCount(0);
  await desk.getByRole("button", { name: "Undo" }).click();
  await expect(kept(desk, open_)).toContainText("State: On hold");

  const phone = await open("/desk/views", { viewport: { width: 360, height: 740 }, colorScheme: "dark" });
  await logIn(phone, "agent", "fil");
  await expect(kept(phone, open_)).toBeVisible();
  await expectNoSidewaysScroll(phone);
  await expectAccessible(phone);
  await screenshot(phone, "views-phone");
  await phone.getByRole("button", { name: "Bagong view" }).click();
  await expectNoSidewaysScroll(phone);
  await screenshot(phone, "view-form-phone");
});
