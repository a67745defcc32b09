import type { RunNode } from './run.ts';
import type { Status } from './status.ts';
import type { NodeId, RunId } from './target.ts';

/** A node of a watched run as it was last told. */
export interface NodeSnapshot {
  readonly status: Status;
  readonly name?: string | undefined;
  /** When it last ended, also while it works again in a later attempt. */
  readonly finishedAt?: Date | undefined;
  /** The attempt of the run that `status` belongs to. */
  readonly attempt: number;
}

/**
 * A watched run as it was last told: what the next look is compared with. Facts PAI has not given yet are absent; the
 * batch call's rows know no times and no PAI workspace, GetPipelineRun fills them in.
 */
export interface RunSnapshot {
  readonly region: string;
  readonly runId: RunId;
  readonly workspaceId?: string | undefined;
  readonly name?: string | undefined;
  /** Equal for runs of one pipeline (domain/series.ts). */
  readonly series?: string | undefined;
  /** PAI user who started it. */
  readonly userId?: string | undefined;
  readonly rootNodeId?: NodeId | undefined;
  readonly consoleUrl?: string | undefined;
  /** From 1; grows with every confirmed rerun. */
  readonly attempt: number;
  /** From 1; grows with every committed change. */
  readonly version: number;
  readonly status: Status;
  /** True once it was seen at work or later, so that its start is told once; later starts are reruns. */
  readonly isStarted: boolean;
  readonly isDeleted: boolean;
  readonly startedAt?: Date | undefined;
  readonly finishedAt?: Date | undefined;
  /** When PAI was asked for what stands here; an older answer is never believed. */
  readonly askedAt: Date;
  /** When something last changed, by our clock. */
  readonly changedAt: Date;
  /** Since when PAI shows it no more. */
  readonly lostAt?: Date | undefined;
  /** Since when nobody looks any more, because nothing changed for so long. */
  readonly pausedAt?: Date | undefined;
  readonly nodes: ReadonlyMap<NodeId, NodeSnapshot>;
}

/** The nodes of a watched run as they were last told. */
export function nodesOfSnapshot({ nodes }: Pick<RunSnapshot, 'nodes'>): RunNode[] {
  return Array.from(nodes, ([nodeId, { status, name, finishedAt }]) => ({
    nodeId,
    status,
    name,
    finishedAt,
  }));
}
