import type { JsonObject } from '../json.ts';
import { type PaiflowCall, readCount } from './call.ts';
import type { Paiflow } from './paiflow.ts';
import { PaiflowRefusal } from './refusal.ts';
import { runRow } from './rows.ts';
import type { PaiRun } from './runs.ts';

/** The statuses ListPipelineRuns may be asked for; `Suspended` is not among them. */
const FILTERABLE = new Set(
  'Initialized Running Terminating Terminated Unknown Skipped Failed Succeeded'.split(' '),
);

const SORT_KEYS: Readonly<Record<string, (run: PaiRun, now: number) => string | number>> = {
  PipelineId: (run) => run.pipelineId,
  UserId: (run) => run.userId,
  ParentUserId: () => 0,
  StartedAt: (run) => run.startedAt ?? 0,
  FinishedAt: (run) => run.finishedAt ?? 0,
  WorkflowServiceId: () => 0,
  Duration: (run, now) => (run.finishedAt ?? now) - (run.startedAt ?? now),
  GmtCreateTime: (run) => run.createdAt,
  GmtModifiedTime: (run) => run.modifiedAt,
};

/** The runs of a region that fit the filters, one page of them. */
export function listRuns(paiflow: Paiflow, call: PaiflowCall): JsonObject {
  const { query } = call;
  const all = paiflow.runs
    .all()
    .filter((run) => run.region === call.region && run.isVisible && !run.isDeleted);
  const { exactNames } = paiflow.settings;
  const matching = all.filter((run) => hasName(run, query.get('Name') ?? '', exactNames) && fits(run, query));
  const sortKey = SORT_KEYS[query.get('SortBy') ?? 'GmtCreateTime'];
  if (sortKey === undefined) throw new PaiflowRefusal(400, 'InvalidParameter', 'SortBy is not valid.');
  const now = paiflow.now();
  const direction = query.get('Order') === 'ASC' ? 1 : -1;
  matching.sort((a, b) => direction * compare(sortKey(a, now), sortKey(b, now)));
  const size = Math.min(readCount(query, 'PageSize', 10), paiflow.settings.maxPageSize);
  const page = readCount(query, 'PageNumber', 1);
  const from = (page - 1) * (size + paiflow.settings.shiftPages);
  const rows = matching.slice(from, from + size);
  return {
    TotalCount: matching.length,
    PipelineRuns: rows.map((run) => runRow(run, paiflow.settings.bareUserIds, now)),
  };
}

function fits(run: PaiRun, query: URLSearchParams): boolean {
  const status = query.get('Status');
  if (status !== null && !FILTERABLE.has(status)) {
    throw new PaiflowRefusal(400, 'InvalidParameter', 'Status is not valid.');
  }
  const pipelineIds = query.get('PipelineIds');
  return (
    (status === null || run.status === status) &&
    isEqual(query, 'WorkspaceId', run.workspaceId) &&
    isEqual(query, 'PipelineRunId', run.id) &&
    isEqual(query, 'UserId', run.userId) &&
    isEqual(query, 'SourceId', run.sourceId) &&
    isEqual(query, 'SourceType', run.sourceType) &&
    (pipelineIds === null || pipelineIds.split(',').includes(run.pipelineId))
  );
}

/** Whether Name is exact or fuzzy is not documented; fuzzy finds a superset. */
function hasName(run: PaiRun, name: string, isExact: boolean): boolean {
  return isExact && name !== '' ? run.name === name : run.name.includes(name);
}

function isEqual(query: URLSearchParams, name: string, value: string): boolean {
  const wanted = query.get(name);
  return wanted === null || wanted === '' || wanted === value;
}

function compare(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
