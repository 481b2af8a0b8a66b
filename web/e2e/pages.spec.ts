import type { Page } from "@playwright/test";
import {
  account,
  expect,
  expectAccessible,
  expectNoSidewaysScroll,
  logIn,
  screenshot,
  sendForm,
  test,
  unique,
} from "./suki";

const phone = { width: 360, height: 740 };

/** Every page of the program, in the state in which there is most to see. */
async function visitPages(
  page: Page,
  link: string,
  language: "en" | "fil",
  visit: (name: string) => Promise<void>,
): Promise<void> {
  await page.goto("/");
  await expect(page.getByTestId("promise")).toBeVisible();
  await visit("portal");
  await page.goto(link);
  await expect(page.getByTestId("messages")).toBeVisible();
  await visit("private");
  await page.goto("/desk");
  await expect(page.locator("#login")).toBeVisible();
  await visit("log-in");
  await logIn(page, "manager", language);
  await expect(page.locator("[data-row]").first()).toBeVisible();
  await visit("inbox");
  await page.locator("[data-row] a").first().click();
  await expect(page.getByTestId("history")).toBeVisible();
  await visit("conversation");
  await page.goto("/desk/plan");
  await expect(page.locator("table").first()).toBeVisible();
  await visit("plan");
  await page.goto("/desk/channels");
  await expect(page.locator("[data-channel]").first()).toBeVisible();
  await visit("channels");
  await page.goto("/desk/quarantine");
  await expect(page.locator("[data-mail], [data-empty]").first()).toBeVisible();
  await visit("quarantine");
}

for (const colorScheme of ["light", "dark"] as const) {
  test(`no serious finding of axe on any page, ${colorScheme}`, async ({ open }) => {
    test.setTimeout(90_000);
    const { link } = await sendForm(await open("/"), unique("Checked page"));
    const page = await open("/", { colorScheme });
    await visitPages(page, link, "en", async (name) => {
      await expectAccessible(page);
      await screenshot(page, `${name}-${colorScheme}`);
    });
    await page.goto("/desk");
    // In place: what is due first may be far down the list of all, by the hour.
    await page.locator("[data-row]").first().click();
    await page.locator("[data-clock] button").first().click();
    await expect(page.getByTestId("ledger")).toBeVisible();
    await expectAccessible(page);
  });
}

test("every page fits a phone of 360 pixels, in Filipino", async ({ open }) => {
  test.setTimeout(60_000);
  const { link } = await sendForm(await open("/"), unique("Maliit na screen"));
  const page = await open("/", {
    viewport: phone,
    locale: "fil-PH",
    hasTouch: true,
  });
  await visitPages(page, link, "fil", async (name) => {
    await expectNoSidewaysScroll(page);
    await screenshot(page, `${name}-phone`);
  });
});

test("Filipino: by the browser's wish, by choice, remembered, and for the desk in the session", async ({ open }) => {
  const portal = await open("/", { locale: "fil-PH" });
  await expect(portal.getByRole("heading", { level: 1 })).toHaveText("Ano po ang maitutulong namin?");
  await expect(portal.locator("html")).toHaveAttribute("lang", "fil");
  await expect(portal.getByTestId("promise")).toContainText("oras sa Manila");
  await portal.getByLabel("Wika").selectOption("en");
  await expect(portal.getByRole("heading", { level: 1 })).toHaveText("How can we help?");
  await portal.reload();
  await expect(portal.getByRole("heading", { level: 1 })).toHaveText("How can we help?");

  const desk = await open("/desk");
  await logIn(desk, "agent");
  await desk.getByLabel("Language").filter({ visible: true }).selectOption("fil");
  await expect(desk.locator("[data-view=mine]")).toContainText("Akin");
  await desk.reload();
  await expect(desk.locator("[data-view=mine]")).toContainText("Akin");
  await desk.getByLabel("Wika").filter({ visible: true }).selectOption("en");
  await expect(desk.locator("[data-view=mine]")).toContainText("Mine");
});

test("another time zone is named, and the business's own beside it", async ({ open }) => {
  const portal = await open("/", { timezoneId: "Europe/Berlin" });
  await portal.locator("#topic").selectOption({ index: 1 });
  await expect(portal.getByTestId("promise")).toContainText("Berlin time");
  await expect(portal.getByTestId("promise")).toContainText("Manila time");
});

test("a theme that was chosen is remembered", async ({ open }) => {
  const portal = await open("/", { colorScheme: "light" });
  await portal.getByRole("button", { name: "Use dark colours" }).click();
  await expect(portal.locator("html")).toHaveAttribute("data-theme", "dark");
  await portal.reload();
  await expect(portal.locator("html")).toHaveAttribute("data-theme", "dark");
});

