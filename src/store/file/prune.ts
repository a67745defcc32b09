import type { Delivery } from '../../domain/delivery.ts';
import { runKeyOf } from './rows.ts';
import { isOpen, type Tables } from './tables.ts';

/** How long a place keeps what it was told after the last watch in it ended. */
const KEEP_MS = 7 * 24 * 60 * 60 * 1000;

/** Removes what nobody will ask for again: old deliveries of places without watches, those places, expired keys. */
export function prune(tables: Tables, now: Date): void {
  for (const { key, until } of [...tables.all('once')]) if (until <= now) tables.remove('once', key);
  const before = now.getTime() - KEEP_MS;
  const [kept, told] = [new Set<string>(), new Set<string>()];
  for (const delivery of [...tables.all('deliveries')]) {
    const place = tables.get('places', delivery.placeId);
    const isKept = isOpen(delivery) || lastAt(delivery) >= before;
    if (isKept || (place !== undefined && tables.isWatched(place))) {
      kept.add(delivery.placeId);
      told.add(runKeyOf(delivery.facts.run));
    } else tables.remove('deliveries', delivery.key);
  }
  for (const place of [...tables.all('places')]) {
    if (!kept.has(place.id) && !tables.isWatched(place)) tables.remove('places', place.id);
  }
  for (const run of [...tables.all('ended')]) {
    if (!told.has(runKeyOf(run))) tables.remove('ended', runKeyOf(run));
  }
}

function lastAt({ sentAt, firstSentAt, createdAt }: Delivery): number {
  return (sentAt ?? firstSentAt ?? createdAt).getTime();
}
