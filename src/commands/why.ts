import { hiddenIn } from '../domain/log/hidden.ts';
import { firstFailedNode, type Run, type RunNode, tallyNodes } from '../domain/run.ts';
import { type Found, formatTarget, type Target } from '../domain/target.ts';
import { renderNodeCard } from '../messages/run-card.ts';
import { renderWhy } from '../messages/why-card.ts';
import { causeOf, SEARCHED_LINES, SHOWN_LINES } from './cause.ts';
import { findNode } from './find-node.ts';
import { findOneRun, type OneRunPorts } from './one-run.ts';
import { ASK_TIMEOUT_MS, asPaiFailure, optional, type PaiFailure, troubleOf } from './pai-failure.ts';
import { type LogPart, type LogPorts, readLog } from './read-log.ts';
import { type Answer, commandLine, type Request } from './request.ts';
import { factsOf, nodeTarget, targetOf } from './run-facts.ts';

export type WhyPorts = OneRunPorts & LogPorts;

/** `/pai why RUN [NODE]`: the line that tells why it failed, then the end of the log. */
export async function why(found: Found, request: Request, ports: WhyPorts): Promise<Answer> {
  const signal = AbortSignal.timeout(ASK_TIMEOUT_MS);
  const textFor = (run: string) => `why ${run}`.trim();
  const outcome = await findOneRun({ found, textFor, signal }, request, ports);
  if (outcome.kind === 'answer') return outcome.answer;
  const { one } = outcome;
  const chosen = await findNode(one, { textFor, signal }, firstFailedNode, request, ports);
  if (chosen.kind === 'answer') return chosen.answer;

  const { node, nodes, isNamed } = chosen;
  if (node !== undefined && node.status.phase !== 'failed') return notFailed(one.run, node, request, ports);
  const [details, read] = await Promise.all([
    optional(detailsOf(one.run, signal, ports)),
    node && endOfLog(one.run, node, signal, ports),
  ]);
  const end = read?.kind === 'read' ? read.part : undefined;
  const run = details ?? one.run;
  const tally = tallyNodes(nodes, run.rootNodeId);
  const about = node === undefined ? targetOf(run) : nodeTarget(run, node);
  const lineFor = (verb: string) => commandLine(request, `${verb} ${formatTarget(about)}`);
  const tail = end?.lines.slice(-SHOWN_LINES) ?? [];
  const cause = causeOf(run, end?.lines ?? []);
  const facts = {
    facts: { ...factsOf(run, ports.now(), ports), ...(tally && { nodes: tally }) },
    ...(node && { node }),
    ...(cause !== undefined && { cause }),
    tail,
    hidden: hiddenIn(tail, end?.hidden ?? 0),
    hasLog: end !== undefined && end.lines.length > 0,
    ...(read?.kind === 'failed' && { trouble: troubleOf(read.failure) }),
    isLastFailed: one.isLastFailed,
    again: lineFor('why'),
    ...(node && { logs: lineFor('logs') }),
    outputs: commandLine(request, `outputs ${formatTarget(targetOf(run))}`),
  };
  const message = renderWhy(facts, request.actor.locale);
  return { kind: 'shown', message, about: isNamed ? about : targetOf(run) };
}

/** A node that did not fail has no cause: how it is, and a way to why its run failed. */
function notFailed(run: Run, node: RunNode, request: Request, ports: WhyPorts): Answer {
  const about = nodeTarget(run, node);
  const lineFor = (verb: string, target: Target) => commandLine(request, `${verb} ${formatTarget(target)}`);
  const commands = {
    again: lineFor('why', about),
    logs: lineFor('logs', about),
    why: lineFor('why', targetOf(run)),
  };
  const facts = { ...factsOf(run, ports.now(), ports), node };
  return { kind: 'shown', message: renderNodeCard(facts, commands, request.actor.locale), about };
}

/** A row of the batch call or a list may be all that is known so far; times and PAI's hint come from GetPipelineRun. */
function detailsOf(run: Run, signal: AbortSignal, { runs }: WhyPorts): Promise<Run> {
  if (run.createdAt !== undefined) return Promise.resolve(run);
  return runs.getPipelineRun({ region: run.region, runId: run.runId }, { signal });
}

type EndOfLog =
  | { readonly kind: 'read'; readonly part: LogPart }
  | { readonly kind: 'failed'; readonly failure: PaiFailure };

/** A log that PAI does not give is told apart from one that is not there; the rest of the answer stands without it. */
async function endOfLog(
  { region, runId }: Run,
  { nodeId }: RunNode,
  signal: AbortSignal,
  ports: WhyPorts,
): Promise<EndOfLog> {
  try {
    return {
      kind: 'read',
      part: await readLog({ region, runId, nodeId, lines: SEARCHED_LINES }, signal, ports),
    };
  } catch (error) {
    const failure = asPaiFailure(error);
    if (failure === undefined) throw error;
    ports.report(failure);
    return { kind: 'failed', failure };
  }
}
