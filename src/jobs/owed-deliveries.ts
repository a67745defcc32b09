import type { Card } from '../domain/card.ts';
import type { Delivery, DeliveryFacts, FoldMember, PauseReason } from '../domain/delivery.ts';
import type { Place, PlaceWanted } from '../domain/place.ts';
import type { ToldRun } from '../domain/told-run.ts';

/** The right to say what is owed to one channel; nobody else says anything there until it is over. */
export interface ChannelLease {
  readonly channelId: string;
  readonly team: string;
  readonly token: string;
}

/** A delivery in the hands of whoever holds its channel. */
export interface ClaimedDelivery {
  /** In state `sending`; in state `sent` where it is only to be looked for a second copy. */
  readonly delivery: Delivery;
  /**
   * Whether somebody may have said it before; what was `sending` then counts as `unknown`. `sent` has been said again
   * once, and is to be looked for a second copy.
   */
  readonly before: 'pending' | 'unknown' | 'sent';
  readonly place: Place;
  /** What an opening shows. */
  readonly card?: Card | undefined;
}

/** What became of saying it. */
export type DeliveryOutcome =
  | {
      readonly kind: 'sent';
      readonly ts: string;
      /** True where it was found, and Slack took nothing now: that tells nothing about the channel. */
      readonly isFound?: true | undefined;
      /** What of the card it showed, where it is an opening. */
      readonly shownVersion?: number | undefined;
      /** Set where it was said again: when to look for a second copy. */
      readonly recheckAt?: Date | undefined;
    }
  /** Slack has nothing of it. */
  | {
      readonly kind: 'not-sent';
      readonly nextAt: Date;
      readonly error: string;
      /** True where it is to be said without blocks from now on. */
      readonly isPlain?: true | undefined;
    }
  | { readonly kind: 'unknown'; readonly nextAt: Date; readonly error: string }
  /** Slack will never take it. The place is owed a word that something could not be shown, unless it is `silent`. */
  | { readonly kind: 'parked'; readonly error: string; readonly isSilent?: true | undefined }
  /**
   * Its thread is gone: the place is opened anew, once, with this delivery after the card. After that the place has no
   * card: what is owed to it stands in the channel by itself until somebody watches there anew.
   */
  | { readonly kind: 'thread-gone'; readonly error: string }
  /** The channel is closed to Flowbell: all that is owed to it waits, and people are told so elsewhere. */
  | {
      readonly kind: 'paused';
      readonly error: string;
      readonly reason: PauseReason;
      readonly nextTryAt: Date;
      /** Whom to tell; ignored where the channel was paused before. */
      readonly tell: readonly { readonly place: PlaceWanted; readonly facts: DeliveryFacts }[];
    }
  /** It was looked for once more; `ts` is the copy that stays. */
  | { readonly kind: 'rechecked'; readonly ts: string };

/** What waits for one channel, and for whom. */
export interface ChannelReport {
  /** Since when it has been paused, where it is. */
  readonly pausedSince?: Date | undefined;
  /** Everybody who watches in it or for whom something waits there, with those runs. */
  readonly owners: readonly { readonly userId: string; readonly runs: readonly ToldRun[] }[];
  /** Updates that wait, and the newest of them. */
  readonly held: number;
  readonly newest?: FoldMember | undefined;
}

export interface DeliveriesReport {
  /** What is neither sent nor parked, in channels that are open. */
  readonly waiting: number;
  /** What waits for channels that are closed. */
  readonly held: number;
  readonly pausedChannels: number;
  readonly parked: number;
  /** When the one that has waited longest in an open channel was owed; absent where none waits. */
  readonly oldestAt?: Date | undefined;
}

/** What is owed to places. Methods reject with the store's own error and then have changed nothing. */
export interface OwedDeliveries {
  /**
   * Leases a channel with something due that nobody holds, and nobody gave back with a time that is still to come;
   * `undefined` where there is none. A paused channel is due when it is to be tried again.
   */
  leaseChannel(want: { readonly now: Date; readonly leaseMs: number }): Promise<ChannelLease | undefined>;
  /**
   * Gives the next due delivery of the channel and marks it `sending`, committed before it is given: of each place the
   * first that is neither sent, folded nor parked; after those, what is to be looked for a second copy. Where the channel
   * is behind, what waits is folded first (`planFolds`), in a commit before. What a dead process left `sending` is given
   * as `unknown`, not before it has settled. `undefined` where nothing is due or the lease is lost.
   */
  claimDelivery(lease: ChannelLease, want: { readonly now: Date }): Promise<ClaimedDelivery | undefined>;
  /**
   * Commits what became of a delivery. The `ts` of an opening becomes the place's card. What was `unknown` before and is
   * `not-sent` now stays unknown, for the first attempt may still show. What was `sent` before stays sent; `unknown` then
   * means that it is to be looked for again at `nextAt`. With the first word that a paused channel takes it
   * goes on, and is owed a note that says so. False where the lease was lost, and then nothing was changed.
   */
  settleDelivery(lease: ChannelLease, key: string, outcome: DeliveryOutcome, now: Date): Promise<boolean>;
  /** `notBefore`: Slack wants nothing said there until then. */
  releaseChannel(lease: ChannelLease, want?: { readonly notBefore?: Date | undefined }): Promise<void>;
  /** Lets a paused channel be tried at once; nothing happens to others. */
  retryChannel(channel: Pick<ChannelLease, 'team' | 'channelId'>, now: Date): Promise<void>;
  reportChannel(lease: ChannelLease): Promise<ChannelReport>;
  reportDeliveries(): Promise<DeliveriesReport>;
}
