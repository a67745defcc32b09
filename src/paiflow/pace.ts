import { onAbort } from './on-abort.ts';

export interface PaceOptions {
  /** Calls per second; below 1 it means one call in more than a second. */
  readonly maxRps: number;
  /** A clock in milliseconds that never goes back. */
  readonly nowMs?: () => number;
}

interface Waiter {
  readonly go: () => void;
}

/**
 * Holds all calls to PAI to `maxRps`. A bucket of `maxRps` tokens, of which each comes back one second after it was
 * taken, so that no second ever holds more calls than that; a bucket that refills steadily would let twice as many
 * through right after a rest. Whoever asked first goes first.
 */
export class Pace {
  readonly #tokens: number;
  readonly #refillMs: number;
  readonly #nowMs: () => number;
  /** When the tokens that are out come back, oldest first; never longer than the bucket is big. */
  readonly #backAt: number[] = [];
  readonly #waiters = new Set<Waiter>();
  #pausedUntil = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  constructor({ maxRps, nowMs = () => performance.now() }: PaceOptions) {
    if (!(maxRps > 0)) throw new RangeError(`Expected \`maxRps\` to be above 0, got \`${maxRps}\``);
    this.#tokens = Math.max(1, Math.floor(maxRps));
    this.#refillMs = (this.#tokens * 1000) / maxRps;
    this.#nowMs = nowMs;
  }

  /** Resolves when it is the caller's turn; rejects with the signal's reason, and takes no token then. */
  async take(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const stopListening = onAbort(signal, () => {
        this.#waiters.delete(waiter);
        this.#serve();
        reject(signal.reason);
      });
      const waiter: Waiter = {
        go: () => {
          stopListening();
          resolve();
        },
      };
      this.#waiters.add(waiter);
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
    for (const waiter of this.#waiters) {
      const waitMs = this.#waitMs();
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.#serve(), Math.ceil(waitMs));
        return;
      }
      this.#backAt.push(this.#nowMs() + this.#refillMs);
      this.#waiters.delete(waiter);
      waiter.go();
    }
  }

  #waitMs(): number {
    const now = this.#nowMs();
    while (this.#backAt.length > 0 && (this.#backAt[0] ?? now) <= now) this.#backAt.shift();
    const tokenInMs = this.#backAt.length < this.#tokens ? 0 : (this.#backAt[0] ?? now) - now;
    return Math.max(tokenInMs, this.pausedForMs());
  }
}