test("the keyboard alone: log in, choose, reply, note, assign, resolve, undo, help", async ({ open }) => {
  const { subject } = await sendForm(await open("/"), unique("By keys alone"));
  const desk = await open("/desk");
  await expect(desk.locator("#login")).toBeVisible();
  await desk.locator("body").press("Tab");
  await expect(desk.locator("#login")).toBeFocused();
  const { login, password } = account("agent");
  await desk.keyboard.type(login);
  await desk.keyboard.press("Tab");
  await desk.keyboard.type(password);
  await desk.keyboard.press("Enter");
  await expect(desk.locator("[data-link=live]")).toBeVisible();
  // The person may have chosen another language before: the keys are the same, the words are checked in English.
  await desk
    .getByLabel(/^(Language|Wika)$/)
    .filter({ visible: true })
    .selectOption("en");
  await desk.locator("body").press("Escape");

  await desk.keyboard.press("g");
  await desk.keyboard.press("a");
  await expect(desk.locator("[data-view=all]")).toHaveAttribute("aria-current", "page");
  await expect(desk.locator("[data-row]").first()).toContainText(subject);
  await desk.keyboard.press("j");
  await expect(desk.locator("[data-row]").first()).toHaveAttribute("data-focused", "true");
  await desk.keyboard.press("Enter");
  await expect(desk.locator("#subject")).toHaveText(subject);
  await desk.keyboard.press("r");
  await expect(desk.locator("textarea")).toBeFocused();
  await desk.keyboard.type("Good day!");
  await desk.keyboard.press("Control+Enter");
  await expect(desk.locator("[data-kind=reply]")).toContainText("Good day!");
  await desk.keyboard.press("Escape");
  await desk.keyboard.press("n");
  await expect(desk.locator("textarea")).toBeFocused();
  await desk.keyboard.type("Ask for the serial number.");
  await desk.keyboard.press("Control+Enter");
  await expect(desk.locator("[data-kind=note]")).toContainText("serial number");
  await desk.keyboard.press("Escape");
  await desk.keyboard.press("e");
  await expect(desk.getByTestId("facts").getByTestId("state")).toHaveText("Resolved");
  await desk.keyboard.press("z");
  await expect(desk.getByTestId("facts").getByTestId("state")).toHaveText("Open");
  await desk.keyboard.press("?");
  await expect(desk.getByRole("dialog")).toContainText("Write a note");
  await screenshot(desk, "help");
  await desk.keyboard.press("Escape");
  await expect(desk.getByRole("dialog")).toHaveCount(0);
  await desk.keyboard.press("Escape");
  await expect(desk.locator("#subject")).toHaveCount(0);
});

test("a manager reads the plan and its source, and the state of every channel; an agent has no plan", async ({
  open,
}) => {
  const page = await open("/desk/plan");
  await logIn(page, "manager");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("The plan in force");
  expect(await page.locator("section h2").count()).toBeGreaterThan(4);
  await page.getByRole("button", { name: "Source" }).click();
  await expect(page.locator("pre")).toContainText("suki: 1");
  await page.getByRole("link", { name: "Channels" }).click();
  await expect(page.locator("[data-channel]").first()).toBeVisible();

  const agent = await open("/desk");
  await logIn(agent, "agent");
  await expect(agent.getByRole("link", { name: "Plan" })).toHaveCount(0);
  expect((await agent.request.get("/api/v1/plan")).status()).toBe(403);
});

test("presence: away and here again, kept by the session", async ({ open }) => {
  const desk = await open("/desk");
  await logIn(desk, "agent");
  const presence = desk.getByRole("switch");
  const before = await presence.getAttribute("aria-checked");
  await presence.click();
  await expect(presence).not.toHaveAttribute("aria-checked", before ?? "");
  await desk.reload();
  await expect(desk.getByRole("switch")).not.toHaveAttribute("aria-checked", before ?? "");
  await desk.getByRole("switch").click();
  await expect(desk.getByRole("switch")).toHaveAttribute("aria-checked", before ?? "");
});

test("a wrong password says so, and a link that nobody knows says so", async ({ open }) => {
  const desk = await open("/desk");
  await desk.locator("#login").fill("nobody");
  await desk.locator("#password").fill("wrong");
  await desk.keyboard.press("Enter");
  await expect(desk.getByRole("alert")).toContainText("Login or password is wrong");
  const page = await open("/c/thisisnolink");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("We do not know this link");
});
