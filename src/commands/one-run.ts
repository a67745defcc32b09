import type { Run, RunNode } from '../domain/run.ts';
import {
  type Found,
  formatTarget,
  type NodeTarget,
  type Target,
  type TargetProblem,
} from '../domain/target.ts';
import { labelOf } from '../domain/workspace.ts';
import { renderChoices } from '../messages/choices.ts';
import { renderNotice } from '../messages/notices.ts';
import { findLastFailed, findRunByName, type NamedRun } from './find-run.ts';
import type { ListRunsPorts } from './list-runs.ts';
import { type Look, type LookUpPorts, lookUp } from './look-up.ts';
import { looksLikeAName } from './names.ts';
import { ASK_TIMEOUT_MS, LIST_TIMEOUT_MS, optional, troubleAnswer } from './pai-failure.ts';
import { type Answer, commandLine, type Request } from './request.ts';
import { factsOf, targetOf } from './run-facts.ts';
import { nodeNamed, nodesOf, type RunDetailsPorts } from './run-nodes.ts';
import { reportFailures, statusAnswer } from './status-answer.ts';

export interface ThreadPorts {
  readonly threads: {
    /** The runs and nodes a thread is about; none where Slack does not let us read it. */
    targetsOf(place: { channelId: string; threadTs: string }): Promise<readonly Target[]>;
  };
}

export type OneRunPorts = ListRunsPorts & LookUpPorts & RunDetailsPorts & ThreadPorts;

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
  const names = withoutProse(question.found.names);

  const [name, ...more] = names;
  if (name !== undefined && problems.length > 0) {
    const nodes = problems.map(({ nodeId }) => nodeId);
    return byName(name, [...nodes, ...more], question, request, ports);
  }
  const ofThread = await threadTargets(request, ports);
  if (problems.length > 0) {
    const nodes = nodesOfThread(problems, ofThread);
    return nodes.length === 0
      ? withoutRun(question, request)
      : byTargets(nodes, [], question, request, ports);
  }
  if (name === undefined) {
    return ofThread.length > 0
      ? byTargets(ofThread, [], question, request, ports)
      : lastFailed(question, request, ports);
  }
  const inThread =
    more.length === 0 ? await nodeOfThread(name, ofThread, question, request, ports) : undefined;
  if (inThread !== undefined) return inThread;
  return byName(name, more, question, request, ports);
}

/** More words than a run and its node are a sentence: of those only what looks like a name is one. */
function withoutProse(words: readonly string[]): readonly string[] {
  const names = words.length > 2 ? words.filter(looksLikeAName) : words;
  return names.length === 0 ? words : names;
}

/** What the thread is about in which something was asked. */
export async function threadTargets(
  { channelId, threadTs }: Request,
  { threads }: ThreadPorts,
): Promise<readonly Target[]> {
  return threadTs === undefined ? [] : threads.targetsOf({ channelId, threadTs });
}

/** Nodes that were named without their run belong to the thread's, where it has but one. */
export function nodesOfThread(
  strays: readonly TargetProblem[],
  ofThread: readonly Target[],
): readonly NodeTarget[] {
  const [only, ...others] = ofThread;
  if (only === undefined || others.some(({ runId }) => runId !== only.runId)) return [];
  return strays.map(({ nodeId }) => ({ ...only, kind: 'node', nodeId }));
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
  if (seen.length > 1) return which(seen, textFor, request, ports);
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

function which(
  looks: readonly (Look & { readonly run: Run; readonly askedAt: Date })[],
  textFor: OneRunQuestion['textFor'],
  request: Request,
  ports: OneRunPorts,
): Outcome {
  const candidates = looks.map(({ run, askedAt, target }) => ({
    facts: factsOf(run, askedAt, ports),
    command: commandLine(request, textFor(formatTarget(target))),
  }));
  const message = renderChoices({ total: candidates.length, candidates }, request.actor.locale);
  return { kind: 'answer', answer: { kind: 'shown', message } };
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
  return { kind: 'answer', answer: unclearNameAnswer(name, named, withNode, request, ports) };
}

/** The answer where a name, or the lack of one, means no run or several. */
export function unclearNameAnswer(
  name: string | undefined,
  named: Exclude<NamedRun, { kind: 'found' }>,
  textFor: OneRunQuestion['textFor'],
  request: Request,
  ports: ListRunsPorts,
): Answer {
  const { locale } = request.actor;
  if (named.kind === 'failed') {
    const text = textFor(name === undefined ? '' : quoted(name));
    return troubleAnswer(named.failure, commandLine(request, text), request, LIST_TIMEOUT_MS);
  }
  const partial = named.partial && { partial: named.partial };
  if (named.kind === 'none') {
    const labels = ports.workspaces.map(labelOf);
    if (name === undefined) {
      const notice = { kind: 'which-run', command: request.commandName } as const;
      return { kind: 'problem', message: renderNotice(notice, locale) };
    }
    const notice = {
      kind: 'no-such-run',
      names: [name],
      labels,
      command: request.commandName,
      ...partial,
    } as const;
    return { kind: 'problem', message: renderNotice(notice, locale) };
  }
  const candidates = named.runs.slice(0, MOST_CHOICES).map((run) => ({
    facts: factsOf(run, ports.now(), ports),
    command: commandLine(request, textFor(formatTarget(targetOf(run)))),
  }));
  const message = renderChoices(
    { ...(name !== undefined && { name }), total: named.runs.length, candidates, ...partial },
    locale,
  );
  return { kind: 'shown', message };
}

/** Pipelines offered for one name: more buttons than that nobody reads. */
const MOST_CHOICES = 8;

/** In a run's thread one word may just as well be a node of that run. */
async function nodeOfThread(
  word: string,
  ofThread: readonly Target[],
  question: OneRunQuestion,
  request: Request,
  ports: OneRunPorts,
): Promise<Outcome | undefined> {
  const [only] = ofThread;
  if (only === undefined || ofThread.length > 1) return undefined;
  const { kind: _kind, runId, ...place } = only;
  const outcome = await byTargets(
    [{ kind: 'run', runId, ...(place.region && { region: place.region }) }],
    [],
    question,
    request,
    ports,
  );
  if (outcome.kind === 'answer') return undefined;
  // Whether it is a node shows once PAI answers; until then it may still be a name.
  const nodes = (await optional(nodesOf(outcome.one.run, question.signal, ports))) ?? [];
  const node = nodeNamed(word, nodes);
  return node && { kind: 'run', one: { ...outcome.one, node } };
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
  return { kind: 'answer', answer: unclearNameAnswer(undefined, last, textFor, request, ports) };
}

function withoutRun({ found }: OneRunQuestion, request: Request): Outcome {
  const nodes = found.problems.map(({ nodeId }) => nodeId);
  const notice = { kind: 'node-without-run', command: request.commandName, nodes } as const;
  return { kind: 'answer', answer: { kind: 'problem', message: renderNotice(notice, request.actor.locale) } };
}

/** A name as it is typed, so that its spaces stay in it. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '')}"`;
}
