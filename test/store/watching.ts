import type { AddedWatch, WatchStore } from '../../src/commands/watch-store.ts';
import type { RunEvent } from '../../src/domain/event.ts';
import type { RunSnapshot } from '../../src/domain/snapshot.ts';
import { readStatus } from '../../src/domain/status.ts';
import type { ClaimedRun, PollState, RunChange, RunClaim } from '../../src/jobs/watched-runs.ts';
import { nodeId, runId } from '../helpers/runs.ts';

/** When the stories of the store tests begin. */
export const T0 = new Date('2026-03-02T09:00:00.000Z');

/** Some seconds later. */
export function at(seconds: number): Date {
  return new Date(T0.getTime() + seconds * 1000);
}

export function aSnapshot(number: number, facts: Partial<RunSnapshot> = {}): RunSnapshot {
  return {
    region: 'cn-hangzhou',
    runId: runId(number),
    name: `训练-${number}`,
    attempt: 1,
    version: 1,
    status: readStatus('Running'),
    isStarted: true,
    isDeleted: false,
    startedAt: at(-60),
    askedAt: T0,
    changedAt: T0,
    nodes: new Map([
      [nodeId(1), { status: readStatus('Succeeded'), name: 'prepare', attempt: 1, finishedAt: at(-5) }],
      [nodeId(2), { status: { phase: 'deleted', said: 'Running' }, attempt: 1 }],
      [nodeId(3), { status: readStatus('Hibernating: soon'), name: 'train', attempt: 2 }],
    ]),
    ...facts,
  };
}

/** A wish of U1 to hear of run 1 in C1. */
export function aWish({
  run = aSnapshot(1),
  user: userId = 'U1',
  channel: channelId = 'C1',
  now = T0,
  ...more
}: {
  readonly run?: RunSnapshot;
  readonly user?: string;
  readonly channel?: string;
  readonly threadTs?: string;
  readonly list?: string;
  readonly locale?: 'en' | 'zh';
  readonly now?: Date;
  readonly watch?: Partial<Parameters<WatchStore['addWatch']>[0]['watch']>;
} = {}): Parameters<WatchStore['addWatch']>[0] {
  const { threadTs, list, locale = 'en', watch } = more;
  return {
    baseline: run,
    place: { team: 'T1', channelId, locale, threadTs, list },
    watch: { userId, on: ['failed', 'end', 'rerun'], ...watch },
    now,
  };
}

/** The watch that was added; throws where nothing more can come of it. */
export function added(answer: AddedWatch): Exclude<AddedWatch, { kind: 'over' }> {
  if (answer.kind === 'over') throw new Error('nothing was added');
  return answer;
}

export function pollIn(seconds: number): PollState {
  return { nextPollAt: at(seconds), isListWanted: false, isWaitingAsked: false, isSettled: true, misses: 0 };
}

export function claimOf({ run: { region, runId: id }, token }: ClaimedRun): RunClaim {
  return { region, runId: id, token };
}

export const FAILED: RunEvent = { kind: 'failed', attempt: 1, at: at(10) };

/** A look at 10 s that found the run failed. */
export function failing(run: RunSnapshot, change: Partial<RunChange> = {}): RunChange {
  const now = change.now ?? at(10);
  return {
    next: {
      ...run,
      ...{ version: run.version + 1, status: readStatus('Failed'), askedAt: now, changedAt: now },
    },
    events: [FAILED],
    poll: pollIn(300),
    now,
    isComplete: true,
    ...change,
  };
}
