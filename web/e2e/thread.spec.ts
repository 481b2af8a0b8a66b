/** Mails in threads: quotes folded, answers of strangers kept apart. */
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
