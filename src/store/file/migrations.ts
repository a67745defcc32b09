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
  const { places, watches, deliveries } = data;
  if (!isObject(places) || !isObject(watches) || !isObject(deliveries)) return { ...data };
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
  const watched = new Set(Object.values(watches).map((watch) => isObject(watch) && watch.placeId));
  const withCard = ([id, place]: [string, unknown]) => [
    id,
    isObject(place)
      ? { ...cardOf(opened.get(id)), ...place, ...(!watched.has(id) && shownAs(place)) }
      : place,
  ];
  return {
    ...data,
    places: Object.fromEntries(Object.entries(places).map(withCard)),
    deliveries: kept,
    ...{ streaks: {}, pauses: {}, outages: {} },
  };
}

function cardOf(ts: unknown): Table {
  return ts === undefined ? {} : { cardTs: ts };
}

/** Where nobody watches there is nothing to draw: what was said there stays. */
function shownAs({ wantedVersion }: Table): Table {
  return { shownVersion: wantedVersion };
}
