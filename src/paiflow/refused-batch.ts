import type { PaiflowError } from './errors.ts';
import { isWanted, type Slot } from './slot.ts';

/**
 * PAI refused a batch in so many parts that no id can be to blame. Not a kind of PaiflowError, because no single call
 * comes to it; as safe to log and to show as its cause.
 */
export class QuestionRefusedError extends Error {
  override readonly name = 'QuestionRefusedError';
  readonly kind = 'question-refused';
  readonly region: string;
  readonly status: number | undefined;
  readonly code: string | undefined;
  readonly requestId: string | undefined;

  constructor(refusal: PaiflowError) {
    super(`${refusal.message}, and its parts too`, { cause: refusal });
    this.region = refusal.region;
    this.status = refusal.status;
    this.code = refusal.code;
    this.requestId = refusal.requestId;
  }
}

/** A batch, or a part of one, that PAI refused. */
export interface Refusal {
  readonly slots: readonly Slot[];
  readonly error: PaiflowError;
  readonly askedAt: Date;
}

/** What is to be done with refused parts of a batch. */
export type Step =
  /** Nothing yet: parts that are out will tell. */
  | { readonly kind: 'wait' }
  /** Ask again in halves; single ids that were refused are to blame. */
  | { readonly kind: 'halve'; readonly refusals: readonly Refusal[] }
  /** No id is to blame. */
  | { readonly kind: 'give-up'; readonly refusals: readonly Refusal[] };

/**
 * Finds out whether ids are to blame for the refusal of a batch or the question as a whole is (a PAI workspace that
 * does not exist, an account in arrears).
 *
 * Ids are to blame once any part was accepted; from then on all refused parts are halved. Until then only the smallest
 * one is while the others wait, and after 1 + 2·ceil(log2 maxBatch) refusals, which is what one bad id costs, it is
 * given up. Bad ids are taken for a refused question only if there is one in every part on that way down: more than
 * log2 of them, in just these places.
 */
export class RefusedBatch {
  readonly #mostRefusals: number;
  #refusalCount = 0;
  #waiting: Refusal[] = [];
  #hasAccepted = false;

  constructor(maxBatch: number) {
    this.#mostRefusals = 1 + 2 * Math.ceil(Math.log2(maxBatch));
  }

  noteAccepted(): void {
    this.#hasAccepted = true;
  }

  noteRefused(refusal: Refusal): void {
    this.#refusalCount += 1;
    this.#waiting.push(refusal);
  }

  /** Gives the next step and takes its refusals off the list; to be told whether parts are still to be answered. */
  next(isAnyOpen: boolean): Step {
    const waiting = this.#waiting.filter(({ slots }) => slots.some(isWanted));
    this.#waiting = [];
    if (waiting.length === 0) return { kind: 'wait' };
    if (this.#hasAccepted) return { kind: 'halve', refusals: waiting };
    const smallest = isAnyOpen ? undefined : findSmallest(waiting);
    if (!isAnyOpen && (smallest === undefined || this.#refusalCount >= this.#mostRefusals)) {
      return { kind: 'give-up', refusals: waiting };
    }
    this.#waiting = waiting.filter((refusal) => refusal !== smallest);
    return smallest === undefined ? { kind: 'wait' } : { kind: 'halve', refusals: [smallest] };
  }
}

/** Whoever asked first decides between equal ones, so that the order of the answers does not matter. */
function findSmallest(refusals: readonly Refusal[]): Refusal | undefined {
  return refusals
    .filter(({ slots }) => slots.length > 1)
    .sort((one, other) => one.slots.length - other.slots.length || turnOf(one) - turnOf(other))[0];
}

function turnOf({ slots: [first] }: Refusal): number {
  return first?.turn ?? 0;
}
