import { describe, expect, it } from 'vitest';
import { type Owed, openingOf, owedFor } from '../../src/domain/delivery.ts';
import { baselineOf } from '../../src/domain/diff.ts';
import type { EventKind, RunEvent } from '../../src/domain/event.ts';
import type { RunSnapshot } from '../../src/domain/snapshot.ts';
import { readStatus } from '../../src/domain/status.ts';
import { DEFAULT_ON, type Watch } from '../../src/domain/watch.ts';
import { aRun, nodeId, runId } from '../helpers/runs.ts';

const AT = new Date('2026-11-23T02:00:00Z');

function aSnapshot(more: Partial<RunSnapshot> = {}): RunSnapshot {
  const run = aRun({
    workspaceId: '94801',
    consoleUrl: 'https://pai.console.aliyun.com/?regionId=cn-hangzhou#/studio/task/detail/flow-1',
  });
  return { ...baselineOf(run, [], { askedAt: AT, now: AT }), version: 2, ...more };
}

function aWatch(more: Partial<Watch> = {}): Watch {
  return {
    id: 'a-watch',
    placeId: 'here',
    team: 'T1',
    region: 'cn-hangzhou',
    runId: runId(1),
    userId: 'U1',
    on: DEFAULT_ON,
    sinceVersion: 1,
    createdAt: AT,
    ...more,
  };
}

function event(kind: EventKind, more: Partial<RunEvent> = {}): RunEvent {
  return { kind, attempt: 1, at: AT, ...more };
}

function nodeFailed(number: number, isFirstFailed = false): RunEvent {
  return event('node-failed', { node: { nodeId: nodeId(number), name: `step-${number}`, isFirstFailed } });
}

/** Who is told what where. */
function told(owed: readonly Owed[]): string[] {
  return owed.map(({ placeId, facts }) =>
    facts.kind === 'event' ? `${placeId}: ${facts.event.kind} to ${facts.watchers.join(' ')}` : facts.kind,
  );
}

describe('owedFor', () => {
  it('says what happened to which run', () => {
    const failed = event('failed', { durationMs: 60_000 });

    expect(owedFor(aSnapshot(), [failed], [aWatch()])).toEqual([
      {
        key: expect.any(String),
        placeId: 'here',
        facts: {
          kind: 'event',
          run: {
            region: 'cn-hangzhou',
            runId: runId(1),
            workspaceId: '94801',
            name: 'ctr-daily-train',
            consoleUrl: 'https://pai.console.aliyun.com/?regionId=cn-hangzhou#/studio/task/detail/flow-1',
          },
          event: failed,
          watchers: ['U1'],
        },
      },
    ]);
  });

  it('calls a run without a name by its id', () => {
    const [owed] = owedFor(aSnapshot({ name: undefined }), [event('failed')], [aWatch()]);

    expect(owed?.facts.run.name).toBe(runId(1));
  });

  it.each<[string, readonly RunEvent[], readonly Partial<Watch>[], readonly string[]]>([
    ['nobody', [event('failed')], [], []],
    ['whoever wants it', [event('failed')], [{}], ['here: failed to U1']],
    ['not who wants other things', [event('started')], [{}], []],
    ['not who was shown it already', [event('failed')], [{ sinceVersion: 2 }], []],
    [
      'one place once, with all who watch there',
      [event('failed')],
      [{}, { userId: 'U2' }],
      ['here: failed to U1 U2'],
    ],
    [
      'of one place only those who hear it',
      [event('started')],
      [{}, { userId: 'U2', on: ['started'] }],
      ['here: started to U2'],
    ],
    [
      'of one place only those who came before',
      [event('failed')],
      [{}, { userId: 'U2', sinceVersion: 2 }],
      ['here: failed to U1'],
    ],
    [
      'each place',
      [event('failed')],
      [{}, { placeId: 'there', userId: 'U2' }],
      ['here: failed to U1', 'there: failed to U2'],
    ],
    [
      'one event after the other',
      [nodeFailed(1, true), event('failed')],
      [{}, { placeId: 'there', on: ['end'] }],
      ['here: node-failed to U1', 'here: failed to U1', 'there: failed to U1'],
    ],
    [
      'whoever watches that node',
      [nodeFailed(1), nodeFailed(2)],
      [{ nodeId: nodeId(2) }, { userId: 'U2', on: ['nodes'] }],
      ['here: node-failed to U2', 'here: node-failed to U1 U2'],
    ],
  ])('owes it to %s', (_, events, watches, expected) => {
    expect(told(owedFor(aSnapshot(), events, watches.map(aWatch)))).toEqual(expected);
  });
});

