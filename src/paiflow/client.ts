import type { Run, RunNode } from '../domain/run.ts';
import type { NodeId, RunId } from '../domain/target.ts';
import { PaiflowError } from './errors.ts';
import { parseNodeStatus, parseRun, parseRunsStatus, type RunsStatus } from './schema.ts';
import { type Call, createTransport, type TransportOptions } from './transport.ts';

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

/** In no promised order; an id PAI does not know or does not show is left out. */
export type RunsStatusAnswer = RunsStatus;

export interface RunQuery {
  readonly region: string;
  readonly runId: RunId;
  /** Lets PAI add the manifest, which is not read; PAI's default is false. */
  readonly verbose?: boolean;
  readonly manifestType?: 'Raw' | 'Frozen' | 'Rendered' | 'Expanded' | 'Runtime';
}

export interface NodeStatusQuery {
  readonly region: string;
  readonly runId: RunId;
  /** Usually the run's root node. Whether the answer holds it too is not documented in one voice. */
  readonly nodeId: NodeId;
  /** Levels, this node's included; PAI's default is 2 for the sibling operation. */
  readonly depth?: number;
  readonly type?: 'Logical' | 'Physical';
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Instead of the client's `callTimeoutMs`. */
  readonly timeoutMs?: number | undefined;
}

/** The three reads Flowbell lives on. Every method rejects with a PaiflowError and nothing else. */
export interface PaiflowClient {
  listPipelineRunsStatus(query: RunsStatusQuery, options?: CallOptions): Promise<RunsStatusAnswer>;
  getPipelineRun(query: RunQuery, options?: CallOptions): Promise<Run>;
  listPipelineRunNodeStatus(query: NodeStatusQuery, options?: CallOptions): Promise<readonly RunNode[]>;
}

export type PaiflowClientOptions = TransportOptions;

/** Gives a client of PAIFlow 2021-02-02 for all regions; its pace holds over all of them together. */
export function createPaiflowClient(options: PaiflowClientOptions): PaiflowClient {
  const send = createTransport(options);

  async function ask<T>(
    call: Call,
    parse: (text: string) => T | undefined,
    options: CallOptions = {},
  ): Promise<T> {
    const { text, requestId } = await send(call, options);
    const answer = parse(text);
    if (answer !== undefined) return answer;
    throw new PaiflowError({
      kind: 'junk',
      operation: call.operation,
      region: call.region,
      status: 200,
      requestId,
    });
  }

  return {
    listPipelineRunsStatus: (query, options) =>
      ask(runsStatusCall(query), (text) => parseRunsStatus(text, query.region), options),
    getPipelineRun: (query, options) =>
      ask(runCall(query), (text) => parseRun(text, query.region, query.runId), options),
    listPipelineRunNodeStatus: (query, options) =>
      ask(nodeStatusCall(query), (text) => parseNodeStatus(text, query.runId), options),
  };
}

function runsStatusCall(query: RunsStatusQuery): Call {
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

function runCall({ region, runId, verbose, manifestType }: RunQuery): Call {
  return {
    operation: 'GetPipelineRun',
    region,
    method: 'GET',
    path: [runId],
    query: { Verbose: verbose, ManifestType: manifestType },
  };
}

function nodeStatusCall({ region, runId, nodeId, depth, type }: NodeStatusQuery): Call {
  return {
    operation: 'ListPipelineRunNodeStatus',
    region,
    method: 'GET',
    path: [runId, 'nodes', nodeId, 'status'],
    query: { Depth: depth, Type: type },
  };
}
