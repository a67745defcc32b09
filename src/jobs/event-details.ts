import { causeOf, SEARCHED_LINES, SHOWN_LINES } from '../commands/cause.ts';
import { type LogPart, type LogPorts, readLog } from '../commands/read-log.ts';
import type { RunDetailsPorts } from '../commands/run-nodes.ts';
import type { StatusAnswer, StatusQuestion } from '../commands/status-question.ts';
import type { ToldEvent } from '../domain/delivery.ts';
import type { EventKind, RunEvent } from '../domain/event.ts';
import { hiddenIn } from '../domain/log/hidden.ts';
import { readOutputFacts } from '../domain/output-facts.ts';
import { durationMs, type Output, type Run } from '../domain/run.ts';
import { short } from '../messages/numbers.ts';
import type { EventDetails, ToldOutput } from '../messages/telling.ts';

export interface EventDetailsPorts extends LogPorts, RunDetailsPorts {
  readonly statuses: {
    loadAll(
      questions: readonly StatusQuestion[],
      options: { timeoutMs: number; signal: AbortSignal },
    ): Promise<readonly StatusAnswer[]>;
  };
}

/** What PAI does not tell within this time is left out: the news does not wait for it. */
const DETAILS_TIMEOUT_MS = 3000;
const MOST_METRICS = 4;
const MOST_MODELS = 2;

/** An event as it is told: with the times that PAI tells by now. */
export interface DetailedEvent {
  readonly event: RunEvent;
  readonly details: EventDetails;
}

/**
 * Asks PAI for what a reply says beside the event itself: of an end its times, of a failure the error line and the end
 * of the log, of a success its metrics and models. All of it is optional; nothing is kept.
 */
export async function detailsOf(facts: ToldEvent, ports: EventDetailsPorts): Promise<DetailedEvent> {
  const signal = AbortSignal.timeout(DETAILS_TIMEOUT_MS);
  const { run, event, isFailureTold } = facts;
  const isFailure = event.kind === 'node-failed' || (event.kind === 'failed' && !isFailureTold);
  const [log, details, outputs] = await Promise.all([
    isFailure ? logOf(facts, signal, ports) : undefined,
    ENDS.includes(event.kind) ? ifGiven(ports.runs.getPipelineRun(run, { signal })) : undefined,
    event.kind === 'succeeded' ? outputsOf(facts, signal, ports) : [],
  ]);
  const lines = log?.lines ?? [];
  const tail = lines.slice(-SHOWN_LINES);
  return {
    event: details === undefined ? event : withTimes(event, details),
    details: {
      cause: isFailure ? causeOf(event.kind === 'failed' ? details : undefined, lines) : undefined,
      tail,
      hidden: hiddenIn(tail, log?.hidden ?? 0),
      hasLog: lines.length > 0,
      outputs,
    },
  };
}

/** What a row of the batch call tells without its times. */
const ENDS: readonly EventKind[] = ['succeeded', 'failed', 'terminated', 'skipped'];

/** PAI's clock is believed where it speaks of the same end: a rerun may have begun meanwhile. */
function withTimes(event: RunEvent, details: Run): RunEvent {
  const ran = durationMs(details);
  if (details.status.phase !== event.kind || details.finishedAt === undefined) return event;
  return { ...event, at: details.finishedAt, ...(ran !== undefined && { durationMs: ran }) };
}

async function logOf(
  { run: { region, runId }, event, cause }: ToldEvent,
  signal: AbortSignal,
  ports: EventDetailsPorts,
): Promise<LogPart | undefined> {
  const nodeId = event.node?.nodeId ?? cause?.nodeId;
  if (nodeId === undefined) return undefined;
  return ifGiven(readLog({ region, runId, nodeId, lines: SEARCHED_LINES }, signal, ports));
}

/** Whatever goes wrong here, a fault of ours too, costs the detail and never the news. */
function ifGiven<T>(detail: Promise<T>): Promise<T | undefined> {
  return detail.catch(() => undefined);
}

async function outputsOf(
  { run: { region, runId, workspaceId } }: ToldEvent,
  signal: AbortSignal,
  { statuses }: EventDetailsPorts,
): Promise<readonly ToldOutput[]> {
  const about = { kind: 'run' as const, region, runId, ...(workspaceId !== undefined && { workspaceId }) };
  const questions = (['Metrics', 'Model'] as const).map((outputType) => ({ ...about, outputType }));
  const answers = await ifGiven(statuses.loadAll(questions, { timeoutMs: DETAILS_TIMEOUT_MS, signal }));
  const told = (answers ?? [])
    .flatMap((answer) => (answer.kind === 'found' ? (answer.outputs ?? []) : []))
    .flatMap(toldOutputs);
  return [
    ...told.filter(({ kind }) => kind === 'metric').slice(0, MOST_METRICS),
    ...told.filter(({ kind }) => kind === 'model').slice(0, MOST_MODELS),
  ];
}

function toldOutputs(output: Output): ToldOutput[] {
  const facts = readOutputFacts(output);
  if (facts.kind === 'artifact') return [{ kind: 'model', name: facts.name }];
  return facts.values.flatMap(({ name, value }) =>
    typeof value === 'number' ? [{ kind: 'metric' as const, name, value: short(value) }] : [],
  );
}
