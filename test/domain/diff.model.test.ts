import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { baselineOf, diff, type Observation } from '../../src/domain/diff.ts';
import type { RunEvent } from '../../src/domain/event.ts';
import type { Run } from '../../src/domain/run.ts';
import type { RunSnapshot } from '../../src/domain/snapshot.ts';
import { isFinal, readStatus } from '../../src/domain/status.ts';
import { nodeId } from '../helpers/runs.ts';
import {
  attemptAt,
  dateOf,
  detailsAt,
  type History,
  history,
  isDeletedAt,
  nodesAt,
  rowAt,
  saidAt,
} from './true-history.ts';

/*
 * True histories of one run (true-history.ts) are looked at as the job looks, through answers that PAI spoils: a look
 * may be lost, come twice, come after later ones, or flap, which is to show the row or the nodes of some time before
 * it was asked. Only GetPipelineRun is true for its time; it is asked when the look has come, where `diff` finds it
 * suspicious, and now and then without that. The last look is true and complete.
 *
 * Nothing that did not happen is told: ends, reruns and the deletion are, in their order, a part of what happened after
 * the watch began and by then; so are suspensions and the one start; each event of a node is one end of that node, by
 * kind and time; no two are the same, neither by what happened nor by (attempt, kind, node); attempts and versions grow
 * by one.
 *
 * What must be told, and at that very look. A look is true where its row shows the moment it was asked, it comes in
 * order, and GetPipelineRun, if it was asked, still finds that attempt and state:
 * - the end of an attempt that a true look sees, unless the run stands at that same end already: then a late row has
 *   told it, or it is the end of a rerun that nobody saw at work, which rows cannot tell from the end before; the end of
 *   the first attempt also where GetPipelineRun finds the run at work again;
 * - a rerun, where a true look sees at work, or at another end, what stands at an end;
 * - a suspension, where a true look sees suspended what does not stand so;
 * - the deletion, where a look in order shows it, and the end then, where none stands;
 * - the end of a node, failed or succeeded, that true rows show while the true attempt is the one that was noticed last:
 *   an end of that attempt, or one that a rerun kept if no end of the node was known. So at the last look those of all
 *   nodes; what a rerun has reset and no such rows have shown is told at most once.
 *
 * Not in the histories, since nothing tells the two apart:
 * - a watch that begins while rows may still speak of an attempt before it;
 * - a rerun whose StartedAt PAI does not renew at once.
 * Not asked for: the end of an attempt nobody noticed of a run that is seen next when it is deleted, because
 * GetPipelineRun does not know it any more.
 */

/** How old a flapping answer is at most, in seconds. */
const MAX_AGE = 45;
/** How long GetPipelineRun takes at most; nobody looks again before. */
const MAX_DETAILS_TAKE = 3;
const RUNS = 1000;

interface Look {
  readonly gap: number;
  readonly isLost: boolean;
  readonly times: number;
  /** How many later looks come before it. */
  readonly overtakenBy: number;
  readonly rowAge: number;
  readonly nodesAge: number;
  /** Numbers of the nodes that are asked about; `all` = listed. */
  readonly nodes: 'all' | readonly number[];
  readonly hasDetails: boolean;
  /** Seconds between row and GetPipelineRun. */
  readonly detailsTake: number;
}

const age = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: MAX_AGE }) },
);

const look: fc.Arbitrary<Look> = fc.record({
  gap: fc.integer({ min: MAX_DETAILS_TAKE + 1, max: 40 }),
  isLost: fc.integer({ min: 0, max: 7 }).map((chance) => chance === 0),
  times: fc.constantFrom(1, 1, 1, 2),
  overtakenBy: fc.constantFrom(0, 0, 0, 0, 1, 2, 3),
  rowAge: age,
  nodesAge: age,
  nodes: fc.oneof(
    fc.constant<'all'>('all'),
    fc.uniqueArray(fc.integer({ min: 1, max: 6 }), { maxLength: 4 }),
  ),
  hasDetails: fc.integer({ min: 0, max: 4 }).map((chance) => chance === 0),
  detailsTake: fc.constantFrom(0, 0, 0, 1, MAX_DETAILS_TAKE),
});

interface Case {
  readonly truth: History;
  /** When the watch begins. */
  readonly since: number;
  /** Whether GetPipelineRun answered then. */
  readonly isDetailed: boolean;
  readonly looks: readonly Look[];
}

const watched: fc.Arbitrary<Case> = fc
  .record({
    truth: history,
    share: fc.nat(100),
    isDetailed: fc.boolean(),
    looks: fc.array(look, { minLength: 12, maxLength: 40 }),
  })
  .map(({ truth, share, ...rest }) => ({ truth, since: beginning(truth, share), ...rest }));

