import { nameOfNode, type RunNode } from '../domain/run.ts';
import { formatTarget } from '../domain/target.ts';
import { renderNotice } from '../messages/notices.ts';
import { looksLikeAName } from './names.ts';
import type { OneRun, OneRunPorts, OneRunQuestion } from './one-run.ts';
import { asPaiFailure, troubleAnswer } from './pai-failure.ts';
import { type Answer, commandLine, type Request } from './request.ts';
import { targetOf } from './run-facts.ts';
import { nodeInProse, nodeNamed, nodesOf } from './run-nodes.ts';

type Outcome =
  /** The run's nodes too, where they had to be listed. */
  | {
      readonly kind: 'node';
      readonly node: RunNode | undefined;
      readonly nodes: readonly RunNode[];
      /** False where nobody named a node, so that the question is about the run as a whole. */
      readonly isNamed: boolean;
    }
  | { readonly kind: 'answer'; readonly answer: Answer };

/** Finds the node a question is about: the one given by id or name, else the one that `meant` picks, if any. */
export async function findNode(
  { run, node, nodeWords, isProse }: OneRun,
  { textFor, signal }: Pick<OneRunQuestion, 'textFor' | 'signal'>,
  meant: (nodes: readonly RunNode[]) => RunNode | undefined,
  request: Request,
  ports: OneRunPorts,
): Promise<Outcome> {
  if (node !== undefined) return { kind: 'node', node, nodes: [], isNamed: true };
  let nodes: readonly RunNode[];
  try {
    nodes = await nodesOf(run, signal, ports);
  } catch (error) {
    const failure = asPaiFailure(error);
    if (failure === undefined) throw error;
    ports.report(failure);
    const again = commandLine(request, textFor(formatTarget(targetOf(run))));
    return { kind: 'answer', answer: troubleAnswer(failure, again, request) };
  }
  const [word = ''] = nodeWords;
  const named = isProse ? nodeInProse(nodeWords, nodes) : word === '' ? undefined : nodeNamed(word, nodes);
  if (named !== undefined) return { kind: 'node', node: named, nodes, isNamed: true };
  const [mistaken] = isProse ? nodeWords.filter(looksLikeAName) : nodeWords;
  if (mistaken === undefined) return { kind: 'node', node: meant(nodes), nodes, isNamed: false };
  const notice = { kind: 'no-such-node', run, typed: mistaken, nodes: nodes.map(nameOfNode) } as const;
  return { kind: 'answer', answer: { kind: 'problem', message: renderNotice(notice, request.actor.locale) } };
}
