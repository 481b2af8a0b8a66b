/** When to ask again: soon after something happened, then less and less often. Never while nobody looks. */
export const firstMs = 4_000;
export const longestMs = 60_000;

export const nextWait = (lastMs: number, changed: boolean): number =>
  changed ? firstMs : Math.min(longestMs, Math.round(lastMs * 1.5));
