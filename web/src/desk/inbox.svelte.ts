/** The inbox's state: its list, its counts, and how they follow the feed. model.ts and sync.ts decide; this asks. */
import { desk as api, feedAddress, type Failure } from "$/api/client";
import type { SavedView, SavedViews } from "$/api/types";
import { openFeed, type Link } from "./feed";
import { emptyModel, hear, unloaded, type Model, type RowChange } from "./model";
import { ownPresence } from "./presence.svelte";
import { hearFrame, hearList, lastHeard, nothingHeard, type Frame, type Sync } from "./sync";
import type { View } from "./views";
import { watching } from "./watching.svelte";

/** What the desk does when the inbox hears something. */
export interface Listener {
  /** Another view is shown from now on, though its rows are not there yet. */
  switched: () => void;
  /** A list was heard; `now` is the server's instant. */
  listed: (now: string) => void;
  changed: (change: RowChange) => void;
  /** Everything may look different: names, choices, the open conversation. */
  anew: () => void;
  lost: () => void;
  /** Ends the session when it is over. */
  failed: (error: unknown) => Failure;
}

/** Rows of one page: a scroll at full speed asks so often, and each comes in a few milliseconds (measured). */
const pageRows = 100;
/** Of one who is far behind: as many as the server gives at once. */
const pageRowsMost = 200;
/** After a change, and between two questions, since each reads some thousand rows at the server (chosen). */
const savedWaitMs = 1_000;
const savedPauseMs = 5_000;
const listAgainMs = 3_000;

export class InboxState {
  model = $state.raw<Model>(emptyModel(""));
  loading = $state(false);
  listFailure = $state.raw<Failure | null>(null);
  loadingMore = $state(false);
  /** Of the next page: nothing is asked again by itself. */
  moreFailure = $state.raw<Failure | null>(null);
  link = $state<Link>("connecting");

