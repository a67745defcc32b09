import type { Delivery, Owed } from '../../domain/delivery.ts';
import type { Tables } from './tables.ts';

/** When something was owed; `since` where it stands for what was owed before. */
interface OwedAt {
  readonly now: Date;
  readonly since?: Date | undefined;
}

/** Owes deliveries to places that are there; what has a known key is owed already, or was said. */
export function owe(tables: Tables, owed: readonly Owed[], { now, since = now }: OwedAt): void {
  for (const each of owed) {
    const place = tables.get('places', each.placeId);
    if (place === undefined || tables.get('deliveries', each.key) !== undefined) continue;
    const { nextSeq: seq } = place;
    tables.put('deliveries', pendingOf(each, { seq, now, createdAt: since }));
    tables.put('places', { ...place, nextSeq: seq + 1 });
  }
}

/** What is owed, as a delivery that nobody has tried to say. */
export function pendingOf(
  owed: Owed,
  { seq, now, createdAt }: { readonly seq: number; readonly now: Date; readonly createdAt: Date },
): Delivery {
  return { ...owed, seq, state: 'pending', attempts: 0, deaths: 0, nextAt: now, createdAt };
}
