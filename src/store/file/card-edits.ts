import type { Place } from '../../domain/place.ts';
import type { CardLease, CardOutcome, LeasedCard, ShownCards } from '../../jobs/shown-cards.ts';
import { cardOf } from './cards.ts';
import { isPaused } from './channels.ts';
import { isDue } from './due.ts';
import { Leases } from './leases.ts';
import type { Tables } from './tables.ts';

/** Who edits which card, and which are to wait, in memory. */
export class CardEdits {
  readonly #leases: Leases;
  readonly #nowMs: () => number;
  readonly #settledAtMs: number;
  readonly #notBefore = new Map<string, Date>();
  readonly #refused = new Set<string>();
  /** Cards that this process posted: no other can have edited them. */
  readonly #posted = new Set<string>();

  /** `settleMs`: how long after the start an edit of the process before may still land. */
  constructor({ nowMs, settleMs }: { readonly nowMs: () => number; readonly settleMs: number }) {
    this.#leases = new Leases(nowMs);
    this.#nowMs = nowMs;
    this.#settledAtMs = nowMs() + settleMs;
  }

  lease(tables: Tables, { now, leaseMs }: Parameters<ShownCards['leaseCard']>[0]): LeasedCard | undefined {
    const place = this.#next(tables, now);
    if (place === undefined) return undefined;
    const lease = { placeId: place.id, token: this.#leases.take(place.id, leaseMs) };
    return { lease, place, card: cardOf(tables, place) };
  }

  isHeld({ placeId, token }: CardLease): boolean {
    return this.#leases.isHeldBy(placeId, token);
  }

  release({ placeId, token }: CardLease, outcome: CardOutcome): void {
    if (!this.#leases.release(placeId, token)) return;
    const isToWait = outcome.kind === 'later' || outcome.kind === 'refused';
    if (isToWait) this.#notBefore.set(placeId, outcome.notBefore);
    else this.#notBefore.delete(placeId);
    if (outcome.kind === 'refused') this.#refused.add(placeId);
    else this.#refused.delete(placeId);
  }

  /** Lets cards that Slack refused to edit be tried again; `isIn` tells those of a channel that may be open again. */
  retryRefused(isIn: (placeId: string) => boolean): void {
    for (const placeId of [...this.#refused].filter(isIn)) {
      this.#refused.delete(placeId);
      this.#notBefore.delete(placeId);
    }
  }

  /** The place has another card now: whoever edits the old one has no say any more. */
  notePosted(placeId: string): void {
    this.#leases.drop(placeId);
    this.#notBefore.delete(placeId);
    this.#posted.add(placeId);
  }

  #next(tables: Tables, now: Date): Place | undefined {
    let longest: Place | undefined;
    for (const place of tables.stalePlaces()) {
      if (!this.#isFree(place.id, now) || isPaused(tables, place)) continue;
      if ((place.newsVersion ?? 0) > place.shownVersion) return place;
      longest ??= place;
    }
    return longest;
  }

  #isFree(placeId: string, now: Date): boolean {
    if (!this.#leases.isFree(placeId)) return false;
    if (this.#nowMs() < this.#settledAtMs && !this.#posted.has(placeId)) return false;
    const notBefore = this.#notBefore.get(placeId);
    return notBefore === undefined || isDue(notBefore, now);
  }
}

/** Keeps what became of an edit. */
export function settleCard(tables: Tables, placeId: string, outcome: CardOutcome): void {
  const place = tables.get('places', placeId);
  if (place === undefined) return;
  if (outcome.kind === 'shown') tables.put('places', { ...place, shownVersion: outcome.version });
  if (outcome.kind === 'gone') tables.put('places', { ...place, isCardGone: true });
}
