import { describe, expect, it } from 'vitest';
import { present, type Story } from './story.ts';
import { added, aSnapshot, at, aWish, T0 } from './watching.ts';

/** What a store owes of what is remembered, and how long. */
export function describeKept(story: Story): void {
  describe('isFirst', () => {
    const DAY = { now: T0, keepMs: 86_400_000 };

    it('is true for one of many that give a key at the same time', async () => {
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => story.store.isFirst(['event:Ev1'], DAY)),
      );

      expect(answers.filter((isFirst) => isFirst)).toHaveLength(1);
    });

    it('is false if one of the keys was given, and remembers the others too', async () => {
      expect(await story.store.isFirst(['a', 'b'], DAY)).toBe(true);
      expect(await story.store.isFirst(['b', 'c'], DAY)).toBe(false);
      expect(await story.store.isFirst(['c', '__proto__'], DAY)).toBe(false);
      expect(await story.store.isFirst(['__proto__'], DAY)).toBe(false);
      expect(await story.store.isFirst(['d'], DAY)).toBe(true);
    });

    it('forgets a key when its time is over', async () => {
      await story.store.isFirst(['a'], { now: T0, keepMs: 10_000 });

      expect(await story.store.isFirst(['a'], { now: at(9), keepMs: 10_000 })).toBe(false);
      expect(await story.store.isFirst(['a'], { now: at(10), keepMs: 10_000 })).toBe(true);
    });
  });

  describe('documents', () => {
    it('counts versions, and takes one of two that put the same', async () => {
      const body = { locale: 'zh', words: ['失败'] };
      const both = await Promise.all(
        [1, 2].map(() => story.store.putDocument('settings', 'T1', { id: 'C1', version: 0, body })),
      );

      expect(both.toSorted()).toEqual([false, true]);
      expect(await story.store.getDocument('settings', 'T1', 'C1')).toEqual({ id: 'C1', version: 1, body });
      expect(await story.store.putDocument('settings', 'T1', { id: 'C1', version: 1, body: null })).toBe(
        true,
      );
      expect(await story.store.getDocument('settings', 'T1', 'C1')).toEqual({
        id: 'C1',
        version: 2,
        body: null,
      });
    });

    it('keeps kinds and Slack workspaces apart, and lists by id', async () => {
      const put = (kind: string, team: string, id: string) =>
        story.store.putDocument(kind, team, { id, version: 0, body: id });
      for (const id of ['b', 'a/b', 'a']) await put('k', 'T1', id);
      await put('k/a', 'T1', 'b');
      await put('k', 'T2', 'c');

      expect((await story.store.listDocuments('k', 'T1')).map(({ id }) => id)).toEqual(['a', 'a/b', 'b']);
      expect(await story.store.getDocument('k', 'T3', 'a')).toBeUndefined();
    });

    it('keeps what was put, whatever becomes of the object', async () => {
      const body = { words: ['a'] };
      await story.store.putDocument('k', 'T1', { id: 'a', version: 0, body });
      body.words.push('b');
      const got = await story.store.getDocument('k', 'T1', 'a');
      Object.assign(present(got).body as object, { words: [] });

      expect((await story.store.getDocument('k', 'T1', 'a'))?.body).toEqual({ words: ['a'] });
    });

    it('takes nothing that is no JSON', async () => {
      await expect(
        story.store.putDocument('k', 'T1', { id: 'a', version: 0, body: undefined }),
      ).rejects.toThrow(TypeError);

      expect(await story.store.listDocuments('k', 'T1')).toEqual([]);
    });
  });

  describe('prune', () => {
    it('removes what a place was told a week after the last watch in it ended, and expired keys', async () => {
      await story.store.addWatch(aWish({ watch: { on: ['end'] } }));
      await story.say('1.1');
      await story.store.isFirst(['a'], { now: T0, keepMs: 1000 });
      await story.store.removeWatches({ team: 'T1' });
      const week = 7 * 86_400;

      await story.store.prune(at(week));
      const before = added(await story.store.addWatch(aWish()));
      await story.store.removeWatches({ team: 'T1' });
      await story.store.prune(at(week + 2));
      const after = added(await story.store.addWatch(aWish()));

      expect(before.place.cardTs).toBe('1.1');
      expect(after.place.cardTs).toBeUndefined();
      expect(after.run.version).toBe(1);
    });

    it('removes what was said in a channel itself after a week', async () => {
      const tell = { team: 'T1', channelId: 'C9', locale: 'en' } as const;
      const outage = { region: 'cn-hangzhou', kind: 'throttled', since: T0 } as const;
      await story.store.beginOutage(outage, { now: T0, tell });
      const before = await story.say('1.1');
      await story.store.endOutage('cn-hangzhou', { now: at(2), late: 0 });

      await story.store.prune(at(8 * 86_400));

      await story.store.beginOutage(outage, { now: at(8 * 86_400), tell });
      const after = await story.say('2.1', 8 * 86_400);
      expect(after.place).toEqual({ ...before.place, nextSeq: 2 });
    });

    it('forgets an outage of a region in which nobody watches anything', async () => {
      const run = aSnapshot(1, { region: 'cn-shanghai' });
      await story.store.addWatch(aWish({ run }));
      for (const region of ['cn-hangzhou', 'cn-shanghai']) {
        await story.store.beginOutage({ region, kind: 'throttled', since: T0 }, { now: T0 });
      }

      await story.store.prune(at(2));

      expect((await story.store.listOutages()).map(({ region }) => region)).toEqual(['cn-shanghai']);
    });

    it('keeps what was told where somebody still watches, and what is still owed', async () => {
      await story.store.addWatch(aWish());
      await story.say('1.1');
      await story.fail();

      await story.store.prune(at(30 * 86_400));

      expect((await story.say('1.2', 20)).place.cardTs).toBe('1.1');
    });
  });
}
