import { hiddenIn } from '../domain/log/hidden.ts';
import type { Catalog } from './catalog.ts';
import { type Line, type Preformatted, preformatted } from './line.ts';

/** Enough to see what a traceback ends with, on a phone too. */
export const TAIL_LINES = 8;

/** The last `most` lines of a log with the line above them; nothing where there are none. */
export function tailParts(
  { tail, hidden }: { readonly tail: readonly string[]; readonly hidden: number },
  most: number,
  catalog: Catalog,
): (Line | Preformatted)[] {
  const shown = most === 0 ? [] : tail.slice(-most);
  if (shown.length === 0) return [];
  return [catalog.tailHead(shown.length, hiddenIn(shown, hidden)), preformatted(shown)];
}
