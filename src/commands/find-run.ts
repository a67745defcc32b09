import { matchesGlob } from '../domain/filter/glob.ts';
import { nameOfRun, phaseOfRun, type Run } from '../domain/run.ts';
import { seriesKeyOf, seriesNameOf } from '../domain/series.ts';
import { isFinal } from '../domain/status.ts';
import type { Partial } from '../messages/partial.ts';
import { type ListedRuns, type ListRunsPorts, listRuns } from './list-runs.ts';
import type { PaiFailure } from './pai-failure.ts';
import type { Actor } from './request.ts';

/** Rows read of each PAI workspace for names. */
const MOST_READ = 1000;
const READ_ON = { enough: MOST_READ, mostRead: MOST_READ };

interface Asking {
  readonly actor: Actor;
  readonly channelId: string;
  readonly signal: AbortSignal;
}

/** What a name means: one pipeline's run, the runs of several pipelines, or nothing. */
export type NamedRun =
  | { readonly kind: 'found'; readonly run: Run }
  | { readonly kind: 'several'; readonly runs: readonly Run[]; readonly partial?: Partial }
  | { readonly kind: 'none'; readonly partial?: Partial }
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
  const newest = isMissing
    ? await listRuns({ ...asking, ...READ_ON, filter: { clauses: [] } }, ports)
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
  return listRuns({ ...asking, ...READ_ON, filter, ...(!isPattern && { namePart: name }) }, ports);
}

function patternOf(name: string): string {
  return name.includes('*') ? name : `*${name}*`;
}

function namedIn(name: string, { runs, partial, failure }: ListedRuns): NamedRun {
  const holding = runs.filter((run) => matchesGlob(patternOf(name), nameOfRun(run)));
  const pipelines = newestOfEachPipeline(closestTo(name, holding));
  const [only] = pipelines;
  const unanswered = partial && { partial };
  if (only === undefined) return failure ? { kind: 'failed', failure } : { kind: 'none', ...unanswered };
  if (pipelines.length === 1) return { kind: 'found', run: only };
  return { kind: 'several', runs: pipelines, ...unanswered };
}

/** The newest failed run this person may read here, where there is one. */
export async function findLastFailed(
  asking: Asking,
  ports: ListRunsPorts,
): Promise<Exclude<NamedRun, { kind: 'several' }>> {
  const listed = await listRuns(
    {
      ...asking,
      filter: { clauses: [{ key: 'status', negated: false, values: ['failed'] }] },
      sortBy: 'FinishedAt',
      enough: 1,
      mostRead: 100,
    },
    ports,
  );
  const [last] = [...listed.runs].sort((one, other) => endedAt(other) - endedAt(one));
  if (last !== undefined) return { kind: 'found', run: last };
  if (listed.failure !== undefined) return { kind: 'failed', failure: listed.failure };
  return { kind: 'none', ...(listed.partial && { partial: listed.partial }) };
}

function closestTo(name: string, runs: readonly Run[]): readonly Run[] {
  const wanted = name.toLowerCase();
  const called = runs.filter((run) => nameOfRun(run).toLowerCase() === wanted);
  if (called.length > 0) return called;
  const inPipeline = runs.filter((run) => seriesNameOf(run).toLowerCase() === wanted);
  return inPipeline.length > 0 ? inPipeline : runs;
}

/** Out of runs in their order, newest first: each pipeline's first one that goes on, or else its first. */
function newestOfEachPipeline(runs: readonly Run[]): Run[] {
  const pipelines = new Map<string, Run>();
  for (const run of runs) {
    const known = pipelines.get(seriesKeyOf(run));
    if (known === undefined || (!goesOn(known) && goesOn(run))) pipelines.set(seriesKeyOf(run), run);
  }
  return [...pipelines.values()].sort((one, other) => Number(goesOn(other)) - Number(goesOn(one)));
}

function goesOn(run: Run): boolean {
  const phase = phaseOfRun(run);
  return !isFinal(phase) && phase !== 'not-started';
}

function endedAt({ finishedAt, modifiedAt, createdAt }: Run): number {
  return (finishedAt ?? modifiedAt ?? createdAt)?.getTime() ?? 0;
}
