/** The desk's state and what its actions do. Components show it; model.ts decides what the inbox looks like. */
import { desk as api, setCsrf, type Failure } from "$/api/client";
import type { Change, Conversation, DeskOptions, Session } from "$/api/types";
import { Ticker } from "$/parts/ticker.svelte";
import { isLanguage, t, tCode, words, type Language } from "$/words/words.svelte";
import { isAllowed, type Action } from "./actions";
import { drafted, forgetDrafts, saveDrafts, stopDrafts } from "./drafts.svelte";
import { asFailure, failureText } from "./failure";
import { InboxState } from "./inbox.svelte";
import { inverseOf, neighbour, type RowChange } from "./model";
import { forgetOwn, setOwner } from "./own";
import { here } from "./place.svelte";
import { ownPresence } from "./presence.svelte";
import { watching } from "./watching.svelte";

export interface Toast {
  id: number;
  text: string;
  kind: "good" | "bad";
  undo?: () => void;
}

export { failureText };

export type ComposerMode = "reply" | "note" | "forward";

/** How long a toast stays: long enough to read and reach undo by keyboard (chosen, not measured). */
const toastMs = 10_000;

export class Desk {
  session = $state.raw<Session | null>(null);
  /** Before the first answer: is there a session? */
  starting = $state(true);
  startFailure = $state.raw<Failure | null>(null);
  options = $state.raw<DeskOptions | null>(null);
  readonly inbox = new InboxState({
    switched: () => {
      if (here.place.page === "inbox") this.cursor = here.place.conversation;
    },
    listed: (now) => this.ticker.heard(now),
    changed: (change) => this.changed(change),
    anew: () => void this.readAnew(),
    lost: () => void this.checkSession(),
    failed: (error) => this.tellIfOver(error),
  });
  /** The row that the keyboard stands on. */
  cursor = $state<string | null>(null);
  conversation = $state.raw<Conversation | null>(null);
  conversationFailure = $state.raw<Failure | null>(null);
  composer = $state<ComposerMode>("reply");
  /** The composer should take the focus as soon as it is there. */
  wantsComposer = $state(false);
  /** Something that the open composer is to do. */
  composerWish = $state.raw<"attach" | "discard" | "templates" | "preview" | "later" | null>(null);
  help = $state(false);
  palette = $state(false);
  toasts = $state.raw<readonly Toast[]>([]);
  readonly ticker = new Ticker();

  private conversationAsked = 0;
  /** The newest change, which may be on its way; never fails. */
  private changing: Promise<void> = Promise.resolve();
  private toastNumber = 0;

  // ---- session ----

  /** Whether the role allows this act; the names are those of `x-permission` in the API's description. */
  may(act: string): boolean {
    return this.session?.permissions.includes(act) ?? false;
  }

  async start(): Promise<void> {
    this.startFailure = null;
    this.starting = true;
    try {
      await this.enter(await api.session());
    } catch (error) {
      const failure = asFailure(error);
      if (failure.status !== 401) this.startFailure = failure;
    } finally {
      this.starting = false;
    }
  }

  async logIn(login: string, password: string, code = ""): Promise<void> {
    await this.enter(await api.logIn({ login, password, ...(code === "" ? {} : { code }) }));
  }

  async logOut(): Promise<void> {
    await saveDrafts();
    try {
      await api.logOut();
    } catch (error) {
      if (asFailure(error).status !== 401) return this.tellFailure(error);
    }
    forgetOwn();
    this.leave();
  }

  private async enter(session: Session): Promise<void> {
    this.take(session);
    // Until the second step that everybody must have is set up, nothing else is answered.
    if (session.lacks_second_step) return here.go({ page: "account" });
    this.inbox.enter(session.agent_id, here.place.page === "inbox" ? here.place.view : "open");
    this.options = await api.options();
    void drafted.load();
  }

  /** The feed cannot say why it was refused: a session that is over shows the log-in instead of endless tries. */
  private async checkSession(): Promise<void> {
    try {
      await api.session();
    } catch (error) {
      this.tellIfOver(error);
    }
  }

  private take(session: Session): void {
    if (setOwner(session.agent_id)) forgetDrafts();
    this.session = session;
    setCsrf(session.csrf);
    if (isLanguage(session.language)) words.set(session.language);
  }

  /** The session is over: back to the log-in. Drafts stay in the browser. */
  private leave(): void {
    this.inbox.leave();
    stopDrafts();
    ownPresence.forget();
    this.session = null;
    this.options = null;
    this.conversation = null;
    this.toasts = [];
    setCsrf("");
  }

  async prefer(preferences: {
    language?: Language;
    present?: boolean;
    name?: string;
    email?: string;
    present_password?: string;
  }): Promise<void> {
    try {
      this.take(await api.prefer(preferences));
      if (preferences.language && !this.session?.lacks_second_step) {
        // Names of topics and teams come in the session's language.
        this.inbox.listenAnew();
        await this.readAnew();
      }
    } catch (error) {
      this.tellFailure(error);
    }
  }

  // ---- inbox ----

  get model() {
    return this.inbox.model;
  }

  /** Who else wants to know that a conversation changed. */
  onRow: (conversation: string) => void = () => undefined;

  private changed({ row }: RowChange): void {
    this.onRow(row.id);
    // The same number as well: a mail that was sent or failed shows, and is no event.
    const shown = this.conversation?.row;
    if (shown?.id === row.id && row.last_number >= shown.last_number) void this.reloadConversation();
  }

