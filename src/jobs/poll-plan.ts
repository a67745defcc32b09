import type { StatusQuestion } from '../commands/status-question.ts';
import type { Run, RunNode } from '../domain/run.ts';
import type { NodeSnapshot, RunSnapshot } from '../domain/snapshot.ts';
import { isFinal, type Phase } from '../domain/status.ts';
import type { NodeId } from '../domain/target.ts';
import type { ClaimedRun, PollState } from './watched-runs.ts';

/**
 * How late PAI's answers are taken to be at most; nothing is documented. What ended is looked at once more after that,
 * for an answer that was late may have hidden the end of a node.
 */
const LATE_MS = 25_000;
/** Later than that nobody waits for the nodes of a run that ended: some of a terminated one may stay as they are. */
const SETTLED_MS = 5 * 60 * 1000;
/** A run may end and be rerun meanwhile, and both rows look as if it had been at work all the time. */
const LONG_UNSEEN_MS = 5 * 60 * 1000;
/** Loops and nested Dags get nodes while they run, and no row of a status call tells of them. */
const LIST_EVERY_MS = 10 * 60 * 1000;

/** The run, and those of its nodes that can have changed since the last look. */
export function questionsOf({ run, poll }: ClaimedRun): readonly StatusQuestion[] {
  const { region, runId, workspaceId } = run;
  const about = { region, runId, ...(workspaceId !== undefined && { workspaceId }) };
  const questions: StatusQuestion[] = [{ ...about, kind: 'run' }];
  if (isFinal(run.status.phase)) return questions;
  for (const [nodeId, node] of run.nodes) {
    const isAsked = poll?.isWaitingAsked === true ? mayChange(node, run) : isAtWork(node.status.phase);
    if (isAsked) questions.push({ ...about, kind: 'node', nodeId });
  }
  return questions;
}

/** Why a run's nodes are listed, the most urgent first. */
export type ListReason = 'end' | 'change' | 'again' | 'start' | 'nothing-at-work' | 'loops';

/** Most urgent first: an end owes its events, everything else only its card. */
export const LIST_REASONS: readonly ListReason[] = [
  'end',
  'change',
  'again',
  'start',
  'nothing-at-work',
  'loops',
];

/** Whether the nodes have to be listed, by what this look has seen of the run and of the nodes that were asked. */
export function listReason(
  { run, poll }: ClaimedRun,
  seen: { readonly run: Run; readonly nodes: readonly RunNode[] },
  now: Date,
): ListReason | undefined {
  const isChanged = run.status.said !== seen.run.status.said;
  if (isFinal(seen.run.status.phase)) {
    if (isChanged || poll?.isListWanted === true) return 'end';
    return poll?.isSettled === true || hasSettled(run, poll, now) ? undefined : 'again';
  }
  if (isChanged || poll?.isListWanted === true) return 'change';
  if (poll?.listedAt === undefined) return 'start';
  if (seen.run.status.phase === 'running' && !hasNodeAtWork(run, seen.nodes)) return 'nothing-at-work';
  return now.getTime() - poll.listedAt.getTime() >= LIST_EVERY_MS ? 'loops' : undefined;
}

/** Whether the ends of all nodes are known, as far as they ever will be, of a run that has ended. */
export function hasSettled(
  run: RunSnapshot,
  poll: Pick<PollState, 'listedAt' | 'isListWanted'> | undefined,
  now: Date,
): boolean {
  const sinceMs = (at: Date) => at.getTime() - run.changedAt.getTime();
  // Without a list after the end nobody knows what became of the nodes, however long PAI is away.
  if (poll?.isListWanted !== false || poll.listedAt === undefined || sinceMs(poll.listedAt) < LATE_MS)
    return false;
  // A node that is not at rest although its run is, is a late answer.
  const isAtRest = ![...run.nodes.values()].some((node) => mayChange(node, run));
  return isAtRest || sinceMs(now) >= SETTLED_MS;
}

/**
 * Whether GetPipelineRun has to tell what no row does: times and PAI workspace, at the start and at the end, and whether
 * a run was rerun while nobody looked.
 */
export function areDetailsWanted(
  {
    run,
    poll,
  }: {
    readonly run: RunSnapshot;
    readonly poll?: Pick<PollState, 'detailedFor' | 'nextPollAt'> | undefined;
  },
  now: Date,
): boolean {
  if (run.isDeleted || run.lostAt !== undefined) return false;
  const dueAt = poll?.nextPollAt ?? run.askedAt;
  if (now.getTime() - dueAt.getTime() >= LONG_UNSEEN_MS) return true;
  if (poll?.detailedFor === detailsKeyOf(run)) return false;
  if (run.workspaceId === undefined) return true;
  return isFinal(run.status.phase)
    ? run.finishedAt === undefined
    : run.isStarted && run.startedAt === undefined;
}

/** Names what GetPipelineRun is asked about once: an attempt's start, and its end. */
export function detailsKeyOf({ attempt, status }: Pick<RunSnapshot, 'attempt' | 'status'>): string {
  return `${attempt} ${isFinal(status.phase) ? 'end' : 'start'}`;
}

/** How many times longer than a run at work others wait until they are asked for again. */
const WAITS = { changed: 1 / 3, atWork: 1, ended: 2, waiting: 4, resting: 20 } as const;
/** However long the interval: a store takes what is due much later for a clock that was set back. */
const LONGEST_WAIT_MS = 30 * 60 * 1000;
/** Runs that were found together need not be asked for together for ever. */
const JITTER = 0.1;

/** When a run is asked for again; `random` is from 0 up to 1. What is urgent is asked for sooner than its state says. */
export function nextPollAt(
  run: RunSnapshot,
  {
    now,
    poll,
    isUrgent,
    intervalMs,
    random,
  }: {
    readonly now: Date;
    readonly poll: Pick<PollState, 'isSettled'>;
    readonly isUrgent: boolean;
    readonly intervalMs: number;
    readonly random: number;
  },
): Date {
  const factor = isUrgent ? WAITS.changed : waitOf(run, poll);
  const jitter = 1 + JITTER * (2 * random - 1);
  return new Date(now.getTime() + Math.round(Math.min(intervalMs * factor, LONGEST_WAIT_MS) * jitter));
}

function waitOf(run: RunSnapshot, { isSettled }: Pick<PollState, 'isSettled'>): number {
  const { phase } = run.status;
  if (run.lostAt !== undefined) return WAITS.resting;
  if (isFinal(phase)) return isSettled ? WAITS.resting : WAITS.ended;
  return isAtWork(phase) && phase !== 'suspended' ? WAITS.atWork : WAITS.waiting;
}

function hasNodeAtWork(run: RunSnapshot, seen: readonly RunNode[]): boolean {
  const phases = new Map<NodeId, Phase>();
  for (const [nodeId, { status }] of run.nodes) phases.set(nodeId, status.phase);
  for (const { nodeId, status } of seen) phases.set(nodeId, status.phase);
  return [...phases.values()].some(isAtWork);
}

/** A rerun resets the nodes that did not succeed. */
function mayChange(node: NodeSnapshot, run: RunSnapshot): boolean {
  if (!isFinal(node.status.phase)) return true;
  return node.attempt < run.attempt && node.status.phase !== 'succeeded';
}

function isAtWork(phase: Phase): boolean {
  return phase === 'running' || phase === 'terminating' || phase === 'suspended' || phase === 'unknown';
}
