import type { DeliveriesReport } from '../jobs/owed-deliveries.ts';
import type { Check } from '../messages/catalog.ts';
import { withinTime } from './deadline.ts';

export interface DeliveriesPort {
  reportDeliveries(): Promise<DeliveriesReport>;
  readonly now: () => Date;
}

/** Longer than a post of unknown outcome takes to be looked for and said again. */
const LATE_MS = 120_000;
const STUCK_MS = 600_000;

/** Checks whether what is owed to channels is told. */
export async function checkDeliveries(
  port: DeliveriesPort,
  { signal }: { readonly signal: AbortSignal },
): Promise<readonly Check[]> {
  const subject = { kind: 'deliveries' } as const;
  const report = await withinTime(() => port.reportDeliveries(), signal).catch(() => undefined);
  if (report === undefined) return [{ subject, verdict: 'failed' }];
  const { waiting, held, pausedChannels, parked, oldestAt } = report;
  const facts = { kind: 'deliveries', waiting, held, parked } as const;
  const waitedMs = oldestAt === undefined ? 0 : port.now().getTime() - oldestAt.getTime();
  if (oldestAt !== undefined && waitedMs > LATE_MS) {
    const finding = { kind: 'deliveries-late', count: waiting, since: oldestAt } as const;
    return [{ subject, verdict: waitedMs > STUCK_MS ? 'failed' : 'warning', finding, facts }];
  }
  if (pausedChannels > 0) {
    const finding = { kind: 'channels-closed', count: pausedChannels, held } as const;
    return [{ subject, verdict: 'warning', finding, facts }];
  }
  if (parked === 0) return [{ subject, verdict: 'fine', facts }];
  return [{ subject, verdict: 'warning', finding: { kind: 'deliveries-parked', count: parked }, facts }];
}
