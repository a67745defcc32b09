import type { Outage } from './outage.ts';
import { type NodeTally, tallyNodes } from './run.ts';
import { nodesOfSnapshot, type RunSnapshot } from './snapshot.ts';
import { isFinal, type Status } from './status.ts';
import type { Streak } from './streak.ts';
import { type ToldRun, toldRunOf } from './told-run.ts';
import type { OnWord, Watch } from './watch.ts';

/** Somebody who watches a run in a place. */
export interface CardWatcher {
  /** Slack user. */
  readonly userId: string;
  readonly on: readonly OnWord[];
  /** The one node that they watch, as PAI calls it. */
  readonly nodeName?: string | undefined;
}

/** A run as a card shows it. */
export interface CardRun {
  readonly run: ToldRun;
  readonly status: Status;
  readonly isDeleted: boolean;
  readonly attempt: number;
  readonly startedAt?: Date | undefined;
  readonly finishedAt?: Date | undefined;
  /** PAI user who started it. */
  readonly userId?: string | undefined;
  readonly series?: string | undefined;
  /** At most ten running nodes are named. */
  readonly nodes?: NodeTally | undefined;
  /** When PAI was asked for what stands here. */
  readonly checkedAt: Date;
  readonly lostAt?: Date | undefined;
  readonly pausedAt?: Date | undefined;
  /** False where nobody watches it here any more: it stays as it was then. */
  readonly isWatched: boolean;
  /** Who watches it here, or did to the end. */
  readonly watchers: readonly CardWatcher[];
  /** When it came to the place. */
  readonly cameAt?: Date | undefined;
}

/** Everything a place's card shows, as it is now. */
export interface Card {
  /** In the order in which they came to the place; never empty. */
  readonly runs: readonly CardRun[];
  /** How often the pipeline has failed in a row, where all runs are of one. */
  readonly streak?: Streak | undefined;
  /** Regions of these runs that PAI does not answer for. */
  readonly outages: readonly Outage[];
}

const MOST_RUNNING = 10;

/** Whether nothing more comes of a run unless it is rerun. */
export function isAtRest({ status, isDeleted }: Pick<CardRun, 'status' | 'isDeleted'>): boolean {
  return isDeleted || isFinal(status.phase);
}

/**
 * The one run that a card is about, if it is about one: its only run, or of several of one pipeline the newest, once the
 * others have ended.
 */
export function mainRunOf(runs: readonly CardRun[]): CardRun | undefined {
  const [first] = runs;
  if (first === undefined || runs.length === 1) return first;
  if (first.series === undefined || runs.some(({ series }) => series !== first.series)) return undefined;
  const newest = runs.reduce((best, each) => (isOlder(each, best) ? best : each));
  return runs.every((each) => each === newest || isAtRest(each)) ? newest : undefined;
}

/** Later ones stand later unless their times say otherwise. */
function isOlder({ startedAt: one }: CardRun, { startedAt: other }: CardRun): boolean {
  return one !== undefined && other !== undefined && one < other;
}

/** A watched run with its watches in one place, as that place's card shows it. */
export function cardRunOf(
  snapshot: RunSnapshot,
  watches: readonly Pick<Watch, 'userId' | 'on' | 'nodeId' | 'createdAt'>[],
  isWatched: boolean,
): CardRun {
  const { status, isDeleted, attempt, startedAt, finishedAt, userId, series, lostAt, pausedAt } = snapshot;
  const tally = tallyNodes(nodesOfSnapshot(snapshot), snapshot.rootNodeId);
  const byAge = [...watches].sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
  return {
    run: toldRunOf(snapshot),
    ...{ status, isDeleted, attempt, startedAt, finishedAt, userId, series, lostAt, pausedAt },
    nodes: tally && { ...tally, running: tally.running.slice(0, MOST_RUNNING) },
    checkedAt: snapshot.askedAt,
    isWatched,
    watchers: byAge.map((watch) => ({
      userId: watch.userId,
      on: watch.on,
      nodeName: watch.nodeId && (snapshot.nodes.get(watch.nodeId)?.name ?? watch.nodeId),
    })),
    cameAt: byAge[0]?.createdAt,
  };
}
