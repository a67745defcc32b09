/** People remembered at once; the oldest is forgotten first and greeted once more. */
const MOST_KNOWN = 10_000;

/** Who has looked around since the start, so that only newcomers are told how to begin. */
export class Newcomers {
  readonly #known = new Set<string>();

  /** Remembers a person; true where nobody knew them yet. */
  meet(userId: string): boolean {
    if (this.#known.has(userId)) return false;
    this.#known.add(userId);
    const [oldest] = this.#known;
    if (this.#known.size > MOST_KNOWN && oldest !== undefined) this.#known.delete(oldest);
    return true;
  }
}
