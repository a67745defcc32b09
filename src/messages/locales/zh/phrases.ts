import { durationMs, type Run, type RunNode } from '../../../domain/run.ts';
import type { Phase, Status } from '../../../domain/status.ts';
import type { RunFacts } from '../../catalog.ts';
import { code, join, type Line, line, type Span } from '../../line.ts';
import { grouped } from '../../numbers.ts';
import { cleanLabel } from '../../outside-text.ts';

export const STATES: Readonly<Record<Exclude<Phase, 'unknown'>, string>> = {
  running: '运行中',
  queued: '排队中',
  'not-started': '未启动',
  succeeded: '成功',
  failed: '失败',
  terminating: '终止中',
  terminated: '已终止',
  suspended: '已挂起',
  skipped: '已跳过',
  deleted: '已删除',
};

export function state(status: Status): Line {
  return status.phase === 'unknown' ? line`PAI 返回 ${code(status.said)}` : line`${STATES[status.phase]}`;
}

export function stateOfRun(run: Run): Line {
  return run.isDeleted ? line`${STATES.deleted}` : state(run.status);
}

export function listed(ids: readonly Span[], more: number, separator = '、'): Line {
  const shown = join(
    ids.map((id) => [id]),
    separator,
  );
  return more > 0 ? line`${shown} 等，另有 ${grouped(more)} 个` : shown;
}

/** People before what they do: `@a、@b 等 8 人`. */
export function watchers(people: readonly Span[], more: number): Line {
  return more > 0
    ? line`${listed(people, 0)} 等 ${grouped(people.length + more)} 人`
    : line`${listed(people, 0)} `;
}

/** PAI workspaces as the settings call them. */
export function named(labels: readonly string[], most = MOST_LABELS): string {
  const shown = labels.slice(0, most).map(cleanLabel).join('、');
  return labels.length > most ? `${shown} 等 ${labels.length} 个` : shown;
}

const MOST_LABELS = 6;

export function duration(times: Run | RunNode): Line | undefined {
  return length(durationMs(times));
}

/** `47 分钟`, of a time in milliseconds. */
export function length(ms: number | undefined): Line | undefined {
  if (ms === undefined) return undefined;
  const minutes = Math.round(ms / 60_000);
  if (ms < 60_000) return line`${Math.round(ms / 1000)} 秒`;
  return minutes < 60 ? line`${minutes} 分钟` : line`${Math.floor(minutes / 60)} 小时 ${minutes % 60} 分`;
}

/** Where a run lives: the PAI workspace's short name, else its id, else the region. */
export function place({ run, workspace }: Pick<RunFacts, 'run' | 'workspace'>): Line {
  if (workspace !== undefined) return line`${cleanLabel(workspace)}`;
  return run.workspaceId === undefined ? line`${run.region}` : line`工作空间 ${code(run.workspaceId)}`;
}

export function placeAndRegion(facts: Pick<RunFacts, 'run' | 'workspace'>): Line {
  const hasName = facts.workspace !== undefined || facts.run.workspaceId !== undefined;
  return hasName ? line`${place(facts)}（${facts.run.region}）` : place(facts);
}
