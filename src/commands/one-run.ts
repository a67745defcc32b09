import type { Run, RunNode } from '../domain/run.ts';
import { type Found, formatTarget, type Target } from '../domain/target.ts';
import { findLastFailed, findRunByName, findRunsByName } from './find-run.ts';
import type { ListRunsPorts } from './list-runs.ts';
import type { LongQuestions } from './long-questions.ts';
import { type LookUpPorts, lookUp } from './look-up.ts';
import { looksLikeAName } from './names.ts';
import { ASK_TIMEOUT_MS, asPaiFailure, troubleAnswer } from './pai-failure.ts';
import { type Answer, commandLine, type Request } from './request.ts';
import { nodeNamed, nodesOf, type RunDetailsPorts } from './run-nodes.ts';
import { reportFailures, statusAnswer } from './status-answer.ts';
import { nodesOfThread, type ThreadPorts, threadTargets } from './thread-runs.ts';
import {
  nodeWithoutRunAnswer,
  quoted,
  unclearRunAnswer,
  unreadThreadAnswer,
  whichOfThese,
} from './unclear-run.ts';

export type OneRunPorts = ListRunsPorts &
  LookUpPorts &
  RunDetailsPorts &
  ThreadPorts & { readonly longQuestions: LongQuestions };

/** The one run that a question is about. */
export interface OneRun {
  readonly run: Run;
  /** The node that was given by its id. */
  readonly node?: RunNode;
  /** Words beside the run that may name a node of it. */
  readonly nodeWords: readonly string[];
  /** Words out of a sentence are no mistake if they name no node. */
  readonly isProse: boolean;
  /** True where nobody named a run, so the last failed one was taken. */
  readonly isLastFailed: boolean;
}

/** A question about one run: what was typed, and how it is typed for another run. */
export interface OneRunQuestion {
  readonly found: Found;
  /** The command's text for what stands for the run, with all its other words. */
  readonly textFor: (run: string) => string;
  readonly signal: AbortSignal;
}

type Outcome =
  | { readonly kind: 'run'; readonly one: OneRun }
  | { readonly kind: 'answer'; readonly answer: Answer };

/**
 * Finds the one run a question is about: an id or a link, else a name, else the thread's run, else the run that failed
 * last. Where several fit, the answer asks which; nothing is guessed.
 */
export async function findOneRun(
  question: OneRunQuestion,
  request: Request,
  ports: OneRunPorts,
): Promise<Outcome> {
  const { targets, problems } = question.found;
  if (targets.length > 0) return byTargets(closest(targets), question.found.names, question, request, ports);
  const { names } = question.found;
  // More words than a run and its node are a sentence.
  if (names.length > 2 && names.some(looksLikeAName)) return byProse(names, question, request, ports);
  const [name, ...more] = names.length > 2 ? [] : names;
  if (name !== undefined && problems.length > 0) {
    const nodes = problems.map(({ nodeId }) => nodeId);
    return byName(name, [...nodes, ...more], question, request, ports);
  }
  const read = await threadTargets(request, ports);
  // Without a name the thread would have told which run is meant, and no other is taken for it.
  if (read === undefined && name === undefined && problems.length === 0) {
    return { kind: 'answer', answer: unreadThreadAnswer(request) };
  }
  const ofThread = read ?? [];
  if (problems.length > 0) {
    const nodes = nodesOfThread(problems, ofThread);
    return nodes.length === 0
      ? {
          kind: 'answer',
          answer: nodeWithoutRunAnswer(
            problems.map(({ nodeId }) => nodeId),
            request,
          ),
        }
      : byTargets(nodes, [], question, request, ports);
  }
  if (name === undefined) {
    return ofThread.length > 0
      ? byTargets(ofThread, [], question, request, ports)
      : lastFailed(question, request, ports);
  }
  const inThread =
    more.length === 0 ? await nodeOfThread(name, ofThread, question, request, ports) : undefined;
  return inThread ?? byName(name, more, question, request, ports);
}

/** A run that stands beside one of its nodes only tells whose node it is. */
function closest(targets: readonly Target[]): readonly Target[] {
  const withNode = new Set(targets.flatMap((each) => (each.kind === 'node' ? [each.runId] : [])));
  return targets.filter(({ kind, runId }) => kind === 'node' || !withNode.has(runId));
}

