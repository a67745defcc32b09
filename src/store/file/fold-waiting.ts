import type { Delivery } from '../../domain/delivery.ts';
import { type Fold, planFolds, type Waiting } from '../../domain/fold.ts';
import { flatPlaceIdOf } from '../../domain/place.ts';
import { owe } from './owing.ts';
import { flatPlaceOf } from './places.ts';
import type { Tables } from './tables.ts';

/** Tells together what a channel waits for, where it is behind. */
export function foldWaiting(tables: Tables, channelKey: string, now: Date): void {
  const placeIds = new Set(tables.waitingEvents(channelKey).map(({ placeId }) => placeId));
  const waiting = [...placeIds].flatMap((placeId): Waiting[] => {
    const place = tables.get('places', placeId);
    const open = tables.openOfPlace(placeId);
    // What was perhaps said, is to be said otherwise or is told together there comes first, so nothing behind it is
    // taken out.
    return place !== undefined && open.every(mayWait) ? open.map((delivery) => ({ delivery, place })) : [];
  });
  for (const fold of planFolds(waiting, now)) keepFold(tables, fold, now);
}

function mayWait({ facts, state, isPlain }: Delivery): boolean {
  if (facts.kind !== 'event') return facts.kind !== 'fold';
  return state === 'pending' && isPlain === undefined;
}

/** It keeps the turn of what it tells. */
function keepFold(tables: Tables, { owed, members }: Fold, now: Date): void {
  const folded = members.flatMap((key) => tables.get('deliveries', key) ?? []);
  const [first] = folded.flatMap(({ placeId }) => tables.get('places', placeId) ?? []);
  if (first === undefined) return;
  if (owed.placeId === flatPlaceIdOf(first)) flatPlaceOf(tables, first);
  const since = new Date(Math.min(...folded.map(({ createdAt }) => createdAt.getTime())));
  owe(tables, [owed], { now, since });
  for (const delivery of folded) tables.put('deliveries', { ...delivery, state: 'folded' });
}
