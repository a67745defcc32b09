import { matchesGlob } from '../domain/filter/glob.ts';
import { toPlainSigns } from '../domain/filter/plain-signs.ts';
import { nameOfRun, phaseOfRun, type Run } from '../domain/run.ts';
import { seriesKeyOf, seriesNameOf } from '../domain/series.ts';
import type { PartialAnswer } from '../messages/catalog.ts';
import { type ListedRuns, type ListRunsPorts, listRuns, MOST_READ } from './list-runs.ts';
import type { PaiFailure } from './pai-failure.ts';
import type { Actor } from './request.ts';

interface Asking {
  readonly actor: Actor;
  readonly channelId: string;
  readonly signal: AbortSignal;
}

/**
 * What a name means: one pipeline's run, the runs that it may be, or nothing. With `partial` there may be more of them
 * where nobody could look, so even a single one is not taken for the one that is meant.
 */
export type NamedRun =
  | { readonly kind: 'found'; readonly run: Run }
  | { readonly kind: 'several'; readonly runs: readonly Run[]; readonly partial?: PartialAnswer }
  /** Not among the runs that were looked at. */
  | {
      readonly kind: 'none';
      readonly partial?: PartialAnswer;
      readonly scanned?: ListedRuns['scanned'];
    }
  | { readonly kind: 'failed'; readonly failure: PaiFailure };

/**
 * Finds the runs that people mean by names: of each the newest of its pipeline, a running one first. A run called
 * exactly so wins over a pipeline called so (a name without its dates and numbers), and that over names that hold the
 * word. `*` stands for any text. Answers in the order of the names.
 */
export async function findRunsByName(
  names: readonly string[],
  asking: Asking,
  ports: ListRunsPorts,
): Promise<NamedRun[]> {
  const narrow = await Promise.all(names.map((name) => listCalled(name, asking, ports)));
  // Whether PAI finds parts of names is not confirmed: before "none", the newest runs are looked through, once for all.
  const isMissing = narrow.some(({ runs, failure }) => runs.length === 0 && failure === undefined);
  // A region that hung has taken all the time: asked once more, the others would seem to be silent too.
  const newest =
    isMissing && !asking.signal.aborted
      ? await listRuns({ ...asking, enough: MOST_READ, filter: { clauses: [] } }, ports)
      : undefined;
  return names.map((name, index) => {
    const called = narrow[index];
    const listed = called === undefined || called.runs.length === 0 ? (newest ?? called) : called;
    return listed === undefined ? { kind: 'none' } : namedIn(name, listed);
  });
}

/** The run that people mean by one name. */
export async function findRunByName(name: string, asking: Asking, ports: ListRunsPorts): Promise<NamedRun> {
  const [named] = await findRunsByName([name], asking, ports);
  return named ?? { kind: 'none' };
}

function listCalled(name: string, asking: Asking, ports: ListRunsPorts): Promise<ListedRuns> {
  const isPattern = name.includes('*');
  const filter = { clauses: [{ key: 'name' as const, negated: false, values: [patternOf(name)] }] };
  return listRuns({ ...asking, enough: MOST_READ, filter, ...(!isPattern && { namePart: name }) }, ports);
}

/** True where it is the whole name of the run or of its pipeline. */
export function isCalled(name: string, run: Run): boolean {
  return [nameOfRun(run), seriesNameOf(run)].some((called) => plainName(called) === plainName(name));
}

/** Names are compared in the signs that filters are written in, whatever keyboard they were typed on. */
function plainName(name: string): string {
  return toPlainSigns(name).toLowerCase();
}

function patternOf(name: string): string {
  return name.includes('*') ? name : `*${name}*`;
}

function namedIn(name: string, listed: ListedRuns): NamedRun {
  const { runs, unread, failure, total } = listed;
  // PAI counts a list that is not narrowed by itself, and so tells how much of it was not looked at.
  const unseen = total > runs.length ? { read: runs.length, of: total } : undefined;
  const scanned = listed.scanned ?? unseen;
  const holding = runs.filter((run) => matchesGlob(plainName(patternOf(name)), plainName(nameOfRun(run))));
  const pipelines = newestOfEachPipeline(closestTo(name, holding));
  const [only] = pipelines;
  const unanswered = unread && { partial: unread };
  if (only === undefined) {
    if (failure !== undefined) return { kind: 'failed', failure };
    return { kind: 'none', ...unanswered, ...(scanned && { scanned }) };
  }
  // A part of a name may fit older pipelines that nobody looked at; a whole one is what was meant.
  const isSure = unread === undefined && (scanned === undefined || isCalled(name, only));
  if (pipelines.length === 1 && isSure) return { kind: 'found', run: only };
  return { kind: 'several', runs: pipelines, ...unanswered };
}

/** The newest failed run this person may read here, where there is one. */
export async function findLastFailed(asking: Asking, ports: ListRunsPorts): Promise<NamedRun> {
  const listed = await listRuns(
    {
      ...asking,
      filter: { clauses: [{ key: 'status', negated: false, values: ['failed'] }] },
      sortBy: 'FinishedAt',
      enough: 1,
    },
    ports,
  );
  const [last] = [...listed.runs].sort((one, other) => endedAt(other) - endedAt(one));
  const { unread, failure } = listed;
  if (last !== undefined && unread === undefined) return { kind: 'found', run: last };
  if (last !== undefined) return { kind: 'several', runs: [last], ...(unread && { partial: unread }) };
  if (failure !== undefined) return { kind: 'failed', failure };
  return { kind: 'none', ...(unread && { partial: unread }) };
}

function closestTo(name: string, runs: readonly Run[]): readonly Run[] {
  const called = runs.filter((run) => plainName(nameOfRun(run)) === plainName(name));
  if (called.length > 0) return called;
  const inPipeline = runs.filter((run) => isCalled(name, run));
  return inPipeline.length > 0 ? inPipeline : runs;
}

/** Out of runs in their order, newest first: each pipeline's first one that goes on, or else its first. */
function newestOfEachPipeline(runs: readonly Run[]): Run[] {
  const pipelines = new Map<string, Run>();
  for (const run of runs) {
    const known = pipelines.get(seriesKeyOf(run));
    const isBetter =
      known !== undefined && ((!goesOn(known) && goesOn(run)) || (known.isDeleted && !run.isDeleted));
    if (known === undefined || isBetter) pipelines.set(seriesKeyOf(run), run);
  }
  return [...pipelines.values()].sort((one, other) => Number(goesOn(other)) - Number(goesOn(one)));
}

/** A suspended run may have been waiting for days, while a newer one failed. */
function goesOn(run: Run): boolean {
  return ['running', 'queued', 'terminating'].includes(phaseOfRun(run));
}

function endedAt({ finishedAt, modifiedAt, createdAt }: Run): number {
  return (finishedAt ?? modifiedAt ?? createdAt)?.getTime() ?? 0;
}
