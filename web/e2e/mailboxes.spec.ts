import { expect, expectAccessible, expectNoSidewaysScroll, logIn, screenshot, test } from "./suki";

test("an owner adds a mailbox, sees which step fails, pauses it, removes it and brings it back", async ({ open }) => {
  const page = await open("/desk/channels", { colorScheme: "dark" });
  await logIn(page, "owner");
  await page.goto("/desk/channels");
  await page.getByRole("link", { name: "Mailboxes" }).click();
  await expect(page.getByRole("heading", { name: "No mailbox yet" })).toBeVisible();
  await expectAccessible(page);

  await page.getByRole("button", { name: "Add a mailbox" }).click();
  const form = page.getByRole("dialog");
  await form.getByLabel("Gmail").check();
  await expect(form.getByText("app password")).toBeVisible();
  await form.getByLabel("Elsewhere").check();
  await form.getByLabel("User").fill("help@shop.example");
  await form.getByLabel("Password", { exact: true }).fill("not a secret");
  await form.getByLabel("IMAP server").fill("localhost");
  await form.getByLabel("Port").fill("1");
  await expectAccessible(page);
  await page.setViewportSize({ width: 360, height: 740 });
  await expectNoSidewaysScroll(page);
  await screenshot(page, "mailbox-form-phone");
  await form.getByRole("button", { name: "Save and test" }).click();

  // The test says how far it came.
  const steps = page.getByTestId("steps");
  await expect(steps).toContainText("Server found");
  await expect(steps).toContainText("localhost:1");
  await expect(page.getByRole("dialog").getByRole("alert")).toContainText("takes no connection");
  await expectAccessible(page);
  await page.keyboard.press("Escape");

  const card = page.locator("[data-mailbox]");
  await expect(card).toHaveAttribute("data-state", "waiting");
  await expect(card).toContainText("Next attempt");
  await expectNoSidewaysScroll(page);
  await screenshot(page, "mailboxes-phone");
  await card.getByRole("button", { name: "Pause" }).click();
  await expect(card).toHaveAttribute("data-state", "off");
  await card.getByRole("button", { name: "Edit" }).click();
  await expect(page.getByRole("dialog").getByLabel("Password", { exact: true })).toHaveValue("");
  await page.keyboard.press("Escape");
  await card.getByRole("button", { name: "Remove" }).click();
  await expect(card).toHaveCount(0);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(card).toHaveAttribute("data-state", "off");
  await card.getByRole("button", { name: "Remove" }).click();
  await expect(card).toHaveCount(0);
});

test("who is no owner sees no mailboxes", async ({ open }) => {
  const page = await open("/desk/channels");
  await logIn(page, "manager");
  await page.goto("/desk/channels");
  await expect(page.getByRole("heading", { name: "Channels right now" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Mailboxes" })).toHaveCount(0);
});
