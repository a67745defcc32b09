import type { NodeId, RunId } from '../domain/target.ts';
import type { Call } from './transport.ts';

/** A log holds whatever a program wrote; 8 MB are 16,000 lines of 500 characters. */
const MAX_LOG_BYTES = 8 * 1024 * 1024;

export interface NodeKey {
  readonly runId: RunId;
  readonly nodeId: NodeId;
}

interface RunsStatusScope {
  readonly region: string;
  /** Digits of a PAI workspace. */
  readonly workspaceId?: string | undefined;
  /** Also asks for what the runs or nodes produced: `Model`, `DataSet`, `Metrics` or `ModelEvaluation`. */
  readonly outputType?: string | undefined;
}

/** PAI answers runs or nodes, never both: given both, it takes the nodes (ListPipelineRunsStatus, field Nodes). */
export type RunsStatusQuery =
  | (RunsStatusScope & { readonly runs: readonly RunId[] })
  | (RunsStatusScope & { readonly nodes: readonly NodeKey[] });

export interface RunQuery {
  readonly region: string;
  readonly runId: RunId;
  /** Lets PAI add the manifest, which is not read; PAI's default is false. */
  readonly verbose?: boolean;
  readonly manifestType?: 'Raw' | 'Frozen' | 'Rendered' | 'Expanded' | 'Runtime';
}

export interface RunListQuery {
  readonly region: string;
  /** Digits of a PAI workspace. */
  readonly workspaceId?: string | undefined;
  /** Whether PAI takes it for the whole name or for a part of it is not documented. */
  readonly name?: string | undefined;
  /** One status; `Suspended` is none of those PAI documents for this filter. */
  readonly status?: string | undefined;
  readonly userId?: string | undefined;
  /** `UNKNOWN`, `SDK`, `DESIGNER` or `M6`. */
  readonly sourceType?: string | undefined;
  readonly sourceId?: string | undefined;
  readonly sortBy?: 'StartedAt' | 'FinishedAt' | 'Duration' | 'GmtCreateTime' | 'GmtModifiedTime' | undefined;
  /** PAI's default is DESC. */
  readonly order?: 'ASC' | 'DESC' | undefined;
  /** From 1. */
  readonly pageNumber?: number | undefined;
  /** PAI's default is 10; its maximum is not documented, and more may be answered with fewer rows. */
  readonly pageSize?: number | undefined;
}

interface NodeQuery {
  readonly region: string;
  readonly runId: RunId;
  readonly nodeId: NodeId;
}

/** The node is usually the run's root node. Whether the answer holds it too is not documented in one voice. */
export interface NodeStatusQuery extends NodeQuery {
  /** Levels, this node's included; PAI's default is 2 for the sibling operation. */
  readonly depth?: number;
  readonly type?: 'Logical' | 'Physical';
}

export interface NodeLogsQuery extends NodeQuery {
  /** Lines to leave out before the first; PAI's default is 0. */
  readonly offset?: number | undefined;
  readonly pageSize?: number | undefined;
  /** Only lines that hold it; PAI calls the search fuzzy. */
  readonly keyword?: string | undefined;
  /** A larger answer fails as `too-large`; 8 MB by default. */
  readonly maxBytes?: number | undefined;
}

export interface NodeOutputsQuery extends NodeQuery {
  /** Levels, this node's included, from 1 to 99999; PAI has no default. */
  readonly depth: number;
  /** `Model`, `DataSet`, `Metrics` or `ModelEvaluation`. */
  readonly type?: string | undefined;
  /** From 1. */
  readonly pageNumber?: number | undefined;
  readonly pageSize?: number | undefined;
}

export function runsStatusCall(query: RunsStatusQuery): Call {
  const asked =
    'nodes' in query
      ? { Nodes: query.nodes.map(({ runId, nodeId }) => ({ PipelineRunId: runId, NodeId: nodeId })) }
      : { PipelineRuns: query.runs };
  return {
    operation: 'ListPipelineRunsStatus',
    region: query.region,
    method: 'PUT',
    path: [],
    json: { ...asked, WorkspaceId: query.workspaceId, OutputType: query.outputType },
  };
}

export function runCall({ region, runId, verbose, manifestType }: RunQuery): Call {
  return {
    operation: 'GetPipelineRun',
    region,
    method: 'GET',
    path: [runId],
    query: { Verbose: verbose, ManifestType: manifestType },
  };
}

export function runListCall(query: RunListQuery): Call {
  return {
    operation: 'ListPipelineRuns',
    region: query.region,
    method: 'GET',
    path: [],
    query: {
      WorkspaceId: query.workspaceId,
      Name: query.name,
      Status: query.status,
      UserId: query.userId,
      SourceType: query.sourceType,
      SourceId: query.sourceId,
      SortBy: query.sortBy,
      Order: query.order,
      PageNumber: query.pageNumber,
      PageSize: query.pageSize,
    },
  };
}

export function nodeStatusCall({ region, runId, nodeId, depth, type }: NodeStatusQuery): Call {
  return {
    operation: 'ListPipelineRunNodeStatus',
    region,
    method: 'GET',
    path: [runId, 'nodes', nodeId, 'status'],
    query: { Depth: depth, Type: type },
  };
}

export function nodeLogsCall(query: NodeLogsQuery): Call {
  return {
    operation: 'ListPipelineRunNodeLogs',
    region: query.region,
    method: 'GET',
    path: [query.runId, 'nodes', query.nodeId, 'logs'],
    query: { Offset: query.offset, PageSize: query.pageSize, Keyword: query.keyword },
    maxBytes: query.maxBytes ?? MAX_LOG_BYTES,
  };
}

export function nodeOutputsCall(query: NodeOutputsQuery): Call {
  return {
    operation: 'ListPipelineRunNodeOutputs',
    region: query.region,
    method: 'GET',
    path: [query.runId, 'nodes', query.nodeId, 'outputs'],
    query: {
      Depth: query.depth,
      Type: query.type,
      PageNumber: query.pageNumber,
      PageSize: query.pageSize,
    },
  };
}
