import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Delivery } from '../../src/domain/delivery.ts';
import type { Place } from '../../src/domain/place.ts';
import {
  type Fate,
  type Fault,
  ModelSender,
  ModelSlack,
  ModelStore,
  SETTLE_MS,
  TIMEOUT_MS,
} from './telling-model.ts';
import { NOW, owed, PLACE } from './telling-scene.ts';

/*
 * The real Deliverer and tellDelivery between a made-up Slack and a store in memory, all in virtual time. Slack takes
 * posts, loses answers, shows posts late, fails, limits and closes channels; senders die or fall asleep at any step and
 * are replaced. Whatever the order of all this, in the end every delivery stands there once, and in its order.
 */

interface World {
  /** What each place waits for. */
  readonly places: readonly {
    readonly channel: number;
    readonly isOpened: boolean;
    readonly replies: number;
  }[];
  readonly fates: readonly Fate[];
  /** Whether Slack answers each look. */
  readonly looks: readonly boolean[];
  /** The fault of each sender but the last. */
  readonly faults: readonly Fault[];
  /** How long a sender is missing, over and over. */
  readonly restartMs: readonly number[];
}

const TICK_MS = 5000;
const LONGEST_MS = 12 * 3_600_000;

/** A post shows before it has settled where `mostLateMs` is less than the answer's time and the settle time together. */
function worlds(mostLateMs: number): fc.Arbitrary<World> {
  const fate = fc.oneof(
    { weight: 4, arbitrary: fc.constant<Fate>({ kind: 'taken' }) },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('answer-lost' as const), lateMs: fc.nat(mostLateMs) }),
    },
    {
      weight: 4,
      arbitrary: fc
        .constantFrom<Fate['kind']>('fails-after', 'fails-before', 'limited', 'unreachable', 'closed')
        .map((kind) => ({ kind }) as Fate),
    },
  );
  return fc.record({
    places: fc.array(
      fc.record({
        channel: fc.nat(1),
        isOpened: fc.boolean(),
        replies: fc.integer({ min: 1, max: 3 }),
      }),
      { minLength: 1, maxLength: 3 },
    ),
    fates: fc.array(fate, { maxLength: 14 }),
    looks: fc.array(
      fc.nat(3).map((each) => each > 0),
      { maxLength: 8 },
    ),
    faults: fc.array(
      fc.record({
        kind: fc.constantFrom<Fault['kind'][]>('dies', 'dies', 'sleeps'),
        atStep: fc.integer({ min: 1, max: 40 }),
      }),
      { maxLength: 8 },
    ),
    restartMs: fc.array(fc.nat(90_000), { minLength: 1, maxLength: 4 }),
  });
}

function openingsAndReplies({ places }: World) {
  const made: Place[] = [];
  const deliveries: Delivery[] = [];
  for (const [index, { channel, isOpened, replies }] of places.entries()) {
    const id = `place-${index}`;
    const cardTs = isOpened ? undefined : `card-${index}`;
    made.push({ ...PLACE, id, channelId: `C${channel}`, cardTs });
    for (let seq = isOpened ? 0 : 1; seq <= replies; seq += 1) {
      const facts = seq === 0 ? ({ kind: 'opening' } as const) : ({ kind: 'unshown' } as const);
      const more = {
        key: `${id} ${seq}`,
        placeId: id,
        seq,
        state: 'pending',
        attempts: 0,
        nextAt: NOW,
      } as const;
      deliveries.push({ ...owed(facts, more), firstSentAt: undefined });
    }
  }
  return { places: made, deliveries };
}

/** Lets senders work until everything is said, or for as long as anything may take. */
async function play(world: World, settleMs = SETTLE_MS) {
  const { places, deliveries } = openingsAndReplies(world);
  const store = new ModelStore(places, deliveries, settleMs);
  const slack = new ModelSlack(world.fates, world.looks);
  const senders: ModelSender[] = [];
  start();
  const endsMs = Date.now() + LONGEST_MS;
  while (!store.isDone() && Date.now() < endsMs) {
    for (const each of senders) each.nudge();
    await vi.advanceTimersByTimeAsync(TICK_MS);
  }
  // Whatever Slack still holds back shows by now.
  await vi.advanceTimersByTimeAsync(5 * 60_000);
  return { store, slack, keys: deliveries.map(({ key }) => key) };

  function start(): void {
    const index = senders.length;
    const waitMs = world.restartMs[index % world.restartMs.length] ?? 0;
    senders.push(
      new ModelSender({ store, slack, settleMs }, world.faults[index], () => void setTimeout(start, waitMs)),
    );
  }
}

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
});

afterEach(() => {
  vi.useRealTimers();
});

describe('telling, whatever happens', () => {
  it('says everything once and in its order, where Slack shows a post before it has settled', async () => {
    await fc.assert(
      fc.asyncProperty(worlds(TIMEOUT_MS + SETTLE_MS - 1000), async (world) => {
        const { store, slack, keys } = await play(world);

        expect([...store.deliveries.values()].filter(({ state }) => state !== 'sent')).toEqual([]);
        expect(slack.removed).toEqual([]);
        expect(slack.messages.map(({ key }) => key).sort()).toEqual([...keys].sort());
        expect(slack.messages.map(({ key }) => key)).toSatisfy(isInOrder);
      }),
      { numRuns: 150 },
    );
  });

  it('takes the second copy away where Slack shows a post later than that', async () => {
    await fc.assert(
      fc.asyncProperty(worlds(TIMEOUT_MS + SETTLE_MS + 60_000), async (world) => {
        const { slack, keys } = await play({ ...world, faults: [] });

        expect(slack.messages.map(({ key }) => key).sort()).toEqual([...keys].sort());
        expect(slack.messages.map(({ key }) => key)).toSatisfy(isInOrder);
      }),
      { numRuns: 50 },
    );
  });

  it('says something twice where it does not wait for posts to settle', async () => {
    const world: World = {
      ...{ places: [{ channel: 0, isOpened: true, replies: 1 }], looks: [], faults: [], restartMs: [0] },
      fates: [{ kind: 'answer-lost', lateMs: TIMEOUT_MS + 2 * TICK_MS }],
    };

    const hasty = await play(world, 100);
    const patient = await play(world);

    expect(hasty.slack.removed).toEqual(['place-0 0']);
    expect(patient.slack.removed).toEqual([]);
  });
});

/** Keys are `place seq`. */
function isInOrder(keys: readonly string[]): boolean {
  const last = new Map<string, number>();
  return keys.every((key) => {
    const [place = '', seq] = key.split(' ');
    const isNext = Number(seq) > (last.get(place) ?? -1);
    last.set(place, Number(seq));
    return isNext;
  });
}
