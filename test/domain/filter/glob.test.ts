import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesGlob } from '../../../src/domain/filter/glob.ts';

describe('matchesGlob', () => {
  it.each([
    ['ctr', 'ctr', true],
    ['ctr', 'CTR', true],
    ['CTR-*', 'ctr-daily', true],
    ['ctr', 'ctr-daily', false],
    ['ctr*', 'ctr', true],
    ['*daily', 'ctr-daily', true],
    ['*daily', 'ctr-daily-train', false],
    ['*dai*', 'ctr-daily-train', true],
    ['c*d*n', 'ctr-daily-train', true],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['ab*ba', 'aba', false],
    ['*', '', true],
    ['**', 'x', true],
    ['', '', true],
    ['', 'x', false],
    ['c.r', 'ctr', false],
    ['*训练*', '每日训练任务', true],
    ['a*ab*b', 'aaabbb', true],
    ['*ab*ab*', 'abab', true],
    ['*ab*ab*', 'abb', false],
  ])('fits %j to %j: %s', (pattern, text, fits) => {
    expect(matchesGlob(pattern, text)).toBe(fits);
  });

  it('agrees with a regular expression', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 12 });
    fc.assert(
      fc.property(word, text, (pattern, given) => {
        expect(matchesGlob(pattern, given)).toBe(
          new RegExp(`^${pattern.replace(/\*+/g, '.*')}$`).test(given),
        );
      }),
    );
  });

  it('answers where a regular expression would go back and try again for ever', () => {
    expect(matchesGlob('*a'.repeat(50), `${'a'.repeat(100_000)}b`)).toBe(false);
  });
});
