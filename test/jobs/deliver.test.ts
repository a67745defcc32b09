import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Deliverer, type DelivererOptions, type ToldReport } from '../../src/jobs/deliver.ts';
import type { ChannelLease, ClaimedDelivery, DeliveryOutcome } from '../../src/jobs/owed-deliveries.ts';
import type { Told } from '../../src/jobs/tell-delivery.ts';
import { minute } from './snapshots.ts';
import { anEvent, NOW, owed, PLACE } from './telling-scene.ts';

type Tell = (claimed: ClaimedDelivery, lease: ChannelLease, isInTime: () => boolean) => Promise<Told>;

/** When something was begun, in milliseconds since the test began. */
interface Begun {
  readonly channelId: string;
  readonly key: string;
  readonly atMs: number;
}

/** Milliseconds from each to the next. */
function gapsOf(begun: readonly Begun[]): number[] {
  return begun.slice(1).map(({ atMs }, index) => atMs - (begun[index]?.atMs ?? 0));
}

const SENT: Told = { outcome: { kind: 'sent', ts: '9.1' } };
const inMs = (ms: number) => new Date(Date.now() + ms);
const sentAtPace: Tell = async () => ({ ...SENT, said: 'sent', notBefore: inMs(1000) });
/** Slack never answers. */
const hang: Tell = () => new Promise(() => undefined);

interface Scene {
  /** How many deliveries wait, by channel. */
  readonly due: Readonly<Record<string, number>>;
  readonly tell?: Tell;
  readonly store?: Partial<DelivererOptions['store']>;
  readonly leaseMs?: number;
}

/** A store of channels in memory, and a deliverer that is nudged as its job would be. */
function stage({ due, tell = sentAtPace, store = {}, leaseMs = 45_000 }: Scene) {
  const startMs = Date.now();
  const held = new Set<string>();
  const notBefore = new Map<string, Date>();
  const queues = new Map(
    Object.entries(due).map(([channelId, count]) => [
      channelId,
      Array.from({ length: count }, (_, index) => owed(anEvent(), { key: `${channelId} ${index + 1}` })),
    ]),
  );
  const begun: Begun[] = [];
  const leased: string[] = [];
  const released: { channelId: string; notBefore: Date | undefined }[] = [];
  const settled: { key: string; outcome: DeliveryOutcome }[] = [];
  const reports: ToldReport[] = [];
  const failures: unknown[] = [];
  const stopped = new AbortController();
  let isRunning = false;
  let isNudged = false;
  const deliverer = new Deliverer({
    store: {
      async leaseChannel({ now }) {
        const free = [...queues].find(
          ([each, queue]) => queue.length > 0 && !held.has(each) && (notBefore.get(each) ?? now) <= now,
        );
        if (free === undefined) return undefined;
        const [channelId] = free;
        held.add(channelId);
        leased.push(channelId);
        return { channelId, team: 'T0', token: 'a-token' };
      },
      async claimDelivery({ channelId }) {
        const delivery = queues.get(channelId)?.[0];
        return delivery && { delivery, before: 'pending', place: { ...PLACE, channelId } };
      },
      async settleDelivery({ channelId }, key, outcome) {
        settled.push({ key, outcome });
        queues.get(channelId)?.shift();
        return true;
      },
      async releaseChannel({ channelId }, want) {
        held.delete(channelId);
        released.push({ channelId, notBefore: want?.notBefore });
        if (want?.notBefore !== undefined) notBefore.set(channelId, want.notBefore);
      },
      ...store,
    },
    tell: (claimed, lease, isInTime) => {
      const { key } = claimed.delivery;
      begun.push({ channelId: lease.channelId, key, atMs: Date.now() - startMs });
      return tell(claimed, lease, isInTime);
    },
    ...{ leaseMs, timeoutMs: 10_000 },
    clock: () => new Date(),
    nudge,
    onTold: (report) => reports.push(report),
    onFailure: (error) => failures.push(error),
  });

  function nudge(): void {
    isNudged = true;
    if (!isRunning) void run();
  }

  /** One run at a time, and once more where somebody nudged meanwhile. */
  async function run(): Promise<void> {
    isRunning = true;
    while (isNudged) {
      isNudged = false;
      await dispatch().catch((error: unknown) => failures.push(error));
    }
    isRunning = false;
  }

  function dispatch(): Promise<void> {
    return deliverer.dispatch({ now: new Date(), signal: stopped.signal });
  }

  return {
    ...{ deliverer, begun, leased, released, settled, reports, failures, stopped, nudge, dispatch },
    /** Nudges, and lets so much time go by. */
    run: async (ms: number) => {
      nudge();
      await vi.advanceTimersByTimeAsync(ms);
    },
  };
}

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
});

