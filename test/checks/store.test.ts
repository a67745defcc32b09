import { describe, expect, it } from 'vitest';
import { checkStore, describeStore, type StoreState } from '../../src/checks/store.ts';

const signal = new AbortController().signal;
const path = 'data/flowbell.json';
const since = new Date('2026-11-23T03:00:00Z');
const advice = 'stop the other one first.';

async function check(findState: () => Promise<StoreState>) {
  const [found] = await checkStore({ findState }, { signal });
  if (found === undefined) throw new Error('nothing was checked');
  return { verdict: found.verdict, finding: found.finding, row: describeStore(found) };
}

describe('checkStore', () => {
  it.each([
    [{ kind: 'writable', path, bytes: 41_234 }, 'fine', `ok ${path}, 41 kB, writable`],
    [{ kind: 'writable', path, bytes: 980 }, 'fine', `ok ${path}, 980 B, writable`],
    [{ kind: 'writable', path, bytes: 999_700 }, 'fine', `ok ${path}, 1.0 MB, writable`],
    [{ kind: 'new', path }, 'fine', `ok ${path}, made at the first start`],
    [
      { kind: 'mendable', path },
      'warning',
      `warn ${path}, damaged: the next start takes its backup, which may lack the last changes`,
    ],
    [
      { kind: 'refused', path, why: 'locked', advice },
      'warning',
      `warn ${path}, in use by another process: ${advice}`,
    ],
    [
      { kind: 'refused', path, why: 'damaged', advice },
      'failed',
      `FAIL ${path}, damaged, and there is no good backup: ${advice}`,
    ],
    [
      { kind: 'refused', path, why: 'foreign', advice },
      'failed',
      `FAIL ${path}, no store of Flowbell’s: ${advice}`,
    ],
    [
      { kind: 'refused', path, why: 'newer', advice },
      'failed',
      `FAIL ${path}, written by a newer Flowbell: ${advice}`,
    ],
    [
      { kind: 'refused', path, why: 'unwritable', advice },
      'failed',
      `FAIL ${path}, cannot be read or written: ${advice}`,
    ],
  ] satisfies [StoreState, string, string][])('of %o is %s', async (state, verdict, said) => {
    const { row, ...found } = await check(async () => state);

    expect(found).toEqual({ verdict, finding: undefined });
    expect([row.subject, `${row.verdict} ${row.said}`]).toEqual(['store', said]);
  });

  it('tells since when it cannot be written', async () => {
    const found = await check(async () => ({ kind: 'read-only', path, bytes: 41_000, since }));

    expect(found).toEqual({
      verdict: 'failed',
      finding: { kind: 'store-read-only', since },
      row: {
        verdict: 'FAIL',
        subject: 'store',
        said: `${path}, 41 kB, read-only since 2026-11-23T03:00:00.000Z`,
      },
    });
  });

  it('fails where the store cannot be asked, and points at its setting', async () => {
    const { verdict, row } = await check(() => Promise.reject(new Error('away')));

    expect(verdict).toBe('failed');
    expect(row.said).toBe('cannot be looked at; look at DATA_FILE');
  });
});
