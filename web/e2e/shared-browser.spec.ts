import { expect, logIn, openConversation, sendForm, test, unique } from "./suki";

test("who logs in next at the same browser finds nothing of who was there before, and loses no draft", async ({
  open,
}) => {
  const subject = unique("The fan rattles");
  await sendForm(await open("/"), subject);
  const page = await open("/desk");
  await logIn(page, "agent");
  await page.goto("/desk/search");
  await page.getByRole("searchbox").fill("rattles");
  await page.getByRole("searchbox").press("Enter");
  await expect(page.getByText(subject).first()).toBeVisible();
  await page.goto("/desk");
  await openConversation(page, subject);
  await page.locator("textarea").fill("Please hold the fan still.");
  await page.getByRole("button", { name: "Log out" }).filter({ visible: true }).click(); // before the draft's pause is over
  await expect(page.locator("#login")).toBeVisible();
  const kept = () => page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("suki.desk.")));
  expect(await kept()).toEqual([]);

  await logIn(page, "manager");
  await openConversation(page, subject);
  await expect(page.locator("textarea")).toHaveValue("");
  await page.getByRole("button", { name: "Log out" }).filter({ visible: true }).click();
  await logIn(page, "agent");
  await openConversation(page, subject);
  await expect(page.locator("textarea")).toHaveValue("Please hold the fan still.");
});
