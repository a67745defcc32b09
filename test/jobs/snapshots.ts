import { baselineOf } from '../../src/domain/diff.ts';
import type { Run, RunNode } from '../../src/domain/run.ts';
import type { RunSnapshot } from '../../src/domain/snapshot.ts';
import { readStatus } from '../../src/domain/status.ts';
import type { ClaimedRun, PollState } from '../../src/jobs/watched-runs.ts';
import { aRun, nodeId } from '../helpers/runs.ts';

export const START = new Date('2026-11-23T02:00:00Z');

/** A moment so many minutes after the start. */
export function minute(minutes: number): Date {
  return new Date(START.getTime() + minutes * 60_000);
}

/** Node number `number`, called `step-N`. */
export function step(number: number, said: string, facts: Partial<RunNode> = {}): RunNode {
  return { nodeId: nodeId(number), name: `step-${number}`, status: readStatus(said), ...facts };
}

/** A run as it was told at the start. */
export function told(
  facts: Partial<Run> & { said?: string; nodes?: readonly RunNode[] } = {},
  more: Partial<RunSnapshot> = {},
): RunSnapshot {
  const { nodes = [], ...run } = facts;
  const times = { askedAt: START, now: START };
  return { ...baselineOf(aRun({ workspaceId: '94801', startedAt: START, ...run }), nodes, times), ...more };
}

/** A claimed run that was listed at the start, and whose details are known. */
export function claimed(run: RunSnapshot, poll: Partial<PollState> = {}): ClaimedRun {
  const known = {
    nextPollAt: START,
    listedAt: START,
    isListWanted: false,
    isWaitingAsked: false,
    isSettled: true,
    misses: 0,
  };
  return { run, poll: { ...known, ...poll }, token: 'a-token' };
}
