import type { RunEvent } from './event.ts';
import { durationMs, type RunNode } from './run.ts';
import type { NodeSnapshot } from './snapshot.ts';
import { isFinal } from './status.ts';
import type { NodeId } from './target.ts';

type Nodes = ReadonlyMap<NodeId, NodeSnapshot>;

/** The nodes one look saw, and what the look knows of their run. */
export interface NodesSeen {
  readonly nodes: readonly RunNode[];
  readonly attempt: number;
  /** When that attempt started: what ended before belongs to an earlier one. */
  readonly startedAt?: Date | undefined;
  readonly rootNodeId?: NodeId | undefined;
  readonly askedAt: Date;
}

/**
 * Compares nodes with what was told of them. The end of a node is final within an attempt of its run:
 *
 * | told | seen | happens |
 * |---|---|---|
 * | nothing, waiting, at work | failed, succeeded | `node-failed`, `node-succeeded` |
 * | nothing, waiting, at work | another end | remembered |
 * | an end in this attempt | anything | nothing |
 * | an end in an earlier attempt | the same end | nothing: the rerun kept it, or the answer is late |
 * | an end in an earlier attempt | waiting, at work | remembered, and when it ended |
 * | at work since then | that end, or one before this attempt | nothing: the answer is late |
 * | an end in an earlier attempt | a later or another end | the event of that end |
 * | nothing, waiting, at work, an end two attempts ago | an end before this attempt | the event, of the attempt before |
 *
 * `next` is the same map where nothing has changed. Events come in the order of the ends.
 */
export function diffNodes(
  told: Nodes,
  seen: NodesSeen,
): { readonly next: Nodes; readonly events: readonly RunEvent[] } {
  let next: Map<NodeId, NodeSnapshot> | undefined;
  const ended: Ended[] = [];
  for (const node of seen.nodes) {
    // PAI's pages disagree whether the virtual root node is in its lists.
    if (node.nodeId === seen.rootNodeId) continue;
    const before = told.get(node.nodeId);
    const attempt = attemptOf(node, seen);
    if (before !== undefined && !isNews(before, node, attempt)) continue;
    next ??= new Map(told);
    const now = snapshotOf(node, before, attempt);
    next.set(node.nodeId, now);
    if (isFinal(node.status.phase)) ended.push({ node, attempt, name: now.name ?? node.nodeId });
  }
  if (next === undefined) return { next: told, events: [] };
  return { next, events: eventsOf(ended, told, seen) };
}

interface Ended {
  readonly node: RunNode;
  readonly attempt: number;
  readonly name: string;
}

/** The attempt a row speaks of: late answers, and ends that a rerun keeps, are older than the start of this one. */
function attemptOf({ startedAt, finishedAt = startedAt }: RunNode, run: NodesSeen): number {
  if (run.attempt === 1 || run.startedAt === undefined || finishedAt === undefined) return run.attempt;
  return finishedAt < run.startedAt ? run.attempt - 1 : run.attempt;
}

function isNews(before: NodeSnapshot, node: RunNode, attempt: number): boolean {
  const wasFinal = isFinal(before.status.phase);
  const isEnd = isFinal(node.status.phase);
  if (wasFinal && before.attempt >= attempt) return false;
  // An end of the attempt before, of a node that works again: news only if no end of it was ever told.
  if (before.attempt > attempt) return isEnd && before.finishedAt === undefined;
  if (!isEnd) {
    const isRenamed = node.name !== undefined && node.name !== before.name;
    return before.status.said !== node.status.said || before.attempt !== attempt || isRenamed;
  }
  if (before.finishedAt !== undefined && node.finishedAt !== undefined) {
    return node.finishedAt > before.finishedAt;
  }
  return !wasFinal || before.status.phase !== node.status.phase;
}

function snapshotOf(node: RunNode, before: NodeSnapshot | undefined, attempt: number): NodeSnapshot {
  const isLate = before !== undefined && before.attempt > attempt;
  return {
    status: isLate ? before.status : node.status,
    name: node.name ?? before?.name,
    finishedAt: (isFinal(node.status.phase) ? node.finishedAt : undefined) ?? before?.finishedAt,
    attempt: isLate ? before.attempt : attempt,
  };
}

function eventsOf(ended: Ended[], told: Nodes, { attempt: current, askedAt }: NodesSeen): RunEvent[] {
  let isFirst = ![...told.values()].some(
    ({ status, attempt }) => status.phase === 'failed' && attempt === current,
  );
  const timeOf = ({ node }: Ended) => (node.finishedAt ?? askedAt).getTime();
  ended.sort((one, other) => timeOf(one) - timeOf(other));
  return ended.flatMap(({ node, attempt, name }): RunEvent[] => {
    const { phase } = node.status;
    if (phase !== 'failed' && phase !== 'succeeded') return [];
    // Of the attempt before nobody remembers who was first, and its run has been told to have failed.
    const isFirstFailed = phase === 'failed' && attempt === current && isFirst;
    if (isFirstFailed) isFirst = false;
    const ran = durationMs(node);
    return [
      {
        kind: `node-${phase}`,
        attempt,
        at: node.finishedAt ?? askedAt,
        node: { nodeId: node.nodeId, name, isFirstFailed },
        ...(ran !== undefined && { durationMs: ran }),
      },
    ];
  });
}
