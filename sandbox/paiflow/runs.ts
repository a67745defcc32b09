import { type PaiChange, recordNode, recordRun } from './history.ts';
import type { NodeLog } from './node-log.ts';

/** One step of a run. `parentId` is the run's root node, or the Dag or Loop it stands in. */
export interface PaiNode {
  readonly id: string;
  readonly name: string;
  readonly type: 'Task' | 'Dag' | 'Loop';
  readonly parentId: string;
  status: string;
  startedAt?: number | undefined;
  finishedAt?: number | undefined;
}

/** A run as the loopback PAIFlow keeps it. Times are epoch milliseconds. */
export interface PaiRun {
  readonly id: string;
  readonly region: string;
  readonly workspaceId: string;
  readonly rootId: string;
  readonly pipelineId: string;
  readonly sourceType: string;
  readonly sourceId: string;
  readonly userId: string;
  readonly createdAt: number;
  name: string;
  status: string;
  message: string;
  accessibility: 'PUBLIC' | 'PRIVATE';
  /** False = the bot's key does not see it, as with a PRIVATE run of somebody else. */
  isVisible: boolean;
  isDeleted: boolean;
  /** From 1; grows with every rerun. No answer shows it. */
  attempt: number;
  startedAt?: number | undefined;
  finishedAt?: number | undefined;
  modifiedAt: number;
  readonly nodes: Map<string, PaiNode>;
  readonly outputs: PaiOutput[];
  /** Logs by node id. */
  readonly logs: Map<string, NodeLog>;
  /** What truly happened to it, in order. */
  readonly changes: PaiChange[];
}

/** Something a node made. */
export interface PaiOutput {
  readonly id: string;
  readonly name: string;
  readonly type: 'Model' | 'DataSet' | 'Metrics' | 'ModelEvaluation';
  readonly nodeId: string;
  readonly value: string;
  readonly createdAt: number;
}

/** States in which a run or node no longer moves by itself. */
const FINAL = new Set(['Succeeded', 'Failed', 'Terminated', 'Skipped']);
const WAITING = new Set(['Initialized', 'ReadyToSchedule', 'Starting', 'WorkflowServiceStarting']);
/** States that only something that has begun can have; a word nobody knows says nothing about it. */
const BEGUN = new Set(['Running', 'Terminating', 'Succeeded', 'Failed', 'Terminated']);

/** True for a final status. */
export function isFinal(status: string): boolean {
  return FINAL.has(status);
}

/** True for a status before anything has begun. */
export function isWaiting(status: string): boolean {
  return WAITING.has(status);
}

/** Finds a node of a run by its id or its name. */
export function findNode(run: PaiRun, idOrName: string): PaiNode | undefined {
  return run.nodes.get(idOrName) ?? [...run.nodes.values()].find((node) => node.name === idOrName);
}

/** Puts a node that waits into a run. */
export function addNode(run: PaiRun, node: Omit<PaiNode, 'status'>, now: number): PaiNode {
  const added = { ...node, status: 'ReadyToSchedule' };
  run.nodes.set(added.id, added);
  run.modifiedAt = now;
  recordNode(run, added, now);
  return added;
}

/** Gives a node another status, with the times that go with it. */
export function setNodeStatus(run: PaiRun, node: PaiNode, status: string, now: number): void {
  const isNews = node.status !== status;
  moveNode(node, status, now);
  run.modifiedAt = now;
  if (isNews) recordNode(run, node, now);
}

/** As `setNodeStatus`, for a node that nobody has seen yet. */
export function moveNode(node: PaiNode, status: string, now: number): void {
  node.status = status;
  if (BEGUN.has(status)) node.startedAt ??= now;
  node.finishedAt = isFinal(status) ? (node.finishedAt ?? now) : undefined;
}

/** Gives a run another status; with `settle` its nodes follow, as they do when a real run ends. */
export function setRunStatus(run: PaiRun, status: string, given: { now: number; settle: boolean }): void {
  const { now } = given;
  const isNews = run.status !== status;
  run.status = status;
  run.modifiedAt = now;
  if (BEGUN.has(status)) run.startedAt ??= now;
  // Ended again as before, it keeps its end.
  if (isNews) run.finishedAt = isFinal(status) ? now : undefined;
  if (given.settle && isFinal(status)) settleNodes(run, status, now);
  if (isNews) recordRun(run, now);
}

/** Starts a finished run again under the same id: what did not succeed waits, its first node runs. */
export function rerun(run: PaiRun, now: number): void {
  run.status = 'Running';
  run.message = '';
  run.attempt += 1;
  run.startedAt = now;
  run.finishedAt = undefined;
  run.modifiedAt = now;
  run.changes.push({ kind: 'rerun', at: now, attempt: run.attempt });
  recordRun(run, now);
  const again = [...run.nodes.values()].filter((node) => node.status !== 'Succeeded');
  for (const node of again) {
    node.startedAt = undefined;
    node.finishedAt = undefined;
    setNodeStatus(run, node, 'ReadyToSchedule', now);
  }
  const first = again[0];
  if (first !== undefined) setNodeStatus(run, first, 'Running', now);
}

/** Shows a run to the bot's key, or hides it from then on. */
export function setVisible(run: PaiRun, isVisible: boolean, now: number): void {
  if (run.isVisible === isVisible) return;
  run.isVisible = isVisible;
  run.changes.push({ kind: 'visibility', at: now, attempt: run.attempt, isVisible });
}

/** Marks a run as deleted, or takes that back. */
export function setDeleted(run: PaiRun, isDeleted: boolean, now: number): void {
  if (run.isDeleted === isDeleted) return;
  run.isDeleted = isDeleted;
  run.modifiedAt = now;
  run.changes.push({ kind: 'deletion', at: now, attempt: run.attempt, isDeleted });
}

/** Moves a run one step on: what runs succeeds, the next waiting node starts, after the last the run ends. */
export function advance(run: PaiRun, now: number): void {
  if (isFinal(run.status)) return;
  if (run.status !== 'Running') setRunStatus(run, 'Running', { now, settle: false });
  const nodes = [...run.nodes.values()];
  for (const node of nodes) if (node.status === 'Running') setNodeStatus(run, node, 'Succeeded', now);
  const next = nodes.find((node) => isWaiting(node.status));
  if (next === undefined) setRunStatus(run, 'Succeeded', { now, settle: true });
  else setNodeStatus(run, next, 'Running', now);
}

function settleNodes(run: PaiRun, status: string, now: number): void {
  const open = [...run.nodes.values()].filter((node) => !isFinal(node.status));
  const hasFailed = [...run.nodes.values()].some((node) => node.status === 'Failed');
  if (status === 'Failed' && !hasFailed) {
    const culprit = open.find((node) => node.status === 'Running') ?? open[0];
    if (culprit !== undefined) setNodeStatus(run, culprit, 'Failed', now);
  }
  for (const node of open) {
    if (isFinal(node.status)) continue;
    setNodeStatus(run, node, settledStatus(status, node), now);
  }
}

function settledStatus(runStatus: string, node: PaiNode): string {
  if (runStatus === 'Succeeded') return 'Succeeded';
  return node.status === 'Running' ? 'Terminated' : 'Skipped';
}
