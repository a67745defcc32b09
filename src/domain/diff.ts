import { isPlainConsoleLink } from './console-link.ts';
import { diffNodes } from './diff-nodes.ts';
import type { EventKind, RunEvent } from './event.ts';
import { durationMs, type Run, type RunNode } from './run.ts';
import { seriesKeyOf } from './series.ts';
import type { RunSnapshot } from './snapshot.ts';
import { isFinal, type Phase, type Status } from './status.ts';

/** What one look at a run saw. */
export interface Observation {
  /** When PAI was asked, not when it answered. */
  readonly askedAt: Date;
  /** The row of the batch call. */
  readonly run: Run;
  /** What GetPipelineRun said after that row: what alone can tell that a run goes back to work. */
  readonly details?: Run | undefined;
  /** The nodes that were asked about or listed; those left out are as they were. */
  readonly nodes: readonly RunNode[];
}

export type Difference =
  | { readonly kind: 'same' }
  /** PAI was asked before what was told already. */
  | { readonly kind: 'stale' }
  /** The row may be a late answer: to be looked at once more with `details`. */
  | { readonly kind: 'suspicious' }
  | { readonly kind: 'changed'; readonly next: RunSnapshot; readonly events: readonly RunEvent[] };

/**
 * Compares a look at a run with what was told of it. Of the run:
 *
 * | told | seen | happens |
 * |---|---|---|
 * | queued, not started | running | `started`, once; the start of another attempt is its `rerun` |
 * | anything but final, first attempt | final | `succeeded`, `failed`, `terminated` or `skipped`; `started` is not told afterwards |
 * | anything but final, later attempt | final | suspicious: it may be the end before; with `details` that have ended, that end |
 * | anything but suspended or final | suspended | suspicious; with `details` that say so too, `suspended` |
 * | suspended | at work | suspicious; with `details` that say so too, remembered |
 * | anything but final | `details` of a later start | `rerun`, and what it is now |
 * | final | the same | nothing |
 * | final | anything else | suspicious; with `details` of another start or end, `rerun` and what it is now |
 * | anything | deleted | the end where none was told, and `deleted`, once |
 * | lost | anything | remembered as found |
 * | anything | a word nobody knows | remembered, no event |
 *
 * Where both are there, `details` are believed before the row, except that a first end is told although `details` know
 * it to be at work again. What its nodes do is compared by `diffNodes`. So each event is told once an attempt, whatever
 * is lost, repeated, late or out of order. What began and ended between two looks is told by its final state, and a
 * rerun that ended as before within that time is not noticed.
 */
export function diff(told: RunSnapshot, seen: Observation, now: Date): Difference {
  // What was told at a later time than it is now was told before the clock was set back.
  if (seen.askedAt < told.askedAt && told.askedAt <= now) return { kind: 'stale' };
  if (told.isDeleted || isNothingNew(told, seen)) return { kind: 'same' };
  const move = moveOf(told, seen);
  if (move === undefined) return { kind: 'suspicious' };
  const attempt = told.attempt + (move.isRerun ? 1 : 0);
  const facts = factsOf(told, seen, move);
  const nodes = diffNodes(told.nodes, { ...facts, attempt, askedAt: seen.askedAt, nodes: seen.nodes });
  const next: RunSnapshot = {
    ...facts,
    attempt,
    version: told.version + 1,
    status: move.status,
    isStarted: told.isStarted || hasStarted(move.status.phase),
    isDeleted: seen.run.isDeleted,
    askedAt: seen.askedAt,
    changedAt: now,
    lostAt: undefined,
    pausedAt: undefined,
    nodes: nodes.next,
  };
  const events = [...beforeNodes(told, next), ...nodes.events, ...afterNodes(told, next)];
  return events.length === 0 && isSame(told, next) ? { kind: 'same' } : { kind: 'changed', next, events };
}

