import type { EventNode, RunEvent } from './event.ts';
import type { Outage } from './outage.ts';
import type { ToldRun } from './told-run.ts';

/** How far a run's nodes were when something happened. */
export interface NodeCounts {
  readonly total: number;
  /** PAI is done with them, whatever became of them. */
  readonly done: number;
  readonly succeeded: number;
  readonly skipped: number;
  readonly running: number;
}

/** Something that happened to a run, as a place is told of it. */
export interface ToldEvent {
  readonly kind: 'event';
  readonly run: ToldRun;
  readonly event: RunEvent;
  /** Slack users whose watches heard it. */
  readonly watchers: readonly string[];
  /** Those of them to be mentioned: once each attempt, and of a streak of failures for the first. */
  readonly mentions: readonly string[];
  readonly nodes?: NodeCounts | undefined;
  /** The node that a failed run failed at. */
  readonly cause?: EventNode | undefined;
  /** True where the failure of its node was told here before. */
  readonly isFailureTold: boolean;
  /** How often the pipeline has failed in a row with this one, 0 where it did not fail. */
  readonly failures: number;
}

/** One event among several that are told together. */
export type FoldMember = Pick<ToldEvent, 'run' | 'event' | 'cause' | 'watchers'>;

/** Why Slack lets Flowbell say nothing in a channel. */
export type PauseReason = 'removed' | 'archived' | 'read-only' | 'closed';

/** What is to be said, as facts: the words are found when it is said. */
export type DeliveryFacts =
  /** The place's card, as it is by then. */
  | { readonly kind: 'opening' }
  | ToldEvent
  /** Events that would have come too late one by one. */
  | {
      readonly kind: 'fold';
      readonly members: readonly FoldMember[];
      readonly watchers: readonly string[];
      readonly mentions: readonly string[];
    }
  /** An update that Slack refused for what stands in it. */
  | { readonly kind: 'unshown'; readonly run?: ToldRun | undefined }
  /** Flowbell was not there, and runs ended meanwhile. */
  | {
      readonly kind: 'offline';
      readonly from: Date;
      readonly until: Date;
      readonly failed: number;
      readonly succeeded: number;
      /** Terminated or skipped. */
      readonly stopped: number;
    }
  /** To somebody who watches in a channel that Slack has closed to Flowbell. */
  | {
      readonly kind: 'paused';
      readonly channelId: string;
      readonly reason: PauseReason;
      readonly since: Date;
      /** What they watch there, a few by name. */
      readonly runs: readonly ToldRun[];
      readonly moreRuns: number;
      /** How many updates wait, and the newest. */
      readonly held: number;
      readonly newest?: FoldMember | undefined;
    }
  /** The channel is open again. */
  | { readonly kind: 'resumed'; readonly since: Date; readonly until: Date; readonly held: number }
  /** To the operations channel: PAI gives no answers for a region, and watches wait for it. */
  | { readonly kind: 'outage'; readonly outage: Outage; readonly watches: number }
  /** It does again; `late` updates were owed because of it. */
  | { readonly kind: 'outage-over'; readonly outage: Outage; readonly until: Date; readonly late: number };

/**
 * What is owed to a place.
 *
 * | state | means |
 * |---|---|
 * | `pending` | not said yet |
 * | `sending` | somebody is saying it; committed before Slack is asked |
 * | `unknown` | Slack was asked and nobody knows whether it took it |
 * | `sent` | Slack took it |
 * | `folded` | told together with others, by a delivery of their own |
 * | `parked` | Slack will never take it; kept, and said to nobody |
 */
export type DeliveryState = 'pending' | 'sending' | 'unknown' | 'sent' | 'folded' | 'parked';

export interface Delivery {
  /** The same event makes the same key, whoever notices it and how often. */
  readonly key: string;
  readonly placeId: string;
  /** Order within the place, from 1; a card that opens it is 0. */
  readonly seq: number;
  readonly facts: DeliveryFacts;
  readonly state: DeliveryState;
  /** How often Slack was asked. */
  readonly attempts: number;
  /** How often whoever was saying it ended before knowing what came of it. */
  readonly deaths: number;
  /** Not before this. */
  readonly nextAt: Date;
  readonly createdAt: Date;
  /** True where Slack refused it with blocks, so that it is said as text alone. */
  readonly isPlain?: true | undefined;
  /** When Slack was first asked; what was asked before can be looked up from then on. */
  readonly firstSentAt?: Date | undefined;
  readonly sentAt?: Date | undefined;
  /** Slack's id of the message. */
  readonly ts?: string | undefined;
  /** When to look whether it stands there twice, after it had to be said again. */
  readonly recheckAt?: Date | undefined;
  /** Slack's word for what went wrong last. */
  readonly lastError?: string | undefined;
}

/**
 * What came of saying something in Slack.
 *
 * | kind | Slack has it | next |
 * |---|---|---|
 * | `sent` | yes | |
 * | `not-sent` | no: a limit, a refused token, no connection | said again later, and nothing else in the channel before |
 * | `unknown` | perhaps | looked for, then said again |
 * | `refused` | no, and never will | `about` tells what is at fault: the channel, the thread, the message, or our blocks |
 */
export type Said =
  | { readonly kind: 'sent'; readonly ts: string }
  | {
      readonly kind: 'not-sent';
      readonly error: string;
      readonly retryAfterMs?: number | undefined;
    }
  | { readonly kind: 'unknown'; readonly error: string }
  | {
      readonly kind: 'refused';
      readonly error: string;
      readonly about: 'thread' | 'message' | 'blocks' | PauseReason;
    };

/** A delivery that is owed and has no number yet. */
export type Owed = Pick<Delivery, 'key' | 'placeId' | 'facts'>;

/** The opening of a place: its card, the first or once more where the thread was deleted. */
export function openingOf(placeId: string, openings: number): Owed {
  return { key: [placeId, 'opening', openings].join('|'), placeId, facts: { kind: 'opening' } };
}

/** The runs that a delivery speaks of. */
export function runsOf(facts: DeliveryFacts): readonly ToldRun[] {
  switch (facts.kind) {
    case 'event':
      return [facts.run];
    case 'fold':
      return facts.members.map(({ run }) => run);
    case 'unshown':
      return facts.run === undefined ? [] : [facts.run];
    case 'paused':
      return facts.runs;
    default:
      return [];
  }
}
