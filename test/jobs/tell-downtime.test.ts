import { describe, expect, it, vi } from 'vitest';
import type { Downtime } from '../../src/jobs/downtime.ts';
import type { RegionReport } from '../../src/jobs/poll-runs.ts';
import { DowntimeTeller } from '../../src/jobs/tell-downtime.ts';
import { minute } from './snapshots.ts';

function stage(lastAliveAt: Date | undefined, channels = 2) {
  const oweOffline = vi.fn<Downtime['oweOffline']>(async () => channels);
  const store: Downtime = { lastAliveAt, noteAlive: async () => undefined, oweOffline };
  return { teller: new DowntimeTeller({ store, openedAt: minute(0) }), oweOffline };
}

const region = (name: string, answered: number, failed: number): RegionReport => ({
  ...{ region: name, answered, failed, changed: 0 },
});
const ALL = [region('cn-hangzhou', 3, 0)];

describe('what ended while no process was there', () => {
  it('is owed once, with the first look at everything', async () => {
    const { teller, oweOffline } = stage(minute(-20));

    expect(await teller.take(ALL, minute(1))).toBe(true);
    expect(await teller.take(ALL, minute(2))).toBe(false);

    expect(oweOffline.mock.calls).toEqual([[{ from: minute(-20), until: minute(0), now: minute(1) }]]);
  });

  it('is no news where nothing ended', async () => {
    const { teller } = stage(minute(-20), 0);

    expect(await teller.take(ALL, minute(1))).toBe(false);
  });

  it.each([
    ['after a restart', minute(-2.99), 0],
    ['after three minutes', minute(-3), 1],
    ['where nobody knows when a process was last there', undefined, 0],
    ['where the clock was set back', minute(5), 0],
  ])('is owed or not %s', async (_when, lastAliveAt, times) => {
    const { teller, oweOffline } = stage(lastAliveAt);

    await teller.take(ALL, minute(1));

    expect(oweOffline).toHaveBeenCalledTimes(times);
  });

  it('is owed by the next look where the store fails', async () => {
    const { teller, oweOffline } = stage(minute(-20));
    oweOffline.mockRejectedValueOnce(new Error('read-only'));

    await expect(teller.take(ALL, minute(1))).rejects.toThrow('read-only');

    expect(await teller.take(ALL, minute(2))).toBe(true);
  });

  it('is not owed before every region has answered for all that was due', async () => {
    const { teller, oweOffline } = stage(minute(-20));
    const ticks = [
      [region('cn-hangzhou', 0, 3)],
      [],
      [region('cn-hangzhou', 1, 2), region('ap-southeast-1', 2, 0)],
      [region('ap-southeast-1', 2, 0)],
    ];

    for (const regions of ticks) expect(await teller.take(regions, minute(1))).toBe(false);

    expect(oweOffline).not.toHaveBeenCalled();
    expect(await teller.take([region('cn-hangzhou', 3, 0)], minute(2))).toBe(true);
  });
});
