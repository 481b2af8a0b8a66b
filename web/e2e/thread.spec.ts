/** Mails in threads: quotes folded, answers of strangers kept apart. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
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

const mail = (from: string, id: string, subject: string, text: string, more = "") =>
  `From: ${from}\nTo: help@shop.example\nSubject: ${subject}\nMessage-ID: <${id}>\n${more}` +
  `Content-Type: text/plain; charset=utf-8\n\n${text}\n`;

/** The Message-ID of the last mail that we wrote: only who gets a mail knows it, and no page shows one. */
const lastMailOfOurs = (data: string): string =>
  execFileSync("python3", [
    "-c",
    "import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute(\"select mail_id from messages where kind = 1 and mail_id <> '' order by id desc limit 1\").fetchone()[0])",
    join(data, "suki.db"),
  ])
    .toString()
    .trim();

test("what a mail quotes is folded, opens by the keyboard, and a mail that is all quote is open", async ({ open }) => {
  const subject = unique("The rice cooker");
  const id = `${subject.replaceAll(" ", "-")}@reyes.example`;
  deliverMail(mail("Jun Reyes <jun@reyes.example>", id, subject, "It does not switch off."));
  deliverMail(
    mail(
      "Jun Reyes <jun@reyes.example>",
      `2-${id}`,
      `Re: ${subject}`,
      "I pulled the plug.\n\n-- \nJun Reyes\nReyes Catering\n\nOn Mon, Nov 23, 2026 at 8:00 AM Shop <help@shop.example> wrote:\n> Which model is it?\n",
      `In-Reply-To: <${id}>\n`,
    ),
  );
  deliverMail(
    mail(
      "jun@reyes.example",
      `3-${id}`,
      `Re: ${subject}`,
      "> Which model is it?\n> Please tell.",
      `In-Reply-To: <${id}>\n`,
    ),
  );
  for (const look of [
    { language: "en" as const, show: /^Show quoted text/, hide: /^Hide quoted text/, options: {}, name: "thread-fold" },
    {
      language: "fil" as const,
      show: /^Ipakita ang siniping teksto/,
      hide: /^Itago ang siniping teksto/,
      options: { viewport: { width: 360, height: 740 }, colorScheme: "dark" as const },
      name: "thread-fold-phone-dark",
    },
  ]) {
    const desk = await open("/desk", look.options);
    await logIn(desk, "agent", look.language);
    await openConversation(desk, subject);
    const history = desk.getByTestId("history");
    const folded = history.locator("section", { hasText: "I pulled the plug." });
    await expect(folded.getByTestId("text")).toHaveText("I pulled the plug.");
    await expect(history.getByText("Please tell.")).toBeVisible();
    await expect(history.getByTestId("fold")).toHaveCount(1);
    await screenshot(desk, look.name);
    const button = folded.getByRole("button", { name: look.show });
    await button.focus();
    await desk.keyboard.press("Enter");
    await expect(folded.getByTestId("text")).toContainText("Which model is it?");
    await expect(folded.getByTestId("text")).toContainText("Reyes Catering");
    await expectAccessible(desk);
    await expectNoSidewaysScroll(desk);
    await desk.keyboard.press("Enter");
    await expect(folded.getByRole("button", { name: look.show })).toHaveAttribute("aria-expanded", "false");
    await expect(folded.getByTestId("text")).not.toContainText("Which model");
    await desk.close();
  }
});