async function byTargets(
  targets: readonly Target[],
  nodeWords: readonly string[],
  { textFor }: OneRunQuestion,
  request: Request,
  ports: OneRunPorts,
): Promise<Outcome> {
  const { actor, channelId } = request;
  const looks = await lookUp(targets, { actor, channelId, timeoutMs: ASK_TIMEOUT_MS }, ports);
  const seen = looks.flatMap((look) => (look.kind === 'run' || look.kind === 'node' ? [look] : []));
  const [only] = seen;
  if (only === undefined || looks.length > seen.length) {
    const again = commandLine(request, textFor(targets.map(formatTarget).join(' ')));
    reportFailures(looks, ports.report);
    const findings = { looks, nodesWithoutRun: [], unclear: [], leftOut: [], again };
    return { kind: 'answer', answer: statusAnswer(findings, request, ports) };
  }
  if (seen.length > 1) {
    return { kind: 'answer', answer: whichOfThese(seen, textFor, request, ports) };
  }
  const node = only.kind === 'node' && { node: only.node };
  const one = {
    run: only.details ?? only.run,
    ...node,
    nodeWords,
    isProse: nodeWords.length > 1,
    isLastFailed: false,
  };
  return { kind: 'run', one };
}

async function byName(
  name: string,
  nodeWords: readonly string[],
  { textFor, signal }: OneRunQuestion,
  request: Request,
  ports: OneRunPorts,
): Promise<Outcome> {
  const named = await findRunByName(name, { ...request, signal }, ports);
  if (named.kind === 'found') {
    const one = { run: named.run, nodeWords: nodeWords.slice(0, 1), isProse: false, isLastFailed: false };
    return { kind: 'run', one };
  }
  const withNode = (text: string) => textFor([text, ...nodeWords.slice(0, 1).map(quoted)].join(' '));
  return { kind: 'answer', answer: unclearRunAnswer(name, named, withNode, request, ports) };
}

/** In a sentence whatever PAI knows as a run is the run; its other words may name a node. */
async function byProse(
  words: readonly string[],
  { textFor, signal }: OneRunQuestion,
  request: Request,
  ports: OneRunPorts,
): Promise<Outcome> {
  const candidates = words.filter(looksLikeAName).slice(0, MOST_CANDIDATES);
  const found = await findRunsByName(candidates, { ...request, signal }, ports);
  const index = Math.max(
    0,
    found.findIndex(({ kind }) => kind !== 'none'),
  );
  const [name, named] = [candidates[index] ?? '', found[index] ?? { kind: 'none' as const }];
  if (named.kind !== 'found') {
    return { kind: 'answer', answer: unclearRunAnswer(name, named, textFor, request, ports) };
  }
  const nodeWords = words.filter((word) => word !== name);
  return { kind: 'run', one: { run: named.run, nodeWords, isProse: true, isLastFailed: false } };
}

/** Words of a sentence that are looked up as names. */
const MOST_CANDIDATES = 3;

/**
 * In a run's thread one word may just as well be a node of that run. Whether it is shows only once PAI has told its
 * nodes: while it does not, the word is not taken for another run.
 */
async function nodeOfThread(
  word: string,
  ofThread: readonly Target[],
  { textFor, signal }: OneRunQuestion,
  request: Request,
  ports: OneRunPorts,
): Promise<Outcome | undefined> {
  const [only] = ofThread;
  if (only === undefined || ofThread.length > 1) return undefined;
  const { actor, channelId } = request;
  const { kind: _kind, runId, region } = only;
  const target = { kind: 'run', runId, ...(region !== undefined && { region }) } as const;
  const looks = await lookUp([target], { actor, channelId, timeoutMs: ASK_TIMEOUT_MS }, ports);
  const [look] = looks;
  const again = commandLine(request, textFor(quoted(word)));
  if (look?.kind === 'failed') {
    reportFailures(looks, ports.report);
    return { kind: 'answer', answer: troubleAnswer(look.error, again, request) };
  }
  if (look?.kind !== 'run') return undefined;
  const run = look.details ?? look.run;
  try {
    const node = nodeNamed(word, await nodesOf(run, signal, ports));
    return node && { kind: 'run', one: { run, node, nodeWords: [], isProse: false, isLastFailed: false } };
  } catch (error) {
    const failure = asPaiFailure(error);
    if (failure === undefined) throw error;
    ports.report(failure);
    return { kind: 'answer', answer: troubleAnswer(failure, again, request) };
  }
}

async function lastFailed(
  { signal, textFor }: OneRunQuestion,
  request: Request,
  ports: OneRunPorts,
): Promise<Outcome> {
  const last = await findLastFailed({ ...request, signal }, ports);
  if (last.kind === 'found') {
    return { kind: 'run', one: { run: last.run, nodeWords: [], isProse: false, isLastFailed: true } };
  }
  return { kind: 'answer', answer: unclearRunAnswer(undefined, last, textFor, request, ports) };
}
