import type { PaiFailure } from '../commands/pai-failure.ts';
import { diff, lose, pause } from '../domain/diff.ts';
import type { RunEvent } from '../domain/event.ts';
import type { Run, RunNode } from '../domain/run.ts';
import type { RunSnapshot } from '../domain/snapshot.ts';
import { isFinal } from '../domain/status.ts';
import { REST_MS } from '../domain/watch.ts';
import { areDetailsWanted, detailsKeyOf, hasSettled, nextPollAt } from './poll-plan.ts';
import type { ClaimedRun, PollState, RunChange } from './watched-runs.ts';

/** What a look at a run has brought. */
export type Look =
  | {
      readonly kind: 'seen';
      readonly askedAt: Date;
      readonly run: Run;
      /** What GetPipelineRun said, where it was asked; `refused` where it will not say anything. */
      readonly details?: Run | 'refused' | undefined;
      readonly nodes: readonly RunNode[];
      /** `wanted` where the nodes should have been listed and were not. */
      readonly list: 'listed' | 'wanted' | 'not-needed';
    }
  /** PAI left it out of its answer. */
  | { readonly kind: 'missing' }
  /** PAI did not answer. */
  | { readonly kind: 'failed'; readonly failure?: PaiFailure | undefined };

export type Conclusion =
  | { readonly kind: 'commit'; readonly change: RunChange }
  | { readonly kind: 'release'; readonly poll: PollState };

export interface Pace {
  /** How often a run at work is asked for. */
  readonly intervalMs: number;
  /** From 0 up to 1. */
  readonly random: () => number;
}

/** One answer that leaves a run out says nothing: lost is told after this many in a row, over this time. */
const MISSES = 3;
const MISSING_MS = 10 * 60 * 1000;
const PAUSED_AFTER_MS = 14 * 24 * 60 * 60 * 1000;

/** Of a run that nobody has looked at since the store was opened everything is still to be asked. */
export const NOTHING_KNOWN = {
  isListWanted: false,
  isWaitingAsked: false,
  isSettled: false,
  misses: 0,
} as const;

type Known = Omit<PollState, 'nextPollAt'>;

/** What is known of a run after a look; `next` is absent where nothing has changed. */
interface Outcome {
  readonly next?: RunSnapshot | undefined;
  readonly events: readonly RunEvent[];
  readonly poll: Known;
}

/** Says what a look changes, and when the run is due again. Pure but for `random`. */
export function conclude({ run, poll }: ClaimedRun, look: Look, now: Date, pace: Pace): Conclusion {
  const before: Known = poll ?? NOTHING_KNOWN;
  const { next, events, poll: known } = settled(run, outcomeOf(run, look, before, now), now);
  const told = next ?? run;
  const isUrgent =
    known.isListWanted ||
    areDetailsWanted({ run: told, poll: { ...known, nextPollAt: now } }, now) ||
    (next !== undefined && !isFinal(told.status.phase));
  const times = { now, poll: known, isUrgent, intervalMs: pace.intervalMs, random: pace.random() };
  const state: PollState = { ...known, nextPollAt: nextPollAt(told, times) };
  if (next === undefined) return { kind: 'release', poll: state };
  const isComplete = known.isSettled || told.isDeleted || !isFinal(told.status.phase);
  return { kind: 'commit', change: { next, events, poll: state, now, isComplete } };
}

function outcomeOf(run: RunSnapshot, look: Look, before: Known, now: Date): Outcome {
  switch (look.kind) {
    case 'failed':
      return { events: [], poll: before };
    case 'missing':
      return missed(run, before, now);
    case 'seen':
      return seen(run, look, before, now);
    default:
      return look satisfies never;
  }
}

function seen(run: RunSnapshot, look: Extract<Look, { kind: 'seen' }>, before: Known, now: Date): Outcome {
  const details = look.details === 'refused' ? undefined : look.details;
  const difference = diff(run, { ...look, details }, now);
  const isFound = { ...before, seenAt: look.askedAt, missingSince: undefined, misses: 0 };
  // Nothing of the look counts, its nodes do not either: whatever it was asked for is still wanted.
  if (difference.kind === 'suspicious' || difference.kind === 'stale') return { events: [], poll: isFound };
  const { next, events } = difference.kind === 'changed' ? difference : { next: undefined, events: [] };
  const { attempt, status } = next ?? run;
  const poll: Known = {
    ...isFound,
    listedAt: look.list === 'listed' ? now : before.listedAt,
    isListWanted: look.list === 'wanted',
    isWaitingAsked: next !== undefined && next.nodes !== run.nodes,
    isSettled: before.isSettled && next === undefined,
    detailedFor:
      look.details === undefined
        ? before.detailedFor
        : detailsKeyOf({ attempt, status: details?.status ?? status }),
  };
  return { next, events, poll };
}

function missed(run: RunSnapshot, before: Known, now: Date): Outcome {
  const missingSince = before.missingSince ?? now;
  const poll = { ...before, missingSince, misses: before.misses + 1 };
  const isLost = poll.misses >= MISSES && isPast(missingSince, MISSING_MS, now);
  return isLost && run.lostAt === undefined
    ? { ...lose(run, missingSince, now), poll }
    : { events: [], poll };
}

/**
 * What time alone brings: a run whose nodes have settled after its end, or that is at rest or lost for a day, is
 * committed once more, so that the watches which are over can go; one that never changes is looked at no more.
 */
function settled(run: RunSnapshot, outcome: Outcome, now: Date): Outcome {
  if (outcome.next !== undefined) return outcome;
  const isAtRest = isFinal(run.status.phase);
  const settles = isAtRest && !outcome.poll.isSettled && hasSettled(run, outcome.poll, now);
  const restingSince = run.lostAt ?? (isAtRest ? run.changedAt : undefined);
  if (settles || (restingSince !== undefined && isPast(restingSince, REST_MS, now))) {
    const poll = { ...outcome.poll, isSettled: isAtRest };
    return { ...outcome, next: { ...run, version: run.version + 1 }, poll };
  }
  const isForgotten = !isAtRest && run.lostAt === undefined && isPast(run.changedAt, PAUSED_AFTER_MS, now);
  return isForgotten ? { ...outcome, ...pause(run, now) } : outcome;
}

function isPast(since: Date, ms: number, now: Date): boolean {
  return now.getTime() - since.getTime() >= ms;
}
