import type { Output, Run, RunNode } from '../domain/run.ts';
import { readStatus } from '../domain/status.ts';
import { type NodeId, parseNodeId, parseRunId, type RunId } from '../domain/target.ts';
import { parseIsoTime } from './iso-time.ts';
import { parseJsonText } from './json-text.ts';

type Row = Readonly<Record<string, unknown>>;
type Draft<T> = { -readonly [Key in keyof T]: T[Key] };

/** Reads one entry of `PipelineRuns`; nothing without a run id and a status. */
export function readRun(row: unknown, region: string): Run | undefined {
  if (!isRow(row)) return undefined;
  const runId = readRunId(row.PipelineRunId);
  const said = readText(row.Status);
  if (runId === undefined || said === undefined) return undefined;
  const run: Draft<Run> = { region, runId, status: readStatus(said), isDeleted: row.IsDeleted === true };
  const name = readText(row.Name);
  if (name !== undefined) run.name = name;
  const rootNodeId = readNodeId(row.NodeId);
  if (rootNodeId !== undefined) run.rootNodeId = rootNodeId;
  const userId = readDigits(row.UserId);
  if (userId !== undefined) run.userId = userId;
  const parentUserId = readDigits(row.ParentUserId);
  if (parentUserId !== undefined) run.parentUserId = parentUserId;
  const sourceId = readText(row.SourceId);
  if (sourceId !== undefined) run.sourceId = sourceId;
  return run;
}

/** Reads the answer of GetPipelineRun, which tells times, the failure message and the PAI workspace too. */
export function readRunDetails(row: unknown, region: string): Run | undefined {
  const run: Draft<Run> | undefined = readRun(row, region);
  if (run === undefined || !isRow(row)) return undefined;
  const workspaceId = readDigits(row.WorkspaceId);
  if (workspaceId !== undefined) run.workspaceId = workspaceId;
  const pipelineId = readText(row.PipelineId);
  if (pipelineId !== undefined) run.pipelineId = pipelineId;
  const sourceType = readText(row.SourceType);
  if (sourceType !== undefined) run.sourceType = sourceType;
  const accessibility = readText(row.Accessibility);
  if (accessibility !== undefined) run.accessibility = accessibility;
  const startedAt = readTime(row.StartedAt);
  if (startedAt !== undefined) run.startedAt = startedAt;
  const finishedAt = readTime(row.FinishedAt);
  if (finishedAt !== undefined) run.finishedAt = finishedAt;
  const createdAt = readTime(row.GmtCreateTime);
  if (createdAt !== undefined) run.createdAt = createdAt;
  const modifiedAt = readTime(row.GmtModifiedTime);
  if (modifiedAt !== undefined) run.modifiedAt = modifiedAt;
  // Whole seconds in every page and schema.
  const durationSeconds = readCount(row.Duration);
  if (durationSeconds !== undefined) run.durationSeconds = durationSeconds;
  const message = readText(row.Message);
  if (message !== undefined) run.message = message;
  const consoleUrl = readText(row.PipelineRunUri);
  if (consoleUrl !== undefined) run.consoleUrl = consoleUrl;
  return run;
}

/** Reads one entry of `Nodes`, or of `Status` in ListPipelineRunNodeStatus; nothing without a node id and a status. */
export function readNode(row: unknown): RunNode | undefined {
  if (!isRow(row)) return undefined;
  const nodeId = readNodeId(row.NodeId);
  const said = readText(row.Status);
  if (nodeId === undefined || said === undefined) return undefined;
  const node: Draft<RunNode> = { nodeId, status: readStatus(said) };
  const runId = readRunId(row.PipelineRunId);
  if (runId !== undefined) node.runId = runId;
  const name = readText(row.NodeName);
  if (name !== undefined) node.name = name;
  const startedAt = readTime(row.StartedAt);
  if (startedAt !== undefined) node.startedAt = startedAt;
  const finishedAt = readTime(row.FinishedAt);
  if (finishedAt !== undefined) node.finishedAt = finishedAt;
  if (typeof row.InputArtifactArchived === 'boolean') node.inputsArchived = row.InputArtifactArchived;
  if (typeof row.OutputArtifactArchived === 'boolean') node.outputsArchived = row.OutputArtifactArchived;
  const runtimeInfo = readMap(row.RuntimeInfo);
  if (runtimeInfo !== undefined) node.runtimeInfo = runtimeInfo;
  return node;
}

/** Reads one entry of `Outputs`; nothing without an id and a name. Its owner's ids arrive with a newline at the end. */
export function readOutput(row: unknown): Output | undefined {
  if (!isRow(row)) return undefined;
  const id = readText(row.Id);
  const name = readText(row.Name);
  if (id === undefined || name === undefined) return undefined;
  const output: Draft<Output> = { id, name, type: readText(row.Type) ?? 'unknown' };
  const runId = readRunId(row.PipelineRunId);
  if (runId !== undefined) output.runId = runId;
  const nodeId = readNodeId(row.NodeId);
  if (nodeId !== undefined) output.nodeId = nodeId;
  const producer = readText(row.Producer);
  if (producer !== undefined) output.producer = producer;
  const createdAt = readTime(row.GmtCreateTime);
  if (createdAt !== undefined) output.createdAt = createdAt;
  const metadata = readMap(row.Metadata);
  if (metadata !== undefined) output.metadata = metadata;
  const value = decode(row.Value);
  if (value !== undefined && value !== null) output.value = value;
  const expandedArtifactIndex = readCount(row.ExpandedArtifactIndex);
  if (expandedArtifactIndex !== undefined) output.expandedArtifactIndex = expandedArtifactIndex;
  const expandableArtifactName = readText(row.ExpandableArtifactName);
  if (expandableArtifactName !== undefined) output.expandableArtifactName = expandableArtifactName;
  return output;
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
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
