import {
  deliverMail,
  expect,
  expectAccessible,
  expectNoSidewaysScroll,
  logIn,
  openConversation,
  screenshot,
  test,
  unique,
} from "./suki";

const spam = (subject: string, id: string) =>
  `X-Spam-Flag: YES\nFrom: Prize Office <win@prize.example>\nTo: help@example.com\nSubject: ${subject}\nMessage-ID: <${id}@prize.example>\n\nClick here to win.\n`;

test("a mail that a filter marked waits for a manager, who looks, delivers, deletes and takes back", async ({
  open,
}) => {
  const wanted = unique("Order 17 never came");
  const junk = unique("You won a fan");
  expect(deliverMail(spam(wanted, wanted.replaceAll(" ", ".")))).toMatch(/^quarantine \d+/);
  expect(deliverMail(spam(junk, junk.replaceAll(" ", ".")))).toMatch(/^quarantine \d+/);

  const agent = await open("/desk");
  await logIn(agent, "agent");
  await agent.goto("/desk/channels");
  await expect(agent.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(agent.getByTestId("to-quarantine")).toHaveCount(0);

  const page = await open("/desk");
  await logIn(page, "manager");
  await page.goto("/desk/channels");
  await expect(page.getByTestId("to-quarantine")).toContainText(/\d+ mails? in quarantine/);
  await page.getByTestId("to-quarantine").click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Quarantine");
  const list = page.getByTestId("quarantine");
  const one = list.locator("li").filter({ hasText: wanted });
  await one.getByRole("button", { expanded: false }).click();
  await expect(one.getByTestId("mail-text")).toContainText("Click here to win.");
  await one.getByRole("button", { name: "Header fields" }).click();
  await expect(one.getByTestId("mail-text")).toContainText("X-Spam-Flag: YES");
  await expectAccessible(page);
  await screenshot(page, "quarantine");
  await page.setViewportSize({ width: 360, height: 740 });
  await expectNoSidewaysScroll(page);
  await screenshot(page, "quarantine-phone");
  await page.setViewportSize({ width: 1280, height: 800 });

  const other = list.locator("li").filter({ hasText: junk });
  await other.getByRole("button", { expanded: false }).click();
  await other.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(list.locator("li").filter({ hasText: junk })).toHaveCount(0);
  await page.getByTestId("toast").getByRole("button", { name: "Undo" }).click();
  await expect(list.locator("li").filter({ hasText: junk })).toHaveCount(1);

  await one.getByRole("button", { name: "Not spam: deliver" }).click();
  await page.getByRole("link", { name: /Open conversation \d+/ }).click();
  await expect(page.locator("#subject")).toHaveText(wanted);
  await expect(page.getByTestId("spam")).toHaveText("Marked as spam");
});

test("the quarantine in the dark, by keyboard, and empty", async ({ open }) => {
  deliverMail(spam(unique("Night"), unique("night").replaceAll(" ", ".")));
  const page = await open("/desk", { colorScheme: "dark" });
  await logIn(page, "manager");
  await page.keyboard.press("g");
  await page.keyboard.press("q");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Quarantine");
  await page.getByTestId("quarantine").locator("li button").first().focus();
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("mail-text").first()).toBeVisible();
  await expectAccessible(page);
  await screenshot(page, "quarantine-dark");
  for (;;) {
    const remove = page.getByTestId("quarantine").getByRole("button", { name: "Delete", exact: true });
    const items = page.getByTestId("quarantine").locator("li");
    if ((await items.count()) === 0) break;
    if ((await remove.count()) === 0) await items.first().getByRole("button", { expanded: false }).click();
    const before = await items.count();
    await remove.first().click();
    await expect(items).toHaveCount(before - 1);
  }
  await expect(page.getByText("Nothing in quarantine").first()).toBeVisible();
  await screenshot(page, "quarantine-empty");
});

test("pictures from the internet are shown only when asked for, and this machine's own never", async ({
  open,
  site,
}) => {
  const subject = unique("With a picture");
  const asked: string[] = [];
  deliverMail(
    `From: Pedro <pedro@example.com>\nTo: help@example.com\nSubject: ${subject}\nMessage-ID: <${subject.replaceAll(" ", ".")}@example.com>\nContent-Type: text/html\n\n<p>Look<img src="${site.address}/logo-of-the-sender.png" alt="our logo"></p>\n`,
  );
  const page = await open("/desk");
  page.on("request", (request) => asked.push(request.url()));
  await logIn(page, "agent");
  await openConversation(page, subject);
  await page.getByRole("button", { name: "As it was laid out" }).click();
  const bar = page.getByTestId("pictures");
  await expect(bar).toContainText("1 picture from the internet is not shown.");
  await expectAccessible(page);
  await screenshot(page, "pictures-blocked");
  await bar.getByRole("button", { name: "Show pictures" }).click();
  await expect(bar).toContainText("1 picture could not be fetched.");
  await expect(page.frameLocator("[data-testid=mail-html]").getByText("our logo")).toBeVisible();
  expect(asked.filter((url) => url.includes("logo-of-the-sender"))).toEqual([]);
  await page.setViewportSize({ width: 360, height: 740 });
  await expectNoSidewaysScroll(page);
});

test("beside a sender stands where the mail came from", async ({ open }) => {
  const mail = (subject: string, result: string) =>
    `Authentication-Results: mx.shop.example; spf=pass smtp.mailfrom=bank.example; dmarc=${result} header.from=bank.example\nFrom: Bank <help@bank.example>\nTo: help@example.com\nSubject: ${subject}\nMessage-ID: <${subject.replaceAll(" ", ".")}@bank.example>\n\nPlease answer.\n`;
  const good = unique("A true mail");
  const bad = unique("A forged mail");
  deliverMail(mail(good, "pass"));
  deliverMail(mail(bad, "fail"));
  const page = await open("/desk");
  await logIn(page, "agent");
  await openConversation(page, good);
  await expect(page.getByTestId("origin")).toContainText("Verified: bank.example");
  await page.getByTestId("origin").locator("summary").click();
  await expect(page.getByTestId("origin")).toContainText("DMARC: pass");
  await expectAccessible(page);
  await screenshot(page, "origin-verified");
  await page.goto("/desk");
  await openConversation(page, bad);
  await expect(page.getByTestId("origin")).toContainText("May be forged");
  await page.getByTestId("origin").locator("summary").click();
  await page.setViewportSize({ width: 360, height: 740 });
  await expectNoSidewaysScroll(page);
  await screenshot(page, "origin-forged-phone");
});
