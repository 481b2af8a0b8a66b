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
  const problem = (json ?? {}) as Partial<Api.Problem>;
  throw new Failure(response.status, problem.code ?? "unknown", problem.detail ?? "", problem.field ?? "");
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
  explain: (conversation: string, target: string, cycle: number) =>
    call<Api.ClockExplanation>("GET", `/conversations/${id(conversation)}/clocks/${id(target)}/${cycle}`),
  plan: () => call<Api.PlanDocument>("GET", "/plan"),
  channels: () => call<Api.ChannelsNow>("GET", "/channels"),
};

export const rawMailAddress = (conversation: string, message: string) =>
  `${root}/conversations/${id(conversation)}/messages/${id(message)}/raw`;
export const attachmentAddress = (attachment: string) => `${root}/attachments/${id(attachment)}`;
export const feedAddress = () => `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${root}/feed`;
