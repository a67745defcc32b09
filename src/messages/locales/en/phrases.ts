import { durationMs, type Run, type RunNode } from '../../../domain/run.ts';
import type { Phase, Status } from '../../../domain/status.ts';
import type { RunFacts } from '../../catalog.ts';
import { code, join, type Line, line, type Span } from '../../line.ts';
import { grouped } from '../../numbers.ts';
import { cleanLabel } from '../../outside-text.ts';

export const STATES: Readonly<Record<Exclude<Phase, 'unknown'>, string>> = {
  running: 'running',
  queued: 'queued',
  'not-started': 'not started',
  succeeded: 'succeeded',
  failed: 'failed',
  terminating: 'terminating',
  terminated: 'terminated',
  suspended: 'suspended',
  skipped: 'skipped',
  deleted: 'deleted',
};

export function state(status: Status): Line {
  return status.phase === 'unknown' ? line`PAI says ${code(status.said)}` : line`${STATES[status.phase]}`;
}

export function stateOfRun(run: Run): Line {
  return run.isDeleted ? line`${STATES.deleted}` : state(run.status);
}

/** `1 run`, `1,204 runs`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${grouped(count)} ${count === 1 ? noun : plural}`;
}

export function listed(ids: readonly Span[], more: number, separator = ', '): Line {
  const shown = join(
    ids.map((id) => [id]),
    separator,
  );
  return more > 0 ? line`${shown} and ${grouped(more)} more` : shown;
}

/** PAI workspaces as the settings call them. */
export function named(labels: readonly string[], most = MOST_LABELS): string {
  const shown = labels.slice(0, most).map(cleanLabel).join(', ');
  const more = labels.length - most;
  return more > 0 ? `${shown} and ${more} more` : shown;
}

const MOST_LABELS = 6;

export function duration(times: Run | RunNode): Line | undefined {
  return length(durationMs(times));
}

/** `47 min`, of a time in milliseconds. */
export function length(ms: number | undefined): Line | undefined {
  if (ms === undefined) return undefined;
  const minutes = Math.round(ms / 60_000);
  if (ms < 60_000) return line`${Math.round(ms / 1000)} s`;
  return minutes < 60 ? line`${minutes} min` : line`${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Where a run lives: the PAI workspace's short name, else its id, else the region. */
export function place({ run, workspace }: Pick<RunFacts, 'run' | 'workspace'>): Line {
  if (workspace !== undefined) return line`${cleanLabel(workspace)}`;
  return run.workspaceId === undefined ? line`${run.region}` : line`PAI workspace ${code(run.workspaceId)}`;
}

export function placeAndRegion(facts: Pick<RunFacts, 'run' | 'workspace'>): Line {
  const hasName = facts.workspace !== undefined || facts.run.workspaceId !== undefined;
  return hasName ? line`${place(facts)} (${facts.run.region})` : place(facts);
}
