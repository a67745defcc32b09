import { type Run, tallyNodes } from '../domain/run.ts';
import { type Found, formatTarget } from '../domain/target.ts';
import { askedNames, lookUpNames, withoutRepeats } from './asked-runs.ts';
import { type Look, lookUp } from './look-up.ts';
import type { OneRunPorts } from './one-run.ts';
import { type OverviewPorts, overview } from './overview.ts';
import { ASK_TIMEOUT_MS, optional } from './pai-failure.ts';
import { type Answer, commandLine, type Request } from './request.ts';
import { targetOf } from './run-facts.ts';
import { nodesOf } from './run-nodes.ts';
import { DETAILED_TARGETS, type DetailedLook, reportFailures, statusAnswer } from './status-answer.ts';
import { nodesOfThread, threadTargets } from './thread-runs.ts';
import { quoted, unclearRunAnswer, unreadThreadAnswer } from './unclear-run.ts';

/** Times, nodes and workspace are worth this much waiting; without them an answer leaves them out. */
const DETAILS_TIMEOUT_MS = 3000;
/** Also where asking took all the time because one region was silent: the others' runs still deserve their facts. */
const LEAST_MS = 1500;

export type StatusPorts = OneRunPorts & OverviewPorts;

/**
 * `/pai status RUN …`: one run or node gets its card, several a list with the worst first. Without any: the thread's,
 * else the overview.
 */
export async function status(typed: Found, request: Request, ports: StatusPorts): Promise<Answer> {
  const names = askedNames(typed);
  const { targets, problems } = typed;
  if (targets.length + names.length > 0) return statusOf({ ...typed, names }, request, ports);
  const ofThread = await threadTargets(request, ports);
  if (ofThread === undefined) {
    return problems.length > 0 ? statusOf(typed, request, ports) : unreadThreadAnswer(request);
  }
  if (problems.length > 0) {
    const nodes = nodesOfThread(problems, ofThread);
    return statusOf(nodes.length === 0 ? typed : { targets: nodes, names, problems: [] }, request, ports);
  }
  if (ofThread.length === 0) return overview(request, ports);
  return statusOf({ targets: ofThread, names, problems }, request, ports);
}

async function statusOf(asked: Found, request: Request, ports: StatusPorts): Promise<Answer> {
  const { actor, channelId } = request;
  const startedAt = performance.now();
  const leftMs = () => Math.max(LEAST_MS, Math.round(ASK_TIMEOUT_MS - (performance.now() - startedAt)));
  const signal = AbortSignal.timeout(ASK_TIMEOUT_MS);
  const named = await lookUpNames(asked.names, { actor, channelId, signal }, ports);
  const [unclear] = named.unclear;
  if (
    unclear !== undefined &&
    asked.names.length === 1 &&
    asked.targets.length + asked.problems.length === 0
  ) {
    return unclearRunAnswer(unclear.name, unclear.named, formatStatusOf, request, ports);
  }
  const targets = withoutRepeats([...asked.targets, ...named.runs.map(({ run }) => targetOf(run))]);
  const looks = await lookUp(targets, { actor, channelId, timeoutMs: leftMs() }, ports);
  reportFailures(looks, ports.report);
  const detailed = await withDetails(
    looks,
    AbortSignal.timeout(Math.min(DETAILS_TIMEOUT_MS, leftMs())),
    ports,
  );
  const nodes = asked.problems.map(({ nodeId }) => nodeId);
  const parts = [...targets.map(formatTarget), ...nodes, ...named.unclear.map(({ name }) => quoted(name))];
  const again = commandLine(request, ports.longQuestions.shorten(formatStatus(parts)));
  return statusAnswer({ looks: detailed, nodesWithoutRun: nodes, ...named, again }, request, ports);
}

/** The command text that asks for the same ids and names again. */
export function formatStatus(ids: readonly string[]): string {
  return `status ${ids.join(' ')}`;
}

function formatStatusOf(run: string): string {
  return formatStatus([run]);
}

async function withDetails(
  looks: readonly Look[],
  signal: AbortSignal,
  ports: StatusPorts,
): Promise<DetailedLook[]> {
  if (looks.length > DETAILED_TARGETS) return [...looks];
  return Promise.all(
    looks.map(async (look): Promise<DetailedLook> => {
      if (look.kind !== 'run' && look.kind !== 'node') return look;
      const { region, runId, rootNodeId } = look.run;
      const readAt = ports.now();
      const [run, nodes] = await Promise.all([
        look.details ?? optional(ports.runs.getPipelineRun({ region, runId }, { signal })),
        look.kind === 'run' ? optional(nodesOf(look.run, signal, ports)) : undefined,
      ]);
      if (run !== undefined) ports.places.learn(run);
      const tally = nodes && tallyNodes(nodes, rootNodeId);
      return { ...look, run: merged(look.run, run), ...(tally && { nodes: tally }), ...(run && { readAt }) };
    }),
  );
}

/** What GetPipelineRun says later wins; what it left out stays as the batch row said it. */
export function merged(row: Run, details: Run | undefined): Run {
  if (details === undefined) return row;
  const told = Object.entries(details).filter(([, value]) => value !== undefined);
  return { ...row, ...Object.fromEntries(told), isDeleted: row.isDeleted || details.isDeleted };
}
