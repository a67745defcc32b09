import { type Delivery, type DeliveryState, runsOf } from '../../domain/delivery.ts';
import { type Place, threadOf } from '../../domain/place.ts';
import type { ClaimedDelivery, DeliveryOutcome } from '../../jobs/owed-deliveries.ts';
import { pauseChannel, resumeChannel } from './channels.ts';
import { owe } from './owing.ts';
import { oweOpening } from './places.ts';
import type { Tables } from './tables.ts';

/** What became of a delivery, with what it was before it was claimed. */
export interface Settling {
  readonly delivery: Delivery;
  readonly before: ClaimedDelivery['before'];
  readonly outcome: DeliveryOutcome;
  readonly now: Date;
}

/** Keeps what became of a delivery, as OwedDeliveries says. */
export function settle(tables: Tables, settling: Settling): void {
  const { delivery, before, outcome, now } = settling;
  const place = tables.get('places', delivery.placeId);
  if (place === undefined) return;
  if (before === 'sent') {
    settleRecheck(tables, settling, place);
    return;
  }
  const { lastError: _, ...said } = delivery;
  switch (outcome.kind) {
    case 'sent':
    case 'rechecked':
      settleSent(tables, settling, place);
      break;
    case 'not-sent':
    case 'unknown': {
      const { nextAt, error: lastError } = outcome;
      const state = outcome.kind === 'unknown' ? 'unknown' : stateBefore(before);
      const plain = outcome.kind === 'not-sent' && outcome.isPlain && { isPlain: outcome.isPlain };
      tables.put('deliveries', { ...said, state, nextAt, lastError, ...plain });
      break;
    }
    case 'parked':
      park(tables, delivery, outcome, now);
      break;
    case 'thread-gone':
      reopen(tables, settling, place);
      break;
    case 'paused':
      tables.put('deliveries', {
        ...said,
        ...{ state: stateBefore(before), nextAt: now, lastError: outcome.error },
      });
      pauseChannel(tables, place, outcome, now);
      break;
    default:
      outcome satisfies never;
  }
}

/** What may have been said once may have been said still, however the next attempt ended. */
function stateBefore(before: ClaimedDelivery['before']): DeliveryState {
  return before === 'unknown' ? 'unknown' : 'pending';
}

function settleSent(tables: Tables, { delivery, outcome, now }: Settling, place: Place): void {
  if (outcome.kind !== 'sent' && outcome.kind !== 'rechecked') return;
  // While it still counts among what waited. What was found there says nothing of the channel as it is now.
  if (outcome.kind === 'sent' && !outcome.isFound) resumeChannel(tables, place, now);
  const { lastError: _, ...said } = delivery;
  const { ts } = outcome;
  const recheckAt = outcome.kind === 'sent' ? outcome.recheckAt : undefined;
  tables.put('deliveries', { ...said, state: 'sent', ts, sentAt: now, ...(recheckAt && { recheckAt }) });
  if (delivery.facts.kind === 'opening') {
    const { isCardGone: _, ...opened } = place;
    const shownVersion = (outcome.kind === 'sent' ? outcome.shownVersion : undefined) ?? 0;
    tables.put('places', { ...opened, cardTs: ts, shownVersion });
  }
}

/** Of two copies one stays, which may not be the one that was known. */
function settleRecheck(tables: Tables, { delivery, outcome, now }: Settling, place: Place): void {
  const { recheckAt: _, ...said } = delivery;
  switch (outcome.kind) {
    case 'sent':
    case 'rechecked':
      tables.put('deliveries', { ...said, ts: outcome.ts });
      if (place.cardTs === delivery.ts && outcome.ts !== delivery.ts) {
        const wantedVersion = place.wantedVersion + 1;
        tables.put('places', { ...place, cardTs: outcome.ts, wantedVersion });
      }
      break;
    case 'not-sent':
    case 'unknown':
      tables.put('deliveries', { ...said, recheckAt: outcome.nextAt });
      break;
    case 'paused':
      tables.put('deliveries', { ...said, recheckAt: outcome.nextTryAt });
      pauseChannel(tables, place, outcome, now);
      break;
    case 'parked':
    case 'thread-gone':
      tables.put('deliveries', said);
      break;
    default:
      outcome satisfies never;
  }
}

function park(
  tables: Tables,
  delivery: Delivery,
  { error, isSilent }: { readonly error: string; readonly isSilent?: true | undefined },
  now: Date,
): void {
  const { key, placeId, facts } = delivery;
  tables.put('deliveries', { ...delivery, state: 'parked', lastError: error });
  if (isSilent || facts.kind === 'unshown' || facts.kind === 'opening') return;
  const [run, ...others] = runsOf(facts);
  const isOfOne = run !== undefined && others.length === 0;
  const owed = {
    key: [key, 'unshown'].join('|'),
    placeId,
    facts: { kind: 'unshown', ...(isOfOne && { run }) } as const,
  };
  owe(tables, [owed], { now });
}

/**
 * Once a place may begin a new thread; what could not be said in the old one comes after its card. After that it has
 * neither until somebody watches there anew: who deletes a thread again and again does not want it.
 */
function reopen(tables: Tables, { delivery, outcome, now }: Settling, place: Place): void {
  if (outcome.kind !== 'thread-gone') return;
  const { error } = outcome;
  if (threadOf(place) === undefined) {
    // There is no thread that it could do without, and a word about it would fare no better.
    park(tables, delivery, { error, isSilent: true }, now);
    return;
  }
  const { threadTs: _, cardTs: __, isCardGone: ___, ...closed } = place;
  tables.put('deliveries', { ...delivery, state: 'pending', nextAt: now, lastError: error });
  tables.put('places', closed);
  if (delivery.facts.kind === 'opening' || place.openings >= 2) return;
  oweOpening(tables, place.id, { now, since: delivery.createdAt });
}
