import type { Outage } from '../../domain/outage.ts';
import type { Outages } from '../../jobs/outages.ts';
import { owe } from './owing.ts';
import { flatPlaceOf, wantCard } from './places.ts';
import type { Tables } from './tables.ts';

/** Keeps an outage, as Outages says. */
export function beginOutage(
  tables: Tables,
  outage: Outage,
  { now, tell }: Parameters<Outages['beginOutage']>[1],
): boolean {
  const { region, since } = outage;
  if (tables.get('outages', region) !== undefined) return false;
  tables.put('outages', outage);
  const watches = wantCardsOf(tables, region);
  if (tell === undefined) return true;
  const { id: placeId } = flatPlaceOf(tables, tell);
  const key = [placeId, 'outage', region, since.toISOString()].join('|');
  owe(tables, [{ key, placeId, facts: { kind: 'outage', outage, watches } }], { now });
  return true;
}

export function endOutage(
  tables: Tables,
  region: string,
  { now, tell, late }: Parameters<Outages['endOutage']>[1],
): boolean {
  const outage = tables.get('outages', region);
  if (outage === undefined) return false;
  tables.remove('outages', region);
  wantCardsOf(tables, region);
  if (tell === undefined) return true;
  const { id: placeId } = flatPlaceOf(tables, tell);
  const key = [placeId, 'outage-over', region, outage.since.toISOString()].join('|');
  owe(tables, [{ key, placeId, facts: { kind: 'outage-over', outage, until: now, late } }], { now });
  return true;
}

/** Lets the cards of a region's runs be drawn anew; gives the number of its watches. */
function wantCardsOf(tables: Tables, region: string): number {
  const placeIds = [...tables.all('watches')].flatMap((watch) =>
    watch.region === region ? [watch.placeId] : [],
  );
  for (const placeId of new Set(placeIds)) wantCard(tables, placeId);
  return placeIds.length;
}
