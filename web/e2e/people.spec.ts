import type { Page } from "@playwright/test";
import { account, expect, expectAccessible, expectNoSidewaysScroll, logIn, screenshot, test, unique } from "./suki";

const personOf = (page: Page, role: "owner" | "manager" | "agent") =>
  page.locator(`[data-person="${account(role).login}"]`);

test("a manager sees who is there, and gives teams and shifts that can be undone", async ({ open }) => {
  test.setTimeout(90_000);
  const page = await open("/desk/people");
  await logIn(page, "manager");
  const agent = personOf(page, "agent");
  await expect(agent).toBeVisible();
  await expect(page.getByTestId("people-counts")).toContainText(/\d+ here, \d+ away, \d+ absent/);
  await expectAccessible(page);
  await screenshot(page, "people");

  await test.step("somebody who comes and leaves is seen without a reload", async () => {
    const other = await open("/desk");
    await logIn(other, "agent");
    const present = other.getByRole("switch");
    if ((await present.getAttribute("aria-checked")) === "false") await present.click();
    await expect(present).toHaveAttribute("aria-checked", "true");
    await expect(agent.getByTestId("presence")).toHaveText("Here");
    await present.click();
    await expect(agent.getByTestId("presence")).toHaveText("Away");
    await other.getByRole("button", { name: "Log out" }).click();
    await expect(agent.getByTestId("presence")).toHaveText("Absent");
  });

  await agent.locator("button[aria-expanded]").focus();
  await page.keyboard.press("Enter");
  await test.step("a team from now on, ended, and the end undone", async () => {
    const teams = agent.getByTestId("teams");
    const joined = teams.locator("li").filter({ has: page.getByRole("button", { name: /^End/ }) });
    await expect(joined.first()).toBeVisible();
    const before = await joined.count();
    const name = await joined.first().locator("span").first().innerText();
    await joined.first().getByRole("button", { name: /^End/ }).click();
    await expect(joined).toHaveCount(before - 1);
    await page.getByRole("button", { name: "Undo" }).first().click();
    await expect(joined).toHaveCount(before);
    await expect(joined.filter({ hasText: name })).toBeVisible();
  });
  await test.step("a shift next week, removed, and put back", async () => {
    const week = agent.getByTestId("week");
    const day = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10);
    await week.getByLabel("Begins").fill(`${day}T09:00`);
    await week.getByLabel("Ends").fill(`${day}T18:00`);
    await week.getByRole("button", { name: "Add" }).click();
    const shift = week.locator("li").filter({ hasText: "9:00 AM" });
    await expect(shift).toHaveCount(1);
    await expectAccessible(page);
    await screenshot(page, "people-person");
    await week.getByLabel("Begins").fill(`${day}T10:00`);
    await week.getByLabel("Ends").fill(`${day}T12:00`);
    await week.getByRole("button", { name: "Add" }).click();
    await expect(week.getByRole("alert")).toContainText(/There is a shift already: .*9:00.AM until .*6:00.PM/);
    await shift.getByRole("button", { name: /^Remove/ }).click();
    await expect(shift).toHaveCount(0);
    await page.getByRole("button", { name: "Undo" }).first().click();
    await expect(shift).toHaveCount(1);
  });
  await test.step("the week copied to the next one, and the copy undone", async () => {
    const week = agent.getByTestId("week");
    const shown = week.locator("[aria-live]");
    const before = await shown.innerText();
    await week.getByRole("button", { name: "Copy to the next week" }).click();
    await expect(page.getByTestId("toast").last()).toContainText("copied");
    await expect(shown).not.toHaveText(before);
    await expect(week.locator("li").filter({ hasText: "9:00 AM" })).toHaveCount(1);
    await page.getByRole("button", { name: "Undo" }).first().click();
    await expect(week.locator("li")).toHaveCount(0);
  });
});

