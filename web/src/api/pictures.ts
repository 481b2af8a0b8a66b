/** Pictures of mails that lie elsewhere. The server fetches them; the reader's browser asks nobody. */
import { call, id } from "./client";
import type * as Api from "./types";

const path = (conversation: string, message: string) =>
  `/conversations/${id(conversation)}/messages/${id(message)}/pictures`;

export const pictures = {
  look: (conversation: string, message: string) => call<Api.PicturesView>("GET", path(conversation, message)),
  ask: (conversation: string, message: string, body: Api.AskPictures) =>
    call<Api.PicturesView>("POST", path(conversation, message), body),
};
