import {
  expect,
  expectAccessible,
  expectNoSidewaysScroll,
  logIn,
  openConversation,
  screenshot,
  sendForm,
  test,
  unique,
} from "./suki";

test("a customer's data is taken out, and erased after the address was typed; the rest of the desk stays", async ({
  open,
}) => {
  const subject = unique("Please forget me");
  const { link } = await sendForm(await open("/"), subject);

  const manager = await open("/desk");
  await logIn(manager, "manager");
  await openConversation(manager, subject);
  const panel = manager.getByTestId("customer");
  await expect(panel.getByRole("button", { name: "Export…" })).toBeVisible();
  await expect(panel.getByRole("button", { name: "Erase…" })).toHaveCount(0);

  const page = await open("/desk", { colorScheme: "dark" });
  await logIn(page, "owner");
  await openConversation(page, subject);
  const download = page.waitForEvent("download");
  await page.getByTestId("customer").getByRole("button", { name: "Export…" }).click();
  await page.getByTestId("export").click();
  const stream = await (await download).createReadStream();
  const bytes: Buffer[] = [];
  for await (const part of stream) bytes.push(part as Buffer);
  const archive = Buffer.concat(bytes);
  expect(archive.subarray(0, 4).toString("latin1")).toBe("PK\u0003\u0004");
  expect(archive.includes("customer.json")).toBe(true);

  await page.keyboard.press("Escape");
  await page.getByTestId("customer").getByRole("button", { name: "Erase…" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByTestId("erase")).toContainText("unsolved");
  const now = dialog.getByRole("button", { name: "Erase for good" });
  await expect(now).toBeDisabled();
  await expectAccessible(page);
  await screenshot(page, "erase");
  await page.setViewportSize({ width: 360, height: 740 });
  await expectNoSidewaysScroll(page);
  await screenshot(page, "erase-phone");
  await dialog.getByLabel("to confirm").fill("somebody@else.example");
  await expect(now).toBeDisabled();
  await dialog.getByLabel("to confirm").fill("NENA@example.com");
  await now.click();
  await expect(dialog.getByTestId("erase")).toContainText("Erased:");
  await dialog.getByRole("button", { name: "Close", exact: true }).last().click();
  await page.setViewportSize({ width: 1280, height: 800 });
  await expect(page.locator("#subject")).toHaveText("Erased conversation");
  await expect(page.getByText(subject)).toHaveCount(0);

  await page.keyboard.press("g");
  await page.keyboard.press("d");
  const erased = page.getByTestId("erased");
  await expect(erased).toContainText("The customer asked for it");
  await expect(erased.locator("li").first()).toContainText(/Customer \d+/);
  await expect(erased).not.toContainText(/nena@|Villanueva|forget me/);

  const customer = await open("/");
  const answer = await customer.request.get(link.replace("/c/", "/api/v1/public/conversations/"));
  expect(answer.status()).toBe(404);
});

test("how long data is kept, what goes next, and that a failed load is tried again", async ({ open }) => {
  const page = await open("/desk");
  await logIn(page, "manager");
  await page.getByRole("link", { name: "Data privacy" }).click();
  await expect(page.getByTestId("kept")).toContainText("The plan has no rule");
  await expect(page.getByTestId("next")).toHaveCount(0);
  await expectAccessible(page);

  // The shop's plan has no rule: what a rule gives is told by the test.
  const row = (n: number) => ({ conversation: `${n}`, customer: `${n + 100}`, name: `Customer No ${n}`, at: at(n) });
  const at = (n: number) => new Date(Date.now() + n * 86_400_000).toISOString();
  const asked: string[] = [];
  let fails = true;
  await page.route("**/api/v1/retention", (route) =>
    route.fulfill({
      json: {
        conversation_days: 365,
        customer_days: 730,
        begins_at: at(1),
        due_conversations: 2,
        due_customers: 0,
        days: [
          { day: "2026-11-20", plan_version: "3", customers: 1, conversations: 4, messages: 9, files: 2, mails: 0 },
        ],
      },
    }),
  );
  await page.route("**/api/v1/retention/next?*", (route) => {
    const query = new URL(route.request().url()).searchParams;
    asked.push(`${query.get("kind")} ${query.get("cursor")}`);
    if (fails) return route.abort();
    const second = query.get("cursor") === "9.9";
    return route.fulfill({ json: { items: second ? [row(3)] : [row(-1), row(2)], next: second ? null : "9.9" } });
  });
  await page.reload();
  const next = page.getByTestId("next");
  await expect(next.getByRole("alert")).toContainText("cannot be reached");
  fails = false;
  await next.getByRole("button", { name: "Try again" }).click();
  await expect(next.locator("li")).toHaveCount(2);
  await expect(next.locator("li").first()).toContainText("due now");
  await next.getByRole("button", { name: "Show more" }).click();
  await expect(next.locator("li")).toHaveCount(3);
  await next.getByRole("button", { name: "Customers" }).click();
  await expect(next.locator("li")).toHaveCount(2);
  expect(asked.at(-1)).toBe("customers ");
  await expect(page.getByTestId("kept")).toContainText("365 days");
  await expect(page.getByTestId("kept")).toContainText("This keeps less than before");
  await expectAccessible(page);
  await screenshot(page, "privacy");
  await page.setViewportSize({ width: 360, height: 740 });
  await expectNoSidewaysScroll(page);
  await screenshot(page, "privacy-phone");
  await next.getByRole("link", { name: "Conversation 2" }).first().click();
  await expect(page).toHaveURL(/\/desk\/inbox\/all\/2$/);
});

test("an agent gets to no page of erasures", async ({ open }) => {
  const page = await open("/desk");
  await logIn(page, "agent");
  await expect(page.getByRole("link", { name: "Data privacy" })).toHaveCount(0);
  await page.keyboard.press("g");
  await page.keyboard.press("d");
  await expect(page).toHaveURL(/\/desk\/?(inbox|$)/);
  for (const address of ["erasures", "retention", "retention/next?kind=customers"])
    expect((await page.request.get(`/api/v1/${address}`)).status(), address).toBe(403);
});
