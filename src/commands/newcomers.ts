import type { Documents } from './documents.ts';
import { isStoreFailure } from './store-failure.ts';

/** People greeted by one process; the oldest is forgotten first, and greeted once more only if the store failed too. */
const MOST_KNOWN = 10_000;

/** Who has looked around, so that only newcomers are told how to begin: once ever, by the store's word. */
export class Newcomers {
  readonly #documents: Documents;
  readonly #team: string;
  readonly #now: () => Date;
  readonly #known = new Set<string>();

  constructor({
    documents,
    team,
    now,
  }: {
    readonly documents: Documents;
    /** Slack workspace. */
    readonly team: string;
    readonly now: () => Date;
  }) {
    this.#documents = documents;
    this.#team = team;
    this.#now = now;
  }

  /** Remembers a person; true where nobody knew them yet. A store that fails makes them known to this process alone. */
  async meet(userId: string): Promise<boolean> {
    if (this.#known.has(userId)) return false;
    this.#known.add(userId);
    const [oldest] = this.#known;
    if (this.#known.size > MOST_KNOWN && oldest !== undefined) this.#known.delete(oldest);
    try {
      return await this.#remember(userId);
    } catch (error) {
      if (!isStoreFailure(error)) throw error;
      return true;
    }
  }

  async #remember(userId: string): Promise<boolean> {
    const known = await this.#documents.getDocument('person', this.#team, userId);
    const body = bodyOf(known?.body);
    if ('greetedAt' in body) return false;
    const greeted = { ...body, greetedAt: this.#now().toISOString() };
    const document = { id: userId, version: known?.version ?? 0, body: greeted };
    await this.#documents.putDocument('person', this.#team, document);
    return true;
  }
}

/** Other facts of a person may stand beside ours. */
function bodyOf(body: unknown): object {
  return typeof body === 'object' && body !== null && !Array.isArray(body) ? body : {};
}