/** Some time in the first attempt, or in a later one when no answer can be of the attempt before any more. */
function beginning({ attempts }: History, share: number): number {
  const spans = attempts.map(({ from, finishedAt, number }) => ({
    from: number === 1 ? from : from + MAX_AGE,
    to: finishedAt,
  }));
  const fitting = spans.filter(({ from, to }) => from <= to);
  const span = fitting[share % fitting.length] ?? { from: 0, to: 0 };
  return span.from + Math.floor(((span.to - span.from) * share) / 100);
}

/** A look that has come. */
interface Arrival extends Look {
  readonly askedAt: number;
  readonly cameAt: number;
}

/** The looks in the order in which they come, and the last one, which is true and complete. */
function arrivalsOf({ truth, since, looks }: Case): readonly Arrival[] {
  const asked: number[] = [];
  let at = since;
  for (const { gap } of looks) {
    at += gap;
    asked.push(at);
  }
  const arrivals = looks.flatMap((given, index) => {
    if (given.isLost) return [];
    const place = Math.min(index + given.overtakenBy, looks.length - 1);
    const arrival = { ...given, askedAt: asked[index] ?? at, cameAt: asked[place] ?? at, place };
    return Array.from({ length: given.times }, () => arrival);
  });
  arrivals.sort((one, other) => one.place - other.place || one.overtakenBy - other.overtakenBy);
  const { finishedAt = 0 } = truth.attempts.at(-1) ?? {};
  const end = Math.max(at, finishedAt, truth.deletedAt ?? 0) + MAX_DETAILS_TAKE + 1;
  return [...arrivals, { ...TRUE_LOOK, askedAt: end, cameAt: end }];
}

const TRUE_LOOK: Look = {
  gap: 0,
  isLost: false,
  times: 1,
  overtakenBy: 0,
  rowAge: 0,
  nodesAge: 0,
  nodes: 'all',
  hasDetails: true,
  detailsTake: 0,
};

type Differ = typeof diff;

/** What was told so far. */
interface Story {
  told: RunSnapshot;
  readonly events: { readonly event: RunEvent; readonly by: number }[];
  /** By the attempts that were told: the true attempts in which they were noticed. */
  readonly noticed: Map<number, number>;
  /** What was broken. */
  readonly broken: string[];
}

/** Plays a case as the job does and says which rules were broken. */
function brokenRules(given: Case, differ: Differ = diff): readonly string[] {
  const { truth, since } = given;
  const story: Story = {
    told: baseline(given),
    events: [],
    noticed: new Map([[1, attemptAt(truth, since).number]]),
    broken: [],
  };
  let detailsAsked = since;
  for (const arrival of arrivalsOf(given)) {
    detailsAsked = Math.max(detailsAsked, arrival.cameAt + arrival.detailsTake);
    lookOnce(story, truth, { ...arrival, detailsAt: detailsAsked }, differ);
  }
  judgeRun(story, given);
  judgeNodes(story, given);
  return story.broken;
}

function baseline({ truth, since, isDetailed }: Case): RunSnapshot {
  const run = (isDetailed ? detailsAt(truth, since) : undefined) ?? rowAt(truth, since);
  return baselineOf(run, [...nodesAt(truth, since).values()], { askedAt: dateOf(since), now: dateOf(since) });
}

function lookOnce(
  story: Story,
  truth: History,
  arrival: Arrival & { readonly detailsAt: number },
  differ: Differ,
): void {
  const { told } = story;
  const now = dateOf(arrival.detailsAt);
  const details = detailsAt(truth, arrival.detailsAt);
  const row: Observation = {
    askedAt: dateOf(arrival.askedAt),
    run: rowAt(truth, Math.max(0, arrival.askedAt - arrival.rowAge)),
    nodes: nodesSeen(truth, arrival),
  };
  const first = differ(told, arrival.hasDetails ? { ...row, details } : row, now);
  const isConfirmed = arrival.hasDetails || first.kind === 'suspicious';
  const found = first.kind === 'suspicious' ? differ(told, { ...row, details }, now) : first;
  const events = found.kind === 'changed' ? found.events : [];
  if (found.kind === 'changed') remember(story, truth, found.next, events, arrival.detailsAt);
  // Nobody could confirm it: PAI knows no details of a deleted run.
  if (arrival.overtakenBy > 0 || found.kind === 'suspicious') return;
  const isAsConfirmed = !isConfirmed || isSameState(truth, arrival.askedAt, arrival.detailsAt);
  if (arrival.rowAge === 0 && isAsConfirmed) judgeTrueRow(story, told, truth, arrival.askedAt, events);
  if (arrival.rowAge === 0 && !isAsConfirmed) judgeRerunRow(story, told, row.run, details, events);
  if (arrival.nodesAge === 0) judgeTrueNodes(story, truth, arrival);
}

