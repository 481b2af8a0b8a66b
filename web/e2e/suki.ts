/** What the tests share: pages that tolerate no error, people who do things, and the checks of every page. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import {
  expect,
  test as base,
  type Browser,
  type BrowserContextOptions,
  type Locator,
  type Page,
} from "@playwright/test";
import axe from "axe-core";
import { program, Site, type Account, type Role } from "./server";

/** This worker's own: tests of another worker change nothing here. */
let site: Site | undefined;
const ownSite = (): Site => {
  if (!site) throw new Error("no server was started");
  return site;
};

/** What a test itself provoked and the browser also reports: such an answer, or a request that the test cut off. */
const expected = /Failed to load resource: (the server responded with a status of (401|404|409)|net::ERR_FAILED)/;

interface Opener {
  /** Further errors that this test provokes. */
  tolerated: RegExp | null;
  open: (path: string, options?: BrowserContextOptions) => Promise<Page>;
  /** How letters are written; most tests are about something else, and fill in plain words. */
  editor: "plain" | "rich";
}
interface Owned {
  site: Site;
}

/** Pages of people apart from each other. A test fails when any of them reports an error or a blocked resource. */
export const test = base.extend<Opener, Owned>({
  site: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the names of what is needed from here.
    async ({}, use) => {
      site = new Site();
      try {
        await site.start();
        await site.undoSeconds(0);
        await use(site);
      } finally {
        await site.end();
      }
    },
    { scope: "worker" },
  ],
  tolerated: [null, { option: true }],
  editor: ["plain", { option: true }],
  open: async ({ browser, site, tolerated, editor }, use) => {
    const faults: string[] = [];
    const contexts: Awaited<ReturnType<Browser["newContext"]>>[] = [];
    await use(async (path, options = {}) => {
      const context = await browser.newContext({
        baseURL: site.address,
        locale: "en-US",
        timezoneId: "Asia/Manila",
        viewport: { width: 1440, height: 900 },
        ...options,
      });
      contexts.push(context);
      await context.addInitScript((kind) => {
        // A sandboxed frame has no storage, and says so.
        if (self.origin === "null") return;
        if (localStorage.getItem("suki.editor") === null) localStorage.setItem("suki.editor", kind);
      }, editor);
      const page = await context.newPage();
      page.on("pageerror", (error) => faults.push(error.message));
      page.on("console", (message) => {
        if (message.type() !== "error" || expected.test(message.text()) || tolerated?.test(message.text())) return;
        faults.push(message.text());
      });
      await page.goto(path);
      return page;
    });
    await Promise.all(contexts.map((context) => context.close()));
    expect(faults, "errors in the browser's console").toEqual([]);
  },
});
export { expect };

let made = 0;
/** Words that no other test uses. */
export const unique = (words: string): string => `${words} ${process.pid}-${++made}`;

export interface Sent {
  subject: string;
  /** "/c/…" */
  link: string;
  promise: string;
}

/** Fills the contact form and sends it. */
export async function sendForm(
  page: Page,
  subject: string,
  message = "It does not switch on any more.",
): Promise<Sent> {
  await page.locator("#topic").selectOption({ index: 1 });
  await page.locator("#name").fill("Nena Villanueva");
  await page.locator("#email").fill("nena@example.com");
  await page.locator("#subject").fill(subject);
  await page.locator("#message").fill(message);
  await page.locator("form button[type=submit]").click();
  const sent = page.getByTestId("sent");
  await expect(sent).toBeVisible();
  const link = new URL(await sent.locator("input").inputValue()).pathname;
  return { subject, link, promise: await sent.getByTestId("promise").innerText() };
}

/** The same as sendForm, without the page: for tests that need many. */
export async function sendByApi(page: Page, subject: string, message: string): Promise<void> {
  const answer = await page.request.post("/api/v1/public/conversations", {
    data: {
      request_id: subject.replaceAll(/[^A-Za-z0-9-]/g, "-").slice(0, 64),
      name: "Nena Villanueva",
      email: "nena@example.com",
      topic: "",
      subject,
      message,
      language: "en",
    },
  });
  expect(answer.status(), await answer.text()).toBe(201);
}

export function account(role: Role): Account {
  const found = ownSite().accounts[role];
  if (!found) throw new Error(`the demo desk has no ${role}`);
  return found;
}

/** Logs in; the desk then speaks `language`, whatever this person chose last. */
export async function logIn(page: Page, role: Role, language: "en" | "fil" = "en"): Promise<void> {
  const { login, password } = account(role);
  await page.locator("#login").fill(login);
  await page.locator("#password").fill(password);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("switch")).toBeVisible();
  if ((await page.locator("html").getAttribute("lang")) === language) return;
  const more = page.locator("header summary[aria-label]");
  const hidden = await more.isVisible();
  if (hidden) await more.click();
  await page
    .getByLabel(/^(Language|Wika)$/)
    .filter({ visible: true })
    .selectOption(language);
  await expect(page.locator("html")).toHaveAttribute("lang", language);
  if (hidden) await more.click();
}

/** The row with this subject, brought into the page by scrolling: only rows in sight are there. */
export async function findRow(page: Page, subject: string): Promise<Locator> {
  const row = page.locator("[data-row]", { hasText: subject }).first();
  await expect(async () => {
    if ((await row.count()) > 0) return;
    await page.getByTestId("rows").evaluate(async (box) => {
      const isEnd = box.scrollTop + box.clientHeight >= box.scrollHeight - 1;
      box.scrollTop = isEnd ? 0 : box.scrollTop + box.clientHeight;
      await new Promise(requestAnimationFrame);
    });
    expect(await row.count(), `rows with "${subject}"`).toBeGreaterThan(0);
  }).toPass({ intervals: [50], timeout: 20_000 });
  return row;
}

/** Opens the conversation with this subject from the list of all. */
export async function openConversation(page: Page, subject: string): Promise<void> {
  await page.locator("[data-view=all]").click();
  await (await findRow(page, subject)).click();
  await expect(page.locator("#subject")).toHaveText(subject);
}

/** What `suki mail deliver` says of it. */
export function deliverMail(mail: string): string {
  return execFileSync(program(), ["mail", "deliver", "--data", ownSite().data], { input: mail, encoding: "utf8" });
}

export const screenshot = async (page: Page, name: string): Promise<void> => {
  await page.screenshot({ path: join("..", "build", "screenshots", `${name}.png`) });
};

/** No finding of axe that is serious or worse, by WCAG 2.2 A and AA. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axe.source);
  const findings = await page.evaluate(async () => {
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
    const result = await (globalThis as unknown as { axe: typeof axe }).axe.run(document, {
      runOnly: { type: "tag", values: tags },
    });
    return result.violations
      .filter((one) => one.impact === "serious" || one.impact === "critical")
      .flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.html} ${node.failureSummary ?? ""}`));
  });
  expect(findings).toEqual([]);
}

/** Nor does any part of the page: what scrolls up and down would else hide what is wider than it. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const over = await page.evaluate(() =>
    [document.documentElement, ...document.querySelectorAll("body *")]
      .filter((part) => part.scrollWidth > part.clientWidth && part.clientWidth > 0)
      .filter((part) => part === document.documentElement || getComputedStyle(part).overflowX === "auto")
      .filter((part) => !part.closest(".overflow-x-auto"))
      .map(
        (part) =>
          `${part.scrollWidth - part.clientWidth} pixels too wide: <${part.localName} class="${part.className}">`,
      ),
  );
  expect(over).toEqual([]);
}
