import type { Run, RunNode } from '../domain/run.ts';
import {
  type NodeLogsQuery,
  type NodeOutputsQuery,
  type NodeStatusQuery,
  nodeLogsCall,
  nodeOutputsCall,
  nodeStatusCall,
  type RunListQuery,
  type RunQuery,
  type RunsStatusQuery,
  runCall,
  runListCall,
  runsStatusCall,
} from './calls.ts';
import { PaiflowError } from './errors.ts';
import {
  type NodeLogs,
  type NodeOutputs,
  parseNodeLogs,
  parseNodeOutputs,
  parseNodeStatus,
  parseRun,
  parseRunPage,
  parseRunsStatus,
  type RunPage,
  type RunsStatus,
} from './schema.ts';
import { type Call, createTransport, type TransportOptions } from './transport.ts';

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Instead of the client's `callTimeoutMs`. */
  readonly timeoutMs?: number | undefined;
  /**
   * For a call that comes in a crowd, like the nodes of each run of a list: at a full pace it waits behind calls without
   * this, so that an answer which needs but one of them does not wait for the crowd. The wait counts as time of the
   * call. False by default.
   */
  readonly isPatient?: boolean | undefined;
}

/** The reads Flowbell lives on. Every method rejects with a PaiflowError and nothing else. */
export interface PaiflowClient {
  /** In no promised order; an id PAI does not know or does not show is left out. */
  listPipelineRunsStatus(query: RunsStatusQuery, options?: CallOptions): Promise<RunsStatus>;
  getPipelineRun(query: RunQuery, options?: CallOptions): Promise<Run>;
  /** One page; `walkRuns` reads more than one. */
  listPipelineRuns(query: RunListQuery, options?: CallOptions): Promise<RunPage>;
  listPipelineRunNodeStatus(query: NodeStatusQuery, options?: CallOptions): Promise<readonly RunNode[]>;
  listPipelineRunNodeLogs(query: NodeLogsQuery, options?: CallOptions): Promise<NodeLogs>;
  listPipelineRunNodeOutputs(query: NodeOutputsQuery, options?: CallOptions): Promise<NodeOutputs>;
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
    listPipelineRuns: (query, options) =>
      ask(runListCall(query), (text) => parseRunPage(text, query.region), options),
    listPipelineRunNodeStatus: (query, options) =>
      ask(nodeStatusCall(query), (text) => parseNodeStatus(text, query.runId), options),
    listPipelineRunNodeLogs: (query, options) => ask(nodeLogsCall(query), parseNodeLogs, options),
    listPipelineRunNodeOutputs: (query, options) =>
      ask(nodeOutputsCall(query), (text) => parseNodeOutputs(text, query.runId), options),
  };
}