  private sync: Sync = nothingHeard;
  private closeFeed: (() => void) | undefined;
  private asked = 0;
  private meanwhile: RowChange[] = [];
  private savedTimer: ReturnType<typeof setTimeout> | undefined;
  private savedAsked = 0;
  private savedAskedAt = 0;
  private againTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly listener: Listener) {}

  enter(me: string, view: View): void {
    this.leave();
    this.model = emptyModel(me, view);
    this.listen();
  }

  /** From the beginning, as after a new visit: the rows come in another language, say. */
  listenAnew(): void {
    this.sync = nothingHeard;
    void this.loadView(this.model.view);
    this.listen();
  }

  private listen(): void {
    this.closeFeed?.();
    void this.loadSaved();
    this.closeFeed = openFeed(() => feedAddress(lastHeard(this.sync)), {
      heard: (frame) => this.heard(frame),
      watching: (frame) => watching.hear(frame),
      people: () => ownPresence.hear(),
      opened: (say) => {
        watching.connected(say);
        // What was missed of staff is not told again.
        ownPresence.hear();
      },
      link: (link) => {
        this.link = link;
        if (link === "live") return;
        watching.lost();
        if (link === "lost") this.listener.lost();
      },
    });
  }

  leave(): void {
    this.closeFeed?.();
    this.closeFeed = undefined;
    clearTimeout(this.savedTimer);
    clearTimeout(this.againTimer);
    this.savedTimer = this.againTimer = undefined;
    this.asked++;
    this.savedAsked++;
    this.loading = false;
    this.sync = nothingHeard;
    this.model = emptyModel("");
  }

  async loadView(view: View): Promise<void> {
    const asked = ++this.asked;
    clearTimeout(this.againTimer);
    this.meanwhile = [];
    const other = view !== this.model.view;
    this.loading = true;
    this.listFailure = this.moreFailure = null;
    if (other) {
      this.model = unloaded(this.model, view);
      // Now, not with the answer: a second question overtakes this one, and its answer knows of no switch.
      this.listener.switched();
    }
    try {
      const inbox = await api.inbox(view, "", pageRows);
      if (asked !== this.asked) return;
      this.model = hear(this.model, { kind: "snapshot", view, inbox, meanwhile: this.meanwhile });
      this.sync = hearList(this.sync, inbox.position);
      this.listener.listed(inbox.now);
    } catch (error) {
      if (asked !== this.asked) return;
      this.listFailure = this.listener.failed(error);
      // What came in between is only in a snapshot, so one has to come.
      if (this.sync.wanted !== null) this.againTimer = setTimeout(() => void this.loadView(view), listAgainMs);
      return;
    } finally {
      if (asked === this.asked) this.loading = false;
    }
    // It was on its way before the feed said where it is.
    if (this.sync.wanted !== null && this.sync.run !== "") void this.loadView(view);
  }

  /** The next page; a large one when more rows than that are `missing`. */
  async loadMore(missing = 0): Promise<void> {
    const { next, view } = this.model;
    if (next === null || this.loadingMore || this.loading) return;
    this.loadingMore = true;
    this.moreFailure = null;
    const asked = this.asked;
    try {
      const inbox = await api.inbox(view, next, missing > pageRows ? pageRowsMost : pageRows);
      if (asked === this.asked) this.model = hear(this.model, { kind: "page", inbox });
    } catch (error) {
      if (asked === this.asked) this.moreFailure = this.listener.failed(error);
    } finally {
      this.loadingMore = false;
    }
  }

  /** The views that are kept, with their counts. Their failure leaves those that are shown. */
  async loadSaved(): Promise<void> {
    const asked = ++this.savedAsked;
    const asOf = this.model.savedHeard;
    this.savedAskedAt = Date.now();
    try {
      const { items } = await api.views();
      if (asked === this.savedAsked) this.takeSaved(items, asOf);
    } catch (error) {
      this.listener.failed(error);
    }
    this.refreshSavedSoon();
  }

  /** Keeps, changes or removes one. Errors: those of `change`; what is shown stays. */
  async changeSaved(change: () => Promise<SavedViews>): Promise<void> {
    const asOf = this.model.savedHeard;
    const { items } = await change();
    this.savedAsked++; // What was asked before may not know of it.
    this.takeSaved(items, asOf);
    this.refreshSavedSoon();
  }

  private takeSaved(items: readonly SavedView[], asOf: number): void {
    const { view } = this.model;
    const asks = () => {
      const kept = view.startsWith("saved:") ? this.model.saved.get(view.slice("saved:".length)) : undefined;
      return JSON.stringify(kept?.conditions);
    };
    const before = asks();
    this.model = hear(this.model, { kind: "saved", items, asOf });
    // The view that is shown asks for other rows now.
    if (asks() !== before) void this.loadView(view);
  }

  private heard(frame: Frame): void {
    const before = this.sync;
    this.sync = hearFrame(before, frame);
    if ("counts" in frame) {
      this.model = hear(this.model, { kind: "counts", ...frame });
    } else if ("row" in frame) {
      if (this.loading) this.meanwhile.push(frame);
      this.model = hear(this.model, { kind: "row", ...frame });
      this.listener.changed(frame);
      this.refreshSavedSoon();
    } else if (frame.snapshot) {
      this.startAnew(before);
    }
  }

  private startAnew(before: Sync): void {
    const first = before.run === "";
    if (!first && this.sync.run !== before.run) this.model = hear(this.model, { kind: "another run" });
    // The page's first list may be enough, when it comes.
    if (this.sync.wanted !== null && !(first && this.loading)) void this.loadView(this.model.view);
    if (first) return;
    void this.loadSaved();
    this.listener.anew();
  }

  private refreshSavedSoon(): void {
    if (!this.model.savedStale) return;
    const wait = Math.max(savedWaitMs, this.savedAskedAt + savedPauseMs - Date.now());
    this.savedTimer ??= setTimeout(() => {
      this.savedTimer = undefined;
      void this.loadSaved();
    }, wait);
  }
}
