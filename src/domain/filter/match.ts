import { phaseOfRun, type Run, type RunNode } from '../run.ts';
import { isKnownSource, seriesNameOf } from '../series.ts';
import type { Workspace } from '../workspace.ts';
import type { Clause, Filter } from './filter.ts';
import { matchesGlob } from './glob.ts';
import { toPlainSigns } from './plain-signs.ts';
import { startOf } from './since.ts';

/** What a filter means depends on: who asks, when, and the settings. */
export interface FilterContext {
  readonly now: Date;
  /** What to add to UTC for the asker's local time. */
  readonly utcOffsetMs: number;
  readonly workspaces: readonly Workspace[];
}

/**
 * True where a run fits all of a filter but its `node` clauses, which take the run's nodes (`matchesNodes`). A fact
 * that PAI did not tell fits no value, so it fits every negated clause.
 */
export function matchesRun(filter: Filter, run: Run, context: FilterContext): boolean {
  const fits = (clause: Clause) =>
    clause.values.some((value) => fitsValue(clause.key, value, { run, context })) !== clause.negated;
  return (
    filter.clauses.every((clause) => clause.key === 'node' || fits(clause)) && isSince(filter, run, context)
  );
}

/** True where a run with these nodes fits the `node` clauses: any node may fit each, and none a negated one. */
export function matchesNodes(filter: Filter, nodes: readonly RunNode[]): boolean {
  const texts = nodes.flatMap(({ name, nodeId }) => (name === undefined ? [nodeId] : [name, nodeId]));
  return filter.clauses
    .filter(({ key }) => key === 'node')
    .every(({ values, negated }) => values.some((value) => fitsAny(value, texts)) !== negated);
}

/** True where the run alone does not say whether it fits. */
export function asksForNodes(filter: Filter): boolean {
  return filter.clauses.some(({ key }) => key === 'node');
}

interface Subject {
  readonly run: Run;
  readonly context: FilterContext;
}

function fitsValue(key: Clause['key'], value: string, { run, context }: Subject): boolean {
  switch (key) {
    case 'status':
      return phaseOfRun(run) === value;
    case 'name':
      return fitsAny(value, run.name === undefined ? [] : [run.name]);
    case 'pipeline':
      return fitsAny(value, pipelineTexts(run));
    case 'user':
      return run.userId?.endsWith(value) ?? false;
    case 'workspace':
      return isInWorkspace(value, run, context.workspaces);
    case 'source':
      return isKnownSource(run.sourceType) ? run.sourceType.toLowerCase() === value : value === 'unknown';
    case 'node':
      return false;
    default:
      return key satisfies never;
  }
}

function pipelineTexts(run: Run): readonly string[] {
  const ids = [run.pipelineId, run.sourceId].filter(isKnownSource);
  return run.name === undefined ? ids : [...ids, seriesNameOf(run)];
}

function fitsAny(pattern: string, texts: readonly string[]): boolean {
  return texts.some((text) => matchesGlob(pattern, toPlainSigns(text)));
}

/** A short name may stand for a whole region; digits are a PAI workspace, in whatever region. */
function isInWorkspace(value: string, run: Run, workspaces: readonly Workspace[]): boolean {
  const lower = value.toLowerCase();
  const named = workspaces.filter(({ name }) => name?.toLowerCase() === lower);
  if (named.length === 0) return run.workspaceId === value;
  return named.some(
    ({ region, workspaceId }) =>
      region === run.region && (workspaceId === undefined || workspaceId === run.workspaceId),
  );
}

/** A run at work fits whenever it began; one of which no time is known is not known to fit. */
function isSince(filter: Filter, run: Run, context: FilterContext): boolean {
  if (filter.since === undefined || phaseOfRun(run) === 'running') return true;
  const moment =
    phaseOfRun(run) === 'not-started'
      ? run.createdAt
      : (run.finishedAt ?? run.modifiedAt ?? run.startedAt ?? run.createdAt);
  return moment !== undefined && moment >= startOf(filter.since, context);
}
