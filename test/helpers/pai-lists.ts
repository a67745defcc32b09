import type { ListRunsPorts } from '../../src/commands/list-runs.ts';
import type { ListQuery } from '../../src/commands/plan-queries.ts';
import type { Run } from '../../src/domain/run.ts';
import { paiError } from './pai-error.ts';

export interface KnownLists {
  readonly runs: readonly Run[];
  /** PAI takes Name for the whole name; otherwise for a part of it. */
  readonly exactNames?: boolean;
  /** Regions that refuse every list. */
  readonly failing?: readonly string[];
  readonly pageSize?: number;
}

/** ListPipelineRuns over these runs, newest first, and the queries it was asked. */
export function fakeLists({ runs, exactNames = false, failing = [], pageSize = 100 }: KnownLists) {
  const asked: ListQuery[] = [];
  const pages: ListQuery[] = [];
  const fits = (run: Run, query: ListQuery): boolean =>
    run.region === query.region &&
    (query.workspaceId === undefined || run.workspaceId === query.workspaceId) &&
    (query.status === undefined || run.status.said === query.status) &&
    (query.userId === undefined || run.userId === query.userId) &&
    (query.sourceType === undefined || run.sourceType === query.sourceType) &&
    (query.name === undefined ||
      (exactNames ? run.name === query.name : (run.name?.includes(query.name) ?? false)));
  const sortKey = (run: Run, { sortBy }: ListQuery): number =>
    (sortBy === 'GmtModifiedTime'
      ? run.modifiedAt
      : sortBy === 'FinishedAt'
        ? run.finishedAt
        : run.createdAt
    )?.getTime() ?? 0;
  const lists: ListRunsPorts['lists'] = {
    async *walkRuns(query, { most }) {
      asked.push(query);
      if (failing.includes(query.region)) throw Object.assign(paiError('timeout'), { region: query.region });
      const fitting = runs
        .filter((run) => fits(run, query))
        .sort((a, b) => sortKey(b, query) - sortKey(a, query));
      for (let from = 0; from === 0 || from < Math.min(fitting.length, most); from += pageSize) {
        pages.push(query);
        yield { totalCount: fitting.length, runs: fitting.slice(from, from + pageSize) };
      }
    },
  };
  return { lists, asked, pages };
}
