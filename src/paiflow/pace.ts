import { onAbort } from './on-abort.ts';
import { WaitingLine } from './waiting-line.ts';

export interface PaceOptions {
  /** Calls per second; below 1 it means one call in more than a second. */
  readonly maxRps: number;
  /** A clock in milliseconds that never goes back. */
  readonly nowMs?: () => number;
}

/**
 * Holds all calls to PAI to `maxRps`. A bucket of `maxRps` tokens, of which each comes back one second after it was
 * taken, so that no second ever holds more calls than that; a bucket that refills steadily would let twice as many
 * through right after a rest. Whoever asked first goes first, but for the patient, who let others go ahead (WaitingLine).
 */
export class Pace {
  readonly #tokens: number;
  readonly #refillMs: number;
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
      const waitMs = this.#waitMs();
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.#serve(), Math.ceil(waitMs));
        return;
      }
      this.#backAt.push(this.#nowMs() + this.#refillMs);
      this.#line.takeNext()?.();
    }
  }

  #waitMs(): number {
    const now = this.#nowMs();
    while (this.#backAt.length > 0 && (this.#backAt[0] ?? now) <= now) this.#backAt.shift();
    const tokenInMs = this.#backAt.length < this.#tokens ? 0 : (this.#backAt[0] ?? now) - now;
    return Math.max(tokenInMs, this.pausedForMs());
  }
}
