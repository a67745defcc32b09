import { isFinal, type Phase, type Status } from './status.ts';
import type { NodeId, RunId } from './target.ts';

/**
 * A pipeline run as PAI last told it. What an answer did not carry is absent, never guessed: the batch call knows
 * no times, no failure message and no PAI workspace, GetPipelineRun does.
 */
export interface Run {
  readonly region: string;
  readonly runId: RunId;
  readonly status: Status;
  readonly name?: string | undefined;
  /** Id of the virtual root node (type Dag) that holds the run's nodes. */
  readonly rootNodeId?: NodeId | undefined;
  readonly workspaceId?: string | undefined;
  /** Decimal digits; role ids exceed 2^53, so they are strings everywhere. */
  readonly userId?: string | undefined;
  readonly parentUserId?: string | undefined;
  readonly pipelineId?: string | undefined;
  readonly sourceType?: string | undefined;
  readonly sourceId?: string | undefined;
  readonly accessibility?: string | undefined;
  readonly isDeleted: boolean;
  readonly startedAt?: Date | undefined;
  readonly finishedAt?: Date | undefined;
  readonly createdAt?: Date | undefined;
  readonly modifiedAt?: Date | undefined;
  readonly durationSeconds?: number | undefined;
  /** PAI's hint about a failure. Outside text that may quote secrets: never logged, masked before it is shown. */
  readonly message?: string | undefined;
  /** Address of the run in the PAI console, as PAI gives it (field PipelineRunUri). */
  readonly consoleUrl?: string | undefined;
}

/** One node of a run as PAI last told it. */
export interface RunNode {
  readonly nodeId: NodeId;
  readonly status: Status;
  readonly name?: string | undefined;
  readonly runId?: RunId | undefined;
  readonly startedAt?: Date | undefined;
  readonly finishedAt?: Date | undefined;
  readonly inputsArchived?: boolean | undefined;
  readonly outputsArchived?: boolean | undefined;
  /** Free-form facts about the machine job behind a node, for example its DLC job ids. */
  readonly runtimeInfo?: Readonly<Record<string, unknown>> | undefined;
}

/** Something a node produced. */
export interface Output {
  readonly id: string;
  readonly name: string;
  /** `Model`, `DataSet`, `Metrics`, `ModelEvaluation`, or a word not seen yet. */
  readonly type: string;
  readonly runId?: RunId | undefined;
  readonly nodeId?: NodeId | undefined;
  readonly producer?: string | undefined;
  readonly createdAt?: Date | undefined;
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
  /** Decoded JSON where PAI sent JSON, else the string as sent. */
  readonly value?: unknown | undefined;
  readonly expandedArtifactIndex?: number | undefined;
  readonly expandableArtifactName?: string | undefined;
}

/** A run's nodes in the numbers people ask for. */
export interface NodeTally {
  readonly total: number;
  /** Nodes PAI is done with, whatever became of them. */
  readonly done: number;
  readonly succeeded: number;
  readonly skipped: number;
  /** Names of the nodes that run now, in PAI's order. */
  readonly running: readonly string[];
  /** Name of the node that failed first. */
  readonly failed?: string;
}

/**
 * Counts a run's nodes. The root is left out whether or not PAI put it in the list (the pages of
 * ListPipelineRunNodeStatus disagree). No nodes known: undefined.
 */
export function tallyNodes(nodes: readonly RunNode[], rootNodeId?: NodeId): NodeTally | undefined {
  const real = nodes.filter((node) => node.nodeId !== rootNodeId);
  if (real.length === 0) return undefined;
  const failed = firstFailedNode(real);
  return {
    total: real.length,
    done: real.filter((node) => isFinal(node.status.phase)).length,
    succeeded: real.filter((node) => node.status.phase === 'succeeded').length,
    skipped: real.filter((node) => node.status.phase === 'skipped').length,
    running: real.filter((node) => node.status.phase === 'running').map(nameOfNode),
    ...(failed && { failed: nameOfNode(failed) }),
  };
}

/** The node that failed first: Dag nodes fail after the node inside them that is the cause. */
export function firstFailedNode(nodes: readonly RunNode[]): RunNode | undefined {
  return nodes.filter((node) => node.status.phase === 'failed').sort(byEnd)[0];
}

/** A run's phase; that it was deleted says more than the status it had then. */
export function phaseOfRun(run: Run): Phase {
  return run.isDeleted ? 'deleted' : run.status.phase;
}

/** What people call a node: its name, else its id. */
export function nameOfNode(node: RunNode): string {
  return node.name ?? node.nodeId;
}

/** What people call a run: its name, else its id. */
export function nameOfRun(run: Pick<Run, 'runId' | 'name'>): string {
  return run.name ?? run.runId;
}

/** How long something took, in milliseconds, where both ends are known. */
export function durationMs({
  startedAt,
  finishedAt,
}: {
  startedAt?: Date | undefined;
  finishedAt?: Date | undefined;
}): number | undefined {
  if (startedAt === undefined || finishedAt === undefined) return undefined;
  return Math.max(0, finishedAt.getTime() - startedAt.getTime());
}

function byEnd(one: RunNode, other: RunNode): number {
  return (one.finishedAt?.getTime() ?? Infinity) - (other.finishedAt?.getTime() ?? Infinity) || 0;
}
