import type { Failed } from './question.ts';

const KEPT_MS = 10 * 60_000;
/** A few megabytes at most; beyond it the oldest is asked again early. */
const MOST_KEPT = 10_000;

interface Kept {
  readonly answer: Failed;
  readonly untilMs: number;
}

/** Names an id: `groupKey` and `idOf` of its question. */
interface Name {
  readonly groupKey: string;
  readonly id: string;
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

  add(name: Name, answer: Failed): void {
    this.#forgetOld();
    const key = keyOf(name);
    this.#kept.delete(key);
    this.#kept.set(key, { answer, untilMs: this.#now().getTime() + KEPT_MS });
  }

  find(name: Name): Failed | undefined {
    // Nearly always; making keys for thousands of questions would cost more than all the rest here.
    if (this.#kept.size === 0) return undefined;
    const kept = this.#kept.get(keyOf(name));
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

function keyOf({ groupKey, id }: Name): string {
  return `${groupKey}\0${id}`;
}
