import { describe, expect, it } from 'vitest';
import type { EventKind } from '../../src/domain/event.ts';
import type { Outage } from '../../src/domain/outage.ts';
import { runId } from '../helpers/runs.ts';
import { present, type Story } from './story.ts';
import { aSnapshot, at, aWish } from './watching.ts';

const OUTAGE: Outage = { region: 'cn-hangzhou', kind: 'throttled', code: 'Throttling.User', since: at(5) };
const OPS = { team: 'T1', channelId: 'COPS', locale: 'zh' } as const;

/** What a store owes where PAI, or Flowbell itself, was away. */
export function describeOutages(story: Story): void {
  describe('outages', () => {
    it('are remembered once for each region, and told once with the watches that wait', async () => {
      for (const user of ['U1', 'U2']) await story.store.addWatch(aWish({ user }));
      const run = aSnapshot(1, { region: 'cn-shanghai' });
      await story.store.addWatch(aWish({ run, channel: 'C2' }));
      await story.sayAll();

      expect(await story.store.beginOutage(OUTAGE, { now: at(5), tell: OPS })).toBe(true);
      const again = { ...OUTAGE, since: at(6) };
      expect(await story.store.beginOutage(again, { now: at(6), tell: OPS })).toBe(false);

      expect(await story.store.listOutages()).toEqual([OUTAGE]);
      expect(await story.sayAll(6)).toMatchObject([
        {
          delivery: { facts: { kind: 'outage', outage: OUTAGE, watches: 2 } },
          place: { channelId: 'COPS', isFlat: true, locale: 'zh' },
        },
      ]);
    });

    it('stand on the cards of the runs of their region while they last', async () => {
      await story.store.addWatch(aWish());
      const run = aSnapshot(1, { region: 'cn-shanghai' });
      await story.store.addWatch(aWish({ run, channel: 'C2' }));
      await story.sayAll();

      await story.store.beginOutage(OUTAGE, { now: at(5) });
      const during = await story.drawAll(5);
      await story.store.endOutage('cn-hangzhou', { now: at(9), late: 0 });
      const after = await story.drawAll(9);

      expect(during.map(({ place, card }) => [place.channelId, card.outages])).toEqual([['C1', [OUTAGE]]]);
      expect(after.map(({ place, card }) => [place.channelId, card.outages])).toEqual([['C1', []]]);
      expect(await story.hasDue(10)).toBe(false);
    });

    it('are forgotten and told to be over once', async () => {
      await story.store.beginOutage(OUTAGE, { now: at(5) });

      const end = { now: at(90), tell: OPS, late: 3 };
      const ended = [
        await story.store.endOutage('cn-hangzhou', end),
        await story.store.endOutage('cn-hangzhou', end),
        await story.store.endOutage('cn-shanghai', end),
      ];

      expect(ended).toEqual([true, false, false]);
      expect(await story.store.listOutages()).toEqual([]);
      expect((await story.sayAll(90)).map(({ delivery }) => delivery.facts)).toEqual([
        { kind: 'outage-over', outage: OUTAGE, until: at(90), late: 3 },
      ]);
    });

    it('are told anew when one comes after another', async () => {
      for (const seconds of [5, 50]) {
        await story.store.beginOutage({ ...OUTAGE, since: at(seconds) }, { now: at(seconds), tell: OPS });
        await story.store.endOutage('cn-hangzhou', { now: at(seconds + 5), tell: OPS, late: 0 });
      }

      expect(await story.sayAll(60)).toHaveLength(4);
    });
  });

  describe('downtime', () => {
    it('is unknown to the first process', () => {
      expect(story.store.lastAliveAt).toBeUndefined();
    });

    it('is told to each channel once, with the last end of each run that was noticed since', async () => {
      const ends: readonly [number, string, readonly EventKind[]][] = [
        [1, 'C1', ['failed']],
        [2, 'C1', ['failed', 'rerun', 'succeeded']],
        [3, 'C1', ['terminated']],
        [4, 'C1', ['started']],
        [5, 'C2', ['skipped']],
        [6, 'C3', ['started']],
      ];
      for (const [number, channel] of ends) {
        const watch = { on: ['end', 'started', 'rerun'] as const };
        await story.store.addWatch(aWish({ run: aSnapshot(number), channel, watch }));
      }
      await story.sayAll();
      const claimed = await story.claim(1000);
      for (const [number, , kinds] of ends) {
        const one = present(claimed.find(({ run }) => run.runId === runId(number)));
        const events = kinds.map((kind) => ({ kind, attempt: kind === 'failed' ? 1 : 2, at: at(500) }));
        await story.change(one, events, 1000);
      }
      const away = { from: at(100), until: at(900), now: at(1010) };

      expect(await story.store.oweOffline(away)).toBe(2);
      expect(await story.store.oweOffline(away)).toBe(2);

      const notes = (await story.sayAll(1010)).filter(({ delivery }) => delivery.facts.kind === 'offline');
      expect(notes.map(({ place, delivery }) => [place.channelId, place.isFlat, delivery.facts])).toEqual([
        ['C1', true, { kind: 'offline', from: at(100), until: at(900), failed: 1, succeeded: 1, stopped: 1 }],
        ['C2', true, { kind: 'offline', from: at(100), until: at(900), failed: 0, succeeded: 0, stopped: 1 }],
      ]);
    });

    it.each([
      ['was noticed before it', { from: at(1), until: at(11) }],
      ['happened before it', { from: at(10), until: at(10) }],
    ])('says nothing of what %s', async (_, away) => {
      await story.store.addWatch(aWish());
      await story.fail();

      expect(await story.store.oweOffline({ ...away, now: at(20) })).toBe(0);
    });
  });
}
