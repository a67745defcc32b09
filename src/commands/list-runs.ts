import type { Filter } from '../domain/filter/filter.ts';
import { type FilterContext, matchesRun } from '../domain/filter/match.ts';
import { startOf } from '../domain/filter/since.ts';
import type { Run } from '../domain/run.ts';
import { labelOf, type Workspace } from '../domain/workspace.ts';
import type { PartialAnswer } from '../messages/catalog.ts';
import type { Access } from './access.ts';
import type { KnownPlaces } from './known-places.ts';
import { asPaiFailure, LIST_TIMEOUT_MS, type PaiFailure, reportOnce, troubleOf } from './pai-failure.ts';
import { type ListQuery, type Plan, planQueries } from './plan-queries.ts';
import type { Actor } from './request.ts';

export interface RunPage {
  /** Runs that fit the query, as PAI counts them. */
  readonly totalCount: number;
  readonly runs: readonly Run[];
}

export interface ListRunsPorts {
  readonly lists: {
    /** Pages of ListPipelineRuns, no run twice; rejects with PAI's failure. */
    walkRuns(query: ListQuery, options: { signal: AbortSignal; most: number }): AsyncIterable<RunPage>;
  };
  readonly access: Access;
  readonly workspaces: readonly Workspace[];
  readonly places: KnownPlaces;
  readonly now: () => Date;
  /** Tells the admins' log of a call that PAI did not answer. */
  readonly report: (failure: PaiFailure) => void;
}

/** Rows of one list that any question reads: ten pages. */
export const MOST_READ = 1000;

/** What is wanted of the runs of all PAI workspaces. */
export interface RunsWanted {
  readonly filter: Filter;
  /** A word that the names hold; PAI is asked for it first. */
  readonly namePart?: string;
  /** Newest end first instead of newest start. */
  readonly sortBy?: 'FinishedAt';
  /** Pages are read in each PAI workspace until this many runs fit. */
  readonly enough: number;
  readonly actor: Actor;
  readonly channelId: string;
  /** Ends the reading; what was read until then counts. */
  readonly signal: AbortSignal;
}

export interface ListedRuns {
  /** Newest first, each once. */
  readonly runs: readonly Run[];
  /** How many fit: by PAI's count where PAI filters all of it, else as many as were seen to. */
  readonly total: number;
  /** Set where there are runs that nobody looked at and that may fit. */
  readonly scanned?: { readonly read: number; readonly of: number };
  /** Set where a PAI workspace showed nothing because it did not answer. */
  readonly partial?: PartialAnswer;
  /** Set where a PAI workspace could not be read to the end, so that more runs may fit. */
  readonly unread?: PartialAnswer;
  /** The trouble that kept every single PAI workspace from answering. */
  readonly failure?: PaiFailure;
}

/**
 * Lists the runs that fit a filter, but for its nodes, of all PAI workspaces at once. What PAI can filter is asked of
 * PAI, and everything is checked again here: only what this person may read counts, and nobody has confirmed how PAI
 * matches names. A PAI workspace that fails leaves the others' runs and a word about it.
 */
export async function listRuns(wanted: RunsWanted, ports: ListRunsPorts): Promise<ListedRuns> {
  const context = contextOf(wanted.actor, ports);
  const signal = AbortSignal.any([wanted.signal, AbortSignal.timeout(LIST_TIMEOUT_MS)]);
  const inTime = { ...wanted, signal };
  const looks = await Promise.all(
    planQueries(wanted, context).map((plan) => lookInto(plan, inTime, context, ports)),
  );
  const runs = new Map(looks.flatMap((look) => look.runs).map((run) => [run.runId, run]));
  const failures = looks.flatMap(({ failure }) => failure ?? []);
  reportOnce(failures, ports.report);
  const isWhole = looks.every((look) => look.isWhole);
  const [read, of] = [sum(looks, (look) => look.read), sum(looks, (look) => look.of)];
  return {
    runs: [...runs.values()].sort(newestFirst),
    total: sum(looks, (look) => look.fitting),
    ...(!isWhole && read < of && { scanned: { read, of } }),
    ...(looks.some(isUnanswered) && { partial: partialOf(looks, isUnanswered) }),
    ...(failures.length > 0 && { unread: partialOf(looks, ({ failure }) => failure !== undefined) }),
    ...(failures.length === looks.length && failures[0] && { failure: failures[0] }),
  };
}

/** What filters are read against: the settings, the person's clock and ours. */
export function contextOf(
  actor: Actor,
  { now, workspaces }: Pick<ListRunsPorts, 'now' | 'workspaces'>,
): FilterContext {
  return { now: now(), utcOffsetMs: actor.utcOffsetMs, workspaces };
}

