import { expect, it } from 'vitest';
import { formatRows } from '../../src/checks/row.ts';

it('keeps the columns apart, however long a PAI workspace’s name is', () => {
  const rows = formatRows([
    { verdict: 'ok', subject: 'clock', said: '0.3 s off' },
    { verdict: 'FAIL', subject: `pai ${'p'.repeat(30)}`, said: 'x' },
  ]);

  expect(rows).toBe(`ok    clock${' '.repeat(31)}0.3 s off\nFAIL  pai ${'p'.repeat(30)}  x\n`);
});
