/** What comes from Word, Gmail and the like, made into plain structure. The editor's schema then drops the rest. */
import { withoutStyles } from "./compose";

/** Word writes a list as paragraphs that begin with a mark: "·", "o", "1.", "a)". */
const numbered = /^\s*(?:\d+|[a-z]|[ivx]+)[.)]\s*/i;
const bulleted = /^\s*[·•▪§o-]\s+/;

function makeLists(body: HTMLElement): void {
  let list = null as HTMLElement | null;
  for (const paragraph of Array.from(body.querySelectorAll("p"))) {
    const isItem =
      /\bMsoListParagraph/.test(paragraph.className) ||
      /mso-list:\s*l\d/i.test(paragraph.getAttribute("data-style") ?? "");
    if (!isItem) {
      list = null;
      continue;
    }
    // The mark itself stands in a span that says so, or at the beginning.
    const mark = paragraph.querySelector(
      'span[data-style*="mso-list:Ignore" i], span[data-style*="mso-list: Ignore" i]',
    );
    const kind = numbered.test(mark?.textContent ?? paragraph.textContent ?? "") ? "ol" : "ul";
    if (mark) mark.remove();
    else {
      const first = paragraph.firstChild;
      if (first?.nodeType === 3)
        first.nodeValue = (first.nodeValue ?? "").replace(kind === "ol" ? numbered : bulleted, "");
    }
    if (list?.tagName.toLowerCase() !== kind || list.nextElementSibling !== paragraph) {
      list = body.ownerDocument.createElement(kind);
      paragraph.before(list);
    }
    const item = body.ownerDocument.createElement("li");
    item.append(...Array.from(paragraph.childNodes));
    list.append(item);
    paragraph.remove();
  }
}

export function cleanPasted(html: string): string {
  const page = new DOMParser().parseFromString(withoutStyles(html.replaceAll(/<!--[\s\S]*?-->/g, "")), "text/html");
  const { body } = page;
  for (const one of Array.from(body.querySelectorAll("style, script, meta, link, title, xml, head"))) one.remove();
  makeLists(body);
  for (const one of Array.from(body.querySelectorAll("*"))) {
    // Word's own elements ("o:p") hold nothing that is seen.
    if (one.tagName.includes(":")) one.replaceWith(...Array.from(one.childNodes));
    // Headings are for documents; in a letter they are strong words.
    else if (/^H[1-6]$/.test(one.tagName)) {
      const paragraph = page.createElement("p");
      const strong = page.createElement("strong");
      strong.append(...Array.from(one.childNodes));
      paragraph.append(strong);
      one.replaceWith(paragraph);
    } else {
      // Google's documents wrap everything in such a one.
      const isLight = one.tagName === "B" && /font-weight:\s*(normal|400)/i.test(one.getAttribute("data-style") ?? "");
      if (isLight) one.replaceWith(...Array.from(one.childNodes));
      else
        for (const name of ["data-style", "class", "id", "lang", "width", "height", "align"]) one.removeAttribute(name);
    }
  }
  // Gmail parts paragraphs by <div><br></div>.
  for (const one of Array.from(body.querySelectorAll("div")))
    if (one.childNodes.length === 1 && one.firstElementChild?.tagName === "BR") one.remove();
  return body.innerHTML;
}
