import type { Output } from '../domain/run.ts';
import type { PaiflowClient } from './client.ts';
import type { Group, NodeRow, Question, RunRow } from './question.ts';

/**
 * Asks PAI about questions of one group in one call and gives what it knows, by `idOf` the question. Rejects with a
 * PaiflowError.
 */
export type Ask = (
  group: Group,
  questions: readonly Question[],
  options: { readonly signal: AbortSignal },
) => Promise<ReadonlyMap<string, RunRow | NodeRow>>;

/** Gives the batcher's way to ask, over ListPipelineRunsStatus. */
export function createAsk(client: Pick<PaiflowClient, 'listPipelineRunsStatus'>): Ask {
  return (group, questions, options) =>
    group.kind === 'run'
      ? askRuns(client, group, questions, options)
      : askNodes(client, group, questions, options);
}

type Client = Parameters<typeof createAsk>[0];

async function askRuns(
  client: Client,
  group: Group,
  questions: readonly Question[],
  options: { readonly signal: AbortSignal },
): Promise<ReadonlyMap<string, RunRow>> {
  const runs = questions.map(({ runId }) => runId);
  const answer = await client.listPipelineRunsStatus({ ...scopeOf(group), runs }, options);
  const outputs = groupBy(answer.outputs, ({ runId }) => runId ?? '');
  return new Map(answer.runs.map((run) => [run.runId, { run, outputs: outputs.get(run.runId) ?? [] }]));
}

async function askNodes(
  client: Client,
  group: Group,
  questions: readonly Question[],
  options: { readonly signal: AbortSignal },
): Promise<ReadonlyMap<string, NodeRow>> {
  const nodes = questions.flatMap((each) => (each.kind === 'node' ? [each] : []));
  const answer = await client.listPipelineRunsStatus({ ...scopeOf(group), nodes }, options);
  const outputs = groupBy(answer.outputs, ({ runId, nodeId }) => `${runId}/${nodeId}`);
  const rows = new Map<string, NodeRow>();
  for (const node of answer.nodes) {
    const id = `${node.runId}/${node.nodeId}`;
    rows.set(id, { node, outputs: outputs.get(id) ?? [] });
  }
  return rows;
}

function scopeOf({ region, workspaceId, outputType }: Group): Omit<Group, 'kind'> {
  return {
    region,
    ...(workspaceId !== undefined && { workspaceId }),
    ...(outputType !== undefined && { outputType }),
  };
}

function groupBy(outputs: readonly Output[], keyOf: (output: Output) => string): Map<string, Output[]> {
  const groups = new Map<string, Output[]>();
  for (const output of outputs) {
    const group = groups.get(keyOf(output));
    if (group === undefined) groups.set(keyOf(output), [output]);
    else group.push(output);
  }
  return groups;
}
