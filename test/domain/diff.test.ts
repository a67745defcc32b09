import { describe, expect, it } from 'vitest';
import { baselineOf, type Difference, diff, lose, type Observation, pause } from '../../src/domain/diff.ts';
import type { RunEvent } from '../../src/domain/event.ts';
import type { Run } from '../../src/domain/run.ts';
import type { RunSnapshot } from '../../src/domain/snapshot.ts';
import { readStatus } from '../../src/domain/status.ts';
import { aNode, aRun, nodeId } from '../helpers/runs.ts';

const START = new Date('2026-11-23T02:00:00Z');
const NOW = minute(60);

function minute(minutes: number): Date {
  return new Date(START.getTime() + minutes * 60_000);
}

/** A run as it was told at minute 10. */
function told(said: string, more: Partial<RunSnapshot> = {}): RunSnapshot {
  const run = aRun({ said, workspaceId: '94801' });
  return { ...baselineOf(run, [], { askedAt: minute(10), now: minute(10) }), ...more };
}

/** A look at minute 20. */
function seen(said: string, more: Partial<Observation> & { run?: Run } = {}): Observation {
  return { askedAt: minute(20), run: aRun({ said }), nodes: [], ...more };
}

function details(said: string, more: Partial<Run> = {}): Run {
  return aRun({ said, workspaceId: '94801', ...more });
}

function changed(difference: Difference): { next: RunSnapshot; events: readonly RunEvent[] } {
  if (difference.kind !== 'changed') throw new Error(`nothing has changed: ${difference.kind}`);
  return difference;
}

/** The kinds of the events, or what was found instead. */
function kinds(before: RunSnapshot, look: Observation): string {
  const difference = diff(before, look, NOW);
  if (difference.kind !== 'changed') return difference.kind;
  return difference.events.map(({ kind, attempt }) => `${kind} ${attempt}`).join(', ');
}

const SECOND = { attempt: 2, startedAt: minute(5) };

/** What was told and seen, and the events. */
type Row = [told: string, more: Partial<RunSnapshot>, said: string, found: string, reason: string];

