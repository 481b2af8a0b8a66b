/** Which rows of a long list are there to be seen. Pure; pixels of the page, rows all of one height. */

/** Rows from `first` on, before `end`. */
export interface Span {
  first: number;
  end: number;
}

/** Rows beyond each edge, so that a scroll finds them there already (chosen). */
const beyond = 6;
/** A list is never higher: browsers place nothing further down (Firefox at 17.8 million, Chromium at 33.5). */
export const listPixelsMax = 16_000_000;

/** How many of `total` rows find room. */
export const rowsWithin = (total: number, rowHeight: number): number =>
  Math.min(total, Math.floor(listPixelsMax / rowHeight));

export function spanOf(scrollTop: number, height: number, rowHeight: number, rows: number): Span {
  const first = Math.floor(Math.max(0, scrollTop) / rowHeight) - beyond;
  const end = Math.ceil((Math.max(0, scrollTop) + height) / rowHeight) + beyond;
  return { first: Math.max(0, Math.min(first, rows)), end: Math.max(0, Math.min(end, rows)) };
}

/** How far to scroll so that the row at `index` is seen whole: no further than that takes. */
export function scrollToShow(index: number, scrollTop: number, height: number, rowHeight: number): number {
  const top = index * rowHeight;
  if (top < scrollTop) return top;
  return Math.max(scrollTop, top + rowHeight - height);
}