/** The first snapshot of a run: what its watcher was shown. Nothing of it is told. */
export function baselineOf(
  run: Run,
  nodes: readonly RunNode[],
  { askedAt, now }: { readonly askedAt: Date; readonly now: Date },
): RunSnapshot {
  const blank: RunSnapshot = {
    region: run.region,
    runId: run.runId,
    attempt: 1,
    version: 1,
    status: run.status,
    // Behind a word nobody knows its start may be long ago.
    isStarted: run.startedAt !== undefined || run.status.phase === 'unknown' || hasStarted(run.status.phase),
    isDeleted: run.isDeleted,
    askedAt,
    changedAt: now,
    nodes: new Map(),
  };
  const shown = { ...blank, ...factsOf(blank, { askedAt, run, details: run, nodes }, run) };
  return { ...shown, nodes: diffNodes(blank.nodes, { ...shown, nodes }).next };
}

/** A run that PAI has not shown for long, since `since`. */
export function lose(told: RunSnapshot, since: Date, now: Date): { next: RunSnapshot; events: RunEvent[] } {
  const next = { ...told, version: told.version + 1, changedAt: now, lostAt: since };
  return { next, events: [{ kind: 'lost', attempt: told.attempt, at: since }] };
}

/** A run that nobody looks at any more, because nothing has changed for so long. */
export function pause(told: RunSnapshot, now: Date): { next: RunSnapshot; events: RunEvent[] } {
  const next = { ...told, version: told.version + 1, pausedAt: now };
  return { next, events: [{ kind: 'paused', attempt: told.attempt, at: now }] };
}

/** Most looks end here, thousands in a tick, so nothing is made on the way. */
function isNothingNew(told: RunSnapshot, { run, details, nodes, askedAt }: Observation): boolean {
  const isSameRow =
    details === undefined &&
    !run.isDeleted &&
    told.lostAt === undefined &&
    told.pausedAt === undefined &&
    run.status.said === told.status.said &&
    (told.isStarted || !hasStarted(run.status.phase)) &&
    isKnown(run.name, told.name) &&
    isKnown(run.userId, told.userId) &&
    isKnown(run.rootNodeId, told.rootNodeId) &&
    isKnown(run.workspaceId, told.workspaceId);
  if (!isSameRow || nodes.length === 0) return isSameRow;
  const { attempt, startedAt, rootNodeId } = told;
  return diffNodes(told.nodes, { attempt, startedAt, rootNodeId, askedAt, nodes }).next === told.nodes;
}

/** What a row leaves out is as it was. */
function isKnown(seen: string | undefined, told: string | undefined): boolean {
  return seen === undefined || seen === told;
}

/** What a run is now, as far as the look is believed. */
interface Move {
  readonly status: Status;
  readonly isRerun?: boolean;
}

/** Undefined where the row may be late and nothing has confirmed it. */
function moveOf(told: RunSnapshot, { run, details }: Observation): Move | undefined {
  const wasFinal = isFinal(told.status.phase);
  // Nothing comes back of a deleted run, and nobody could confirm it.
  if (run.isDeleted) return wasFinal ? told : run;
  const isFirstEnd = !wasFinal && isFinal(run.status.phase) && told.attempt === 1;
  const hasEnded = details === undefined || isFinal(details.status.phase);
  // That it works again is for the next look: each end is told before the rerun after it.
  if (isFirstEnd && !hasEnded) return run;
  if (details !== undefined && isNewAttempt(told, details)) return { status: details.status, isRerun: true };
  if (wasFinal) return details !== undefined || run.status.phase === told.status.phase ? told : undefined;
  if (details !== undefined && details.status.phase !== 'unknown') return details;
  if (!isDoubtful(told, run)) return run;
  return details && told;
}

/** Rows know no times: one may speak of the attempt before, or of a time before or after a suspension. */
function isDoubtful({ status, attempt }: RunSnapshot, row: Run): boolean {
  if (isFinal(row.status.phase)) return attempt > 1;
  return (status.phase === 'suspended') !== (row.status.phase === 'suspended');
}

