/** Drafts at work: typed into the browser's storage at once, into the server a moment later, again until it has it. */
import { SvelteSet } from "svelte/reactivity";
import { desk as api, Failure } from "$/api/client";
import type { Conversation, Draft, DraftMail, Upload } from "$/api/types";
import { newRequestId, recall, remember } from "$/parts/remember";
import { htmlOf } from "./compose";
import { ownKey } from "./own";
import {
  draftKinds,
  isEmpty,
  readLocal,
  sameMail,
  settle,
  writeLocal,
  type DraftKind,
  type LocalDraft,
} from "./drafts";

/** After the last key (chosen, not measured): a word at most is not on the server when the machine dies. */
const pauseMs = 700;
const firstRetryMs = 2_000;
const longestRetryMs = 30_000;

/** This page, to the server. Another one for every load: two pages are never taken for one. */
export const writer = newRequestId();

/** Conversations in which this agent has a draft: the mark in the list. */
class Drafted {
  readonly ids = new SvelteSet<string>();

  async load(): Promise<void> {
    try {
      const { conversations } = await api.drafted();
      for (const id of conversations) this.ids.add(id);
    } catch {
      // Only marks: opening a conversation shows its draft anyway.
    }
  }
  mark(conversation: string): void {
    const any = draftKinds.some((kind) => boxes.get(`${kind}.${conversation}`)?.empty === false);
    if (any) this.ids.add(conversation);
    else this.ids.delete(conversation);
  }
}
export const drafted = new Drafted();

/** kept: the server has it; local: only this browser has it yet; refused: the server will not take it. */
export type Keeping = "none" | "saving" | "kept" | "local" | "refused";

export class DraftBox {
  text = $state("");
  uploads = $state.raw<readonly Upload[]>([]);
  /** Layout and recipients; null: nobody has touched them. */
  mail = $state.raw<DraftMail | null>(null);
  /** Rises when the words come from elsewhere than this page's editor: it must show them anew. */
  version = $state(0);
  other = $state.raw<Draft | null>(null);
  keeping = $state<Keeping>("none");
  /** The last_number that was shown when this was begun, or when its writer said that they know what came since. */
  seen = $state(0);

  private revision = 0;
  private dirty = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private saving: Promise<void> | undefined;
  private failures = 0;

  constructor(
    readonly conversation: string,
    readonly kind: DraftKind,
  ) {
    this.key = ownKey(`draft.${kind}.${conversation}`);
  }

  /** Its writer's for good, whoever logs in later. */
  private readonly key: string;
  get empty(): boolean {
    return isEmpty(this);
  }
  private get local(): LocalDraft {
    const { text, uploads, mail, seen, revision, dirty } = this;
    return { text, uploads, ...(mail ? { mail } : {}), seen, revision, writer, dirty };
  }

  /** The conversation is shown: what was written here before comes back. */
  open(conversation: Conversation): void {
    const server = conversation.drafts.find((one) => one.kind === this.kind);
    const kept = this.dirty ? this.local : readLocal(recall(this.key));
    this.take(kept, server, conversation.row.last_number);
    if (this.dirty && !this.other) this.saveSoon(0);
  }

  private take(kept: LocalDraft | null, server: Draft | undefined, lastNumber: number): void {
    const { draft, other } = settle(kept, server, writer, lastNumber);
    const mail = draft.mail ?? null;
    if (this.text !== draft.text || this.mail?.html !== mail?.html) ++this.version;
    this.text = draft.text;
    this.uploads = draft.uploads;
    this.mail = mail;
    this.seen = draft.seen;
    this.revision = draft.revision;
    this.dirty = draft.dirty;
    this.other = other;
    this.keeping = this.empty ? "none" : draft.dirty ? "local" : "kept";
    this.keep();
  }

  private keep(): void {
    remember(this.key, writeLocal(this.local));
    drafted.mark(this.conversation);
  }

  change(
    change: { text?: string; uploads?: readonly Upload[]; mail?: DraftMail | null },
    lastNumber: number,
    isTyped = false,
  ): void {
    const isOther = change.mail !== undefined && !sameMail(change.mail, this.mail);
    if (change.text === undefined || change.text !== this.text || change.uploads || isOther) {
      if (this.empty) this.seen = lastNumber;
      if (
        !isTyped &&
        (change.text !== undefined || (change.mail !== undefined && change.mail?.html !== this.mail?.html))
      )
        ++this.version;
      if (change.text !== undefined) this.text = change.text;
      if (change.uploads) this.uploads = change.uploads;
      if (change.mail !== undefined) this.mail = change.mail;
      this.dirty = true;
      this.failures = 0;
      this.keep();
      if (!this.other) this.saveSoon(pauseMs);
    }
  }

  /** Keeps this page's text, or takes the other's. */
  choose(which: "mine" | "other"): void {
    const { other } = this;
    if (!other) return;
    this.other = null;
    this.revision = other.revision;
    if (which === "other") {
      this.text = other.text;
      this.uploads = other.uploads;
      this.mail = other.mail ?? null;
      ++this.version;
      this.seen = other.seen;
      this.dirty = false;
      this.keeping = this.empty ? "none" : "kept";
    }
    this.keep();
    if (this.dirty) this.saveSoon(0);
  }

