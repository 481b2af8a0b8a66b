/** What the browser keeps for its owner. A browser that refuses storage loses only the convenience. */
export function recall(key: string, kept: Storage = localStorage): string | null {
  try {
    return kept.getItem(key);
  } catch {
    return null;
  }
}

export function remember(key: string, value: string | null, kept: Storage = localStorage): void {
  try {
    if (value === null) kept.removeItem(key);
    else kept.setItem(key, value);
  } catch {
    // Private mode or a full disk: the page goes on without.
  }
}

/** A fresh request id: the same request sent twice must carry the same one. */
export function newRequestId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** One attempt to send something. */
export interface Attempt {
  request_id: string;
  content: string;
}

/** The same content sent again is the same request; changed content is another, so that nothing written is lost. */
export const attemptFor = (last: Attempt | null, content: string, id: () => string = newRequestId): Attempt =>
  last?.content === content ? last : { request_id: id(), content };

export function recallAttempt(key: string): Attempt | null {
  try {
    const kept = JSON.parse(recall(key) ?? "null") as Partial<Attempt> | null;
    return typeof kept?.request_id === "string" && typeof kept.content === "string" ? (kept as Attempt) : null;
  } catch {
    return null;
  }
}

/** The request id for sending `content`, kept under `key` until forgetAttempt: it survives a reload. */
export function requestIdFor(key: string, content: string): string {
  const attempt = attemptFor(recallAttempt(key) ?? inMemory.get(key) ?? null, content);
  inMemory.set(key, attempt);
  remember(key, JSON.stringify(attempt));
  return attempt.request_id;
}

export function forgetAttempt(key: string): void {
  inMemory.delete(key);
  remember(key, null);
}

// For browsers that refuse storage.
const inMemory = new Map<string, Attempt>();
