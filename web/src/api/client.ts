/** One place that speaks HTTP. Every failure is a Failure: what the server said, or that it could not be reached. */
import type * as Api from "./types";

const root = "/api/v1";

export class Failure extends Error {
  override readonly name = "Failure";
  constructor(
    /** HTTP status; 0: no answer (offline, server away, time out). */
    readonly status: number,
    /** Stable code of the problem document; "unreachable" without an answer. */
    readonly code: string,
    readonly detail: string,
    /** The input at fault, or "". */
    readonly field: string,
    /** Stable code of a sentence for the reader, with its values; "" when there is none. */
    readonly reason = "",
    readonly values: readonly Api.ProblemValue[] = [],
  ) {
    super(detail || code);
  }
}

/** Longest wait for an answer; over it the request counts as unanswered (chosen, not measured). */
const waitMs = 20_000;

let csrf = "";
/** The proof that goes with every change of a session. */
export function setCsrf(value: string): void {
  csrf = value;
}

export async function call<T>(method: string, path: string, body?: unknown): globalThis.Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (csrf && method !== "GET") headers["X-CSRF-Token"] = csrf;
  let response: Response;
  let text: string;
  try {
    response = await fetch(root + path, {
      method,
      headers,
      credentials: "same-origin",
      cache: "no-store",
      signal: AbortSignal.timeout(waitMs),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    text = await response.text();
  } catch (error) {
    throw new Failure(0, "unreachable", error instanceof Error ? error.message : String(error), "");
  }
  const json = parse(text);
  if (response.ok) return json as T;
  throw failureOf(response.status, json);
}

function failureOf(status: number, json: unknown): Failure {
  const { code, detail, field, reason, values } = (json ?? {}) as Partial<Api.Problem>;
  return new Failure(status, code ?? "unknown", detail ?? "", field ?? "", reason ?? "", values ?? []);
}

function parse(text: string): unknown {
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const query = (values: Record<string, string>) => new URLSearchParams(values).toString();
export const id = encodeURIComponent;

export const portal = {
  site: (language: string) => call<Api.Site>("GET", `/public/site?${query({ language })}`),
  promise: (channel: string, topic: string, language: string) =>
    call<Api.Promise>("GET", `/public/promise?${query({ channel, topic, language })}`),
  create: (body: Api.NewConversation) => call<Api.Created>("POST", "/public/conversations", body),
  read: (token: string, language: string) =>
    call<Api.PublicConversation>("GET", `/public/conversations/${id(token)}?${query({ language })}`),
  write: (token: string, body: Api.NewMessage, language: string) =>
    call<Api.PublicConversation>("POST", `/public/conversations/${id(token)}/messages?${query({ language })}`, body),
};

export const desk = {
  session: () => call<Api.Session>("GET", "/session"),
  logIn: (body: Api.LogIn) => call<Api.Session>("POST", "/session", body),
  logOut: () => call<undefined>("DELETE", "/session"),
  prefer: (body: Api.Preferences) => call<Api.Session>("PATCH", "/session", body),
  options: () => call<Api.DeskOptions>("GET", "/options"),
  inbox: (view: string, cursor: string, limit = 50) =>
    call<Api.Inbox>("GET", `/conversations?${query({ view, cursor, limit: String(limit) })}`),
  conversation: (conversation: string) => call<Api.Conversation>("GET", `/conversations/${id(conversation)}`),
  reply: (conversation: string, body: Api.Reply) =>
    call<Api.Conversation>("POST", `/conversations/${id(conversation)}/replies`, body),
  note: (conversation: string, body: Api.Note) =>
    call<Api.Conversation>("POST", `/conversations/${id(conversation)}/notes`, body),
  change: (conversation: string, body: Api.Change) =>
    call<Api.Conversation>("PATCH", `/conversations/${id(conversation)}`, body),
  saveDraft: (conversation: string, kind: string, body: Api.DraftInput) =>
    call<Api.Draft>("PUT", `/conversations/${id(conversation)}/drafts/${id(kind)}`, body),
  drafted: () => call<Api.Drafted>("GET", "/drafts"),
  since: (conversation: string, number: number) =>
    call<Api.Since>("GET", `/conversations/${id(conversation)}/since/${number}`),
  customer: (customer: string) => call<Api.CustomerView>("GET", `/customers/${id(customer)}`),
  customerConversations: (customer: string, cursor: string, limit = 10) =>
    call<Api.CustomerConversations>(
      "GET",
      `/customers/${id(customer)}/conversations?${query({ cursor, limit: String(limit) })}`,
    ),
  erasurePreview: (customer: string) => call<Api.ErasurePreview>("GET", `/customers/${id(customer)}/erasure`),
  eraseCustomer: (customer: string, body: Api.EraseCustomer) =>
    call<Api.Erasure>("POST", `/customers/${id(customer)}/erasure`, body),
  explain: (conversation: string, target: string, cycle: number) =>
    call<Api.ClockExplanation>("GET", `/conversations/${id(conversation)}/clocks/${id(target)}/${cycle}`),
  views: () => call<Api.SavedViews>("GET", "/views"),
  keepView: (body: Api.NewView) => call<Api.SavedViews>("POST", "/views", body),
  changeView: (view: string, body: Api.ViewChange) => call<Api.SavedViews>("PATCH", `/views/${id(view)}`, body),
  orderViews: (body: Api.ViewOrder) => call<Api.SavedViews>("PUT", "/views/order", body),
  search: (asked: Record<string, string>) => call<Api.SearchResult>("GET", `/search?${query(asked)}`),
  plan: () => call<Api.PlanDocument>("GET", "/plan"),
  channels: () => call<Api.ChannelsNow>("GET", "/channels"),
};

export const thread = {
  claim: (conversation: string, same: boolean) =>
    call<Api.Conversation>("POST", `/conversations/${id(conversation)}/claim`, { same }),
  openAddress: (conversation: string, address: string) =>
    call<Api.Conversation>("POST", `/conversations/${id(conversation)}/open-address`, { address }),
  partAddress: (customer: string, email: string) =>
    call<Api.CustomerView>("POST", `/customers/${id(customer)}/part-address`, { email }),
};

/** One file on its way. */
export interface Sending {
  done: globalThis.Promise<Api.Upload>;
  cancel: () => void;
}

/** Sends a file in; `progress` hears the part that is done, 0 to 1. Only this old way of asking tells of progress. */
export function sendFile(who: "desk" | "portal", file: File, progress: (part: number) => void): Sending {
  const ask = new XMLHttpRequest();
  const done = new globalThis.Promise<Api.Upload>((resolve, reject) => {
    const unreachable = () => reject(new Failure(0, "unreachable", "", ""));
    ask.open("POST", `${root}${who === "desk" ? "" : "/public"}/uploads?${query({ name: file.name })}`);
    ask.setRequestHeader("Content-Type", "application/octet-stream");
    if (who === "desk") ask.setRequestHeader("X-CSRF-Token", csrf);
    ask.upload.onprogress = (event) => progress(event.lengthComputable ? event.loaded / event.total : 0);
    ask.onerror = unreachable;
    ask.ontimeout = unreachable;
    ask.onabort = () => reject(new Failure(0, "cancelled", "", ""));
    ask.onload = () => {
      const json = parse(ask.responseText);
      if (ask.status === 201) return resolve(json as Api.Upload);
      reject(failureOf(ask.status, json));
    };
    ask.send(file);
  });
  return { done, cancel: () => ask.abort() };
}

export const previewAddress = (attachment: string) => `${root}/attachments/${id(attachment)}/preview`;
export const htmlAddress = (conversation: string, message: string) =>
  `${root}/conversations/${id(conversation)}/messages/${id(message)}/html`;
export const publicAttachmentAddress = (token: string, attachment: string) =>
  `${root}/public/conversations/${id(token)}/attachments/${id(attachment)}`;
export const rawMailAddress = (conversation: string, message: string) =>
  `${root}/conversations/${id(conversation)}/messages/${id(message)}/raw`;
export const attachmentAddress = (attachment: string) => `${root}/attachments/${id(attachment)}`;
export const customerExportAddress = (customer: string) => `${root}/customers/${id(customer)}/export`;
/** `last`: what was heard last on an earlier connection, so that the server tells what was missed. */
export function feedAddress(last: { run: string; after: number } | null): string {
  const base = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${root}/feed`;
  return last ? `${base}?${query({ run: last.run, after: String(last.after) })}` : base;
}
