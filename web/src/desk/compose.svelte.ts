/** What is sent and what waits to be: beside the desk's own state, which shows the conversation. */
import { compose } from "$/api/compose";
import { desk as api } from "$/api/client";
import type { ComposeView, Conversation, DraftMail, Forward, HeldItem, HeldList, PreviewAsk, Reply } from "$/api/types";
import { forgetAttempt, recall, remember, requestIdFor } from "$/parts/remember";
import { t, tCode } from "$/words/words.svelte";
import { emptyMail } from "./compose";
import { desk } from "./desk.svelte";
import { draftBox, writer } from "./drafts.svelte";
import type { DraftKind } from "./drafts";
import { ownKey } from "./own";

/** What goes out. after: the last number that its writer had seen; at: null, as soon as it cannot be undone any more. */
export interface Outgoing {
  text: string;
  mail: DraftMail | null;
  uploads: readonly string[];
  after: number;
  thenState: string;
  at: string | null;
}

const editorKey = "suki.editor";
/** Of this browser: somebody who likes plain words gets them everywhere. */
class EditorChoice {
  plain = $state(recall(editorKey) === "plain");
  set(plain: boolean): void {
    this.plain = plain;
    remember(editorKey, plain ? "plain" : "rich");
  }
}
export const editorChoice = new EditorChoice();

const layoutOf = (mail: DraftMail | null) => ({
  ...(mail?.html ? { html: mail.html } : {}),
  ...(mail && mail.cc.length > 0 ? { cc: mail.cc } : {}),
  ...(mail && mail.bcc.length > 0 ? { bcc: mail.bcc } : {}),
});

const replyOf = (out: Outgoing, request_id: string): Reply => ({
  request_id,
  text: out.text,
  after: out.after,
  uploads: [...out.uploads],
  writer,
  ...layoutOf(out.mail),
  ...(out.thenState === "" ? {} : { then_state: out.thenState }),
});
function forwardOf(out: Outgoing, request_id: string): Forward {
  const mail = out.mail ?? emptyMail;
  return {
    request_id,
    to: mail.to[0]?.email ?? "",
    subject: mail.subject,
    text: out.text,
    messages: mail.messages,
    attachments: mail.attachments,
    uploads: [...out.uploads],
    writer,
    ...layoutOf(mail),
  };
}

export const previewOf = (mode: DraftKind, out: Outgoing): PreviewAsk =>
  mode === "forward" ? { forward: forwardOf(out, "preview") } : { reply: replyOf(out, "preview") };

/** Throws the Failure of a conflict or refusal, so that the composer can keep the text and say why. */
export async function sendOut(
  conversation: Conversation,
  mode: DraftKind,
  out: Outgoing,
  undoSeconds: number | null,
): Promise<Conversation> {
  const { id } = conversation.row;
  const key = ownKey(`${mode}.${id}.attempt`);
  const said = [out.text, out.thenState, out.uploads, out.at, ...(out.mail ? [out.mail] : [])];
  const request_id = requestIdFor(key, JSON.stringify(said));
  // Where the rule is not known, the server holds it as long as it says.
  const isHeld = mode !== "note" && (out.at !== null || undoSeconds !== 0);
  let answer: Conversation;
  if (mode === "note") {
    answer = await api.note(id, { request_id, text: out.text, uploads: [...out.uploads], writer });
  } else if (isHeld) {
    answer = await compose.hold(id, {
      ...(mode === "forward" ? { forward: forwardOf(out, request_id) } : { reply: replyOf(out, request_id) }),
      ...(out.at === null ? {} : { at: out.at }),
    });
  } else if (mode === "forward") answer = await compose.forward(id, forwardOf(out, request_id));
  else answer = await api.reply(id, replyOf(out, request_id));
  forgetAttempt(key);
  desk.show(answer);
  const held = isHeld ? answer.held.findLast((one) => one.mine) : undefined;
  if (held) {
    void ownHeld.load();
    const seconds = (Date.parse(held.send_at) - Date.parse(held.created_at)) / 1000;
    const back = () => void takeBack(id, held.id);
    // What has gone cannot be undone: the offer ends with its seconds.
    if (out.at === null) desk.tell(t("toast.held", { n: seconds }), back, "good", seconds * 1000);
    else desk.tell(t("toast.later"), back);
  } else
    desk.tell(t(mode === "note" ? "toast.note_kept" : mode === "forward" ? "toast.forwarded" : "toast.reply_sent"));
  return answer;
}

