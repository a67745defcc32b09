import { firstFailedNode, nameOfNode, type Run, type RunNode } from '../domain/run.ts';
import type { NodeId, RunId } from '../domain/target.ts';
import { looksLikeAName } from './names.ts';

/** All levels of nested Dags and loops. */
const ALL_LEVELS = 99;

export interface RunDetailsPorts {
  readonly runs: {
    getPipelineRun(
      about: { region: string; runId: RunId },
      options: { signal: AbortSignal; isPatient?: boolean },
    ): Promise<Run>;
    listPipelineRunNodeStatus(
      about: { region: string; runId: RunId; nodeId: NodeId; depth: number },
      options: { signal: AbortSignal; isPatient?: boolean },
    ): Promise<readonly RunNode[]>;
  };
}

/**
 * All nodes of a run but its root. Rejects with PAI's failure. Where many runs are asked at once they wait patiently
 * behind what others ask.
 */
export async function nodesOf(
  { region, runId, rootNodeId }: Run,
  signal: AbortSignal,
  { runs }: RunDetailsPorts,
  { isPatient = false } = {},
): Promise<readonly RunNode[]> {
  if (rootNodeId === undefined) return [];
  const about = { region, runId, nodeId: rootNodeId, depth: ALL_LEVELS };
  const nodes = await runs.listPipelineRunNodeStatus(about, { signal, isPatient });
  return nodes.filter(({ nodeId }) => nodeId !== rootNodeId);
}

/** The node of that name or id, or the only one whose name holds the word; whatever the case. */
export function nodeNamed(word: string, nodes: readonly RunNode[]): RunNode | undefined {
  return nodeCalled(word, nodes) ?? nodeHolding(word, nodes);
}

/** The node that one of the words of a sentence names: exactly so, or in part by a word that looks like a name. */
export function nodeInProse(words: readonly string[], nodes: readonly RunNode[]): RunNode | undefined {
  const called = words.flatMap((word) => nodeCalled(word, nodes) ?? []);
  const holding = words.filter(looksLikeAName).flatMap((word) => nodeHolding(word, nodes) ?? []);
  return called[0] ?? holding[0];
}

function nodeCalled(word: string, nodes: readonly RunNode[]): RunNode | undefined {
  const wanted = word.toLowerCase();
  return nodes.find((node) => node.nodeId === wanted || nameOfNode(node).toLowerCase() === wanted);
}

function nodeHolding(word: string, nodes: readonly RunNode[]): RunNode | undefined {
  const wanted = word.toLowerCase();
  const holding = nodes.filter((node) => nameOfNode(node).toLowerCase().includes(wanted));
  return holding.length === 1 ? holding[0] : undefined;
}

/** The node people mean when they name none: the one that failed first, else the latest to start of those at work. */
export function nodeMeant(nodes: readonly RunNode[]): RunNode | undefined {
  const atWork = nodes.filter(({ status }) => status.phase === 'running');
  return firstFailedNode(nodes) ?? latestToStart(atWork) ?? latestToStart(nodes);
}

function latestToStart(nodes: readonly RunNode[]): RunNode | undefined {
  const started = nodes.filter(({ startedAt }) => startedAt !== undefined);
  return started.sort((one, other) => startOf(other) - startOf(one))[0];
}

function startOf({ startedAt }: RunNode): number {
  return startedAt?.getTime() ?? 0;
}
