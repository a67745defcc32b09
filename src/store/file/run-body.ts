import * as z from 'zod';
import type { NodeSnapshot, RunSnapshot } from '../../domain/snapshot.ts';
import { type NodeId, parseNodeId } from '../../domain/target.ts';
import { count, isObject, nodeId, readSavedStatus, status, time, writeStatus, writeTime } from './fields.ts';

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z$/;

/**
 * Reads `[status, attempt, name, finishedAt]`; an array, for twenty of them make most of a run's text. By hand, as
 * zod takes several times as long and a store holds hundreds of thousands. Gives nothing for what is no node.
 */
function readNode(saved: unknown): NodeSnapshot | undefined {
  if (!Array.isArray(saved) || saved.length > 4) return undefined;
  const [said, attempt, name, finishedAt]: unknown[] = saved;
  if (typeof said !== 'string' || !Number.isSafeInteger(attempt)) return undefined;
  if (name !== undefined && name !== null && typeof name !== 'string') return undefined;
  if (finishedAt !== undefined && !(typeof finishedAt === 'string' && TIME.test(finishedAt)))
    return undefined;
  return {
    status: readSavedStatus(said),
    attempt: Number(attempt),
    ...(typeof name === 'string' && { name }),
    ...(finishedAt !== undefined && { finishedAt: new Date(finishedAt) }),
  };
}

function writeNode({ status, attempt, name, finishedAt }: NodeSnapshot): unknown[] {
  const node: unknown[] = [writeStatus(status), attempt];
  if (name !== undefined || finishedAt !== undefined) node.push(name ?? null);
  if (finishedAt !== undefined) node.push(writeTime(finishedAt));
  return node;
}

function readNodes(saved: Readonly<Record<string, unknown>>): Map<NodeId, NodeSnapshot> | undefined {
  const nodes = new Map<NodeId, NodeSnapshot>();
  for (const [key, value] of Object.entries(saved)) {
    const [id, node] = [parseNodeId(key), readNode(value)];
    if (id === undefined || node === undefined) return undefined;
    nodes.set(id, node);
  }
  return nodes;
}

export const runBody = z.strictObject({
  workspaceId: z.string().optional(),
  name: z.string().optional(),
  series: z.string().optional(),
  userId: z.string().optional(),
  rootNodeId: nodeId.optional(),
  consoleUrl: z.string().optional(),
  attempt: count,
  version: count,
  status,
  isStarted: z.boolean(),
  isDeleted: z.boolean(),
  startedAt: time.optional(),
  finishedAt: time.optional(),
  askedAt: time,
  changedAt: time,
  lostAt: time.optional(),
  pausedAt: time.optional(),
  nodes: z.custom<Record<string, unknown>>(isObject).transform((saved, context) => {
    const nodes = readNodes(saved);
    if (nodes !== undefined) return nodes;
    context.addIssue('holds what is no node');
    return z.NEVER;
  }),
});

export function writeRun({ region: _, runId: __, ...run }: RunSnapshot): unknown {
  const nodes: Record<string, unknown> = {};
  for (const [id, node] of run.nodes) nodes[id] = writeNode(node);
  return {
    ...run,
    status: writeStatus(run.status),
    startedAt: run.startedAt && writeTime(run.startedAt),
    finishedAt: run.finishedAt && writeTime(run.finishedAt),
    askedAt: writeTime(run.askedAt),
    changedAt: writeTime(run.changedAt),
    lostAt: run.lostAt && writeTime(run.lostAt),
    pausedAt: run.pausedAt && writeTime(run.pausedAt),
    nodes,
  };
}
