import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { DeliveryFacts } from '../../src/domain/delivery.ts';
import { openFileStore } from '../../src/store/file/open.ts';
import { nodeId, runId } from '../helpers/runs.ts';
import { rowsIn } from './saved-store.ts';
import { LEASE_MS, present, SETTLE_MS, Story } from './story.ts';
import { useFolders } from './temporary-folder.ts';
import { aSnapshot, at, aWish, FAILED } from './watching.ts';

const createFolder = useFolders();

describe('a store that is opened again', () => {
  let path: string;
  let story: Story;

  beforeEach(async () => {
    path = join(createFolder(), 'flowbell.json');
    story = new Story((clock) => openFileStore(path, { ...clock, settleMs: SETTLE_MS }));
    await story.begin();
  });

  async function reopen(): Promise<void> {
    await story.end();
    await story.begin();
  }

  /** Makes a row of every kind, with every field. */
  async function fill(): Promise<void> {
    const series = 'daily';
    const node = { nodeId: nodeId(3), name: 'train', isFirstFailed: true };
    for (let number = 1; number <= 30; number += 1) {
      const facts = { series, finishedAt: at(9), userId: '28', workspaceId: '94801', rootNodeId: nodeId(1) };
      const watch = number === 1 ? { on: ['end'] as const } : { nodeId: nodeId(3) };
      await story.store.addWatch(
        aWish({ run: aSnapshot(number, facts), watch, threadTs: `1700.${number % 3}` }),
      );
    }
    await story.sayAll();
    await story.failAll([1, 2, 3]);
    await story.answer({ kind: 'parked', error: 'msg_too_long' }, 10);
    await story.answer({ kind: 'sent', ts: '10.1', recheckAt: at(60) }, 10);
    for (const claimed of await story.claim(11, 1000)) {
      await story.change(
        claimed,
        [{ kind: 'node-failed', attempt: 1, at: at(11), node, durationMs: 7 }, FAILED],
        11,
      );
    }
    await story.answer({ kind: 'not-sent', nextAt: at(12), error: 'invalid_blocks', isPlain: true }, 11);
    await story.store.removeWatches({ team: 'T1', runs: [{ runId: runId(2) }] });
    const outage = { region: 'cn-hangzhou', kind: 'throttled', code: 'Throttling', since: at(1) } as const;
    const tell = { team: 'T1', channelId: 'COPS', locale: 'en' } as const;
    await story.store.beginOutage(outage, { now: at(12), tell });
    await story.store.beginOutage({ ...outage, region: 'cn-shanghai' }, { now: at(12) });
    await story.store.endOutage('cn-shanghai', { now: at(12), tell, late: 2 });
    await story.store.oweOffline({ from: at(1), until: at(2), now: at(12) });
    const run = { region: 'cn-hangzhou', runId: runId(1), name: 'x' };
    const member = { run, event: FAILED, cause: node, watchers: ['U7'] };
    const note: DeliveryFacts = {
      ...{ kind: 'paused', channelId: 'C1', reason: 'archived', since: at(13), runs: [member.run] },
      ...{ moreRuns: 1, held: 2, newest: member },
    };
    const paused = { kind: 'paused', error: 'is_archived', reason: 'archived', nextTryAt: at(600) } as const;
    await story.answer({ ...paused, tell: [{ place: { ...tell, channelId: 'D1' }, facts: note }] }, 400);
  }

  it('reads every row as it was written', async () => {
    await fill();

    const written = readFileSync(path, 'utf8')
      .split('\n')
      .map((line) => line.replace(/,$/, ''));
    const rows = written.filter((line) => /^"[^"]+":(?!\{$|\{\}$)/.test(line));

    const parse = (row: string): unknown => JSON.parse(`{${row}}`);
    expect((await rowsIn(path)).map(parse)).toEqual(rows.map(parse));
    expect(rows.length).toBeGreaterThan(100);
    const kinds = ['event', 'fold', 'unshown', 'outage', 'outage-over', 'offline', 'paused', 'opening'];
    for (const kind of kinds)
      expect(
        rows.some((row) => row.includes(`"facts":{"kind":"${kind}"`)),
        kind,
      ).toBe(true);
    const fields = [
      'streaks',
      'isPlain',
      'recheckAt',
      'toldAttempt',
      'mentionedAttempt',
      'newsVersion',
      'openings',
      'cameAt',
      'is_archived',
    ];
    for (const field of fields) expect(written.join(), field).toContain(field);
  });

  it('keeps what is owed, watched, closed and away', async () => {
    await fill();
    const look = async () => ({
      watches: await story.store.listWatches({ team: 'T1' }),
      deliveries: await story.store.reportDeliveries(),
      outages: await story.store.listOutages(),
      stale: await story.store.countStaleCards(),
    });
    const before = await look();

    await reopen();

    expect(await look()).toEqual(before);
    expect(before.deliveries).toMatchObject({ pausedChannels: 1, parked: 1 });
  });

  it('knows who was told, who was mentioned and who is told together with others', async () => {
    await story.store.addWatch(aWish());
    for (let number = 2; number <= 25; number += 1) {
      await story.store.addWatch(aWish({ run: aSnapshot(number, { series: 'daily' }) }));
    }
    await story.sayAll();
    await story.failAll(Array.from({ length: 25 }, (_, index) => index + 1));
    await story.take(await story.lease(10), 10);
    await reopen();

    const told = (await story.store.listWatches({ team: 'T1' })).map(({ watch, run }) => [
      run.series ?? 'alone',
      watch.toldAttempt,
      watch.mentionedAttempt,
    ]);
    expect(told.slice(0, 3)).toEqual([
      ['alone', 1, 1],
      ['daily', 1, 1],
      ['daily', 1, 0],
    ]);
    story.passedMs = LEASE_MS;
    const { delivery } = await story.take(await story.lease(100), 100);
    const members = delivery.facts.kind === 'fold' ? delivery.facts.members : [];
    expect(members.map(({ watchers }) => watchers.join())).toEqual(Array.from({ length: 25 }, () => 'U1'));
  });

  it('counts what was being said as unknown, and one death more', async () => {
    await story.store.addWatch(aWish());
    for (const seconds of [1, 100, 200]) {
      const claimed = await story.take(await story.lease(seconds), seconds);
      expect(claimed.delivery.deaths).toBe(Math.floor(seconds / 100));
      expect(claimed.before).toBe(seconds === 1 ? 'pending' : 'unknown');
      await reopen();
    }
  });

  it('draws no card before an edit of the process before has settled, but those that it posted itself', async () => {
    await story.store.addWatch(aWish());
    await story.say('1.1');
    await story.fail();
    await reopen();
    await story.store.addWatch(aWish({ run: aSnapshot(2), channel: 'C2', now: at(11) }));
    await story.sayAll(11);
    await story.store.addWatch(aWish({ run: aSnapshot(2), user: 'U2', channel: 'C2', now: at(12) }));

    story.passedMs = SETTLE_MS - 1;
    const early = await story.drawAll(20);
    story.passedMs = SETTLE_MS;
    const late = await story.drawAll(40);

    expect([early, late].map((drawn) => drawn.map(({ place }) => place.channelId))).toEqual([['C2'], ['C1']]);
  });

  it('knows when a process was last there before it', async () => {
    await story.store.noteAlive(at(5));
    await story.store.noteAlive(at(65));
    await reopen();
    await story.store.noteAlive(at(500));

    expect(story.store.lastAliveAt).toEqual(at(65));
  });

  it('tries a closed channel no sooner for it', async () => {
    await story.store.addWatch(aWish());
    const paused = {
      kind: 'paused',
      error: 'is_archived',
      reason: 'archived',
      nextTryAt: at(600),
      tell: [],
    } as const;
    await story.answer(paused);
    await reopen();

    expect(await story.store.leaseChannel({ now: at(599), leaseMs: LEASE_MS })).toBeUndefined();
    expect(present(await story.store.leaseChannel({ now: at(600), leaseMs: LEASE_MS })).channelId).toBe('C1');
  });
});