describe('diff', () => {
  describe('of rows alone', () => {
    it.each<Row>([
      ['Starting', {}, 'Running', 'started 1', 'a queued run begins'],
      ['Initialized', {}, 'Running', 'started 1', 'one nobody had started begins'],
      ['Starting', {}, 'ReadyToSchedule', '', 'it still waits, by another word'],
      ['Starting', { isStarted: true }, 'Running', '', 'a late row said it waits again'],
      ['Running', {}, 'Starting', '', 'a late row goes back, and nothing is told'],
      ['Starting', {}, 'Succeeded', 'succeeded 1', 'the whole run lies between two looks'],
      ['Running', {}, 'Succeeded', 'succeeded 1', 'it ended'],
      ['Running', {}, 'Failed', 'failed 1', 'it ended'],
      ['Running', {}, 'Terminated', 'terminated 1', 'it ended'],
      ['Running', {}, 'Skipped', 'skipped 1', 'it ended'],
      ['Terminating', {}, 'Terminated', 'terminated 1', 'it was stopped'],
      ['Running', {}, 'Terminating', '', 'it is being stopped, which is no event'],
      ['Running', {}, 'Running', 'same', 'nothing has changed'],
      ['Running', SECOND, 'Failed', 'suspicious', 'it may be the end before the rerun'],
      ['Running', SECOND, 'Running', 'same', 'the rerun is at work'],
      ['Running', {}, 'Suspended', 'suspicious', 'it may be a suspension that is over'],
      ['Starting', {}, 'Suspended', 'suspicious', 'nor is it believed of a waiting run'],
      ['Suspended', {}, 'Suspended', 'same', 'still suspended'],
      ['Suspended', {}, 'Running', 'suspicious', 'it may be from before'],
      ['Suspended', {}, 'Failed', 'failed 1', 'a suspended run ends'],
      ['Failed', {}, 'Failed', 'same', 'at rest'],
      ['Failed', {}, 'Running', 'suspicious', 'a rerun, or a late row'],
      ['Failed', {}, 'Succeeded', 'suspicious', 'a rerun that has ended, or nonsense'],
      ['Failed', {}, 'Suspended', 'suspicious', 'a rerun, or a late row'],
      ['Failed', {}, 'Checkpointing', 'suspicious', 'a rerun, or a late row'],
      ['Succeeded', {}, 'Succeed', 'same', 'one schema misspells it'],
      ['Running', {}, 'Checkpointing', '', 'a word nobody knows is no event'],
      ['Checkpointing', {}, 'Running', '', 'back to a known word'],
      ['Checkpointing', {}, 'Rebalancing', '', 'another word nobody knows'],
      ['Checkpointing', {}, 'Failed', 'failed 1', 'an end behind a word nobody knows'],
      ['Suspended', {}, 'Checkpointing', 'suspicious', 'a suspension ends, or a late row'],
    ])('told %s %o and seeing %s finds "%s": %s', (before, more, said, found) => {
      expect(kinds(told(before, more), seen(said))).toBe(found);
    });
  });

  describe('with details', () => {
    const started = { startedAt: minute(0) };
    const ended = { startedAt: minute(0), finishedAt: minute(9) };
    it.each<
      [told: string, more: Partial<RunSnapshot>, said: string, known: Run, found: string, reason: string]
    >([
      [
        'Failed',
        ended,
        'Running',
        details('Running', { startedAt: minute(15) }),
        'rerun 2',
        'it is at work again',
      ],
      ['Failed', {}, 'Running', details('Running'), 'rerun 2', 'at work without any times'],
      [
        'Failed',
        ended,
        'Running',
        details('Suspended', { startedAt: minute(15) }),
        'rerun 2, suspended 2',
        'rerun and suspended',
      ],
      ['Failed', ended, 'Starting', details('Starting'), 'rerun 2', 'it waits again'],
      ['Failed', ended, 'Running', details('Failed', ended), 'same', 'the row was late'],
      [
        'Failed',
        ended,
        'Running',
        details('Running', { ...started, modifiedAt: minute(8) }),
        'same',
        'the details are late too',
      ],
      [
        'Failed',
        ended,
        'Succeeded',
        details('Succeeded', { startedAt: minute(12), finishedAt: minute(15) }),
        'rerun 2, succeeded 2',
        'the rerun has ended otherwise',
      ],
      ['Failed', {}, 'Succeeded', details('Succeeded'), 'rerun 2, succeeded 2', 'another end without times'],
      [
        'Failed',
        ended,
        'Failed',
        details('Failed', { startedAt: minute(12), finishedAt: minute(15) }),
        'rerun 2, failed 2',
        'the rerun has ended as before, later',
      ],
      [
        'Failed',
        ended,
        'Running',
        details('Checkpointing', started),
        'same',
        'a word nobody knows confirms nothing',
      ],
      [
        'Failed',
        ended,
        'Running',
        details('Checkpointing', { startedAt: minute(15) }),
        'rerun 2',
        'a later start does',
      ],
      ['Succeeded', ended, 'Succeed', details('Succeed', ended), 'same', 'another spelling is no other end'],
      ['Running', started, 'Suspended', details('Suspended', started), 'suspended 1', 'suspended indeed'],
      ['Running', started, 'Suspended', details('Running', started), 'same', 'the row was late'],
      [
        'Running',
        started,
        'Suspended',
        details('Checkpointing', started),
        'same',
        'a word nobody knows confirms nothing',
      ],
      [
        'Running',
        started,
        'Running',
        details('Suspended', started),
        'suspended 1',
        'the details know more than the row',
      ],
      ['Suspended', started, 'Running', details('Running', started), '', 'it works again'],
      ['Suspended', started, 'Running', details('Suspended', started), 'same', 'the row was late'],
      ['Suspended', started, 'Running', details('Failed', ended), 'failed 1', 'it ended since the row'],
      ['Running', started, 'Running', details('Failed', ended), 'failed 1', 'it ended since the row'],
      [
        'Running',
        started,
        'Failed',
        details('Running', { startedAt: minute(15) }),
        'failed 1',
        'the first end is told before its rerun',
      ],
      [
        'Running',
        started,
        'Running',
        details('Running', { startedAt: minute(15) }),
        'rerun 2',
        'an end nobody saw, and a rerun',
      ],
      [
        'Running',
        SECOND,
        'Failed',
        details('Running', { startedAt: minute(5) }),
        'same',
        'the end before the rerun',
      ],
      [
        'Running',
        SECOND,
        'Failed',
        details('Failed', { startedAt: minute(5), finishedAt: minute(15) }),
        'failed 2',
        'the end of the rerun',
      ],
      [
        'Running',
        SECOND,
        'Failed',
        details('Succeeded', { startedAt: minute(5), finishedAt: minute(15) }),
        'succeeded 2',
        'the row was late, and it ended',
      ],
      [
        'Running',
        SECOND,
        'Failed',
        details('Running', { startedAt: minute(15) }),
        'rerun 3',
        'rerun once more',
      ],
    ])('told %s %o and seeing %s with %o finds "%s": %s', (before, more, said, known, found) => {
      expect(kinds(told(before, more), seen(said, { details: known }))).toBe(found);
    });

    it('fills in times and names without an event', () => {
      const known = details('Running', {
        startedAt: minute(2),
        consoleUrl: 'https://pai.console.aliyun.com/?regionId=cn-hangzhou#/studio/task/detail/flow-1',
      });

      const { next, events } = changed(diff(told('Running'), seen('Running', { details: known }), NOW));

      expect(events).toEqual([]);
      expect(next).toMatchObject({
        version: 2,
        startedAt: minute(2),
        consoleUrl: 'https://pai.console.aliyun.com/?regionId=cn-hangzhou#/studio/task/detail/flow-1',
      });
    });

    it('keeps no address that carries a share token, or is not the console’s', () => {
      const consoleUrl =
        'https://pai.console.aliyun.com/?regionId=cn-hangzhou&Token=canary#/studio/task/detail/flow-1';
      const other = 'https://pai.example/run';

      for (const each of [consoleUrl, other]) {
        const known = details('Running', { startedAt: minute(2), consoleUrl: each });
        const { next } = changed(diff(told('Running'), seen('Running', { details: known }), NOW));
        expect(next.consoleUrl).toBeUndefined();
        expect(baselineOf(known, [], { askedAt: NOW, now: NOW }).consoleUrl).toBeUndefined();
      }
    });

    it('believes a look although the clock was set back since what was told', () => {
      const future = { ...told('Running'), askedAt: new Date(NOW.getTime() + 86_400_000) };

      expect(changed(diff(future, seen('Failed'), NOW)).events.map(({ kind }) => kind)).toEqual(['failed']);
    });

    it('fills in the times of an end that a row has told', () => {
      const before = told('Failed', { startedAt: minute(0) });
      const known = details('Failed', { startedAt: minute(1), finishedAt: minute(9) });

      const { next, events } = changed(diff(before, seen('Failed', { details: known }), NOW));

      expect(events).toEqual([]);
      expect(next).toMatchObject({ attempt: 1, startedAt: minute(1), finishedAt: minute(9) });
    });

    it('takes no times of another attempt', () => {
      const before = told('Running', { startedAt: minute(0) });
      const known = details('Running', { startedAt: minute(15) });

      const { next } = changed(diff(before, seen('Failed', { details: known }), NOW));

      expect(next).toMatchObject({
        status: readStatus('Failed'),
        startedAt: minute(0),
        finishedAt: undefined,
      });
    });

    it('forgets the times of the attempt before with a rerun', () => {
      const before = told('Failed', { startedAt: minute(0), finishedAt: minute(9) });

      const { next } = changed(diff(before, seen('Starting', { details: details('Starting') }), NOW));

      expect(next).toMatchObject({ attempt: 2, startedAt: undefined, finishedAt: undefined });
    });

    it('tells the start of a rerun as the rerun only', () => {
      const waiting = seen('Starting', { details: details('Starting') });
      const { next } = changed(diff(told('Failed'), waiting, NOW));

      expect(kinds(next, seen('Running', { askedAt: minute(30) }))).toBe('');
    });
  });

  describe('of what was deleted', () => {
    const gone = (said: string) => seen(said, { run: aRun({ said, isDeleted: true }) });

    it.each<Row>([
      ['Running', {}, 'Running', 'deleted 1', 'deleted while it ran'],
      ['Running', {}, 'Failed', 'failed 1, deleted 1', 'it ended before, unseen'],
      ['Running', SECOND, 'Failed', 'failed 2, deleted 2', 'also of a rerun: nothing late is deleted'],
      ['Failed', {}, 'Failed', 'deleted 1', 'deleted at rest'],
      ['Failed', {}, 'Terminated', 'deleted 1', 'another end nobody can confirm any more'],
      ['Failed', { isDeleted: true }, 'Failed', 'same', 'told already'],
      ['Starting', {}, 'Starting', 'deleted 1', 'deleted before it began'],
    ])('told %s %o and seeing it deleted as %s finds "%s": %s', (before, more, said, found) => {
      expect(kinds(told(before, more), gone(said))).toBe(found);
    });

    it('believes no row that has it back', () => {
      expect(kinds(told('Failed', { isDeleted: true }), seen('Running'))).toBe('same');
    });
  });

  describe('of what was out of sight', () => {
    it('finds a lost run as it was, without an event', () => {
      const { next: lost } = lose(told('Running'), minute(12), minute(15));

      const { next, events } = changed(diff(lost, seen('Running'), NOW));

      expect(events).toEqual([]);
      expect(next).toMatchObject({ version: 3, lostAt: undefined });
    });

    it('tells what became of a lost run', () => {
      expect(kinds(lose(told('Running'), minute(12), minute(15)).next, seen('Failed'))).toBe('failed 1');
    });

    it('looks at a paused run again', () => {
      const { next: paused } = pause(told('Running'), minute(15));

      expect(changed(diff(paused, seen('Running'), NOW)).next.pausedAt).toBeUndefined();
    });

    it('tells since when a run is lost, and when it was paused', () => {
      const lost = lose(told('Running'), minute(12), minute(15));
      const paused = pause(told('Running'), minute(15));

      expect(lost.events).toEqual([{ kind: 'lost', attempt: 1, at: minute(12) }]);
      expect(lost.next).toMatchObject({ version: 2, lostAt: minute(12), changedAt: minute(15) });
      expect(paused.events).toEqual([{ kind: 'paused', attempt: 1, at: minute(15) }]);
      expect(paused.next).toMatchObject({ version: 2, pausedAt: minute(15), changedAt: minute(10) });
    });
  });

  describe('of times', () => {
    it('refuses what was asked before the last change, whatever it says', () => {
      expect(kinds(told('Running'), seen('Failed', { askedAt: minute(9) }))).toBe('stale');
      expect(kinds(told('Running'), seen('Failed', { askedAt: minute(10) }))).toBe('failed 1');
    });

    it('dates an end by PAI and says how long it ran, where the details know', () => {
      const known = details('Failed', { startedAt: minute(2), finishedAt: minute(17) });

      const { events } = changed(diff(told('Running'), seen('Failed', { details: known }), NOW));

      expect(events).toEqual([{ kind: 'failed', attempt: 1, at: minute(17), durationMs: 900_000 }]);
    });

    it('dates an end by when it was asked for, where no times are known', () => {
      const { events } = changed(diff(told('Running', { startedAt: minute(2) }), seen('Failed'), NOW));

      expect(events).toEqual([{ kind: 'failed', attempt: 1, at: minute(20) }]);
    });

    it('dates a start and a rerun by PAI', () => {
      const known = details('Running', { startedAt: minute(18) });

      const started = changed(diff(told('Starting'), seen('Running', { details: known }), NOW));
      const rerun = changed(diff(told('Failed'), seen('Running', { details: known }), NOW));

      expect(started.events).toEqual([{ kind: 'started', attempt: 1, at: minute(18) }]);
      expect(rerun.events).toEqual([{ kind: 'rerun', attempt: 2, at: minute(18) }]);
    });

    it('counts versions and keeps when it asked and when it changed', () => {
      const { next } = changed(diff(told('Running', { version: 7 }), seen('Failed'), NOW));

      expect(next).toMatchObject({ version: 8, askedAt: minute(20), changedAt: NOW });
    });
  });

  describe('of nodes', () => {
    const failed = aNode('train', 'Failed', { nodeId: nodeId(1), finishedAt: minute(16) });

    it('tells nodes between the start or rerun and the end', () => {
      const run = details('Failed', { startedAt: minute(12), finishedAt: minute(17) });
      const look = seen('Failed', { details: run, nodes: [failed] });

      expect(kinds(told('Succeeded'), look)).toBe('rerun 2, node-failed 2, failed 2');
      expect(kinds(told('Starting'), seen('Running', { nodes: [failed] }))).toBe('started 1, node-failed 1');
    });

    it('tells none of a look that is suspicious', () => {
      expect(kinds(told('Failed'), seen('Running', { nodes: [failed] }))).toBe('suspicious');
    });

    it('knows the root by the first row that names it', () => {
      const root = aNode('', 'Failed', { nodeId: nodeId(0), finishedAt: minute(16) });
      const before = told('Running', { rootNodeId: undefined });

      expect(kinds(before, seen('Running', { nodes: [root] }))).toBe('');
    });
  });
});

