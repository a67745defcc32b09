import { onAbort } from './on-abort.ts';
import { WaitingLine } from './waiting-line.ts';

export interface PaceOptions {
  /** Calls per second; below 1 it means one call in more than a second. */
  readonly maxRps: number;
  /** A clock in milliseconds that never goes back. */
  readonly nowMs?: () => number;
}

/** Part of the tokens that only those who are in a hurry may take. */
const KEPT = 0.3;

/**
 * Holds all calls to PAI to `maxRps`. A bucket of `maxRps` tokens, of which each comes back one second after it was
 * taken, so that no second ever holds more calls than that; a bucket that refills steadily would let twice as many
 * through right after a rest. Whoever asked first goes first, but for the patient, who let others go ahead (WaitingLine)
 * and leave three tokens of ten to them.
 */
export class Pace {
  readonly #tokens: number;
  readonly #refillMs: number;
  /** Tokens that the patient leave for whoever comes: a crowd of them would take a whole second's. */
  readonly #kept: number;
  readonly #nowMs: () => number;
  /** When the tokens that are out come back, oldest first; never longer than the bucket is big. */
  readonly #backAt: number[] = [];
  /** What lets each one that waits go. */
  readonly #line = new WaitingLine<() => void>();
  #pausedUntil = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  constructor({ maxRps, nowMs = () => performance.now() }: PaceOptions) {
    if (!(maxRps > 0)) throw new RangeError(`Expected \`maxRps\` to be above 0, got \`${maxRps}\``);
    this.#tokens = Math.max(1, Math.floor(maxRps));
    this.#kept = Math.floor(this.#tokens * KEPT);
    this.#refillMs = (this.#tokens * 1000) / maxRps;
    this.#nowMs = nowMs;
  }

  /** Resolves when it is the caller's turn; rejects with the signal's reason, and takes no token then. */
  async take(
    signal: AbortSignal,
    { isPatient = false }: { readonly isPatient?: boolean } = {},
  ): Promise<void> {
    signal.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const go = () => {
        stopListening();
        resolve();
      };
      const leave = this.#line.join(go, { isPatient });
      const stopListening = onAbort(signal, () => {
        leave();
        this.#serve();
        reject(signal.reason);
      });
      this.#serve();
    });
  }

  /** Lets nobody go for so many milliseconds; a longer pause that is already on stays. */
  pause(ms: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#nowMs() + ms);
  }

  /** How long the pause still lasts; 0 without one. */
  pausedForMs(): number {
    return Math.max(0, this.#pausedUntil - this.#nowMs());
  }

  #serve(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (this.#line.size > 0) {
      const waitMs = this.#waitMs(this.#line.isNextPatient ? this.#kept : 0);
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.#serve(), Math.ceil(waitMs));
        return;
      }
      this.#backAt.push(this.#nowMs() + this.#refillMs);
      this.#line.takeNext()?.();
    }
  }

  /** How long until there is a token beside those that are kept for others. */
  #waitMs(kept: number): number {
    const now = this.#nowMs();
    while (this.#backAt.length > 0 && (this.#backAt[0] ?? now) <= now) this.#backAt.shift();
    const missing = this.#backAt.length + kept - this.#tokens;
    const tokenInMs = missing < 0 ? 0 : (this.#backAt[missing] ?? now) - now;
    return Math.max(tokenInMs, this.pausedForMs());
  }
}
