import { describe, expect, it } from 'vitest';
import { readStatus } from '../../src/domain/status.ts';
import { runId } from '../helpers/runs.ts';
import { LEASE_MS, present, type Story } from './story.ts';
import { aSnapshot, at, aWish, claimOf, failing, pollIn } from './watching.ts';

/** What a store owes to whoever draws cards. */
export function describeCards(story: Story): void {
  /** Watches these runs in a channel each, with a card that Slack shows as it is. */
  async function watch(numbers: readonly number[]): Promise<void> {
    for (const number of numbers) {
      await story.store.addWatch(
        aWish({ run: aSnapshot(number), channel: `C${number}`, now: at(number / 100) }),
      );
    }
    await story.sayAll();
  }

  /** A change of these runs that is no news: the name of each. */
  async function rename(numbers: readonly number[], seconds: number): Promise<void> {
    const claimed = await story.claim(seconds, 1000);
    for (const number of numbers) {
      const { run, token } = present(claimed.find((each) => each.run.runId === runId(number)));
      const next = { ...run, version: run.version + 1, name: `renamed-${seconds}`, askedAt: at(seconds) };
      const change = { next, events: [], now: at(seconds), poll: pollIn(seconds) };
      await story.store.commitRun(claimOf({ run, token }), failing(run, change));
    }
    await story.store.releaseRuns(claimed.map((each) => ({ claim: claimOf(each), poll: pollIn(seconds) })));
  }

  const channelsOf = (drawn: Awaited<ReturnType<Story['drawAll']>>) =>
    drawn.map(({ place }) => place.channelId);

  describe('leaseCard', () => {
    it('gives what Slack shows as it was before, and nothing else', async () => {
      await watch([1, 2]);
      expect(await story.leaseCard()).toBeUndefined();

      await rename([2], 10);

      expect(await story.store.countStaleCards()).toBe(1);
      const leased = present(await story.leaseCard(10));
      expect(leased).toMatchObject({ place: { channelId: 'C2' }, lease: { placeId: leased.place.id } });
      expect(leased.card.runs).toMatchObject([{ run: { name: 'renamed-10' }, isWatched: true }]);
    });

    it('says when its runs were last looked at, also where that changed nothing', async () => {
      await watch([1, 2]);
      await rename([2], 10);
      const claimed = await story.claim(40, 1000);
      const poll = { ...pollIn(60), seenAt: at(40) };
      await story.store.releaseRuns(claimed.map((each) => ({ claim: claimOf(each), poll })));

      expect(present(await story.leaseCard(41)).card.runs).toMatchObject([{ checkedAt: at(40) }]);
    });

    it('gives no card that Slack does not have yet', async () => {
      await story.store.addWatch(aWish());
      await story.fail();

      expect(await story.leaseCard(10)).toBeUndefined();
    });

    it('gives a card to one of two that ask at the same time, and again when the lease is over', async () => {
      await watch([1]);
      await rename([1], 10);

      const both = await Promise.all([story.leaseCard(10), story.leaseCard(10)]);
      story.passedMs = LEASE_MS;
      const third = await story.leaseCard(10);

      expect(both.filter((each) => each !== undefined)).toHaveLength(1);
      expect(third?.lease.token).not.toBe(both[0]?.lease.token);
    });

    it('gives those of which something failed or ended first, then those that have waited longest', async () => {
      await watch([1, 2, 3, 4]);
      await rename([3], 10);
      await rename([1, 2, 3], 20);
      await story.failAll([2], 30);

      expect(channelsOf(await story.drawAll(30))).toEqual(['C2', 'C3', 'C1']);
    });

    it('gives one whose failure it has shown in its turn again', async () => {
      await watch([1, 2]);
      await story.failAll([2], 10);
      await story.drawAll(10);
      await rename([1], 320);
      await rename([2], 330);

      expect(channelsOf(await story.drawAll(330))).toEqual(['C1', 'C2']);
    });

    it('gives none in a paused channel', async () => {
      await watch([1]);
      await story.failAll([1], 10);
      const closed = {
        kind: 'paused',
        error: 'is_archived',
        reason: 'archived',
        nextTryAt: at(20),
        tell: [],
      } as const;
      await story.answer(closed, 10);

      expect(await story.leaseCard(10)).toBeUndefined();
      await story.say('2.1', 20);
      expect(await story.leaseCard(20)).toBeDefined();
    });

    it('shows the runs in the order in which they came, and ended ones as they were', async () => {
      const threadTs = '1700.1';
      for (const number of [1, 2, 3]) {
        const run = aSnapshot(number);
        await story.store.addWatch(aWish({ run, threadTs, now: at(number / 10), watch: { on: ['end'] } }));
      }
      await story.sayAll();
      await story.failAll([2], 10);
      await story.store.addWatch(aWish({ run: aSnapshot(4), threadTs, now: at(11) }));

      const { card } = present(await story.leaseCard(12));

      expect(card.runs.map(({ run, isWatched }) => [run.runId, isWatched])).toEqual([
        [runId(1), true],
        [runId(2), false],
        [runId(3), true],
        [runId(4), true],
      ]);
      expect(card.runs[1]).toMatchObject({
        status: readStatus('Failed'),
        checkedAt: at(10),
        watchers: [{ userId: 'U1', on: ['end'] }],
      });
    });

    it('shows a run that is watched again as it is, and once', async () => {
      const wish = { threadTs: '1700.1', watch: { on: ['failed'] as const } };
      await story.store.addWatch(aWish(wish));
      await story.sayAll();
      await story.store.removeWatches({ team: 'T1' });
      await story.store.addWatch(aWish({ ...wish, user: 'U2', now: at(5) }));

      const { card } = present(await story.leaseCard(6));

      expect(card.runs).toMatchObject([{ isWatched: true, watchers: [{ userId: 'U2' }] }]);
    });

    it('goes on showing the last 25 runs that nobody watches any more', async () => {
      const threadTs = '1700.1';
      await story.store.addWatch(aWish({ run: aSnapshot(99), threadTs }));
      await story.sayAll();
      for (let number = 1; number <= 30; number += 1) {
        await story.store.addWatch(aWish({ run: aSnapshot(number), threadTs, now: at(number) }));
        await story.store.removeWatches({ team: 'T1', runs: [{ runId: runId(number) }] });
      }

      const { card } = present(await story.leaseCard(40));

      expect(card.runs).toHaveLength(26);
      expect(card.runs.slice(0, 2).map(({ run }) => run.runId)).toEqual([runId(99), runId(6)]);
    });

    it('tells a streak where all runs are of its pipeline', async () => {
      const threadTs = '1700.1';
      const series = 'daily';
      for (const number of [1, 2]) {
        await story.store.addWatch(
          aWish({ run: aSnapshot(number, { series }), threadTs, now: at(number / 10) }),
        );
      }
      await story.sayAll();
      await story.failAll([1, 2], 10);
      const { lease, place, card } = present(await story.leaseCard(10));
      await story.store.settleCard(lease, { kind: 'shown', version: place.wantedVersion });
      await story.store.addWatch(aWish({ run: aSnapshot(3), threadTs, now: at(12) }));

      expect(card.streak).toMatchObject({ failures: 2, firstAt: at(10), lastAt: at(10) });
      expect(present(await story.leaseCard(12)).card.streak).toBeUndefined();
    });
  });

  describe('settleCard', () => {
    it('keeps what is shown, and gives the card again only for what came later', async () => {
      await watch([1]);
      await rename([1], 10);
      const { lease, place } = present(await story.leaseCard(10));
      await rename([1], 20);

      expect(await story.store.settleCard(lease, { kind: 'shown', version: place.wantedVersion })).toBe(true);

      expect(await story.store.countStaleCards()).toBe(1);
      expect(channelsOf(await story.drawAll(20))).toEqual(['C1']);
      expect(await story.store.countStaleCards()).toBe(0);
    });

    it('gives a card whose edit is unknown again when it is time, and others meanwhile', async () => {
      await watch([1, 2]);
      await rename([1, 2], 10);
      const { lease } = present(await story.leaseCard(10));
      await story.store.settleCard(lease, { kind: 'later', notBefore: at(40) });

      expect(channelsOf(await story.drawAll(39))).toEqual(['C2']);
      expect(channelsOf(await story.drawAll(40))).toEqual(['C1']);
    });

    it('gives a card that Slack refused to edit again when its channel takes a message or may be tried', async () => {
      const refuse = async () => {
        const { lease } = present(await story.leaseCard(10));
        await story.store.settleCard(lease, { kind: 'refused', notBefore: at(600) });
      };
      await watch([1, 2]);
      await rename([1, 2], 10);
      await refuse();
      await refuse();
      expect(await story.leaseCard(20)).toBeUndefined();

      await story.store.retryChannel({ team: 'T1', channelId: 'C2' }, at(21));
      expect(channelsOf(await story.drawAll(22))).toEqual(['C2']);
      await story.failAll([1], 30);
      await story.sayAll(30);

      expect(channelsOf(await story.drawAll(31))).toEqual(['C1']);
    });

    it('never gives a card again that is gone', async () => {
      await watch([1]);
      await rename([1], 10);
      const { lease } = present(await story.leaseCard(10));
      await story.store.settleCard(lease, { kind: 'gone' });

      await rename([1], 20);

      expect(await story.leaseCard(20)).toBeUndefined();
      expect(await story.store.countStaleCards()).toBe(0);
      expect((await story.places()).get('C1')?.cardTs).toBeDefined();
    });

    it('lets a card that is gone be posted anew when somebody watches there', async () => {
      await watch([1]);
      await rename([1], 10);
      const { lease } = present(await story.leaseCard(10));
      await story.store.settleCard(lease, { kind: 'gone' });

      await story.store.addWatch(aWish({ user: 'U2', channel: 'C1', now: at(20) }));

      expect(await story.sayAll(20)).toMatchObject([{ delivery: { facts: { kind: 'opening' } } }]);
      expect((await story.places()).get('C1')).toMatchObject({ cardTs: '20.0' });
      await rename([1], 330);
      expect((await story.drawAll(330)).map(({ place }) => place.cardTs)).toEqual(['20.0']);
    });

    it('gives a card again that was gone and then was opened anew', async () => {
      await watch([1]);
      await rename([1], 10);
      const { lease } = present(await story.leaseCard(10));
      await story.store.settleCard(lease, { kind: 'gone' });
      await story.failAll([1], 20);
      await story.answer({ kind: 'thread-gone', error: 'thread_not_found' }, 20);
      await story.sayAll(21);

      await rename([1], 330);

      expect((await story.drawAll(330)).map(({ place }) => place.cardTs)).toEqual(['21.0']);
    });

    it('changes nothing for whom the lease was taken from, or whose card was replaced', async () => {
      await watch([1, 2]);
      await rename([1, 2], 10);
      const [first, second] = [present(await story.leaseCard(10)), present(await story.leaseCard(10))];
      story.passedMs = LEASE_MS;
      await story.leaseCard(10);
      await story.failAll([2], 50);
      await story.answer({ kind: 'thread-gone', error: 'thread_not_found' }, 50);
      await story.sayAll(51);

      for (const { lease, place } of [first, second]) {
        const outcome = { kind: 'shown', version: place.wantedVersion } as const;
        expect(await story.store.settleCard(lease, outcome)).toBe(false);
      }
    });
  });
}
