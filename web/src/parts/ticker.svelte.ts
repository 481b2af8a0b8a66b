/** The server's present instant, in the browser: labels are right even where the machine's clock is not. */
export class Ticker {
  /** UTC milliseconds, moved on every `everyMs`. */
  now = $state(Date.now());
  private offset = 0;
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly clock: () => number = Date.now) {}

  start(everyMs = 1000): () => void {
    this.timer = setInterval(() => this.tick(), everyMs);
    return () => clearInterval(this.timer);
  }

  /** The server said that it is `serverNow`. */
  heard(serverNow: string): void {
    const at = Date.parse(serverNow);
    if (Number.isNaN(at)) return;
    this.offset = at - this.clock();
    this.tick();
  }

  tick(): void {
    this.now = this.clock() + this.offset;
  }
}
