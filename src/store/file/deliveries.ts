import { type Delivery, runsOf } from '../../domain/delivery.ts';
import { flatPlaceIdOf, type Place } from '../../domain/place.ts';
import type { ClaimedDelivery, DeliveriesReport } from '../../jobs/owed-deliveries.ts';
import { cardOf } from './cards.ts';
import { isPaused } from './channels.ts';
import { isDue } from './due.ts';
import { runKeyOf } from './rows.ts';
import { isOpen, type Tables } from './tables.ts';

/** A delivery that can be claimed, with its place. */
interface Candidate {
  readonly delivery: Delivery;
  readonly place: Place;
}

/** What may be claimed. */
interface Bounds {
  readonly now: Date;
  /** Keys of the channels in which it is looked for. */
  readonly channels: Iterable<string>;
  /** Whether somebody may speak in the channel now. */
  readonly isServed: (channel: Place) => boolean;
  /** Whether somebody is saying a delivery. */
  readonly isInHand: (delivery: Delivery, place: Place) => boolean;
}

/**
 * What can be said now: of each place the first delivery that is open. Of those in state `sending` that are in nobody's
 * hands, whoever was saying them is gone. Where there is none, what is to be looked for a second copy.
 */
export function findDue(tables: Tables, bounds: Bounds): Candidate[] {
  const due: Candidate[] = [];
  for (const channelKey of bounds.channels) {
    const places = tables.openPlaces(channelKey);
    const [first] = places;
    if (first === undefined || !bounds.isServed(first)) continue;
    const foldedRuns = findFoldedRuns(tables, first);
    for (const place of places) {
      const delivery = tables.headOfPlace(place.id);
      if (delivery === undefined || !isDue(delivery.nextAt, bounds.now) || bounds.isInHand(delivery, place))
        continue;
      if (!isBehindFold({ delivery, place }, foldedRuns)) due.push({ delivery, place });
    }
  }
  return due.length > 0 ? due : findToRecheck(tables, bounds);
}

function findToRecheck(tables: Tables, { now, isServed, isInHand }: Bounds): Candidate[] {
  const due: Candidate[] = [];
  for (const delivery of tables.deliveriesToRecheck()) {
    const place = tables.get('places', delivery.placeId);
    if (place === undefined || delivery.recheckAt === undefined || !isDue(delivery.recheckAt, now)) continue;
    if (isServed(place) && !isInHand(delivery, place)) due.push({ delivery, place });
  }
  return due;
}

/**
 * The one of a channel that is said next. A message in the channel itself that tells of many runs comes before everything
 * else, with what stands before it there.
 */
export function nextOf(tables: Tables, due: readonly Candidate[]): Candidate | undefined {
  const isOfMany = ({ place }: Candidate) =>
    place.isFlat === true && tables.openOfPlace(place.id).some(isFold);
  return due.find(isOfMany) ?? longestOwed(due);
}

function isFold({ facts }: Delivery): boolean {
  return facts.kind === 'fold';
}

/** The one that is owed longest; what stands in a channel by itself comes before what is as old in a thread. */
export function longestOwed(due: readonly Candidate[]): Candidate | undefined {
  let first: Candidate | undefined;
  for (const each of due) if (first === undefined || isBefore(each, first)) first = each;
  return first;
}

function isBefore(a: Candidate, b: Candidate): boolean {
  const apartMs = a.delivery.createdAt.getTime() - b.delivery.createdAt.getTime();
  return apartMs < 0 || (apartMs === 0 && a.place.isFlat === true && b.place.isFlat !== true);
}

/** The runs whose earlier events are told by messages in the channel itself. */
function findFoldedRuns(tables: Tables, channel: Place): ReadonlySet<string> {
  const open = tables.openOfPlace(flatPlaceIdOf(channel));
  const members = open.flatMap(({ facts }) => (facts.kind === 'fold' ? facts.members : []));
  return new Set(members.map(({ run }) => runKeyOf(run)));
}

/** What happened to a run later is not told before that message, neither alone nor with others. */
function isBehindFold({ delivery: { facts }, place }: Candidate, foldedRuns: ReadonlySet<string>): boolean {
  if (place.isFlat || (facts.kind !== 'event' && facts.kind !== 'fold')) return false;
  return runsOf(facts).some((run) => foldedRuns.has(runKeyOf(run)));
}

/** Marks a delivery as being said; should its sender die, it may be asked about after `settleMs`. */
export function claim(
  tables: Tables,
  { delivery, place }: Candidate,
  { now, settleMs }: { readonly now: Date; readonly settleMs: number },
): ClaimedDelivery {
  if (delivery.state === 'sent') return { delivery, before: 'sent', place };
  const claimed: Delivery = {
    ...delivery,
    state: 'sending',
    attempts: delivery.attempts + 1,
    deaths: delivery.deaths + (delivery.state === 'sending' ? 1 : 0),
    nextAt: new Date(now.getTime() + settleMs),
    firstSentAt: delivery.firstSentAt ?? now,
  };
  tables.put('deliveries', claimed);
  return {
    delivery: claimed,
    before: delivery.state === 'pending' ? 'pending' : 'unknown',
    place,
    ...(delivery.facts.kind === 'opening' && { card: cardOf(tables, place) }),
  };
}

export function reportDeliveries(tables: Tables): DeliveriesReport {
  let [waiting, held, parked] = [0, 0, 0];
  let oldestAt: Date | undefined;
  for (const delivery of tables.all('deliveries')) {
    if (delivery.state === 'parked') parked += 1;
    const place = isOpen(delivery) ? tables.get('places', delivery.placeId) : undefined;
    if (place === undefined) continue;
    if (isPaused(tables, place)) {
      held += 1;
      continue;
    }
    waiting += 1;
    if (oldestAt === undefined || delivery.createdAt < oldestAt) oldestAt = delivery.createdAt;
  }
  return { waiting, held, pausedChannels: tables.count('pauses'), parked, ...(oldestAt && { oldestAt }) };
}
