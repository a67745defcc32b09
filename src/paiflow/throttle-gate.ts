import type { PaiflowError } from './errors.ts';

const FIRST_WAIT_MS = 1000;
/** Also when PAI says 0: nobody may ask in a tight loop. */
const MIN_WAIT_MS = 500;
const MAX_WAIT_MS = 60_000;

export interface ThrottleGateOptions {
  /** A clock in milliseconds that never goes back. */
  readonly nowMs: () => number;
  /** From 0 up to 1, as Math.random. */
  readonly random: () => number;
}

/**
 * Keeps calls back while PAI throttles: for as long as PAI says, else for 1, 2, 4 … seconds with jitter, never longer
 * than a minute. A quota belongs to the whole account, so one gate stands before all regions.
 */
export class ThrottleGate {
  readonly #nowMs: () => number;
  readonly #random: () => number;
  #closings = 0;
  #closedUntilMs = Number.NEGATIVE_INFINITY;
  #error: PaiflowError | undefined;

  constructor({ nowMs, random }: ThrottleGateOptions) {
    this.#nowMs = nowMs;
    this.#random = random;
  }

  close(error: PaiflowError): void {
    // Several calls in flight are throttled by the same moment of heat: that counts once.
    if (this.closedForMs() === 0) this.#closings += 1;
    const backoffMs = FIRST_WAIT_MS * 2 ** (this.#closings - 1) * (0.5 + this.#random() / 2);
    const waitMs = Math.min(Math.max(error.retryAfterMs ?? backoffMs, MIN_WAIT_MS), MAX_WAIT_MS);
    this.#closedUntilMs = Math.max(this.#closedUntilMs, this.#nowMs() + waitMs);
    this.#error = error;
  }

  /** To be told of every answer; the waits start small again. */
  noteAnswer(): void {
    if (this.closedForMs() === 0) this.#closings = 0;
  }

  closedForMs(): number {
    return Math.max(0, this.#closedUntilMs - this.#nowMs());
  }

  /** Why nothing goes through at the moment, if so. */
  error(): PaiflowError | undefined {
    return this.closedForMs() > 0 ? this.#error : undefined;
  }

  /** Why nothing will have gone through by then, if so; `ms` by the clock that never goes back, and not over yet. */
  errorUntil(ms: number): PaiflowError | undefined {
    return ms <= this.#closedUntilMs ? this.#error : undefined;
  }
}
