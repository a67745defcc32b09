import { asPaiFailure, type PaiFailure } from '../commands/pai-failure.ts';
import { nodesOf, type RunDetailsPorts } from '../commands/run-nodes.ts';
import type { StatusAnswer, StatusQuestion } from '../commands/status-question.ts';
import { diff } from '../domain/diff.ts';
import type { Run, RunNode } from '../domain/run.ts';
import type { Look } from './conclude.ts';
import { areDetailsWanted, LIST_REASONS, type ListReason, listReason, questionsOf } from './poll-plan.ts';
import type { ClaimedRun } from './watched-runs.ts';

export interface LookPorts extends RunDetailsPorts {
  readonly statuses: {
    /** Answers in the order of the questions; rejects only when the signal is aborted. */
    loadAll(
      questions: readonly StatusQuestion[],
      options: { timeoutMs: number; signal: AbortSignal },
    ): Promise<readonly StatusAnswer[]>;
  };
  /** Lists and single runs that one look at a region may ask for; what is left out waits for the next one. */
  readonly mostSingleCalls: number;
  /** Takes each failure of PAI's. */
  readonly report: (failure: PaiFailure) => void;
}

/** How long the batches of one region may take, behind whatever else goes out. */
const STATUS_TIMEOUT_MS = 20_000;
/** How long a list or a single run may take. */
const SINGLE_TIMEOUT_MS = 8000;

/**
 * Looks at runs of one region: two kinds of batches, runs and nodes, then the lists and single runs that their answers
 * make necessary, the most urgent first. Gives a look for each run in their order once the batches have answered: those
 * that need no further call are there at once. It and each of them rejects only when the signal is aborted.
 */
export async function lookAt(
  claimed: readonly ClaimedRun[],
  { now, signal }: { readonly now: Date; readonly signal: AbortSignal },
  ports: LookPorts,
): Promise<readonly Promise<Look>[]> {
  const rows = await askRows(claimed, signal, ports);
  const wishes = rows.map((row, index) => wishOf(claimed[index], row, now));
  grant(wishes, ports.mostSingleCalls);
  return rows.map((row, index) => lookCloser(row, wishes[index], signal, ports));
}

/** What the batches said of one run. */
type Rows =
  | { readonly kind: 'seen'; readonly askedAt: Date; readonly run: Run; readonly nodes: readonly RunNode[] }
  | { readonly kind: 'missing' }
  | { readonly kind: 'failed'; readonly failure?: PaiFailure | undefined };

async function askRows(
  claimed: readonly ClaimedRun[],
  signal: AbortSignal,
  { statuses, report }: LookPorts,
): Promise<readonly Rows[]> {
  const questions = claimed.map(questionsOf);
  const answers = await statuses.loadAll(questions.flat(), { timeoutMs: STATUS_TIMEOUT_MS, signal });
  let next = 0;
  return questions.map((own, index): Rows => {
    const [run, ...nodes] = answers.slice(next, next + own.length);
    next += own.length;
    for (const answer of [run, ...nodes]) if (answer?.kind === 'failed') report(answer.error);
    if (run?.kind === 'missing') return run;
    if (run?.kind === 'failed') return { kind: 'failed', failure: run.error };
    if (run?.kind !== 'found' || run.run === undefined) return { kind: 'failed' };
    const rootNodeId = run.run.rootNodeId ?? claimed[index]?.run.rootNodeId;
    // A node that was not answered stays as it was until the next look.
    const seen = nodes.flatMap((each) =>
      each.kind === 'found' && each.node !== undefined ? [each.node] : [],
    );
    const seenRun = rootNodeId === run.run.rootNodeId ? run.run : { ...run.run, rootNodeId };
    return { kind: 'seen', askedAt: run.askedAt, run: seenRun, nodes: seen };
  });
}

/** The calls that one run wants beside the batches. */
interface Wish {
  readonly list: ListReason | undefined;
  /** `suspicion` where nothing can be told before GetPipelineRun has confirmed it. */
  readonly details: 'suspicion' | 'facts' | undefined;
  isListGranted: boolean;
  areDetailsGranted: boolean;
}

function wishOf(claimed: ClaimedRun | undefined, rows: Rows, now: Date): Wish {
  const nothing = { list: undefined, details: undefined, isListGranted: false, areDetailsGranted: false };
  if (claimed === undefined || rows.kind !== 'seen') return nothing;
  const isSuspicious = diff(claimed.run, rows, now).kind === 'suspicious';
  const details = isSuspicious ? 'suspicion' : areDetailsWanted(claimed, now) ? 'facts' : undefined;
  // Lists begin at the root; GetPipelineRun names it where the row does not.
  if (rows.run.rootNodeId === undefined) return { ...nothing, details: details ?? 'facts' };
  return { ...nothing, list: listReason(claimed, rows, now), details };
}

/** Gives the calls to those who need them most. */
function grant(wishes: readonly Wish[], most: number): void {
  let left = most;
  for (const wish of wishes) {
    if (wish.details === 'suspicion' && left > 0) {
      wish.areDetailsGranted = true;
      left -= 1;
    }
  }
  for (const reason of LIST_REASONS) {
    for (const wish of wishes) {
      if (wish.list !== reason || left === 0) continue;
      wish.isListGranted = true;
      left -= 1;
    }
  }
  for (const wish of wishes) {
    if (wish.details !== 'facts' || left === 0) continue;
    wish.areDetailsGranted = true;
    left -= 1;
  }
}

async function lookCloser(
  rows: Rows,
  wish: Wish | undefined,
  signal: AbortSignal,
  ports: LookPorts,
): Promise<Look> {
  if (rows.kind !== 'seen') return rows;
  const { run } = rows;
  if (wish?.isListGranted !== true && wish?.areDetailsGranted !== true) {
    return { ...rows, list: wish?.list === undefined ? 'not-needed' : 'wanted' };
  }
  const until = AbortSignal.any([signal, AbortSignal.timeout(SINGLE_TIMEOUT_MS)]);
  const [nodes, details] = await Promise.all([
    wish.isListGranted ? orFailure(nodesOf(run, until, ports, { isPatient: true }), ports) : undefined,
    wish.areDetailsGranted
      ? orFailure(ports.runs.getPipelineRun(run, { signal: until, isPatient: true }), ports)
      : undefined,
  ]);
  const isListed = nodes !== undefined && !isFailure(nodes);
  return {
    ...rows,
    nodes: isListed ? nodes : rows.nodes,
    details: details !== undefined && isFailure(details) ? whatItMeans(details) : details,
    list: isListed ? 'listed' : wish.list === undefined ? 'not-needed' : 'wanted',
  };
}

async function orFailure<T>(call: Promise<T>, { report }: LookPorts): Promise<T | PaiFailure> {
  try {
    return await call;
  } catch (error) {
    const failure = asPaiFailure(error);
    if (failure === undefined) throw error;
    report(failure);
    return failure;
  }
}

function isFailure(answer: unknown): answer is PaiFailure {
  return answer instanceof Error;
}

/** Kinds of failure after which asking once more says the same. */
const LASTING: readonly PaiFailure['kind'][] = ['forbidden', 'not-found', 'refused', 'junk', 'too-large'];

function whatItMeans({ kind }: PaiFailure): 'refused' | undefined {
  return LASTING.includes(kind) ? 'refused' : undefined;
}
