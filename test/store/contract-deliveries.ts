import { describe, expect, it } from 'vitest';
import { threadOf } from '../../src/domain/place.ts';
import { nodeId, runId } from '../helpers/runs.ts';
import { LEASE_MS, present, SETTLE_MS, type Story } from './story.ts';
import { aSnapshot, at, aWish, T0 } from './watching.ts';

/** What a store owes to whoever says what is owed. */
export function describeDeliveries(story: Story): void {
  describe('leaseChannel and claimDelivery', () => {
    it('leases a channel to one of two that ask at the same time', async () => {
      await story.store.addWatch(aWish());

      const leases = await Promise.all(
        [1, 2].map(() => story.store.leaseChannel({ now: T0, leaseMs: LEASE_MS })),
      );

      expect(leases.filter((each) => each !== undefined)).toHaveLength(1);
    });

    it('leases each channel for itself, the longest owed first', async () => {
      await story.store.addWatch(aWish({ channel: 'C2', now: at(1) }));
      await story.store.addWatch(aWish({ channel: 'C1', now: at(2) }));
      await story.store.addWatch(aWish({ channel: 'C1', run: aSnapshot(2), now: at(0.5) }));

      const leases = [await story.lease(3), await story.lease(3)];

      expect(leases.map(({ channelId }) => channelId)).toEqual(['C1', 'C2']);
      expect(await story.hasDue(3)).toBe(false);
      expect((await story.take(present(leases[0]), 3)).place.id).toContain(runId(2));
    });

    it('leases a channel again when it was given back or the lease is over', async () => {
      await story.store.addWatch(aWish());
      const first = await story.lease();
      await story.store.releaseChannel(first);
      await story.lease();
      story.passedMs = LEASE_MS;

      const third = await story.lease();

      expect(await story.store.claimDelivery(first, { now: at(1) })).toBeUndefined();
      await story.store.releaseChannel(first);
      expect(await story.hasDue(1)).toBe(false);
      expect(await story.take(third)).toMatchObject({ before: 'pending' });
    });

    it('gives nothing where the lease is over, even if nobody else has taken it', async () => {
      await story.store.addWatch(aWish());
      const holder = await story.lease();
      story.passedMs = LEASE_MS;

      expect(await story.store.claimDelivery(holder, { now: at(1) })).toBeUndefined();
    });

    it('marks what it gives as being said, counts, and keeps when it was first tried', async () => {
      await story.store.addWatch(aWish());
      const holder = await story.lease();
      const first = await story.take(holder, 1);
      const later = { kind: 'not-sent' as const, nextAt: at(5), error: 'ratelimited' };
      await story.store.settleDelivery(holder, first.delivery.key, later, at(2));

      expect(await story.store.claimDelivery(holder, { now: at(4) })).toBeUndefined();
      const second = await story.take(holder, 5);

      expect(first.delivery).toMatchObject({ state: 'sending', attempts: 1, firstSentAt: at(1) });
      expect(second.delivery).toMatchObject({
        ...{ state: 'sending', attempts: 2, firstSentAt: at(1), lastError: 'ratelimited' },
      });
      expect(second.before).toBe('pending');
    });

    it('gives deliveries of a place in their order, and waits for the first one', async () => {
      await story.store.addWatch(aWish());
      await story.fail();
      const holder = await story.lease();
      const { delivery } = await story.take(holder);

      expect(await story.store.claimDelivery(holder, { now: at(1) })).toBeUndefined();
      const unknown = { kind: 'unknown' as const, nextAt: at(40), error: 'timeout' };
      await story.store.settleDelivery(holder, delivery.key, unknown, at(2));
      expect(await story.store.claimDelivery(holder, { now: at(39) })).toBeUndefined();
      const again = await story.take(holder, 40);
      await story.store.settleDelivery(
        holder,
        delivery.key,
        { kind: 'parked', error: 'is_archived' },
        at(40),
      );
      const next = await story.take(holder, 40);

      expect(again).toMatchObject({ before: 'unknown', delivery: { key: delivery.key, attempts: 2 } });
      expect([delivery.seq, next.delivery.seq]).toEqual([0, 1]);
      expect(await story.store.reportDeliveries()).toMatchObject({ waiting: 1, parked: 1, oldestAt: at(10) });
    });

    it('gives several places of a channel in turn while one of them waits', async () => {
      await story.store.addWatch(aWish());
      await story.store.addWatch(aWish({ run: aSnapshot(2), now: at(1) }));
      const holder = await story.lease();

      const both = [await story.take(holder), await story.take(holder)];

      expect(both.map(({ card }) => card?.runs.map(({ run }) => run.runId))).toEqual([
        [runId(1)],
        [runId(2)],
      ]);
    });

    it('gives one delivery to one of two calls at the same time', async () => {
      await story.store.addWatch(aWish());
      const holder = await story.lease();

      const both = await Promise.all([1, 2].map(() => story.store.claimDelivery(holder, { now: at(1) })));

      expect(both.filter((each) => each !== undefined)).toHaveLength(1);
    });

    it('gives an opening with the card as it is by then', async () => {
      await story.store.addWatch(aWish());
      await story.store.addWatch(
        aWish({ user: 'U2', now: at(1), watch: { nodeId: nodeId(3), on: ['end', 'rerun'] } }),
      );
      await story.fail();

      const { card } = await story.take(await story.lease(11), 11);

      expect(card).toMatchObject({ outages: [], streak: { failures: 1 } });
      expect(card?.runs).toMatchObject([
        {
          run: { runId: runId(1), name: '训练-1' },
          status: { phase: 'failed' },
          checkedAt: at(10),
          isWatched: true,
          watchers: [{ userId: 'U1' }, { userId: 'U2', on: ['end', 'rerun'], nodeName: 'train' }],
          nodes: { total: 3, succeeded: 1 },
        },
      ]);
    });

    it('leaves a channel alone that was given back with a time, until then', async () => {
      await story.store.addWatch(aWish());
      await story.store.addWatch(aWish({ channel: 'C2', now: at(0.5) }));
      const holder = await story.lease();

      await story.store.releaseChannel(holder, { notBefore: at(5) });

      const other = await story.lease(4);
      expect([holder.channelId, other.channelId]).toEqual(['C1', 'C2']);
      expect(await story.hasDue(4)).toBe(false);
      expect((await story.lease(5)).channelId).toBe('C1');
    });

    it('lets nothing wait because the clock was set back', async () => {
      await story.store.addWatch(aWish());
      await story.answer({ kind: 'not-sent', error: 'ratelimited', nextAt: at(86_400) });
      const again = await story.answer({ kind: 'sent', ts: '1.1', recheckAt: at(86_400) });

      expect(again.delivery.attempts).toBe(2);
      expect((await story.take(await story.lease())).before).toBe('sent');
    });

    it('leaves no channel alone because the clock was set back', async () => {
      await story.store.addWatch(aWish());

      await story.store.releaseChannel(await story.lease(), { notBefore: at(86_400) });

      expect(await story.hasDue(2)).toBe(true);
    });

    it('counts how often whoever said it was gone before the end', async () => {
      await story.store.addWatch(aWish());
      const deaths: number[] = [];
      for (const seconds of [1, 100, 200]) {
        story.passedMs = seconds * 1000;
        deaths.push((await story.take(await story.lease(seconds), seconds)).delivery.deaths);
      }

      expect(deaths).toEqual([0, 1, 2]);
    });

    it('gives what was said again once more, after what is owed, when it is to be looked for', async () => {
      await story.store.addWatch(aWish());
      await story.store.addWatch(aWish({ run: aSnapshot(2), now: at(1) }));
      await story.answer({ kind: 'sent', ts: '1.1', recheckAt: at(60) });

      expect((await story.take(await story.lease(60), 60)).before).toBe('pending');
      story.passedMs = LEASE_MS;
      const again = await story.answer({ kind: 'rechecked', ts: '1.1' }, 61);

      expect(again).toMatchObject({ before: 'sent', delivery: { state: 'sent', ts: '1.1', attempts: 1 } });
      expect((await story.store.listWatches({ team: 'T1' }))[0]?.place.cardTs).toBe('1.1');
      expect((await story.take(await story.lease(100), 100)).before).toBe('unknown');
    });

    it('gives what is to be looked for to one at a time, and not before its time', async () => {
      await story.store.addWatch(aWish());
      await story.answer({ kind: 'sent', ts: '1.1', recheckAt: at(60) });

      expect(await story.hasDue(59)).toBe(false);
      const holder = await story.lease(60);
      await story.take(holder, 60);

      expect(await story.store.claimDelivery(holder, { now: at(60) })).toBeUndefined();
      await story.store.releaseChannel(holder);
      expect(await story.hasDue(60)).toBe(true);
    });

    it('gives what its holder never settled as unknown, when it has settled and the lease is over', async () => {
      await story.store.addWatch(aWish());
      await story.take(await story.lease(1), 1);
      story.passedMs = LEASE_MS;

      expect(await story.hasDue(1 + SETTLE_MS / 1000 - 1)).toBe(false);
      const claimed = await story.take(await story.lease(31), 31);

      expect(claimed).toMatchObject({ before: 'unknown', delivery: { attempts: 2, firstSentAt: at(1) } });
    });
  });

  describe('settleDelivery', () => {
    it('makes the first message of a place its card, and no later one', async () => {
      await story.store.addWatch(aWish());
      await story.say('1.1');
      await story.fail();

      const { place } = await story.say('1.2', 10);

      expect(place.cardTs).toBe('1.1');
      expect((await story.store.listWatches({ team: 'T1' })).map((row) => row.place.cardTs)).toEqual(['1.1']);
    });

    it('makes what opens a thread that somebody asked in its card, and speaks on in that thread', async () => {
      await story.store.addWatch(aWish({ threadTs: '1700.1' }));

      await story.say('1.1');

      const [row] = await story.store.listWatches({ team: 'T1' });
      expect(row?.place).toMatchObject({ threadTs: '1700.1', cardTs: '1.1' });
    });

    it('takes the copy that stays for the card, which is drawn anew', async () => {
      await story.store.addWatch(aWish());
      await story.answer({ kind: 'sent', ts: '1.2', recheckAt: at(60) });

      await story.answer({ kind: 'rechecked', ts: '1.1' }, 60);

      expect(await story.hasDue(200)).toBe(false);
      expect((await story.drawAll(61)).map(({ place }) => place.cardTs)).toEqual(['1.1']);
    });

    it('looks later for a copy where it could not be looked for', async () => {
      await story.store.addWatch(aWish());
      await story.answer({ kind: 'sent', ts: '1.1', recheckAt: at(60) });

      await story.answer({ kind: 'not-sent', error: 'ratelimited', nextAt: at(90) }, 60);

      expect(await story.hasDue(89)).toBe(false);
      expect((await story.take(await story.lease(90), 90)).before).toBe('sent');
    });

    it('leaves unknown what was so and was not taken now, for the first attempt may still show', async () => {
      await story.store.addWatch(aWish());
      await story.answer({ kind: 'unknown', nextAt: at(30), error: 'timeout' });
      const unknown = await story.answer({ kind: 'not-sent', nextAt: at(40), error: 'ratelimited' }, 30);

      const again = await story.take(await story.lease(40), 40);

      expect([unknown.before, again.before]).toEqual(['unknown', 'unknown']);
      expect(again.delivery).toMatchObject({ attempts: 3, lastError: 'ratelimited' });
    });

    it('keeps that something is to be said without blocks', async () => {
      await story.store.addWatch(aWish());
      const plain = { kind: 'not-sent', nextAt: at(1), error: 'invalid_blocks', isPlain: true } as const;
      await story.answer(plain);

      expect((await story.take(await story.lease())).delivery.isPlain).toBe(true);
    });

    it('owes the place a word for what is parked, unless it is silent or such a word itself', async () => {
      await story.store.addWatch(aWish());
      await story.say('1.1');
      await story.fail();

      await story.answer({ kind: 'parked', error: 'msg_too_long' }, 10);
      const word = await story.answer({ kind: 'parked', error: 'msg_too_long' }, 10);

      expect(word).toMatchObject({
        delivery: { facts: { kind: 'unshown', run: { runId: runId(1) } } },
        place: { cardTs: '1.1' },
      });
      expect(await story.store.reportDeliveries()).toMatchObject({ waiting: 0, parked: 2 });
      await story.store.addWatch(aWish({ channel: 'C2', now: at(20) }));
      await story.answer({ kind: 'parked', error: 'nobody', isSilent: true }, 20);
      expect(await story.store.reportDeliveries()).toMatchObject({ waiting: 0, parked: 3 });
    });

    it.each([
      ['the thread of its card', {}],
      ['the thread that somebody asked in', { threadTs: '1700.1' }],
    ])(
      'opens a place anew in the channel when %s is gone, with what was to be said after the card',
      async (_, wish) => {
        await story.store.addWatch(aWish(wish));
        await story.say('1.1');
        await story.fail();

        const gone = await story.answer({ kind: 'thread-gone', error: 'thread_not_found' }, 10);
        const [opening, event] = [await story.say('2.1', 11), await story.say('2.2', 11)];

        expect(opening).toMatchObject({
          delivery: { seq: 0, facts: { kind: 'opening' } },
          before: 'pending',
        });
        expect(opening.place.cardTs).toBeUndefined();
        expect(opening.place.threadTs).toBeUndefined();
        expect(opening.card?.runs).toMatchObject([{ status: { phase: 'failed' } }]);
        expect(event).toMatchObject({ delivery: { key: gone.delivery.key }, place: { cardTs: '2.1' } });
        expect(await story.store.reportDeliveries()).toMatchObject({ waiting: 0, parked: 0 });
      },
    );

    /** The failure of a run finds the thread of the place gone, and after that the one of its new card. */
    async function loseThreads(): Promise<void> {
      await story.store.addWatch(aWish());
      await story.say('1.1');
      await story.fail();
      await story.answer({ kind: 'thread-gone', error: 'thread_not_found' }, 10);
      await story.say('2.1', 11);
      await story.answer({ kind: 'thread-gone', error: 'thread_not_found' }, 11);
    }

    it('lets what finds a thread gone a second time stand in the channel by itself, as what follows', async () => {
      await loseThreads();
      await story.fail(400);

      const said = await story.sayAll(401);

      expect(said.map(({ delivery, place }) => [delivery.facts.kind, threadOf(place)])).toEqual([
        ['event', undefined],
        ['event', undefined],
      ]);
      expect(await story.leaseCard(402)).toBeUndefined();
      expect(await story.store.reportDeliveries()).toMatchObject({ waiting: 0, parked: 0 });
    });

    it('opens a place whose threads were gone when somebody watches there anew', async () => {
      await loseThreads();
      await story.store.addWatch(aWish({ user: 'U2', now: at(20) }));

      const [opening, event] = [await story.say('3.1', 21), await story.say('3.2', 21)];

      expect(opening.delivery).toMatchObject({ key: expect.stringMatching(/opening\|3$/), seq: 0 });
      expect(event).toMatchObject({ delivery: { facts: { kind: 'event' } }, place: { cardTs: '3.1' } });
      expect(await story.hasDue(100)).toBe(false);
    });

    it('looks for what may have been said before it opens a place anew', async () => {
      await loseThreads();
      await story.answer({ kind: 'unknown', nextAt: at(50), error: 'timeout' }, 20);
      await story.store.addWatch(aWish({ user: 'U2', now: at(30) }));
      expect(await story.hasDue(49)).toBe(false);

      const said = await story.sayAll(50);

      expect(said.map(({ delivery, before }) => `${before} ${delivery.facts.kind}`)).toEqual([
        'unknown event',
        'pending opening',
      ]);
      expect(threadOf(present(said[0]).place)).toBeUndefined();
    });

    it('parks in silence what was in no thread and finds it gone', async () => {
      const outage = { region: 'cn-hangzhou', kind: 'throttled', since: T0 } as const;
      await story.store.beginOutage(outage, {
        now: T0,
        tell: { team: 'T1', channelId: 'C9', locale: 'en' },
      });

      await story.answer({ kind: 'thread-gone', error: 'thread_not_found' });

      expect(await story.store.reportDeliveries()).toMatchObject({ waiting: 0, parked: 1 });
    });

    it('opens a place in the channel when its thread is gone before it was opened', async () => {
      await story.store.addWatch(aWish({ threadTs: '1700.1' }));

      await story.answer({ kind: 'thread-gone', error: 'thread_not_found' });

      const [opening, ...more] = await story.sayAll();
      expect(more).toEqual([]);
      expect(opening).toMatchObject({ delivery: { facts: { kind: 'opening' } } });
      expect(opening?.place.threadTs).toBeUndefined();
    });

    it('changes nothing for whom the lease was taken from', async () => {
      await story.store.addWatch(aWish());
      const first = await story.lease(1);
      const { delivery } = await story.take(first, 1);
      story.passedMs = LEASE_MS;
      const second = await story.lease(31);
      await story.take(second, 31);

      const isSettled = await story.store.settleDelivery(
        first,
        delivery.key,
        { kind: 'sent', ts: '1.1' },
        at(32),
      );

      expect(isSettled).toBe(false);
      expect((await story.store.reportDeliveries()).waiting).toBe(1);
      expect(
        await story.store.settleDelivery(second, delivery.key, { kind: 'sent', ts: '1.2' }, at(32)),
      ).toBe(true);
    });

    it('takes an outcome once', async () => {
      await story.store.addWatch(aWish());
      const holder = await story.lease();
      const { delivery } = await story.take(holder);
      const outcome = { kind: 'sent' as const, ts: '1.1' };

      const settled = await Promise.all(
        [1, 2].map(() => story.store.settleDelivery(holder, delivery.key, outcome, at(2))),
      );

      expect(settled.toSorted()).toEqual([false, true]);
    });
  });
}
