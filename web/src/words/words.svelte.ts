/** The visible words: one ICU message per key and language. A language is one more file and one more line here. */
import en from "$catalogue/web.en.json";
import fil from "$catalogue/web.fil.json";
import { IntlMessageFormat } from "intl-messageformat";

export type Key = keyof typeof en;
export type Language = "en" | "fil";
export type Values = Record<string, string | number>;

// A key missing in one of them does not compile here, and is named by scripts/catalogue.mjs.
const catalogues: Record<Language, Record<Key, string>> = { en, fil };

export const languages: readonly Language[] = ["en", "fil"];
export const languageNames: Record<Language, string> = { en: "English", fil: "Filipino" };
export const isLanguage = (value: string): value is Language => Object.hasOwn(catalogues, value);
export const isKey = (value: string): value is Key => Object.hasOwn(en, value);

// A cache that nothing shown depends on.
// eslint-disable-next-line svelte/prefer-svelte-reactivity
const compiled = new Map<string, IntlMessageFormat>();

/** The message in the given language: for tests, and for what is not shown in the reader's own. */
export function message(language: Language, key: Key, values?: Values): string {
  const name = `${language}/${key}`;
  let format = compiled.get(name);
  if (!format) {
    format = new IntlMessageFormat(catalogues[language][key], language, undefined, { ignoreTag: true });
    compiled.set(name, format);
  }
  return String(format.format(values));
}

class Words {
  language = $state<Language>("en");

  set(language: Language): void {
    this.language = language;
    document.documentElement.lang = language;
  }
}
export const words = new Words();

/** The message in the reader's language. */
export const t = (key: Key, values?: Values): string => message(words.language, key, values);

/** The message for a code that the server may add to: the code itself, readable, where no words exist yet. */
export function tCode(prefix: string, code: string, values?: Values): string {
  const key = `${prefix}.${code}`;
  return isKey(key) ? t(key, values) : code.replaceAll("_", " ");
}

/** The first of the wished languages that there are words for. */
export function pickLanguage(wished: readonly string[], offered: readonly string[]): Language | undefined {
  for (const wish of wished) {
    const base = wish.toLowerCase().split("-")[0] ?? "";
    const language = base === "tl" ? "fil" : base;
    if (isLanguage(language) && offered.includes(language)) return language;
  }
  return undefined;
}
