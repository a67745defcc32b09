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

/** Reads the entries of a list; those that cannot be read are left out. */
export function readRows<T>(list: readonly unknown[], read: (row: unknown) => T | undefined): T[] {
  const values: T[] = [];
  for (const row of list) {
    const value = read(row);
    if (value !== undefined) values.push(value);
  }
  return values;
}

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

/** Reads the answer of GetPipelineRun, or one entry of ListPipelineRuns, which tell times, the failure message and the PAI workspace too. */
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

/**
 * Reads one entry of `Outputs`; nothing without an id and a name. Its owner's ids arrive with a newline at the end.
 * The content is in `Value` (ListPipelineRunsStatus) or in `Info` (ListPipelineRunNodeOutputs).
 */
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
    value: decode(row.Value) ?? readInfo(row.Info),
    expandedArtifactIndex: readCount(row.ExpandedArtifactIndex),
    expandableArtifactName: readText(row.ExpandableArtifactName),
  };
}

/**
 * Reads one entry of `Logs`. A number or a flag is a line that lost its quotes; objects are left out, for nesting deep
 * enough makes JSON.stringify throw.
 */
export function readLine(row: unknown): string | undefined {
  if (typeof row === 'string') return row;
  return typeof row === 'number' || typeof row === 'boolean' ? String(row) : undefined;
}

/** A whole number of things, as a number or as digits; an int64 comes as either. */
export function readCount(value: unknown): number | undefined {
  const count = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof count === 'number' && count >= 0 && Number.isFinite(count) ? count : undefined;
}

/** `Info` is free form: the content itself, or as in the vendor's sample `metadata` and beside it perhaps a `value`. */
function readInfo(info: unknown): unknown {
  const content = decode(info) ?? undefined;
  if (!isRow(content) || !('value' in content)) return content;
  const value = decode(content.value) ?? undefined;
  return Object.keys(content).length === 1 ? value : { ...content, value };
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
