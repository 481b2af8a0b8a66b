/**
 * For tests: a recorded desk (tests/feed, see the README there), and a server that answers from it as the real one
 * would. The same test checks its answers against those that the real one gave.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Counts, Inbox, Row } from "$/api/types";
import type { Frame } from "../sync";
import { belongs, compareKeys, compareRows, isByDue, isView, keyOf, keyOfCursor, type View } from "../views";

export interface Step {
  at: number;
  /** Position and conversation; "0": all may look different. */
  /** A third item: staff changed, and no row. */
  changes: [number, string, "staff"?][];
  rows: Record<string, Row>;
  counts: Counts;
}
interface Answer {
  after: number;
  told: number[] | null;
}
export interface Recording {
  name: string;
  me: string;
  keptMax: number;
  missedMax: number;
  /** With what is known of the desk as it then is. */
  steps: (Step & { answers: Answer[]; views: Map<View, string[]> })[];
}

type Line =
  | { me: string; kept_max: number; missed_max: number }
  | { at: string; changes: [number, string, "staff"?][]; rows: Record<string, Row>; counts: Counts }
  | Answer
  | { views: Record<string, string[]> };

const folder = fileURLToPath(new URL("../../../../tests/feed", import.meta.url));

function readRecording(name: string): Recording {
  const read: Recording = { name, me: "", keptMax: 0, missedMax: 0, steps: [] };
  for (const text of readFileSync(join(folder, name), "utf8").split("\n")) {
    if (text === "") continue;
    const line = JSON.parse(text) as Line;
    if ("me" in line) Object.assign(read, { me: line.me, keptMax: line.kept_max, missedMax: line.missed_max });
    else if ("at" in line) read.steps.push({ ...line, at: Date.parse(line.at), answers: [], views: new Map() });
    else if ("told" in line) read.steps.at(-1)?.answers.push(line);
    else {
      for (const [view, ids] of Object.entries(line.views)) if (isView(view)) read.steps.at(-1)?.views.set(view, ids);
    }
  }
  return read;
}

export const recordings: readonly Recording[] = readdirSync(folder)
  .filter((name) => name.endsWith(".jsonl"))
  .map(readRecording);

interface Client {
  deliver: (frames: readonly Frame[]) => void;
  last: { run: string; after: number } | null;
  isNew: boolean;
}

/** The desk as of a step, and the feed as src/server/hub.h says it. Rounds are run by the test. */
export class RecordedServer {
  readonly rows = new Map<string, Row>();
  position = 0;
  run = 1;
  private counts: Counts | undefined;
  private clients = new Set<Client>();
  private pending = new Map<string, number>();
  private allAnew = false;
  /** The journal: of each conversation the newest position, and behind which one all is known. */
  private newest = new Map<string, number>();
  private knownFrom: number | null = null;

  constructor(private readonly recording: Recording) {}

  take(step: Step): void {
    for (const [id, row] of Object.entries(step.rows)) this.rows.set(id, row);
    this.counts = step.counts;
    for (const [position, conversation, staff] of step.changes) {
      this.position = position;
      if (staff) continue;
      this.remember(position, conversation);
      if (conversation === "0") this.allAnew = true;
      else this.pending.set(conversation, position);
    }
  }

  private remember(position: number, conversation: string): void {
    if (conversation === "0") return this.forgetUntil(position);
    this.newest.set(conversation, position);
    if (this.newest.size > this.recording.keptMax) this.forgetUntil(Math.min(...this.newest.values()));
  }
  private forgetUntil(position: number): void {
    if (this.knownFrom !== null) this.knownFrom = Math.max(this.knownFrom, position);
    for (const [conversation, at] of this.newest) if (at <= position) this.newest.delete(conversation);
  }

  /** Positions behind `after` and their conversations; null: a snapshot. */
  missed(after: number): [number, string][] | null {
    if (this.knownFrom === null || after < this.knownFrom || after > this.position) return null;
    const missed = [...this.newest]
      .map(([conversation, position]): [number, string] => [position, conversation])
      .filter(([position]) => position > after)
      .sort(([a], [b]) => a - b);
    return missed.length > this.recording.missedMax ? null : missed;
  }

  subscribe(last: Client["last"], deliver: Client["deliver"]): () => void {
    const client = { last, deliver, isNew: true };
    this.clients.add(client);
    return () => void this.clients.delete(client);
  }

  /** Tells everybody what there is to tell. */
  round(): void {
    if (this.clients.size > 0 && this.knownFrom === null) this.knownFrom = this.position;
    const ordered = [...this.pending].map(([id, at]): [number, string] => [at, id]).sort(([a], [b]) => a - b);
    const changed = this.allAnew ? [] : this.framesOf(ordered);
    for (const client of this.clients) {
      if (client.isNew) this.greet(client);
      else if (this.allAnew) client.deliver([this.isAt(true)]);
      else if (changed.length > 0) client.deliver([...changed, this.countsNow()]);
    }
    this.pending.clear();
    this.allAnew = false;
  }

  private greet(client: Client): void {
    client.isNew = false;
    const missed = client.last?.run === String(this.run) ? this.missed(client.last.after) : null;
    client.deliver(missed ? [...this.framesOf(missed), this.countsNow(), this.isAt(false)] : [this.isAt(true)]);
  }
  private framesOf(changes: readonly [number, string][]): Frame[] {
    return changes.flatMap(([position, id]): Frame[] => {
      const row = this.rows.get(id);
      return row ? [{ position, row }] : [];
    });
  }
  private countsNow(): Frame {
    if (!this.counts) throw new Error("no step was taken");
    return { counts: this.counts, at: this.position };
  }
  private isAt(snapshot: boolean): Frame {
    return { position: this.position, run: String(this.run), ...(snapshot && { snapshot }) };
  }

  /** Ends and begins again: nobody watches, and what was missed is not known. */
  restart(): void {
    this.run++;
    this.clients.clear();
    this.pending.clear();
    this.newest.clear();
    this.allAnew = false;
    this.knownFrom = null;
  }

  order(view: View): Row[] {
    const shown = [...this.rows.values()].filter((row) => belongs(row, view, this.recording.me));
    return shown.sort((a, b) => compareRows(view, a, b));
  }

  inbox(view: View, cursor: string, limit: number): Inbox {
    if (!this.counts) throw new Error("no step was taken");
    const behind = cursor === "" ? null : keyOfCursor(cursor);
    const rows = this.order(view).filter(
      (row) => behind === null || compareKeys(isByDue(view), keyOf(row, view), behind) > 0,
    );
    const last = rows[limit - 1];
    return {
      items: rows.slice(0, limit),
      next: last && rows.length > limit ? cursorOf(last, view) : null,
      counts: this.counts,
      now: new Date().toISOString(),
      position: this.position,
    };
  }
  get countsShown(): Counts | undefined {
    return this.counts;
  }
  /** Everybody was told everything. */
  get settled(): boolean {
    return this.pending.size === 0 && !this.allAnew && [...this.clients].every(({ isNew }) => !isNew);
  }
  get watched(): boolean {
    return this.clients.size > 0;
  }
}

function cursorOf(row: Row, view: View): string {
  const { sort, id } = keyOf(row, view);
  return `${sort === Infinity ? "9223372036854775807" : String(sort)}.${id}`;
}

/** Whole numbers below `below`, the same ones for the same seed. */
export function chance(seed: number): (below: number) => number {
  return (below) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
}
