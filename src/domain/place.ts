import type { CardRun } from './card.ts';
import type { RunId } from './target.ts';

/** A thread that is told of runs, with the card that shows them. */
export interface Place {
  readonly id: string;
  /** Slack workspace. */
  readonly team: string;
  readonly channelId: string;
  /** The thread that somebody asked in; without it the card begins a thread of its own. */
  readonly threadTs?: string | undefined;
  /** The card, once Slack has it. */
  readonly cardTs?: string | undefined;
  /** True where somebody deleted the card: it is edited no more, and its thread may be there still. */
  readonly isCardGone?: true | undefined;
  /** True where each message stands in the channel by itself: such a place has no card and no thread. */
  readonly isFlat?: true | undefined;
  /** Number of the next delivery, from 1. */
  readonly nextSeq: number;
  /** Grows with every change of a run that the card shows. */
  readonly wantedVersion: number;
  /** What of it Slack shows. */
  readonly shownVersion: number;
  /** The wanted version with which something failed or ended last. */
  readonly newsVersion?: number | undefined;
  /** How often its card was owed to Slack; never fewer, so that each has a key of its own. */
  readonly openings: number;
  /** The language of whoever first watched here. */
  readonly locale: 'en' | 'zh';
  /** What its card goes on showing of runs that nobody watches here any more. */
  readonly ended: readonly CardRun[];
}

/** Where somebody is told of something. */
export type PlaceWanted = Pick<Place, 'team' | 'channelId' | 'threadTs' | 'locale'>;

/**
 * The id of a place. Of a channel there is one place for each run, whoever watches it there, or for each list of runs
 * that were asked for together; a thread that somebody asked in is one place for all of its runs.
 */
export function placeIdOf({
  team,
  channelId,
  threadTs,
  region,
  runId,
  list,
}: {
  readonly team: string;
  readonly channelId: string;
  readonly threadTs?: string | undefined;
  readonly region: string;
  readonly runId: RunId;
  /** Names the list that the run was asked for in. */
  readonly list?: string | undefined;
}): string {
  return [team, channelId, threadTs ?? list ?? `${region}/${runId}`].join('|');
}

/** The id of the place for what is no single run's matter: each message there stands in the channel by itself. */
export function flatPlaceIdOf({ team, channelId }: Pick<Place, 'team' | 'channelId'>): string {
  return [team, channelId, 'flat'].join('|');
}

/** Where a place's deliveries go: the thread somebody asked in, else the card's; nowhere in particular if it is flat. */
export function threadOf({ threadTs, cardTs }: Pick<Place, 'threadTs' | 'cardTs'>): string | undefined {
  return threadTs ?? cardTs;
}
