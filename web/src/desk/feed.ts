/** The live feed: a WebSocket that comes back by itself. It says what it heard; what that means is the model's business. */
import type { Frame } from "./sync";
import type { WatchFrame } from "./watching";

export type Link = "connecting" | "live" | "lost";

interface Handlers {
  heard: (frame: Frame) => void;
  watching: (frame: WatchFrame) => void;
  /** Presence, teams or shifts of somebody changed. */
  people: () => void;
  /** A connection is there; `say` sends a word over it, and does nothing once it is gone. */
  opened: (say: (words: string) => void) => void;
  link: (link: Link) => void;
}

const firstWaitMs = 500;
const longestWaitMs = 30_000;

/** Waits double, with chance so that all desks do not come back in the same moment. */
export const reconnectWait = (failures: number, chance: number): number =>
  Math.min(longestWaitMs, firstWaitMs * 2 ** failures) * (0.5 + chance / 2);

/** `address`: asked before each connection, since it says what was heard last. */
export function openFeed(address: () => string, handlers: Handlers): () => void {
  let socket: WebSocket | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let ended = false;

  function connect() {
    clearTimeout(timer);
    if (ended) return;
    handlers.link(failures === 0 ? "connecting" : "lost");
    const mine = new WebSocket(address());
    socket = mine;
    mine.onmessage = (incoming) => {
      failures = 0;
      handlers.link("live");
      const message = JSON.parse(String(incoming.data)) as Frame | { watching: WatchFrame } | { people: number };
      if ("watching" in message) handlers.watching(message.watching);
      else if ("people" in message) handlers.people();
      else handlers.heard(message);
    };
    mine.onopen = () =>
      handlers.opened((words) => {
        if (mine.readyState === WebSocket.OPEN) mine.send(words);
      });
    mine.onclose = () => {
      if (ended || socket !== mine) return;
      handlers.link("lost");
      timer = setTimeout(connect, reconnectWait(failures++, Math.random()));
    };
  }
  const online = () => {
    if (socket?.readyState !== WebSocket.OPEN) connect();
  };
  // A cut line closes nothing by itself for minutes: better to say so at once.
  const offline = () => socket?.close();
  addEventListener("online", online);
  addEventListener("offline", offline);
  connect();
  return () => {
    ended = true;
    clearTimeout(timer);
    removeEventListener("online", online);
    removeEventListener("offline", offline);
    socket?.close();
  };
}
