import { describe, expect, it } from 'vitest';
import { nearest } from '../../src/domain/nearest.ts';

const KNOWN = ['failed', 'running', 'Dev', 'm6'];

describe('nearest', () => {
  it.each<[typed: string, meant: string | undefined, reason: string]>([
    ['faild', 'failed', 'a missing letter'],
    ['runnnig', 'running', 'swapped letters'],
    ['FAILED', 'failed', 'another case'],
    ['dve', 'Dev', 'in the spelling of the known word'],
    ['flied', 'failed', 'two slips'],
    ['fled up', undefined, 'three slips'],
    ['m7', undefined, 'a known word too short to be recognised'],
    ['f'.repeat(5000), undefined, 'no slip of the keyboard'],
    ['', undefined, 'nothing'],
  ])('takes %j for %j: %s', (typed, meant) => {
    expect(nearest(typed, KNOWN)).toBe(meant);
  });

  it('keeps to the number of slips it is given', () => {
    expect(nearest('flied', KNOWN, 1)).toBeUndefined();
    expect(nearest('faild', KNOWN, 1)).toBe('failed');
  });

  it('gives the first of two that are as near', () => {
    expect(nearest('bat', ['cat', 'rat'])).toBe('cat');
    expect(nearest('bat', ['rat', 'cat'])).toBe('rat');
  });
});
