/** Tells the others what this page shows and whether something is typed there, and knows the same of them. */
import { hearWatching, type There, type WatchFrame } from "./watching";

const sayEveryMs = 20_000;
/** A word about typing holds for 6 s at the server. */
const typingEveryMs = 3_000;
const typingEndsMs = 5_000;

class Watching {
  there = $state.raw<There>(new Map());
  private say: ((words: string) => void) | undefined;
  private conversation = "";
  private typing = false;
  private typedAt = 0;
  private stopTyping: ReturnType<typeof setTimeout> | undefined;
  private again: ReturnType<typeof setInterval> | undefined;

  /** The feed is there anew: whoever was there is told again. */
  connected(say: (words: string) => void): void {
    this.say = say;
    this.there = new Map();
    this.tell();
    clearInterval(this.again);
    this.again = setInterval(() => this.tell(), sayEveryMs);
  }
  lost(): void {
    clearInterval(this.again);
    this.there = new Map();
  }
  hear(frame: WatchFrame): void {
    this.there = hearWatching(this.there, frame);
  }

  look(conversation: string | null): void {
    if (this.conversation === (conversation ?? "")) return;
    this.conversation = conversation ?? "";
    this.endTyping();
    this.tell();
  }
  typed(): void {
    clearTimeout(this.stopTyping);
    this.stopTyping = setTimeout(() => {
      this.endTyping();
      this.tell();
    }, typingEndsMs);
    const now = Date.now();
    if (this.typing && now - this.typedAt < typingEveryMs) return;
    this.typing = true;
    this.typedAt = now;
    this.tell();
  }
  /** It was sent: nobody types any more. */
  rested(): void {
    if (!this.typing) return;
    this.endTyping();
    this.tell();
  }

  private endTyping(): void {
    clearTimeout(this.stopTyping);
    this.typing = false;
  }
  private tell(): void {
    this.say?.(JSON.stringify({ watch: this.conversation, typing: this.typing }));
  }
}
export const watching = new Watching();
