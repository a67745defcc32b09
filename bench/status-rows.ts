import type { NodeId, RunId } from '../src/domain/target.ts';

/** A region every default knows. */
export const REGION = 'cn-hangzhou';

/** 18 letters after the dash, as in every unmasked example of the vendor; the same number gives the same id. */
export function createRunId(index: number): RunId {
  return `flow-${suffix(index)}` as RunId;
}

/** The same for nodes. */
export function createNodeId(index: number): NodeId {
  return `node-${suffix(index)}` as NodeId;
}

/**
 * An answer of ListPipelineRunsStatus about runs as PAI sends it, every documented field filled in. Their statuses are
 * `said`, or by turns several.
 */
export function createRunsAnswer(
  runIds: readonly string[],
  { hasBareUserIds = false, said }: { readonly hasBareUserIds?: boolean; readonly said?: string } = {},
): Buffer {
  const rows = runIds.map((runId, index) => ({
    PipelineRunId: runId,
    Status: said ?? STATUSES[index % STATUSES.length],
    Name: `ctr-train-${index % 97}-20261123`,
    UserId: '287654321098765432',
    ParentUserId: '198765432109876543',
    NodeId: createNodeId(ROOTS + index),
    SourceId: `experiment-${suffix(index)}`,
    IsDeleted: false,
  }));
  const text = JSON.stringify({ RequestId: REQUEST_ID, PipelineRuns: rows, Nodes: [], Outputs: [] });
  // JSON.stringify knows no numbers of 18 digits.
  return Buffer.from(hasBareUserIds ? text.replaceAll(/(UserId":)"(\d+)"/g, '$1$2') : text);
}

/** The same about nodes, whose rows carry two times each. */
export function createNodesAnswer(runIds: readonly string[]): Buffer {
  const rows = runIds.map((runId, index) => ({
    PipelineRunId: runId,
    NodeId: createNodeId(index),
    NodeName: `feature_join_${index % 20}`,
    Status: STATUSES[index % STATUSES.length],
    InputArtifactArchived: false,
    OutputArtifactArchived: true,
    StartedAt: '2026-11-23T01:02:03.456Z',
    FinishedAt: '2026-11-23T02:03:04.567Z',
  }));
  return Buffer.from(JSON.stringify({ RequestId: REQUEST_ID, PipelineRuns: [], Nodes: rows, Outputs: [] }));
}

/** Cuts a list into pieces of `size`, the last one shorter. */
export function cut<T>(list: readonly T[], size: number): readonly (readonly T[])[] {
  const count = Math.ceil(list.length / size);
  return Array.from({ length: count }, (_, index) => list.slice(index * size, (index + 1) * size));
}

/** The nodes that hold all others of a run are none of them. */
const ROOTS = 1_000_000;
const STATUSES = ['Running', 'Succeeded', 'Failed', 'Initialized'];
const REQUEST_ID = '715045CB-38CB-5A27-B2E5-54ADC63EF2B2';

function suffix(index: number): string {
  return (index * 7_919 + 1).toString(36).padStart(18, 'k3x9');
}
