/** Instants and stretches in words. Pure: language, zone and the present instant are arguments. */
import { message, type Language } from "./words.svelte";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

export const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

const formats = new Map<string, Intl.DateTimeFormat>();

/** The reader's regions by language: they decide the order of a date and the form of a time of day. */
const regions: Record<Language, string> = { en: "en-PH", fil: "fil-PH" };
export function useRegions(wished: readonly string[]): void {
  for (const language of Object.keys(regions) as Language[]) {
    regions[language] = wished.find((one) => one.startsWith(`${language}-`)) ?? regions[language];
  }
  formats.clear();
}

function format(language: Language, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = language + JSON.stringify(options);
  let made = formats.get(key);
  if (!made) {
    made = new Intl.DateTimeFormat(regions[language], options);
    formats.set(key, made);
  }
  return made;
}

/** "Manila time", of Asia/Manila. */
export function zoneName(language: Language, zone: string): string {
  if (zone === "UTC" || zone.startsWith("Etc/")) return zone.replace("Etc/", "");
  const city = (zone.split("/").at(-1) ?? zone).replaceAll("_", " ");
  return message(language, "time.zone", { city });
}

/** Do two zones show the same wall clock at this instant? */
export function sameWall(a: string, b: string, at: number): boolean {
  const options = { dateStyle: "short", timeStyle: "short" } as const;
  return format("en", { ...options, timeZone: a }).format(at) === format("en", { ...options, timeZone: b }).format(at);
}

const dayOf = (at: number, zone: string): string =>
  format("en", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }).format(at);

export const clockTime = (language: Language, zone: string, at: number): string =>
  format(language, { timeZone: zone, hour: "numeric", minute: "2-digit" }).format(at);

/** "today, 5:00 PM", "tomorrow, 10:00 AM", "Monday, 24 November, 10:00 AM"; with the year when it is another. */
export function sayWhen(language: Language, zone: string, at: number, now: number): string {
  const time = clockTime(language, zone, at);
  for (const [days, key] of [
    [0, "time.today"],
    [1, "time.tomorrow"],
    [-1, "time.yesterday"],
  ] as const) {
    if (dayOf(at, zone) === dayOf(now + days * day, zone)) return message(language, key, { time });
  }
  const year = { timeZone: zone, year: "numeric" } as const;
  const other = format("en", year).format(at) !== format("en", year).format(now);
  const date = format(language, {
    timeZone: zone,
    weekday: "long",
    day: "numeric",
    month: "long",
    ...(other ? { year: "numeric" } : {}),
  }).format(at);
  return message(language, "time.date_at", { date, time });
}

/** "Mon 24 Nov, 10:00 AM": for tables and histories. */
export const shortWhen = (language: Language, zone: string, at: number): string =>
  format(language, {
    timeZone: zone,
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "numeric",
    minute: "2-digit",
  }).format(at);

export const exactWhen = (language: Language, zone: string, at: number): string =>
  format(language, { timeZone: zone, dateStyle: "full", timeStyle: "long" }).format(at);

/** A stretch by its two largest units, cut and not rounded: "2 d 4 h", "3 h 10 min", "45 s". */
export function sayStretch(language: Language, ms: number): string {
  const whole = Math.max(0, Math.floor(ms / second)) * second;
  const parts: [string, number][] = [
    ["time.days", Math.floor(whole / day)],
    ["time.hours", Math.floor((whole % day) / hour)],
    ["time.minutes", Math.floor((whole % hour) / minute)],
    ["time.seconds", Math.floor((whole % minute) / second)],
  ];
  const first = parts.findIndex(([, count]) => count > 0);
  if (first === -1) return message(language, "time.seconds", { count: 0 });
  // Seconds only matter in the last minutes.
  const shown = parts
    .slice(first, first + 2)
    .filter(([key, count]) => count > 0 && (key !== "time.seconds" || whole < 5 * minute));
  return shown.map(([key, count]) => message(language, key as "time.days", { count })).join(" ");
}

/** How long ago, roughly, for lists: "now", "5 min", "3 h", "2 d". */
export function sayAge(language: Language, ms: number): string {
  if (ms < minute) return message(language, "time.just_now");
  if (ms < hour) return message(language, "time.minutes", { count: Math.floor(ms / minute) });
  if (ms < day) return message(language, "time.hours", { count: Math.floor(ms / hour) });
  return message(language, "time.days", { count: Math.floor(ms / day) });
}
