/** Mails that did not go out, and whether the way out works. */
import { call, query } from "./client";
import type * as Api from "./types";

export const mailOut = {
  failed: (cursor: string, limit = 20) =>
    call<Api.FailedMails>("GET", `/mails/failed?${query({ cursor, limit: String(limit) })}`),
  retry: (mail: string) => call<undefined>("POST", `/mails/${encodeURIComponent(mail)}/retry`),
  retryMessage: (conversation: string, message: string) =>
    call<undefined>(
      "POST",
      `/conversations/${encodeURIComponent(conversation)}/messages/${encodeURIComponent(message)}/retry`,
    ),
  trial: () => call<Api.MailTrial>("GET", "/mails/trial"),
  tryOut: (to: string) => call<Api.MailTrial>("POST", "/mails/trial", { to }),
};
