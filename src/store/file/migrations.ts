import { isObject } from './fields.ts';

/** From one schema to the next: the tables as they stand in the file. Pure. */
export type Migration = (data: Readonly<Record<string, unknown>>) => Record<string, unknown>;

/** The first takes schema 1 to 2; the newest schema is one more than there are. */
export const MIGRATIONS: readonly Migration[] = [toSchema2];

type Table = Readonly<Record<string, unknown>>;

/**
 * Until schema 1 every watched run was announced by a message of its own. Now a place has one card that opens it and
 * shows all of its runs, so the first of those messages becomes the card, and those that were not said yet are not said.
 */
function toSchema2(data: Table): Record<string, unknown> {
  const { places, deliveries } = data;
  if (!isObject(places) || !isObject(deliveries)) return { ...data };
  const opened = new Map<unknown, unknown>();
  const kept: Record<string, unknown> = {};
  for (const [key, delivery] of Object.entries(deliveries)) {
    if (!isObject(delivery) || !isObject(delivery.facts) || delivery.facts.kind !== 'watched') {
      kept[key] = delivery;
      continue;
    }
    const { placeId, state, ts } = delivery;
    if (state === 'pending' && opened.has(placeId)) continue;
    kept[key] = { ...delivery, facts: { kind: 'opening' } };
    if (state !== 'parked') opened.set(placeId, opened.get(placeId) ?? ts);
  }
  return {
    ...data,
    places: Object.fromEntries(
      Object.entries(places).map(([id, place]) => [id, withCard(place, opened.get(id))]),
    ),
    deliveries: kept,
    ...{ streaks: {}, pauses: {}, outages: {} },
  };
}

function withCard(place: unknown, ts: unknown): unknown {
  if (!isObject(place) || ts === undefined) return place;
  return { cardTs: ts, ...place };
}
