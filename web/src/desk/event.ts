/** What an event of the history says, in the reader's words. */
import type { TimelineEvent } from "$/api/types";
import { ownZone, sayStretch, shortWhen } from "$/words/time";
import { isKey, t, tCode, words } from "$/words/words.svelte";

/** A code in words, an instant in the reader's time, a stretch of seconds in units; a name stays a name. */
export function readable(code: string): string {
  if (/^\d{4}-\d\d-\d\dT/.test(code)) return shortWhen(words.language, ownZone(), Date.parse(code));
  const seconds = /^PT?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$/.exec(code);
  if (seconds && code !== "P" && code !== "PT") {
    const [, h = "0", m = "0", s = "0"] = seconds;
    return sayStretch(words.language, (Number(h) * 3600 + Number(m) * 60 + Number(s)) * 1000);
  }
  for (const prefix of ["target", "state", "language_name"]) {
    const key = `${prefix}.${code}`;
    if (isKey(key)) return t(key);
  }
  return code;
}

export function sayEvent(one: TimelineEvent): string {
  if (one.kind === "state_changed" && one.value !== "") {
    return t("event.state_changed_because", { what: readable(one.what), value: one.value });
  }
  return tCode("event", one.kind, {
    what: readable(one.what),
    value: one.value ? readable(one.value) : t("property.none"),
  });
}