test("a stranger's answer is kept apart, and both sides say so", async ({ open }) => {
  const subject = unique("My address");
  const id = `${subject.replaceAll(" ", "-")}@cruz.example`;
  deliverMail(mail("Liza Cruz <liza@cruz.example>", id, subject, "Please send it to Rizal Street."));
  const other = unique("Where does it go");
  deliverMail(mail("Eve <eve@elsewhere.example>", `2-${id}`, other, "Tell me.", `In-Reply-To: <${id}>\n`));
  const desk = await open("/desk");
  await logIn(desk, "agent");
  await openConversation(desk, other);
  const notice = desk.getByTestId("mail-notices");
  await expect(notice).toContainText("eve@elsewhere.example does not take part in it");
  await expect(desk.getByTestId("history")).not.toContainText("Rizal Street");
  await expectAccessible(desk);
  await screenshot(desk, "thread-stranger");
  await notice.getByRole("link", { name: /Open conversation/ }).click();
  await expect(desk.locator("#subject")).toHaveText(subject);
  await expect(notice).toContainText("eve@elsewhere.example answered here without taking part.");

  const phone = await open("/desk", { viewport: { width: 360, height: 740 }, colorScheme: "dark" });
  await logIn(phone, "agent", "fil");
  await openConversation(phone, other);
  await expect(phone.getByTestId("mail-notices")).toContainText("Inihiwalay muna ito");
  await expectNoSidewaysScroll(phone);
  await screenshot(phone, "thread-stranger-phone-dark");
});

test("an agent makes two addresses one customer, takes it back, and opens an address that was parked", async ({
  open,
  site,
}) => {
  const subject = unique("The washing machine");
  const name = subject.replaceAll(" ", "-").toLowerCase();
  deliverMail(mail(`Jun Reyes <${name}@work.example>`, `1-${name}@work.example`, subject, "It leaks."));
  const desk = await open("/desk");
  await logIn(desk, "agent");
  await openConversation(desk, subject);
  await desk.locator("textarea").fill("Since when?");
  await desk.locator("textarea").press("Control+Enter");
  await expect(desk.locator("[data-kind=reply]")).toContainText("Since when?");
  const ours = lastMailOfOurs(site.data);

  const other = unique("From home");
  const home = `${name}@home.example`;
  deliverMail(mail(`Jun <${home}>`, `2-${name}@home.example`, other, "Since Monday.", `In-Reply-To: <${ours}>\n`));
  const notice = desk.getByTestId("mail-notices");
  await expect(notice).toContainText(home);
  await expect(notice).toContainText("Is it the same person?");
  await expectAccessible(desk);
  await screenshot(desk, "thread-claim");
  await notice.getByRole("button", { name: "Same customer" }).focus();
  await desk.keyboard.press("Enter");
  await expect(notice).toContainText("A colleague said that it is the same customer.");
  const further = desk.getByTestId("further-address");
  await expect(further).toContainText(home);
  await expect(desk.getByTestId("earlier")).toContainText(other);
  await screenshot(desk, "thread-joined");
  await further.getByRole("button").click();
  await expect(further).toHaveCount(0);
  await expect(desk.getByTestId("customer")).not.toContainText(other);

  const report =
    `Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nTo: help@shop.example\nSubject: Undelivered\nMessage-ID: <dsn-${name}@mx.example>\n` +
    `MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: text/plain\n\n` +
    `No such mailbox\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n` +
    `Final-Recipient: rfc822; ${name}@work.example\nAction: failed\nStatus: 5.1.1\n\n--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <${ours}>\n\n--b--\n`;
  deliverMail(report);
  await expect(notice).toContainText(`Mail to ${name}@work.example came back for good (5.1.1)`);
  await expect(desk.getByTestId("returned")).toContainText("this address takes no mail");
  await desk.locator("textarea").fill("Are you there?");
  await desk.locator("textarea").press("Control+Enter");
  await expect(desk.getByTestId("delivery").last()).toContainText("takes no mail");
  await expectAccessible(desk);
  await screenshot(desk, "thread-parked");
  const phone = await open("/desk", { viewport: { width: 360, height: 740 }, colorScheme: "dark" });
  await logIn(phone, "agent", "fil");
  await openConversation(phone, subject);
  await expect(phone.getByTestId("mail-notices")).toBeInViewport();
  await expectNoSidewaysScroll(phone);
  await screenshot(phone, "thread-parked-phone-dark");
  await notice.getByRole("button", { name: "Send there again" }).click();
  await expect(notice).not.toContainText("came back for good");
  await expect(desk.getByTestId("delivery").last()).not.toContainText("takes no mail");
});
