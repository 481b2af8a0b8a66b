/** Mails that came in and could not be delivered. */
import { call, id, query } from "./client";
import type * as Api from "./types";

export type QuarantineState = "waiting" | "deleted";

export const quarantine = {
  page: (state: QuarantineState, cursor: string, limit = 50) =>
    call<Api.QuarantinePage>("GET", `/quarantine?${query({ state, cursor, limit: String(limit) })}`),
  show: (mail: string) => call<Api.QuarantinedView>("GET", `/quarantine/${id(mail)}`),
  replay: (mail: string, how: "again" | "new") =>
    call<Api.QuarantineReplayed>("POST", `/quarantine/${id(mail)}/replay`, { how }),
  remove: (mail: string) => call<Api.QuarantinedMail>("DELETE", `/quarantine/${id(mail)}`),
  restore: (mail: string) => call<Api.QuarantinedMail>("POST", `/quarantine/${id(mail)}/restore`),
};
export const quarantinedRawAddress = (mail: string) => `/api/v1/quarantine/${id(mail)}/raw`;