/** RerunPipelineRun keeps the run's id (paiflow 2021-02-02): only times tell its attempts apart. */
function isNewAttempt(told: RunSnapshot, details: Run): boolean {
  const { phase } = details.status;
  const isLaterStart = isLater(details.startedAt, told.startedAt);
  if (!isFinal(told.status.phase)) return isLaterStart;
  // The first times of an end belong to that end, also where its start was never seen.
  if (isFinal(phase)) return phase !== told.status.phase || isLater(details.finishedAt, told.finishedAt);
  const isOld = isLater(told.finishedAt, details.modifiedAt);
  return isLaterStart || (phase !== 'unknown' && details.finishedAt === undefined && !isOld);
}

function isLater(one: Date | undefined, other: Date | undefined): boolean {
  return one !== undefined && other !== undefined && one > other;
}

function hasStarted(phase: Phase): boolean {
  return phase !== 'queued' && phase !== 'not-started' && phase !== 'unknown';
}

/** What a row or GetPipelineRun left out stays as it was; only times belong to one attempt. */
function factsOf(told: RunSnapshot, { run, details }: Observation, { status, isRerun = false }: Move) {
  // Where one has ended and the other has not, they are two attempts.
  const isSameAttempt = details && isFinal(details.status.phase) === isFinal(status.phase);
  const times = isSameAttempt ? details : undefined;
  const workspaceId = details?.workspaceId ?? run.workspaceId ?? told.workspaceId;
  return {
    region: told.region,
    runId: told.runId,
    workspaceId,
    name: run.name ?? details?.name ?? told.name,
    series: details === undefined || workspaceId === undefined ? told.series : seriesKeyOf(details),
    userId: run.userId ?? told.userId,
    rootNodeId: run.rootNodeId ?? told.rootNodeId,
    // An address with a share token is kept nowhere; one without can be built.
    consoleUrl: [details?.consoleUrl, told.consoleUrl].find(
      (url) => url !== undefined && isPlainConsoleLink(url),
    ),
    startedAt: times?.startedAt ?? (isRerun ? undefined : told.startedAt),
    finishedAt: times?.finishedAt ?? (isRerun ? undefined : told.finishedAt),
  };
}

function beforeNodes(told: RunSnapshot, next: RunSnapshot): RunEvent[] {
  const { attempt, startedAt, askedAt } = next;
  const at = startedAt ?? askedAt;
  if (attempt > told.attempt) return [{ kind: 'rerun', attempt, at }];
  const isStart = !told.isStarted && next.status.phase === 'running';
  return isStart ? [{ kind: 'started', attempt, at }] : [];
}

function afterNodes(told: RunSnapshot, next: RunSnapshot): RunEvent[] {
  const { attempt, askedAt, status } = next;
  const events: RunEvent[] = [];
  const isNews = status.phase !== told.status.phase || attempt > told.attempt;
  const end = endOf(status.phase);
  if (isNews && status.phase === 'suspended') events.push({ kind: 'suspended', attempt, at: askedAt });
  if (isNews && end !== undefined) {
    const ran = durationMs(next);
    const duration = ran !== undefined && { durationMs: ran };
    events.push({ kind: end, attempt, at: next.finishedAt ?? askedAt, ...duration });
  }
  if (next.isDeleted) events.push({ kind: 'deleted', attempt, at: askedAt });
  return events;
}

function endOf(phase: Phase): EventKind | undefined {
  const isEnd = phase === 'succeeded' || phase === 'failed' || phase === 'terminated' || phase === 'skipped';
  return isEnd ? phase : undefined;
}

function isSame(told: RunSnapshot, next: RunSnapshot): boolean {
  return (
    told.status.said === next.status.said &&
    told.nodes === next.nodes &&
    told.lostAt === next.lostAt &&
    told.pausedAt === next.pausedAt &&
    told.isStarted === next.isStarted &&
    told.name === next.name &&
    told.workspaceId === next.workspaceId &&
    told.series === next.series &&
    told.userId === next.userId &&
    told.rootNodeId === next.rootNodeId &&
    told.consoleUrl === next.consoleUrl &&
    told.startedAt?.getTime() === next.startedAt?.getTime() &&
    told.finishedAt?.getTime() === next.finishedAt?.getTime()
  );
}
