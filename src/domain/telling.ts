import type { NodeCounts, Owed, ToldEvent } from './delivery.ts';
import type { EventKind, EventNode, RunEvent } from './event.ts';
import type { Place } from './place.ts';
import { firstFailedNode, nameOfNode, tallyNodes } from './run.ts';
import { nodesOfSnapshot, type RunSnapshot } from './snapshot.ts';
import { isGoingOn, type Streak, streakIdOf } from './streak.ts';
import { toldRunOf } from './told-run.ts';
import { hears, type Watch } from './watch.ts';

/** What a change of a run makes of the places that watch it. */
export interface Telling {
  /** What is owed to them, in the order of the events; each event once a place. */
  readonly owed: readonly Owed[];
  /** Watches whose users have been told of an attempt by it. */
  readonly watches: readonly Watch[];
  /** Streaks that began or went on. */
  readonly streaks: readonly Streak[];
  /** Ids of those that are over. */
  readonly overStreaks: readonly string[];
}

/** What stands in the store beside the run, as it is in the commit. */
export interface TellingContext {
  readonly placeOf: (placeId: string) => Place | undefined;
  readonly streakOf: (streakId: string) => Streak | undefined;
  readonly now: Date;
}

/**
 * Says what the events of one commit make of the places that watch the run:
 *
 * | in one commit | told |
 * |---|---|
 * | the first node failed, and the run | one reply, about the run, at that node |
 * | whoever watches is told of a first failure or an end in this attempt | mentioned there, once each attempt |
 * | the pipeline failed here before, and has not succeeded since | no mention; the streak grows |
 * | a run of the pipeline succeeds | the streak is over, heard or not |
 */
export function tell(
  run: RunSnapshot,
  events: readonly RunEvent[],
  watches: readonly Watch[],
  context: TellingContext,
): Telling {
  const placeIds = [...new Set(watches.map(({ placeId }) => placeId))];
  const told = placeIds.flatMap((placeId) => {
    const place = context.placeOf(placeId);
    const here = watches.filter((watch) => watch.placeId === placeId && watch.sinceVersion < run.version);
    return place === undefined ? [] : [tellPlace(place, { run, events, watches: here }, context)];
  });
  // By event and not by place, so that what happened first is owed first.
  const owed = told.flatMap((each) => each.owed).sort((a, b) => a.index - b.index);
  return {
    owed: owed.map(({ key, placeId, facts }) => ({ key, placeId, facts })),
    watches: told.flatMap((each) => each.watches),
    streaks: told.flatMap((each) => each.streak ?? []),
    overStreaks: told.flatMap((each) => each.overStreak ?? []),
  };
}

interface Change {
  readonly run: RunSnapshot;
  readonly events: readonly RunEvent[];
  readonly watches: readonly Watch[];
}

interface ToldPlace {
  readonly owed: readonly (Owed & { readonly index: number })[];
  readonly watches: readonly Watch[];
  readonly streak?: Streak | undefined;
  readonly overStreak?: string | undefined;
}

function tellPlace(place: Place, change: Change, { streakOf, now }: TellingContext): ToldPlace {
  const { run, events } = change;
  const streakId = streakIdOf(place, run);
  const known = streakOf(streakId);
  let streak = known !== undefined && isGoingOn(known, now) ? known : undefined;
  const watches = new Map(change.watches.map((watch) => [watch.id, watch]));
  const owed: (Owed & { index: number })[] = [];
  const waiting = new Set<string>();
  for (const [index, event] of events.entries()) {
    const isHeard = (watch: Watch) =>
      (hears(watch, event) && !isNodeTold(watch, event)) ||
      (event.kind === 'failed' && waiting.has(watch.id));
    const hearing = [...watches.values()].filter(isHeard);
    if (event.kind === 'succeeded') streak = undefined;
    if (hearing.length === 0) continue;
    if (isToldByRun(event, events, hearing)) {
      for (const { id } of hearing) waiting.add(id);
      continue;
    }
    const cause = event.kind === 'failed' ? causeOf(run, event) : undefined;
    const facts = factsOf({ run, event, cause, hearing, here: [...watches.values()], streak });
    owed.push({ index, key: eventKey(place.id, run, event), placeId: place.id, facts });
    for (const watch of hearing) watches.set(watch.id, toldOf(watch, facts));
    if (event.kind === 'failed') streak = grown(streak, { id: streakId, placeId: place.id, event, cause });
  }
  return {
    owed,
    watches: change.watches.flatMap((watch) => {
      const next = watches.get(watch.id);
      return next === undefined || next === watch ? [] : [next];
    }),
    streak: streak === known ? undefined : streak,
    overStreak: known !== undefined && streak === undefined ? streakId : undefined,
  };
}

interface Heard {
  readonly run: RunSnapshot;
  readonly event: RunEvent;
  readonly cause: EventNode | undefined;
  readonly hearing: readonly Watch[];
  /** All watches of the run in the place. */
  readonly here: readonly Watch[];
  readonly streak: Streak | undefined;
}

