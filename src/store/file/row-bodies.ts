import * as z from 'zod';
import type { Delivery } from '../../domain/delivery.ts';
import type { EventKind } from '../../domain/event.ts';
import type { NodeSnapshot, RunSnapshot } from '../../domain/snapshot.ts';
import { type Phase, readStatus, type Status, WORST_FIRST } from '../../domain/status.ts';
import { type NodeId, parseNodeId, parseRunId, type RunId } from '../../domain/target.ts';
import { ON_WORDS } from '../../domain/watch.ts';

/*
 * What stands in the file, read by zod and written by hand. Objects are strict: a field nobody knows was written by
 * somebody else, and the next write would lose it.
 */

/** From 0. */
export const count = z.int().nonnegative();

/** ISO-8601 in UTC. */
export const time = z.iso.datetime().transform((text) => new Date(text));

/** Whole seconds are written without their zeros: a run holds a time for each of its nodes. */
export function writeTime(date: Date): string {
  const text = date.toISOString();
  return text.endsWith('.000Z') ? `${text.slice(0, -5)}Z` : text;
}

const runId = z.string().transform((text, context) => {
  const id = parseRunId(text);
  if (id !== undefined) return id;
  context.addIssue('is no run id');
  return z.NEVER;
});

const nodeId = z.string().transform((text, context) => {
  const id = parseNodeId(text);
  if (id !== undefined) return id;
  context.addIssue('is no node id');
  return z.NEVER;
});

const PHASES: ReadonlySet<string> = new Set(WORST_FIRST);

const status = z.string().transform(readSavedStatus);

/** PAI's word alone where it says its phase, else `phase:word`. */
function writeStatus({ phase, said }: Status): string {
  return phase !== 'unknown' && readStatus(said).phase === phase ? said : `${phase}:${said}`;
}

function readSavedStatus(text: string): Status {
  const at = text.indexOf(':');
  const phase = text.slice(0, Math.max(0, at));
  return PHASES.has(phase) ? { phase: phase as Phase, said: text.slice(at + 1) } : readStatus(text);
}

/** The key of a run's row, `region/run`. */
export function readKeyOfRun(key: string): { readonly region: string; readonly runId: RunId } {
  const at = key.lastIndexOf('/');
  return {
    region: z
      .string()
      .min(1)
      .parse(key.slice(0, Math.max(0, at))),
    runId: runId.parse(key.slice(at + 1)),
  };
}

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

export const placeBody = z.strictObject({
  team: z.string(),
  channelId: z.string(),
  threadTs: z.string().optional(),
  cardTs: z.string().optional(),
  nextSeq: count,
  wantedVersion: count,
  shownVersion: count,
  locale: z.enum(['en', 'zh']),
});

const onWords = z.array(z.enum(ON_WORDS));

export const watchBody = z.strictObject({
  placeId: z.string(),
  team: z.string(),
  region: z.string(),
  runId,
  nodeId: nodeId.optional(),
  userId: z.string(),
  on: onWords,
  sinceVersion: count,
  createdAt: time,
});

const EVENT_KINDS = {
  started: 'started',
  'node-failed': 'node-failed',
  'node-succeeded': 'node-succeeded',
  succeeded: 'succeeded',
  failed: 'failed',
  terminated: 'terminated',
  skipped: 'skipped',
  suspended: 'suspended',
  rerun: 'rerun',
  deleted: 'deleted',
  lost: 'lost',
  paused: 'paused',
} as const satisfies { readonly [K in EventKind]: K };

const toldRun = z.strictObject({
  region: z.string(),
  runId,
  workspaceId: z.string().optional(),
  name: z.string(),
  consoleUrl: z.string().optional(),
});

const event = z.strictObject({
  kind: z.enum(EVENT_KINDS),
  attempt: count,
  at: time,
  node: z.strictObject({ nodeId, name: z.string(), isFirstFailed: z.boolean() }).exactOptional(),
  durationMs: z.number().exactOptional(),
});

const facts = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('watched'),
    run: toldRun,
    nodeId: nodeId.optional(),
    nodeName: z.string().optional(),
    userId: z.string(),
    on: onWords,
  }),
  z.strictObject({ kind: z.literal('event'), run: toldRun, event, watchers: z.array(z.string()) }),
]);

export const deliveryBody = z.strictObject({
  placeId: z.string(),
  seq: count,
  facts,
  state: z.enum(['pending', 'sending', 'unknown', 'sent', 'parked']),
  attempts: count,
  nextAt: time,
  createdAt: time,
  firstSentAt: time.optional(),
  sentAt: time.optional(),
  ts: z.string().optional(),
  lastError: z.string().optional(),
});

export function writeDelivery({ key: _, ...delivery }: Delivery): unknown {
  const { facts, nextAt, createdAt, firstSentAt, sentAt } = delivery;
  return {
    ...delivery,
    facts:
      facts.kind === 'event' ? { ...facts, event: { ...facts.event, at: writeTime(facts.event.at) } } : facts,
    nextAt: writeTime(nextAt),
    createdAt: writeTime(createdAt),
    firstSentAt: firstSentAt && writeTime(firstSentAt),
    sentAt: sentAt && writeTime(sentAt),
  };
}

/** Whether a parsed JSON value is an object, and no array. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
