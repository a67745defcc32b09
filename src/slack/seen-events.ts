/**
 * Keys, two for each event, so 2,500 events. Slack sends an event again at once, after a minute and after five
 * (docs.slack.dev, events-api, retries), and far fewer people ask in six minutes. Beyond that, and after a restart, an
 * event sent again is answered again.
 */
const MOST_KEPT = 5000;

/**
 * Events that were already taken on. Slack sends an event up to three times more when it missed our word that it
 * arrived, and a message that mentions us in a direct message of several people as two events (docs.slack.dev,
 * events-api). The key used longest ago is forgotten first.
 */
export class SeenEvents {
  readonly #keys = new Set<string>();
  readonly #most: number;

  constructor(most = MOST_KEPT) {
    this.#most = most;
  }

  /** True the first time any of these keys is seen. All are kept either way. */
  isNew(...keys: readonly string[]): boolean {
    const isNew = !keys.some((key) => this.#keys.has(key));
    for (const key of keys) {
      this.#keys.delete(key);
      this.#keys.add(key);
    }
    for (const oldest of this.#keys) {
      if (this.#keys.size <= this.#most) break;
      this.#keys.delete(oldest);
    }
    return isNew;
  }
}
