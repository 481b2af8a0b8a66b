/** The inbox of a shop with very many conversations: 20,000, or with SUKI_LONG 100,000. */
import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import type { Page } from "@playwright/test";
import { program, Site } from "./server";
import { expect, expectAccessible, expectNoSidewaysScroll, screenshot, sendByApi, test, unique } from "./suki";

const count = process.env.SUKI_LONG ? 100_000 : 20_000;
/** In the page at once, whatever is done: a screen's rows, six beyond each edge, and those around the focus. */
const rowsMost = 30;
const password = "a password of this test";

const fill = (data: string) => {
  const plan = join("..", "plans", "office-hours");
  // Built with the benchmarks: ./dev build does.
  execFileSync(join(dirname(program()), "bench", "start_fill"), [data, plan, String(count)], { stdio: "inherit" });
  execFileSync(program(), ["user", "add", "--data", data, "ana"], {
    input: password,
    stdio: ["pipe", "ignore", "inherit"],
  });
};

async function enter(page: Page): Promise<void> {
  await page.locator("#login").fill("ana");
  await page.locator("#password").fill(password);
  await page.keyboard.press("Enter");
  await expect(page.locator("[data-row]").first()).toBeVisible();
  await expect(page.locator("[data-link=live]")).toBeVisible();
}

const list = (page: Page) => page.getByTestId("rows");
const scrollTo = (page: Page, share: number) =>
  list(page).evaluate((box, to) => void (box.scrollTop = to * box.scrollHeight), share);
/** What is seen, from top to bottom, and how far below the list's upper edge it begins. */
const inSight = (page: Page) =>
  list(page).evaluate((box) => {
    const edge = box.getBoundingClientRect();
    return [...box.querySelectorAll<HTMLElement>("[data-row]")]
      .map((row) => ({ id: row.dataset.row, number: Number(row.ariaPosInSet), box: row.getBoundingClientRect() }))
      .filter((row) => row.box.bottom > edge.top && row.box.top < edge.bottom)
      .map(({ id, number, box: { top } }) => ({ id, number, top: Math.round(top - edge.top) }));
  });

/** Scrolls on at each picture for so long. Milliseconds of each; the most rows, and pictures without any in sight. */
const scrollThrough = (page: Page, pixels: number, pictures: number) =>
  list(page).evaluate(
    async (box, { pixels, pictures }) => {
      const next = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));
      const times: number[] = [];
      let most = 0;
      let empty = 0;
      let before = await next();
      for (let i = 0; i < pictures; i++) {
        box.scrollTop += pixels;
        const now = await next();
        times.push(now - before);
        before = now;
        most = Math.max(most, box.querySelectorAll("li").length);
        const edge = box.getBoundingClientRect();
        const middle = document.elementFromPoint(edge.left + 40, (edge.top + edge.bottom) / 2);
        if (!middle?.closest("li")) empty++;
      }
      times.sort((a, b) => a - b);
      return { median: times[times.length >> 1] ?? 0, slow: times[Math.floor(times.length * 0.95)] ?? 0, most, empty };
    },
    { pixels, pictures },
  );

