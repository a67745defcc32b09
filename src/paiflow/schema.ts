import * as z from 'zod';
import type { Output, Run, RunNode } from '../domain/run.ts';
import type { RunId } from '../domain/target.ts';
import { parseJsonText } from './json-text.ts';
import { readCount, readLine, readNode, readOutput, readRows, readRun, readRunDetails } from './rows.ts';

/** What ListPipelineRunsStatus answered: runs or nodes, whichever was asked, and outputs if any were wanted. */
export interface RunsStatus {
  readonly requestId: string | undefined;
  readonly runs: readonly Run[];
  readonly nodes: readonly RunNode[];
  readonly outputs: readonly Output[];
}

/** One page of ListPipelineRuns. */
export interface RunPage {
  /** Runs on all pages, as PAI counts them; never fewer than the rows of this page. */
  readonly totalCount: number;
  /** In PAI's order, with everything GetPipelineRun would tell. */
  readonly runs: readonly Run[];
}

/** One page of ListPipelineRunNodeLogs. */
export interface NodeLogs {
  /** Lines on all pages, as PAI counts them; never fewer than the rows of this page. */
  readonly totalCount: number;
  /** Raw text from outside that may quote secrets: never logged, cleaned and masked before it is shown. */
  readonly lines: readonly string[];
}

/** One page of ListPipelineRunNodeOutputs. */
export interface NodeOutputs {
  /** Outputs on all pages, as PAI counts them; never fewer than the rows of this page. */
  readonly totalCount: number;
  readonly outputs: readonly Output[];
}

/*
 * zod checks the envelopes; rows.ts reads the rows by hand, because a permissive zod object per row costs 3 to 5 times
 * JSON.parse of the same text where the budget for all is 2. `npm run bench -- cpu` prints what it costs now.
 */
const rows = z
  .custom<readonly unknown[]>((value) => Array.isArray(value))
  .nullish()
  .transform((list) => list ?? []);
const requestId = z.string().optional().catch(undefined);
const totalCount = z.unknown().optional();

const runsStatusEnvelope = z.object({ RequestId: requestId, PipelineRuns: rows, Nodes: rows, Outputs: rows });
const nodeStatusEnvelope = z.object({ RequestId: requestId, Status: rows });
const runPageEnvelope = z.object({ TotalCount: totalCount, PipelineRuns: rows });
const nodeLogsEnvelope = z.object({ TotalCount: totalCount, Logs: rows });
const nodeOutputsEnvelope = z.object({ TotalCount: totalCount, Outputs: rows });

/** Reads the answer of ListPipelineRunsStatus; gives nothing if it is none. Rows that cannot be read are left out. */
export function parseRunsStatus(text: string, region: string): RunsStatus | undefined {
  const answer = parseAnswer(text);
  const envelope = runsStatusEnvelope.safeParse(answer);
  if (!envelope.success || !hasMark(answer)) return undefined;
  return {
    requestId: envelope.data.RequestId,
    runs: readRows(envelope.data.PipelineRuns, (row) => readRun(row, region)),
    nodes: readRows(envelope.data.Nodes, readNode),
    outputs: readRows(envelope.data.Outputs, readOutput),
  };
}

/** Reads the answer of GetPipelineRun; gives nothing if it is none, or is about another run. */
export function parseRun(text: string, region: string, runId: RunId): Run | undefined {
  const run = readRunDetails(parseAnswer(text), region);
  return run?.runId === runId ? run : undefined;
}

/** Reads the answer of ListPipelineRunNodeStatus, whose entries do not repeat the run; gives nothing if it is none. */
export function parseNodeStatus(text: string, runId: RunId): readonly RunNode[] | undefined {
  const answer = parseAnswer(text);
  const envelope = nodeStatusEnvelope.safeParse(answer);
  if (!envelope.success || !hasMark(answer)) return undefined;
  return readRows(envelope.data.Status, readNode).map((node) => ({ ...node, runId }));
}

/** Reads the answer of ListPipelineRuns; gives nothing if it is none. Rows that cannot be read are left out. */
export function parseRunPage(text: string, region: string): RunPage | undefined {
  const answer = parseAnswer(text);
  const envelope = runPageEnvelope.safeParse(answer);
  if (!envelope.success || !hasMark(answer)) return undefined;
  const { TotalCount, PipelineRuns } = envelope.data;
  return {
    totalCount: countAll(TotalCount, PipelineRuns),
    runs: readRows(PipelineRuns, (row) => readRunDetails(row, region)),
  };
}

/** Reads the answer of ListPipelineRunNodeLogs; gives nothing if it is none. */
export function parseNodeLogs(text: string): NodeLogs | undefined {
  const answer = parseAnswer(text);
  const envelope = nodeLogsEnvelope.safeParse(answer);
  if (!envelope.success || !hasMark(answer)) return undefined;
  const { TotalCount, Logs } = envelope.data;
  return { totalCount: countAll(TotalCount, Logs), lines: readRows(Logs, readLine) };
}

/** Reads the answer of ListPipelineRunNodeOutputs, whose rows do not repeat the run; gives nothing if it is none. */
export function parseNodeOutputs(text: string, runId: RunId): NodeOutputs | undefined {
  const answer = parseAnswer(text);
  const envelope = nodeOutputsEnvelope.safeParse(answer);
  if (!envelope.success || !hasMark(answer)) return undefined;
  const { TotalCount, Outputs } = envelope.data;
  const outputs = readRows(Outputs, readOutput).map((output) => ({ ...output, runId }));
  return { totalCount: countAll(TotalCount, Outputs), outputs };
}

/** A count that is missing, or lower than what is there, would make people read `10 of 0`. */
function countAll(totalCount: unknown, rows: readonly unknown[]): number {
  return Math.max(readCount(totalCount) ?? 0, rows.length);
}

function parseAnswer(text: string): unknown {
  try {
    const answer = parseJsonText(text);
    return isDisguisedFailure(answer) ? undefined : answer;
  } catch {
    // The parser's own words quote the body, so they end here.
    return undefined;
  }
}

/**
 * A gateway that refuses but calls it HTTP 200; no answer of this API has such a field. Not by zod: the good answer is
 * the one that fails this check, and a ZodError costs 20 µs.
 */
function isDisguisedFailure(answer: unknown): boolean {
  if (typeof answer !== 'object' || answer === null || !('Code' in answer)) return false;
  return typeof answer.Code === 'number' || (typeof answer.Code === 'string' && answer.Code !== '');
}

const LISTS = ['PipelineRuns', 'Nodes', 'Outputs', 'Status', 'Logs'];

/**
 * An answer of this API has an id or a list. Were `{}` from something in between taken for one, every run asked for
 * would be told to be missing.
 */
function hasMark(answer: unknown): boolean {
  const fields = new Map<string, unknown>(Object.entries(answer ?? {}));
  const requestId = fields.get('RequestId');
  const hasId = typeof requestId === 'string' && requestId !== '';
  return hasId || LISTS.some((list) => Array.isArray(fields.get(list)));
}