function factsOf({ run, event, cause, hearing, here, streak }: Heard): ToldEvent {
  const isFailure = event.kind === 'failed' || event.kind === 'node-failed';
  const isOfStreak = isFailure && streak !== undefined;
  // Somebody may watch the run and a node of it.
  const told = peopleOf(here.filter(({ toldAttempt }) => toldAttempt === event.attempt));
  const mentioned = peopleOf(here.filter(({ mentionedAttempt }) => mentionedAttempt === event.attempt));
  const waited = peopleOf(hearing.filter((watch) => isNewsFor(event, watch)));
  const watchers = peopleOf(hearing);
  return {
    kind: 'event',
    run: toldRunOf(run),
    event,
    watchers,
    mentions: isOfStreak ? [] : waited.filter((userId) => !mentioned.includes(userId)),
    nodes: countsOf(run),
    cause,
    isFailureTold: event.kind === 'failed' && watchers.some((userId) => told.includes(userId)),
    failures: isFailure ? (streak?.failures ?? 0) + 1 : 0,
  };
}

/** A watch whose user has been told, and perhaps mentioned. */
function toldOf(watch: Watch, { event, mentions }: ToldEvent): Watch {
  if (!isNewsFor(event, watch)) return watch;
  const { attempt } = event;
  const mentionedAttempt = mentions.includes(watch.userId) ? attempt : watch.mentionedAttempt;
  const isSame = watch.toldAttempt === attempt && watch.mentionedAttempt === mentionedAttempt;
  return isSame ? watch : { ...watch, toldAttempt: attempt, mentionedAttempt };
}

/** The reply about the failed run names the node, so the node's own failure is not told beside it. */
function isToldByRun(event: RunEvent, events: readonly RunEvent[], hearing: readonly Watch[]): boolean {
  if (event.kind !== 'node-failed' || event.node?.isFirstFailed !== true) return false;
  const failed = events.find(({ kind, attempt }) => kind === 'failed' && attempt === event.attempt);
  return failed !== undefined && hearing.some((watch) => watch.nodeId === undefined && hears(watch, failed));
}

/** Whoever watches a node alone was told of its end, and its run's end is no news for them. */
function isNodeTold({ nodeId, toldAttempt }: Watch, { kind, attempt }: RunEvent): boolean {
  return nodeId !== undefined && toldAttempt === attempt && RUN_ENDS.includes(kind);
}

const RUN_ENDS: readonly EventKind[] = ['failed', 'succeeded', 'terminated', 'skipped'];

/**
 * What somebody who hears an event is mentioned for: a failure, an end, of a node's watch the node's end, and where they
 * want to hear of neither, whatever it is that they want to hear of.
 */
function isNewsFor({ kind }: RunEvent, { nodeId, on }: Watch): boolean {
  if (kind === 'node-failed' || RUN_ENDS.includes(kind)) return true;
  if (kind === 'node-succeeded') return nodeId !== undefined;
  const hearsOfEnds = on.includes('failed') || on.includes('end') || on.includes('nodes');
  return !hearsOfEnds && (kind === 'started' || kind === 'suspended' || kind === 'rerun');
}

function grown(
  before: Streak | undefined,
  {
    id,
    placeId,
    event,
    cause,
  }: { id: string; placeId: string; event: RunEvent; cause: EventNode | undefined },
): Streak {
  return {
    id,
    placeId: before?.placeId ?? placeId,
    failures: (before?.failures ?? 0) + 1,
    firstAt: before?.firstAt ?? event.at,
    lastAt: event.at,
    nodeName: cause?.name,
  };
}

/** The node that failed first in the attempt. */
function causeOf(run: RunSnapshot, { attempt }: RunEvent): EventNode | undefined {
  const ofAttempt = new Map([...run.nodes].filter(([, node]) => node.attempt === attempt));
  const failed = firstFailedNode(nodesOfSnapshot({ nodes: ofAttempt }));
  return failed && { nodeId: failed.nodeId, name: nameOfNode(failed), isFirstFailed: true };
}

function countsOf(run: RunSnapshot): NodeCounts | undefined {
  const tally = tallyNodes(nodesOfSnapshot(run), run.rootNodeId);
  return (
    tally && {
      total: tally.total,
      done: tally.done,
      succeeded: tally.succeeded,
      skipped: tally.skipped,
      running: tally.running.length,
    }
  );
}

function peopleOf(watches: readonly Watch[]): string[] {
  return [...new Set(watches.map(({ userId }) => userId))];
}

/** Made of facts alone: no time and no chance in it, so that two that notice the same make the same. */
function eventKey(placeId: string, { region, runId, version }: RunSnapshot, event: RunEvent): string {
  return [placeId, `${region}/${runId}`, event.attempt, version, event.kind, event.node?.nodeId ?? ''].join(
    '|',
  );
}
