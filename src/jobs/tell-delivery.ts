import type { Delivery, Said } from '../domain/delivery.ts';
import { type Place, threadOf } from '../domain/place.ts';
import { asPlainText, withMayRepeat } from '../messages/plain.ts';
import { type Composed, type ComposePorts, compose } from './compose.ts';
import type { ChannelLease, ClaimedDelivery, DeliveryOutcome } from './owed-deliveries.ts';
import type { Mark, Sighting, Speaker, Spot } from './speaker.ts';
import { pausedBy, type TellOwnersPorts } from './tell-owners.ts';

export interface TellPorts extends ComposePorts, TellOwnersPorts {
  readonly speaker: Speaker;
  /** How long after a post of unknown outcome Slack may still show it. */
  readonly settleMs: number;
}

/** What came of one delivery. */
export interface Told {
  readonly outcome: DeliveryOutcome;
  /** What Slack said, where it was asked to post. */
  readonly said?: Said['kind'] | undefined;
  /** What looking for an earlier copy brought, where it was looked for. */
  readonly sighted?: Sighting['kind'] | undefined;
  /** True where a second copy was found and taken away. */
  readonly isHealed?: true | undefined;
  /** A fault of ours, for which it is parked. */
  readonly fault?: unknown;
  /** Nothing is to be said in the channel before this. */
  readonly notBefore?: Date | undefined;
}

/** Slack takes one message a second in a channel (docs.slack.dev, rate-limits, posting messages). */
const PACE_MS = 1000;
const LONGEST_BACKOFF_MS = 5 * 60 * 1000;
/** Nobody waits longer for settings or rights: what stands behind it in its place has to be told. */
const LONGEST_WAIT_MS = 24 * 60 * 60 * 1000;
/** A message that was said again is looked for once more when nothing can be late any more. */
const RECHECK_MS = 2 * 60 * 1000;
const RECHECK_FOR_MS = 60 * 60 * 1000;
/** Ends of a sender during one message: so many are no accident, the message itself ends it. */
const MOST_DEATHS = 10;

/**
 * Says one delivery, whatever was tried before:
 *
 * | before | looked for | then |
 * |---|---|---|
 * | pending | no | said |
 * | unknown | seen | it is sent; looked for a second copy where it may have been said twice by then |
 * | unknown | not seen | said again, and looked for a second copy two minutes later |
 * | unknown | may not be looked for | said again, with a word that it may be there already |
 * | unknown | nobody knows | waits |
 * | sent | seen twice | the later copy is deleted; of an opening the one without the thread |
 *
 * `isInTime` tells, right before Slack is asked, whether the channel is still ours for as long as that may take.
 */
export async function tellDelivery(
  claimed: ClaimedDelivery,
  lease: ChannelLease,
  isInTime: () => boolean,
  ports: TellPorts,
): Promise<Told> {
  const { delivery, before, place } = claimed;
  if (before === 'sent') return recheck(delivery, place, ports);
  if (delivery.deaths >= MOST_DEATHS) return { outcome: { kind: 'parked', error: 'sender_died' } };
  if (before === 'pending') return say(claimed, { isAgain: false, mayRepeat: false }, lease, isInTime, ports);
  const sighting = await ports.speaker.find(spotOf(place), delivery.key, sinceOf(delivery));
  switch (sighting.kind) {
    case 'seen':
      return { ...(await keepFirst(sighting.copies, delivery, place, ports)), sighted: sighting.kind };
    case 'failed': {
      if (sighting.error === TOO_MUCH) return sayAgain({ mayRepeat: true });
      if (sighting.closed !== undefined) {
        const outcome = await pausedBy(sighting.closed, sighting.error, lease, ports);
        return { outcome, sighted: sighting.kind };
      }
      const nextAt = inMs(sighting.retryAfterMs ?? backoffMs(delivery), ports);
      return { outcome: { kind: 'unknown', error: sighting.error, nextAt }, sighted: sighting.kind };
    }
    case 'may-not-look':
      return sayAgain({ mayRepeat: true });
    case 'not-seen':
      return sayAgain({ mayRepeat: false });
    default:
      return sighting satisfies never;
  }

  async function sayAgain(manner: Pick<Manner, 'mayRepeat'>): Promise<Told> {
    const told = await say(claimed, { ...manner, isAgain: true }, lease, isInTime, ports);
    return { ...told, sighted: sighting.kind };
  }
}

