import { describe, expect, it } from 'vitest';
import { hiddenIn } from '../../../src/domain/log/hidden.ts';

describe('how many secrets were taken out of what is shown', () => {
  it.each([
    ['none of those in other lines', ['a', 'b'], 3, 0],
    ['those in the lines shown', ['a=•••', 'b=••• c=•••'], 5, 3],
    ['no mark that was in the text before', ['••••••••••••'], 1, 1],
    ['nothing where nothing is shown', [], 2, 0],
  ])('counts %s', (_, lines, hidden, counted) => {
    expect(hiddenIn(lines, hidden)).toBe(counted);
  });
});
