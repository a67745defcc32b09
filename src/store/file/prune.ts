import { type Delivery, runsOf } from '../../domain/delivery.ts';
import { isGoingOn } from '../../domain/streak.ts';
import { channelKeyOf, runKeyOf } from './rows.ts';
import { isOpen, type Tables } from './tables.ts';

/** How long a place keeps what it was told after the last watch in it ended. */
const KEEP_MS = 7 * 24 * 60 * 60 * 1000;

/**
 * Removes what nobody will ask for again: old deliveries of places without watches, those places, expired keys, and what
 * is left of streaks and closed channels, and outages that nobody waits for.
 */
export function prune(tables: Tables, now: Date): void {
  for (const { key, until } of [...tables.all('once')]) if (until <= now) tables.remove('once', key);
  const { kept, told } = pruneDeliveries(tables, now.getTime() - KEEP_MS);
  for (const place of [...tables.all('places')]) {
    if (!kept.has(place.id) && !tables.isWatched(place)) tables.remove('places', place.id);
  }
  for (const run of [...tables.all('ended')]) {
    if (!told.has(runKeyOf(run))) tables.remove('ended', runKeyOf(run));
  }
  for (const streak of [...tables.all('streaks')]) {
    const isShown = tables.get('places', streak.placeId) !== undefined;
    if (!isShown && !isGoingOn(streak, now)) tables.remove('streaks', streak.id);
  }
  const regions = new Set(Array.from(tables.all('watches'), ({ region }) => region));
  for (const { region } of [...tables.all('outages')]) {
    if (!regions.has(region)) tables.remove('outages', region);
  }
  const channels = new Set(Array.from(tables.all('places'), channelKeyOf));
  for (const pause of [...tables.all('pauses')]) {
    if (!channels.has(channelKeyOf(pause))) tables.remove('pauses', channelKeyOf(pause));
  }
}

/** Gives the places that keep deliveries, and the runs that those speak of. */
function pruneDeliveries(
  tables: Tables,
  before: number,
): { readonly kept: ReadonlySet<string>; readonly told: ReadonlySet<string> } {
  const [kept, told] = [new Set<string>(), new Set<string>()];
  for (const delivery of [...tables.all('deliveries')]) {
    const { key, placeId, facts } = delivery;
    if (isOpen(delivery) || lastAt(delivery) >= before || tables.isWatched({ id: placeId })) {
      kept.add(placeId);
      for (const run of runsOf(facts)) told.add(runKeyOf(run));
    } else tables.remove('deliveries', key);
  }
  return { kept, told };
}

function lastAt({ sentAt, firstSentAt, createdAt }: Delivery): number {
  return (sentAt ?? firstSentAt ?? createdAt).getTime();
}
