import type { Page } from "@playwright/test";
import {
  deliverMail,
  expect,
  expectAccessible,
  expectNoSidewaysScroll,
  logIn,
  openConversation,
  screenshot,
  sendByApi,
  sendForm,
  test,
  unique,
} from "./suki";

test.use({ editor: "rich" });
test.beforeAll(async ({ site }) => site.undoSeconds(5));
test.afterAll(async ({ site }) => site.undoSeconds(0));

const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAACgAAAAoCAIAAAADnC86AAAAP0lEQVR4nO3OMQ0AMAjAsIH8e6YHAyhIj1rJnJ0nSZIkSZIkSZIkSZIkSZIkSZIkSZIkSZIkSZIkSZIkSZIkSZL0wQVHrAEn0cFvXQAAAABJRU5ErkJggg==",
  "base64",
);
const box = (page: Page) => page.getByTestId("rich-box");
const mail = (subject: string, more = "", id = unique("m").replaceAll(" ", "-")) =>
  deliverMail(
    `From: Nena Villanueva <nena@example.com>\nTo: tulong@alingnena.example\n${more}Subject: ${subject}\nMessage-ID: <${id}@example.com>\n\nIt does not cool any more.\n`,
  );

test("a letter is laid out by keyboard, previewed, undone, and sent when its seconds are over", async ({ open }) => {
  const subject = unique("The fridge");
  mail(subject);
  const desk = await open("/desk");
  await logIn(desk, "agent");
  await openConversation(desk, subject);
  await desk.keyboard.press("r");
  await expect(box(desk)).toBeFocused();
  await desk.keyboard.type("Hello Nena, ");
  await desk.keyboard.press("Control+b");
  await desk.keyboard.type("we come today");
  await desk.keyboard.press("Control+b");
  await desk.keyboard.press("Enter");
  await desk.keyboard.type("- bring the receipt");
  await expect(desk.getByRole("button", { name: "Bold" })).toHaveAttribute("aria-pressed", "false");
  await expect(box(desk).locator("strong")).toHaveText("we come today");
  await expect(box(desk).locator("li")).toHaveText("bring the receipt");
  await expect(desk.getByTestId("draft-kept")).toHaveAttribute("data-keeping", "kept");
  await expectAccessible(desk);
  await screenshot(desk, "compose-rich");

  await desk.getByRole("button", { name: "Preview" }).click();
  await expect(desk.getByTestId("preview-head")).toContainText("nena@example.com");
  await expect(desk.getByTestId("preview").locator("strong")).toHaveText("we come today");
  await screenshot(desk, "compose-preview");
  await desk.getByRole("button", { name: "As plain text" }).click();
  await expect(desk.getByTestId("preview")).toContainText("bring the receipt");
  await desk.keyboard.press("Escape");

  await box(desk).focus();
  await desk.keyboard.press("Control+Enter");
  const held = desk.getByTestId("held");
  await expect(held).toContainText("Goes out in");
  await expect(held.locator("strong")).toHaveText("we come today");
  await screenshot(desk, "compose-held");
  await held.getByRole("button", { name: "Undo" }).click();
  await expect(held).toHaveCount(0);
  await expect(box(desk).locator("strong")).toHaveText("we come today");

  // Again, and the page is loaded anew meanwhile: it goes all the same.
  await desk.keyboard.press("Control+Enter");
  await expect(held).toBeVisible();
  await desk.reload();
  const letter = desk.locator("[data-kind=reply]").getByTestId("letter");
  await expect(letter.locator("strong")).toHaveText("we come today", { timeout: 15_000 });
  await expect(held).toHaveCount(0);
  await screenshot(desk, "compose-sent");
});

