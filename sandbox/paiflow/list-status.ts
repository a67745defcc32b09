import { type JsonObject, objectsIn, textIn } from '../json.ts';
import type { PaiflowCall } from './call.ts';
import type { Paiflow } from './paiflow.ts';
import { PaiflowRefusal } from './refusal.ts';
import { nodeStatusRow, outputStatusRow, rootAsNode, statusRow } from './rows.ts';
import type { PaiRun } from './runs.ts';
import { createSight, type Sight } from './sight.ts';

/** Answers the status of many runs, or of many nodes: `Nodes` wins when both are given. */
export function listStatus(paiflow: Paiflow, call: PaiflowCall): JsonObject {
  const runIds = readIds(call.body.PipelineRuns);
  const nodeKeys = objectsIn(call.body.Nodes).map(readNodeKey);
  const isAboutNodes = nodeKeys.length > 0;
  const ids = isAboutNodes ? nodeKeys.flatMap((key) => [key.runId, key.nodeId]) : runIds;
  refuseBatch(paiflow, ids, isAboutNodes ? nodeKeys.length : runIds.length);
  const workspaceId = textIn(call.body.WorkspaceId);
  const sight = createSight(paiflow);
  const asked = isAboutNodes ? nodeKeys.map((key) => key.runId) : runIds;
  const runs = visibleRuns(sight, call.region, asked).filter(
    (run) => workspaceId === undefined || workspaceId === '' || run.workspaceId === workspaceId,
  );
  const { bareUserIds } = paiflow.settings;
  return {
    PipelineRuns: isAboutNodes
      ? []
      : runs.filter(() => sight.keeps('runs')).map((run) => statusRow(run, bareUserIds)),
    Nodes: isAboutNodes ? statusOfNodes(runs, nodeKeys, { sight, ...paiflow.settings }) : [],
    Outputs: outputsOf(runs, textIn(call.body.OutputType), new Set(nodeKeys.map((key) => key.nodeId))),
  };
}

function readIds(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((id) => typeof id === 'string') : [];
}

function readNodeKey(key: JsonObject): { readonly runId: string; readonly nodeId: string } {
  return { runId: textIn(key.PipelineRunId) ?? '', nodeId: textIn(key.NodeId) ?? '' };
}

function refuseBatch(paiflow: Paiflow, ids: readonly string[], size: number): void {
  const { refusedIds, maxBatch } = paiflow.settings;
  const isRefused = refusedIds.length > 0 && ids.some((id) => refusedIds.includes(id));
  if (isRefused) throw new PaiflowRefusal(400, 'InvalidParameter', 'The specified parameter is not valid.');
  if (maxBatch !== null && size > maxBatch) {
    throw new PaiflowRefusal(400, 'InvalidParameter', `The number of ids exceeds ${maxBatch}.`);
  }
}

/** Each asked run once, if it is in this region and the key may see it. */
function visibleRuns(sight: Sight, region: string, ids: readonly string[]): readonly PaiRun[] {
  const found: PaiRun[] = [];
  for (const id of new Set(ids)) {
    const run = sight.runById(id);
    if (run?.isVisible && run.region === region) found.push(run);
  }
  return found;
}

function statusOfNodes(
  runs: readonly PaiRun[],
  keys: readonly { runId: string; nodeId: string }[],
  { sight, rootInNodes }: { readonly sight: Sight; readonly rootInNodes: boolean },
): readonly JsonObject[] {
  const byId = new Map(runs.map((run) => [run.id, run]));
  const rows: JsonObject[] = [];
  for (const { runId, nodeId } of keys) {
    const run = byId.get(runId);
    if (run === undefined) continue;
    const isRoot = nodeId === run.rootId && rootInNodes;
    const node = isRoot ? rootAsNode(run) : run.nodes.get(nodeId);
    if (node !== undefined && sight.keeps('nodes')) rows.push(nodeStatusRow(run, node));
  }
  return rows;
}

function outputsOf(
  runs: readonly PaiRun[],
  type: string | undefined,
  nodeIds: ReadonlySet<string>,
): readonly JsonObject[] {
  if (type === undefined || type === '') return [];
  return runs.flatMap((run) =>
    run.outputs
      .filter((output) => output.type === type && (nodeIds.size === 0 || nodeIds.has(output.nodeId)))
      .map((output) => outputStatusRow(run, output)),
  );
}
