import { formatPair } from '../domain/filter/tokens.ts';
import { readOutputFacts } from '../domain/output-facts.ts';
import { nameOfNode, type Output, type Run, type RunNode } from '../domain/run.ts';
import { type Found, formatTarget, type NodeId, type RunId } from '../domain/target.ts';
import { renderOutputs } from '../messages/outputs-card.ts';
import { findNode } from './find-node.ts';
import { findOneRun, type OneRunPorts } from './one-run.ts';
import { ASK_TIMEOUT_MS, asPaiFailure, optional, type PaiFailure, troubleAnswer } from './pai-failure.ts';
import { type Answer, commandLine, type Request } from './request.ts';
import { nodeTarget, targetOf } from './run-facts.ts';
import { nodesOf } from './run-nodes.ts';
import type { StatusQuestion } from './status-question.ts';

/** The types PAI knows (ListPipelineRunsStatus, field OutputType). */
export const OUTPUT_TYPES = ['Model', 'DataSet', 'Metrics', 'ModelEvaluation'] as const;

export type OutputType = (typeof OUTPUT_TYPES)[number];

export interface OutputsCommand {
  readonly found: Found;
  readonly type?: OutputType;
}

export type OutputsPorts = OneRunPorts & OutputPorts;

export interface OutputPorts {
  readonly outputs: {
    /** Rejects with PAI's failure. */
    listPipelineRunNodeOutputs(
      about: {
        region: string;
        runId: RunId;
        nodeId: NodeId;
        depth: number;
        pageNumber: number;
        pageSize: number;
      },
      options: { signal: AbortSignal },
    ): Promise<{ readonly totalCount: number; readonly outputs: readonly Output[] }>;
  };
}

/** PAI's largest `Depth` (ListPipelineRunNodeOutputs): the node and everything in it. */
const ALL_LEVELS = 99_999;
/** Outputs shown of one run; a page of PAI's. */
const MOST_OUTPUTS = 100;

/** `/pai outputs RUN [NODE] [type:…]`: what a run or node made; metrics as numbers. */
export async function outputs(
  command: OutputsCommand,
  request: Request,
  ports: OutputsPorts,
): Promise<Answer> {
  const signal = AbortSignal.timeout(ASK_TIMEOUT_MS);
  const textFor = (run: string) => formatOutputs(run, command);
  const outcome = await findOneRun({ found: command.found, textFor, signal }, request, ports);
  if (outcome.kind === 'answer') return outcome.answer;
  const { one } = outcome;
  const { run } = one;
  const isAboutNode = one.node !== undefined || one.nodeWords.length > 0;
  const chosen = isAboutNode
    ? await findNode(one, { textFor, signal }, () => undefined, request, ports)
    : { kind: 'node' as const, node: undefined, nodes: (await optional(nodesOf(run, signal, ports))) ?? [] };
  if (chosen.kind === 'answer') return chosen.answer;

  const { node, nodes } = chosen;
  const about = node === undefined ? targetOf(run) : nodeTarget(run, node);
  const again = commandLine(request, textFor(formatTarget(about)));
  const made = await madeBy(run, node, command.type, signal, ports);
  if (made.kind === 'failed') {
    ports.report(made.failure);
    return troubleAnswer(made.failure, again, request);
  }
  const names = new Map(nodes.map((each) => [each.nodeId, nameOfNode(each)]));
  const shown = made.outputs.map((output) => {
    const maker = output.nodeId && names.get(output.nodeId);
    return {
      type: output.type,
      name: output.name,
      facts: readOutputFacts(output),
      ...(maker && { node: maker }),
    };
  });
  const facts = {
    run,
    ...(node && { node }),
    ...(command.type && { type: command.type }),
    outputs: shown,
    total: made.total,
    isLastFailed: one.isLastFailed,
    again,
  };
  return { kind: 'shown', message: renderOutputs(facts, request.actor.locale), about };
}

/** The command's text for a run or node, with the same wishes. */
function formatOutputs(run: string, { type }: OutputsCommand): string {
  return ['outputs', run, type && formatPair('type', [type])].filter(Boolean).join(' ');
}

type Made =
  | { readonly kind: 'made'; readonly outputs: readonly Output[]; readonly total: number }
  | { readonly kind: 'failed'; readonly failure: PaiFailure };

/** Of one type by the status call, which everybody's questions share; of all types by a call of its own. */
async function madeBy(
  run: Run,
  node: RunNode | undefined,
  type: OutputType | undefined,
  signal: AbortSignal,
  ports: OutputsPorts,
): Promise<Made> {
  const nodeId = node?.nodeId ?? run.rootNodeId;
  try {
    return type !== undefined || nodeId === undefined
      ? await byStatus(run, node, type === undefined ? OUTPUT_TYPES : [type], signal, ports)
      : await byNode(run, nodeId, signal, ports);
  } catch (error) {
    const failure = asPaiFailure(error);
    if (failure === undefined) throw error;
    return { kind: 'failed', failure };
  }
}

async function byStatus(
  { region, runId, workspaceId }: Run,
  node: RunNode | undefined,
  types: readonly OutputType[],
  signal: AbortSignal,
  { statuses }: OutputsPorts,
): Promise<Made> {
  const place = { region, runId, ...(workspaceId !== undefined && { workspaceId }) };
  const questions = types.map(
    (outputType): StatusQuestion =>
      node === undefined
        ? { ...place, outputType, kind: 'run' }
        : { ...place, outputType, kind: 'node', nodeId: node.nodeId },
  );
  const answers = await statuses.loadAll(questions, { timeoutMs: ASK_TIMEOUT_MS, signal });
  const failed = answers.find((answer) => answer.kind === 'failed');
  if (failed !== undefined) return { kind: 'failed', failure: failed.error };
  const made = answers.flatMap((answer) => (answer.kind === 'found' ? (answer.outputs ?? []) : []));
  return { kind: 'made', outputs: made.slice(0, MOST_OUTPUTS), total: made.length };
}

async function byNode(
  { region, runId }: Run,
  nodeId: NodeId,
  signal: AbortSignal,
  { outputs }: OutputsPorts,
): Promise<Made> {
  const about = { region, runId, nodeId, depth: ALL_LEVELS, pageNumber: 1, pageSize: MOST_OUTPUTS };
  const { outputs: made, totalCount } = await outputs.listPipelineRunNodeOutputs(about, { signal });
  return { kind: 'made', outputs: made.slice(0, MOST_OUTPUTS), total: Math.max(totalCount, made.length) };
}
