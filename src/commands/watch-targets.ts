import type { Run } from '../domain/run.ts';
import { type Found, formatTarget, type NodeId, type Target } from '../domain/target.ts';
import { renderNotice } from '../messages/notices.ts';
import { askedNames, type LookedUpNames, lookUpNames, withoutRepeats } from './asked-runs.ts';
import { findRunByName, isCalled } from './find-run.ts';
import { lookUp } from './look-up.ts';
import type { OneRunPorts } from './one-run.ts';
import { ASK_TIMEOUT_MS, asPaiFailure, troubleAnswer } from './pai-failure.ts';
import { type Answer, commandLine, type Request } from './request.ts';
import { targetOf } from './run-facts.ts';
import { nodeNamed, nodesOf } from './run-nodes.ts';
import { nodesOfThread, threadTargets } from './thread-runs.ts';
import { quoted, unclearRunAnswer, unreadThreadAnswer } from './unclear-run.ts';

/** Everything that was asked to be watched. */
export interface Wanted extends Omit<LookedUpNames, 'runs'> {
  /** In the order given, each once. */
  readonly targets: readonly Target[];
  readonly nodesWithoutRun: readonly NodeId[];
}

type Outcome = ({ readonly kind: 'wanted' } & Wanted) | { readonly kind: 'answer'; readonly answer: Answer };

interface Question {
  /** The command's text for these runs, with all its other words. */
  readonly textFor: (runs: readonly string[]) => string;
  readonly signal: AbortSignal;
}

/**
 * Finds what somebody wants to watch: ids, links and names, or the thread's run. A word beside one run is its node where
 * it has such a node, else a run of its own. A lone name that fits several pipelines is asked about.
 */
export async function findWanted(
  typed: Found,
  question: Question,
  request: Request,
  ports: OneRunPorts,
): Promise<Outcome> {
  const names = askedNames(typed);
  const found = { ...typed, names };
  if (found.targets.length + names.length === 0) return ofThread(found, request, ports);
  const beside = oneBeside(found);
  const withNode = beside && (await nodeBeside(beside, question, request, ports));
  if (withNode !== undefined) return withNode;

  const { actor, channelId } = request;
  const named = await lookUpNames(names, { actor, channelId, signal: question.signal }, ports);
  const [unclear] = named.unclear;
  const isAlone = names.length === 1 && found.targets.length + found.problems.length === 0;
  if (unclear !== undefined && isAlone) {
    const textFor = (run: string) => question.textFor([run]);
    return answered(unclearRunAnswer(unclear.name, unclear.named, textFor, request, ports));
  }
  const slips = named.runs.filter((each) => isSlip(each, found.targets, named.runs));
  return {
    kind: 'wanted',
    targets: withoutRepeats([...found.targets, ...named.runs.map(({ run }) => targetOf(run))]),
    nodesWithoutRun: found.problems.map(({ nodeId }) => nodeId),
    unclear: [...named.unclear, ...slips.map(({ name }) => ({ name, named: { kind: 'none' as const } }))],
    leftOut: named.leftOut,
  };
}

type NameOfRun = LookedUpNames['runs'][number];

/**
 * True for a part of the name of a run that is asked for beside it anyway: whoever wrote it meant something else, most
 * likely a node.
 */
function isSlip(word: NameOfRun, targets: readonly Target[], words: readonly NameOfRun[]): boolean {
  const { name, run } = word;
  if (isWhole(name, run)) return false;
  if (targets.some(({ runId }) => runId === run.runId)) return true;
  const same = words.filter((each) => each.run.runId === run.runId);
  return same.some((each) => isWhole(each.name, run)) || same[0] !== word;
}

/** True where a word means a run whatever stands beside it. */
function isWhole(name: string, run: Run): boolean {
  return name.includes('*') || isCalled(name, run);
}

async function ofThread(found: Found, request: Request, ports: OneRunPorts): Promise<Outcome> {
  const read = await threadTargets(request, ports);
  if (read === undefined) return answered(unreadThreadAnswer(request));
  const nodes = nodesOfThread(found.problems, read);
  const targets = found.problems.length > 0 ? nodes : read;
  const strays = nodes.length > 0 ? [] : found.problems.map(({ nodeId }) => nodeId);
  if (targets.length + strays.length === 0) {
    const notice = { kind: 'watch-what', command: request.commandName } as const;
    return answered({ kind: 'problem', message: renderNotice(notice, request.actor.locale) });
  }
  return { kind: 'wanted', targets, nodesWithoutRun: strays, unclear: [], leftOut: [] };
}

/** One run and one word beside it. */
interface Beside {
  readonly run: Target | string;
  readonly word: string;
}

function oneBeside({ targets, names, problems }: Found): Beside | undefined {
  const [target] = targets;
  const [name, second] = names;
  const words = targets.length + names.length + problems.length;
  if (words !== 2 || name === undefined) return undefined;
  if (target !== undefined) return target.kind === 'run' ? { run: target, word: name } : undefined;
  const word = second ?? problems[0]?.nodeId;
  return word === undefined ? undefined : { run: name, word };
}

/** The node that the word names; nothing where it is, or may be, a run instead. */
async function nodeBeside(
  { run, word }: Beside,
  question: Question,
  request: Request,
  ports: OneRunPorts,
): Promise<Outcome | undefined> {
  const { actor, channelId } = request;
  const asking = { actor, channelId, signal: question.signal };
  const named = typeof run === 'string' ? await findRunByName(run, asking, ports) : undefined;
  const target = named?.kind === 'found' ? targetOf(named.run) : typeof run === 'string' ? undefined : run;
  // A part of this run's own name is no other run.
  const isRun = async () => {
    const meant = await findRunByName(word, asking, ports);
    if (meant.kind !== 'found') return meant.kind !== 'none';
    return meant.run.runId !== target?.runId || isWhole(word, meant.run);
  };
  if (named?.kind === 'several' && typeof run === 'string' && !(await isRun())) {
    const textFor = (target: string) => question.textFor([target, quoted(word)]);
    return answered(unclearRunAnswer(run, named, textFor, request, ports));
  }
  if (target === undefined) return undefined;
  const [look] = await lookUp([target], { actor, channelId, timeoutMs: ASK_TIMEOUT_MS }, ports);
  if (look?.kind !== 'run') return undefined;

  try {
    const nodes = await nodesOf(look.run, question.signal, ports);
    const node = nodeNamed(word, nodes);
    if (node === undefined) return (await isRun()) ? undefined : noSuchNode(look.run, word, nodes, request);
    const nodeTarget = { ...target, kind: 'node', nodeId: node.nodeId } as const;
    return { kind: 'wanted', targets: [nodeTarget], nodesWithoutRun: [], unclear: [], leftOut: [] };
  } catch (error) {
    const failure = asPaiFailure(error);
    if (failure === undefined) throw error;
    ports.report(failure);
    const again = commandLine(request, question.textFor([formatTarget(target), quoted(word)]));
    return answered(troubleAnswer(failure, again, request));
  }
}

function noSuchNode(
  run: Run,
  typed: string,
  nodes: Awaited<ReturnType<typeof nodesOf>>,
  request: Request,
): Outcome {
  const names = nodes.map((node) => node.name ?? node.nodeId);
  const notice = { kind: 'no-such-node', run, typed, nodes: names } as const;
  return answered({ kind: 'problem', message: renderNotice(notice, request.actor.locale) });
}

function answered(answer: Answer): Outcome {
  return { kind: 'answer', answer };
}
