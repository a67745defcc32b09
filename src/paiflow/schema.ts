import * as z from 'zod';
import type { Output, Run, RunNode } from '../domain/run.ts';
import type { RunId } from '../domain/target.ts';
import { parseJsonText } from './json-text.ts';
import { readNode, readOutput, readRun, readRunDetails } from './rows.ts';

/** What ListPipelineRunsStatus answered: runs or nodes, whichever was asked, and outputs if any were wanted. */
export interface RunsStatus {
  readonly requestId: string | undefined;
  readonly runs: readonly Run[];
  readonly nodes: readonly RunNode[];
  readonly outputs: readonly Output[];
}

/*
 * zod checks the envelopes; rows.ts reads the rows by hand. Measured for 10,000 rows from text to domain values, as
 * multiples of JSON.parse of the same text (Node 20, best of 20 rounds): a permissive zod object per row 3 to 5; rows.ts
 * 1.5 for runs and 1.9 for nodes, whose two Dates each are most of it. The budget is 2.
 */
const rows = z
  .custom<readonly unknown[]>((value) => Array.isArray(value))
  .nullish()
  .transform((list) => list ?? []);
const requestId = z.string().optional().catch(undefined);

const runsStatusEnvelope = z.object({ RequestId: requestId, PipelineRuns: rows, Nodes: rows, Outputs: rows });
const nodeStatusEnvelope = z.object({ RequestId: requestId, Status: rows });
/** What a gateway says when it refuses but calls it HTTP 200; no answer of this API has such a field. */
const disguisedFailure = z.object({ Code: z.union([z.string().min(1), z.number()]) });

/** Reads the answer of ListPipelineRunsStatus; gives nothing if it is none. Rows that cannot be read are left out. */
export function parseRunsStatus(text: string, region: string): RunsStatus | undefined {
  const envelope = runsStatusEnvelope.safeParse(parseAnswer(text));
  if (!envelope.success) return undefined;
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
  const envelope = nodeStatusEnvelope.safeParse(parseAnswer(text));
  if (!envelope.success) return undefined;
  return readRows(envelope.data.Status, readNode).map((node) => ({ ...node, runId }));
}

function parseAnswer(text: string): unknown {
  try {
    const answer = parseJsonText(text);
    return disguisedFailure.safeParse(answer).success ? undefined : answer;
  } catch {
    // The parser's own words quote the body, so they end here.
    return undefined;
  }
}

function readRows<T>(list: readonly unknown[], read: (row: unknown) => T | undefined): T[] {
  const values: T[] = [];
  for (const row of list) {
    const value = read(row);
    if (value !== undefined) values.push(value);
  }
  return values;
}