function nodesSeen(truth: History, { askedAt, nodesAge, nodes }: Arrival): Observation['nodes'] {
  const shown = [...nodesAt(truth, Math.max(0, askedAt - nodesAge))];
  return shown.flatMap(([number, node]) => (nodes === 'all' || nodes.includes(number) ? [node] : []));
}

function isSameState(truth: History, one: number, other: number): boolean {
  return (
    attemptAt(truth, one) === attemptAt(truth, other) &&
    saidAt(truth, one) === saidAt(truth, other) &&
    isDeletedAt(truth, one) === isDeletedAt(truth, other)
  );
}

function remember(
  story: Story,
  truth: History,
  next: RunSnapshot,
  events: readonly RunEvent[],
  by: number,
): void {
  const { told, broken } = story;
  const isRerun = events.some(({ kind }) => kind === 'rerun');
  if (next.version !== told.version + 1) broken.push('the version grows by one');
  if (next.attempt !== told.attempt + (isRerun ? 1 : 0)) broken.push('the attempt grows by one with a rerun');
  for (const { attempt, node } of events) {
    const isOlder = node !== undefined && attempt === next.attempt - 1 && attempt > 0;
    if (attempt !== next.attempt && !isOlder)
      broken.push('an event is of this attempt, a node of that before');
  }
  if (isRerun) story.noticed.set(next.attempt, attemptAt(truth, by).number);
  story.events.push(...events.map((event) => ({ event, by })));
  story.told = next;
}

/** What a true row must bring; `told` is what was told before it. */
function judgeTrueRow(
  { told: after, broken }: Story,
  told: RunSnapshot,
  truth: History,
  at: number,
  events: readonly RunEvent[],
): void {
  if (told.isDeleted) return;
  const { phase, said } = readStatus(saidAt(truth, at));
  const hasTold = (kind: string) => events.filter((event) => event.kind === kind).length === 1;
  const wasFinal = isFinal(told.status.phase);
  if (isDeletedAt(truth, at)) {
    if (!hasTold('deleted')) broken.push('a deletion is told');
    if (!wasFinal && !hasTold(phase)) broken.push(`the end of a deleted run is told: ${said}`);
    return;
  }
  if (phase === 'unknown') return;
  if (after.status.phase !== phase) broken.push(`the run stands where it truly stands: ${said}`);
  if (isFinal(phase) && told.status.phase !== phase && !hasTold(phase))
    broken.push(`an end is told: ${said}`);
  if (wasFinal && told.status.phase !== phase && !hasTold('rerun')) broken.push('a rerun is told');
  const isSuspended = phase === 'suspended' && told.status.phase !== 'suspended';
  if (isSuspended && !hasTold('suspended')) broken.push('a suspension is told');
}

/** What a true row must bring if GetPipelineRun has found another state since. */
function judgeRerunRow(
  { broken }: Story,
  told: RunSnapshot,
  row: Run,
  details: Run | undefined,
  events: readonly RunEvent[],
): void {
  const { phase } = row.status;
  const isRerun = isFinal(phase) && details !== undefined && !isFinal(details.status.phase);
  if (!isRerun || told.attempt > 1 || isFinal(told.status.phase)) return;
  if (!events.some(({ kind }) => kind === phase))
    broken.push(`the first end is told before its rerun: ${phase}`);
}

/** What true rows of nodes must have brought by now. */
function judgeTrueNodes({ told, events, noticed, broken }: Story, truth: History, arrival: Arrival): void {
  const { number, nodes } = attemptAt(truth, arrival.askedAt);
  // The rows of a deleted run are left alone.
  if (noticed.get(told.attempt) !== number || told.isDeleted) return;
  for (const { nodeId: id, status, finishedAt } of nodesSeen(truth, arrival)) {
    if (status.phase !== 'failed' && status.phase !== 'succeeded') continue;
    const course = nodes.find((_, index) => nodeId(index + 1) === id);
    const ends = events.flatMap(({ event }) => (event.node?.nodeId === id ? [event.at.getTime()] : []));
    if (ends.includes(finishedAt?.getTime() ?? 0)) continue;
    const known = told.nodes.get(id)?.finishedAt;
    const isBaseline = known?.getTime() === finishedAt?.getTime();
    const isKept = course?.attempt !== number && known !== undefined;
    if (!isBaseline && !isKept)
      broken.push(`the end of a node is told: ${status.said} at ${finishedAt?.toISOString()}`);
  }
}

interface TrueEvent {
  readonly kind: string;
  readonly at: number;
}

