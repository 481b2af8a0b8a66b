/** Finding a command by a few of its letters. Pure. */

/** How well `query` fits `label`: higher is better, null: not at all. Letters in order; at the start of words best. */
export function fit(query: string, label: string): number | null {
  const wanted = fold(query).replaceAll(" ", "");
  const text = fold(label);
  if (wanted === "") return 0;
  let score = 0;
  let at = -1;
  for (const letter of wanted) {
    // The start of a later word is a better place than the next best letter.
    let next = text.indexOf(letter, at + 1);
    if (next === -1) return null;
    if (next !== at + 1) {
      const word = text.indexOf(` ${letter}`, at + 1);
      if (word !== -1) next = word + 1;
    }
    const starts = next === 0 || text[next - 1] === " ";
    score += next === at + 1 ? 3 : starts ? 2 : -1;
    if (next === 0) score += 2;
    at = next;
  }
  return score - text.length / 100;
}

const fold = (text: string): string =>
  text
    .normalize("NFD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, " ")
    .trim();

export interface Entry {
  /** Stays the same in every language: remembered as used lately. */
  id: string;
  label: string;
}

/** What fits, best first; without a query all of it, with what was used last in front. */
export function find<E extends Entry>(entries: readonly E[], query: string, recent: readonly string[]): E[] {
  const place = (entry: E) => {
    const at = recent.indexOf(entry.id);
    return at === -1 ? recent.length : at;
  };
  if (fold(query) === "") return entries.toSorted((a, b) => place(a) - place(b));
  return entries
    .map((entry) => ({ entry, score: fit(query, entry.label) }))
    .filter((one): one is { entry: E; score: number } => one.score !== null)
    .sort((a, b) => b.score - a.score || place(a.entry) - place(b.entry))
    .map((one) => one.entry);
}

const recentMax = 8;
export const used = (recent: readonly string[], id: string): string[] =>
  [id, ...recent.filter((one) => one !== id)].slice(0, recentMax);
