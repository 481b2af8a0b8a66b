/**
 * What becomes of a draft that lies in two places: in this browser, and on the server where any page of the same agent
 * may have written. Pure. Nothing that was written is ever lost without being asked.
 */
import type { Draft, DraftMail, Upload } from "$/api/types";

export type DraftKind = "reply" | "note" | "forward";
export const draftKinds: readonly DraftKind[] = ["reply", "note", "forward"];

/** As this browser keeps it until the server has it. */
export interface LocalDraft {
  text: string;
  uploads: readonly Upload[];
  /** Layout and recipients; none: nobody has touched them. */
  mail?: DraftMail | null;
  /** The last_number that was shown when it was begun. */
  seen: number;
  /** The server's revision that it builds on; 0: none. */
  revision: number;
  /** The page that wrote it. */
  writer: string;
  /** The server does not have it yet. */
  dirty: boolean;
}

export interface Settled {
  draft: LocalDraft;
  /** Another page wrote something else meanwhile: somebody must choose. */
  other: Draft | null;
}

const sameFiles = (a: readonly Upload[], b: readonly Upload[]) =>
  a.length === b.length && a.every((one, i) => one.id === b[i]?.id);

export const sameMail = (a: DraftMail | null | undefined, b: DraftMail | null | undefined): boolean =>
  JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

export const isEmpty = (draft: { text: string; uploads: readonly Upload[] }): boolean =>
  draft.text.trim() === "" && draft.uploads.length === 0;

export function settle(local: LocalDraft | null, server: Draft | undefined, writer: string, seen: number): Settled {
  if (!local?.dirty) {
    const draft = server
      ? {
          text: server.text,
          uploads: server.uploads,
          ...(server.mail ? { mail: server.mail } : {}),
          seen: server.seen,
          revision: server.revision,
        }
      : { text: "", uploads: [], seen, revision: 0 };
    return { draft: { ...draft, seen: isEmpty(draft) ? seen : draft.seen, writer, dirty: false }, other: null };
  }
  const draft = { ...local, writer, revision: server?.revision ?? 0 };
  if (!server) return { draft, other: null };
  if (server.text === local.text && sameFiles(server.uploads, local.uploads) && sameMail(server.mail, local.mail)) {
    return { draft: { ...draft, dirty: false }, other: null };
  }
  const mine = server.revision === local.revision || server.writer === local.writer;
  return mine ? { draft, other: null } : { draft: { ...draft, revision: local.revision }, other: server };
}

/** A draft as text for the browser's storage, and back; what is no draft is none. */
export const writeLocal = (draft: LocalDraft): string | null =>
  isEmpty(draft) && !draft.dirty ? null : JSON.stringify(draft);

export function readLocal(text: string | null): LocalDraft | null {
  try {
    const kept = JSON.parse(text ?? "null") as Partial<LocalDraft> | null;
    if (typeof kept?.text !== "string" || !Array.isArray(kept.uploads)) return null;
    return {
      text: kept.text,
      uploads: kept.uploads,
      ...(kept.mail ? { mail: kept.mail } : {}),
      seen: Number(kept.seen ?? 0),
      revision: Number(kept.revision ?? 0),
      writer: String(kept.writer ?? ""),
      dirty: kept.dirty === true,
    };
  } catch {
    return null;
  }
}
