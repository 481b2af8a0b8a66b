/**
 * Only the newest answer counts: while somebody types, chooses and goes on, questions overlap, and an older answer may
 * come after a newer one.
 */
export class Newest {
  private asked = 0;

  /** A question begins, and those before count no more. The answer says whether it is still the newest. */
  ask(): () => boolean {
    const mine = ++this.asked;
    return () => mine === this.asked;
  }

  /** What is shown now is newer than whatever is on its way. */
  drop(): void {
    this.asked++;
  }
}

/** A question goes out when the typing pauses, not at each key (chosen, not measured). */
export const typingPauseMs = 250;
