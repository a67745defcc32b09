import { describe, expect, it } from 'vitest';
import { areDetailsWanted, listReason, nextPollAt, questionsOf } from '../../src/jobs/poll-plan.ts';
import { aRun, nodeId } from '../helpers/runs.ts';
import { claimed, minute, START, step, told } from './snapshots.ts';

const NODES = [step(1, 'Succeeded'), step(2, 'Running'), step(3, 'ReadyToSchedule')];

function askedNodes(of: ReturnType<typeof claimed>): (string | undefined)[] {
  return questionsOf(of).map((each) => (each.kind === 'node' ? each.nodeId : 'run'));
}

describe('what is asked about a run', () => {
  it('is the run and its nodes at work, in the PAI workspace it was learnt to be in', () => {
    expect(questionsOf(claimed(told({ nodes: NODES })))).toEqual([
      { kind: 'run', region: 'cn-hangzhou', runId: aRun().runId, workspaceId: '94801' },
      {
        kind: 'node',
        region: 'cn-hangzhou',
        runId: aRun().runId,
        workspaceId: '94801',
        nodeId: nodeId(2),
      },
    ]);
  });

  it('takes in waiting nodes once another node has changed, and never those at rest', () => {
    expect(askedNodes(claimed(told({ nodes: NODES }), { isWaitingAsked: true }))).toEqual([
      'run',
      nodeId(2),
      nodeId(3),
    ]);
  });

  it('takes in what failed in an earlier attempt, since a rerun resets it, and not what succeeded there', () => {
    const run = told({ nodes: [step(1, 'Succeeded'), step(2, 'Failed')] }, { attempt: 2 });

    expect(askedNodes(claimed(run, { isWaitingAsked: true }))).toEqual(['run', nodeId(2)]);
  });

  it('is the run alone while that is at rest', () => {
    const run = told({ said: 'Failed', nodes: NODES });

    expect(askedNodes(claimed(run, { isWaitingAsked: true }))).toEqual(['run']);
  });
});

describe('the nodes are listed', () => {
  const atWork = told({ nodes: NODES });
  const waiting = told({ said: 'Starting', nodes: [step(1, 'ReadyToSchedule')] });
  const ended = told({ said: 'Failed' });

  it.each([
    ['at the start', claimed(atWork, { listedAt: undefined }), 'Running', [], 'start'],
    ['when the run ends', claimed(atWork), 'Failed', [], 'end'],
    [
      'when its end was told without them',
      claimed(ended, { isSettled: false, isListWanted: true }),
      'Failed',
      [],
      'end',
    ],
    ['again a while after its end', claimed(ended, { isSettled: false }), 'Failed', [], 'again'],
    ['when its state changes', claimed(waiting), 'Running', [], 'change'],
    ['when they were wanted before', claimed(atWork, { isListWanted: true }), 'Running', [], 'change'],
    [
      'when it runs and none of them does',
      claimed(atWork),
      'Running',
      [step(2, 'Succeeded')],
      'nothing-at-work',
    ],
    ['after ten minutes, for loops', claimed(atWork, { listedAt: minute(-6) }), 'Running', [], 'loops'],
    ['not while a known one is at work', claimed(atWork), 'Running', [], undefined],
    ['not while the run waits', claimed(waiting), 'Starting', [], undefined],
    [
      'not while the run rests',
      claimed(told({ said: 'Failed' }), { listedAt: minute(-60) }),
      'Failed',
      [],
      undefined,
    ],
  ])('%s', (_when, of, said, nodes, reason) => {
    expect(listReason(of, { run: aRun({ said }), nodes }, minute(4))).toBe(reason);
  });
});

describe('GetPipelineRun is asked', () => {
  it.each([
    ['where the PAI workspace is not known', told({ workspaceId: undefined }), undefined, true],
    ['once a run has started', told({ startedAt: undefined }), undefined, true],
    ['not before it has', told({ said: 'Starting', startedAt: undefined }), undefined, false],
    ['once it has ended', told({ said: 'Failed' }), '1 start', true],
    ['once for each', told({ said: 'Failed' }), '1 end', false],
    ['again in the next attempt', told({ startedAt: undefined }, { attempt: 2 }), '1 start', true],
    ['not for what is known', told(), undefined, false],
    ['not for what is deleted', told({ isDeleted: true, workspaceId: undefined }), undefined, false],
    ['not for what is lost', told({ workspaceId: undefined }, { lostAt: START }), undefined, false],
  ])('%s', (_when, run, detailedFor, wanted) => {
    expect(areDetailsWanted({ run, poll: { detailedFor, nextPollAt: START } }, minute(1))).toBe(wanted);
  });

  it.each([
    ['due five minutes ago', { nextPollAt: START, detailedFor: '1 start' }, 5, true],
    ['due a moment ago', { nextPollAt: START, detailedFor: '1 start' }, 4, false],
    ['told long before this start', undefined, 5, true],
    ['told just before it', undefined, 4, false],
  ])('whether a run was rerun while nobody looked: %s', (_when, poll, minutes, wanted) => {
    expect(areDetailsWanted({ run: told(), poll }, minute(minutes))).toBe(wanted);
  });
});

describe('a run is due again', () => {
  it.each([
    ['at work, after the interval', told(), false, false, 15_000],
    ['changed, after a third of it', told(), true, false, 5000],
    ['queued, after four', told({ said: 'Starting' }), false, false, 60_000],
    ['suspended, after four', told({ said: 'Suspended' }), false, false, 60_000],
    ['ended, after two', told({ said: 'Succeeded' }), false, false, 30_000],
    ['at rest, after twenty', told({ said: 'Succeeded' }), false, true, 300_000],
    ['lost, after twenty', told({}, { lostAt: START }), false, false, 300_000],
    ['of a state nobody knows, like one at work', told({ said: 'Cached' }), false, false, 15_000],
  ])('%s', (_state, run, isUrgent, isSettled, ms) => {
    const at = (random: number) =>
      nextPollAt(run, {
        now: START,
        poll: { isSettled },
        isUrgent,
        intervalMs: 15_000,
        random,
      }).getTime() - START.getTime();

    expect(at(0.5)).toBe(ms);
    expect([at(0), at(1)]).toEqual([ms * 0.9, ms * 1.1]);
  });

  it('is never due later than in half an hour, and a tenth of it for chance', () => {
    const times = {
      now: START,
      poll: { isSettled: true },
      isUrgent: false,
      intervalMs: 3_600_000,
      random: 1,
    };

    expect(nextPollAt(told({ said: 'Succeeded' }), times)).toEqual(minute(33));
  });
});
