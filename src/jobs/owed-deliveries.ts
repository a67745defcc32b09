import type { Delivery } from '../domain/delivery.ts';
import type { Place } from '../domain/place.ts';

/** The right to say what is owed to one channel; nobody else says anything there until it is over. */
export interface ChannelLease {
  readonly channelId: string;
  readonly team: string;
  readonly token: string;
}

/** A delivery in the hands of whoever holds its channel. */
export interface ClaimedDelivery {
  /** In state `sending`. */
  readonly delivery: Delivery;
  /** Whether somebody may have said it before; what was `sending` then counts as `unknown`. */
  readonly before: 'pending' | 'unknown';
  readonly place: Place;
}

/** What became of saying it. */
export type DeliveryOutcome =
  | { readonly kind: 'sent'; readonly ts: string }
  | { readonly kind: 'not-sent'; readonly nextAt: Date; readonly error: string }
  | { readonly kind: 'unknown'; readonly nextAt: Date; readonly error: string }
  | { readonly kind: 'parked'; readonly error: string };

export interface DeliveriesReport {
  /** What is neither sent nor parked. */
  readonly waiting: number;
  readonly parked: number;
  /** When the one that has waited longest was owed; absent where none waits. */
  readonly oldestAt?: Date | undefined;
}

/** What is owed to places. Methods reject with the store's own error and then have changed nothing. */
export interface OwedDeliveries {
  /** Leases a channel with something due that nobody holds; `undefined` where there is none. */
  leaseChannel(want: { readonly now: Date; readonly leaseMs: number }): Promise<ChannelLease | undefined>;
  /**
   * Gives the next due delivery of the channel and marks it `sending`, committed before it is given: of each place the
   * first that is neither sent nor parked. What a dead process left `sending` is given as `unknown`, not before it has
   * settled. `undefined` where nothing is due or the lease is lost.
   */
  claimDelivery(lease: ChannelLease, want: { readonly now: Date }): Promise<ClaimedDelivery | undefined>;
  /**
   * Commits what became of a delivery; the `ts` of the first message of a place without a thread becomes its card.
   * False where the lease was lost, and then nothing was changed.
   */
  settleDelivery(lease: ChannelLease, key: string, outcome: DeliveryOutcome, now: Date): Promise<boolean>;
  releaseChannel(lease: ChannelLease): Promise<void>;
  reportDeliveries(): Promise<DeliveriesReport>;
}
