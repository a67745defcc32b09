import { startOf } from '../domain/filter/since.ts';
import { phaseOfRun } from '../domain/run.ts';
import { labelOf } from '../domain/workspace.ts';
import { renderOverview } from '../messages/overview.ts';
import { findLastFailed } from './find-run.ts';
import { contextOf, type ListRunsPorts, listRuns, MOST_READ } from './list-runs.ts';
import type { Newcomers } from './newcomers.ts';
import { ASK_TIMEOUT_MS, LIST_TIMEOUT_MS, troubleAnswer } from './pai-failure.ts';
import { type Answer, commandLine, type Request } from './request.ts';
import { withNodes } from './run-facts.ts';
import type { RunDetailsPorts } from './run-nodes.ts';

export type OverviewPorts = ListRunsPorts & RunDetailsPorts & { readonly newcomers: Newcomers };

/** Runs named of each kind. */
const MOST_SHOWN = 3;

/** `/pai` alone: what runs, what failed since midnight where the person is, and, the first time, how to begin. */
export async function overview(request: Request, ports: OverviewPorts): Promise<Answer> {
  const { actor, channelId } = request;
  const signal = AbortSignal.timeout(ASK_TIMEOUT_MS);
  const again = commandLine(request, 'overview');
  const context = contextOf(actor, ports);
  const since = { kind: 'day', day: localDay(context.now, actor.utcOffsetMs) } as const;
  const asking = { actor, channelId, signal };
  const today = await listRuns({ ...asking, filter: { clauses: [], since }, enough: MOST_READ }, ports);
  if (today.failure !== undefined && today.runs.length === 0)
    return troubleAnswer(today.failure, again, request, LIST_TIMEOUT_MS);

  const inPhase = (wanted: string) => today.runs.filter((run) => phaseOfRun(run) === wanted);
  const [failed, running, succeeded] = [inPhase('failed'), inPhase('running'), inPhase('succeeded')];
  const last = failed.length > 0 ? undefined : await findLastFailed(asking, ports);
  const lastFailed = last?.kind === 'found' ? [last.run] : last?.kind === 'several' ? last.runs : [];
  const [failedFacts, runningFacts, [lastFailure]] = await Promise.all([
    withNodes(failed.slice(0, MOST_SHOWN), signal, ports),
    withNodes(running.slice(0, MOST_SHOWN), signal, ports),
    withNodes(lastFailed, signal, ports),
  ]);
  const facts = {
    since: startOf(since, context),
    counts: { failed: failed.length, running: running.length, succeeded: succeeded.length },
    failed: failedFacts,
    running: runningFacts,
    ...(lastFailure && { lastFailure }),
    labels: ports.workspaces.map(labelOf),
    readAt: context.now,
    ...(today.partial && { partial: today.partial }),
    isFirstTime: await ports.newcomers.meet(actor.userId),
    isAtLeast: today.scanned !== undefined,
    command: request.commandName,
    again,
  };
  return { kind: 'shown', message: renderOverview(facts, actor.locale) };
}

/** The calendar day where the person is: `2026-11-23`. */
function localDay(now: Date, utcOffsetMs: number): string {
  return new Date(now.getTime() + utcOffsetMs).toISOString().slice(0, 10);
}
