import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Owed, ToldEvent } from '../../src/domain/delivery.ts';
import { baselineOf } from '../../src/domain/diff.ts';
import type { EventKind, RunEvent } from '../../src/domain/event.ts';
import type { Place } from '../../src/domain/place.ts';
import type { RunSnapshot } from '../../src/domain/snapshot.ts';
import { readStatus } from '../../src/domain/status.ts';
import { type Streak, streakIdOf } from '../../src/domain/streak.ts';
import { type Telling, tell } from '../../src/domain/telling.ts';
import { DEFAULT_ON, ON_WORDS, type Watch } from '../../src/domain/watch.ts';
import { aRun, nodeId, runId } from '../helpers/runs.ts';

const AT = new Date('2026-11-23T02:00:00Z');

const HERE: Place = {
  ...{ id: 'here', team: 'T1', channelId: 'C1', locale: 'en', nextSeq: 1 },
  ...{ wantedVersion: 0, shownVersion: 0, openings: 1, ended: [] },
};
const THERE: Place = { ...HERE, id: 'there', channelId: 'C2' };
const PLACES = new Map([HERE, THERE].map((place) => [place.id, place]));

const STREAK: Streak = {
  id: streakIdOf(HERE, { series: 'daily', region: 'cn-hangzhou', runId: runId(1) }),
  ...{ placeId: 'there', failures: 2, firstAt: hours(-20), lastAt: hours(-1), nodeName: 'train' },
};

function hours(count: number): Date {
  return new Date(AT.getTime() + count * 3_600_000);
}

function aSnapshot(more: Partial<RunSnapshot> = {}): RunSnapshot {
  const consoleUrl = 'https://pai.console.aliyun.com/?regionId=cn-hangzhou#/studio/task/detail/flow-1';
  const run = aRun({ workspaceId: '94801', consoleUrl });
  return { ...baselineOf(run, [], { askedAt: AT, now: AT }), version: 2, series: 'daily', ...more };
}

function aWatch(more: Partial<Watch> = {}): Watch {
  const { placeId = 'here', userId = 'U1', nodeId: node } = more;
  return {
    ...{ id: [placeId, userId, node].join('|'), placeId, team: 'T1', region: 'cn-hangzhou', runId: runId(1) },
    ...{ userId, on: DEFAULT_ON, sinceVersion: 1, toldAttempt: 0, mentionedAttempt: 0, createdAt: AT },
    ...more,
  };
}

function event(kind: EventKind, more: Partial<RunEvent> = {}): RunEvent {
  return { kind, attempt: 1, at: AT, ...more };
}

function nodeFailed(number: number, isFirstFailed = false): RunEvent {
  return event('node-failed', { node: { nodeId: nodeId(number), name: `step-${number}`, isFirstFailed } });
}

function tellHere(
  events: readonly RunEvent[],
  watches: readonly Watch[],
  { run = aSnapshot(), streaks = [] }: { run?: RunSnapshot; streaks?: readonly Streak[] } = {},
): Telling {
  return tell(run, events, watches, {
    placeOf: (id) => PLACES.get(id),
    streakOf: (id) => streaks.find((streak) => streak.id === id),
    now: AT,
  });
}

function factsOf({ facts }: Owed): ToldEvent {
  if (facts.kind !== 'event') throw new Error('no event is told');
  return facts;
}

/** Who is told what where, those in brackets with a mention. */
function told({ owed }: Telling): string[] {
  return owed.map((each) => {
    const { event: of, watchers, mentions } = factsOf(each);
    const people = watchers.map((userId) => (mentions.includes(userId) ? `[${userId}]` : userId));
    return `${each.placeId}: ${of.kind} to ${people.join(' ')}`;
  });
}

