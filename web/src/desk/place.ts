/** Where the reader is, as an address: every place can be linked, reloaded and gone back from. */
import { isView, type View } from "./views";

export type Place =
  | { page: "inbox"; view: View; conversation: string | null }
  | { page: "plan" }
  | { page: "channels" }
  | { page: "search" }
  | { page: "account" }
  | { page: "audit" }
  | { page: "mailboxes" }
  | { page: "people" }
  | { page: "privacy" }
  | { page: "quarantine" }
  | { page: "views" };

const single = [
  "plan",
  "channels",
  "search",
  "account",
  "audit",
  "mailboxes",
  "people",
  "privacy",
  "quarantine",
  "views",
] as const;
const isSingle = (page: string | undefined): page is (typeof single)[number] => single.some((one) => one === page);

export function readPlace(path: string): Place {
  const [, , page, view, conversation] = path.split("/");
  if (isSingle(page)) return { page };
  return {
    page: "inbox",
    view: view !== undefined && isView(view) ? view : "open",
    conversation: conversation && /^[\w-]+$/.test(conversation) ? conversation : null,
  };
}

export function writePlace(place: Place): string {
  if (place.page !== "inbox") return `/desk/${place.page}`;
  return `/desk/inbox/${place.view}${place.conversation ? `/${place.conversation}` : ""}`;
}
