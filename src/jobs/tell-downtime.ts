import type { Downtime } from './downtime.ts';

/** A restart is no downtime worth a word. */
const WORTH_A_WORD_MS = 3 * 60 * 1000;

/** Has each channel told once what ended while no process was there. */
export class DowntimeTeller {
  readonly #store: Downtime;
  readonly #openedAt: Date;
  #isTold = false;

  constructor({ store, openedAt }: { readonly store: Downtime; readonly openedAt: Date }) {
    this.#store = store;
    this.#openedAt = openedAt;
  }

  /**
   * Takes the end of a tick in which every run that was due was looked at: with the first of them everything that
   * happened meanwhile is known. True where something is owed now; rejects with the store's error.
   */
  async lookedAtAll(now: Date): Promise<boolean> {
    if (this.#isTold) return false;
    const from = this.#store.lastAliveAt;
    const until = this.#openedAt;
    const isLong = from !== undefined && until.getTime() - from.getTime() >= WORTH_A_WORD_MS;
    const channels = isLong ? await this.#store.oweOffline({ from, until, now }) : 0;
    this.#isTold = true;
    return channels > 0;
  }
}
