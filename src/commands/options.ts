import type { Tokens } from '../domain/filter/tokens.ts';
import type { Locale } from '../messages/catalog.ts';

/** What is wrong with the words around a run. */
export type OptionMistake =
  | { readonly kind: 'open-quote'; readonly typed: string }
  | { readonly kind: 'unknown-option'; readonly typed: string; readonly known: readonly string[] }
  | { readonly kind: 'bad-option'; readonly typed: string; readonly example: string }
  /** A word that is none of those there are. */
  | {
      readonly kind: 'unknown-word';
      readonly typed: string;
      readonly known: Readonly<Record<Locale, readonly string[]>>;
    };

/** How one option is read: its value, or nothing where it is none. */
export interface OptionRule<T> {
  readonly read: (value: string) => T | undefined;
  /** A right one, to be shown beside a wrong one. */
  readonly example: string;
  /** What is wrong with a value that is none, where more can be said than by the example. */
  readonly mistakeIn?: (value: string) => OptionMistake | undefined;
}

type Rules = Readonly<Record<string, OptionRule<unknown>>>;

export type Options<R extends Rules> = {
  readonly [K in keyof R]?: R[K] extends OptionRule<infer T> ? T : never;
};

export type ReadOptions<R extends Rules> =
  | {
      readonly kind: 'options';
      readonly options: Options<R> /** What is no option, as typed. */;
      readonly rest: string;
    }
  | { readonly kind: 'mistake'; readonly mistake: OptionMistake };

/** Takes `key:value` options out of typed words. Another key is a mistake. */
export function readOptions<R extends Rules>(tokens: Tokens, rules: R): ReadOptions<R> {
  if (tokens.kind === 'open-quote') return { kind: 'mistake', mistake: tokens };
  const options: Record<string, unknown> = {};
  const rest: string[] = [];
  for (const token of tokens.tokens) {
    const rule = token.kind === 'pair' && Object.hasOwn(rules, token.key) ? rules[token.key] : undefined;
    if (token.kind === 'pair' && rule !== undefined) {
      const written = token.values.join(',');
      const value = rule.read(written);
      if (value === undefined || token.negated) {
        const { example } = rule;
        const mistake = token.negated ? undefined : rule.mistakeIn?.(written);
        return { kind: 'mistake', mistake: mistake ?? { kind: 'bad-option', typed: token.typed, example } };
      }
      options[token.key] = value;
    } else if (token.kind === 'pair') {
      const mistake = { kind: 'unknown-option', typed: token.typed, known: Object.keys(rules) } as const;
      return { kind: 'mistake', mistake };
    } else {
      rest.push(token.typed);
    }
  }
  return { kind: 'options', options: options as Options<R>, rest: rest.join(' ') };
}

/** A whole number of that range. */
export function wholeNumber(least: number, most: number, example: string): OptionRule<number> {
  return {
    read: (value) => {
      const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
      return number >= least && number <= most ? number : undefined;
    },
    example,
  };
}

/** One of a few words, whatever its case. */
export function oneOf<T extends string>(words: readonly T[], example: string): OptionRule<T> {
  return { read: (value) => words.find((word) => word.toLowerCase() === value.toLowerCase()), example };
}

/** Any text that is not empty, nor longer than a line. */
export function anyText(example: string): OptionRule<string> {
  return { read: (value) => (value === '' || value.length > MOST_TEXT ? undefined : value), example };
}

const MOST_TEXT = 200;
