import type { Conversation } from "../src/api/types";
import { deliverMail, expect, logIn, openConversation, screenshot, sendForm, test, unique } from "./suki";

test("a customer is told when the reply comes, the agent sees it live and answers, the customer reads it", async ({
  open,
}) => {
  const desk = await open("/desk");
  await logIn(desk, "agent");
  await desk.locator("[data-view=all]").click();
  await expect(desk.locator("[data-row]").first()).toBeVisible();

  const portal = await open("/");
  await portal.locator("#topic").selectOption({ index: 1 });
  const before = portal.getByTestId("promise");
  await expect(before).toContainText("Manila time");
  await screenshot(portal, "portal");
  const told = /by (.*\(Manila time\))/.exec(await before.innerText())?.[1];
  expect(told).toBeTruthy();
  const sent = await sendForm(portal, unique("The rice cooker stays cold"));
  expect(sent.promise).toContain("We will reply by");
  await screenshot(portal, "sent");

  // Live: nobody reloads the desk.
  const row = desk.locator("[data-row]", { hasText: sent.subject });
  await expect(row).toBeVisible();
  await row.click();
  await expect(desk.getByTestId("history")).toContainText("It does not switch on any more.");
  await desk.locator("textarea").fill("Good day! Please try another socket, and tell us what happens.");
  await desk.keyboard.press("Control+Enter");
  await expect(desk.locator("[data-kind=reply]")).toContainText("Please try another socket");
  await expect(desk.locator("textarea")).toHaveValue("");
  await expect(desk.locator("[data-clock='first_reply/1']")).toContainText("Met");
  await screenshot(desk, "conversation");

  await portal.getByRole("link", { name: "Open my conversation" }).click();
  await expect(portal.getByTestId("messages")).toContainText("Please try another socket");
  await screenshot(portal, "private");

  // And back: what the customer writes comes to the desk by itself.
  await portal.locator("#reply").fill("The other socket works, thank you!");
  await portal.getByRole("button", { name: "Send" }).click();
  await expect(portal.locator("[data-from=customer]").last()).toContainText("The other socket works");
  await expect(desk.locator("[data-kind=customer]").last()).toContainText("The other socket works");
});

test("a note is for colleagues alone", async ({ open }) => {
  const portal = await open("/");
  const { subject, link } = await sendForm(portal, unique("The kettle leaks"));
  const desk = await open("/desk");
  await logIn(desk, "agent");
  await openConversation(desk, subject);
  await desk.getByRole("button", { name: "Note", exact: true }).click();
  await desk.locator("textarea").fill("Third leaking kettle this week.");
  await desk.getByRole("button", { name: "Keep note" }).click();
  await expect(desk.locator("[data-kind=note]")).toContainText("Third leaking kettle");

  const customer = await open(link);
  await expect(customer.getByTestId("messages")).toContainText("It does not switch on");
  await expect(customer.locator("body")).not.toContainText("Third leaking kettle");
  const answer = await customer.request.get(`/api/v1/public/conversations${link.replace("/c", "")}?language=en`);
  expect(await answer.text()).not.toContain("Third leaking kettle");
});

