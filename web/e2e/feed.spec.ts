/** What the browser holds when the server goes away and comes back, and what comes down from it. */
import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { deliverMail, expect, logIn, openConversation, sendForm, test, unique } from "./suki";

const mail = (subject: string, lines: readonly string[]): string =>
  [
    "From: Jose Ramirez <jose@example.com>",
    "To: help@shop.example",
    `Subject: ${subject}`,
    `Message-ID: <${subject.replaceAll(/\W/g, "-")}@example.com>`,
    "Date: Mon, 23 Nov 2026 09:00:00 +0800",
    "MIME-Version: 1.0",
    ...lines,
    "",
  ].join("\r\n");

/** What the inbox shows, but for words that change with the minute. */
const inboxOf = (page: Page) =>
  page.evaluate(() => ({
    counts: [...document.querySelectorAll("[data-view]")].map((one) => one.textContent.trim()),
    rows: [...document.querySelectorAll<HTMLElement>("[data-row]")].map((row) => row.dataset.row),
  }));

test.describe("the server goes away and comes back", () => {
  test.use({ tolerated: /ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET|WebSocket connection to/ });

  test("the desk says so, keeps what is written, and then shows what came in between", async ({ open, site }) => {
    const { subject } = await sendForm(await open("/"), unique("The mixer stopped"));
    const desk = await open("/desk");
    await logIn(desk, "agent");
    await openConversation(desk, subject);
    await expect(desk.locator("[data-link=live]")).toHaveText("Live");
    await desk.locator("textarea").fill("We look into it.");

    await site.stop();
    await expect(desk.locator("[data-link=lost]")).toHaveText("Not live, reconnecting…");
    await desk.keyboard.press("Control+Enter");
    await expect(desk.getByText("The server cannot be reached. Nothing was changed.")).toBeVisible();
    await expect(desk.locator("textarea")).toHaveValue("We look into it.");
    await expect(desk.locator("#subject")).toHaveText(subject);
    // A mail that comes in while nobody serves is only in a fresh snapshot.
    const meanwhile = unique("Came in between");
    deliverMail(mail(meanwhile, ["Content-Type: text/plain", "", "Is anybody there?"]));

    await site.start();
    await expect(desk.locator("[data-link=live]")).toHaveText("Live", { timeout: 20_000 });
    await expect(desk.locator("[data-row]", { hasText: meanwhile })).toBeVisible();
    // Still logged in, and the feed is live again: the reply goes out and comes back over it.
    await desk.keyboard.press("Control+Enter");
    await expect(desk.locator("[data-kind=reply]")).toContainText("We look into it.");
    await expect(desk.locator("textarea")).toHaveValue("");
    await sendForm(await open("/"), unique("After the pause"));
    await expect(desk.locator("[data-row]").first()).toContainText("After the pause");

    // What was put together from before, in between and after is what a fresh page shows.
    const fresh = await open("/desk/inbox/all");
    await logIn(fresh, "agent");
    await expect(fresh.locator("[data-row]").first()).toContainText("After the pause");
    const seen = await inboxOf(fresh);
    expect(seen.rows.length).toBeGreaterThan(10);
    await expect
      .poll(async () => {
        const { counts, rows } = await inboxOf(desk);
        // Rows that came push others past the end of the page that a fresh one loads.
        return { counts, rows: rows.slice(0, seen.rows.length) };
      })
      .toEqual(seen);
  });
});

test("attachments come down byte for byte, as files and never as pages, and only for those logged in", async ({
  open,
}) => {
  const subject = unique("Pictures of the damage");
  const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, n) => (n * n + (n >> 8)) % 256));
  const page = "<!doctype html><script>document.title = 'taken'</script>";
  const part = (type: string, name: string, content: Buffer) => [
    "--b",
    `Content-Type: ${type}`,
    `Content-Disposition: attachment; filename="${name}"`,
    "Content-Transfer-Encoding: base64",
    "",
    ...(content.toString("base64").match(/.{1,76}/g) ?? []),
  ];
  deliverMail(
    mail(subject, [
      'Content-Type: multipart/mixed; boundary="b"',
      "",
      "--b",
      "Content-Type: text/plain; charset=utf-8",
      "",
      "Please see what is attached.",
      ...part("image/jpeg", "damage.jpg", bytes),
      ...part("text/html", "../../page.html", Buffer.from(page)),
      "--b--",
    ]),
  );
  const desk = await open("/desk");
  await logIn(desk, "agent");
  await openConversation(desk, subject);

  const links = desk.getByRole("list", { name: "Attachments" }).getByRole("link");
  await expect(links).toHaveCount(2);
  const load = async (name: string) => {
    const [file] = await Promise.all([desk.waitForEvent("download"), links.filter({ hasText: name }).click()]);
    return { name: file.suggestedFilename(), content: readFileSync(await file.path()) };
  };
  const picture = await load("damage.jpg");
  expect(picture.name).toBe("damage.jpg");
  expect(picture.content.equals(bytes)).toBe(true);
  const other = await load("page.html");
  expect(other.name).not.toMatch(/[/\\]/);
  expect(other.content.toString()).toBe(page);

  for (const link of await links.all()) {
    const address = (await link.getAttribute("href")) ?? "";
    const answer = await desk.request.get(address);
    expect(answer.headers()["content-disposition"]).toMatch(/^attachment/);
    expect(answer.headers()["x-content-type-options"]).toBe("nosniff");
    const stranger = await open("/");
    expect((await stranger.request.get(address)).status()).toBe(401);
  }
});
