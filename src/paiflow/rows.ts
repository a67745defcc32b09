import type { Output, Run, RunNode } from '../domain/run.ts';
import { readStatus, type Status } from '../domain/status.ts';
import { type NodeId, parseNodeId, parseRunId, type RunId } from '../domain/target.ts';
import { parseIsoTime } from './iso-time.ts';
import { parseJsonText } from './json-text.ts';

type Row = Readonly<Record<string, unknown>>;
/*
 * One literal for each kind of row, with `undefined` for what PAI left out: adding members one by one costs half of the
 * reading again.
 */

/** Reads one entry of `PipelineRuns`; nothing without a run id. */
export function readRun(row: unknown, region: string): Run | undefined {
  if (!isRow(row)) return undefined;
  const runId = readRunId(row.PipelineRunId);
  if (runId === undefined) return undefined;
  return {
    region,
    runId,
    status: readState(row.Status),
    name: readText(row.Name),
    rootNodeId: readNodeId(row.NodeId),
    userId: readDigits(row.UserId),
    parentUserId: readDigits(row.ParentUserId),
    sourceId: readText(row.SourceId),
    isDeleted: row.IsDeleted === true,
  };
}

/** Reads the answer of GetPipelineRun, which tells times, the failure message and the PAI workspace too. */
export function readRunDetails(row: unknown, region: string): Run | undefined {
  const run = readRun(row, region);
  if (run === undefined || !isRow(row)) return undefined;
  return {
    ...run,
    workspaceId: readDigits(row.WorkspaceId),
    pipelineId: readText(row.PipelineId),
    sourceType: readText(row.SourceType),
    accessibility: readText(row.Accessibility),
    startedAt: readTime(row.StartedAt),
    finishedAt: readTime(row.FinishedAt),
    createdAt: readTime(row.GmtCreateTime),
    modifiedAt: readTime(row.GmtModifiedTime),
    // Whole seconds in every page and schema.
    durationSeconds: readCount(row.Duration),
    message: readText(row.Message),
    consoleUrl: readText(row.PipelineRunUri),
  };
}

/** Reads one entry of `Nodes`, or of `Status` in ListPipelineRunNodeStatus; nothing without a node id. */
export function readNode(row: unknown): RunNode | undefined {
  if (!isRow(row)) return undefined;
  const nodeId = readNodeId(row.NodeId);
  if (nodeId === undefined) return undefined;
  return {
    nodeId,
    status: readState(row.Status),
    name: readText(row.NodeName),
    runId: readRunId(row.PipelineRunId),
    startedAt: readTime(row.StartedAt),
    finishedAt: readTime(row.FinishedAt),
    inputsArchived: readFlag(row.InputArtifactArchived),
    outputsArchived: readFlag(row.OutputArtifactArchived),
    runtimeInfo: readMap(row.RuntimeInfo),
  };
}

/** Reads one entry of `Outputs`; nothing without an id and a name. Its owner's ids arrive with a newline at the end. */
export function readOutput(row: unknown): Output | undefined {
  if (!isRow(row)) return undefined;
  const id = readText(row.Id);
  const name = readText(row.Name);
  if (id === undefined || name === undefined) return undefined;
  return {
    id,
    name,
    type: readText(row.Type) ?? 'unknown',
    runId: readRunId(row.PipelineRunId),
    nodeId: readNodeId(row.NodeId),
    producer: readText(row.Producer),
    createdAt: readTime(row.GmtCreateTime),
    metadata: readMap(row.Metadata),
    value: decode(row.Value) ?? undefined,
    expandedArtifactIndex: readCount(row.ExpandedArtifactIndex),
    expandableArtifactName: readText(row.ExpandableArtifactName),
  };
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What PAI names is there, even if it does not say how it is; left out, it would count as not found. */
function readState(value: unknown): Status {
  return readStatus(readText(value) ?? 'Unknown');
}

function readText(value: unknown): string | undefined {
  const text = typeof value === 'string' ? value.trim() : '';
  return text === '' ? undefined : text;
}

function readRunId(value: unknown): RunId | undefined {
  return typeof value === 'string' ? parseRunId(value) : undefined;
}

function readNodeId(value: unknown): NodeId | undefined {
  return typeof value === 'string' ? parseNodeId(value) : undefined;
}

/** Ids made of digits come as strings or as numbers; one that JSON.parse has rounded is not told. */
function readDigits(value: unknown): string | undefined {
  return Number.isSafeInteger(value) ? String(value) : readText(value);
}

function readTime(value: unknown): Date | undefined {
  const text = readText(value);
  const ms = text === undefined ? Number.NaN : parseIsoTime(text);
  return Number.isNaN(ms) ? undefined : new Date(ms);
}

function readFlag(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

function readCount(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 ? value : undefined;
}

/** A map, as an object or as escaped JSON in a string. */
function readMap(value: unknown): Row | undefined {
  const map = decode(value);
  return isRow(map) ? map : undefined;
}

/** JSON inside of a string is decoded; a string that holds none stays as it is. */
function decode(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return parseJsonText(value);
  } catch {
    return readText(value);
  }
}
