import { beforeEach, describe, expect, it } from 'vitest';
import type { WatchStore } from '../../src/commands/watch-store.ts';
import { openingOf } from '../../src/domain/delivery.ts';
import { readStatus } from '../../src/domain/status.ts';
import { nodeId, runId } from '../helpers/runs.ts';
import { present, type Story } from './story.ts';
import { added, aSnapshot, at, aWish, T0 } from './watching.ts';

/** What a store owes to those who make and end watches. */
export function describeWatches(story: Story): void {
  describe('addWatch', () => {
    it('saves the watch, its place and the run, and owes the place what opens it, once', async () => {
      const first = await story.store.addWatch(aWish());
      const second = await story.store.addWatch(aWish({ user: 'U2', now: at(1) }));

      expect(first).toMatchObject({ kind: 'added', run: aSnapshot(1), others: 0 });
      expect(second).toMatchObject({ kind: 'added', others: 1 });
      expect(added(second).place.id).toBe(added(first).place.id);
      const { delivery, place, before } = await story.take(await story.lease());
      expect(before).toBe('pending');
      expect(place).toMatchObject({ team: 'T1', channelId: 'C1', locale: 'en' });
      expect(delivery).toMatchObject({ seq: 0, facts: { kind: 'opening' }, createdAt: T0 });
      expect((await story.store.reportDeliveries()).waiting).toBe(1);
    });

    it('makes one watch of two that the same person asks for at the same time', async () => {
      const answers = await Promise.all([story.store.addWatch(aWish()), story.store.addWatch(aWish())]);

      expect(answers.map(({ kind }) => kind).toSorted()).toEqual(['added', 'already']);
      expect(await story.store.listWatches({ team: 'T1' })).toHaveLength(1);
      expect((await story.store.reportDeliveries()).waiting).toBe(1);
    });

    it('takes the words of who watches already, and still tells only what is new', async () => {
      await story.store.addWatch(aWish());
      await story.fail();

      const again = await story.store.addWatch(aWish({ watch: { on: ['nodes', 'rerun'] }, now: at(20) }));

      expect(again).toMatchObject({ kind: 'already', isChanged: true, others: 0 });
      const [row, ...more] = await story.store.listWatches({ team: 'T1' });
      expect(more).toEqual([]);
      expect(row?.watch).toMatchObject({ on: ['nodes', 'rerun'], sinceVersion: 1, createdAt: T0 });
    });

    it('keeps a watch of the run and one of each of its nodes apart, and opens the place once', async () => {
      await story.store.addWatch(aWish());
      const first = await story.store.addWatch(aWish({ watch: { nodeId: nodeId(2) } }));
      const second = await story.store.addWatch(aWish({ watch: { nodeId: nodeId(3) } }));

      expect([first, second]).toMatchObject([
        { kind: 'added', others: 0 },
        { kind: 'added', others: 0 },
      ]);
      expect((await story.store.listWatches({ team: 'T1' })).map(({ watch }) => watch.nodeId)).toEqual([
        undefined,
        nodeId(2),
        nodeId(3),
      ]);
      expect((await story.store.reportDeliveries()).waiting).toBe(1);
    });

    it('keeps the snapshot of a run that is watched', async () => {
      await story.store.addWatch(aWish());

      const other = { name: 'another', version: 9, askedAt: at(50), status: readStatus('Failed') };
      const answer = await story.store.addWatch(aWish({ user: 'U2', run: aSnapshot(1, other) }));

      expect(answer.run).toEqual(aSnapshot(1));
    });

    it.each([
      ['a run that ended, where no rerun is wanted', { status: readStatus('Failed') }],
      ['a deleted run', { isDeleted: true }],
    ])('says that nothing more can come of %s, and changes nothing', async (_, facts) => {
      const answer = await story.store.addWatch(aWish({ run: aSnapshot(1, facts), watch: { on: ['end'] } }));

      expect(answer).toEqual({ kind: 'over', run: aSnapshot(1, facts) });
      expect(await story.store.reportRuns(T0)).toEqual({ runs: 0, watches: 0 });
      expect(await story.store.reportDeliveries()).toMatchObject({ waiting: 0, parked: 0 });
    });

    it('goes by the known snapshot where the run is watched', async () => {
      await story.store.addWatch(aWish());
      await story.fail();

      const answer = await story.store.addWatch(aWish({ user: 'U2', watch: { on: ['end'] }, now: at(20) }));

      expect(answer).toMatchObject({ kind: 'over', run: { version: 2 } });
    });

    it('has one place for each run of a channel, and one for all runs of a thread', async () => {
      const places: string[] = [];
      for (const threadTs of [undefined, '1700.1']) {
        for (const number of [1, 2]) {
          const wish = aWish({ run: aSnapshot(number), ...(threadTs !== undefined && { threadTs }) });
          places.push(added(await story.store.addWatch(wish)).place.id);
        }
      }

      expect(new Set(places.slice(0, 2)).size).toBe(2);
      expect(new Set(places.slice(2)).size).toBe(1);
      expect((await story.store.reportDeliveries()).waiting).toBe(3);
    });

    it.each<[string, Parameters<typeof aWish>[0], string]>([
      ['in another channel', { channel: 'C2' }, 'T1|C2|cn-hangzhou/flow-run000000000000001'],
      ['in a thread of the channel', { threadTs: '1700.1' }, 'T1|C1|1700.1'],
      ['as one of a list', { list: 'L1' }, 'T1|C1|cn-hangzhou/flow-run000000000000001'],
    ])('has the place of a watched run, wanted once more %s', async (_, wish, placeId) => {
      await story.store.addWatch(aWish());

      const again = added(await story.store.addWatch(aWish({ user: 'U2', ...wish })));

      expect(again.place.id).toBe(placeId);
    });

    it('has the place of a card that is wanted in its thread', async () => {
      const { place } = added(await story.store.addWatch(aWish()));
      await story.say('1.1');

      const inThread = aWish({ run: aSnapshot(2), user: 'U2', threadTs: '1.1', now: at(2) });
      const elsewhere = aWish({ run: aSnapshot(2), channel: 'C2', threadTs: '1.1', now: at(2) });

      expect(added(await story.store.addWatch(inThread)).place.id).toBe(place.id);
      expect(added(await story.store.addWatch(elsewhere)).place.id).toBe('T1|C2|1.1');
    });

    it('has one place for all runs of a list, and keeps to it when they are wanted alone', async () => {
      const one = added(await story.store.addWatch(aWish({ list: 'L1' })));
      const two = added(await story.store.addWatch(aWish({ run: aSnapshot(2), list: 'L1', now: at(1) })));
      const alone = added(await story.store.addWatch(aWish({ run: aSnapshot(2), user: 'U2', now: at(2) })));

      expect([two.place.id, alone.place.id]).toEqual([one.place.id, one.place.id]);
      const { card } = await story.say('1.1', 3);
      expect(card?.runs.map(({ run }) => run.runId)).toEqual([runId(1), runId(2)]);
      expect((await story.store.reportDeliveries()).waiting).toBe(0);
    });

    it('has the place where a run was watched before, alone or in a list', async () => {
      const places = [aWish(), aWish({ run: aSnapshot(2), list: 'L1' })];
      const before: string[] = [];
      for (const wish of places) before.push(added(await story.store.addWatch(wish)).place.id);
      await story.sayAll();
      await story.store.removeWatches({ team: 'T1' });

      const again = [aWish({ list: 'L2' }), aWish({ run: aSnapshot(2) })];
      const after: string[] = [];
      for (const wish of again) after.push(added(await story.store.addWatch(wish)).place.id);

      expect(after).toEqual(before);
    });

    it.each([
      ['goes on', 86_000, true],
      ['is over by its age', 86_500, false],
    ])('has the place of a streak of its pipeline that %s', async (_, seconds, isThere) => {
      const run = (number: number) => aSnapshot(number, { series: 'daily' });
      const first = added(await story.store.addWatch(aWish({ run: run(1) })));
      await story.fail();

      const next = added(await story.store.addWatch(aWish({ run: run(2), list: 'L1', now: at(seconds) })));
      const elsewhere = added(await story.store.addWatch(aWish({ run: run(3), channel: 'C2', now: at(20) })));

      expect(next.place.id === first.place.id).toBe(isThere);
      expect(elsewhere.place.id).not.toBe(first.place.id);
    });

    it('wants the card of a place that was opened drawn anew for each who comes, goes or changes', async () => {
      await story.store.addWatch(aWish());
      await story.say('1.1');
      const people = async () => {
        const [drawn] = await story.drawAll();
        return drawn?.card.runs[0]?.watchers.map(({ userId, on }) => `${userId} ${on.join()}`);
      };

      expect(await people()).toBeUndefined();
      await story.store.addWatch(aWish({ user: 'U2', now: at(2) }));
      expect(await people()).toEqual(['U1 failed,end,rerun', 'U2 failed,end,rerun']);
      await story.store.addWatch(aWish({ watch: { on: ['nodes'] }, now: at(3) }));
      expect(await people()).toEqual(['U1 nodes', 'U2 failed,end,rerun']);
      await story.store.addWatch(aWish({ watch: { on: ['nodes'] }, now: at(4) }));
      expect(await people()).toBeUndefined();
      await story.store.removeWatches({ team: 'T1', userId: 'U1' });
      expect(await people()).toEqual(['U2 failed,end,rerun']);
    });

    it('says where nothing is changed, and then owes nothing', async () => {
      await story.store.addWatch(aWish());

      const again = await story.store.addWatch(aWish({ now: at(1) }));

      expect(again).toMatchObject({ kind: 'already', isChanged: false });
      expect((await story.store.reportDeliveries()).waiting).toBe(1);
    });

    it('opens a place whose opening Slack would not take, once', async () => {
      await story.store.addWatch(aWish());
      const first = await story.answer({ kind: 'parked', error: 'msg_too_long' });

      await story.store.addWatch(aWish({ user: 'U2', now: at(5) }));
      await story.store.addWatch(aWish({ user: 'U3', now: at(6) }));

      const [second, ...more] = await story.sayAll(7);
      expect(more).toEqual([]);
      expect(second).toMatchObject({ delivery: { seq: 0, facts: { kind: 'opening' } } });
      expect(present(second).delivery.key).not.toBe(first.delivery.key);
    });

    it('makes a run that nobody watched before due at once', async () => {
      await story.store.addWatch(aWish({ now: at(5) }));

      expect(await story.store.reportRuns(at(6))).toMatchObject({ oldestDueAt: at(5) });
      expect(await story.claim(5)).toHaveLength(1);
    });

    it('tells what happens to a run that was watched, told and given up before', async () => {
      const watch = { on: ['failed'] as const };
      await story.store.addWatch(aWish({ watch }));
      await story.say('1.1');
      await story.fail();
      await story.say('1.2', 10);
      await story.store.removeWatches({ team: 'T1' });

      const again = added(await story.store.addWatch(aWish({ watch, now: at(20) })));
      await story.fail(30);

      expect(again.run.version).toBeGreaterThan(1);
      const told = await story.sayAll(30);
      expect(told.map(({ delivery }) => delivery.facts.kind)).toEqual(['event']);
    });
  });

  describe('removeWatches and listWatches', () => {
    beforeEach(async () => {
      await story.store.addWatch(aWish({ now: at(3) }));
      await story.store.addWatch(aWish({ run: aSnapshot(2), now: at(1) }));
      await story.store.addWatch(
        aWish({ run: aSnapshot(1, { region: 'cn-shanghai' }), channel: 'C2', now: at(2) }),
      );
      await story.store.addWatch(aWish({ user: 'U2', now: at(4) }));
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
      ['none of another place', { team: 'T1', placeId: 'T1|C9|1' }, []],
      ['those of a place', { team: 'T1', placeId: 'T1|C1|cn-hangzhou/flow-run000000000000002' }, ['U1 2 C1']],
      ['none of no runs', { team: 'T1', runs: [] }, []],
    ])('lists and removes %s, oldest first', async (_, which, expected) => {
      const brief = (rows: Awaited<ReturnType<WatchStore['listWatches']>>) =>
        rows.map(
          ({ watch, place, run }) => `${watch.userId} ${Number(run.runId.slice(-2))} ${place.channelId}`,
        );

      const listed = await story.store.listWatches(which);
      const removed = await story.store.removeWatches(which);

      expect(brief(listed)).toEqual(expected);
      expect(removed).toEqual(listed);
      expect(await story.store.listWatches(which)).toEqual([]);
      expect((await story.store.listWatches({ team: 'T1' })).length).toBe(4 - expected.length);
    });

    it('lists and removes by watches, of those that fit the rest', async () => {
      const all = await story.store.listWatches({ team: 'T1' });
      const watchIds = all.slice(1, 3).map(({ watch }) => watch.id);
      const [second] = all.slice(1);

      const removed = await story.store.removeWatches({ team: 'T1', watchIds, placeId: second?.place.id });

      expect(removed.map(({ watch }) => watch.id)).toEqual([watchIds[0]]);
      expect(await story.store.listWatches({ team: 'T1', watchIds: [] })).toEqual([]);
      expect((await story.store.listWatches({ team: 'T1' })).length).toBe(all.length - 1);
    });

    it('removes a run with its last watch', async () => {
      await story.store.removeWatches({ team: 'T1', userId: 'U1' });
      expect(await story.store.reportRuns(at(5))).toMatchObject({ runs: 1, watches: 1 });

      await story.store.removeWatches({ team: 'T1', userId: 'U2' });

      expect(await story.store.reportRuns(at(5))).toEqual({ runs: 0, watches: 0 });
      expect(await story.claim(5)).toEqual([]);
    });

    it('lets the card go on showing a run that nobody watches any more, with those who did', async () => {
      await story.sayAll(5);

      await story.store.removeWatches({ team: 'T1', channelId: 'C1', runs: [{ runId: runId(1) }] });

      const [drawn] = await story.drawAll(6);
      expect(drawn?.card.runs).toMatchObject([
        { run: { runId: runId(1) }, isWatched: false, watchers: [{ userId: 'U1' }, { userId: 'U2' }] },
      ]);
    });

    it('opens a place anew that was given up before anything was said there', async () => {
      await story.store.removeWatches({ team: 'T1' });
      expect((await story.store.reportDeliveries()).waiting).toBe(0);

      await story.store.addWatch(aWish({ now: at(7) }));

      const { delivery, card } = await story.say('1.1', 7);
      expect(delivery).toMatchObject({ seq: 0, createdAt: at(7) });
      expect(card?.runs).toMatchObject([{ isWatched: true, watchers: [{ userId: 'U1' }] }]);
    });

    it('opens a place under a new key each time, also where the one before was never said', async () => {
      await story.sayAll(5);
      const keys: string[] = [];
      for (const seconds of [10, 20, 30]) {
        const { place } = added(
          await story.store.addWatch(aWish({ run: aSnapshot(3), channel: 'C3', now: at(seconds) })),
        );
        keys.push(openingOf(place.id, place.openings).key);
        await story.store.removeWatches({ team: 'T1', channelId: 'C3' });
      }

      expect(new Set(keys).size).toBe(3);
      expect((await story.store.reportDeliveries()).waiting).toBe(0);
    });

    it('takes back what was not said of a run to a place where nobody watches it, and nothing else', async () => {
      await story.sayAll(5);
      await story.failAll([2], 10);
      await story.store.removeWatches({ team: 'T1', runs: [{ runId: runId(1) }] });
      expect((await story.store.reportDeliveries()).waiting).toBe(1);

      await story.store.removeWatches({ team: 'T1', runs: [{ runId: runId(2) }] });

      expect((await story.store.reportDeliveries()).waiting).toBe(0);
    });

    it('says nothing more to a place without watches, except what it may have said already', async () => {
      const holder = await story.lease(5);
      const { delivery } = await story.take(holder, 5);

      await story.store.removeWatches({ team: 'T1' });

      expect(await story.store.reportDeliveries()).toMatchObject({ waiting: 1 });
      expect(await story.store.settleDelivery(holder, delivery.key, { kind: 'sent', ts: '1.1' }, at(6))).toBe(
        true,
      );
    });
  });
}
