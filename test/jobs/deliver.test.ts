import { describe, expect, it } from 'vitest';
import type { Delivery, Said } from '../../src/domain/delivery.ts';
import type { Place } from '../../src/domain/place.ts';
import { type DeliverPorts, deliver } from '../../src/jobs/deliver.ts';
import type { DeliveryOutcome } from '../../src/jobs/owed-deliveries.ts';
import { runId } from '../helpers/runs.ts';
import { minute } from './snapshots.ts';

const PLACE: Place = {
  id: 'T0|C0ML|a',
  team: 'T0',
  channelId: 'C0ML',
  cardTs: '1.1',
  nextSeq: 3,
  wantedVersion: 2,
  shownVersion: 0,
  locale: 'en',
};

function owed(seq: number, more: Partial<Delivery> = {}): Delivery {
  return {
    key: `key-${seq}`,
    placeId: PLACE.id,
    seq,
    facts: {
      kind: 'event',
      run: { region: 'cn-hangzhou', runId: runId(1), workspaceId: '94801', name: 'ctr-daily-train' },
      event: { kind: 'failed', attempt: 1, at: minute(0) },
      watchers: ['U0MEMBER'],
    },
    state: 'sending',
    attempts: 1,
    nextAt: minute(0),
    createdAt: minute(0),
    ...more,
  };
}

interface Scene {
  /** What is due, by channel. */
  readonly due: Readonly<Record<string, readonly Delivery[]>>;
  readonly place?: Partial<Place>;
  readonly said?: readonly Said[];
  /** Deliveries whose lease is gone when they are settled. */
  readonly lost?: readonly string[];
  readonly mayTell?: boolean;
  readonly leaseMs?: number;
}

function stage(scene: Scene) {
  const channels = new Map(Object.entries(scene.due).map(([channel, each]) => [channel, [...each]]));
  const said = [...(scene.said ?? [])];
  const posts: { channelId: string; threadTs?: string | undefined; text: string }[] = [];
  const settled: { key: string; outcome: DeliveryOutcome }[] = [];
  const released: string[] = [];
  const leased: string[] = [];
  const parked: { channelId: string; key: string; error: string }[] = [];
  const ports: DeliverPorts = {
    store: {
      leaseChannel: async () => {
        const channelId = [...channels.keys()].find((each) => !leased.includes(each));
        if (channelId === undefined) return undefined;
        leased.push(channelId);
        return { channelId, team: 'T0', token: 'a-token' };
      },
      claimDelivery: async ({ channelId }) => {
        const delivery = channels.get(channelId)?.shift();
        return delivery && { delivery, before: 'pending', place: { ...PLACE, channelId, ...scene.place } };
      },
      settleDelivery: async (_lease, key, outcome) => {
        settled.push({ key, outcome });
        return scene.lost?.includes(key) !== true;
      },
      releaseChannel: async ({ channelId }) => void released.push(channelId),
    },
    say: async (place, { text }) => {
      posts.push({ ...place, text });
      return said.shift() ?? { kind: 'sent', ts: `9.${posts.length}` };
    },
    mention: '@flowbell',
    mayTell: () => scene.mayTell ?? true,
    leaseMs: scene.leaseMs ?? 45_000,
    timeoutMs: 10_000,
    settleMs: 30_000,
    clock: () => minute(1),
    onParked: (each) => parked.push(each),
  };
  return { ports, posts, settled, released, parked };
}

const context = () => ({ now: minute(1), signal: AbortSignal.timeout(10_000) });
const inSeconds = (seconds: number) => new Date(minute(1).getTime() + seconds * 1000);

