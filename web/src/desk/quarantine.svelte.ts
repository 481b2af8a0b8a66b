/** How many mails wait in quarantine, for those who may deal with them: the figure beside the way there. */
import { quarantine } from "$/api/quarantine";
import { desk } from "./desk.svelte";

/** Between two looks (chosen, not measured). */
const lookMs = 60_000;

class QuarantineCount {
  waiting = $state(0);

  heard(waiting: number): void {
    this.waiting = waiting;
  }

  async look(): Promise<void> {
    if (!desk.may("quarantine") || document.visibilityState !== "visible") return;
    try {
      this.heard((await quarantine.page("waiting", "", 1)).waiting);
    } catch {
      // The figure is a hint; what is wrong is said where something was asked for.
    }
  }

  start(): () => void {
    void this.look();
    const timer = setInterval(() => void this.look(), lookMs);
    return () => clearInterval(timer);
  }
}
export const quarantineCount = new QuarantineCount();
