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

  const customer = await open("/");
  const answer = await customer.request.get(link.replace("/c/", "/api/v1/public/conversations/"));
  expect(answer.status()).toBe(404);
});