test("state, topic, priority, assignee and team change, and undo takes a change back", async ({ open }) => {
  const { subject } = await sendForm(await open("/"), unique("The fan rattles"));
  const desk = await open("/desk");
  await logIn(desk, "agent");
  await openConversation(desk, subject);

  for (const property of ["topic", "priority", "assignee", "team"] as const) {
    const box = desk.locator(`#property-${property}`);
    const before = await box.inputValue();
    const others = await box.locator("option").evaluateAll((all) => all.map((one) => (one as HTMLOptionElement).value));
    const next = others.find((one) => one !== before && one !== "");
    expect(next, `another ${property} to choose`).toBeTruthy();
    await box.selectOption(next ?? "");
    const undo = desk.getByTestId("toast").last().getByRole("button", { name: "Undo" });
    await undo.click();
    await expect(desk.getByTestId("toast").last()).toContainText("Undone");
    await expect(box).toHaveValue(before);
    await box.selectOption(next ?? "");
    await expect(desk.getByTestId("toast").last()).not.toContainText("Undone");
    await desk.reload();
    await expect(box).toHaveValue(next ?? "");
  }

  await desk.locator("#property-state").selectOption("on_hold");
  await desk.locator("#property-reason").selectOption({ index: 1 });
  await expect(desk.getByTestId("facts").getByTestId("state")).toHaveText("On hold");
  await desk.locator("#property-state").selectOption("open");
  await expect(desk.getByTestId("facts").getByTestId("state")).toHaveText("Open");
  await desk.getByRole("button", { name: "Resolve" }).click();
  await expect(desk.getByTestId("facts").getByTestId("state")).toHaveText("Resolved");
  await expect(desk.getByTestId("timeline")).toContainText("State: Resolved");
  await desk.keyboard.press("z");
  await expect(desk.getByTestId("facts").getByTestId("state")).toHaveText("Open");
});

test("a clock explains itself: promise, rule, calendar and every stretch", async ({ open }) => {
  const { subject } = await sendForm(await open("/"), unique("When do you deliver?"));
  const desk = await open("/desk");
  await logIn(desk, "agent");
  await openConversation(desk, subject);
  const id = desk.url().split("/").at(-1) ?? "";
  const { clocks } = (await (await desk.request.get(`/api/v1/conversations/${id}`)).json()) as Conversation;
  expect(clocks.length).toBeGreaterThan(0);
  for (const clock of clocks) {
    expect(clock.used_s, `${clock.target}: seconds used, just after the message came`).toBeLessThan(60);
    expect(clock.used_s + clock.left_s).toBe(clock.budget_s);
  }
  await desk.locator("[data-clock='first_reply/1']").getByRole("button").click();
  const dialog = desk.getByRole("dialog");
  await expect(dialog).toContainText("of working time, counted from");
  await expect(dialog).toContainText("Manila time");
  await expect(dialog.getByTestId("ledger").locator("tbody tr").first()).toBeVisible();
  await screenshot(desk, "explain");
  await desk.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
});

test("a reply that crosses a new message is kept, the message shown, nothing lost", async ({ open }) => {
  const portal = await open("/");
  const { subject, link } = await sendForm(portal, unique("The iron smells"));
  const desk = await open("/desk");
  await logIn(desk, "agent");
  await openConversation(desk, subject);
  // The desk hears nothing of it: as when the message comes while the reply is on its way.
  await desk.route(/\/api\/v1\/conversations\/\d+$/, (route) => route.abort());
  const [, , token = ""] = link.split("/");
  const posted = await portal.request.post(`/api/v1/public/conversations/${token}/messages?language=en`, {
    data: { request_id: "crossing-1", text: "Smoke comes out now!" },
  });
  expect(posted.status()).toBe(201);
  await desk.locator("textarea").fill("Please clean the plate with a damp cloth.");
  await desk.unroute(/\/api\/v1\/conversations\/\d+$/);
  await desk.keyboard.press("Control+Enter");
  const since = desk.getByTestId("changed-since");
  await expect(since).toContainText("Not sent yet.");
  await expect(since).toContainText("Smoke comes out now!");
  await expect(desk.locator("textarea")).toHaveValue("Please clean the plate with a damp cloth.");
  await expect(desk.getByTestId("history")).toContainText("Smoke comes out now!");
  await desk.locator("textarea").fill("Please unplug it at once.");
  await desk.keyboard.press("Control+Enter");
  await expect(desk.locator("[data-kind=reply]")).toContainText("Please unplug it at once.");
});