  /** Another plan, or nobody knows what was missed: names and choices may be others. */
  private async readAnew(): Promise<void> {
    try {
      const [options] = await Promise.all([api.options(), this.reloadConversation()]);
      this.options = options;
    } catch (error) {
      this.tellIfOver(error);
    }
  }

  // ---- one conversation ----

  async loadConversation(id: string | null): Promise<void> {
    const asked = ++this.conversationAsked;
    this.conversationFailure = null;
    watching.look(id);
    if (id === null) {
      this.conversation = null;
      return;
    }
    this.cursor = id;
    if (this.conversation?.row.id !== id) this.conversation = null;
    try {
      const conversation = await api.conversation(id);
      if (asked === this.conversationAsked) this.conversation = conversation;
    } catch (error) {
      if (asked === this.conversationAsked) this.conversationFailure = this.tellIfOver(error);
    }
  }

  async reloadConversation(): Promise<void> {
    if (!this.conversation) return;
    const { id } = this.conversation.row;
    try {
      this.show(await api.conversation(id));
    } catch (error) {
      // What is on the page stays; the link's state says that it may be old.
      this.tellIfOver(error);
    }
  }

  /** Shows an answer unless the reader has gone on to another conversation, or a newer one is shown already. */
  show(conversation: Conversation): void {
    const shown = this.conversation;
    if (shown?.row.id === conversation.row.id && conversation.row.last_number >= shown.row.last_number) {
      this.conversation = conversation;
    }
  }

  change(change: Change, said: string): Promise<void> {
    return (this.changing = this.changeNow(change, said));
  }

  private async changeNow(change: Change, said: string): Promise<void> {
    const before = this.conversation;
    if (!before) return;
    try {
      this.show(await api.change(before.row.id, change));
      const inverse = inverseOf(before, change);
      this.tell(said, inverse ? () => void this.undo(before.row.id, inverse) : undefined);
    } catch (error) {
      this.tellFailure(error);
      await this.reloadConversation();
    }
  }

  private async undo(id: string, inverse: Change): Promise<void> {
    this.dismissUndo();
    try {
      this.show(await api.change(id, inverse));
      this.tell(t("toast.undone"));
    } catch (error) {
      this.tellFailure(error);
    }
  }

  // ---- actions ----

  run(action: Action): void {
    const { place } = here;
    const id = place.page === "inbox" ? (place.conversation ?? this.cursor) : null;
    switch (action.do) {
      case "move": {
        if (place.page !== "inbox") return;
        const next = neighbour(this.model, this.cursor ?? place.conversation, action.steps);
        this.cursor = next;
        if (next && place.conversation) this.go(next);
        return;
      }
      case "open":
        if (this.cursor) this.go(this.cursor);
        return;
      case "back":
        if (place.page === "inbox" && place.conversation) this.go(null);
        return;
      case "reply":
      case "note":
      case "forward":
        if (!id) return;
        this.go(id);
        this.composer = action.do;
        this.wantsComposer = true;
        return;
      case "assign_me":
        if (this.conversation && this.session) {
          void this.change({ assignee: this.session.agent_id }, t("toast.assigned_me"));
        }
        return;
      case "resolve":
        return this.setState("resolved");
      case "reopen":
        return this.setState("open");
      case "wait":
        return this.setState("pending");
      case "attach":
      case "discard":
      case "templates":
      case "preview":
      case "later":
        if (!this.conversation) return;
        this.composerWish = action.do;
        return;
      case "set":
        void this.change(
          { [action.property]: action.value },
          t("toast.changed", { what: t(`property.${action.property}`), value: action.name }),
        );
        return;
      case "hold":
        return this.setState("on_hold", action.reason);
      case "palette":
        this.palette = true;
        return;
      case "undo":
        // The feed may have shown a change before its own answer came, which brings what undoes it.
        void this.changing.then(() => this.toasts.findLast((toast) => toast.undo)?.undo?.());
        return;
      case "view":
        here.go({ page: "inbox", view: action.view, conversation: null });
        return;
      case "plan":
      case "channels":
      case "search":
      case "views":
      case "people":
      case "audit":
      case "privacy":
      case "quarantine":
      case "account":
        if (isAllowed(action, this.session?.permissions ?? [])) here.go({ page: action.do });
        return;
      case "help":
        this.help = true;
        return;
    }
  }

  setState(state: string, reason?: string): void {
    if (!this.conversation?.next_states.includes(state)) return;
    void this.change(
      { state, ...(reason === undefined ? {} : { reason }) },
      t("toast.state", { state: tCode("state", state) }),
    );
  }

  go(conversation: string | null): void {
    here.go({ page: "inbox", view: here.place.page === "inbox" ? here.place.view : this.model.view, conversation });
  }

  // ---- telling ----

  tell(text: string, undo?: () => void, kind: Toast["kind"] = "good", ms = toastMs): void {
    const toast: Toast = { id: ++this.toastNumber, text, kind, ...(undo ? { undo } : {}) };
    this.toasts = [...this.toasts.slice(-2), toast];
    setTimeout(() => this.dismiss(toast.id), ms);
  }

  /** What was undone cannot be undone once more. */
  dismissUndo(): void {
    this.toasts = this.toasts.filter((toast) => !toast.undo);
  }

  dismiss(id: number): void {
    this.toasts = this.toasts.filter((toast) => toast.id !== id);
  }

  tellIfOver(error: unknown): Failure {
    const failure = asFailure(error);
    if (failure.status === 401) this.leave();
    return failure;
  }

  tellFailure(error: unknown): void {
    const failure = this.tellIfOver(error);
    this.tell(failureText(failure), undefined, "bad");
  }
}

export const desk = new Desk();