test("a team from today, by mistake: undone without a trace, and added again", async ({ open }) => {
  const page = await open("/desk/people");
  await logIn(page, "manager");
  const { csrf } = (await (await page.request.get("/api/v1/session")).json()) as { csrf: string };
  const invited = await page.request.post("/api/v1/invites", {
    headers: { "X-CSRF-Token": csrf },
    data: { name: "Nora Luna", role: "agent", teams: [], email: "", language: "en", days: 1 },
  });
  const { link } = (await invited.json()) as { link: string };
  const login = `nora${process.pid}`;
  const guest = await open("/");
  const joined = await guest.request.post(`/api/v1/public/join/${link.split("/").at(-1) ?? ""}`, {
    data: { login, name: "Nora Luna", new_password: "correct horse battery", language: "en" },
  });
  expect(joined.status(), await joined.text()).toBeLessThan(300);
  await page.reload();
  const nora = page.locator(`[data-person="${login}"]`);
  await nora.locator("button[aria-expanded]").click();
  const teams = nora.getByTestId("teams");
  const today = await teams.getByLabel("From").getAttribute("min");
  for (let again = 0; again < 2; ++again) {
    await teams.getByRole("combobox").selectOption({ index: 1 });
    await teams.getByLabel("From").fill(today ?? "");
    await teams.getByRole("button", { name: "Add to team" }).click();
    await expect(teams.getByRole("button", { name: /^Take back/ })).toBeVisible();
    await page.getByRole("button", { name: "Undo" }).first().click();
    await expect(teams.locator("li")).toHaveCount(0);
  }
  await expect(nora.getByRole("alert")).toHaveCount(0);
});

test("a search asks once when the typing pauses, and a failed load is tried again", async ({ open }) => {
  const page = await open("/desk");
  await logIn(page, "manager");
  const asked: string[] = [];
  page.on("request", (request) => {
    const address = new URL(request.url());
    if (address.pathname === "/api/v1/people") asked.push(address.searchParams.get("q") ?? "");
  });
  await page.keyboard.press("g");
  await page.keyboard.press("t");
  await expect(personOf(page, "agent")).toBeVisible();
  await page.getByPlaceholder("Name, log-in or team").pressSequentially(account("agent").login);
  await expect(page.locator("[data-person]")).toHaveCount(1);
  expect(asked.filter((q) => q !== "")).toEqual([account("agent").login]);

  let down = true;
  await page.route(/\/api\/v1\/people\/\d+/, (route) => (down ? route.abort() : route.continue()));
  await personOf(page, "agent").locator("button[aria-expanded]").click();
  const again = personOf(page, "agent").getByRole("button", { name: "Try again" });
  await expect(again).toHaveCount(2);
  down = false;
  await again.last().click();
  await expect(again).toHaveCount(1);
  await again.click();
  await expect(personOf(page, "agent").getByTestId("teams")).toBeVisible();
  await expect(personOf(page, "agent").getByTestId("week").locator("form")).toBeVisible();
});

test("a refusal is said in the reader's language", async ({ open }) => {
  const page = await open("/desk/people");
  await logIn(page, "manager", "fil");
  const agent = personOf(page, "agent");
  await agent.locator("button[aria-expanded]").click();
  const teams = agent.getByTestId("teams");
  const mine = await teams.locator("li .font-medium").first().innerText();
  await teams.getByRole("combobox").selectOption({ label: mine });
  await teams.getByRole("button", { name: "Idagdag sa pangkat" }).click();
  await expect(agent.getByRole("alert")).toContainText("Nasa pangkat na ito na siya");
});

test("an invite shows its link once, and is revoked", async ({ open }) => {
  const page = await open("/desk/people");
  await logIn(page, "manager");
  const name = unique("Cora Santos");
  await page.getByRole("button", { name: "Invite…" }).click();
  await page.locator("#invite-name").fill(name);
  await page.locator("#invite-name").press("Enter");
  const link = await page.getByTestId("link").inputValue();
  expect(link).toContain("/desk/join/");
  await screenshot(page, "people-invite");
  await page.getByRole("button", { name: "Done" }).click();
  await expect(page.getByTestId("link")).toHaveCount(0);
  const invite = page.getByTestId("invites").locator("li", { hasText: name });
  await invite.getByRole("button").click();
  await expect(invite).toHaveCount(0);
  const guest = await open(new URL(link).pathname);
  await expect(guest.getByRole("status")).toBeVisible();
  await expect(guest.locator("#password")).toHaveCount(0);
});