/** What truly happened to the run after its watch began, in order. */
function trueEvents({ truth, since }: Case): readonly TrueEvent[] {
  const happened = truth.attempts.flatMap(({ number, from, phases, finishedAt, end }): TrueEvent[] => {
    const turns = phases.flatMap(({ from: at, said }, index): TrueEvent[] => {
      if (said === 'Suspended' && phases[index - 1]?.said !== said) return [{ kind: 'suspended', at }];
      return index === 1 ? [{ kind: 'started', at }] : [];
    });
    const rerun = number === 1 ? [] : [{ kind: 'rerun', at: from }];
    return [...rerun, ...turns, { kind: readStatus(end).phase, at: finishedAt }];
  });
  const deleted = truth.deletedAt === undefined ? [] : [{ kind: 'deleted', at: truth.deletedAt }];
  return [...happened, ...deleted].filter(({ at }) => at > since);
}

/** Each part of what was told of the run is, in its order, a part of what had happened by then. */
function judgeRun({ events, broken }: Story, given: Case): void {
  const happened = trueEvents(given);
  const parts = [
    ['started'],
    ['suspended'],
    ['rerun', 'succeeded', 'failed', 'terminated', 'skipped', 'deleted'],
  ];
  for (const part of parts) {
    const left = happened.filter(({ kind }) => part.includes(kind));
    for (const { event, by } of events) {
      if (!part.includes(event.kind)) continue;
      const match = left.findIndex(({ kind, at }) => kind === event.kind && at <= by);
      if (match === -1) broken.push(`nothing is told that did not happen: ${event.kind} by ${by}`);
      left.splice(0, match + 1);
    }
  }
  if (events.filter(({ event }) => event.kind === 'started').length > 1) broken.push('a start is told once');
  for (const { event } of events) {
    const { kind, at, durationMs } = event;
    if (durationMs === undefined || event.node !== undefined) continue;
    const isTrue = given.truth.attempts.some(
      ({ end, startedAt, finishedAt }) =>
        readStatus(end).phase === kind &&
        dateOf(finishedAt).getTime() === at.getTime() &&
        (finishedAt - startedAt) * 1000 === durationMs,
    );
    if (!isTrue) broken.push(`a duration is true: ${kind} ${durationMs}`);
  }
}

/** Each event of a node is one end of that node, and none is told twice. */
function judgeNodes({ events, broken }: Story, { truth }: Case): void {
  const ends = new Set(
    truth.attempts.flatMap(({ nodes }) =>
      nodes.map(({ end, finishedAt }, index) =>
        nodeKey(nodeId(index + 1), readStatus(end).phase, dateOf(finishedAt)),
      ),
    ),
  );
  const labels = new Set<string>();
  const firsts = new Set<number>();
  for (const { event } of events) {
    const { kind, attempt, at, node } = event;
    if (node === undefined) continue;
    const key = nodeKey(node.nodeId, kind.slice('node-'.length), at);
    if (!ends.delete(key)) broken.push(`the end of a node happened, and is told once: ${key}`);
    const label = `${attempt} ${kind} ${node.nodeId}`;
    if (labels.has(label)) broken.push(`a node ends once an attempt: ${label}`);
    labels.add(label);
    if (!node.isFirstFailed) continue;
    if (firsts.has(attempt)) broken.push('one node fails first in an attempt');
    firsts.add(attempt);
  }
}

function nodeKey(id: string, phase: string, at: Date): string {
  return `${id} ${phase} ${at.toISOString()}`;
}

describe('diff, of true histories seen through bad answers', () => {
  it('tells what must be told once, and nothing that did not happen', () => {
    fc.assert(
      fc.property(watched, (given) => {
        expect(brokenRules(given)).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  const proofless: Differ = (told, seen, now) => {
    const found = diff(told, seen, now);
    return found.kind === 'suspicious' ? diff(told, { ...seen, details: seen.run }, now) : found;
  };
  const withNodes =
    (
      change: (node: RunSnapshot['nodes'] extends ReadonlyMap<infer _, infer N> ? N : never) => object,
    ): Differ =>
    (told, seen, now) => {
      const nodes = new Map([...told.nodes].map(([id, node]) => [id, { ...node, ...change(node) }]));
      return diff({ ...told, nodes }, seen, now);
    };

  it.each([
    ['believes every row', proofless],
    ['takes the end of a node for final in all attempts', withNodes(() => ({ attempt: 99 }))],
    ['forgets when nodes ended', withNodes(() => ({ finishedAt: undefined }))],
    [
      'believes that a run was started anew with every look',
      (told, seen, now) => diff({ ...told, isStarted: false }, seen, now),
    ],
    [
      'asks GetPipelineRun for nothing',
      (told, { details: _, ...seen }, now) => {
        const found = diff(told, seen, now);
        return found.kind === 'suspicious' ? { kind: 'same' } : found;
      },
    ],
  ] satisfies [string, Differ][])('finds out a diff that %s', (_, differ) => {
    const found = fc.check(
      fc.property(watched, (given) => brokenRules(given, differ).length === 0),
      { numRuns: RUNS, endOnFailure: true },
    );

    expect(found.failed).toBe(true);
  });
});
