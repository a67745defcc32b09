import type { Answer } from './question.ts';
import type { Claim } from './slot.ts';

/** Whoever called `load` or `loadAll`: collects the answers and is done once all are there. */
export class Asker {
  readonly answers: Promise<readonly Answer[]>;
  /** What is still open. */
  readonly claims = new Set<Claim>();
  readonly #count: number;
  readonly #given = new Map<number, Answer>();
  #resolve: (answers: readonly Answer[]) => void = () => undefined;
  #reject: (reason: Error) => void = () => undefined;

  constructor(count: number) {
    this.#count = count;
    this.answers = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#finishIfComplete();
  }

  give(index: number, answer: Answer): void {
    this.#given.set(index, answer);
    this.#finishIfComplete();
  }

  reject(reason: Error): void {
    this.#reject(reason);
  }

  #finishIfComplete(): void {
    if (this.#given.size < this.#count) return;
    this.#resolve(Array.from({ length: this.#count }, (_, index) => this.#given.get(index) ?? []).flat());
  }
}