describe('what a place is told', () => {
  it('says what happened to which run, and how far its nodes were', () => {
    const node = (said: string, name: string) => ({
      ...{ status: readStatus(said), name, attempt: 1 },
      finishedAt: name === 'root' ? hours(1) : AT,
    });
    const nodes = new Map([
      [nodeId(0), node('Failed', 'root')],
      [nodeId(1), node('Failed', 'train')],
      [nodeId(2), node('Succeeded', 'prepare')],
      [nodeId(3), node('Skipped', 'deploy')],
      [nodeId(4), node('Running', 'report')],
    ]);
    const failed = event('failed', { durationMs: 60_000 });

    const { owed } = tellHere([failed], [aWatch()], { run: aSnapshot({ nodes, rootNodeId: nodeId(0) }) });

    expect(owed).toMatchObject([
      {
        key: expect.any(String),
        placeId: 'here',
        facts: {
          kind: 'event',
          run: {
            ...{ region: 'cn-hangzhou', runId: runId(1), workspaceId: '94801', name: 'ctr-daily-train' },
            consoleUrl: expect.stringContaining('flow-1'),
          },
          event: failed,
          watchers: ['U1'],
          mentions: ['U1'],
          nodes: { total: 4, done: 3, succeeded: 1, skipped: 1, running: 1 },
          cause: { nodeId: nodeId(1), name: 'train' },
          isFailureTold: false,
          failures: 1,
        },
      },
    ]);
  });

  it('calls a run without a name by its id', () => {
    const [owed] = tellHere([event('failed')], [aWatch()], { run: aSnapshot({ name: undefined }) }).owed;

    expect(owed && factsOf(owed).run.name).toBe(runId(1));
  });

  it('names no node that failed in an attempt before', () => {
    const nodes = new Map([[nodeId(1), { status: readStatus('Failed'), name: 'train', attempt: 1 }]]);
    const failed = event('failed', { attempt: 2 });

    const [owed] = tellHere([failed], [aWatch()], { run: aSnapshot({ nodes, attempt: 2 }) }).owed;

    expect(owed && factsOf(owed).cause).toBeUndefined();
  });

  it.each<[string, readonly RunEvent[], readonly Partial<Watch>[], readonly string[]]>([
    ['nobody', [event('failed')], [], []],
    ['whoever wants it', [event('failed')], [{}], ['here: failed to [U1]']],
    ['not who wants other things', [event('started')], [{}], []],
    ['not who was shown it already', [event('failed')], [{ sinceVersion: 2 }], []],
    ['no place that is gone', [event('failed')], [{ placeId: 'nowhere' }], []],
    [
      'one place once, with all who watch there',
      [event('failed')],
      [{}, { userId: 'U2' }],
      ['here: failed to [U1] [U2]'],
    ],
    [
      'of one place only those who hear it',
      [event('started')],
      [{}, { userId: 'U2', on: ['started'] }],
      ['here: started to [U2]'],
    ],
    [
      'of one place only those who came before',
      [event('failed')],
      [{}, { userId: 'U2', sinceVersion: 2 }],
      ['here: failed to [U1]'],
    ],
    [
      'one event after the other',
      [nodeFailed(1), event('failed')],
      [{ on: ['nodes', 'end'] }, { placeId: 'there', on: ['end'] }],
      ['here: node-failed to [U1]', 'here: failed to U1', 'there: failed to [U1]'],
    ],
    [
      'whoever watches that node',
      [nodeFailed(1), nodeFailed(2)],
      [{ nodeId: nodeId(2) }, { userId: 'U2', on: ['nodes'] }],
      ['here: node-failed to [U2]', 'here: node-failed to [U1] U2'],
    ],
    [
      'the first failed node and the run by one reply',
      [nodeFailed(1, true), event('failed')],
      [{}],
      ['here: failed to [U1]'],
    ],
    [
      'that reply too who hears of nodes only',
      [nodeFailed(1, true), event('failed')],
      [{}, { userId: 'U2', on: ['nodes'] }],
      ['here: failed to [U1] [U2]'],
    ],
    [
      'the first failed node by itself where nobody hears of the run',
      [nodeFailed(1, true), event('failed')],
      [{ on: ['nodes'] }],
      ['here: node-failed to [U1]'],
    ],
    [
      'an end with a mention, and what is none without',
      [
        event('rerun', { attempt: 2 }),
        event('suspended', { attempt: 2 }),
        event('succeeded', { attempt: 2 }),
      ],
      [{ on: ['rerun', 'suspended', 'end'], mentionedAttempt: 1 }],
      ['here: rerun to U1', 'here: suspended to U1', 'here: succeeded to [U1]'],
    ],
    [
      'nobody by a mention who was mentioned in the attempt',
      [event('failed')],
      [{ mentionedAttempt: 1 }, { userId: 'U2' }],
      ['here: failed to U1 [U2]'],
    ],
    [
      'who was told of the attempt and not mentioned, as in a streak, by a mention',
      [event('succeeded')],
      [{ toldAttempt: 1 }],
      ['here: succeeded to [U1]'],
    ],
    [
      'who hears of no end by a mention for what they hear of',
      [event('started'), event('rerun', { attempt: 2 })],
      [{ on: ['started', 'rerun'] }, { userId: 'U2', on: ['rerun', 'failed'] }],
      ['here: started to [U1]', 'here: rerun to [U1] U2'],
    ],
    [
      'who watches a node and was told of its end nothing of the run',
      [event('failed')],
      [{ nodeId: nodeId(1), toldAttempt: 1 }],
      [],
    ],
    [
      'nobody by a mention who was mentioned by another watch',
      [event('failed')],
      [{ on: ['end'] }, { nodeId: nodeId(1), mentionedAttempt: 1 }],
      ['here: failed to U1'],
    ],
  ])('is owed to %s', (_, events, watches, expected) => {
    expect(told(tellHere(events, watches.map(aWatch)))).toEqual(expected);
  });

  it('is kept with the watches whose users know of the attempt by it', () => {
    const watches = [
      aWatch(),
      aWatch({ userId: 'U2', on: ['started'] }),
      aWatch({ userId: 'U3', toldAttempt: 1, mentionedAttempt: 1 }),
    ];

    expect(tellHere([event('failed')], watches).watches).toEqual([
      aWatch({ toldAttempt: 1, mentionedAttempt: 1 }),
    ]);
    expect(tellHere([event('rerun')], watches).watches).toEqual([]);
  });

  it('says whether the failure of the node was told before', () => {
    const isToldOf = (toldAttempt: number) =>
      tellHere([event('failed', { attempt: 2 })], [aWatch({ toldAttempt })]).owed.map(
        (each) => factsOf(each).isFailureTold,
      );

    expect([isToldOf(0), isToldOf(1), isToldOf(2)]).toEqual([[false], [false], [true]]);
  });
});