  /** Empties it, and says how to get it back. */
  discard(lastNumber: number): () => void {
    const { text, uploads, mail, seen } = this;
    this.change({ text: "", uploads: [], mail: null }, lastNumber);
    return () => {
      const wasEmpty = this.empty;
      const gone = uploads.filter((one) => !this.uploads.some((there) => there.id === one.id));
      // What was written since stays as well.
      const texts = [text, this.text].filter((one) => one.trim() !== "");
      const html = [htmlOf(text, mail), htmlOf(this.text, this.mail)];
      const isLaidOut = Boolean(mail?.html ?? this.mail?.html);
      const back = mail ?? this.mail;
      this.change(
        {
          text: texts.join("\n\n"),
          uploads: [...gone, ...this.uploads],
          mail: back ? { ...back, html: isLaidOut ? html.join("") : "" } : null,
        },
        lastNumber,
      );
      if (!wasEmpty) return;
      this.seen = seen;
      this.keep();
    };
  }

  private saveSoon(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.save(), ms);
  }

  /** Now rather than soon: the page is left. */
  flush(): void {
    if (this.dirty && !this.other) this.saveSoon(0);
  }

  /** The session is over: what is not on the server waits in the browser for its writer. */
  stop(): void {
    clearTimeout(this.timer);
  }

  /** What the server lacks goes there, once. */
  async settleNow(): Promise<void> {
    await this.rest();
    await this.save();
    clearTimeout(this.timer);
  }

  /** Nothing of this is on its way any more: what is sent next is the last word. */
  async rest(): Promise<void> {
    clearTimeout(this.timer);
    await this.saving;
    clearTimeout(this.timer);
  }

  /** `out` was sent. What was written while it was on its way is the next draft. */
  sent(answer: Conversation, out: { text: string; uploads: readonly Upload[] }): void {
    const text = this.text.startsWith(out.text) ? this.text.slice(out.text.length).trimStart() : this.text;
    // The layout of what was sent is gone with it; words typed meanwhile begin anew.
    const uploads = this.uploads.filter((one) => !out.uploads.some((sent) => sent.id === one.id));
    this.dirty = false;
    this.other = null;
    ++this.version;
    const server = answer.drafts.find((one) => one.kind === this.kind);
    this.take(null, server, answer.row.last_number);
    if (!isEmpty({ text, uploads })) this.change({ text, uploads }, answer.row.last_number);
  }

  private save(): Promise<void> {
    this.saving ??= this.saveOnce().finally(() => {
      this.saving = undefined;
    });
    return this.saving;
  }

  private async saveOnce(): Promise<void> {
    if (!this.dirty || this.other) return;
    const { text, uploads, mail, seen, revision } = this;
    if (!this.empty) this.keeping = "saving";
    try {
      const body = { text, writer, revision, seen, uploads: uploads.map((one) => one.id), mail };
      const kept = await api.saveDraft(this.conversation, this.kind, body);
      this.revision = kept.revision;
      this.failures = 0;
      if (this.text === text && this.uploads === uploads && this.mail === mail) {
        this.dirty = false;
        this.keeping = this.empty ? "none" : "kept";
      } else this.saveSoon(pauseMs);
      this.keep();
    } catch (error) {
      await this.failed(error instanceof Failure ? error : new Failure(0, "unknown", String(error), ""));
    }
  }

  private async failed(failure: Failure): Promise<void> {
    this.keeping = this.empty ? "none" : "local";
    if (failure.code === "conflict") {
      try {
        const conversation = await api.conversation(this.conversation);
        const server = conversation.drafts.find((one) => one.kind === this.kind);
        this.take(this.local, server, conversation.row.last_number);
        if (this.dirty && !this.other) this.saveSoon(pauseMs);
        return;
      } catch {
        // Asked again below.
      }
    } else if (failure.status === 400 || failure.status === 404 || failure.status === 413) {
      this.keeping = this.empty ? "none" : "refused";
      return;
    } else if (failure.status === 401) return; // The log-in comes; the text lies in the browser.
    this.saveSoon(Math.min(longestRetryMs, firstRetryMs * 2 ** this.failures++));
  }
}

// A box outlives its page: what is not on the server yet goes there while the agent is elsewhere.
// eslint-disable-next-line svelte/prefer-svelte-reactivity
const boxes = new Map<string, DraftBox>();
export function draftBox(conversation: string, kind: DraftKind): DraftBox {
  const key = `${kind}.${conversation}`;
  let box = boxes.get(key);
  if (!box) boxes.set(key, (box = new DraftBox(conversation, kind)));
  return box;
}

/** Before a log-out. */
export async function saveDrafts(): Promise<void> {
  await Promise.all([...boxes.values()].map((box) => box.settleNow()));
}
/** The session is over. */
export function stopDrafts(): void {
  for (const box of boxes.values()) box.stop();
}
/** Somebody else is here now. */
export function forgetDrafts(): void {
  stopDrafts();
  boxes.clear();
  drafted.ids.clear();
}
