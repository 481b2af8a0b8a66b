/** Where the reader is, as an address: every place can be linked, reloaded and gone back from. */
import { isView, type View } from "./views";

export type Place =
  | { page: "inbox"; view: View; conversation: string | null }
  | { page: "plan" }
  | { page: "channels" }
  | { page: "search" }
  | { page: "views" };

export function readPlace(path: string): Place {
  const [, , page, view, conversation] = path.split("/");
  if (page === "plan" || page === "channels" || page === "search" || page === "views") return { page };
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