test("a mail comes in, with its attachment and its original, and is answered in the browser", async ({ open }) => {
  const subject = unique("Warranty of my fan");
  const desk = await open("/desk");
  await logIn(desk, "agent");
  await desk.locator("[data-view=all]").click();
  deliverMail(
    [
      "From: Jose Ramirez <jose@example.com>",
      "To: help@shop.example",
      `Subject: ${subject}`,
      `Message-ID: <${subject.replaceAll(/\W/g, "-")}@example.com>`,
      "Date: Mon, 23 Nov 2026 09:00:00 +0800",
      "MIME-Version: 1.0",
      'Content-Type: multipart/mixed; boundary="b"',
      "",
      "--b",
      "Content-Type: text/plain; charset=utf-8",
      "",
      "Magandang araw po. Nasa garantiya pa ba ang aking bentilador?",
      "--b",
      'Content-Type: text/csv; name="receipt.csv"',
      'Content-Disposition: attachment; filename="receipt.csv"',
      "",
      "fan,1,999",
      "--b--",
      "",
    ].join("\r\n"),
  );
  const row = desk.locator("[data-row]", { hasText: subject });
  await expect(row).toBeVisible();
  await row.click();
  await expect(desk.getByTestId("history")).toContainText("Nasa garantiya pa ba");
  const [file] = await Promise.all([
    desk.waitForEvent("download"),
    desk.getByRole("link", { name: /receipt\.csv/ }).click(),
  ]);
  expect(file.suggestedFilename()).toBe("receipt.csv");
  const raw = await desk.request.get(
    (await desk.getByRole("link", { name: "Original mail" }).getAttribute("href")) ?? "",
  );
  expect(await raw.text()).toContain("Date: Mon, 23 Nov 2026 09:00:00 +0800");

  await desk.locator("textarea").fill("Opo, hanggang Marso pa.");
  await desk.getByLabel("After sending").selectOption("pending");
  await desk.getByRole("button", { name: "Send reply" }).click();
  const reply = desk.locator("[data-kind=reply]");
  await expect(reply).toContainText("Opo, hanggang Marso pa.");
  // No SMTP server is given here: the mail waits in the outbox, and the desk says so.
  await expect(reply.getByTestId("delivery")).toHaveText("Waiting to be sent");
  await expect(desk.getByTestId("facts").getByTestId("state")).toHaveText("Waiting for customer");
});

test("what a customer writes survives a reload, and the same send twice is one conversation", async ({ open }) => {
  const portal = await open("/");
  const subject = unique("Twice sent");
  await portal.locator("#subject").fill(subject);
  await portal.locator("#message").fill("Only once, please.");
  await portal.reload();
  await expect(portal.locator("#message")).toHaveValue("Only once, please.");

  // The answer to the first try is lost on its way back, as with a bad connection.
  let tries = 0;
  await portal.route("**/api/v1/public/conversations", async (route) => {
    if (++tries > 1) return route.continue();
    await route.fetch();
    await route.abort();
  });
  await portal.locator("#topic").selectOption({ index: 1 });
  await portal.locator("#name").fill("Nena");
  await portal.locator("#email").fill("nena@example.com");
  await portal.evaluate(() => addEventListener("error", (fault) => fault.preventDefault()));
  await portal.getByRole("button", { name: "Send" }).click();
  await expect(portal.getByRole("alert")).toContainText("Your message is kept here");
  await expect(portal.locator("#message")).toHaveValue("Only once, please.");
  await portal.getByRole("button", { name: "Send" }).click();
  await expect(portal.getByTestId("sent")).toBeVisible();
  expect(tries).toBe(2);

  const desk = await open("/desk");
  await logIn(desk, "agent");
  await desk.locator("[data-view=all]").click();
  await expect(desk.locator("[data-row]", { hasText: subject })).toHaveCount(1);
});

test("an empty form names every field at fault and sends nothing", async ({ open }) => {
  const portal = await open("/");
  const posts: string[] = [];
  portal.on("request", (request) => request.method() === "POST" && posts.push(request.url()));
  await portal.locator("#email").fill("nena at example");
  await portal.getByRole("button", { name: "Send" }).click();
  await expect(portal.locator("[aria-invalid=true]")).toHaveCount(5);
  await expect(portal.locator("#fault-email")).toContainText("does not look like an email address");
  await expect(portal.locator("#topic")).toBeFocused();
  expect(posts).toEqual([]);
});
