import { describe, expect, it } from 'vitest';
import { conclude, type Look, type Pace } from '../../src/jobs/conclude.ts';
import type { ClaimedRun } from '../../src/jobs/watched-runs.ts';
import { aRun } from '../helpers/runs.ts';
import { claimed, minute, START, step, told } from './snapshots.ts';

const PACE: Pace = { intervalMs: 15_000, random: () => 0.5 };
const DAY = 24 * 60;

function seen(said: string, more: Partial<Extract<Look, { kind: 'seen' }>> = {}): Look {
  return { kind: 'seen', askedAt: minute(1), run: aRun({ said }), nodes: [], list: 'not-needed', ...more };
}

function pollAfter(of: ClaimedRun, look: Look, now = minute(1)) {
  const conclusion = conclude(of, look, now, PACE);
  return conclusion.kind === 'commit' ? conclusion.change.poll : conclusion.poll;
}

function changeOf(of: ClaimedRun, look: Look, now = minute(1)) {
  const conclusion = conclude(of, look, now, PACE);
  return conclusion.kind === 'commit' ? conclusion.change : undefined;
}

describe('a look that shows what was told', () => {
  it('is nothing to commit, and the run is due after the interval', () => {
    const conclusion = conclude(claimed(told()), seen('Running'), minute(1), PACE);

    expect(conclusion).toMatchObject({
      kind: 'release',
      poll: { nextPollAt: new Date(minute(1).getTime() + 15_000) },
    });
  });

  it('ends a row of misses', () => {
    const before = claimed(told(), { misses: 2, missingSince: START });

    expect(pollAfter(before, seen('Running'))).toMatchObject({ misses: 0, missingSince: undefined });
  });
});

describe('a look that shows a change', () => {
  it('commits it with its events, one version on, and asks again soon', () => {
    const change = changeOf(claimed(told({ said: 'Starting', startedAt: undefined })), seen('Running'));

    expect(change).toMatchObject({ next: { version: 2 }, events: [{ kind: 'started' }], isComplete: true });
    expect(change?.poll.nextPollAt).toEqual(new Date(minute(1).getTime() + 5000));
  });

  it('asks waiting nodes in the next look once a node has changed', () => {
    const nodes = [step(1, 'Running'), step(2, 'ReadyToSchedule')];
    const look = seen('Running', { nodes: [step(1, 'Succeeded')] });

    expect(pollAfter(claimed(told({ nodes })), look).isWaitingAsked).toBe(true);
  });
});

describe('the end of a run', () => {
  const ended = told({ said: 'Failed', finishedAt: START });
  const secondsAfter = (seconds: number) => new Date(START.getTime() + seconds * 1000);

  it('is told at once, and its watches stay for the ends of nodes that a late answer may have hidden', () => {
    const change = changeOf(claimed(told(), { isSettled: false }), seen('Failed', { list: 'listed' }));

    expect(change).toMatchObject({
      events: [{ kind: 'failed' }],
      isComplete: false,
      poll: { isSettled: false },
    });
  });

  it('is told at once where the nodes could not be listed, and they are wanted soon', () => {
    const change = changeOf(claimed(told(), { isSettled: false }), seen('Failed', { list: 'wanted' }));

    expect(change).toMatchObject({ events: [{ kind: 'failed' }], poll: { isListWanted: true } });
  });

  it.each([
    ['not by a list of the same moment', 10, 'listed', false],
    ['not without a list', 30, 'wanted', false],
    ['by a list half a minute later', 30, 'listed', true],
    ['not without one, however long PAI is away', 3600, 'wanted', false],
  ] as const)('is settled, so that its watches can end: %s', (_how, seconds, list, isSettled) => {
    const before = claimed(ended, { isSettled: false });

    const change = changeOf(before, seen('Failed', { list }), secondsAfter(seconds));

    expect(change?.isComplete).toBe(isSettled ? true : undefined);
    if (isSettled)
      expect(change).toMatchObject({ events: [], next: { version: 2 }, poll: { isSettled: true } });
  });

  it('waits for a node that is not at rest although its run is, for five minutes', () => {
    const open = told({ said: 'Failed', finishedAt: START, nodes: [step(1, 'Running')] });
    const change = (seconds: number) =>
      changeOf(
        claimed(open, { isSettled: false }),
        seen('Failed', { list: 'listed' }),
        secondsAfter(seconds),
      );

    expect(change(240)).toBeUndefined();
    expect(change(300)).toMatchObject({ isComplete: true });
  });

  it('waits anew where such a list brings the end of a node', () => {
    const look = seen('Failed', { list: 'listed', nodes: [step(1, 'Failed')] });

    const change = changeOf(claimed(ended, { isSettled: false }), look, secondsAfter(30));

    expect(change).toMatchObject({ events: [{ kind: 'node-failed' }], isComplete: false });
  });

  it('ends the watches of a deleted run at once', () => {
    const look = seen('Failed', { run: aRun({ said: 'Failed', isDeleted: true }) });

    expect(changeOf(claimed(told(), { isSettled: false }), look)).toMatchObject({ isComplete: true });
  });
});

