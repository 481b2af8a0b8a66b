/**
 * Where the desk stands with the feed: what it heard last, and whether what it shows can go on from there. Pure.
 * The frames are those of the server's hub.
 */
import type { Counts, Row } from "$/api/types";

export type Frame =
  /** The conversation as it is now, at least as new as the position. */
  | { position: number; row: Row }
  /** The agent's counts exactly as of `at`. */
  | { counts: Counts; at: number }
  /** Everything up to the position has been told; or `snapshot`: everything is to be read again. */
  | { position: number; run: string; snapshot?: boolean };

export interface Sync {
  /** Of the server; positions of another run mean something else. "": nothing was heard yet. */
  readonly run: string;
  readonly heard: number;
  /** Of the list that is shown; null: none was read. */
  readonly listAt: number | null;
  /** What is shown goes on from a list read at this position or later, and none is there yet; null: it goes on. */
  readonly wanted: number | null;
}

export const nothingHeard: Sync = { run: "", heard: 0, listAt: null, wanted: 0 };

export function hearFrame(sync: Sync, frame: Frame): Sync {
  if ("row" in frame) return { ...sync, heard: Math.max(sync.heard, frame.position) };
  if ("counts" in frame) return sync;
  const { run, position } = frame;
  if (!frame.snapshot) return { ...sync, run, heard: position };
  // A list that came before the page's first frame is a snapshot as well, unless it is older than that.
  const enough = sync.run === "" && sync.listAt !== null && sync.listAt >= position;
  return { ...sync, run, heard: position, wanted: enough ? null : position };
}

/** A list was read, and is shown. */
export const hearList = (sync: Sync, position: number): Sync => ({
  ...sync,
  listAt: position,
  wanted: sync.wanted !== null && position >= sync.wanted ? null : sync.wanted,
});

/** What the server is told at the next connection; null: nothing that it could go on from. */
export const lastHeard = ({ run, heard, wanted }: Sync): { run: string; after: number } | null =>
  run === "" || wanted !== null ? null : { run, after: heard };