/** It is a draft again, in the composer. */
export async function takeBack(conversation: string, held: string): Promise<void> {
  desk.dismissUndo();
  try {
    const kind = desk.conversation?.held.find((one) => one.id === held)?.kind ?? "reply";
    const answer = await compose.takeBack(conversation, held, writer);
    for (const one of ["reply", "forward"] as const) draftBox(conversation, one).open(answer);
    desk.show(answer);
    void ownHeld.load();
    if (desk.conversation?.row.id !== conversation) return desk.tell(t("toast.taken_back"));
    desk.composer = kind === "forward" ? "forward" : "reply";
    desk.wantsComposer = true;
    desk.tell(t("toast.taken_back"));
  } catch (error) {
    desk.tellFailure(error);
    await desk.reloadConversation();
  }
}

export async function sendHeldNow(conversation: string, held: string): Promise<void> {
  try {
    const after = desk.conversation?.row.id === conversation ? desk.conversation.row.last_number : 0;
    desk.show(await compose.sendNow(conversation, held, after));
    void ownHeld.load();
    desk.tell(t("toast.reply_sent"));
  } catch (error) {
    desk.tellFailure(error);
    await desk.reloadConversation();
  }
}

/** The agent's own replies that wait or were stopped: marks in the list, and a word when one could not go. */
class OwnHeld {
  items = $state.raw<readonly HeldItem[]>([]);
  private timer: ReturnType<typeof setTimeout> | undefined;
  private known = new Set<string>();
  private asked = 0;

  async load(): Promise<void> {
    const asked = ++this.asked;
    let list: HeldList;
    try {
      list = await compose.held();
    } catch {
      return; // Only marks: the conversation shows it anyway.
    }
    if (asked !== this.asked) return;
    this.items = list.items;
    const stopped = list.items.filter((one) => one.held.state === "stopped");
    for (const one of stopped)
      if (!this.known.has(one.held.id))
        desk.tell(
          t("toast.held_stopped", { subject: one.subject, why: tCode("held_why", one.held.why) }),
          undefined,
          "bad",
        );
    this.known = new Set(stopped.map((one) => one.held.id));
  }
  /** A conversation changed: was it one of those? A few changes are one question. */
  changed(conversation: string): void {
    if (!this.items.some((one) => one.conversation === conversation)) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.load(), 300);
  }
  stateOf(conversation: string): "waiting" | "stopped" | null {
    const own = this.items.filter((one) => one.conversation === conversation);
    return own.length === 0 ? null : own.some((one) => one.held.state === "stopped") ? "stopped" : "waiting";
  }
  forget(): void {
    clearTimeout(this.timer);
    ++this.asked;
    this.items = [];
    this.known = new Set();
  }
}
export const ownHeld = new OwnHeld();

/** What one needs to write in one conversation: asked once somebody is about to. */
export class ComposeFacts {
  view = $state.raw<ComposeView | null>(null);
  private asking: Promise<void> | undefined;

  constructor(readonly conversation: string) {}
  /** Never fails: without it, everything can be written but nothing is offered. */
  load(): Promise<void> {
    this.asking ??= this.ask();
    return this.asking;
  }
  private async ask(): Promise<void> {
    try {
      this.view = await compose.view(this.conversation);
    } catch {
      this.asking = undefined;
    }
  }
}
