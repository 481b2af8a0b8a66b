/** Words, layout and addresses of what is written. Pure. */
import type { DraftMail, Recipient } from "$/api/types";

export const emptyMail: DraftMail = { html: "", subject: "", to: [], cc: [], bcc: [], messages: [], attachments: [] };

const escapes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text: string): string => text.replaceAll(/[&<>"]/g, (one) => escapes[one] ?? one);

/** Plain words as paragraphs: an empty line ends one. */
export const paragraphs = (text: string): string =>
  text
    .trim()
    .split(/\n{2,}/)
    .map((part) => `<p>${escaped(part).replaceAll("\n", "<br>")}</p>`)
    .join("");

/** What a draft says, as HTML. */
export const htmlOf = (text: string, mail: DraftMail | null): string =>
  mail?.html ? mail.html : text.trim() === "" ? "" : paragraphs(text);

/** Whether there is more in it than paragraphs and line breaks. Without, a letter goes as plain text alone. */
export const isLaidOut = (html: string): boolean => /<(?!\/?(?:p|br)\b)[a-z]/i.test(html);

/** Styles under another name, so that a parser applies none: the pages forbid it, and say so. */
export const withoutStyles = (html: string): string =>
  html
    .replaceAll(/<style\b[\s\S]*?(?:<\/style\s*>|$)/gi, "")
    .replaceAll(/<[a-z][^>]*>/gi, (tag) => tag.replaceAll(/(\s|["'/])style\s*=/gi, "$1data-style="));

// ---- pictures: "cid:ID" where it is kept and sent, an address of the server where it is seen

const previewOf = (upload: string): string => `/api/v1/uploads/${encodeURIComponent(upload)}/preview`;
const shown = /src="\/api\/v1\/uploads\/([A-Za-z0-9_-]+)\/preview"/g;
const kept = /src="cid:([A-Za-z0-9_-]+)"/g;

export const toShown = (html: string): string => html.replaceAll(kept, (_, id: string) => `src="${previewOf(id)}"`);
export const toKept = (html: string): string => html.replaceAll(shown, 'src="cid:$1"');
/** The uploads that stand in the text. */
export const picturesIn = (html: string): string[] => Array.from(html.matchAll(kept), (found) => found[1] ?? "");

// ---- addresses

/** As the server has it: one @, no blanks or marks of a list, a host with no empty part. */
export function isAddress(text: string): boolean {
  if (text.length > 254 || /[\s<>,;:()[\]"\\]/.test(text)) return false;
  const parts = text.split("@");
  const [local = "", host = ""] = parts;
  return parts.length === 2 && local !== "" && host !== "" && !/^\.|\.\.|\.$/.test(host);
}

/** `"Ana Cruz" <ana@example.com>; ben@example.com`: those that are addresses, and what is left of the text. */
export function readAddresses(text: string): { found: Recipient[]; rest: string } {
  const found: Recipient[] = [];
  const rest: string[] = [];
  for (const part of text.split(/[,;\n\t]+/)) {
    const one = part.trim();
    if (one === "") continue;
    const named = /^(.*?)<([^<>]+)>$/.exec(one);
    const email = (named?.[2] ?? one).trim().toLowerCase();
    const name = (named?.[1] ?? "").trim().replaceAll(/^"|"$/g, "");
    if (isAddress(email)) found.push({ name, email });
    else rest.push(one);
  }
  return { found, rest: rest.join(", ") };
}

/** Each address once, the first one stays. */
export const withAddresses = (all: readonly Recipient[], more: readonly Recipient[]): Recipient[] => {
  const result = [...all];
  for (const one of more) if (!result.some((there) => there.email === one.email)) result.push(one);
  return result;
};

/** Of `known` those that fit what is being typed, without those who are there already. */
export function suggest(known: readonly Recipient[], there: readonly Recipient[], typed: string): Recipient[] {
  const wanted = typed.trim().toLowerCase();
  return known
    .filter((one) => !there.some((other) => other.email === one.email))
    .filter((one) => wanted === "" || `${one.name} ${one.email}`.toLowerCase().includes(wanted))
    .slice(0, 6);
}

export const sayRecipient = ({ name, email }: Recipient): string => (name === "" ? email : `${name} <${email}>`);

// ---- what is held

/** Whole seconds until it goes; 0: about to. */
export const secondsLeft = (sendAt: string, now: number): number =>
  Math.max(0, Math.ceil((Date.parse(sendAt) - now) / 1000));

/** "2026-11-30T09:00" in the reader's own zone, for a field of the browser; and back to an instant. */
export function toField(at: number): string {
  const date = new Date(at);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
}
export function fromField(text: string): string | null {
  const at = new Date(text);
  return text === "" || Number.isNaN(at.getTime()) ? null : at.toISOString();
}