/** So much was said in the channel since that nobody can tell whether it was among it. */
const TOO_MUCH = 'too_much_to_read';

/** How it is said this time. */
interface Manner {
  readonly isAgain: boolean;
  readonly mayRepeat: boolean;
}

async function say(
  claimed: ClaimedDelivery,
  manner: Manner,
  lease: ChannelLease,
  isInTime: () => boolean,
  ports: TellPorts,
): Promise<Told> {
  const { delivery, place, card } = claimed;
  const composed = await composeSafely(delivery, place, card, ports);
  if (composed.kind === 'broken') {
    return { outcome: { kind: 'parked', error: 'cannot_be_rendered' }, fault: composed.fault };
  }
  if (composed.kind === 'nobody')
    return { outcome: { kind: 'parked', error: 'nobody_may_hear', isSilent: true } };
  if (composed.kind === 'wait') {
    const { error } = composed;
    if (ports.clock().getTime() - delivery.createdAt.getTime() > LONGEST_WAIT_MS)
      return { outcome: { kind: 'parked', error, isSilent: true } };
    return { outcome: { kind: 'not-sent', error: composed.error, nextAt: inMs(composed.ms, ports) } };
  }
  if (!isInTime()) return { outcome: { kind: 'not-sent', error: 'lease_over', nextAt: ports.clock() } };
  const dressed = manner.mayRepeat ? withMayRepeat(composed.message, place.locale) : composed.message;
  const message = delivery.isPlain ? asPlainText(dressed) : dressed;
  const mark: Mark = { key: delivery.key, about: composed.about };
  const said = await ports.speaker.post(spotOf(place), message, mark);
  return { ...(await afterPost(said, claimed, manner, lease, ports)), said: said.kind };
}

/** A message that cannot be made is a fault of ours, and must not hold up those behind it. */
async function composeSafely(
  delivery: Delivery,
  place: Place,
  card: ClaimedDelivery['card'],
  ports: TellPorts,
): Promise<Composed | { readonly kind: 'broken'; readonly fault: unknown }> {
  try {
    return await compose(delivery, place, card, ports);
  } catch (fault) {
    return { kind: 'broken', fault };
  }
}

async function afterPost(
  said: Said,
  { delivery, place }: ClaimedDelivery,
  { isAgain, mayRepeat }: Manner,
  lease: ChannelLease,
  ports: TellPorts,
): Promise<Omit<Told, 'said'>> {
  const notBefore = inMs(PACE_MS, ports);
  switch (said.kind) {
    case 'sent': {
      const recheckAt = isAgain && !mayRepeat ? inMs(RECHECK_MS, ports) : undefined;
      const shownVersion = delivery.facts.kind === 'opening' ? place.wantedVersion : undefined;
      return { outcome: { kind: 'sent', ts: said.ts, shownVersion, recheckAt }, notBefore };
    }
    case 'unknown': {
      return {
        outcome: { kind: 'unknown', error: said.error, nextAt: inMs(ports.settleMs, ports) },
        notBefore,
      };
    }
    case 'not-sent': {
      const nextAt = inMs(said.retryAfterMs ?? backoffMs(delivery), ports);
      // What Slack limits or does not answer, it limits and does not answer for the channel's next message either.
      return {
        outcome: { kind: 'not-sent', error: said.error, nextAt },
        notBefore: nextAt,
      };
    }
    case 'refused':
      return { outcome: await afterRefusal(said, delivery, lease, ports), notBefore };
    default:
      return said satisfies never;
  }
}

