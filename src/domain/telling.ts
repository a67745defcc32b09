import type { NodeCounts, Owed, ToldEvent } from './delivery.ts';
import type { EventNode, RunEvent } from './event.ts';
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
      hears(watch, event) || (event.kind === 'failed' && waiting.has(watch.id));
    const hearing = [...watches.values()].filter(isHeard);
    if (event.kind === 'succeeded') streak = undefined;
    if (hearing.length === 0) continue;
    if (isToldByRun(event, events, hearing)) {
      for (const { id } of hearing) waiting.add(id);
      continue;
    }
    const cause = event.kind === 'failed' ? causeOf(run, event) : undefined;
    const isFailure = event.kind === 'failed' || event.kind === 'node-failed';
    const isFirstFailure = streak === undefined;
    const told = new Set([...watches.values()].filter(isTold(event)).map(({ userId }) => userId));
    const untold = hearing.filter((watch) => !told.has(watch.userId));
    const isFailureTold = event.kind === 'failed' && untold.length < hearing.length;
    const facts: ToldEvent = {
      kind: 'event',
      run: toldRunOf(run),
      event,
      watchers: peopleOf(hearing),
      mentions: isNewsFor(event) && (isFirstFailure || !isFailure) ? peopleOf(untold) : [],
      nodes: countsOf(run),
      cause,
      isFailureTold,
      failures: isFailure ? (streak?.failures ?? 0) + 1 : 0,
    };
    owed.push({ index, key: eventKey(place.id, run, event), placeId: place.id, facts });
    if (isNewsFor(event)) {
      for (const watch of hearing) {
        if (!isTold(event)(watch)) watches.set(watch.id, { ...watch, toldAttempt: event.attempt });
      }
    }
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

/** Whether a watch has told its user of the attempt. */
function isTold({ attempt }: RunEvent): (watch: Watch) => boolean {
  return ({ toldAttempt }) => toldAttempt === attempt;
}

/** The reply about the failed run names the node, so the node's own failure is not told beside it. */
function isToldByRun(event: RunEvent, events: readonly RunEvent[], hearing: readonly Watch[]): boolean {
  if (event.kind !== 'node-failed' || event.node?.isFirstFailed !== true) return false;
  const failed = events.find(({ kind, attempt }) => kind === 'failed' && attempt === event.attempt);
  return failed !== undefined && hearing.some((watch) => watch.nodeId === undefined && hears(watch, failed));
}

/** What whoever watches is mentioned for. */
function isNewsFor({ kind }: RunEvent): boolean {
  return (
    kind === 'node-failed' ||
    kind === 'failed' ||
    kind === 'succeeded' ||
    kind === 'terminated' ||
    kind === 'skipped'
  );
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
