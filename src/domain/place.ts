import type { RunId } from './target.ts';

/** A thread that is told of runs, with the card that began it. */
export interface Place {
  readonly id: string;
  /** Slack workspace. */
  readonly team: string;
  readonly channelId: string;
  /** The thread that somebody asked in; without it the card begins a thread of its own. */
  readonly threadTs?: string | undefined;
  /** The card, once Slack has it. */
  readonly cardTs?: string | undefined;
  /** Number of the next delivery, from 1. */
  readonly nextSeq: number;
  /** Grows with every change of a run that the card shows. */
  readonly wantedVersion: number;
  /** What of it Slack shows. */
  readonly shownVersion: number;
  /** The language of whoever first watched here. */
  readonly locale: 'en' | 'zh';
}

/**
 * The id of a place. Of a channel there is one place for each run, whoever watches it there; a thread that somebody
 * asked in is one place for all of its runs.
 */
export function placeIdOf({
  team,
  channelId,
  threadTs,
  region,
  runId,
}: {
  readonly team: string;
  readonly channelId: string;
  readonly threadTs?: string | undefined;
  readonly region: string;
  readonly runId: RunId;
}): string {
  return [team, channelId, threadTs ?? `${region}/${runId}`].join('|');
}

/** Where a place's deliveries go: the thread somebody asked in, else the card's. */
export function threadOf({ threadTs, cardTs }: Pick<Place, 'threadTs' | 'cardTs'>): string | undefined {
  return threadTs ?? cardTs;
}