async function afterRefusal(
  { about, error }: Extract<Said, { kind: 'refused' }>,
  delivery: Delivery,
  lease: ChannelLease,
  ports: TellPorts,
): Promise<DeliveryOutcome> {
  switch (about) {
    case 'thread':
      return { kind: 'thread-gone', error };
    case 'message':
      return { kind: 'parked', error };
    case 'blocks':
      if (delivery.isPlain) return { kind: 'parked', error };
      return { kind: 'not-sent', error, nextAt: ports.clock(), isPlain: true };
    default:
      return pausedBy(about, error, lease, ports);
  }
}

/** Of several copies of a message nobody has answered yet, the first stands where it belongs. */
async function keepFirst(
  copies: readonly string[],
  { attempts }: Delivery,
  place: Place,
  ports: TellPorts,
): Promise<Omit<Told, 'sighted'>> {
  const [ts = '', ...others] = copies;
  const isHealed = await removeAll(others, place, ports);
  // The second attempt is the look after a first post, and says it again at most; what was seen is one of the two.
  const isClean = isHealed && attempts <= 2;
  return {
    outcome: {
      ...{ kind: 'sent', ts, isFound: true },
      recheckAt: isClean ? undefined : inMs(RECHECK_MS, ports),
    },
    ...(others.length > 0 && isHealed && { isHealed }),
  };
}

async function recheck(delivery: Delivery, place: Place, ports: TellPorts): Promise<Told> {
  const { key, ts = '', facts } = delivery;
  const isOpening = facts.kind === 'opening';
  const spot = isOpening ? { channelId: place.channelId, threadTs: place.threadTs } : spotOf(place);
  const sighting = await ports.speaker.find(spot, key, sinceOf(delivery));
  const sighted = sighting.kind;
  if (sighting.kind === 'failed')
    return { outcome: recheckedLater(sighting.error, delivery, ports), sighted };
  const copies = sighting.kind === 'seen' ? sighting.copies : [];
  // The thread hangs on the card that is known; of anything else the first copy stands in the right order.
  const kept = isOpening ? ts : (copies[0] ?? ts);
  const others = copies.filter((copy) => copy !== kept);
  if (!(await removeAll(others, place, ports)))
    return { outcome: recheckedLater('not_removed', delivery, ports), sighted };
  return { outcome: { kind: 'rechecked', ts: kept }, sighted, ...(others.length > 0 && { isHealed: true }) };
}

/** A second copy that cannot be looked for, or taken away, for an hour stays. */
function recheckedLater(error: string, delivery: Delivery, ports: TellPorts): DeliveryOutcome {
  const saidAt = delivery.sentAt ?? sinceOf(delivery);
  const isTooLate = ports.clock().getTime() - saidAt.getTime() > RECHECK_FOR_MS;
  if (isTooLate) return { kind: 'rechecked', ts: delivery.ts ?? '' };
  return { kind: 'unknown', error, nextAt: inMs(RECHECK_MS, ports) };
}

async function removeAll(
  copies: readonly string[],
  { channelId }: Place,
  { speaker }: TellPorts,
): Promise<boolean> {
  const removed = await Promise.all(copies.map((ts) => speaker.remove({ channelId, ts })));
  return removed.every(Boolean);
}

function spotOf(place: Place): Spot {
  return { channelId: place.channelId, threadTs: threadOf(place) };
}

function sinceOf({ firstSentAt, createdAt }: Delivery): Date {
  return firstSentAt ?? createdAt;
}

function backoffMs({ attempts }: Delivery): number {
  return Math.min(LONGEST_BACKOFF_MS, 1000 * 2 ** Math.min(attempts, 10));
}

function inMs(ms: number, { clock }: Pick<TellPorts, 'clock'>): Date {
  return new Date(clock().getTime() + ms);
}