describe('a look that PAI did not answer', () => {
  it('changes nothing of what is known', () => {
    const before = claimed(told(), { misses: 2, missingSince: START, isListWanted: true });

    expect(pollAfter(before, { kind: 'failed' })).toMatchObject({
      misses: 2,
      missingSince: START,
      isListWanted: true,
    });
  });
});

describe('a run that PAI leaves out of its answers', () => {
  it.each([
    ['not after two misses, however long', 1, -30, false],
    ['not within ten minutes, however many misses', 9, -9, false],
    ['after three over ten minutes', 2, -10, true],
  ])('is lost: %s', (_when, misses, since, isLost) => {
    const before = claimed(told(), { misses, missingSince: minute(since) });

    const change = changeOf(before, { kind: 'missing' }, START);

    expect(change?.events.map(({ kind }) => kind)).toEqual(isLost ? ['lost'] : undefined);
    if (isLost) expect(change?.next.lostAt).toEqual(minute(since));
  });

  it('counts from the first miss', () => {
    expect(pollAfter(claimed(told()), { kind: 'missing' })).toMatchObject({
      misses: 1,
      missingSince: minute(1),
    });
  });

  it('is lost once', () => {
    const before = claimed(told({}, { lostAt: START }), { misses: 7, missingSince: START });

    expect(conclude(before, { kind: 'missing' }, minute(60), PACE).kind).toBe('release');
  });

  it('is looked for at rest for a day, then committed once more so that its watches end', () => {
    const before = claimed(told({}, { lostAt: START }), { misses: 7, missingSince: START });

    expect(changeOf(before, { kind: 'missing' }, minute(DAY - 1))).toBeUndefined();
    expect(changeOf(before, { kind: 'missing' }, minute(DAY))).toMatchObject({
      events: [],
      isComplete: true,
    });
  });
});

describe('a run that does not change', () => {
  it.each([
    ['at work, is paused after fourteen days', 'Running', 14 * DAY, ['paused']],
    ['at work, is not before', 'Running', 14 * DAY - 1, undefined],
    ['at rest, ends its watches after a day', 'Failed', DAY, []],
    ['at rest, does not before', 'Failed', DAY - 1, undefined],
  ])('%s', (_what, said, minutes, events) => {
    const change = changeOf(claimed(told({ said, finishedAt: START })), seen(said), minute(minutes));

    expect(change?.events.map(({ kind }) => kind)).toEqual(events);
  });
});

describe('a look that cannot be believed yet', () => {
  it('leaves its lists wanted, since its nodes do not count either', () => {
    const before = claimed(told({ said: 'Failed', finishedAt: START }), {
      listedAt: START,
      isListWanted: true,
    });

    const poll = pollAfter(before, seen('Running', { list: 'listed' }));

    expect(poll).toMatchObject({ listedAt: START, isListWanted: true });
  });
});

describe('GetPipelineRun', () => {
  it('is asked about an end again where it told of the rerun after it', () => {
    const look = seen('Failed', { details: aRun({ workspaceId: '94801', startedAt: minute(1) }) });

    expect(pollAfter(claimed(told()), look).detailedFor).toBe('1 start');
  });

  it('is not asked again for what it has told', () => {
    const look = seen('Running', { details: aRun({ workspaceId: '94801', startedAt: START }) });

    expect(pollAfter(claimed(told()), look).detailedFor).toBe('1 start');
  });

  it('is not asked again where it will not say', () => {
    const before = claimed(told({ workspaceId: undefined }));

    expect(pollAfter(before, seen('Running', { details: 'refused' })).detailedFor).toBe('1 start');
  });

  it('is asked again soon where PAI did not answer', () => {
    const poll = pollAfter(claimed(told({ workspaceId: undefined })), seen('Running'));

    expect(poll.detailedFor).toBeUndefined();
    expect(poll.nextPollAt).toEqual(new Date(minute(1).getTime() + 5000));
  });
});
