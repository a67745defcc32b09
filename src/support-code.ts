import { randomInt } from 'node:crypto';

const ALPHABET = '23456789abcdefghjkmnpqrstuvwxyz';

/** Gives `fb-` and six characters: short enough to be read out, without letters that look alike. */
export function createSupportCode(): string {
  return `fb-${Array.from({ length: 6 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')}`;
}
