import type { Outage } from '../domain/outage.ts';
import type { PlaceWanted } from '../domain/place.ts';

/** Regions that PAI gives no answers for. Methods reject with the store's own error and then have changed nothing. */
export interface Outages {
  /**
   * Remembers an outage, wants the card of every place with a watched run of that region, and owes `tell` a note, all in
   * one commit. False where the region has one already, and then nothing was changed.
   */
  beginOutage(
    outage: Outage,
    want: { readonly now: Date; readonly tell?: PlaceWanted | undefined },
  ): Promise<boolean>;
  /** Forgets it, wants the cards and owes the note that it is over; `late` updates were owed because of it. */
  endOutage(
    region: string,
    want: { readonly now: Date; readonly tell?: PlaceWanted | undefined; readonly late: number },
  ): Promise<boolean>;
  listOutages(): Promise<readonly Outage[]>;
}
