/** What went wrong, in the reader's language. */
import { Failure } from "$/api/client";
import { isKey, t, tCode, words } from "$/words/words.svelte";
import { sayDay, sayTime } from "./wall";

export const asFailure = (error: unknown): Failure =>
  error instanceof Failure ? error : new Failure(0, "unknown", String(error), "");

const wallTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/;
const sayValue = (value: string): string =>
  wallTime.test(value) ? `${sayDay(words.language, value)}, ${sayTime(words.language, value)}` : value;

/** The sentence for a reason; null: none, or a newer server's. */
export function reasonOf(reason: string, values: Failure["values"] = []): string | null {
  const key = `reason.${reason}`;
  if (reason === "" || !isKey(key)) return null;
  return t(key, Object.fromEntries(values.map(({ name, value }) => [name, sayValue(value)])));
}

/** The same for the one that the server gave. */
export const reasonText = ({ reason, values }: Failure): string | null => reasonOf(reason, values);

/** For whoever works at the desk. */
export function failureText(failure: Failure): string {
  if (failure.code === "unreachable") return t("problem.unreachable");
  if (failure.code === "refused") return t("problem.refused", { why: tCode("refusal", failure.detail) });
  if (failure.status === 401) return t("problem.session_over");
  const why = reasonText(failure);
  if (why !== null) return why;
  if (failure.status === 403) return t("problem.forbidden");
  if (failure.status === 404) return t("problem.not_found");
  if (failure.status === 429) return t("problem.too_many");
  if (failure.status === 507) return t("problem.storage_full");
  if (failure.status === 503) return t("problem.busy");
  if (failure.status === 500) return t("problem.page");
  return t("problem.other", { detail: failure.detail || failure.code });
}
