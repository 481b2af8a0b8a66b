/** Times of the roster as the wall at the business shows them: "2026-11-23T09:00", without a zone. */
import type { Language } from "$/words/words.svelte";

const read = (wall: string) => Date.parse(`${wall.length === 10 ? `${wall}T00:00` : wall}Z`);
const say = (language: Language, wall: string, options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat(language, { ...options, timeZone: "UTC" }).format(read(wall));

export const sayDay = (language: Language, wall: string): string =>
  say(language, wall, { weekday: "short", day: "numeric", month: "short" });
export const sayDate = (language: Language, wall: string): string =>
  say(language, wall, { day: "numeric", month: "short", year: "numeric" });
export const sayTime = (language: Language, wall: string): string =>
  say(language, wall, { hour: "numeric", minute: "2-digit" });

/** `days` later; a date. */
export const later = (date: string, days: number): string =>
  new Date(read(date) + days * 86_400_000).toISOString().slice(0, 10);

/** "Mon, Nov 23, 9:00 AM – 6:00 PM"; the second day is named when it is another. */
export function sayStretchOf(language: Language, from: string, until: string): string {
  const end = from.slice(0, 10) === until.slice(0, 10) ? "" : `${sayDay(language, until)}, `;
  return `${sayDay(language, from)}, ${sayTime(language, from)} – ${end}${sayTime(language, until)}`;
}
