import type { RunSnapshot } from './snapshot.ts';

/**
 * A pipeline that has failed again and again in a place: the first failure speaks up, those that follow go into the
 * same thread without a mention, until a run of it succeeds or nothing fails for a day.
 */
export interface Streak {
  /** One for each place to speak in and pipeline, see `streakIdOf`. */
  readonly id: string;
  /** The place whose card tells it. */
  readonly placeId: string;
  /** From 1. */
  readonly failures: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
  /** The node it last failed at. */
  readonly nodeName?: string | undefined;
}

const STREAK_MS = 24 * 60 * 60 * 1000;

/** The id of a streak: all of a channel has one for each pipeline, a thread that somebody asked in has its own. */
export function streakIdOf(
  {
    team,
    channelId,
    threadTs,
  }: {
    readonly team: string;
    readonly channelId: string;
    readonly threadTs?: string | undefined;
  },
  { series, region, runId }: Pick<RunSnapshot, 'series' | 'region' | 'runId'>,
): string {
  return [team, channelId, threadTs ?? '', series ?? `${region}/${runId}`].join('|');
}

/** Whether the next failure still belongs to it. */
export function isGoingOn({ lastAt }: Streak, now: Date): boolean {
  return now.getTime() - lastAt.getTime() < STREAK_MS;
}