/** What one PAI workspace gave. */
interface Look {
  readonly workspace: Workspace;
  readonly runs: readonly Run[];
  /** How many runs fit, as far as anybody knows. */
  readonly fitting: number;
  readonly read: number;
  readonly of: number;
  /** True where `fitting` is not just a lower bound. */
  readonly isWhole: boolean;
  readonly failure?: PaiFailure;
}

async function lookInto(
  plan: Plan,
  wanted: RunsWanted,
  context: FilterContext,
  ports: ListRunsPorts,
): Promise<Look> {
  const narrow = await readQueries(plan, plan.queries, wanted, context, ports);
  // PAI may match names and users in another way than we do: before "none", everything is looked at.
  if (plan.widened === undefined || narrow.runs.length > 0 || narrow.failure !== undefined) return narrow;
  return readQueries(plan, plan.widened, wanted, context, ports);
}

async function readQueries(
  { workspace, areApart, isCountedByPai }: Plan,
  queries: readonly ListQuery[],
  wanted: RunsWanted,
  context: FilterContext,
  ports: ListRunsPorts,
): Promise<Look> {
  const reads = await Promise.all(queries.map((query) => readQuery(query, wanted, context, ports)));
  const runs = [...new Map(reads.flatMap((each) => each.runs).map((run) => [run.runId, run])).values()];
  const of = areApart ? sum(reads, (each) => each.of) : Math.max(...reads.map((each) => each.of));
  const read = areApart ? sum(reads, (each) => each.read) : Math.max(...reads.map((each) => each.read));
  const failure = reads.find((each) => each.failure !== undefined)?.failure;
  // PAI's count holds only where it showed nothing that this person may not read.
  const isCounted = isCountedByPai && runs.length === read;
  return {
    workspace,
    runs,
    fitting: isCounted ? of : runs.length,
    read,
    of,
    isWhole: isCounted || reads.every((each) => each.isWhole),
    ...(failure && { failure }),
  };
}

/** What came of one query. */
interface Reading {
  readonly runs: Run[];
  read: number;
  of: number;
  isWhole: boolean;
  failure?: PaiFailure;
}

async function readQuery(
  query: ListQuery,
  { filter, enough, actor, channelId, signal }: RunsWanted,
  context: FilterContext,
  ports: ListRunsPorts,
): Promise<Reading> {
  const reading: Reading = { runs: [], read: 0, of: 0, isWhole: false };
  const since = filter.since && startOf(filter.since, context);
  let isOver = false;
  try {
    for await (const { runs, totalCount } of ports.lists.walkRuns(query, { signal, most: MOST_READ })) {
      reading.read += runs.length;
      reading.of = Math.max(totalCount, reading.read);
      for (const run of runs) {
        if (!ports.access.mayRead(actor, channelId, run)) continue;
        ports.places.learn(run);
        if (matchesRun(filter, run, context)) reading.runs.push(run);
      }
      isOver = isPast(runs.at(-1), since, query);
      if (isOver || reading.runs.length >= enough) break;
    }
    // The walk itself knows when a list ends, however many PAI said there were.
    reading.isWhole = isOver || reading.read >= reading.of;
  } catch (error) {
    const failure = asPaiFailure(error);
    if (failure === undefined) throw error;
    reading.failure = failure;
  }
  return reading;
}

/** In a list by its last change, everything after a run that changed before `since` did too. */
function isPast(last: Run | undefined, since: Date | undefined, query: ListQuery): boolean {
  if (since === undefined || query.sortBy !== 'GmtModifiedTime' || last?.modifiedAt === undefined)
    return false;
  return last.modifiedAt < since;
}

function partialOf(looks: readonly Look[], isLeftOut: (look: Look) => boolean): PartialAnswer {
  const notShown = new Map<string, { labels: string[]; trouble: ReturnType<typeof troubleOf> }>();
  for (const look of looks) {
    const { workspace, failure } = look;
    if (!isLeftOut(look) || failure === undefined) continue;
    const group = notShown.get(failure.kind) ?? { labels: [], trouble: troubleOf(failure) };
    group.labels.push(labelOf(workspace));
    notShown.set(failure.kind, group);
  }
  return {
    shown: looks.flatMap((look) => (isLeftOut(look) ? [] : [labelOf(look.workspace)])),
    notShown: [...notShown.values()],
  };
}

/** What failed after some pages is told by how many runs were looked at. */
function isUnanswered({ runs, failure }: Look): boolean {
  return failure !== undefined && runs.length === 0;
}

function newestFirst(one: Run, other: Run): number {
  return bornAt(other) - bornAt(one);
}

/** When a run came to be, in epoch milliseconds; 0 where PAI did not say. */
function bornAt({ createdAt, startedAt }: Run): number {
  return (createdAt ?? startedAt)?.getTime() ?? 0;
}

function sum<T>(items: readonly T[], numberOf: (item: T) => number): number {
  return items.reduce((total, item) => total + numberOf(item), 0);
}