afterEach(() => {
  vi.useRealTimers();
});

describe('the pace', () => {
  it('is one message a second in a channel, in their order', async () => {
    const scene = stage({ due: { C0ML: 3 } });

    await scene.run(5000);

    expect(scene.settled.map(({ key }) => key)).toEqual(['C0ML 1', 'C0ML 2', 'C0ML 3']);
    for (const gap of gapsOf(scene.begun)) expect(gap).toBeOneOf([1000, 1001, 1002]);
  });

  it('is eight messages a second over all channels', async () => {
    const due = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`C${index}`, 1]));
    const scene = stage({ due });

    await scene.run(5000);

    expect(scene.begun).toHaveLength(20);
    for (const gap of gapsOf(scene.begun)) expect(gap).toBeOneOf([125, 126, 127]);
  });

  it('is Slack’s where it limits a channel, and other channels go on', async () => {
    const limited: Tell = async () => ({
      ...{ outcome: { kind: 'not-sent', error: 'ratelimited', nextAt: inMs(30_000) }, said: 'not-sent' },
      notBefore: inMs(30_000),
    });
    const tell: Tell = (claimed, lease, isInTime) =>
      lease.channelId === 'C0ML' ? limited(claimed, lease, isInTime) : sentAtPace(claimed, lease, isInTime);
    const scene = stage({ due: { C0ML: 2, C0OPS: 3 }, tell });

    await scene.run(29_000);

    expect(scene.begun.filter(({ channelId }) => channelId === 'C0ML')).toHaveLength(1);
    expect(scene.begun.filter(({ channelId }) => channelId === 'C0OPS')).toHaveLength(3);

    await vi.advanceTimersByTimeAsync(1010);

    expect(scene.begun.filter(({ channelId }) => channelId === 'C0ML')).toHaveLength(2);
  });
});

describe('a channel where Slack does not answer', () => {
  it('holds up no other', async () => {
    const tell: Tell = (...turn) => (turn[1].channelId === 'C0ML' ? hang(...turn) : sentAtPace(...turn));
    const scene = stage({ due: { C0ML: 2, C0OPS: 3 }, tell });

    await scene.run(5000);

    expect(scene.settled.map(({ key }) => key)).toEqual(['C0OPS 1', 'C0OPS 2', 'C0OPS 3']);
    expect(scene.released.map(({ channelId }) => channelId)).not.toContain('C0ML');
  });

  it('takes one of eight turns, and the next begins when one is free', async () => {
    const due = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`C${index}`, 1]));
    const answers: ((told: Told) => void)[] = [];
    const scene = stage({ due, tell: () => new Promise((resolve) => answers.push(resolve)) });

    await scene.run(60_000);

    expect(scene.begun).toHaveLength(8);

    answers[0]?.(SENT);
    await vi.advanceTimersByTimeAsync(1000);

    expect(scene.begun).toHaveLength(9);
  });
});

describe('a turn', () => {
  it('is told with how long it was owed', async () => {
    const scene = stage({ due: { C0ML: 1 } });

    await scene.run(1000);

    expect(scene.reports).toEqual([
      {
        ...{ channelId: 'C0ML', key: 'C0ML 1', outcome: SENT.outcome, said: 'sent', isLost: false },
        waitedMs: NOW.getTime() - minute(0).getTime(),
      },
    ]);
  });

  it('tells that its lease was gone before the end', async () => {
    const scene = stage({ due: { C0ML: 1 }, store: { settleDelivery: async () => false } });

    await scene.run(500);

    expect(scene.reports[0]?.isLost).toBe(true);
  });

  it('is in time while Slack could still answer before the lease is over', async () => {
    const turns: (() => boolean)[] = [];
    const tell: Tell = (_claimed, _lease, isInTime) => {
      turns.push(isInTime);
      return new Promise(() => undefined);
    };
    const scene = stage({ due: { C0ML: 1 }, tell, leaseMs: 45_000 });
    await scene.run(0);

    await vi.advanceTimersByTimeAsync(29_999);
    const before = turns[0]?.();
    await vi.advanceTimersByTimeAsync(1);

    expect([before, turns[0]?.()]).toEqual([true, false]);
  });
});

