/** A letter's HTML as a tree of the few things that are drawn. */
import { withoutStyles } from "./compose";

const drawn = ["p", "strong", "em", "u", "s", "code", "pre", "blockquote", "ul", "ol", "li"] as const;
type Drawn = (typeof drawn)[number];
const same: Record<string, Drawn> = {
  b: "strong",
  i: "em",
  strike: "s",
  del: "s",
  div: "p",
  h1: "p",
  h2: "p",
  h3: "p",
};

export type RichNode =
  | { tag: "#text"; text: string }
  | { tag: "br" | "hr" }
  | { tag: "a"; href: string; children: RichNode[] }
  | { tag: "img"; cid: string; alt: string }
  | { tag: Drawn; children: RichNode[] };

const isDrawn = (tag: string): tag is Drawn => (drawn as readonly string[]).includes(tag);
const isLink = (href: string): boolean => /^(https?:|mailto:|tel:)/i.test(href);
const hidden = new Set(["script", "style", "template", "iframe", "object", "svg", "math", "form", "head", "title"]);
const deepest = 40;

function read(parent: ParentNode, depth: number): RichNode[] {
  const nodes: RichNode[] = [];
  for (const node of Array.from(parent.childNodes)) {
    if (node.nodeType === Node.TEXT_NODE) nodes.push({ tag: "#text", text: node.nodeValue ?? "" });
    if (!(node instanceof Element)) continue;
    const name = node.tagName.toLowerCase();
    if (hidden.has(name)) continue;
    const tag = same[name] ?? name;
    if (tag === "br" || tag === "hr") nodes.push({ tag });
    else if (tag === "img") {
      const src = node.getAttribute("src") ?? "";
      nodes.push({ tag: "img", cid: src.startsWith("cid:") ? src.slice(4) : "", alt: node.getAttribute("alt") ?? "" });
    } else if (depth < deepest) {
      const children = read(node, depth + 1);
      const href = node.getAttribute("href") ?? "";
      if (tag === "a" && isLink(href)) nodes.push({ tag: "a", href, children });
      else if (isDrawn(tag)) nodes.push({ tag, children });
      else nodes.push(...children);
    }
  }
  return nodes;
}

/** A page that is parsed this way runs nothing and fetches nothing. */
export const readRich = (html: string): RichNode[] =>
  read(new DOMParser().parseFromString(withoutStyles(html), "text/html").body, 0);
