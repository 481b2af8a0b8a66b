/** Own presence: the page says that it is used, a minute apart at most, and hears what the server makes of it. */
import { presence as api } from "$/api/people";
import type { PresenceView } from "$/api/types";

const beatEveryMs = 60_000;

class OwnPresence {
  view = $state.raw<PresenceView | null>(null);
  /** Rises whenever presence, teams or shifts of anybody changed. */
  news = $state(0);
  private saidAt = 0;
  private asked = 0;

  /** Somebody's hand is on the page. Back from being away this is said at once. */
  used(): void {
    const isAway = this.view?.presence === "away" && this.view.wants_work;
    if (Date.now() - this.saidAt < (isAway ? 2_000 : beatEveryMs)) return;
    this.saidAt = Date.now();
    void this.take(api.beat);
  }
  /** The feed said that staff changed. */
  hear(): void {
    this.news++;
    void this.take(api.own);
  }
  forget(): void {
    this.asked++;
    this.saidAt = 0;
    this.view = null;
  }

  private async take(ask: () => Promise<PresenceView>): Promise<void> {
    const mine = ++this.asked;
    try {
      const view = await ask();
      if (mine === this.asked) this.view = view;
    } catch {
      // The link's state says that the server is away; the next beat says it again.
    }
  }
}
export const ownPresence = new OwnPresence();
