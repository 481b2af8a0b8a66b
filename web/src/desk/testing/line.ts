/** For tests: what is between the desk's own client and a recorded server, in simulated time and by a seed's chance. */
import { Failure } from "$/api/client";
import type { Inbox } from "$/api/types";
import type { Frame } from "../sync";
import type { View } from "../views";
import type { RecordedServer } from "./recorded";

type Chance = (below: number) => number;

/** One second to eight hours, by orders of magnitude. */
export const someTimeMs = (pick: Chance): number => 1_000 * (1 + pick([5, 120, 2_400, 8 * 3_600][pick(4)] ?? 1));

/** The line of one client. Frames take their time and keep their order; what is under way when it is cut is lost. */
export class Line {
  whole = true;
  /** How often each happened, so that a test can tell that it tested something. */
  readonly tally = { cuts: 0, cameBack: 0, rowsMissed: 0, snapshots: 0, lostReads: 0 };
  /** Frames and answers on their way. */
  underWay = 0;
  private sockets = new Set<FakeSocket>();

  constructor(
    readonly server: RecordedServer,
    readonly pick: Chance,
  ) {}

  cut(): void {
    if (!this.whole) return;
    this.whole = false;
    this.tally.cuts++;
    this.drop();
  }
  mend(): void {
    this.whole = true;
  }
  /** Also when the server ends. */
  drop(): void {
    for (const socket of this.sockets) socket.end();
    this.sockets.clear();
  }

  connect(socket: FakeSocket, address: string): void {
    if (!this.whole) return void setTimeout(() => socket.end(), this.pick(3_000));
    this.sockets.add(socket);
    setTimeout(() => socket.open(this, address), this.pick(400));
  }

  /** An answer read at the server after a while, and there after another. */
  async inbox(view: View, cursor: string, limit: number): Promise<Inbox> {
    this.underWay++;
    try {
      await this.wait();
      const { run } = this.server;
      const answer = this.server.inbox(view, cursor, limit);
      await this.wait();
      if (run !== this.server.run) throw this.lost();
      return answer;
    } finally {
      this.underWay--;
    }
  }
  private async wait(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, this.pick(this.pick(4) === 0 ? 20_000 : 300)));
    if (!this.whole || this.pick(40) === 0) throw this.lost();
  }
  private lost(): Failure {
    this.tally.lostReads++;
    return new Failure(0, "unreachable", "", "");
  }
}

/** Stands in for the browser's WebSocket; `through` is set before one is made. */
export class FakeSocket {
  static readonly OPEN = 1;
  static through: Line | undefined;
  readyState = 0;
  onopen: (() => void) | undefined;
  onclose: (() => void) | undefined;
  onmessage: ((incoming: { data: string }) => void) | undefined;
  private leave: (() => void) | undefined;
  private arrives = 0;
  private greeted = false;

  constructor(address: string) {
    FakeSocket.through?.connect(this, address);
  }

  open(line: Line, address: string): void {
    if (this.readyState !== 0) return;
    this.readyState = FakeSocket.OPEN;
    this.onopen?.();
    const asked = new URL(address).searchParams;
    const run = asked.get("run");
    const last = run === null ? null : { run, after: Number(asked.get("after")) };
    this.leave = line.server.subscribe(last, (frames) => this.deliver(line, frames));
  }

  private deliver(line: Line, frames: readonly Frame[]): void {
    if (!this.greeted) {
      line.tally.cameBack++;
      line.tally.rowsMissed += frames.filter((frame) => "row" in frame).length;
    }
    this.greeted = true;
    line.tally.snapshots += frames.filter((frame) => "snapshot" in frame).length;
    for (const frame of frames) {
      this.arrives = Math.max(this.arrives, Date.now() + line.pick(line.pick(6) === 0 ? 9_000 : 60));
      line.underWay++;
      setTimeout(() => {
        line.underWay--;
        if (this.readyState === FakeSocket.OPEN) this.onmessage?.({ data: JSON.stringify(frame) });
      }, this.arrives - Date.now());
    }
  }

  end(): void {
    if (this.readyState > FakeSocket.OPEN) return;
    this.readyState = 3;
    this.leave?.();
    this.onclose?.();
  }
  close(): void {
    this.end();
  }
  /** What a page says is not heard here. */
  send(): void {}
}
