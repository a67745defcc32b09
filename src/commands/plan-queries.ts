import type { Clause, Filter } from '../domain/filter/filter.ts';
import type { FilterContext } from '../domain/filter/match.ts';
import type { Workspace } from '../domain/workspace.ts';

/** A question for ListPipelineRuns; absent members do not narrow it. */
export interface ListQuery {
  readonly region: string;
  readonly workspaceId?: string | undefined;
  /** Whether PAI takes it for the whole name or for a part of it is not confirmed. */
  readonly name?: string | undefined;
  readonly status?: string | undefined;
  readonly userId?: string | undefined;
  readonly sourceType?: string | undefined;
  readonly sortBy?: 'FinishedAt' | 'GmtCreateTime' | 'GmtModifiedTime' | undefined;
}

/** How one PAI workspace is asked: a list for each query, newest first. */
export interface Plan {
  readonly workspace: Workspace;
  readonly queries: readonly ListQuery[];
  /** Asked where the queries, narrowed in a way PAI may understand differently, find nothing. */
  readonly widened?: readonly ListQuery[];
  /** True where no run is in two of the queries' lists. */
  readonly areApart: boolean;
  /** True where PAI's filters are the whole filter, so that its count is the count. */
  readonly isCountedByPai: boolean;
}

/** The words ListPipelineRuns filters by (field Status; `Suspended` is missing there), by our phase. */
const FILTERABLE: Readonly<Record<string, string>> = {
  'not-started': 'Initialized',
  running: 'Running',
  terminating: 'Terminating',
  terminated: 'Terminated',
  skipped: 'Skipped',
  failed: 'Failed',
  succeeded: 'Succeeded',
};

/** PAI user ids have 16 to 18 digits; fewer are the last ones, which PAI cannot look for. */
const WHOLE_USER_ID = 16;

/** Statuses asked for one by one; each is a list of its own. */
const MOST_STATUSES = 4;

/**
 * Gives for each PAI workspace that a filter lets through what PAI is to be asked, and where that may be narrower than
 * the filter, what to ask next. `namePart` is a word that the names are known to hold.
 */
export function planQueries(
  wanted: { readonly filter: Filter; readonly namePart?: string; readonly sortBy?: ListQuery['sortBy'] },
  { workspaces }: Pick<FilterContext, 'workspaces'>,
): Plan[] {
  const { filter, namePart } = wanted;
  const sortBy = wanted.sortBy ?? (filter.since === undefined ? 'GmtCreateTime' : 'GmtModifiedTime');
  const statuses = statusesOf(filter);
  const sourceType = onlyValue(filter, 'source')?.toUpperCase();
  const guess = guessOf(filter, namePart);
  const isCountedByPai = filter.since === undefined && filter.clauses.every(isDoneByPai);

  return placesOf(filter, workspaces).map(({ workspace, workspaceId }): Plan => {
    const base: ListQuery = { region: workspace.region, workspaceId, sourceType, sortBy };
    const queries = statuses.map((status): ListQuery => ({ ...base, status }));
    return {
      workspace,
      queries: guess === undefined ? queries : queries.map((query) => ({ ...query, ...guess })),
      // Whoever looks for a word in names has more than one of them and widens the search for all.
      ...(guess !== undefined && namePart === undefined && { widened: queries }),
      areApart: statuses.every((status) => status !== undefined),
      isCountedByPai,
    };
  });
}

/** What PAI may understand in another way than we do: whole names and user ids. */
function guessOf(filter: Filter, namePart?: string): Pick<ListQuery, 'name' | 'userId'> | undefined {
  const name = namePart ?? onlyValue(filter, 'name');
  const user = onlyValue(filter, 'user');
  const guess = {
    ...(name !== undefined && !name.includes('*') && { name }),
    ...(user !== undefined && user.length >= WHOLE_USER_ID && { userId: user }),
  };
  return Object.keys(guess).length === 0 ? undefined : guess;
}

function isDoneByPai({ key, negated, values }: Clause): boolean {
  if (negated) return false;
  if (key === 'status') return values.length <= MOST_STATUSES && values.every((value) => value in FILTERABLE);
  return key === 'workspace' || (key === 'source' && values.length === 1);
}

/** PAI filters by one status a list; a status it cannot filter by leaves the list as it is. */
function statusesOf(filter: Filter): readonly (string | undefined)[] {
  const clause = filter.clauses.find(({ key, negated }) => key === 'status' && !negated);
  if (clause !== undefined && isDoneByPai(clause)) return clause.values.map((value) => FILTERABLE[value]);
  // In a list by the last change, what has been running for days stands far down.
  return filter.since !== undefined && clause === undefined ? [undefined, 'Running'] : [undefined];
}

function onlyValue(filter: Filter, wanted: Clause['key']): string | undefined {
  return filter.clauses.find(({ key, negated, values }) => key === wanted && !negated && values.length === 1)
    ?.values[0];
}

/** The settings' PAI workspaces that the filter lets through. */
function placesOf(
  filter: Filter,
  workspaces: readonly Workspace[],
): { readonly workspace: Workspace; readonly workspaceId: string | undefined }[] {
  const clauses = filter.clauses.filter(({ key }) => key === 'workspace');
  const wanted = clauses.find(({ negated }) => !negated)?.values;
  return workspaces.flatMap((workspace) => {
    const { workspaceId, name } = workspace;
    if (workspaceId === undefined) {
      // A whole region of the settings: the ids in the filter are all there is to narrow it by.
      // It keeps the region's label: the same id is asked for in every region.
      return (wanted ?? [undefined]).map((id) => ({ workspace, workspaceId: id }));
    }
    const isOneOf = (values: readonly string[]) =>
      values.some((value) => value === workspaceId || value.toLowerCase() === name?.toLowerCase());
    const isLetThrough = clauses.every(({ negated, values }) => isOneOf(values) !== negated);
    return isLetThrough ? [{ workspace, workspaceId }] : [];
  });
}
