import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Said } from '../../src/domain/delivery.ts';
import type { Place } from '../../src/domain/place.ts';
import { CardShower, type CardShowerOptions, type ShownReport } from '../../src/jobs/show-cards.ts';
import type { CardLease, CardOutcome, LeasedCard } from '../../src/jobs/shown-cards.ts';
import type { Message } from '../../src/messages/message.ts';
import {
  aCard,
  inSeconds,
  NOW,
  PLACE,
  type Scene as TellingScene,
  stage as tellingScene,
} from './telling-scene.ts';

interface Edited extends Message {
  readonly channelId: string;
  readonly ts: string;
  readonly key: string;
  readonly atMs: number;
}

interface Scene extends Pick<TellingScene, 'people' | 'workspaces'> {
  /** How many cards are to be edited. */
  readonly cards?: number;
  readonly place?: Partial<Place>;
  /** What Slack says to an edit; it takes them unless told otherwise. */
  readonly say?: (edit: number) => Promise<Said>;
  readonly store?: Partial<CardShowerOptions['store']>;
}

const TAKEN: Said = { kind: 'sent', ts: '1.1' };

/** A store of cards in memory, and a shower that is nudged as its job would be. */
function stage({ cards = 1, place = {}, say = async () => TAKEN, store = {}, ...scene }: Scene = {}) {
  const { ports } = tellingScene(scene);
  const startMs = Date.now();
  const left: LeasedCard[] = Array.from({ length: cards }, (_, index) => ({
    lease: { placeId: `place-${index + 1}`, token: 'a-token' },
    place: { ...PLACE, id: `place-${index + 1}`, ...place },
    card: aCard(),
  }));
  const edits: Edited[] = [];
  const settled: { placeId: string; outcome: CardOutcome }[] = [];
  const reports: ShownReport[] = [];
  const failures: unknown[] = [];
  const stopped = new AbortController();
  let isRunning = false;
  let isNudged = false;
  const shower = new CardShower({
    store: {
      leaseCard: async () => left.shift(),
      async settleCard({ placeId }: CardLease, outcome) {
        settled.push({ placeId, outcome });
        return true;
      },
      ...store,
    },
    compose: ports,
    speaker: {
      edit(posted, message, { key }) {
        edits.push({ ...posted, ...message, key, atMs: Date.now() - startMs });
        return say(edits.length);
      },
    },
    ...{ leaseMs: 45_000, settleMs: 30_000 },
    clock: () => NOW,
    nudge,
    onShown: (report) => reports.push(report),
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
    return shower.dispatch({ now: NOW, signal: stopped.signal });
  }

  return {
    ...{ shower, left, edits, settled, reports, failures, stopped, dispatch },
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

describe('an edit', () => {
  it('lets Slack show the card as it is wanted, under the key of its opening', async () => {
    const scene = stage();

    await scene.run(0);

    expect(scene.edits).toMatchObject([
      {
        channelId: 'C0ML',
        ts: '1.1',
        key: 'place-1|opening|1',
        text: expect.stringContaining('ctr-daily-train'),
      },
    ]);
    expect(scene.settled).toEqual([
      { placeId: 'place-1', outcome: { kind: 'shown', version: PLACE.wantedVersion } },
    ]);
    expect(scene.reports).toEqual([{ said: 'sent', channelId: 'C0ML' }]);
  });

  it.each<[string, Said, CardOutcome]>([
    [
      'of unknown outcome is made again once it has settled',
      { kind: 'unknown', error: 'http_503' },
      { kind: 'later', notBefore: inSeconds(30) },
    ],
    [
      'that Slack limits is made again when Slack says',
      { kind: 'not-sent', error: 'ratelimited', retryAfterMs: 7000 },
      { kind: 'later', notBefore: inSeconds(7) },
    ],
    [
      'that did not reach Slack is made again',
      { kind: 'not-sent', error: 'ECONNREFUSED' },
      { kind: 'later', notBefore: inSeconds(30) },
    ],
    [
      'of a message that is gone is not made again',
      { kind: 'refused', error: 'message_not_found', about: 'thread' },
      { kind: 'gone' },
    ],
    [
      'in a channel that is closed is made again ten minutes later, or when it is open',
      { kind: 'refused', error: 'is_archived', about: 'archived' },
      { kind: 'refused', notBefore: inSeconds(600) },
    ],
    [
      'that Slack does not like is made again ten minutes later',
      { kind: 'refused', error: 'invalid_blocks', about: 'blocks' },
      { kind: 'refused', notBefore: inSeconds(600) },
    ],
  ])('%s', async (_what, said, outcome) => {
    const scene = stage({ say: async () => said });

    await scene.run(0);

    expect(scene.settled).toEqual([{ placeId: 'place-1', outcome }]);
    expect(scene.reports).toMatchObject([{ said: said.kind, channelId: 'C0ML' }]);
  });

  const SHOWN = { kind: 'shown', version: PLACE.wantedVersion } as const;
  it.each<[string, Scene, CardOutcome]>([
    ['nobody may be shown the card any more', { people: { U0MEMBER: { standing: 'guest' } } }, SHOWN],
    [
      'nobody knows yet who watches',
      { people: { U0MEMBER: { standing: 'unknown' } } },
      { kind: 'later', notBefore: inSeconds(2) },
    ],
    [
      'its PAI workspace is not in the settings',
      { workspaces: [{ region: 'cn-beijing' }] },
      { kind: 'later', notBefore: inSeconds(300) },
    ],
    ['Slack has no card of the place', { place: { cardTs: undefined } }, SHOWN],
  ])('is not made where %s', async (_why, given, outcome) => {
    const scene = stage(given);

    await scene.run(0);

    expect(scene.edits).toEqual([]);
    expect(scene.settled).toEqual([{ placeId: 'place-1', outcome }]);
    expect(scene.reports).toEqual([{ said: 'nothing', channelId: 'C0ML' }]);
  });

  it('that fails by a fault of ours is told of, and made again ten minutes later', async () => {
    const fault = new TypeError('a fault of ours');
    const scene = stage({ say: () => Promise.reject(fault) });

    await scene.run(0);

    expect(scene.failures).toEqual([fault]);
    expect(scene.settled).toEqual([
      { placeId: 'place-1', outcome: { kind: 'later', notBefore: inSeconds(600) } },
    ]);
  });
});

describe('the pace', () => {
  it('is forty edits a minute at most', async () => {
    const scene = stage({ cards: 200 });

    await scene.run(59_999);
    expect(scene.edits).toHaveLength(40);

    await scene.run(60_000);
    expect(scene.edits).toHaveLength(80);
  });

  it('lets nothing pile up while nothing is to be edited', async () => {
    const scene = stage({ cards: 1 });
    await scene.run(60_000);
    scene.left.push(
      ...[2, 3, 4].map((each) => ({
        lease: { placeId: `place-${each}`, token: 't' },
        place: PLACE,
        card: aCard(),
      })),
    );

    await scene.run(1499);

    expect(scene.edits).toHaveLength(2);
  });

  it('is held up by no edit that hangs, up to four of them', async () => {
    const scene = stage({
      cards: 10,
      say: (edit) => (edit <= 3 ? new Promise(() => undefined) : Promise.resolve(TAKEN)),
    });

    await scene.run(60_000);

    expect(scene.edits).toHaveLength(10);
  });

  it('waits for one of four that hang', async () => {
    const answers: ((said: Said) => void)[] = [];
    const scene = stage({ cards: 10, say: () => new Promise((resolve) => answers.push(resolve)) });

    await scene.run(60_000);
    expect(scene.edits).toHaveLength(4);

    answers[0]?.(TAKEN);
    await vi.advanceTimersByTimeAsync(0);
    expect(scene.edits).toHaveLength(5);
  });

  it('is Slack’s for all cards where it limits one', async () => {
    const limited: Said = { kind: 'not-sent', error: 'ratelimited', retryAfterMs: 30_000 };
    const scene = stage({ cards: 3, say: async (edit) => (edit === 1 ? limited : TAKEN) });

    await scene.run(29_999);
    expect(scene.edits).toHaveLength(1);

    await vi.advanceTimersByTimeAsync(10);
    expect(scene.edits).toHaveLength(2);
  });

  it('is that of the longest of several limits', async () => {
    const limit = (retryAfterMs: number): Said => ({
      ...{ kind: 'not-sent', error: 'ratelimited' },
      retryAfterMs,
    });
    const answers: ((said: Said) => void)[] = [];
    const scene = stage({ cards: 3, say: () => new Promise((resolve) => answers.push(resolve)) });
    await scene.run(1501);

    answers[1]?.(limit(30_000));
    await vi.advanceTimersByTimeAsync(100);
    answers[0]?.(limit(1000));
    await vi.advanceTimersByTimeAsync(29_000);

    expect(scene.edits).toHaveLength(2);
  });
});

describe('a stop', () => {
  it('waits for the edits under way and begins no other', async () => {
    const answers: ((said: Said) => void)[] = [];
    const scene = stage({ cards: 3, say: () => new Promise((resolve) => answers.push(resolve)) });
    await scene.run(0);
    const isStopped = vi.fn();

    const stopping = scene.shower.stop().then(isStopped);
    await vi.advanceTimersByTimeAsync(9000);
    expect(isStopped).not.toHaveBeenCalled();
    answers[0]?.(TAKEN);
    await stopping;
    await scene.run(10_000);

    expect(scene.edits).toHaveLength(1);
    expect(scene.settled).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('gives back a card that was leased meanwhile', async () => {
    let give: (leased: LeasedCard) => void = () => undefined;
    const leaseCard = () =>
      new Promise<LeasedCard>((resolve) => {
        give = resolve;
      });
    const scene = stage({ store: { leaseCard } });

    const dispatching = scene.dispatch();
    await scene.shower.stop();
    give({ lease: { placeId: 'place-1', token: 't' }, place: PLACE, card: aCard() });
    await dispatching;

    expect(scene.edits).toEqual([]);
    expect(scene.settled).toEqual([{ placeId: 'place-1', outcome: { kind: 'later', notBefore: NOW } }]);
  });

  it('of the job alone begins no edit', async () => {
    const scene = stage();

    scene.stopped.abort();
    await scene.run(1000);

    expect(scene.left).toHaveLength(1);
  });
});

it('fails the job where the store does', async () => {
  const scene = stage({ store: { leaseCard: () => Promise.reject(new Error('away')) } });

  await expect(scene.dispatch()).rejects.toThrow('away');
});
