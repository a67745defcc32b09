import type { Delivery } from '../../domain/delivery.ts';
import { isOpen, type Tables } from './tables.ts';

/**
 * Puts deliveries right after a start. What was being said when the process ended, nobody knows of: it is asked about
 * once it has settled. After a recovery from a backup that holds for everything that was not sent by then, for the
 * generation that is lost may have known more.
 */
export function settleAfterStart(
  tables: Tables,
  {
    now,
    settleMs,
    isRecovered,
  }: { readonly now: Date; readonly settleMs: number; readonly isRecovered: boolean },
): void {
  const settledAt = new Date(now.getTime() + settleMs);
  for (const delivery of [...tables.all('deliveries')]) {
    if (!isOpen(delivery)) continue;
    if (delivery.state === 'sending' || isRecovered) tables.put('deliveries', asUnknown(delivery, settledAt));
  }
}

function asUnknown(delivery: Delivery, settledAt: Date): Delivery {
  const { firstSentAt = delivery.createdAt } = delivery;
  const deaths = delivery.deaths + (delivery.state === 'sending' ? 1 : 0);
  return { ...delivery, state: 'unknown', nextAt: settledAt, firstSentAt, deaths };
}
