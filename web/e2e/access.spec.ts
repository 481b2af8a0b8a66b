import { createHmac } from "node:crypto";
import type { APIRequestContext } from "@playwright/test";
import { account, expect, expectAccessible, expectNoSidewaysScroll, logIn, screenshot, test, unique } from "./suki";

/** The code that an authenticator app shows at this moment, or `steps` of 30 seconds later (RFC 6238). */
function code(secret: string, steps = 0): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret].map((c) => alphabet.indexOf(c).toString(2).padStart(5, "0")).join("");
  const bytes = Buffer.from((bits.match(/.{8}/g) ?? []).map((one) => parseInt(one, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const mac = createHmac("sha1", bytes).update(counter).digest();
  const at = (mac[19] ?? 0) & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

async function invite(request: APIRequestContext): Promise<string> {
  const session = (await (await request.post("/api/v1/session", { data: account("manager") })).json()) as {
    csrf: string;
  };
  const answer = await request.post("/api/v1/invites", {
    headers: { "X-CSRF-Token": session.csrf },
    data: { name: "Cid Ramos", email: "", role: "agent", language: "en", teams: [], days: 7 },
  });
  expect(answer.status()).toBe(201);
  return new URL(((await answer.json()) as { link: string }).link).pathname;
}

test("invited, joined, a second step at the log-in, and logged out everywhere else", async ({
  open,
  playwright,
  site,
}) => {
  test.setTimeout(90_000);
  const link = await invite(await playwright.request.newContext({ baseURL: site.address }));
  const login = unique("cid").replaceAll(/[^a-z0-9-]/g, "-");
  const password = "a quiet river at noon";

  const page = await open(link);
  await expect(page.locator("#name")).toHaveValue("Cid Ramos");
  await expectAccessible(page);
  await screenshot(page, "join");
  await page.locator("#login").fill(login);
  await page.locator("#password").fill(password);
  await page.getByRole("button", { name: "Join" }).click();
  await expect(page.getByRole("switch")).toBeVisible();

  const again = await open(link);
  await expect(again.getByRole("status")).toContainText("used already");

  await page.goto("/desk/account");
  await page.locator("#step-password").fill(password);
  await page.getByRole("button", { name: "Set up" }).click();
  const secret = await page.getByTestId("secret").innerText();
  await screenshot(page, "account-second-step");
  await page.locator("#first-code").fill(code(secret, -1));
  await page.getByRole("button", { name: "Turn on" }).click();
  await expect(page.getByTestId("recovery-codes").locator("li")).toHaveCount(10);
  await expectAccessible(page);
  await screenshot(page, "account");

  const other = await open("/desk", { viewport: { width: 360, height: 740 }, colorScheme: "dark" });
  await other.locator("#login").fill(login);
  await other.locator("#password").fill(password);
  await other.keyboard.press("Enter");
  await expect(other.locator("#code")).toBeFocused();
  await other.keyboard.type("000000");
  await other.keyboard.press("Enter");
  await expect(other.getByRole("alert")).toContainText("code is wrong");
  await other.locator("#code").fill(code(secret));
  await other.keyboard.press("Enter");
  await expect(other.getByRole("switch")).toBeVisible();
  await other.goto("/desk/account");
  await expect(other.getByTestId("sessions").locator("li")).toHaveCount(2);
  await expectNoSidewaysScroll(other);
  await expectAccessible(other);
  await screenshot(other, "account-phone-dark");
  await other.getByRole("button", { name: "Log out everywhere else" }).click();
  await expect(other.getByTestId("sessions").locator("li")).toHaveCount(1);
  expect((await page.request.get("/api/v1/session")).status()).toBe(401);
});

test("an owner reads who did what; nobody else does", async ({ open }) => {
  const page = await open("/desk/audit");
  await logIn(page, "owner");
  await expect(page.getByTestId("audit").locator("li").first()).toContainText("Log-in");
  await expectAccessible(page);
  await screenshot(page, "audit");
  await page.setViewportSize({ width: 360, height: 740 });
  await expectNoSidewaysScroll(page);
  const csv = await page.request.get("/api/v1/audit/export?format=csv");
  expect(await csv.text()).toMatch(/^number,at,actor,agent,act,/);
  for (const role of ["agent", "manager"] as const) {
    const other = await open("/desk");
    await logIn(other, role);
    await expect(other.getByRole("link", { name: "Audit log" })).toHaveCount(0);
    expect((await other.request.get("/api/v1/audit")).status()).toBe(403);
  }
});

test("whoever asks for a new password learns nothing of who is here", async ({ open }) => {
  const page = await open("/desk");
  await page.getByRole("link", { name: "Forgot your password?" }).click();
  await page.locator("#who").fill("nobody-at-all");
  await page.getByRole("button", { name: "Send me a link" }).click();
  await expect(page.getByRole("status")).toContainText("If somebody here");
  await page.goto("/desk/reset/nonsense");
  await expect(page.getByRole("status")).toContainText("used already, or is over");
});
