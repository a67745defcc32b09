/** Numbers and ids that come out the same for the same seed, so that a failing run can be repeated. */
export interface Random {
  /** A number from 0 to below 1. */
  next(): number;
  /** A whole number from `min` to `max`, both included. */
  between(min: number, max: number): number;
  /** `length` characters of `[a-z0-9]`. */
  letters(length: number): string;
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** A seeded generator (mulberry32: small, well spread, not for secrets). */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;

  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  return {
    next,
    between: (min, max) => min + Math.floor(next() * (max - min + 1)),
    letters: (length) => Array.from({ length }, () => ALPHABET[Math.floor(next() * 36)] ?? 'a').join(''),
  };
}
