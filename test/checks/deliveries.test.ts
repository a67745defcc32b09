import { describe, expect, it } from 'vitest';
import { checkDeliveries } from '../../src/checks/deliveries.ts';
import type { DeliveriesReport } from '../../src/jobs/owed-deliveries.ts';

const signal = new AbortController().signal;
const subject = { kind: 'deliveries' };
const NOW = new Date('2026-11-23T03:00:00Z');
const ago = (seconds: number) => new Date(NOW.getTime() - seconds * 1000);

const check = (report: Partial<DeliveriesReport>) => {
  const whole = { waiting: 0, held: 0, pausedChannels: 0, parked: 0, ...report };
  return checkDeliveries({ reportDeliveries: async () => whole, now: () => NOW }, { signal });
};

describe('checkDeliveries', () => {
  it('is fine where nothing waits, or not for long', async () => {
    const facts = { kind: 'deliveries', waiting: 0, held: 0, parked: 0 };

    expect(await check({})).toEqual([{ subject, verdict: 'fine', facts }]);
    expect(await check({ waiting: 3, oldestAt: ago(120) })).toEqual([
      { subject, verdict: 'fine', facts: { ...facts, waiting: 3 } },
    ]);
  });

  it('warns of channels that Slack has closed, and of what waits for them', async () => {
    const [found] = await check({ held: 3, pausedChannels: 1 });

    expect(found).toMatchObject({
      verdict: 'warning',
      finding: { kind: 'channels-closed', count: 1, held: 3 },
      facts: { held: 3, waiting: 0 },
    });
  });

  it.each([
    [121, 'warning'],
    [600, 'warning'],
    [601, 'failed'],
  ])('with one that has waited %d s is a %s', async (seconds, verdict) => {
    const [found] = await check({ waiting: 3, parked: 1, oldestAt: ago(seconds) });

    expect(found).toMatchObject({
      verdict,
      finding: { kind: 'deliveries-late', count: 3, since: ago(seconds) },
      facts: { parked: 1 },
    });
  });

  it('warns of what Slack will never take', async () => {
    const [found] = await check({ parked: 2 });

    expect(found).toMatchObject({ verdict: 'warning', finding: { kind: 'deliveries-parked', count: 2 } });
  });

  it('fails where nobody knows', async () => {
    const port = { reportDeliveries: () => Promise.reject(new Error('away')), now: () => NOW };

    expect(await checkDeliveries(port, { signal })).toEqual([{ subject, verdict: 'failed' }]);
  });
});