describe('baselineOf', () => {
  const at = { askedAt: minute(10), now: minute(11) };

  it('is what its watcher was shown', () => {
    const node = aNode('train', 'Failed', { nodeId: nodeId(1), finishedAt: minute(5) });
    const run = details('Failed', { startedAt: minute(0), finishedAt: minute(6), userId: '42' });

    expect(baselineOf(run, [node], at)).toMatchObject({
      attempt: 1,
      version: 1,
      status: { phase: 'failed' },
      workspaceId: '94801',
      name: 'ctr-daily-train',
      userId: '42',
      rootNodeId: nodeId(0),
      startedAt: minute(0),
      finishedAt: minute(6),
      askedAt: minute(10),
      changedAt: minute(11),
      nodes: new Map([
        [nodeId(1), { status: node.status, name: 'train', finishedAt: minute(5), attempt: 1 }],
      ]),
    });
  });

  it('leaves nothing to tell of what it shows', () => {
    const nodes = [aNode('train', 'Failed', { nodeId: nodeId(1), finishedAt: minute(5) })];
    const run = details('Failed', { startedAt: minute(0), finishedAt: minute(6) });

    const difference = diff(baselineOf(run, nodes, at), seen('Failed', { details: run, nodes }), NOW);

    expect(difference).toEqual({ kind: 'same' });
  });

  it.each<[said: string, startedAt: Date | undefined, isStarted: boolean, reason: string]>([
    ['Starting', undefined, false, 'it waits'],
    ['Initialized', undefined, false, 'nobody has started it'],
    ['Starting', minute(0), true, 'PAI says when it started'],
    ['Running', undefined, true, 'it is at work'],
    ['Failed', undefined, true, 'it ended'],
    ['Checkpointing', undefined, true, 'nobody knows, and an old start is no news'],
  ])('of %s, started at %s, has a start behind it: %s (%s)', (said, startedAt, isStarted) => {
    expect(baselineOf(aRun({ said, startedAt }), [], at).isStarted).toBe(isStarted);
  });
});
