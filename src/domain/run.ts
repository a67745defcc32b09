import type { Status } from './status.ts';
import type { NodeId, RunId } from './target.ts';

/**
 * A pipeline run as PAI last told it. What an answer did not carry is absent, never guessed: the batch call knows
 * no times, no failure message and no PAI workspace, GetPipelineRun does.
 */
export interface Run {
  readonly region: string;
  readonly runId: RunId;
  readonly status: Status;
  readonly name?: string;
  /** Id of the virtual root node (type Dag) that holds the run's nodes. */
  readonly rootNodeId?: NodeId;
  readonly workspaceId?: string;
  /** Decimal digits; role ids exceed 2^53, so they are strings everywhere. */
  readonly userId?: string;
  readonly parentUserId?: string;
  readonly pipelineId?: string;
  readonly sourceType?: string;
  readonly sourceId?: string;
  readonly accessibility?: string;
  readonly isDeleted: boolean;
  readonly startedAt?: Date;
  readonly finishedAt?: Date;
  readonly createdAt?: Date;
  readonly modifiedAt?: Date;
  readonly durationSeconds?: number;
  /** PAI's hint about a failure. Outside text that may quote secrets: never logged, masked before it is shown. */
  readonly message?: string;
  /** Address of the run in the PAI console, as PAI gives it (field PipelineRunUri). */
  readonly consoleUrl?: string;
}

/** One node of a run as PAI last told it. */
export interface RunNode {
  readonly nodeId: NodeId;
  readonly status: Status;
  readonly name?: string;
  readonly runId?: RunId;
  readonly startedAt?: Date;
  readonly finishedAt?: Date;
  readonly inputsArchived?: boolean;
  readonly outputsArchived?: boolean;
  /** Free-form facts about the machine job behind a node, for example its DLC job ids. */
  readonly runtimeInfo?: Readonly<Record<string, unknown>>;
}

/** Something a node produced. */
export interface Output {
  readonly id: string;
  readonly name: string;
  /** `Model`, `DataSet`, `Metrics`, `ModelEvaluation`, or a word not seen yet. */
  readonly type: string;
  readonly runId?: RunId;
  readonly nodeId?: NodeId;
  readonly producer?: string;
  readonly createdAt?: Date;
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Decoded JSON where PAI sent JSON, else the string as sent. */
  readonly value?: unknown;
  readonly expandedArtifactIndex?: number;
  readonly expandableArtifactName?: string;
}
