import { expect, expectAccessible, expectNoSidewaysScroll, logIn, screenshot, test } from "./suki";

// No mail server is named here: what would have failed is told by answers of this test's own.
const failed = {
  items: [
    {
      id: "7",
      kind: "reply",
      to: "liza@example.net",
      why: "smtps://mail.shop.example: RCPT failed: 550: 550 5.1.1 <liza@example.net>: Recipient address rejected",
      subject: "My refrigerator is not cold",
      conversation: "1",
      attempts: 1,
      at: "2026-11-23T02:00:00Z",
      may_retry: true,
    },
    {
      id: "6",
      kind: "access",
      to: "a.very.long.address.of.somebody@a-very-long-department.of.a-very-long-company.example.com",
      why: "451 4.3.0 try again later",
      subject: "",
      conversation: null,
      attempts: 12,
      at: "2026-11-22T02:00:00Z",
      may_retry: false,
    },
  ],
  next: null,
  total: 2,
};
const trial = {
  state: "done",
  to: "nena@shop.example",
  server: "smtp://mail.shop.example:587",
  at: "2026-11-23T02:00:00Z",
  sent: false,
  steps: [
    { step: "name", outcome: "ok", words: "203.0.113.7:587...", cure: "" },
    { step: "connect", outcome: "ok", words: "220 mail.shop.example ESMTP", cure: "" },
    {
      step: "tls",
      outcome: "ok",
      words: "TLSv1.3 / TLS_AES_256_GCM_SHA384; subject: CN=mail.shop.example; expire date: Feb 21 08:00:00 2027 GMT",
      cure: "",
    },
    { step: "login", outcome: "failed", words: "535 5.7.8 authentication failed", cure: "log_in" },
    { step: "sender", outcome: "left_out", words: "", cure: "" },
    { step: "recipient", outcome: "left_out", words: "", cure: "" },
    { step: "taken", outcome: "left_out", words: "", cure: "" },
  ],
};

test("a manager sees the mails that did not go out, tries one again, and tries the way out", async ({ open }) => {
  const page = await open("/desk/channels");
  await logIn(page, "manager");
  await page.goto("/desk/channels");
  await expect(page.getByTestId("failed-mails")).toContainText("Every mail went out");
  await page.getByLabel("Your e-mail address").fill("nena@shop.example");
  await page.getByRole("button", { name: "Send a test mail" }).click();
  await expect(page.getByTestId("mail-trial").getByRole("alert")).toContainText("No mail server is named");

  let list = failed;
  const retried: string[] = [];
  await page.route("**/api/v1/mails/failed?*", (route) => route.fulfill({ json: list }));
  await page.route("**/api/v1/mails/*/retry", async (route) => {
    retried.push(new URL(route.request().url()).pathname);
    list = { ...failed, items: failed.items.slice(1), total: 1 };
    await route.fulfill({ status: 204 });
  });
  await page.route("**/api/v1/mails/trial", (route) => route.fulfill({ json: trial }));
  for (const [language, scheme] of [
    ["fil", "dark"],
    ["en", "light"],
  ] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.goto("/desk/channels");
    await page
      .getByLabel(/^(Language|Wika)$/)
      .filter({ visible: true })
      .selectOption(language);
    await expect(page.locator("[data-mail='7']")).toContainText("550 5.1.1");
    await expect(page.locator("[data-step=login]")).toContainText("535 5.7.8");
    await page.getByTestId("mail-trial").scrollIntoViewIfNeeded();
    await expectAccessible(page);
    await screenshot(page, `mail-out-${language}`);
    await page.setViewportSize({ width: 360, height: 740 });
    await expectNoSidewaysScroll(page);
    await page.getByTestId("failed-mails").scrollIntoViewIfNeeded();
    await screenshot(page, `mail-out-${language}-phone`);
    await page.setViewportSize({ width: 1440, height: 900 });
  }
  await expect(page.locator("[data-mail='6'] button")).toHaveCount(0);
  await page.getByRole("button", { name: "Try again: liza@example.net" }).click();
  await expect(page.locator("[data-mail='7']")).toHaveCount(0);
  expect(retried).toEqual(["/api/v1/mails/7/retry"]);
});

test("an agent sees the channels, and not the mails of everybody", async ({ open }) => {
  const page = await open("/desk");
  await logIn(page, "agent");
  await page.goto("/desk/channels");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.getByTestId("failed-mails")).toHaveCount(0);
  await expect(page.getByTestId("mail-trial")).toHaveCount(0);
});
