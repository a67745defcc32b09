import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Documents } from '../../src/commands/documents.ts';
import type { WatchStore } from '../../src/commands/watch-store.ts';
import { readStatus } from '../../src/domain/status.ts';
import type { Once } from '../../src/jobs/once.ts';
import type { ChannelLease, ClaimedDelivery, OwedDeliveries } from '../../src/jobs/owed-deliveries.ts';
import type { ClaimedRun, WatchedRuns } from '../../src/jobs/watched-runs.ts';
import { nodeId, runId } from '../helpers/runs.ts';
import { added, aSnapshot, at, aWish, claimOf, FAILED, failing, pollIn, T0 } from './watching.ts';

export interface AnyStore extends WatchedRuns, OwedDeliveries, WatchStore, Once, Documents {
  prune(now: Date): Promise<void>;
  close(): Promise<void>;
}

/** What a store is opened with: it asks for the time only here, and for nothing that goes on by itself. */
export interface StoreClock {
  readonly now: () => Date;
  /** For leases; never goes back. */
  readonly nowMs: () => number;
}

/** How long what a dead process was saying settles in the stores under test. */
export const SETTLE_MS = 30_000;

const LEASE_MS = 45_000;

/** What every store owes to those who use it. `open` opens an empty one. */
export function describeStore(name: string, open: (clock: StoreClock) => Promise<AnyStore>): void {
  describe(name, () => {
    let store: AnyStore;
    let passedMs: number;

    beforeEach(async () => {
      passedMs = 0;
      store = await open({ now: () => at(passedMs / 1000), nowMs: () => passedMs });
    });

    afterEach(() => store.close());

    function claim(seconds = 1, most = 100): Promise<readonly ClaimedRun[]> {
      return store.claimDueRuns({ now: at(seconds), most, leaseMs: LEASE_MS });
    }

    async function claimOne(seconds = 1): Promise<ClaimedRun> {
      return only(await claim(seconds, 1));
    }

    async function fail(seconds = 10): Promise<void> {
      const claimed = await claimOne(seconds);
      expect(await store.commitRun(claimOf(claimed), failing(claimed.run, { now: at(seconds) }))).toBe(
        'committed',
      );
    }

    async function lease(seconds = 1): Promise<ChannelLease> {
      return present(await store.leaseChannel({ now: at(seconds), leaseMs: LEASE_MS }));
    }

    async function take(holder: ChannelLease, seconds = 1): Promise<ClaimedDelivery> {
      return present(await store.claimDelivery(holder, { now: at(seconds) }));
    }

    /** Says the next thing and gives what it was. */
    async function say(ts: string, seconds = 1): Promise<ClaimedDelivery> {
      const holder = await lease(seconds);
      const claimed = await take(holder, seconds);
      await store.settleDelivery(holder, claimed.delivery.key, { kind: 'sent', ts }, at(seconds));
      await store.releaseChannel(holder);
      return claimed;
    }

    const hasDue = async (seconds: number) => {
      const holder = await store.leaseChannel({ now: at(seconds), leaseMs: LEASE_MS });
      if (holder !== undefined) await store.releaseChannel(holder);
      return holder !== undefined;
    };

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
        await store.addWatch(aWish({ run }));

        const [claimed] = await claim();

        expect(claimed?.run).toEqual(run);
        expect(claimed?.poll).toBeUndefined();
      });

      it('gives a run to one of two that claim at the same time', async () => {
        for (const number of [1, 2, 3]) await store.addWatch(aWish({ run: aSnapshot(number) }));

        const [one, other] = await Promise.all([claim(1, 2), claim(1, 2)]);

        const ids = [...one, ...other].map(({ run }) => run.runId);
        expect(ids.toSorted()).toEqual([runId(1), runId(2), runId(3)]);
      });

      it('gives it to another claimer, under another token, when the lease is over', async () => {
        await store.addWatch(aWish());
        const first = await claimOne();

        passedMs = LEASE_MS - 1;
        expect(await claim()).toEqual([]);
        passedMs = LEASE_MS;
        const second = await claimOne();

        expect(second.token).not.toBe(first.token);
        expect(await store.commitRun(claimOf(first), failing(first.run))).toBe('lost');
      });

      it('gives along with a due run those that will be soon, the next one first, as far as the batch goes', async () => {
        for (const number of [1, 2, 3, 4]) await store.addWatch(aWish({ run: aSnapshot(number) }));
        const dueAt = new Map([
          [runId(1), 30],
          [runId(2), 36],
          [runId(3), 34],
          [runId(4), 90],
        ]);
        const released = (await claim()).map((each) => ({
          claim: claimOf(each),
          poll: pollIn(dueAt.get(each.run.runId) ?? 0),
        }));
        await store.releaseRuns(released);
        const claimAlong = async (seconds: number, most: number) =>
          (
            await store.claimDueRuns({
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
        for (const number of [1, 2, 3, 4]) await store.addWatch(aWish({ run: aSnapshot(number) }));
        const dueAt = new Map([
          [runId(1), 30],
          [runId(2), 10],
          [runId(3), 20],
          [runId(4), 40],
        ]);
        const claimed = await claim();
        await store.releaseRuns(
          claimed.map((each) => ({ claim: claimOf(each), poll: pollIn(dueAt.get(each.run.runId) ?? 0) })),
        );

        expect(await claim(9)).toEqual([]);
        const two = await claim(30, 2);
        const rest = await claim(30);

        expect(two.map(({ run }) => run.runId)).toEqual([runId(2), runId(3)]);
        expect(rest.map(({ run }) => run.runId)).toEqual([runId(1)]);
      });

      it('gives what was known about asking back with the run', async () => {
        await store.addWatch(aWish());
        const poll = {
          ...pollIn(20),
          isListWanted: true,
          misses: 2,
          missingSince: at(5),
          detailedFor: '1/failed',
        };
        await store.releaseRuns([{ claim: claimOf(await claimOne()), poll }]);

        expect((await claimOne(20)).poll).toEqual(poll);
      });

      it('gives a run that is due far in the future, as its time was written before the clock was set back', async () => {
        await store.addWatch(aWish());
        await store.releaseRuns([{ claim: claimOf(await claimOne()), poll: pollIn(7200) }]);

        expect(await claim(3599)).toHaveLength(1);
      });

      it('never gives a paused run, until somebody watches it again', async () => {
        await store.addWatch(aWish());
        const { run, token } = await claimOne();
        const next = { ...run, version: 2, pausedAt: at(10) };
        await store.commitRun({ ...run, token }, failing(run, { next, events: [], poll: pollIn(11) }));

        expect(await claim(1000)).toEqual([]);
        const again = added(await store.addWatch(aWish({ user: 'U2', now: at(1000) })));

        expect(again.run).toMatchObject({ version: 3, changedAt: at(1000) });
        expect(again.run.pausedAt).toBeUndefined();
        expect((await claimOne(1000)).run).toEqual(again.run);
      });
    });

    describe('commitRun', () => {
      it('commits the run and what it owes to each place that hears it, each event once a place', async () => {
        await store.addWatch(aWish());
        await store.addWatch(aWish({ user: 'U2' }));
        await store.addWatch(aWish({ user: 'U3', channel: 'C2' }));
        await store.addWatch(aWish({ user: 'U4', channel: 'C3', watch: { on: ['started'] } }));
        for (const ts of ['1.1', '1.2', '1.3']) await say(ts);

        await fail();

        const told = [await say('2.1', 10), await say('2.2', 10)];
        expect(told.map(({ place }) => place.channelId).toSorted()).toEqual(['C1', 'C2']);
        expect(told.map(({ delivery }) => delivery.facts)).toMatchObject([
          { kind: 'event', event: FAILED, watchers: ['U1', 'U2'] },
          { kind: 'event', event: FAILED, watchers: ['U3'] },
        ]);
        expect(await store.reportDeliveries()).toEqual({ waiting: 0, parked: 0 });
      });

      it('bumps the wanted version of every card that shows the run, heard or not', async () => {
        await store.addWatch(aWish());
        await store.addWatch(aWish({ user: 'U4', channel: 'C3', watch: { on: ['started', 'rerun'] } }));
        await store.addWatch(aWish({ run: aSnapshot(2), channel: 'C4', now: at(1) }));
        const before = await store.listWatches({ team: 'T1' });

        await fail();

        const after = await store.listWatches({ team: 'T1' });
        const grown = after.map(
          ({ place }, index) => place.wantedVersion - (before[index]?.place.wantedVersion ?? 0),
        );
        expect(grown).toEqual([1, 1, 0]);
      });

      it('tells a watch only what came after what its maker was shown', async () => {
        await store.addWatch(aWish());
        const claimed = await claimOne();
        await store.addWatch(aWish({ user: 'U2', now: at(2), run: aSnapshot(1, { version: 7 }) }));

        await store.commitRun(claimOf(claimed), failing(claimed.run));

        const watches = await store.listWatches({ team: 'T1' });
        expect(watches.map(({ watch }) => watch.sinceVersion)).toEqual([1, 1]);
        const later = added(await store.addWatch(aWish({ user: 'U3', now: at(20), channel: 'C3' })));
        expect(later.run.version).toBe(2);
        expect(
          (await store.listWatches({ team: 'T1', userId: 'U3' })).map(({ watch }) => watch.sinceVersion),
        ).toEqual([2]);
      });

      it('takes one of two commits of the same version', async () => {
        await store.addWatch(aWish());
        const claimed = await claimOne();

        const outcomes = await Promise.all([
          store.commitRun(claimOf(claimed), failing(claimed.run)),
          store.commitRun(claimOf(claimed), failing(claimed.run)),
        ]);

        expect(outcomes.toSorted()).toEqual(['committed', 'stale']);
        expect((await store.reportDeliveries()).waiting).toBe(2);
      });

      it.each([
        ['another version', { version: 3 }],
        ['the same version', { version: 1 }],
        ['a look asked before the last one', { version: 2, askedAt: at(-1) }],
      ])('refuses %s as stale and changes nothing', async (_, facts) => {
        await store.addWatch(aWish());
        const claimed = await claimOne();
        const change = failing(claimed.run);

        const outcome = await store.commitRun(claimOf(claimed), {
          ...change,
          next: { ...change.next, ...facts },
        });

        expect(outcome).toBe('stale');
        expect((await store.listWatches({ team: 'T1' })).map(({ run }) => run)).toEqual([claimed.run]);
        expect((await store.reportDeliveries()).waiting).toBe(1);
        expect(await store.commitRun(claimOf(claimed), change)).toBe('committed');
      });

      it('is lost for a run that was given back or that nobody watches any more', async () => {
        await store.addWatch(aWish());
        const given = await claimOne();
        await store.releaseRuns([{ claim: claimOf(given), poll: pollIn(1) }]);
        expect(await store.commitRun(claimOf(given), failing(given.run))).toBe('lost');
        const removed = await claimOne();

        await store.removeWatches({ team: 'T1' });

        expect(await store.commitRun(claimOf(removed), failing(removed.run))).toBe('lost');
      });

      it('gives the run back, due when the commit said', async () => {
        await store.addWatch(aWish());
        const claimed = await claimOne();
        await store.commitRun(claimOf(claimed), failing(claimed.run, { poll: pollIn(60) }));

        expect(await claim(59)).toEqual([]);
        expect(await claim(60)).toHaveLength(1);
      });

      it('leaves a run alone that another has claimed since', async () => {
        await store.addWatch(aWish());
        const first = await claimOne();
        passedMs = LEASE_MS;
        await claimOne();

        await store.releaseRuns([{ claim: claimOf(first), poll: pollIn(0) }]);

        expect(await claim(1)).toEqual([]);
      });

      it('ends watches that are over, and with the last one the run, but still says what they heard', async () => {
        await store.addWatch(aWish({ watch: { on: ['end'] } }));
        await store.addWatch(aWish({ user: 'U2', watch: { on: ['end', 'rerun'] } }));
        await say('1.1');
        await fail();
        expect((await store.listWatches({ team: 'T1' })).map(({ watch }) => watch.userId)).toEqual(['U2']);

        const { run, token } = await claimOne(90_000);
        const next = { ...run, version: 3 };
        await store.commitRun({ ...run, token }, failing(run, { next, events: [], now: at(90_000) }));

        expect(await store.reportRuns(at(90_000))).toEqual({ runs: 0, watches: 0 });
        expect((await say('2.1', 90_000)).delivery.facts).toMatchObject({ watchers: ['U1', 'U2'] });
      });

      it('keeps watches that are over while their ends may still come', async () => {
        await store.addWatch(aWish({ watch: { on: ['end'] } }));
        const { run, token } = await claimOne();

        await store.commitRun({ ...run, token }, failing(run, { isComplete: false }));

        expect(await store.reportRuns(at(10))).toMatchObject({ runs: 1, watches: 1 });
      });

      it('reads the watches inside the commit: one that was removed meanwhile hears nothing', async () => {
        await store.addWatch(aWish());
        await store.addWatch(aWish({ user: 'U2' }));
        await say('1.1');
        const claimed = await claimOne();

        await Promise.all([
          store.removeWatches({ team: 'T1', userId: 'U1' }),
          store.commitRun(claimOf(claimed), failing(claimed.run)),
        ]);

        expect((await say('1.2', 10)).delivery.facts).toMatchObject({ watchers: ['U2'] });
      });
    });

    describe('reportRuns', () => {
      it('counts, and says since when the longest due one waits', async () => {
        for (const number of [1, 2]) await store.addWatch(aWish({ run: aSnapshot(number) }));
        await store.addWatch(aWish({ user: 'U2' }));
        const claimed = await claim();
        await store.releaseRuns(
          claimed.map((each, index) => ({ claim: claimOf(each), poll: pollIn(20 + 10 * index) })),
        );

        expect(await store.reportRuns(at(10))).toEqual({ runs: 2, watches: 3 });
        expect(await store.reportRuns(at(40))).toEqual({ runs: 2, watches: 3, oldestDueAt: at(20) });
      });
    });

    describe('addWatch', () => {
      it('saves the watch, its place and the run, and owes the place what opens it, once', async () => {
        const first = await store.addWatch(aWish());
        const second = await store.addWatch(aWish({ user: 'U2', now: at(1) }));

        expect(first).toMatchObject({ kind: 'added', run: aSnapshot(1), others: 0 });
        expect(second).toMatchObject({ kind: 'added', others: 1 });
        expect(added(second).place.id).toBe(added(first).place.id);
        const { delivery, place, before } = await take(await lease());
        expect(before).toBe('pending');
        expect(place).toMatchObject({ team: 'T1', channelId: 'C1', locale: 'en' });
        expect(delivery).toMatchObject({ seq: 1, facts: { kind: 'watched', userId: 'U1' }, createdAt: T0 });
        expect((await store.reportDeliveries()).waiting).toBe(1);
      });

      it('makes one watch of two that the same person asks for at the same time', async () => {
        const answers = await Promise.all([store.addWatch(aWish()), store.addWatch(aWish())]);

        expect(answers.map(({ kind }) => kind).toSorted()).toEqual(['added', 'already']);
        expect(await store.listWatches({ team: 'T1' })).toHaveLength(1);
        expect((await store.reportDeliveries()).waiting).toBe(1);
      });

      it('takes the words of who watches already, and still tells only what is new', async () => {
        await store.addWatch(aWish());
        await fail();

        const again = await store.addWatch(aWish({ watch: { on: ['nodes', 'rerun'] }, now: at(20) }));

        expect(again).toMatchObject({ kind: 'already', others: 0 });
        const [row, ...more] = await store.listWatches({ team: 'T1' });
        expect(more).toEqual([]);
        expect(row?.watch).toMatchObject({ on: ['nodes', 'rerun'], sinceVersion: 1, createdAt: T0 });
      });

      it('keeps a watch of the run and one of each of its nodes apart, and opens the place once', async () => {
        await store.addWatch(aWish());
        const first = await store.addWatch(aWish({ watch: { nodeId: nodeId(2) } }));
        const second = await store.addWatch(aWish({ watch: { nodeId: nodeId(3) } }));

        expect([first, second]).toMatchObject([
          { kind: 'added', others: 0 },
          { kind: 'added', others: 0 },
        ]);
        expect((await store.listWatches({ team: 'T1' })).map(({ watch }) => watch.nodeId)).toEqual([
          undefined,
          nodeId(2),
          nodeId(3),
        ]);
        expect((await store.reportDeliveries()).waiting).toBe(1);
      });

      it('keeps the snapshot of a run that is watched', async () => {
        await store.addWatch(aWish());

        const other = { name: 'another', version: 9, askedAt: at(50), status: readStatus('Failed') };
        const answer = await store.addWatch(aWish({ user: 'U2', run: aSnapshot(1, other) }));

        expect(answer.run).toEqual(aSnapshot(1));
      });

      it.each([
        ['a run that ended, where no rerun is wanted', { status: readStatus('Failed') }],
        ['a deleted run', { isDeleted: true }],
      ])('says that nothing more can come of %s, and changes nothing', async (_, facts) => {
        const answer = await store.addWatch(aWish({ run: aSnapshot(1, facts), watch: { on: ['end'] } }));

        expect(answer).toEqual({ kind: 'over', run: aSnapshot(1, facts) });
        expect(await store.reportRuns(T0)).toEqual({ runs: 0, watches: 0 });
        expect(await store.reportDeliveries()).toEqual({ waiting: 0, parked: 0 });
      });

      it('goes by the known snapshot where the run is watched', async () => {
        await store.addWatch(aWish());
        await fail();

        const answer = await store.addWatch(aWish({ user: 'U2', watch: { on: ['end'] }, now: at(20) }));

        expect(answer).toMatchObject({ kind: 'over', run: { version: 2 } });
      });

      it('has one place for each run of a channel, and one for all runs of a thread', async () => {
        const places: string[] = [];
        for (const threadTs of [undefined, '1700.1']) {
          for (const number of [1, 2]) {
            const wish = aWish({ run: aSnapshot(number), ...(threadTs !== undefined && { threadTs }) });
            places.push(added(await store.addWatch(wish)).place.id);
          }
        }

        expect(new Set(places.slice(0, 2)).size).toBe(2);
        expect(new Set(places.slice(2)).size).toBe(1);
        expect((await store.reportDeliveries()).waiting).toBe(4);
      });

      it('makes a run that nobody watched before due at once', async () => {
        await store.addWatch(aWish({ now: at(5) }));

        expect(await store.reportRuns(at(6))).toMatchObject({ oldestDueAt: at(5) });
        expect(await claim(5)).toHaveLength(1);
      });

      it('tells what happens to a run that was watched, told and given up before', async () => {
        const watch = { on: ['failed'] as const };
        await store.addWatch(aWish({ watch }));
        await say('1.1');
        await fail();
        await say('1.2', 10);
        await store.removeWatches({ team: 'T1' });

        const again = added(await store.addWatch(aWish({ watch, now: at(20) })));
        await fail(30);

        expect(again.run.version).toBeGreaterThan(1);
        const told = [await say('2.1', 30), await say('2.2', 30)];
        expect(told.map(({ delivery }) => delivery.facts.kind)).toEqual(['watched', 'event']);
      });
    });

    describe('removeWatches and listWatches', () => {
      beforeEach(async () => {
        await store.addWatch(aWish({ now: at(3) }));
        await store.addWatch(aWish({ run: aSnapshot(2), now: at(1) }));
        await store.addWatch(
          aWish({ run: aSnapshot(1, { region: 'cn-shanghai' }), channel: 'C2', now: at(2) }),
        );
        await store.addWatch(aWish({ user: 'U2', now: at(4) }));
      });

      it.each([
        ['all of a Slack workspace', { team: 'T1' }, ['U1 2 C1', 'U1 1 C2', 'U1 1 C1', 'U2 1 C1']],
        ['none of another', { team: 'T2' }, []],
        ['those of a person', { team: 'T1', userId: 'U2' }, ['U2 1 C1']],
        ['those in a channel', { team: 'T1', channelId: 'C2' }, ['U1 1 C2']],
        ['those of a run', { team: 'T1', runs: [{ runId: runId(1) }] }, ['U1 1 C2', 'U1 1 C1', 'U2 1 C1']],
        [
          'those of a run in a region',
          { team: 'T1', runs: [{ runId: runId(1), region: 'cn-shanghai' }] },
          ['U1 1 C2'],
        ],
        ['none of no runs', { team: 'T1', runs: [] }, []],
      ])('lists and removes %s, oldest first', async (_, which, expected) => {
        const brief = (rows: Awaited<ReturnType<WatchStore['listWatches']>>) =>
          rows.map(
            ({ watch, place, run }) => `${watch.userId} ${Number(run.runId.slice(-2))} ${place.channelId}`,
          );

        const listed = await store.listWatches(which);
        const removed = await store.removeWatches(which);

        expect(brief(listed)).toEqual(expected);
        expect(removed).toEqual(listed);
        expect(await store.listWatches(which)).toEqual([]);
        expect((await store.listWatches({ team: 'T1' })).length).toBe(4 - expected.length);
      });

      it('removes a run with its last watch', async () => {
        await store.removeWatches({ team: 'T1', userId: 'U1' });
        expect(await store.reportRuns(at(5))).toMatchObject({ runs: 1, watches: 1 });

        await store.removeWatches({ team: 'T1', userId: 'U2' });

        expect(await store.reportRuns(at(5))).toEqual({ runs: 0, watches: 0 });
        expect(await claim(5)).toEqual([]);
      });

      it('says nothing more to a place without watches, except what it may have said already', async () => {
        const holder = await lease(5);
        const { delivery } = await take(holder, 5);

        await store.removeWatches({ team: 'T1' });

        expect(await store.reportDeliveries()).toMatchObject({ waiting: 1 });
        expect(await store.settleDelivery(holder, delivery.key, { kind: 'sent', ts: '1.1' }, at(6))).toBe(
          true,
        );
      });
    });

    describe('leaseChannel and claimDelivery', () => {
      it('leases a channel to one of two that ask at the same time', async () => {
        await store.addWatch(aWish());

        const leases = await Promise.all(
          [1, 2].map(() => store.leaseChannel({ now: T0, leaseMs: LEASE_MS })),
        );

        expect(leases.filter((each) => each !== undefined)).toHaveLength(1);
      });

      it('leases each channel for itself, the longest owed first', async () => {
        await store.addWatch(aWish({ channel: 'C2', now: at(1) }));
        await store.addWatch(aWish({ channel: 'C1', now: at(2) }));
        await store.addWatch(aWish({ channel: 'C1', run: aSnapshot(2), now: at(0.5) }));

        const leases = [await lease(3), await lease(3)];

        expect(leases.map(({ channelId }) => channelId)).toEqual(['C1', 'C2']);
        expect(await hasDue(3)).toBe(false);
        expect((await take(present(leases[0]), 3)).delivery.facts.run.runId).toBe(runId(2));
      });

      it('leases a channel again when it was given back or the lease is over', async () => {
        await store.addWatch(aWish());
        const first = await lease();
        await store.releaseChannel(first);
        await lease();
        passedMs = LEASE_MS;

        const third = await lease();

        expect(await store.claimDelivery(first, { now: at(1) })).toBeUndefined();
        await store.releaseChannel(first);
        expect(await hasDue(1)).toBe(false);
        expect(await take(third)).toMatchObject({ before: 'pending' });
      });

      it('gives nothing where the lease is over, even if nobody else has taken it', async () => {
        await store.addWatch(aWish());
        const holder = await lease();
        passedMs = LEASE_MS;

        expect(await store.claimDelivery(holder, { now: at(1) })).toBeUndefined();
      });

      it('marks what it gives as being said, counts, and keeps when it was first tried', async () => {
        await store.addWatch(aWish());
        const holder = await lease();
        const first = await take(holder, 1);
        const later = { kind: 'not-sent' as const, nextAt: at(5), error: 'ratelimited' };
        await store.settleDelivery(holder, first.delivery.key, later, at(2));

        expect(await store.claimDelivery(holder, { now: at(4) })).toBeUndefined();
        const second = await take(holder, 5);

        expect(first.delivery).toMatchObject({ state: 'sending', attempts: 1, firstSentAt: at(1) });
        expect(second.delivery).toMatchObject({
          ...{ state: 'sending', attempts: 2, firstSentAt: at(1), lastError: 'ratelimited' },
        });
        expect(second.before).toBe('pending');
      });

      it('gives deliveries of a place in their order, and waits for the first one', async () => {
        await store.addWatch(aWish({ threadTs: '1700.1' }));
        await store.addWatch(aWish({ run: aSnapshot(2), threadTs: '1700.1' }));
        const holder = await lease();
        const { delivery } = await take(holder);

        expect(await store.claimDelivery(holder, { now: at(1) })).toBeUndefined();
        const unknown = { kind: 'unknown' as const, nextAt: at(40), error: 'timeout' };
        await store.settleDelivery(holder, delivery.key, unknown, at(2));
        expect(await store.claimDelivery(holder, { now: at(39) })).toBeUndefined();
        const again = await take(holder, 40);
        await store.settleDelivery(holder, delivery.key, { kind: 'parked', error: 'is_archived' }, at(40));
        const next = await take(holder, 40);

        expect(again).toMatchObject({ before: 'unknown', delivery: { key: delivery.key, attempts: 2 } });
        expect([delivery.seq, next.delivery.seq]).toEqual([1, 2]);
        expect(await store.reportDeliveries()).toEqual({ waiting: 1, parked: 1, oldestAt: T0 });
      });

      it('gives several places of a channel in turn while one of them waits', async () => {
        await store.addWatch(aWish());
        await store.addWatch(aWish({ run: aSnapshot(2), now: at(1) }));
        const holder = await lease();

        const both = [await take(holder), await take(holder)];

        expect(both.map(({ delivery }) => delivery.facts.run.runId)).toEqual([runId(1), runId(2)]);
      });

      it('gives one delivery to one of two calls at the same time', async () => {
        await store.addWatch(aWish());
        const holder = await lease();

        const both = await Promise.all([1, 2].map(() => store.claimDelivery(holder, { now: at(1) })));

        expect(both.filter((each) => each !== undefined)).toHaveLength(1);
      });

      it('gives what its holder never settled as unknown, when it has settled and the lease is over', async () => {
        await store.addWatch(aWish());
        await take(await lease(1), 1);
        passedMs = LEASE_MS;

        expect(await hasDue(1 + SETTLE_MS / 1000 - 1)).toBe(false);
        const claimed = await take(await lease(31), 31);

        expect(claimed).toMatchObject({ before: 'unknown', delivery: { attempts: 2, firstSentAt: at(1) } });
      });
    });

    describe('settleDelivery', () => {
      it('makes the first message of a place its card, and no later one', async () => {
        await store.addWatch(aWish());
        await say('1.1');
        await fail();

        const { place } = await say('1.2', 10);

        expect(place.cardTs).toBe('1.1');
        expect((await store.listWatches({ team: 'T1' })).map((row) => row.place.cardTs)).toEqual(['1.1']);
      });

      it('makes no card of what is said in a thread that somebody asked in', async () => {
        await store.addWatch(aWish({ threadTs: '1700.1' }));

        await say('1.1');

        const [row] = await store.listWatches({ team: 'T1' });
        expect(row?.place.cardTs).toBeUndefined();
      });

      it('changes nothing for whom the lease was taken from', async () => {
        await store.addWatch(aWish());
        const first = await lease(1);
        const { delivery } = await take(first, 1);
        passedMs = LEASE_MS;
        const second = await lease(31);
        await take(second, 31);

        const isSettled = await store.settleDelivery(
          first,
          delivery.key,
          { kind: 'sent', ts: '1.1' },
          at(32),
        );

        expect(isSettled).toBe(false);
        expect((await store.reportDeliveries()).waiting).toBe(1);
        expect(await store.settleDelivery(second, delivery.key, { kind: 'sent', ts: '1.2' }, at(32))).toBe(
          true,
        );
      });

      it('takes an outcome once', async () => {
        await store.addWatch(aWish());
        const holder = await lease();
        const { delivery } = await take(holder);
        const outcome = { kind: 'sent' as const, ts: '1.1' };

        const settled = await Promise.all(
          [1, 2].map(() => store.settleDelivery(holder, delivery.key, outcome, at(2))),
        );

        expect(settled.toSorted()).toEqual([false, true]);
      });
    });

    describe('isFirst', () => {
      const DAY = { now: T0, keepMs: 86_400_000 };

      it('is true for one of many that give a key at the same time', async () => {
        const answers = await Promise.all(
          Array.from({ length: 10 }, () => store.isFirst(['event:Ev1'], DAY)),
        );

        expect(answers.filter((isFirst) => isFirst)).toHaveLength(1);
      });

      it('is false if one of the keys was given, and remembers the others too', async () => {
        expect(await store.isFirst(['a', 'b'], DAY)).toBe(true);
        expect(await store.isFirst(['b', 'c'], DAY)).toBe(false);
        expect(await store.isFirst(['c', '__proto__'], DAY)).toBe(false);
        expect(await store.isFirst(['__proto__'], DAY)).toBe(false);
        expect(await store.isFirst(['d'], DAY)).toBe(true);
      });

      it('forgets a key when its time is over', async () => {
        await store.isFirst(['a'], { now: T0, keepMs: 10_000 });

        expect(await store.isFirst(['a'], { now: at(9), keepMs: 10_000 })).toBe(false);
        expect(await store.isFirst(['a'], { now: at(10), keepMs: 10_000 })).toBe(true);
      });
    });

    describe('documents', () => {
      it('counts versions, and takes one of two that put the same', async () => {
        const body = { locale: 'zh', words: ['失败'] };
        const both = await Promise.all(
          [1, 2].map(() => store.putDocument('settings', 'T1', { id: 'C1', version: 0, body })),
        );

        expect(both.toSorted()).toEqual([false, true]);
        expect(await store.getDocument('settings', 'T1', 'C1')).toEqual({ id: 'C1', version: 1, body });
        expect(await store.putDocument('settings', 'T1', { id: 'C1', version: 1, body: null })).toBe(true);
        expect(await store.getDocument('settings', 'T1', 'C1')).toEqual({ id: 'C1', version: 2, body: null });
      });

      it('keeps kinds and Slack workspaces apart, and lists by id', async () => {
        const put = (kind: string, team: string, id: string) =>
          store.putDocument(kind, team, { id, version: 0, body: id });
        for (const id of ['b', 'a/b', 'a']) await put('k', 'T1', id);
        await put('k/a', 'T1', 'b');
        await put('k', 'T2', 'c');

        expect((await store.listDocuments('k', 'T1')).map(({ id }) => id)).toEqual(['a', 'a/b', 'b']);
        expect(await store.getDocument('k', 'T3', 'a')).toBeUndefined();
      });

      it('keeps what was put, whatever becomes of the object', async () => {
        const body = { words: ['a'] };
        await store.putDocument('k', 'T1', { id: 'a', version: 0, body });
        body.words.push('b');
        const got = await store.getDocument('k', 'T1', 'a');
        Object.assign(present(got).body as object, { words: [] });

        expect((await store.getDocument('k', 'T1', 'a'))?.body).toEqual({ words: ['a'] });
      });

      it('takes nothing that is no JSON', async () => {
        await expect(store.putDocument('k', 'T1', { id: 'a', version: 0, body: undefined })).rejects.toThrow(
          TypeError,
        );

        expect(await store.listDocuments('k', 'T1')).toEqual([]);
      });
    });

    describe('prune', () => {
      it('removes what a place was told a week after the last watch in it ended, and expired keys', async () => {
        await store.addWatch(aWish({ watch: { on: ['end'] } }));
        await say('1.1');
        await store.isFirst(['a'], { now: T0, keepMs: 1000 });
        await store.removeWatches({ team: 'T1' });
        const week = 7 * 86_400;

        await store.prune(at(week));
        const before = added(await store.addWatch(aWish()));
        await store.removeWatches({ team: 'T1' });
        await store.prune(at(week + 2));
        const after = added(await store.addWatch(aWish()));

        expect(before.place.cardTs).toBe('1.1');
        expect(after.place.cardTs).toBeUndefined();
        expect(after.run.version).toBe(1);
      });

      it('keeps what was told where somebody still watches, and what is still owed', async () => {
        await store.addWatch(aWish());
        await say('1.1');
        await fail();

        await store.prune(at(30 * 86_400));

        expect((await say('1.2', 20)).place.cardTs).toBe('1.1');
      });
    });
  });
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('nothing was given');
  return value;
}

function only<T>(values: readonly T[]): T {
  expect(values).toHaveLength(1);
  return present(values[0]);
}
