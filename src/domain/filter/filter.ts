export type FilterKey = 'status' | 'pipeline' | 'name' | 'user' | 'workspace' | 'node' | 'source' | 'since';

/** In the order in which a filter is written. */
export const FILTER_KEYS: readonly FilterKey[] = [
  'status',
  'pipeline',
  'name',
  'user',
  'workspace',
  'node',
  'source',
  'since',
];

/** One condition: any of the values fits, or with `negated` none of them. There is at least one. */
export interface Clause {
  readonly key: Exclude<FilterKey, 'since'>;
  readonly negated: boolean;
  /** As `readFilter` spells them: phases, lower-case sources, digits of users, configured names; else globs. */
  readonly values: readonly string[];
}

export type Since =
  | { readonly kind: 'ago'; readonly ms: number }
  /** `2026-11-23`, or `today` or `yesterday`: which day that is depends on who asks, and when. */
  | { readonly kind: 'day'; readonly day: string };

/** Which runs are meant: those that fit every clause. Without any, all. */
export interface Filter {
  /** In the order of FILTER_KEYS. */
  readonly clauses: readonly Clause[];
  readonly since?: Since;
}

/** What is wrong with a filter. Typed text is in plain signs and cut where it is very long. */
export type FilterProblem =
  | { readonly kind: 'unknown-key'; readonly typed: string; readonly nearest?: FilterKey }
  | {
      readonly kind: 'unknown-value';
      readonly key: FilterKey;
      readonly typed: string;
      readonly nearest?: string;
      /** All there is for a status, a source and a short name; examples for a time; else nothing. */
      readonly known: readonly string[];
    }
  /** `-status failed`. */
  | { readonly kind: 'pair-without-colon'; readonly key: FilterKey; readonly value: string }
  | { readonly kind: 'no-value'; readonly key: FilterKey }
  /** Only `since` may not be given twice. */
  | { readonly kind: 'twice'; readonly key: FilterKey }
  /** More values than `most` in one filter. */
  | { readonly kind: 'too-many'; readonly most: number };
