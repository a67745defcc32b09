import type { Answer } from './question.ts';
import type { Claim } from './slot.ts';

/** Whoever called `load` or `loadAll`: collects the answers and is done once all are there. */
export class Asker {
  readonly answers: Promise<readonly Answer[]>;
  /** What is still open. */
  readonly claims = new Set<Claim>();
  readonly #given: (Answer | undefined)[];
  #open: number;
  #resolve: (answers: readonly Answer[]) => void = () => undefined;
  #reject: (reason: Error) => void = () => undefined;

  constructor(count: number) {
    this.#given = new Array(count).fill(undefined);
    this.#open = count;
    this.answers = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#finishIfComplete();
  }

  give(index: number, answer: Answer): void {
    if (this.#given[index] === undefined) this.#open -= 1;
    this.#given[index] = answer;
    this.#finishIfComplete();
  }

  reject(reason: Error): void {
    this.#reject(reason);
  }

  #finishIfComplete(): void {
    if (this.#open === 0) this.#resolve(this.#given.filter((answer) => answer !== undefined));
  }
}
