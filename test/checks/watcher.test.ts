import { describe, expect, it } from 'vitest';
import { checkWatcher, type WatcherState } from '../../src/checks/watcher.ts';

const signal = new AbortController().signal;
const subject = { kind: 'watcher' };
const at = new Date('2026-11-23T03:00:00Z');

const check = (state: WatcherState) => checkWatcher({ findState: async () => state }, { signal });

describe('checkWatcher', () => {
  it('tells how looking goes', async () => {
    expect(await check({ runs: 14, lagMs: 1499, lastLook: { at, tookMs: 404.2, calls: 3 } })).toEqual([
      {
        subject,
        verdict: 'fine',
        facts: { kind: 'watcher', runs: 14, lagSeconds: 1, lastLook: { at, seconds: 0.4, calls: 3 } },
      },
    ]);
  });

  it('is fine where nobody has watched anything yet', async () => {
    expect(await check({ runs: 0, lagMs: 0 })).toEqual([
      { subject, verdict: 'fine', facts: { kind: 'watcher', runs: 0, lagSeconds: 0 } },
    ]);
  });

  it.each([
    [60_000, 'fine', undefined],
    [61_000, 'warning', { kind: 'watcher-late', seconds: 61 }],
    [600_000, 'warning', { kind: 'watcher-late', seconds: 600 }],
    [601_000, 'failed', { kind: 'watcher-late', seconds: 601 }],
  ])('with a lag of %d ms is %s', async (lagMs, verdict, finding) => {
    const [found] = await check({ runs: 1, lagMs });

    expect([found?.verdict, found?.finding]).toEqual([verdict, finding]);
  });

  it('fails where nobody knows', async () => {
    const found = await checkWatcher({ findState: () => Promise.reject(new Error('away')) }, { signal });

    expect(found).toEqual([{ subject, verdict: 'failed' }]);
  });
});
