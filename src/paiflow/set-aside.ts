import type { Failed, Missing } from './question.ts';

const KEPT_MS = 10 * 60_000;
/** A few megabytes at most; beyond it the oldest is asked again early. */
const MOST_KEPT = 10_000;

interface Kept {
  readonly answer: Failed | Missing;
  readonly untilMs: number;
}

/**
 * Ids that made PAI refuse a whole call. For ten minutes they are answered from here, so that they cannot spoil a batch
 * of others again and again.
 */
export class SetAside {
  readonly #now: () => Date;
  /** In the order of their end, since each is kept equally long. */
  readonly #kept = new Map<string, Kept>();

  constructor(now: () => Date) {
    this.#now = now;
  }

  add(key: string, answer: Failed | Missing): void {
    this.#forgetOld();
    this.#kept.delete(key);
    this.#kept.set(key, { answer, untilMs: this.#now().getTime() + KEPT_MS });
  }

  find(key: string): Failed | Missing | undefined {
    const kept = this.#kept.get(key);
    return kept !== undefined && kept.untilMs > this.#now().getTime() ? kept.answer : undefined;
  }

  #forgetOld(): void {
    const now = this.#now().getTime();
    for (const [key, { untilMs }] of this.#kept) {
      if (untilMs > now && this.#kept.size < MOST_KEPT) return;
      this.#kept.delete(key);
    }
  }
}
