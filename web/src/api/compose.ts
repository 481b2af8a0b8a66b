/** Writing to customers: what one needs for it, previews, forwards, what waits. */
import { call, id } from "./client";
import type * as Api from "./types";

const of = (conversation: string) => `/conversations/${id(conversation)}`;

export const compose = {
  view: (conversation: string) => call<Api.ComposeView>("GET", `${of(conversation)}/compose`),
  preview: (conversation: string, body: Api.PreviewAsk) =>
    call<Api.MailPreview>("POST", `${of(conversation)}/preview`, body),
  forward: (conversation: string, body: Api.Forward) =>
    call<Api.Conversation>("POST", `${of(conversation)}/forwards`, body),
  hold: (conversation: string, body: Api.Hold) => call<Api.Conversation>("POST", `${of(conversation)}/held`, body),
  takeBack: (conversation: string, held: string, writer: string) =>
    call<Api.Conversation>("POST", `${of(conversation)}/held/${id(held)}/undo`, { writer }),
  sendNow: (conversation: string, held: string, after: number) =>
    call<Api.Conversation>("POST", `${of(conversation)}/held/${id(held)}/send`, { after }),
  held: () => call<Api.HeldList>("GET", "/held"),
  rules: () => call<Api.ComposeRules>("GET", "/compose-rules"),
  setRules: (body: Api.ComposeRules) => call<Api.ComposeRules>("PUT", "/compose-rules", body),
};

export const uploadPreviewAddress = (upload: string) => `/api/v1/uploads/${id(upload)}/preview`;