describe('a streak', () => {
  it('begins with the first failure in a place', () => {
    const nodes = new Map([[nodeId(1), { status: readStatus('Failed'), name: 'train', attempt: 1 }]]);

    const { streaks, overStreaks } = tellHere([event('failed')], [aWatch()], { run: aSnapshot({ nodes }) });

    expect(streaks).toEqual([
      { id: STREAK.id, placeId: 'here', failures: 1, firstAt: AT, lastAt: AT, nodeName: 'train' },
    ]);
    expect(overStreaks).toEqual([]);
  });

  it('grows with those that follow, which mention nobody', () => {
    const telling = tellHere([event('failed')], [aWatch()], { streaks: [STREAK] });

    expect(told(telling)).toEqual(['here: failed to U1']);
    expect(telling.owed.map((each) => factsOf(each).failures)).toEqual([3]);
    expect(telling.streaks).toEqual([{ ...STREAK, failures: 3, lastAt: AT, nodeName: undefined }]);
    expect(telling.watches).toEqual([aWatch({ toldAttempt: 1 })]);
  });

  it.each<[string, readonly RunEvent[], Partial<Watch>]>([
    ['a success', [event('succeeded')], {}],
    ['a success that nobody hears', [event('succeeded')], { on: ['started'] }],
  ])('is over with %s', (_, events, watch) => {
    const { streaks, overStreaks } = tellHere(events, [aWatch(watch)], { streaks: [STREAK] });

    expect({ streaks, overStreaks }).toEqual({ streaks: [], overStreaks: [STREAK.id] });
  });

  it('is another one after a day', () => {
    const telling = tellHere([event('failed')], [aWatch()], { streaks: [{ ...STREAK, lastAt: hours(-24) }] });

    expect(told(telling)).toEqual(['here: failed to [U1]']);
    expect(telling.streaks).toMatchObject([{ placeId: 'here', failures: 1 }]);
  });

  it('is left alone by what is no end', () => {
    const events = [event('started'), event('rerun'), event('terminated')];

    expect(tellHere(events, [aWatch()], { streaks: [STREAK] })).toMatchObject({
      streaks: [],
      overStreaks: [],
    });
  });
});