test.describe("somebody else's way in", () => {
  // A wrong password is refused so.
  test.use({ tolerated: /status of 400/ });

  test("a manager makes a password link and ends sessions; of an owner neither", async ({ open }) => {
    const page = await open("/desk/people");
    await logIn(page, "manager");
    const other = await open("/desk");
    await logIn(other, "agent");
    const agent = personOf(page, "agent");
    await agent.locator("button[aria-expanded]").click();
    const own = page.getByLabel("Your own password", { exact: true });
    await test.step("a desk that was left open is not enough", async () => {
      await agent.getByRole("button", { name: "Reset link" }).click();
      await expect(own).toBeFocused();
      await page.keyboard.type("not this one at all");
      await page.keyboard.press("Enter");
      await expect(page.getByRole("alert")).toContainText("password is wrong");
      await expect(agent.getByTestId("link")).toHaveCount(0);
      await page.getByRole("button", { name: "Show the password" }).click();
      await expect(own).toHaveAttribute("type", "text");
      await expectAccessible(page);
      await screenshot(page, "people-prove");
      await page.setViewportSize({ width: 360, height: 740 });
      await expectNoSidewaysScroll(page);
      await screenshot(page, "people-prove-phone");
      await page.setViewportSize({ width: 1280, height: 800 });
    });
    await own.fill(account("manager").password);
    await page.getByRole("button", { name: "Make the link" }).click();
    await expect(agent.getByTestId("link")).toHaveValue(/\/desk\/reset\//);
    await agent.getByRole("button", { name: "End sessions" }).click();
    await own.fill(account("manager").password);
    await page.getByRole("button", { name: "Log out everywhere" }).click();
    // The dialog says the same of what it will do.
    await expect(page.getByTestId("prove")).toHaveCount(0);
    await expect(page.getByText("is logged out everywhere")).toBeVisible();
    expect((await other.request.get("/api/v1/session")).status()).toBe(401);
    const owner = personOf(page, "owner");
    await owner.locator("button[aria-expanded]").click();
    await expect(owner.getByTestId("access")).toContainText("Only an owner");
    await expect(owner.getByRole("button", { name: "Reset link" })).toHaveCount(0);
  });
});

test("an owner changes a role, on a phone, and takes it back", async ({ open }) => {
  const page = await open("/desk/people", { viewport: { width: 360, height: 740 } });
  await logIn(page, "owner");
  await expectNoSidewaysScroll(page);
  const manager = personOf(page, "manager");
  await manager.locator("button[aria-expanded]").click();
  const role = manager.getByLabel("Role");
  await role.selectOption("owner");
  await page.keyboard.press("Escape");
  await expect(role).toHaveValue("manager");
  await role.selectOption("owner");
  await page.getByLabel("Your own password", { exact: true }).fill(account("owner").password);
  await page.getByRole("button", { name: "Change the role" }).click();
  await expect(page.getByText(/: Owner$/)).toBeVisible();
  await expect(manager.locator(".pill").first()).toHaveText("Owner");
  await screenshot(page, "people-phone-owner");
  await page.getByRole("button", { name: "Undo" }).first().click();
  await expect(role).toHaveValue("manager");
  await expect(manager.locator(".pill").first()).toHaveText("Manager");
  await expectNoSidewaysScroll(page);
});

test("an agent reads who is there on a phone, in Filipino and in the dark, and changes nothing", async ({ open }) => {
  const page = await open("/desk/people", { viewport: { width: 360, height: 740 }, colorScheme: "dark" });
  await logIn(page, "agent", "fil");
  await expect(personOf(page, "manager")).toBeVisible();
  await expect(page.getByRole("button", { name: "Mag-imbita…" })).toHaveCount(0);
  await personOf(page, "agent").locator("button[aria-expanded]").click();
  await expect(personOf(page, "agent").getByTestId("week")).toBeVisible();
  await expect(personOf(page, "agent").locator("form")).toHaveCount(0);
  await expectNoSidewaysScroll(page);
  await expectAccessible(page);
  await screenshot(page, "people-phone-dark");
});
