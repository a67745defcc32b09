import type { Delivery, Owed } from '../../domain/delivery.ts';
import type { Place } from '../../domain/place.ts';
import type { ClaimedDelivery, DeliveriesReport, DeliveryOutcome } from '../../jobs/owed-deliveries.ts';
import { isOpen, type Tables } from './tables.ts';

/** A delivery that can be claimed, with its place. */
interface Candidate {
  readonly delivery: Delivery;
  readonly place: Place;
}

/** Owes deliveries to places that are there; what has a known key is owed already, or was said. */
export function owe(tables: Tables, owed: readonly Owed[], now: Date): void {
  for (const { key, placeId, facts } of owed) {
    const place = tables.get('places', placeId);
    if (place === undefined || tables.get('deliveries', key) !== undefined) continue;
    const { nextSeq: seq } = place;
    tables.put('deliveries', {
      key,
      placeId,
      seq,
      facts,
      state: 'pending',
      attempts: 0,
      nextAt: now,
      createdAt: now,
    });
    tables.put('places', { ...place, nextSeq: seq + 1 });
  }
}

export function channelKeyOf({ team, channelId }: Pick<Place, 'team' | 'channelId'>): string {
  return `${team}|${channelId}`;
}

/**
 * What can be said now, the longest owed first: of each place the first delivery that is neither sent nor parked.
 * `isInHand` tells those somebody is saying now; of the others in state `sending`, whoever was saying them is gone.
 */
export function findDue(
  tables: Tables,
  now: Date,
  isInHand: (delivery: Delivery, place: Place) => boolean,
): Candidate[] {
  const due: Candidate[] = [];
  for (const placeId of tables.placesWithOpen()) {
    const place = tables.get('places', placeId);
    const [delivery] = tables.openOfPlace(placeId);
    if (place === undefined || delivery === undefined || delivery.nextAt > now) continue;
    if (!isInHand(delivery, place)) due.push({ delivery, place });
  }
  return due.sort((a, b) => a.delivery.createdAt.getTime() - b.delivery.createdAt.getTime());
}

/** Marks a delivery as being said; should its sender die, it may be asked about after `settleMs`. */
export function claim(
  tables: Tables,
  { delivery, place }: Candidate,
  { now, settleMs }: { readonly now: Date; readonly settleMs: number },
): ClaimedDelivery {
  const claimed: Delivery = {
    ...delivery,
    state: 'sending',
    attempts: delivery.attempts + 1,
    nextAt: new Date(now.getTime() + settleMs),
    firstSentAt: delivery.firstSentAt ?? now,
  };
  tables.put('deliveries', claimed);
  return { delivery: claimed, before: delivery.state === 'pending' ? 'pending' : 'unknown', place };
}

export function settle(tables: Tables, delivery: Delivery, outcome: DeliveryOutcome, now: Date): void {
  const { lastError: _, ...said } = delivery;
  switch (outcome.kind) {
    case 'sent':
      tables.put('deliveries', { ...said, state: 'sent', ts: outcome.ts, sentAt: now });
      giveCard(tables, delivery.placeId, outcome.ts);
      break;
    case 'not-sent':
    case 'unknown': {
      const state = outcome.kind === 'not-sent' ? 'pending' : 'unknown';
      tables.put('deliveries', { ...said, state, nextAt: outcome.nextAt, lastError: outcome.error });
      break;
    }
    case 'parked':
      tables.put('deliveries', { ...said, state: 'parked', lastError: outcome.error });
      break;
    default:
      outcome satisfies never;
  }
}

/** The first message of a place without a thread begins its thread. */
function giveCard(tables: Tables, placeId: string, ts: string): void {
  const place = tables.get('places', placeId);
  if (place === undefined || place.threadTs !== undefined || place.cardTs !== undefined) return;
  tables.put('places', { ...place, cardTs: ts });
}

export function reportDeliveries(tables: Tables): DeliveriesReport {
  let [waiting, parked] = [0, 0];
  let oldestAt: Date | undefined;
  for (const delivery of tables.all('deliveries')) {
    if (delivery.state === 'parked') parked += 1;
    if (!isOpen(delivery)) continue;
    waiting += 1;
    if (oldestAt === undefined || delivery.createdAt < oldestAt) oldestAt = delivery.createdAt;
  }
  return { waiting, parked, ...(oldestAt && { oldestAt }) };
}