describe('saying what is owed', () => {
  it('posts into the thread of the place’s card, and keeps Slack’s id', async () => {
    const scene = stage({ due: { C0ML: [owed(2)] } });

    const report = await deliver(context(), scene.ports);

    expect(scene.posts).toEqual([
      { channelId: 'C0ML', threadTs: '1.1', text: expect.stringContaining('ctr-daily-train') },
    ]);
    expect(scene.settled).toEqual([{ key: 'key-2', outcome: { kind: 'sent', ts: '9.1' } }]);
    expect(scene.released).toEqual(['C0ML']);
    expect(report.sent).toBe(1);
  });

  it('posts into the thread that somebody asked in, even where there is a card', async () => {
    const scene = stage({ due: { C0ML: [owed(2)] }, place: { threadTs: '0.7' } });

    await deliver(context(), scene.ports);

    expect(scene.posts[0]?.threadTs).toBe('0.7');
  });

  it('opens a place that has no thread yet in the channel itself', async () => {
    const scene = stage({ due: { C0ML: [owed(1)] }, place: { cardTs: undefined } });

    await deliver(context(), scene.ports);

    expect(scene.posts[0]?.threadTs).toBeUndefined();
  });

  it('serves channels at the same time, and each in its order', async () => {
    const scene = stage({ due: { C0ML: [owed(1), owed(2)], C0OPS: [owed(3)] } });

    await deliver(context(), scene.ports);

    expect(scene.posts.map(({ channelId }) => channelId)).toEqual(['C0ML', 'C0OPS', 'C0ML']);
    expect(scene.settled.map(({ key }) => key)).toEqual(['key-1', 'key-3', 'key-2']);
  });

  it.each<[string, Said, number, DeliveryOutcome]>([
    [
      'what Slack limits waits as long as Slack says',
      { kind: 'not-sent', error: 'ratelimited', retryAfterMs: 7000 },
      1,
      { kind: 'not-sent', error: 'ratelimited', nextAt: inSeconds(7) },
    ],
    [
      'what was not sent waits longer each time',
      { kind: 'not-sent', error: 'ECONNREFUSED' },
      3,
      { kind: 'not-sent', error: 'ECONNREFUSED', nextAt: inSeconds(8) },
    ],
    [
      'but never longer than five minutes',
      { kind: 'not-sent', error: 'ECONNREFUSED' },
      500,
      { kind: 'not-sent', error: 'ECONNREFUSED', nextAt: inSeconds(300) },
    ],
    [
      'what may have been sent is given time to show',
      { kind: 'unknown', error: 'http_503' },
      1,
      { kind: 'unknown', error: 'http_503', nextAt: inSeconds(30) },
    ],
    [
      'what may have been sent five times is parked',
      { kind: 'unknown', error: 'http_503' },
      5,
      { kind: 'parked', error: 'http_503' },
    ],
    [
      'what Slack will never take is parked',
      { kind: 'refused', error: 'is_archived' },
      1,
      { kind: 'parked', error: 'is_archived' },
    ],
  ])('%s', async (_what, said, attempts, outcome) => {
    const scene = stage({ due: { C0ML: [owed(1, { attempts })] }, said: [said] });

    await deliver(context(), scene.ports);

    expect(scene.settled).toEqual([{ key: 'key-1', outcome }]);
  });

  it('tells of what it parks, with Slack’s word', async () => {
    const scene = stage({ due: { C0ML: [owed(1)] }, said: [{ kind: 'refused', error: 'is_archived' }] });

    await deliver(context(), scene.ports);

    expect(scene.parked).toEqual([{ channelId: 'C0ML', key: 'key-1', error: 'is_archived' }]);
  });

  it('says nothing of a PAI workspace that is not in the settings, and keeps it for when it is', async () => {
    const scene = stage({ due: { C0ML: [owed(1)] }, mayTell: false });

    await deliver(context(), scene.ports);

    expect(scene.posts).toEqual([]);
    expect(scene.settled[0]?.outcome).toEqual({
      ...{ kind: 'not-sent', error: 'not_in_settings' },
      nextAt: inSeconds(300),
    });
  });

  it('says nothing more in a channel that Slack limits', async () => {
    const scene = stage({
      due: { C0ML: [owed(1), owed(2)] },
      said: [{ kind: 'not-sent', error: 'ratelimited', retryAfterMs: 30_000 }],
    });

    await deliver(context(), scene.ports);

    expect(scene.posts).toHaveLength(1);
    expect(scene.released).toEqual(['C0ML']);
  });

  it('says nothing more in a channel once its lease is lost', async () => {
    const scene = stage({ due: { C0ML: [owed(1), owed(2)] }, lost: ['key-1'] });

    const report = await deliver(context(), scene.ports);

    expect(scene.posts).toHaveLength(1);
    expect(report.lost).toBe(1);
  });

  it('gives the channel back where the store fails, so that it is served as soon as that works again', async () => {
    const scene = stage({ due: { C0ML: [owed(1)] } });
    const failing = { ...scene.ports.store, claimDelivery: () => Promise.reject(new Error('read-only')) };

    const delivering = deliver(context(), { ...scene.ports, store: failing });

    await expect(delivering).rejects.toThrow('read-only');
    expect(scene.released).toEqual(['C0ML']);
  });

  it('begins nothing that could outlive its lease', async () => {
    const scene = stage({ due: { C0ML: [owed(1)] }, leaseMs: 15_000 });

    await deliver(context(), scene.ports);

    expect(scene.posts).toEqual([]);
    expect(scene.released).toEqual(['C0ML']);
  });

  it('gives channels back at once on a stop', async () => {
    const scene = stage({ due: { C0ML: [owed(1), owed(2)] } });
    const stop = new AbortController();

    const delivering = deliver({ now: minute(1), signal: stop.signal }, scene.ports);
    await expect.poll(() => scene.settled.length).toBe(1);
    stop.abort();
    await delivering;

    expect(scene.posts).toHaveLength(1);
    expect(scene.released).toEqual(['C0ML']);
  });
});
