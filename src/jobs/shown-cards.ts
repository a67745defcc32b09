import type { Card } from '../domain/card.ts';
import type { Place } from '../domain/place.ts';

/** The right to edit one card; nobody else edits it until it is over. */
export interface CardLease {
  readonly placeId: string;
  readonly token: string;
}

/** A card that Slack shows as it was before. */
export interface LeasedCard {
  readonly lease: CardLease;
  readonly place: Place;
  readonly card: Card;
}

/** What became of an edit. */
export type CardOutcome =
  /** Slack shows that version. */
  | { readonly kind: 'shown'; readonly version: number }
  /** It is not known to show it, or does not: to be edited again, not before that. */
  | { readonly kind: 'later'; readonly notBefore: Date }
  /** Slack does not let it be edited: tried again then, or when its channel takes a message or may be tried again. */
  | { readonly kind: 'refused'; readonly notBefore: Date }
  /** There is no such message any more, and it will not be edited again. */
  | { readonly kind: 'gone' };

/** Cards as Slack should show them. Methods reject with the store's own error and then have changed nothing. */
export interface ShownCards {
  /**
   * Leases a card that Slack shows as it was before (`wantedVersion` above `shownVersion`) and that nobody edits: those of
   * which something failed or ended first, then those that have waited longest. None in a paused channel, and none until
   * an edit that a dead process may have made has settled. Its runs say when they were last looked at, also where that
   * look changed nothing. `undefined` where there is none.
   */
  leaseCard(want: { readonly now: Date; readonly leaseMs: number }): Promise<LeasedCard | undefined>;
  /** Commits what became of it and gives the card back. False where the lease was lost, and then nothing was changed. */
  settleCard(lease: CardLease, outcome: CardOutcome): Promise<boolean>;
  /** Cards that Slack shows as they were before. */
  countStaleCards(): Promise<number>;
}
