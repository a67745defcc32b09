import type { RunEvent } from './event.ts';
import type { RunSnapshot } from './snapshot.ts';
import { isFinal } from './status.ts';
import type { NodeId, RunId } from './target.ts';

/** What somebody wants to hear of a run. */
export type OnWord = 'failed' | 'end' | 'nodes' | 'started' | 'suspended' | 'rerun';

export const ON_WORDS: readonly OnWord[] = ['failed', 'end', 'nodes', 'started', 'suspended', 'rerun'];

/** What a watch hears unless told otherwise. */
export const DEFAULT_ON: readonly OnWord[] = ['failed', 'end', 'rerun'];

/** Somebody wants to hear of a run, or of one of its nodes, in a place. */
export interface Watch {
  /** Unique for (place, run, node, user). */
  readonly id: string;
  readonly placeId: string;
  readonly team: string;
  readonly region: string;
  readonly runId: RunId;
  /** The one node that is watched. */
  readonly nodeId?: NodeId | undefined;
  /** Slack user. */
  readonly userId: string;
  readonly on: readonly OnWord[];
  /** The version of the run that its maker was shown; only what came later is told. */
  readonly sinceVersion: number;
  /** The attempt whose failure or end its user has been told of; 0 before the first. */
  readonly toldAttempt: number;
  /** The attempt they have been mentioned in: not the one that is told while its pipeline fails again and again. */
  readonly mentionedAttempt: number;
  readonly createdAt: Date;
}

/** A finished run may be rerun under its id; so long is it looked at now and then, and so long a lost one looked for. */
export const REST_MS = 24 * 60 * 60 * 1000;

/** The id of a watch: the same person, run or node, and place make the same watch. */
export function watchIdOf({
  placeId,
  region,
  runId,
  nodeId,
  userId,
}: Pick<Watch, 'placeId' | 'region' | 'runId' | 'nodeId' | 'userId'>): string {
  return [placeId, `${region}/${runId}`, ...(nodeId === undefined ? [] : [nodeId]), userId].join('|');
}

/**
 * Whether a watch is told of an event:
 *
 * | event | heard by |
 * |---|---|
 * | node-failed | `nodes`; `failed` if it is the attempt's first |
 * | node-succeeded | `nodes` |
 * | failed | `failed`, `end` |
 * | succeeded, terminated, skipped | `end` |
 * | started, suspended, rerun | the word itself |
 * | deleted, lost, paused | everybody: nothing more may come |
 *
 * The watch of one node hears that node's failure by `failed`, `end` or `nodes`, its success by the last two, and, since
 * the node can end no other way then, the end of the run.
 */
export function hears({ on, nodeId }: Pick<Watch, 'on' | 'nodeId'>, { kind, node }: RunEvent): boolean {
  switch (kind) {
    case 'node-failed':
    case 'node-succeeded':
      if (nodeId !== undefined && node?.nodeId !== nodeId) return false;
      if (nodeId !== undefined && on.includes('end')) return true;
      if (nodeId !== undefined && kind === 'node-failed' && on.includes('failed')) return true;
      if (on.includes('nodes')) return true;
      return kind === 'node-failed' && on.includes('failed') && node?.isFirstFailed === true;
    case 'failed':
      return on.includes('failed') || on.includes('end');
    case 'succeeded':
    case 'terminated':
    case 'skipped':
      return on.includes('end');
    case 'started':
    case 'suspended':
    case 'rerun':
      return on.includes(kind);
    case 'deleted':
    case 'lost':
    case 'paused':
      return true;
    default:
      return kind satisfies never;
  }
}

/**
 * Whether nothing more can come of a watch: the run is deleted, the end of its node has been told, it ended and no
 * rerun is wanted, or it has been at rest or lost for 24 hours. A node that was skipped or stopped is no event, so its
 * watch waits for the end of the run.
 */
export function isOver({ on, nodeId }: Pick<Watch, 'on' | 'nodeId'>, run: RunSnapshot, now: Date): boolean {
  if (run.isDeleted) return true;
  if (run.lostAt !== undefined) return now.getTime() - run.lostAt.getTime() >= REST_MS;
  const node = nodeId === undefined ? undefined : run.nodes.get(nodeId);
  const isNodeTold = node?.status.phase === 'failed' || node?.status.phase === 'succeeded';
  if (isNodeTold && node.attempt === run.attempt) return true;
  if (!isFinal(run.status.phase)) return false;
  return !on.includes('rerun') || now.getTime() - run.changedAt.getTime() >= REST_MS;
}
