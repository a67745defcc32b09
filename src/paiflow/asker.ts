import type { Answer } from './question.ts';
import type { Claim } from './slot.ts';

/** Whoever called `load` or `loadAll`: collects the answers and is done once all are there. */
export class Asker {
  readonly answers: Promise<readonly Answer[]>;
  /** When its time is over, by the batcher's clock that never goes back. */
  readonly endsAtMs: number;
  readonly #claims: Claim[] = [];
  readonly #given: (Answer | undefined)[];
  #open: number;
  #resolve: (answers: readonly Answer[]) => void = () => undefined;
  #reject: (reason: Error) => void = () => undefined;

  constructor(count: number, endsAtMs: number) {
    this.endsAtMs = endsAtMs;
    this.#given = new Array(count).fill(undefined);
    this.#open = count;
    this.answers = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#finishIfComplete();
  }

  /** Gives the claim to the answer of the question at `index`; to be called once for each. */
  claim(index: number): Claim {
    const claim: Claim = { asker: this, index, slot: undefined, missed: undefined };
    this.#claims.push(claim);
    return claim;
  }

  /** Gives the claims that have no answer yet. */
  openClaims(): Claim[] {
    return this.#claims.filter(({ index }) => this.#given[index] === undefined);
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
