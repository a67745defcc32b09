import type { Downtime } from './downtime.ts';
import type { RegionReport } from './poll-runs.ts';

/** A restart is no downtime worth a word. */
const WORTH_A_WORD_MS = 3 * 60 * 1000;

/** Has each channel told once what ended while no process was there. */
export class DowntimeTeller {
  readonly #store: Downtime;
  readonly #openedAt: Date;
  /** Regions of which a run has not been looked at since the start. */
  readonly #unseen = new Set<string>();
  #hasLooked = false;
  #isTold = false;

  constructor({ store, openedAt }: { readonly store: Downtime; readonly openedAt: Date }) {
    this.#store = store;
    this.#openedAt = openedAt;
  }

  /**
   * Takes in how the regions answered in one tick. After a start every run is due, so once each region has answered for
   * all that was due, everything that happened meanwhile is known. True where something is owed now; rejects with the
   * store's error.
   */
  async take(regions: readonly RegionReport[], now: Date): Promise<boolean> {
    if (this.#isTold || regions.length === 0) return false;
    for (const { region, failed } of regions) {
      if (failed > 0) this.#unseen.add(region);
      else this.#unseen.delete(region);
    }
    this.#hasLooked ||= regions.some(({ answered }) => answered > 0);
    if (!this.#hasLooked || this.#unseen.size > 0) return false;
    const from = this.#store.lastAliveAt;
    const until = this.#openedAt;
    const isLong = from !== undefined && until.getTime() - from.getTime() >= WORTH_A_WORD_MS;
    const channels = isLong ? await this.#store.oweOffline({ from, until, now }) : 0;
    this.#isTold = true;
    return channels > 0;
  }
}
