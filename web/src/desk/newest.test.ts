import { describe, expect, test } from "vitest";
import { Newest } from "./newest";

/** A page that shows what the newest question gave; answers come when the test lets them. */
class Page {
  shown = "";
  private readonly newest = new Newest();
  private readonly open = new Map<string, () => void>();

  load(name: string): Promise<void> {
    const isNewest = this.newest.ask();
    return new Promise<void>((resolve) => {
      this.open.set(name, () => {
        if (isNewest()) this.shown = name;
        resolve();
      });
    });
  }
  change(to: string): void {
    this.newest.drop();
    this.shown = to;
  }
  answer(name: string): void {
    this.open.get(name)?.();
  }
}

describe("only the newest answer counts", () => {
  test("an older answer that comes late changes nothing", () => {
    const page = new Page();
    void page.load("p");
    void page.load("pe");
    page.answer("pe");
    page.answer("p");
    expect(page.shown).toBe("pe");
  });
  test("an older answer that comes early is not shown in between", () => {
    const page = new Page();
    void page.load("p");
    void page.load("pe");
    page.answer("p");
    expect(page.shown).toBe("");
    page.answer("pe");
    expect(page.shown).toBe("pe");
  });
  test("what was changed meanwhile is newer than what was asked before", () => {
    const page = new Page();
    void page.load("before");
    page.change("after");
    page.answer("before");
    expect(page.shown).toBe("after");
  });
  test("two pages know nothing of each other", () => {
    const [one, other] = [new Page(), new Page()];
    void one.load("one");
    void other.load("other");
    one.answer("one");
    other.answer("other");
    expect([one.shown, other.shown]).toEqual(["one", "other"]);
  });
});