test(`${count} conversations scroll like twenty`, async ({ browser, open }) => {
  test.setTimeout(240_000);
  const site = new Site(fill);
  try {
    await site.start();
    const page = await open("/desk/inbox/all", { baseURL: site.address });
    await enter(page);
    const rows = page.locator("[data-row]");
    const last = page.locator(`[data-row][aria-posinset="${count}"]`);

    await test.step("only what is in sight is in the page, and the list says how long it is", async () => {
      expect(await rows.count()).toBeLessThanOrEqual(rowsMost);
      await expect(rows.first()).toHaveAttribute("aria-setsize", String(count));
      const heights = await list(page).evaluate((box) => ({
        all: box.scrollHeight,
        rows: [...new Set([...box.querySelectorAll("[data-row]")].map((row) => row.getBoundingClientRect().height))],
      }));
      expect(heights.rows).toHaveLength(1);
      expect(heights.all).toBeCloseTo((heights.rows[0] ?? 0) * count, -1);
    });

    await test.step("it scrolls smoothly while pages are loaded", async () => {
      const { empty, median, most, slow } = await scrollThrough(page, 500, 150);
      console.log(
        `${count} rows: a picture takes ${median.toFixed(1)} ms, the 95th of a hundred ${slow.toFixed(1)} ms`,
      );
      expect(most).toBeLessThanOrEqual(rowsMost);
      expect(empty).toBe(0);
      // Loosely: other work runs on the same machine.
      expect(median).toBeLessThan(70);
      expect(slow).toBeLessThan(300);
    });

    await test.step("the far end is loaded with progress told, and is the oldest", async () => {
      await scrollTo(page, 1);
      await expect(page.getByRole("progressbar")).toBeVisible();
      await expect(last).toBeVisible({ timeout: 90_000 });
      await expect(last.locator("[data-subject]")).toHaveText("Question 0");
      await expect(page.getByRole("progressbar")).toHaveCount(0);
      expect(await rows.count()).toBeLessThanOrEqual(rowsMost);
    });

    await test.step("with all of them loaded it scrolls as smoothly", async () => {
      await scrollTo(page, 0.3);
      const { empty, median, most, slow } = await scrollThrough(page, 500, 150);
      console.log(`all loaded: a picture takes ${median.toFixed(1)} ms, the 95th of a hundred ${slow.toFixed(1)} ms`);
      expect(most).toBeLessThanOrEqual(rowsMost);
      expect(empty).toBe(0);
      expect(median).toBeLessThan(70);
      expect(slow).toBeLessThan(300);
    });

    await test.step("what comes in above moves nothing that is looked at", async () => {
      await scrollTo(page, 0.5);
      await expect(page.getByTestId("grey")).toHaveCount(0);
      const before = await inSight(page);
      expect(before.length).toBeGreaterThan(4);
      await sendByApi(page, unique("Came in while reading"), "Hello?");
      await expect(rows.first()).toHaveAttribute("aria-setsize", String(count + 1));
      await expect.poll(() => inSight(page)).toEqual(before.map((row) => ({ ...row, number: row.number + 1 })));
      await scrollTo(page, 0);
      await expect(rows.first()).toContainText("Came in while reading");
    });

    await test.step("by keyboard", async () => {
      for (let i = 0; i < 40; i++) await page.keyboard.press("j");
      const standing = page.locator("[data-focused=true]");
      await expect(standing).toHaveAttribute("aria-posinset", "40");
      expect((await inSight(page)).map(({ number }) => number)).toContain(40);
      await expect(standing).toBeInViewport({ ratio: 0.9 });

      // Who goes through the links keeps the focus when the list is scrolled away from it, and comes back to it.
      await standing.locator("a").focus();
      await page.keyboard.press("Tab");
      const link = page.locator('[aria-posinset="41"] a');
      await expect(link).toBeFocused();
      await scrollTo(page, 0.9);
      await expect.poll(async () => (await inSight(page))[0]?.number ?? 0).toBeGreaterThan(count / 2);
      await expect(link).toBeFocused();
      expect(await rows.count()).toBeLessThanOrEqual(rowsMost);
      await page.keyboard.press("Tab");
      await expect(page.locator('[aria-posinset="42"] a')).toBeFocused();
    });

    await test.step("on a telephone, back from a conversation to where one was", async () => {
      const phone = await open("/desk/inbox/all", { baseURL: site.address, viewport: { width: 360, height: 740 } });
      await enter(phone);
      await expectNoSidewaysScroll(phone);
      await expectAccessible(phone);
      await scrollTo(phone, 0.01);
      await expect(phone.getByTestId("grey")).toHaveCount(0);
      const before = await inSight(phone);
      await phone.locator(`[data-row="${before[2]?.id ?? ""}"] a`).click();
      await expect(phone.locator("#subject")).toBeVisible();
      await phone.goBack();
      await expect.poll(() => inSight(phone)).toEqual(before);
      expect(await phone.locator("[data-row]").count()).toBeLessThanOrEqual(rowsMost);
      await screenshot(phone, "long-list-phone");
    });
  } finally {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await site.end();
  }
});
