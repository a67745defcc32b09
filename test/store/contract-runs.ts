import { describe, expect, it } from 'vitest';
import { nodeId, runId } from '../helpers/runs.ts';
import { LEASE_MS, present, type Story } from './story.ts';
import { added, aSnapshot, at, aWish, claimOf, FAILED, failing, pollIn } from './watching.ts';

/** What a store owes to whoever looks at runs. */
export function describeRuns(story: Story): void {
  describe('claimDueRuns', () => {
    it('gives a run as it was saved, with all that is known of it', async () => {
      const run = aSnapshot(1, {
        ...{
          workspaceId: '94801',
          series: 's',
          userId: 'u',
          rootNodeId: nodeId(9),
          consoleUrl: 'https://x/',
        },
        ...{ finishedAt: at(0.5), lostAt: at(1) },
      });
      await story.store.addWatch(aWish({ run }));

      const [claimed] = await story.claim();

      expect(claimed?.run).toEqual(run);
      expect(claimed?.poll).toBeUndefined();
    });

    it('gives a run to one of two that claim at the same time', async () => {
      for (const number of [1, 2, 3]) await story.store.addWatch(aWish({ run: aSnapshot(number) }));

      const [one, other] = await Promise.all([story.claim(1, 2), story.claim(1, 2)]);

      const ids = [...one, ...other].map(({ run }) => run.runId);
      expect(ids.toSorted()).toEqual([runId(1), runId(2), runId(3)]);
    });

    it('gives it to another claimer, under another token, when the lease is over', async () => {
      await story.store.addWatch(aWish());
      const first = await story.claimOne();

      story.passedMs = LEASE_MS - 1;
      expect(await story.claim()).toEqual([]);
      story.passedMs = LEASE_MS;
      const second = await story.claimOne();

      expect(second.token).not.toBe(first.token);
      expect(await story.store.commitRun(claimOf(first), failing(first.run))).toBe('lost');
    });

    it('gives along with a due run those that will be soon, the next one first, as far as the batch goes', async () => {
      for (const number of [1, 2, 3, 4]) await story.store.addWatch(aWish({ run: aSnapshot(number) }));
      const dueAt = new Map([
        [runId(1), 30],
        [runId(2), 36],
        [runId(3), 34],
        [runId(4), 90],
      ]);
      const released = (await story.claim()).map((each) => ({
        claim: claimOf(each),
        poll: pollIn(dueAt.get(each.run.runId) ?? 0),
      }));
      await story.store.releaseRuns(released);
      const claimAlong = async (seconds: number, most: number) =>
        (
          await story.store.claimDueRuns({
            now: at(seconds),
            most: 100,
            leaseMs: LEASE_MS,
            along: { most, withinMs: 10_000 },
          })
        ).map(({ run }) => run.runId);

      expect(await claimAlong(29, 3)).toEqual([]);
      expect(await claimAlong(30, 2)).toEqual([runId(1), runId(3)]);
      expect(await claimAlong(36, 1)).toEqual([runId(2)]);
    });

    it('gives the longest due first, and what is not due not at all', async () => {
      for (const number of [1, 2, 3, 4]) await story.store.addWatch(aWish({ run: aSnapshot(number) }));
      const dueAt = new Map([
        [runId(1), 30],
        [runId(2), 10],
        [runId(3), 20],
        [runId(4), 40],
      ]);
      const claimed = await story.claim();
      await story.store.releaseRuns(
        claimed.map((each) => ({ claim: claimOf(each), poll: pollIn(dueAt.get(each.run.runId) ?? 0) })),
      );

      expect(await story.claim(9)).toEqual([]);
      const two = await story.claim(30, 2);
      const rest = await story.claim(30);

      expect(two.map(({ run }) => run.runId)).toEqual([runId(2), runId(3)]);
      expect(rest.map(({ run }) => run.runId)).toEqual([runId(1)]);
    });

    it('gives what was known about asking back with the run', async () => {
      await story.store.addWatch(aWish());
      const poll = {
        ...pollIn(20),
        isListWanted: true,
        misses: 2,
        missingSince: at(5),
        detailedFor: '1/failed',
      };
      await story.store.releaseRuns([{ claim: claimOf(await story.claimOne()), poll }]);

      expect((await story.claimOne(20)).poll).toEqual(poll);
    });

    it('gives a run that is due far in the future, as its time was written before the clock was set back', async () => {
      await story.store.addWatch(aWish());
      await story.store.releaseRuns([{ claim: claimOf(await story.claimOne()), poll: pollIn(7200) }]);

      expect(await story.claim(3599)).toHaveLength(1);
    });

    it('never gives a paused run, until somebody watches it again', async () => {
      await story.store.addWatch(aWish());
      const { run, token } = await story.claimOne();
      const next = { ...run, version: 2, pausedAt: at(10) };
      await story.store.commitRun({ ...run, token }, failing(run, { next, events: [], poll: pollIn(11) }));

      expect(await story.claim(1000)).toEqual([]);
      const again = added(await story.store.addWatch(aWish({ user: 'U2', now: at(1000) })));

      expect(again.run).toMatchObject({ version: 3, changedAt: at(1000) });
      expect(again.run.pausedAt).toBeUndefined();
      expect((await story.claimOne(1000)).run).toEqual(again.run);
    });
  });

  describe('commitRun', () => {
    it('commits the run and what it owes to each place that hears it, each event once a place', async () => {
      await story.store.addWatch(aWish());
      await story.store.addWatch(aWish({ user: 'U2' }));
      await story.store.addWatch(aWish({ user: 'U3', channel: 'C2' }));
      await story.store.addWatch(aWish({ user: 'U4', channel: 'C3', watch: { on: ['started'] } }));
      for (const ts of ['1.1', '1.2', '1.3']) await story.say(ts);

      await story.fail();

      const told = [await story.say('2.1', 10), await story.say('2.2', 10)];
      expect(told.map(({ place }) => place.channelId).toSorted()).toEqual(['C1', 'C2']);
      expect(told.map(({ delivery }) => delivery.facts)).toMatchObject([
        { kind: 'event', event: FAILED, watchers: ['U1', 'U2'] },
        { kind: 'event', event: FAILED, watchers: ['U3'] },
      ]);
      expect(await story.store.reportDeliveries()).toMatchObject({ waiting: 0, parked: 0 });
    });

    it('bumps the wanted version of every card that shows the run, heard or not', async () => {
      await story.store.addWatch(aWish());
      await story.store.addWatch(aWish({ user: 'U4', channel: 'C3', watch: { on: ['started', 'rerun'] } }));
      await story.store.addWatch(aWish({ run: aSnapshot(2), channel: 'C4', now: at(1) }));
      const before = await story.store.listWatches({ team: 'T1' });

      await story.fail();

      const after = await story.store.listWatches({ team: 'T1' });
      const grown = after.map(
        ({ place }, index) => place.wantedVersion - (before[index]?.place.wantedVersion ?? 0),
      );
      expect(grown).toEqual([1, 1, 0]);
    });

    it('tells a watch only what came after what its maker was shown', async () => {
      await story.store.addWatch(aWish());
      const claimed = await story.claimOne();
      await story.store.addWatch(aWish({ user: 'U2', now: at(2), run: aSnapshot(1, { version: 7 }) }));

      await story.store.commitRun(claimOf(claimed), failing(claimed.run));

      const watches = await story.store.listWatches({ team: 'T1' });
      expect(watches.map(({ watch }) => watch.sinceVersion)).toEqual([1, 1]);
      const later = added(await story.store.addWatch(aWish({ user: 'U3', now: at(20), channel: 'C3' })));
      expect(later.run.version).toBe(2);
      expect(
        (await story.store.listWatches({ team: 'T1', userId: 'U3' })).map(({ watch }) => watch.sinceVersion),
      ).toEqual([2]);
    });

    it('takes one of two commits of the same version', async () => {
      await story.store.addWatch(aWish());
      const claimed = await story.claimOne();

      const outcomes = await Promise.all([
        story.store.commitRun(claimOf(claimed), failing(claimed.run)),
        story.store.commitRun(claimOf(claimed), failing(claimed.run)),
      ]);

      expect(outcomes.toSorted()).toEqual(['committed', 'stale']);
      expect((await story.store.reportDeliveries()).waiting).toBe(2);
    });

    it.each([
      ['another version', { version: 3 }],
      ['the same version', { version: 1 }],
      ['a look asked before the last one', { version: 2, askedAt: at(-1) }],
    ])('refuses %s as stale and changes nothing', async (_, facts) => {
      await story.store.addWatch(aWish());
      const claimed = await story.claimOne();
      const change = failing(claimed.run);

      const outcome = await story.store.commitRun(claimOf(claimed), {
        ...change,
        next: { ...change.next, ...facts },
      });

      expect(outcome).toBe('stale');
      expect((await story.store.listWatches({ team: 'T1' })).map(({ run }) => run)).toEqual([claimed.run]);
      expect((await story.store.reportDeliveries()).waiting).toBe(1);
      expect(await story.store.commitRun(claimOf(claimed), change)).toBe('committed');
    });

    it('is lost for a run that was given back or that nobody watches any more', async () => {
      await story.store.addWatch(aWish());
      const given = await story.claimOne();
      await story.store.releaseRuns([{ claim: claimOf(given), poll: pollIn(1) }]);
      expect(await story.store.commitRun(claimOf(given), failing(given.run))).toBe('lost');
      const removed = await story.claimOne();

      await story.store.removeWatches({ team: 'T1' });

      expect(await story.store.commitRun(claimOf(removed), failing(removed.run))).toBe('lost');
    });

    it('gives the run back, due when the commit said', async () => {
      await story.store.addWatch(aWish());
      const claimed = await story.claimOne();
      await story.store.commitRun(claimOf(claimed), failing(claimed.run, { poll: pollIn(60) }));

      expect(await story.claim(59)).toEqual([]);
      expect(await story.claim(60)).toHaveLength(1);
    });

    it('leaves a run alone that another has claimed since', async () => {
      await story.store.addWatch(aWish());
      const first = await story.claimOne();
      story.passedMs = LEASE_MS;
      await story.claimOne();

      await story.store.releaseRuns([{ claim: claimOf(first), poll: pollIn(0) }]);

      expect(await story.claim(1)).toEqual([]);
    });

    it('ends watches that are over, and with the last one the run, but still says what they heard', async () => {
      await story.store.addWatch(aWish({ watch: { on: ['end'] } }));
      await story.store.addWatch(aWish({ user: 'U2', watch: { on: ['end', 'rerun'] } }));
      await story.say('1.1');
      await story.fail();
      expect((await story.store.listWatches({ team: 'T1' })).map(({ watch }) => watch.userId)).toEqual([
        'U2',
      ]);

      const { run, token } = await story.claimOne(90_000);
      const next = { ...run, version: 3 };
      await story.store.commitRun({ ...run, token }, failing(run, { next, events: [], now: at(90_000) }));

      expect(await story.store.reportRuns(at(90_000))).toEqual({ runs: 0, watches: 0 });
      expect((await story.say('2.1', 90_000)).delivery.facts).toMatchObject({ watchers: ['U1', 'U2'] });
    });

    it('keeps watches that are over while their ends may still come', async () => {
      await story.store.addWatch(aWish({ watch: { on: ['end'] } }));
      const { run, token } = await story.claimOne();

      await story.store.commitRun({ ...run, token }, failing(run, { isComplete: false }));

      expect(await story.store.reportRuns(at(10))).toMatchObject({ runs: 1, watches: 1 });
    });

    it('mentions whoever watches once each attempt, and in the next one again', async () => {
      await story.store.addWatch(aWish());
      await story.store.addWatch(aWish({ user: 'U2', watch: { on: ['nodes', 'end', 'rerun'] } }));
      await story.sayAll();
      const node = { nodeId: nodeId(3), name: 'train', isFirstFailed: true };

      await story.change(await story.claimOne(), [{ kind: 'node-failed', attempt: 1, at: at(9), node }], 10);
      await story.change(await story.claimOne(310), [FAILED], 310);
      await story.change(await story.claimOne(620), [{ ...FAILED, kind: 'succeeded', attempt: 2 }], 620);

      const told = (await story.sayAll(620)).map(({ delivery: { facts } }) => facts);
      expect(told).toMatchObject([
        { event: { kind: 'node-failed' }, watchers: ['U1', 'U2'], mentions: ['U1', 'U2'], failures: 1 },
        { event: { kind: 'failed' }, watchers: ['U1', 'U2'], mentions: [], isFailureTold: true, failures: 1 },
        { event: { kind: 'succeeded' }, mentions: ['U1', 'U2'], failures: 0 },
      ]);
    });

    it('counts failures of one pipeline in a channel, mentions for the first, and begins anew after a success', async () => {
      const series = 'daily';
      const told: unknown[] = [];
      for (const number of [1, 2, 3, 4]) {
        const seconds = number * 1000;
        await story.store.addWatch(aWish({ run: aSnapshot(number, { series }), now: at(seconds) }));
        const claimed = present((await story.claim(seconds)).find(({ run }) => run.runId === runId(number)));
        const kind = number === 3 ? 'succeeded' : 'failed';
        await story.change(claimed, [{ kind, attempt: 1, at: at(seconds) }], seconds);
        for (const { delivery, place } of await story.sayAll(seconds)) {
          if (delivery.facts.kind !== 'event') continue;
          const { event, failures, mentions } = delivery.facts;
          told.push([event.kind, failures, mentions, place.id.slice(-1)]);
        }
      }

      expect(told).toEqual([
        ['failed', 1, ['U1'], '1'],
        ['failed', 2, [], '1'],
        ['succeeded', 0, ['U1'], '1'],
        ['failed', 1, ['U1'], '4'],
      ]);
    });

    it('draws the card anew that tells a streak, though another place was told of the failure', async () => {
      const run = (number: number) => aSnapshot(number, { series: 'daily' });
      for (const number of [1, 2]) await story.store.addWatch(aWish({ run: run(number) }));
      await story.sayAll();
      await story.failAll([1], 10);
      await story.drawAll(10);
      story.passedMs = LEASE_MS;

      await story.failAll([2], 60);

      const cards = (await story.drawAll(60)).map(({ card }) => card);
      expect(cards.map(({ runs, streak }) => [runs[0]?.run.runId, streak?.failures])).toEqual([
        [runId(2), undefined],
        [runId(1), 2],
      ]);
    });

    it('reads the watches inside the commit: one that was removed meanwhile hears nothing', async () => {
      await story.store.addWatch(aWish());
      await story.store.addWatch(aWish({ user: 'U2' }));
      await story.say('1.1');
      const claimed = await story.claimOne();

      await Promise.all([
        story.store.removeWatches({ team: 'T1', userId: 'U1' }),
        story.store.commitRun(claimOf(claimed), failing(claimed.run)),
      ]);

      expect((await story.say('1.2', 10)).delivery.facts).toMatchObject({ watchers: ['U2'] });
    });
  });

  describe('reportRuns', () => {
    it('counts, and says since when the longest due one waits', async () => {
      for (const number of [1, 2]) await story.store.addWatch(aWish({ run: aSnapshot(number) }));
      await story.store.addWatch(aWish({ user: 'U2' }));
      const claimed = await story.claim();
      await story.store.releaseRuns(
        claimed.map((each, index) => ({ claim: claimOf(each), poll: pollIn(20 + 10 * index) })),
      );

      expect(await story.store.reportRuns(at(10))).toEqual({ runs: 2, watches: 3 });
      expect(await story.store.reportRuns(at(40))).toEqual({ runs: 2, watches: 3, oldestDueAt: at(20) });
    });
  });
}
