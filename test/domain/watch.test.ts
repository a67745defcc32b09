import { describe, expect, it } from 'vitest';
import { baselineOf } from '../../src/domain/diff.ts';
import type { EventKind, RunEvent } from '../../src/domain/event.ts';
import type { RunSnapshot } from '../../src/domain/snapshot.ts';
import { readStatus } from '../../src/domain/status.ts';
import { DEFAULT_ON, hears, isOver, ON_WORDS, type OnWord, watchIdOf } from '../../src/domain/watch.ts';
import { aRun, nodeId, runId } from '../helpers/runs.ts';

const AT = new Date('2026-11-23T02:00:00Z');
const HOUR_MS = 3_600_000;

function hours(count: number): Date {
  return new Date(AT.getTime() + count * HOUR_MS);
}

function event(kind: EventKind, isFirstFailed = false): RunEvent {
  const isOfNode = kind === 'node-failed' || kind === 'node-succeeded';
  const node = isOfNode && { node: { nodeId: nodeId(1), name: 'train', isFirstFailed } };
  return { kind, attempt: 1, at: AT, ...node };
}

/** The words that hear an event, each on its own. */
function heardBy(of: RunEvent): string {
  return ON_WORDS.filter((word) => hears({ on: [word] }, of)).join(' ');
}

describe('hears', () => {
  it.each<[EventKind, string]>([
    ['node-failed', 'nodes'],
    ['node-succeeded', 'nodes'],
    ['failed', 'failed end'],
    ['succeeded', 'end'],
    ['terminated', 'end'],
    ['skipped', 'end'],
    ['started', 'started'],
    ['suspended', 'suspended'],
    ['rerun', 'rerun'],
    ['deleted', ON_WORDS.join(' ')],
    ['lost', ON_WORDS.join(' ')],
    ['paused', ON_WORDS.join(' ')],
  ])('has %s heard by "%s"', (kind, words) => {
    expect(heardBy(event(kind))).toBe(words);
  });

  it('has the first failed node of an attempt heard by whoever wants failures', () => {
    expect(heardBy(event('node-failed', true))).toBe('failed nodes');
  });

  it('has failures, ends and reruns heard unless told otherwise', () => {
    const kinds: EventKind[] = ['failed', 'succeeded', 'rerun', 'started', 'suspended', 'node-succeeded'];

    expect(kinds.filter((kind) => hears({ on: DEFAULT_ON }, event(kind)))).toEqual([
      'failed',
      'succeeded',
      'rerun',
    ]);
  });

  it.each<[string, number, EventKind, readonly OnWord[], boolean]>([
    ['the failure of its node, where it is on failures', 1, 'node-failed', ['failed'], true],
    ['the failure of its node, where it is on ends', 1, 'node-failed', ['end'], true],
    ['that its node succeeded, where it is on ends', 1, 'node-succeeded', ['end'], true],
    ['that its node succeeded, where it is on nodes', 1, 'node-succeeded', ['nodes'], true],
    ['no success where it is on failures', 1, 'node-succeeded', ['failed'], false],
    ['no other node', 2, 'node-failed', ['failed', 'nodes'], false],
    ['the end of the run', 2, 'succeeded', ['end'], true],
    ['no end of the run that it is not on', 2, 'succeeded', ['failed'], false],
    ['that nothing more may come', 2, 'lost', [], true],
  ])('lets the watch of one node hear %s', (_, number, kind, on, isHeard) => {
    expect(hears({ on, nodeId: nodeId(number) }, event(kind, true))).toBe(isHeard);
  });
});

describe('isOver', () => {
  const run = (said: string, more: Partial<RunSnapshot> = {}): RunSnapshot => ({
    ...baselineOf(aRun({ said }), [], { askedAt: AT, now: AT }),
    ...more,
  });
  const withNode = (said: string, attempt: number) => ({
    attempt: 2,
    nodes: new Map([[nodeId(1), { status: readStatus(said), attempt }]]),
  });

  it.each<[string, RunSnapshot, readonly OnWord[], number, boolean]>([
    ['at work', run('Running'), ['failed'], 100, false],
    ['suspended', run('Suspended'), ['failed'], 100, false],
    ['deleted', run('Running', { isDeleted: true }), ON_WORDS, 0, true],
    ['ended, no rerun wanted', run('Failed'), ['failed', 'end'], 0, true],
    ['ended, a rerun wanted', run('Failed'), DEFAULT_ON, 23, false],
    ['ended a day ago, a rerun wanted', run('Failed'), DEFAULT_ON, 24, true],
    ['lost', run('Running', { lostAt: AT }), ['failed'], 23, false],
    ['lost a day ago', run('Running', { lostAt: AT }), ['failed'], 24, true],
    ['lost after its end', run('Failed', { lostAt: hours(5) }), ['failed'], 24, false],
    ['paused', run('Running', { pausedAt: AT }), ['failed'], 100, false],
  ])('says of a run %s whether more can come', (_, of, on, after, isEnd) => {
    expect(isOver({ on }, of, hours(after))).toBe(isEnd);
  });

  it.each<[string, RunSnapshot, readonly OnWord[], boolean]>([
    ['works', run('Running', withNode('Running', 2)), ['nodes'], false],
    ['failed', run('Running', withNode('Failed', 2)), DEFAULT_ON, true],
    ['succeeded', run('Running', withNode('Succeeded', 2)), DEFAULT_ON, true],
    [
      'was skipped, which the end of the run tells',
      run('Running', withNode('Skipped', 2)),
      DEFAULT_ON,
      false,
    ],
    [
      'was stopped, which the end of the run tells',
      run('Running', withNode('Terminated', 2)),
      DEFAULT_ON,
      false,
    ],
    ['was skipped in a run that has ended', run('Failed', withNode('Skipped', 2)), ['end'], true],
    ['failed in an earlier attempt', run('Running', withNode('Failed', 1)), DEFAULT_ON, false],
    ['is not known', run('Running'), DEFAULT_ON, false],
  ])('says of a watched node that %s whether more can come', (_, of, on, isEnd) => {
    expect(isOver({ on, nodeId: nodeId(1) }, of, hours(1))).toBe(isEnd);
  });
});

describe('watchIdOf', () => {
  const facts = { placeId: 'T1|C1|x', region: 'cn-hangzhou', runId: runId(1), userId: 'U1' };

  it('makes one watch of the same person, run and place', () => {
    expect(watchIdOf({ ...facts })).toBe(watchIdOf(facts));
  });

  it.each([[{ placeId: 'T1|C2|x' }], [{ region: 'cn-shanghai' }], [{ runId: runId(2) }], [{ userId: 'U2' }]])(
    'makes another of %o',
    (other) => {
      expect(watchIdOf({ ...facts, ...other })).not.toBe(watchIdOf(facts));
    },
  );
});
