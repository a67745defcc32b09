import type { JsonObject } from '../json.ts';
import { type PaiflowCall, readCount, requireNode, requireRun } from './call.ts';
import { LazyRows } from './json-chunks.ts';
import { readLog } from './node-log.ts';
import type { Paiflow } from './paiflow.ts';
import { PaiflowRefusal } from './refusal.ts';
import { iso, nodeRow, runRow } from './rows.ts';
import type { PaiNode, PaiRun } from './runs.ts';
import { createSight } from './sight.ts';

/** One run with everything that is known of it. */
export function getRun(paiflow: Paiflow, call: PaiflowCall): JsonObject {
  const run = requireRun(paiflow, call);
  const row = runRow(run, paiflow.settings.bareUserIds, paiflow.now());
  const manifest = call.query.get('Verbose') === 'true' ? { Manifest: 'apiVersion: core/v1\n' } : {};
  return { ...row, Arguments: '', Options: '{}', ...manifest };
}

/** One node and its children. */
export function getNode(paiflow: Paiflow, call: PaiflowCall): JsonObject {
  const run = requireRun(paiflow, call);
  const node = requireNode(run, call);
  const depth = readCount(call.query, 'Depth', 2);
  return { ApiVersion: 'core/v1', ...nodeTree(run, node, depth) };
}

/** The states of a node and what is below it, `Depth` levels in all. */
export function listNodeStatus(paiflow: Paiflow, call: PaiflowCall): JsonObject {
  const sight = createSight(paiflow);
  const run = requireRun(paiflow, call, sight.runById);
  const node = requireNode(run, call);
  const below = descendants(run, node.id, readCount(call.query, 'Depth', 2) - 1);
  const shown = paiflow.settings.rootInNodeStatus ? [node, ...below] : below;
  return { Status: shown.filter(() => sight.keeps('listedNodes')).map(nodeRow) };
}

/** The log lines of a node; one that has not started has none. */
export function listNodeLogs(paiflow: Paiflow, call: PaiflowCall): JsonObject {
  const run = requireRun(paiflow, call);
  const node = requireNode(run, call);
  const { query } = call;
  const offset = readCount(query, 'Offset', 0, 0);
  const size = logPageSize(paiflow, readCount(query, 'PageSize', 100));
  const log = node.startedAt === undefined ? undefined : run.logs.get(node.id);
  if (log === undefined) return { TotalCount: 0, Logs: [] };
  const isReversed = query.get('Reverse') === 'true';
  const page = readLog(log, { keyword: query.get('Keyword') ?? '', isReversed, offset, size });
  return { TotalCount: page.total, Logs: new LazyRows(page.lines) };
}

/** What a node and those below it made; `Depth` is required here. */
export function listNodeOutputs(paiflow: Paiflow, call: PaiflowCall): JsonObject {
  const run = requireRun(paiflow, call);
  const node = requireNode(run, call);
  const { query } = call;
  if (query.get('Depth') === null) throw new PaiflowRefusal(400, 'MissingDepth', 'Depth is mandatory.');
  const within = new Set(
    [node, ...descendants(run, node.id, readCount(query, 'Depth', 1) - 1)].map((each) => each.id),
  );
  const type = query.get('Type');
  const outputs = run.outputs.filter(
    (each) => within.has(each.nodeId) && (type === null || each.type === type),
  );
  const size = readCount(query, 'PageSize', 10);
  const from = (readCount(query, 'PageNumber', 1) - 1) * size;
  return {
    TotalCount: outputs.length,
    Outputs: outputs.slice(from, from + size).map((output) => ({
      Name: output.name,
      Type: output.type,
      GmtCreateTime: iso(output.createdAt),
      Id: output.id,
      NodeId: output.nodeId,
      ExpandedArtifactIndex: 0,
      ExpandableArtifactName: '',
      Info: { value: output.value },
      Producer: 'id-2317-1608984201281-74996',
    })),
  };
}

function logPageSize(paiflow: Paiflow, asked: number): number {
  const { ignoreLogPageSize, maxLogPageSize } = paiflow.settings;
  if (ignoreLogPageSize) return Number.POSITIVE_INFINITY;
  return Math.min(asked, maxLogPageSize ?? asked);
}

function descendants(run: PaiRun, parentId: string, levels: number): readonly PaiNode[] {
  if (levels <= 0) return [];
  const children = [...run.nodes.values()].filter((node) => node.parentId === parentId);
  return children.flatMap((child) => [child, ...descendants(run, child.id, levels - 1)]);
}

function nodeTree(run: PaiRun, node: PaiNode, depth: number): JsonObject {
  const children = depth <= 1 ? [] : descendants(run, node.id, 1);
  return {
    Metadata: {
      NodeId: node.id,
      Name: node.name,
      DisplayName: node.name,
      Identifier: node.name,
      Provider: 'pai',
      Version: 'v1',
      NodeType: node.type,
      RelatedNodeIds: [],
    },
    Spec: {
      HasPipelines: children.length > 0,
      Dependencies: [],
      Pipelines: children.map((child) => nodeTree(run, child, depth - 1)),
      Inputs: { Artifacts: [], Parameters: [] },
      Outputs: { Artifacts: [], Parameters: [] },
    },
    StatusInfo: { Status: node.status, ...pickTimes(nodeRow(node)), Progress: '', Conditions: [] },
  };
}

function pickTimes(row: JsonObject): JsonObject {
  const { StartedAt, FinishedAt } = row;
  return {
    ...(StartedAt === undefined ? {} : { StartedAt }),
    ...(FinishedAt === undefined ? {} : { FinishedAt }),
  };
}
