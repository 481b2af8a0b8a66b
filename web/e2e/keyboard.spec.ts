import { expect, logIn, screenshot, sendByApi, test, unique } from "./suki";

test.use({
  tolerated:
    /WebSocket|ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|the server responded with a status of 5/,
});

test("20 conversations by keyboard alone, the server killed and started again in the middle: nothing is lost", async ({
  open,
  site,
}) => {
  test.setTimeout(120_000);
  const portal = await open("/");
  const subjects: string[] = [];
  for (let i = 0; i < 20; ++i) {
    const subject = unique(`Keyboard ${String(i).padStart(2, "0")}`);
    await sendByApi(portal, subject, `Question number ${i}.`);
    subjects.push(subject);
  }

  const desk = await open("/desk");
  await logIn(desk, "agent");
  // From here on no pointer is used. The newest stand first among all.
  await desk.keyboard.press("g");
  await desk.keyboard.press("a");
  await expect(desk.locator("[data-row]", { hasText: subjects[19] ?? "" })).toBeVisible();
  const answered: string[] = [];
  const heading = desk.locator("#subject");
  for (let i = 0; i < 20; ++i) {
    await desk.keyboard.press("g");
    await desk.keyboard.press("a");
    // Down to the next that is not answered yet.
    for (let steps = 0; steps < 60; ++steps) {
      const focused = desk.locator("[data-focused=true] [data-subject]");
      const text = (await focused.count()) > 0 ? await focused.innerText() : "";
      if (subjects.includes(text) && !answered.includes(text)) break;
      await desk.keyboard.press("j");
    }
    const subject = await desk.locator("[data-focused=true] [data-subject]").innerText();
    await desk.keyboard.press("Enter");
    await expect(heading).toHaveText(subject);
    await desk.keyboard.press("r");
    const box = desk.locator("textarea");
    await expect(box).toBeFocused();
    const text = `Answer to ${subject}`;
    await desk.keyboard.type(text);
    if (i === 9) {
      // The server dies while a reply is being written, and again nobody reaches it for a while.
      await site.kill();
      await desk.keyboard.type(", written while the server was away");
      await desk.keyboard.press("Control+Enter");
      await expect(desk.locator("form [role=alert]")).toBeVisible();
      await expect(box).toHaveValue(`${text}, written while the server was away`);
      await expect(desk.getByTestId("draft-kept")).toHaveAttribute("data-keeping", "local");
      await site.start();
    }
    await expect(async () => {
      if ((await box.inputValue()) !== "") await desk.keyboard.press("Control+Enter");
      await expect(box).toHaveValue("", { timeout: 2_000 });
    }).toPass({ timeout: 30_000 });
    await expect(desk.locator("[data-kind=reply]", { hasText: text })).toHaveCount(1);
    answered.push(subject);
    if (i === 9) await screenshot(desk, "keyboard-after-restart");
    await desk.keyboard.press("Escape");
    await desk.keyboard.press("Escape");
  }
  expect(answered.toSorted()).toEqual(subjects.toSorted());

  // A draft that was typed before a kill is there on another device.
  await desk.keyboard.press("Enter");
  await desk.keyboard.press("n");
  await expect(desk.locator("textarea")).toBeFocused(); // before that, keys are shortcuts
  await desk.keyboard.type("A note that is not finished");
  await expect(desk.getByTestId("draft-kept")).toHaveAttribute("data-keeping", "kept");
  const address = new URL(desk.url()).pathname;
  await site.kill();
  await site.start();
  const phone = await open("/desk", { viewport: { width: 360, height: 740 } });
  await logIn(phone, "agent");
  await phone.goto(address);
  await expect(phone.locator("textarea")).toHaveValue("A note that is not finished");
  await screenshot(phone, "keyboard-draft-on-phone");
});
