import { describe, expect, it } from 'vitest';
import type { DeliveryFacts } from '../../src/domain/delivery.ts';
import { threadOf } from '../../src/domain/place.ts';
import type { ChannelReport, ClaimedDelivery, DeliveryOutcome } from '../../src/jobs/owed-deliveries.ts';
import { runId } from '../helpers/runs.ts';
import { present, type Story } from './story.ts';
import { aSnapshot, at, aWish, claimOf, FAILED, pollIn, T0 } from './watching.ts';

const NOTE: DeliveryFacts = {
  ...{ kind: 'paused', channelId: 'C1', reason: 'removed', since: at(10) },
  ...{ runs: [], moreRuns: 0, held: 0 },
};

/** What a store owes to channels that are behind, or closed. */
export function describeChannels(story: Story): void {
  const range = (count: number, from = 1) => Array.from({ length: count }, (_, index) => from + index);

  /** Watches these runs in one channel, where every card is shown. */
  async function watch(numbers: readonly number[], wish: Parameters<typeof aWish>[0] = {}): Promise<void> {
    for (const number of numbers) await story.store.addWatch(aWish({ run: aSnapshot(number), ...wish }));
    await story.sayAll();
  }

  function closed(
    tell: Extract<DeliveryOutcome, { kind: 'paused' }>['tell'] = [],
    nextTryAt = at(600),
  ): DeliveryOutcome {
    return { kind: 'paused', error: 'not_in_channel', reason: 'removed', nextTryAt, tell };
  }

  /** Finds the run failed in four attempts at once. */
  async function failOften(number: number, seconds: number): Promise<void> {
    const claimed = await story.claim(seconds, 1000);
    const one = present(claimed.find(({ run }) => run.runId === runId(number)));
    const events = range(4).map((attempt) => ({ ...FAILED, attempt: seconds + attempt }));
    await story.change(one, events, seconds);
    const poll = pollIn(seconds);
    await story.store.releaseRuns(claimed.map((each) => ({ claim: claimOf(each), poll })));
  }

  const ownersIn = (owners: ChannelReport['owners']) =>
    owners.map(({ userId, runs }) =>
      [userId, ...runs.map((run) => Number(run.runId.slice(-2))).toSorted((a, b) => a - b)].join(' '),
    );

  const whereOf = ({ delivery: { facts }, place }: ClaimedDelivery) => {
    const isInThread = threadOf(place) !== undefined;
    return `${facts.kind} in ${isInThread ? 'a thread' : 'the channel'}`;
  };

  const runsIn = (facts: DeliveryFacts) =>
    facts.kind === 'fold' ? facts.members.map(({ run }) => run.runId) : [];

  describe('a channel that is behind', () => {
    it('is told of many runs by few messages in the channel itself, each run by its name, once', async () => {
      await watch(range(60));
      await story.failAll(range(60));

      const said = await story.sayAll(11);

      expect(said.map(({ delivery }) => delivery.facts.kind)).toEqual(['fold', 'fold', 'fold']);
      expect(said.every(({ place }) => place.isFlat && place.channelId === 'C1')).toBe(true);
      const told = said.flatMap(({ delivery }) => runsIn(delivery.facts));
      expect(told.toSorted()).toEqual(range(60).map(runId));
      expect(await story.store.reportDeliveries()).toMatchObject({ waiting: 0, parked: 0 });
    });

    it('gives what is told together the turn and the language of the first', async () => {
      await watch(range(30), { locale: 'zh' });
      await story.failAll(range(30));

      const [first] = await story.sayAll(100);

      expect(first).toMatchObject({ place: { locale: 'zh' }, delivery: { createdAt: at(10), seq: 1 } });
    });

    it('is told of several events of one place by one reply there', async () => {
      await watch(range(5), { threadTs: '1700.1' });
      await story.failAll(range(5));

      const said = await story.sayAll(71);

      expect(said).toMatchObject([{ delivery: { facts: { kind: 'fold' } }, place: { threadTs: '1700.1' } }]);
    });

    it('is told of few events that are not old one by one', async () => {
      await watch(range(5), { threadTs: '1700.1' });
      await story.failAll(range(5));

      expect(await story.sayAll(70)).toHaveLength(5);
    });

    it('folds neither what may have been said nor what comes after it in its place', async () => {
      const first = aWish({ threadTs: '1700.1' });
      await story.store.addWatch(first);
      await watch(range(30, 2));
      await story.failAll([1]);
      await story.answer({ kind: 'unknown', nextAt: at(40), error: 'timeout' }, 10);
      await story.failAll(range(30, 2), 400);

      const said = await story.sayAll(401);

      expect(said.map(({ delivery, before }) => [delivery.facts.kind, before])).toEqual([
        ['fold', 'pending'],
        ['fold', 'pending'],
        ['event', 'unknown'],
      ]);
    });

    it('tells nothing later of a run before the message that tells its earlier events is said', async () => {
      await watch(range(30));
      await story.failAll(range(30));
      await story.answer({ kind: 'unknown', nextAt: at(100), error: 'timeout' }, 11);
      await story.failAll([1], 400);

      const said = (await story.sayAll(401)).map(({ delivery }) => delivery.facts.kind);

      expect(said).toEqual(['fold', 'fold', 'event']);
    });

    it('tells no later events of a run together before the message that tells its earlier ones is said', async () => {
      await watch(range(30));
      await story.failAll(range(30));
      await story.answer({ kind: 'unknown', nextAt: at(600), error: 'timeout' }, 11);
      await failOften(1, 400);
      await story.store.addWatch(aWish({ run: aSnapshot(31), now: at(450) }));

      const before = await story.sayAll(500);
      const after = await story.sayAll(600);

      expect(before.map(whereOf)).toEqual(['opening in the channel']);
      expect(after.map(whereOf)).toEqual(['fold in the channel', 'fold in the channel', 'fold in a thread']);
    });

    it('tells in the channel itself nothing of a run whose earlier events are told together in its place', async () => {
      await watch(range(30));
      await failOften(1, 10);
      await story.answer({ kind: 'not-sent', error: 'ratelimited', nextAt: at(950) }, 71);
      await story.failAll(range(30), 400);

      const before = await story.sayAll(900);
      const after = await story.sayAll(950);

      expect(before.map(whereOf)).toEqual(['fold in the channel', 'fold in the channel']);
      expect(before.flatMap(({ delivery }) => runsIn(delivery.facts))).not.toContain(runId(1));
      expect(after.map(whereOf)).toEqual(['fold in a thread', 'event in a thread']);
    });

    it('is told of many runs together before anything else that it waits for', async () => {
      await watch(range(30));
      await story.store.addWatch(aWish({ run: aSnapshot(31), now: at(2) }));
      await story.failAll(range(30));

      const said = await story.sayAll(11);

      expect(said.map(whereOf)).toEqual([
        'fold in the channel',
        'fold in the channel',
        'opening in the channel',
      ]);
    });

    it('parks what is told together as a whole, and says so in the channel', async () => {
      await watch(range(30));
      await story.failAll(range(30));

      await story.answer({ kind: 'parked', error: 'msg_too_long' }, 11);

      const [, word] = await story.sayAll(12);
      expect(word).toMatchObject({ delivery: { facts: { kind: 'unshown' } }, place: { isFlat: true } });
    });
  });

  describe('a channel that is closed', () => {
    it('waits with all that is owed to it, and is tried when it is time', async () => {
      await watch([1, 2]);
      await story.failAll([1], 9);
      await story.failAll([2], 10);

      const tried = await story.answer(closed(), 10);

      expect(await story.store.reportDeliveries()).toMatchObject({ waiting: 0, held: 2, pausedChannels: 1 });
      expect((await story.store.reportDeliveries()).oldestAt).toBeUndefined();
      expect(await story.hasDue(599)).toBe(false);
      const again = await story.take(await story.lease(600), 600);
      expect(again).toMatchObject({ before: 'pending', delivery: { key: tried.delivery.key } });
    });

    it('is tried with one delivery at a time', async () => {
      await watch([1, 2]);
      await story.failAll([1, 2]);
      const holder = await story.lease(10);
      const { delivery } = await story.take(holder, 10);
      await story.store.settleDelivery(holder, delivery.key, closed(), at(10));

      expect(await story.store.claimDelivery(holder, { now: at(10) })).toBeUndefined();
    });

    it('leaves unknown what may have been said before', async () => {
      await story.store.addWatch(aWish());
      await story.answer({ kind: 'unknown', nextAt: at(30), error: 'timeout' });
      await story.answer(closed(), 30);

      expect((await story.take(await story.lease(600), 600)).before).toBe('unknown');
    });

    it('is told of to each who is to know, once, in the channel that was named for it', async () => {
      await watch([1]);
      await story.fail();
      const tell = ['D1', 'D2', 'D2'].map((channelId) => ({
        place: { team: 'T1', channelId, locale: 'zh' as const },
        facts: NOTE,
      }));

      await story.answer(closed(tell), 10);
      const notes = await story.sayAll(11);
      await story.answer(closed(tell, at(1200)), 600);

      expect(
        notes.map(({ place, delivery }) => [place.channelId, place.isFlat, place.locale, delivery.facts]),
      ).toEqual(['D1', 'D2', 'D2'].map((channelId) => [channelId, true, 'zh', NOTE]));
      expect(await story.sayAll(601)).toEqual([]);
    });

    it('goes on with the first word that it takes, says so next, and then what waited', async () => {
      await watch([1, 2, 3], { locale: 'zh' });
      await story.failAll([1, 2]);
      await story.answer(closed(), 20);
      await story.failAll([3], 30);

      const said = await story.sayAll(600);

      expect(said.map(({ delivery }) => delivery.facts.kind)).toEqual(['event', 'resumed', 'event', 'event']);
      expect(said[1]).toMatchObject({
        delivery: { facts: { since: at(20), until: at(600), held: 3 } },
        place: { channelId: 'C1', isFlat: true, locale: 'zh' },
      });
      expect(await story.store.reportDeliveries()).toMatchObject({ held: 0, pausedChannels: 0 });
    });

    it('stays closed with what was found there, and is tried with what comes next', async () => {
      await watch([1, 2]);
      await story.failAll([1, 2]);
      await story.answer({ kind: 'unknown', nextAt: at(40), error: 'timeout' }, 10);
      await story.answer(closed(), 11);

      await story.answer({ kind: 'sent', ts: '9.1', isFound: true }, 600);

      expect(await story.store.reportDeliveries()).toMatchObject({ held: 1, pausedChannels: 1 });
      const next = (await story.sayAll(600)).map(({ delivery }) => delivery.facts.kind);
      expect(next).toEqual(['event', 'resumed']);
    });

    it('is not left alone because the clock was set back', async () => {
      await watch([1]);
      await story.fail();

      await story.answer(closed([], at(86_400)), 10);

      expect((await story.lease(11)).channelId).toBe('C1');
    });

    it('is told of anew when it is closed once more', async () => {
      await watch([1]);
      await story.fail();
      const tell = [{ place: { team: 'T1', channelId: 'D1', locale: 'en' as const }, facts: NOTE }];
      await story.answer(closed(tell), 10);
      await story.sayAll(600);
      await story.fail(610);

      await story.answer(closed(tell, at(1200)), 610);

      expect((await story.sayAll(611)).map(({ place }) => place.channelId)).toEqual(['D1']);
    });

    it('can be tried at once, and others are left alone', async () => {
      await watch([1]);
      await story.fail();
      await story.answer(closed(), 10);

      await story.store.retryChannel({ team: 'T1', channelId: 'C2' }, at(20));
      expect(await story.hasDue(20)).toBe(false);
      await story.store.retryChannel({ team: 'T1', channelId: 'C1' }, at(20));

      expect((await story.lease(20)).channelId).toBe('C1');
    });

    it('counts as open when it is to be tried and nothing waits for it', async () => {
      await watch([1]);
      await story.fail();
      await story.answer(closed(), 10);
      await story.store.removeWatches({ team: 'T1' });

      await story.store.retryChannel({ team: 'T1', channelId: 'C1' }, at(20));

      expect(await story.store.reportDeliveries()).toMatchObject({ held: 0, pausedChannels: 0 });
    });
  });

  describe('reportChannel', () => {
    it('says who watches what there and what waits', async () => {
      await watch([1, 2]);
      await watch([1], { user: 'U2' });
      await watch([3], { user: 'U3', channel: 'C2' });
      await story.failAll([2], 10);
      await story.failAll([1], 20);

      const report = await story.store.reportChannel(await story.lease(20));

      expect(report.pausedSince).toBeUndefined();
      expect(
        report.owners.map(({ userId, runs }) => [userId, runs.map((run) => run.runId).toSorted()]),
      ).toEqual([
        ['U1', [runId(1), runId(2)]],
        ['U2', [runId(1)]],
      ]);
      expect(report).toMatchObject({ held: 2, newest: { run: { runId: runId(1) } } });
    });

    it('says for whom something waits that nobody watches any more, each run once', async () => {
      await story.store.addWatch(aWish({ watch: { on: ['end'] } }));
      await story.store.addWatch(aWish({ run: aSnapshot(2), user: 'U2', watch: { on: ['end'] } }));
      await watch([2]);
      await story.failAll([1, 2]);

      const { owners, held } = await story.store.reportChannel(await story.lease(10));

      expect(ownersIn(owners)).toEqual(['U1 1 2', 'U2 2']);
      expect(held).toBe(2);
    });

    it('says for whom it waits with what is told together', async () => {
      for (const number of range(30)) {
        const user = number > 28 ? 'U2' : 'U1';
        await story.store.addWatch(aWish({ run: aSnapshot(number), user, watch: { on: ['end'] } }));
      }
      await story.sayAll();
      await story.failAll(range(30));
      const holder = await story.lease(11);
      await story.take(holder, 11);

      const { owners } = await story.store.reportChannel(holder);

      expect(ownersIn(owners)).toEqual([['U1', ...range(28)].join(' '), 'U2 29 30']);
      expect(await story.store.listWatches({ team: 'T1' })).toEqual([]);
    });

    it('says since when it has been closed', async () => {
      await watch([1]);
      await story.fail();
      await story.answer(closed([], T0), 10);
      await story.answer(closed([], T0), 20);

      expect(await story.store.reportChannel(await story.lease(30))).toMatchObject({ pausedSince: at(10) });
    });
  });
}