test("copies: everybody who had the customer's mail, suggestions, and a wrong address said at once", async ({
  open,
}) => {
  const subject = unique("For two");
  mail(subject, "Cc: Ben Cruz <ben@example.org>\n");
  const desk = await open("/desk");
  await logIn(desk, "agent");
  await openConversation(desk, subject);
  await desk.keyboard.press("r");
  await expect(desk.getByTestId("recipients")).toContainText("Ben Cruz");
  await expect(desk.getByTestId("recipients")).not.toContainText("alingnena.example");
  await desk.getByRole("button", { name: "Remove ben@example.org" }).click();
  await expect(desk.getByTestId("recipients")).not.toContainText("Ben Cruz");
  await desk.getByRole("button", { name: "Cc", exact: true }).click();
  const cc = desk.getByLabel("Cc", { exact: true });
  await expect(cc).toBeFocused();
  await desk.keyboard.type("ben");
  await expect(desk.getByRole("option", { name: /ben@example.org/ })).toBeVisible();
  await desk.keyboard.press("ArrowDown");
  await desk.keyboard.press("Enter");
  await expect(desk.getByTestId("recipients")).toContainText("Ben Cruz");
  await desk.getByRole("button", { name: "Bcc", exact: true }).click();
  await desk.getByLabel("Bcc", { exact: true }).fill("nobody");
  await desk.keyboard.press("Enter");
  await expect(desk.getByText("This is not an e-mail address.").first()).toBeVisible();
  await screenshot(desk, "compose-copies");
  await expectAccessible(desk);
  await desk.getByLabel("Bcc", { exact: true }).fill("boss@example.org");
  await box(desk).click();
  await desk.keyboard.type("We come on Monday.");
  await desk.keyboard.press("Control+Enter");
  const sent = desk.locator("[data-kind=reply]");
  await expect(sent).toContainText("Cc: Ben Cruz <ben@example.org>", { timeout: 15_000 });
  await expect(sent).toContainText("Bcc: boss@example.org");
});

test("a forward stays as a note, and its answer comes back as one", async ({ open, site }) => {
  await site.undoSeconds(0);
  const subject = unique("A part is missing");
  mail(subject);
  const desk = await open("/desk");
  await logIn(desk, "agent");
  await openConversation(desk, subject);
  await desk.keyboard.press("f");
  const to = desk.getByLabel("To", { exact: true });
  await expect(to).toBeFocused();
  await desk.keyboard.type("parts@maker.example,");
  await expect(desk.getByTestId("recipients")).toContainText("parts@maker.example");
  await expect(desk.getByTestId("forward").getByLabel("Subject")).toHaveValue(`Fwd: ${subject}`);
  await box(desk).click();
  await desk.keyboard.type("Do you have this part?");
  await screenshot(desk, "compose-forward");
  await expectAccessible(desk);
  await desk.getByRole("button", { name: "Forward" }).last().click();
  const note = desk.locator("[data-kind=note]").last();
  await expect(note).toContainText("Do you have this part?");
  await expect(note.getByTestId("forwarded")).toContainText(`Fwd: ${subject}`);
  await expect(note).toContainText("parts@maker.example");
  await screenshot(desk, "compose-forwarded");
  await site.undoSeconds(5);
});

test("templates: by a slash, searched, filled in, and put where the cursor is", async ({ open }) => {
  const portal = await open("/");
  const { subject } = await sendForm(portal, unique("Warranty"));
  const desk = await open("/desk");
  await logIn(desk, "agent");
  await openConversation(desk, subject);
  await desk.keyboard.press("r");
  await expect(box(desk)).toBeFocused();
  await expect(desk.getByTestId("recipients")).toBeVisible();
  await desk.keyboard.press("/");
  const dialog = desk.getByRole("dialog", { name: "Templates" });
  await expect(dialog.getByRole("combobox")).toBeFocused();
  await desk.keyboard.type("unit");
  await expect(dialog.getByTestId("template-text")).toContainText("Nena Villanueva");
  await screenshot(desk, "compose-templates");
  await expectAccessible(desk);
  await desk.keyboard.press("Enter");
  await expect(dialog).toHaveCount(0);
  await expect(box(desk)).toContainText("Nena Villanueva");
  await expect(box(desk).locator("strong").first()).toHaveText("model number");
  await expect(box(desk)).not.toContainText("{");
});

test("send later: at the next opening, listed, taken back; when the customer writes first it is stopped", async ({
  open,
}) => {
  const subject = unique("Later");
  const id = unique("later").replaceAll(" ", "-");
  mail(subject, "", id);
  const desk = await open("/desk");
  await logIn(desk, "agent");
  await openConversation(desk, subject);
  await desk.keyboard.press("r");
  await desk.keyboard.type("Good morning!");
  await desk.getByRole("button", { name: "Send later" }).click();
  const dialog = desk.getByRole("dialog", { name: "Send later" });
  await screenshot(desk, "compose-later");
  await expectAccessible(desk);
  await dialog.getByRole("listitem").first().getByRole("button").click();
  const held = desk.getByTestId("held");
  await expect(held).toContainText("Goes out");
  await expect(desk.getByTestId("row-held").first()).toBeVisible();
  await held.getByRole("button", { name: "Take back and edit" }).click();
  await expect(box(desk)).toContainText("Good morning!");
  await expect(held).toHaveCount(0);
  // Held for its seconds of undoing, and the customer is quicker.
  await desk.keyboard.press("Control+Enter");
  await expect(held).toContainText("Goes out in");
  mail(`Re: ${subject}`, `In-Reply-To: <${id}@example.com>\n`);
  await expect(held).toContainText("Not sent.", { timeout: 15_000 });
  await expect(desk.getByTestId("toast").last()).toContainText("Not sent");
  await expect(desk.getByTestId("row-stopped").first()).toBeVisible();
  await screenshot(desk, "compose-stopped");
  await held.getByRole("button", { name: "Send anyway" }).click();
  await expect(desk.locator("[data-kind=reply]")).toContainText("Good morning!");
});