describe('the key of an event', () => {
  const keyOf = (run: RunSnapshot, of: RunEvent, watch = aWatch({ on: ['nodes', 'failed', 'end'] })) =>
    tellHere([of], [watch], { run }).owed[0]?.key;
  const key = keyOf(aSnapshot(), nodeFailed(1));

  it.each<[string, RunSnapshot, RunEvent, Partial<Watch>]>([
    ['when it was noticed', aSnapshot({ askedAt: new Date(0) }), nodeFailed(1), {}],
    ['when it happened', aSnapshot(), { ...nodeFailed(1), at: new Date(0) }, {}],
    ['what the run is called', aSnapshot({ name: 'other' }), nodeFailed(1, true), {}],
    ['who hears it', aSnapshot(), nodeFailed(1), { userId: 'U2', toldAttempt: 1 }],
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
    const another = keyOf(run, of, aWatch({ on: ['nodes', 'failed'], ...watch }));

    expect(another).toBeDefined();
    expect(another).not.toBe(key);
  });
});

describe('mentions', () => {
  const kinds = ['node-failed', 'failed', 'succeeded', 'terminated', 'started', 'rerun'] as const;
  const steps = fc.array(
    fc.array(fc.record({ kind: fc.constantFrom(...kinds), node: fc.integer({ min: 1, max: 3 }) }), {
      maxLength: 4,
    }),
    { minLength: 1, maxLength: 8 },
  );
  const people = fc.array(
    fc.record({
      user: fc.constantFrom('U1', 'U2', 'U3'),
      place: fc.constantFrom('here', 'there'),
      node: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
      on: fc.subarray([...ON_WORDS], { minLength: 1 }),
    }),
    { minLength: 1, maxLength: 6 },
  );

  it('come once at most for each person, place and attempt, and in a streak for its first failure', () => {
    fc.assert(
      fc.property(steps, people, (commits, wishes) => {
        let watches = wishes.map(({ user, place, node, on }) =>
          aWatch({
            ...{ userId: user, placeId: place, on },
            ...(node !== undefined && { nodeId: nodeId(node) }),
          }),
        );
        watches = [...new Map(watches.map((watch) => [watch.id, watch])).values()];
        const streaks = new Map<string, Streak>();
        const mentioned = new Set<string>();
        let [attempt, version] = [1, 1];
        for (const commit of commits) {
          version += 1;
          const events = commit.map(({ kind, node }): RunEvent => {
            if (kind === 'rerun') attempt += 1;
            return kind === 'node-failed'
              ? { ...nodeFailed(node, node === 1), attempt }
              : event(kind, { attempt });
          });
          const wasStreak = new Set([...streaks.values()].map(({ id }) => id));
          const telling = tellHere(events, watches, {
            run: aSnapshot({ version, attempt }),
            streaks: [...streaks.values()],
          });
          for (const owed of telling.owed) {
            const facts = factsOf(owed);
            const place = PLACES.get(owed.placeId) ?? HERE;
            const isFailure = facts.event.kind === 'failed' || facts.event.kind === 'node-failed';
            const goesOn = wasStreak.has(streakIdOf(place, aSnapshot()));
            if (isFailure && goesOn && !events.some(({ kind }) => kind === 'succeeded')) {
              expect(facts.mentions).toEqual([]);
            }
            for (const user of facts.mentions) {
              const name = `${owed.placeId} ${user} ${facts.event.attempt}`;
              expect(facts.watchers).toContain(user);
              expect(mentioned.has(name), name).toBe(false);
              mentioned.add(name);
            }
          }
          const changed = new Map(telling.watches.map((watch) => [watch.id, watch]));
          watches = watches.map((watch) => changed.get(watch.id) ?? watch);
          for (const id of telling.overStreaks) streaks.delete(id);
          for (const streak of telling.streaks) streaks.set(streak.id, streak);
        }
      }),
      { numRuns: 500 },
    );
  });
});
