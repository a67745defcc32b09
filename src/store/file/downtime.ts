import type { Delivery, DeliveryFacts, ToldEvent } from '../../domain/delivery.ts';
import type { EventKind } from '../../domain/event.ts';
import type { Place } from '../../domain/place.ts';
import type { Downtime } from '../../jobs/downtime.ts';
import { owe } from './owing.ts';
import { flatPlaceOf } from './places.ts';
import { channelKeyOf, documentKeyOf, runKeyOf } from './rows.ts';
import type { Tables } from './tables.ts';

const ALIVE = { kind: 'process', team: '', id: 'alive' } as const;

/** Keeps when the process was there. */
export function noteAlive(tables: Tables, now: Date): void {
  const known = tables.get('documents', documentKeyOf(ALIVE));
  tables.put('documents', {
    ...ALIVE,
    version: (known?.version ?? 0) + 1,
    json: JSON.stringify(now.toISOString()),
  });
}

export function readLastAlive(tables: Tables): Date | undefined {
  const known = tables.get('documents', documentKeyOf(ALIVE));
  const at = new Date(known === undefined ? Number.NaN : String(JSON.parse(known.json)));
  return Number.isNaN(at.getTime()) ? undefined : at;
}

type OfflineFacts = Extract<DeliveryFacts, { kind: 'offline' }>;
type Became = keyof Pick<OfflineFacts, 'failed' | 'succeeded' | 'stopped'>;

/** The last end of each run in one channel. */
interface Ends {
  readonly place: Place;
  readonly ofRun: Map<string, ToldEvent['event']>;
}

/** Owes each channel a note of what ended, as Downtime says. */
export function oweOffline(
  tables: Tables,
  { from, until, now }: Parameters<Downtime['oweOffline']>[0],
): number {
  const channels = findEnds(tables, (end) => end.createdAt >= until && end.event.at > from);
  for (const { place, ofRun } of channels) {
    const { id: placeId } = flatPlaceOf(tables, place);
    const counts = { failed: 0, succeeded: 0, stopped: 0 };
    for (const { kind } of ofRun.values()) {
      const became = becameOf(kind);
      if (became !== undefined) counts[became] += 1;
    }
    const key = [placeId, 'offline', from.toISOString()].join('|');
    owe(tables, [{ key, placeId, facts: { kind: 'offline', from, until, ...counts } }], { now });
  }
  return channels.length;
}

function findEnds(
  tables: Tables,
  isMeant: (end: { readonly createdAt: Date; readonly event: ToldEvent['event'] }) => boolean,
): readonly Ends[] {
  const channels = new Map<string, Ends>();
  for (const { facts, createdAt, placeId } of inOrder(tables.all('deliveries'))) {
    const place = tables.get('places', placeId);
    if (place === undefined || facts.kind !== 'event' || becameOf(facts.event.kind) === undefined) continue;
    if (!isMeant({ createdAt, event: facts.event })) continue;
    const key = channelKeyOf(place);
    const ends = channels.get(key) ?? { place, ofRun: new Map() };
    channels.set(key, ends);
    ends.ofRun.set(runKeyOf(facts.run), facts.event);
  }
  return [...channels.values()];
}

function inOrder(deliveries: Iterable<Delivery>): Delivery[] {
  return [...deliveries].sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime() || a.seq - b.seq);
}

function becameOf(kind: EventKind): Became | undefined {
  switch (kind) {
    case 'failed':
    case 'succeeded':
      return kind;
    case 'terminated':
    case 'skipped':
      return 'stopped';
    default:
      return undefined;
  }
}
