import {
  expect,
  logIn,
  openConversation,
  deliverMail,
  expectAccessible,
  expectNoSidewaysScroll,
  screenshot,
  sendByApi,
  sendForm,
  test,
  unique,
} from "./suki";

const gif = Buffer.from("R0lGODlhAQABAIAAAP8AAP///yH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==", "base64");

test("files go both ways, pictures are shown, and a discarded draft comes back", async ({ open }) => {
  const portal = await open("/");
  const subject = unique("The oven does not heat");
  await portal.getByTestId("file-input").setInputFiles([{ name: "photo.gif", mimeType: "image/gif", buffer: gif }]);
  await expect(portal.getByTestId("files")).toContainText("photo.gif");
  const { link } = await sendForm(portal, subject);

  const desk = await open("/desk");
  await logIn(desk, "agent");
  await openConversation(desk, subject);
  const picture = desk.getByTestId("history").locator("img").first();
  await expect(picture).toBeVisible();
  await expect(async () => {
    expect(await picture.evaluate((one: HTMLImageElement) => one.naturalWidth)).toBe(1);
  }).toPass();

  await desk.locator("textarea").fill("Here are the terms.");
  await desk.getByTestId("file-input").setInputFiles([
    { name: "terms.txt", mimeType: "text/plain", buffer: Buffer.from("two years\n") },
    { name: "empty.txt", mimeType: "text/plain", buffer: Buffer.alloc(0) },
  ]);
  await expect(desk.getByTestId("file-problem")).toContainText("“empty.txt” is empty.");
  await expect(desk.getByTestId("files")).toContainText("terms.txt");
  await desk.getByRole("button", { name: "Discard draft" }).click();
  await expect(desk.locator("textarea")).toHaveValue("");
  await desk.getByTestId("toast").last().getByRole("button", { name: "Undo" }).click();
  await expect(desk.locator("textarea")).toHaveValue("Here are the terms.");
  await expect(desk.getByTestId("draft-kept")).toHaveAttribute("data-keeping", "kept");
  await expect(desk.getByTestId("row-draft").first()).toBeVisible();
  await screenshot(desk, "convo-files");
  await desk.locator("textarea").press("Control+Enter");
  await expect(desk.locator("[data-kind=reply]")).toContainText("terms.txt");

  const customer = await open(link);
  const download = customer.waitForEvent("download");
  await customer.getByRole("link", { name: /terms\.txt/ }).click();
  const stream = await (await download).createReadStream();
  const bytes: Buffer[] = [];
  for await (const part of stream) bytes.push(part as Buffer);
  expect(Buffer.concat(bytes).toString()).toBe("two years\n");
  await screenshot(customer, "convo-private");
});

test("a mail's HTML is shown in a frame where nothing runs and nothing is fetched", async ({ open }) => {
  const subject = unique("Our newsletter");
  deliverMail(
    `From: Ana <ana@example.com>\nTo: help@shop.example\nSubject: ${subject}\nContent-Type: text/html; charset=utf-8\n\n` +
      `<h2 style="color:#0f5c55">Magandang araw!</h2><script>top.hacked = 1</script>` +
      `<img src="https://track.example/p.png" alt="Our banner" onerror="top.hacked = 1">` +
      `<p onclick="top.hacked=1"><a href="https://shop.example/">Visit us</a></p>`,
  );
  const desk = await open("/desk");
  const asked: string[] = [];
  desk.on("request", (request) => asked.push(request.url()));
  await logIn(desk, "agent");
  await openConversation(desk, subject);
  await desk.getByRole("button", { name: "As it was laid out" }).click();
  const frame = desk.frameLocator("[data-testid=mail-html]");
  await expect(frame.getByRole("heading", { name: "Magandang araw!" })).toBeVisible();
  await expect(frame.getByText("Pictures from the internet are blocked")).toBeVisible();
  await expect(frame.getByText("Our banner")).toBeVisible();
  await screenshot(desk, "convo-html");
  expect(await desk.evaluate(() => "hacked" in globalThis)).toBe(false);
  expect(asked.filter((one) => one.includes("track.example"))).toEqual([]);
  await desk.getByRole("button", { name: "As text" }).click();
  await expect(desk.getByTestId("mail-html")).toHaveCount(0);
});

test("the palette finds by letters, runs, remembers; undo is there too; the customer's panel opens in place", async ({
  open,
}) => {
  const portal = await open("/");
  const earlier = unique("First matter");
  await sendByApi(portal, earlier, "It is loud.");
  const subject = unique("Second matter");
  await sendByApi(portal, subject, "It is too loud.");
  const desk = await open("/desk");
  await logIn(desk, "agent");
  await openConversation(desk, subject);
  await desk.keyboard.press("Control+k");
  const palette = desk.getByTestId("palette");
  await expect(palette.getByRole("combobox")).toBeFocused();
  await expectAccessible(desk);
  await desk.keyboard.type("priority");
  await screenshot(desk, "convo-palette");
  const choice = await palette.getByRole("option", { selected: true }).innerText();
  expect(choice).toContain("Priority:");
  await desk.keyboard.press("Enter");
  await expect(palette).toHaveCount(0);
  await expect(desk.getByTestId("toast").last()).toContainText("Priority");
  await desk.keyboard.press("Control+k");
  await expect(palette.getByRole("combobox")).toBeFocused();
  await desk.keyboard.type("undo");
  await desk.keyboard.press("Enter");
  await expect(desk.getByTestId("toast").last()).toContainText("Undone");
  await desk.keyboard.press("Control+k");
  await expect(palette.getByRole("option").first()).toContainText(/Undo|Priority/);
  await desk.keyboard.press("Escape");
  await desk.getByTestId("customer").getByRole("link", { name: earlier }).click();
  await expect(desk.locator("#subject")).toHaveText(earlier);
  await screenshot(desk, "convo-customer");
});

test("colleagues see who looks and types, and that they are gone", async ({ open }) => {
  const { subject } = await sendForm(await open("/"), unique("Who takes this?"));
  const one = await open("/desk");
  await logIn(one, "agent");
  const other = await open("/desk", { colorScheme: "dark" });
  await logIn(other, "manager");
  await openConversation(other, subject);
  await openConversation(one, subject);
  await expect(other.locator("header").getByTestId("watchers")).toContainText("is looking at this");
  await one.locator("textarea").pressSequentially("Hello");
  await expect(other.locator("header").getByTestId("watchers")).toContainText("is writing");
  await screenshot(other, "convo-watching-dark");
  await one.close();
  await expect(other.locator("header").getByTestId("watchers")).toHaveCount(0);
});

test("on a phone in Filipino it all fits", async ({ open }) => {
  const { subject } = await sendForm(await open("/"), unique("Phone"));
  const phone = await open("/desk", { viewport: { width: 360, height: 740 } });
  await logIn(phone, "agent", "fil");
  await openConversation(phone, subject);
  await phone.locator("textarea").fill("Magandang araw po!");
  await phone
    .getByTestId("file-input")
    .setInputFiles([
      { name: "isang napakahabang pangalan ng file na hindi kasya.gif", mimeType: "image/gif", buffer: gif },
    ]);
  await expect(phone.getByTestId("files")).toContainText("napakahabang");
  await expectNoSidewaysScroll(phone);
  await expectAccessible(phone);
  await screenshot(phone, "convo-phone");
});
