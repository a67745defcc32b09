import type { Filter } from '../domain/filter/filter.ts';
import { formatFilter } from '../domain/filter/language.ts';
import { asksForNodes, matchesNodes } from '../domain/filter/match.ts';
import { startOf } from '../domain/filter/since.ts';
import { formatPair } from '../domain/filter/tokens.ts';
import type { Run } from '../domain/run.ts';
import { renderRuns } from '../messages/runs-page.ts';
import { contextOf, type ListRunsPorts, listRuns } from './list-runs.ts';
import type { LongQuestions } from './long-questions.ts';
import {
  ASK_TIMEOUT_MS,
  LIST_TIMEOUT_MS,
  optional,
  type PaiFailure,
  reportOnce,
  troubleAnswer,
} from './pai-failure.ts';
import { type Answer, commandLine, type Request } from './request.ts';
import { factsOf, withNodes } from './run-facts.ts';
import { nodesOf, type RunDetailsPorts } from './run-nodes.ts';

export type RunsPorts = ListRunsPorts & RunDetailsPorts & { readonly longQuestions: LongQuestions };

/** What somebody wants of the list of runs. */
export interface RunsCommand {
  readonly filter: Filter;
  /** The most runs shown. */
  readonly limit: number;
}

/** Runs shown where nobody said how many, and at most. */
export const DEFAULT_LIMIT = 20;
export const MOST_RUNS = 100;

/** Runs whose nodes are listed: for a `node:` filter, and to name where the shown ones failed. */
const NODES_FOR_FILTER = 20;
const NODES_FOR_SHOWN = 8;

/** `/pai runs [filters]`: the runs that fit, newest first. */
export async function runs(
  { filter, limit }: RunsCommand,
  request: Request,
  ports: RunsPorts,
): Promise<Answer> {
  const signal = AbortSignal.timeout(ASK_TIMEOUT_MS);
  const lineFor = (most: number) =>
    commandLine(request, ports.longQuestions.shorten(formatRuns({ filter, limit: most })));
  const again = lineFor(limit);
  const byNodes = asksForNodes(filter);
  const { actor, channelId } = request;
  const enough = byNodes ? NODES_FOR_FILTER : limit;
  const listed = await listRuns({ filter, enough, actor, channelId, signal }, ports);
  if (listed.failure !== undefined && listed.runs.length === 0) {
    return troubleAnswer(listed.failure, again, request, LIST_TIMEOUT_MS);
  }
  const { fitting, looked } = byNodes
    ? await lookIntoNodes(filter, listed.runs, signal, ports)
    : { fitting: listed.runs, looked: listed.runs.length };
  const shown = [...fitting.slice(0, limit)].sort(latestFirst);
  const detailed = await withNodes(shown.slice(0, NODES_FOR_SHOWN), signal, ports);
  const plain = shown.slice(NODES_FOR_SHOWN).map((run) => factsOf(run, ports.now(), ports));
  const total = byNodes ? fitting.length : listed.total;
  const isPart = looked < listed.runs.length;
  const scanned = isPart
    ? { read: looked, of: Math.max(listed.total, listed.scanned?.of ?? 0) }
    : listed.scanned;
  const next = Math.min(MOST_RUNS, limit * 2);
  const page = {
    filter,
    ...(filter.since && { since: startOf(filter.since, contextOf(actor, ports)) }),
    entries: [...detailed, ...plain],
    total,
    ...(scanned && { scanned }),
    ...(listed.partial && { partial: listed.partial }),
    again,
    ...(limit < next &&
      (total > limit || fitting.length > limit) && {
        more: lineFor(next),
      }),
  };
  return { kind: 'shown', message: renderRuns(page, actor.locale) };
}

/** The command's text, which is read as the same command. */
function formatRuns({ filter, limit }: RunsCommand): string {
  const most = limit === DEFAULT_LIMIT ? '' : formatPair('limit', [String(limit)]);
  return ['runs', formatFilter(filter), most].filter((word) => word !== '').join(' ');
}

/** Which of the newest runs have such nodes, and how many could be looked at: their nodes are a call each. */
async function lookIntoNodes(
  filter: Filter,
  runs: readonly Run[],
  signal: AbortSignal,
  ports: RunsPorts,
): Promise<{ readonly fitting: readonly Run[]; readonly looked: number }> {
  const failures: PaiFailure[] = [];
  const looks = await Promise.all(
    runs.slice(0, NODES_FOR_FILTER).map(async (run) => {
      const asked = nodesOf(run, signal, ports, { isPatient: true });
      const nodes = await optional(asked, (failure) => failures.push(failure));
      return {
        run,
        isLookedAt: nodes !== undefined,
        fits: nodes !== undefined && matchesNodes(filter, nodes),
      };
    }),
  );
  reportOnce(failures, ports.report);
  return {
    fitting: looks.flatMap(({ run, fits }) => (fits ? [run] : [])),
    looked: looks.filter(({ isLookedAt }) => isLookedAt).length,
  };
}

/** By the time that is shown beside each: when it ended, else when it began. */
function latestFirst(one: Run, other: Run): number {
  return shownTime(other) - shownTime(one);
}

function shownTime({ finishedAt, startedAt, createdAt }: Run): number {
  return (finishedAt ?? startedAt ?? createdAt)?.getTime() ?? 0;
}
