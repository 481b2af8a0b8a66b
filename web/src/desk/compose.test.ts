import { describe, expect, it } from "vitest";
import {
  emptyMail,
  fromField,
  htmlOf,
  isAddress,
  isLaidOut,
  paragraphs,
  picturesIn,
  readAddresses,
  secondsLeft,
  suggest,
  toField,
  toKept,
  toShown,
  withAddresses,
  withoutStyles,
} from "./compose";

describe("words and layout", () => {
  it("plain words become paragraphs, and nothing in them becomes a tag", () => {
    expect(paragraphs("Hello <b>you</b>\nand you\n\nBye & thanks")).toBe(
      "<p>Hello &lt;b&gt;you&lt;/b&gt;<br>and you</p><p>Bye &amp; thanks</p>",
    );
    expect(htmlOf("", null)).toBe("");
    expect(htmlOf("x", { ...emptyMail, html: "<p><strong>x</strong></p>" })).toBe("<p><strong>x</strong></p>");
  });
  it("only what paragraphs cannot say is layout", () => {
    expect(isLaidOut("<p>One<br>two</p><p></p>")).toBe(false);
    expect(isLaidOut("<p>1 &lt; 2</p>")).toBe(false);
    for (const html of [
      "<p><strong>x</strong></p>",
      "<ul><li><p>x</p></li></ul>",
      '<p><img src="cid:a"></p>',
      "<pre>x</pre>",
    ])
      expect(isLaidOut(html), html).toBe(true);
  });
  it("no style is left for a parser to apply", () => {
    expect(withoutStyles('<style>p{}</style><p class="a"STYLE="x" style=y>a style=b</p><style>never ends')).toBe(
      '<p class="a"data-style="x" data-style=y>a style=b</p>',
    );
  });
  it("a picture is kept by its upload and shown from the server, there and back", () => {
    const html = '<p>See <img src="cid:tok_en-1" alt="a"></p>';
    expect(toShown(html)).toBe('<p>See <img src="/api/v1/uploads/tok_en-1/preview" alt="a"></p>');
    expect(toKept(toShown(html))).toBe(html);
    expect(picturesIn(html)).toEqual(["tok_en-1"]);
  });
});

describe("addresses", () => {
  it("are what the server takes", () => {
    for (const good of ["a@b", "first.last+x@mail.example.com"]) expect(isAddress(good), good).toBe(true);
    for (const bad of [
      "",
      "a",
      "a@",
      "@b",
      "a@b@c",
      "a b@c.d",
      "a@b..c",
      "a@b.",
      "a@.b",
      "<a@b.c>",
      `${"x".repeat(251)}@b.c`,
    ])
      expect(isAddress(bad), bad).toBe(false);
  });
  it("are read from what is typed or pasted, and what is none is left", () => {
    expect(readAddresses('"Ana Cruz" <Ana@Example.com>; ben@example.com, nobody')).toEqual({
      found: [
        { name: "Ana Cruz", email: "ana@example.com" },
        { name: "", email: "ben@example.com" },
      ],
      rest: "nobody",
    });
  });
  it("stand there once, and are offered until then", () => {
    const ana = { name: "Ana", email: "ana@example.com" };
    const ben = { name: "Ben", email: "ben@example.com" };
    expect(withAddresses([ana], [{ name: "", email: "ana@example.com" }, ben])).toEqual([ana, ben]);
    expect(suggest([ana, ben], [ana], "")).toEqual([ben]);
    expect(suggest([ana, ben], [], "BEN@")).toEqual([ben]);
  });
});

describe("times", () => {
  it("count down and never below nothing", () => {
    expect(secondsLeft("2026-11-23T02:00:10Z", Date.parse("2026-11-23T02:00:00.100Z"))).toBe(10);
    expect(secondsLeft("2026-11-23T02:00:10Z", Date.parse("2026-11-23T02:01:00Z"))).toBe(0);
  });
  it("go into the browser's field and back", () => {
    const at = Date.parse("2026-11-30T01:00:00Z");
    expect(Date.parse(fromField(toField(at)) ?? "")).toBe(at);
    expect(fromField("")).toBeNull();
    expect(fromField("soon")).toBeNull();
  });
});
