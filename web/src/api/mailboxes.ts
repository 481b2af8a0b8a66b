/** Mailboxes that mail is fetched from. Each call gives all of them back. */
import { call, id } from "./client";
import type * as Api from "./types";

const all = (method: string, path: string, body?: unknown) => call<Api.Mailboxes>(method, `/mailboxes${path}`, body);

export const mailboxes = {
  list: () => all("GET", ""),
  add: (body: Api.NewMailbox) => all("POST", "", body),
  change: (mailbox: string, body: Partial<Api.MailboxChange>) => all("PATCH", `/${id(mailbox)}`, body),
  test: (mailbox: string) => all("POST", `/${id(mailbox)}/test`),
  fetch: (mailbox: string) => all("POST", `/${id(mailbox)}/fetch`),
  retry: (mailbox: string) => all("POST", `/${id(mailbox)}/retry`),
};