describe('a store', () => {
  it('that fails in a turn is told of, and the channel is given back for a while', async () => {
    const failing = { claimDelivery: () => Promise.reject(new Error('read-only')) };
    const scene = stage({ due: { C0ML: 1 }, store: failing });

    await scene.run(4999);

    expect(scene.failures).toEqual([new Error('read-only')]);
    expect(scene.released).toEqual([{ channelId: 'C0ML', notBefore: new Date(NOW.getTime() + 5000) }]);

    await vi.advanceTimersByTimeAsync(10);

    expect(scene.failures).toHaveLength(2);
  });

  it('that fails to keep what was said is told of, and nothing more is said there for a while', async () => {
    const failing = { settleDelivery: () => Promise.reject(new Error('read-only')) };
    const scene = stage({ due: { C0ML: 2 }, store: failing });

    await scene.run(900);

    expect(scene.begun).toHaveLength(1);
    expect(scene.failures).toEqual([new Error('read-only')]);
    expect(scene.reports).toEqual([]);
  });

  it('that fails to lease fails the job', async () => {
    const failing = { leaseChannel: () => Promise.reject(new Error('away')) };
    const scene = stage({ due: { C0ML: 1 }, store: failing });

    await expect(scene.dispatch()).rejects.toThrow('away');
  });

  it('that leases channels and has nothing for them is not asked without end', async () => {
    const scene = stage({ due: { C0ML: 1 }, store: { claimDelivery: async () => undefined } });

    await scene.run(10_000);

    expect(scene.leased.length).toBeGreaterThan(1);
    expect(scene.leased.length).toBeLessThanOrEqual(51);
  });

  it('with nothing due is asked once', async () => {
    const leaseChannel = vi.fn(async () => undefined);
    const scene = stage({ due: {}, store: { leaseChannel } });

    await scene.run(10_000);

    expect(leaseChannel).toHaveBeenCalledTimes(1);
  });
});

describe('a stop', () => {
  it('waits for the turns in hand and begins no other', async () => {
    const answers: ((told: Told) => void)[] = [];
    const scene = stage({ due: { C0ML: 3 }, tell: () => new Promise((resolve) => answers.push(resolve)) });
    await scene.run(0);
    const isStopped = vi.fn();

    const stopping = scene.deliverer.stop().then(isStopped);
    await vi.advanceTimersByTimeAsync(9000);
    expect(isStopped).not.toHaveBeenCalled();
    answers[0]?.({ ...SENT, notBefore: inMs(1000) });
    await stopping;
    await scene.run(10_000);

    expect(scene.settled.map(({ key }) => key)).toEqual(['C0ML 1']);
    expect(scene.released).toHaveLength(1);
    expect(scene.begun).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('gives back a channel that was leased meanwhile', async () => {
    const lease = { channelId: 'C0ML', team: 'T0', token: 'a-token' };
    let give: (lease: ChannelLease) => void = () => undefined;
    const leaseChannel = () => new Promise<ChannelLease>((resolve) => (give = resolve));
    const scene = stage({ due: { C0ML: 1 }, store: { leaseChannel } });

    const dispatching = scene.dispatch();
    await scene.deliverer.stop();
    give(lease);
    await dispatching;

    expect(scene.begun).toEqual([]);
    expect(scene.released).toEqual([{ channelId: 'C0ML' }]);
  });

  it('of the job alone begins no turn', async () => {
    const scene = stage({ due: { C0ML: 1 } });

    scene.stopped.abort();
    await scene.run(1000);

    expect(scene.leased).toEqual([]);
  });
});
