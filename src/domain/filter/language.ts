import { readPair, readWord } from './clauses.ts';
import {
  type Clause,
  FILTER_KEYS,
  type Filter,
  type FilterKey,
  type FilterProblem,
  type Since,
} from './filter.ts';
import { formatSince } from './since.ts';
import { formatPair, type Token } from './tokens.ts';
import type { FilterSettings } from './values.ts';

export type FilterReading =
  | { readonly kind: 'filter'; readonly filter: Filter }
  | { readonly kind: 'problem'; readonly problem: FilterProblem };

/** A run has one of each: several such conditions can only mean any of them. */
const ONE_PER_RUN: ReadonlySet<FilterKey> = new Set(['status', 'user', 'workspace', 'source']);

const MOST_VALUES = 50;

/**
 * Reads what a person asked runs to be like. A word is a status if it is one, else part of a name; commas tie words
 * as they tie values. The first thing that is wrong is the problem: nothing is left out in silence.
 */
export function readFilter(tokens: readonly Token[], settings: FilterSettings): FilterReading {
  const clauses: Clause[] = [];
  let since: Since | undefined;
  let valueCount = 0;
  for (const [index, token] of tokens.entries()) {
    const read = token.kind === 'pair' ? readPair(token, settings) : readWord(tokens, index, settings);
    if (read === undefined) continue;
    if ('values' in read) {
      clauses.push(read);
      valueCount += read.values.length;
      if (valueCount > MOST_VALUES)
        return { kind: 'problem', problem: { kind: 'too-many', most: MOST_VALUES } };
    } else if (read.kind === 'ago' || read.kind === 'day') {
      if (since !== undefined) return { kind: 'problem', problem: { kind: 'twice', key: 'since' } };
      since = read;
    } else {
      return { kind: 'problem', problem: read };
    }
  }

  return { kind: 'filter', filter: { clauses: arrange(clauses), ...(since && { since }) } };
}

/** Writes a filter so that it reads back to the same; equal filters are written the same. */
export function formatFilter(filter: Filter): string {
  const pairs = arrange(filter.clauses).map(({ key, values, negated }) => formatPair(key, values, negated));
  if (filter.since !== undefined) pairs.push(formatPair('since', [formatSince(filter.since)]));
  return pairs.join(' ');
}

/**
 * The clauses in the order of FILTER_KEYS, merged where that changes nothing: none of these and none of those is none
 * of all of them.
 */
function arrange(clauses: readonly Clause[]): Clause[] {
  const arranged = new Map<string, Clause>();
  for (const key of FILTER_KEYS) {
    for (const clause of clauses.filter((each) => each.key === key)) {
      const isMerged = clause.negated || ONE_PER_RUN.has(key);
      const place = `${key} ${clause.negated} ${isMerged ? '' : JSON.stringify(clause.values)}`;
      const values = [...(arranged.get(place)?.values ?? []), ...clause.values];
      arranged.set(place, { ...clause, values: [...new Set(values)] });
    }
  }
  return [...arranged.values()];
}