describe('the key of an event', () => {
  const keyOf = (run: RunSnapshot, of: RunEvent, watch = aWatch({ on: ['nodes', 'failed', 'end'] })) =>
    owedFor(run, [of], [watch])[0]?.key;
  const key = keyOf(aSnapshot(), nodeFailed(1));

  it.each<[string, RunSnapshot, RunEvent, Partial<Watch>]>([
    ['when it was noticed', aSnapshot({ askedAt: new Date(0) }), nodeFailed(1), {}],
    ['when it happened', aSnapshot(), { ...nodeFailed(1), at: new Date(0) }, {}],
    ['what the run is called', aSnapshot({ name: 'other' }), nodeFailed(1, true), {}],
    ['who hears it', aSnapshot(), nodeFailed(1), { userId: 'U2', id: 'another' }],
  ])('is the same whatever %s', (_, run, of, watch) => {
    expect(keyOf(run, of, aWatch({ on: ['nodes'], ...watch }))).toBe(key);
  });

  it.each<[string, RunSnapshot, RunEvent, Partial<Watch>]>([
    ['place', aSnapshot(), nodeFailed(1), { placeId: 'there' }],
    ['region', aSnapshot({ region: 'cn-shanghai' }), nodeFailed(1), {}],
    ['run', aSnapshot({ runId: runId(2) }), nodeFailed(1), {}],
    ['attempt', aSnapshot(), { ...nodeFailed(1), attempt: 2 }, {}],
    ['version', aSnapshot({ version: 3 }), nodeFailed(1), {}],
    ['kind', aSnapshot(), { ...nodeFailed(1), kind: 'node-succeeded' }, {}],
    ['node', aSnapshot(), nodeFailed(2), {}],
    ['run instead of a node', aSnapshot(), event('failed'), {}],
  ])('is another for another %s', (_, run, of, watch) => {
    expect(keyOf(run, of, aWatch({ on: ['nodes', 'failed'], ...watch }))).not.toBe(key);
  });
});

describe('openingOf', () => {
  it('says who watches what', () => {
    const watch = aWatch({ nodeId: nodeId(1), on: ['nodes'] });

    expect(openingOf(aSnapshot(), watch)).toMatchObject({
      placeId: 'here',
      facts: { kind: 'watched', run: { runId: runId(1) }, nodeId: nodeId(1), userId: 'U1', on: ['nodes'] },
    });
  });

  it('names the node that is watched as PAI does', () => {
    const nodes = new Map([[nodeId(1), { status: readStatus('Running'), name: 'feature_join', attempt: 1 }]]);

    expect(openingOf(aSnapshot({ nodes }), aWatch({ nodeId: nodeId(1) })).facts).toMatchObject({
      nodeName: 'feature_join',
    });
  });

  it('is owed once, however many are shown the same there', () => {
    const one = openingOf(aSnapshot(), aWatch());

    expect(openingOf(aSnapshot({ version: 5 }), aWatch({ userId: 'U2', on: ['end'] })).key).toBe(one.key);
  });

  it.each<[string, RunSnapshot, Partial<Watch>]>([
    ['place', aSnapshot(), { placeId: 'there' }],
    ['run', aSnapshot({ runId: runId(2) }), {}],
    ['region', aSnapshot({ region: 'cn-shanghai' }), {}],
    ['version that was shown', aSnapshot(), { sinceVersion: 2 }],
  ])('is owed anew for another %s', (_, run, watch) => {
    expect(openingOf(run, aWatch(watch)).key).not.toBe(openingOf(aSnapshot(), aWatch()).key);
  });

  it('has a key that no event has', () => {
    const watch = aWatch();
    const events = owedFor(aSnapshot(), [event('failed')], [watch]);

    expect(events.map(({ key }) => key)).not.toContain(openingOf(aSnapshot(), watch).key);
  });
});