test("what comes from Word and the like is cleaned, and a pasted picture stands in the text", async ({ open }) => {
  const subject = unique("Pasted");
  await sendByApi(await open("/"), subject, "Where is the button?");
  const desk = await open("/desk");
  await logIn(desk, "agent");
  await openConversation(desk, subject);
  await desk.keyboard.press("r");
  await expect(box(desk)).toBeFocused();
  const word = `<html><head><style>p{color:red}</style></head><body><!--StartFragment-->
    <h1 style="font-size:20pt">Steps</h1>
    <p class="MsoListParagraphCxSpFirst" style="mso-list:l0 level1 lfo1"><span style="mso-list:Ignore">1.&nbsp;</span>Press <b>start</b><o:p></o:p></p>
    <p class="MsoListParagraphCxSpLast" style="mso-list:l0 level1 lfo1"><span style="mso-list:Ignore">2.&nbsp;</span>Wait<script>top.hacked = 1</script></p>
    <p><b style="font-weight:normal">Plain</b> <img src="https://track.example/x.png"></p><!--EndFragment--></body></html>`;
  await box(desk).evaluate((element, html) => {
    const data = new DataTransfer();
    data.setData("text/html", html);
    data.setData("text/plain", "Steps");
    element.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  }, word);
  await expect(box(desk).locator("ol > li")).toHaveCount(2);
  await expect(box(desk).locator("li").first()).toHaveText("Press start");
  await expect(box(desk).locator("strong").filter({ hasText: "Plain" })).toHaveCount(0);
  const picture = box(desk).locator("img:not(.ProseMirror-separator)");
  await expect(picture).toHaveCount(0);
  await box(desk).evaluate((element, bytes) => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(bytes)], "button.png", { type: "image/png" }));
    element.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  }, Array.from(png));
  await expect(picture).toHaveCount(1);
  await expect(async () => {
    expect(await picture.evaluate((one: HTMLImageElement) => one.naturalWidth)).toBe(40);
  }).toPass();
  await screenshot(desk, "compose-pasted");
  await box(desk).press("Control+Enter");
  await expect(desk.locator("[data-kind=reply] img")).toBeVisible({ timeout: 15_000 });
});

test("plain text is a choice that stays, and layout that goes can come back", async ({ open }) => {
  const subject = unique("Plain");
  await sendByApi(await open("/"), subject, "Hello?");
  const desk = await open("/desk");
  await logIn(desk, "agent");
  await openConversation(desk, subject);
  await desk.keyboard.press("r");
  await expect(box(desk)).toBeFocused();
  await desk.keyboard.press("Control+b");
  await desk.keyboard.type("Loud");
  await desk.getByRole("button", { name: "Plain text only" }).click();
  await expect(desk.locator("textarea")).toHaveValue("Loud");
  await desk.getByTestId("toast").last().getByRole("button", { name: "Undo" }).click();
  await expect(box(desk).locator("strong")).toHaveText("Loud");
});

test("on a phone in Filipino, in the dark, it all fits", async ({ open }) => {
  const subject = unique("Telepono");
  mail(subject, "Cc: Ben Cruz <ben@example.org>, Isang Napakahabang Pangalan <isang.napakahaba@example.org>\n");
  const phone = await open("/desk", { viewport: { width: 360, height: 740 }, colorScheme: "dark" });
  await logIn(phone, "agent", "fil");
  await openConversation(phone, subject);
  await box(phone).click();
  await phone.keyboard.type("Magandang araw po!");
  await expectNoSidewaysScroll(phone);
  await expectAccessible(phone);
  await screenshot(phone, "compose-phone");
  await phone.getByRole("button", { name: "Ipasa", exact: true }).first().click();
  await phone.getByTestId("forward").locator("summary").click();
  await expectNoSidewaysScroll(phone);
  await screenshot(phone, "compose-phone-forward");
});
