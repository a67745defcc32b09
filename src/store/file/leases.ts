import { randomUUID } from 'node:crypto';

interface Lease {
  readonly token: string;
  readonly endsAtMs: number;
}

/**
 * Who holds what, in memory. Whoever was late and finds that nobody else has taken the thing still holds it: what it
 * has done is true, and nobody did it meanwhile.
 */
export class Leases {
  readonly #nowMs: () => number;
  readonly #leases = new Map<string, Lease>();

  /** Takes a clock in milliseconds that never goes back. */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  isFree(key: string): boolean {
    const lease = this.#leases.get(key);
    return lease === undefined || this.#isOver(lease);
  }

  /** Gives the token of a new lease; only for what is free. */
  take(key: string, leaseMs: number): string {
    const token = randomUUID();
    this.#leases.set(key, { token, endsAtMs: this.#nowMs() + leaseMs });
    return token;
  }

  /** Whether nobody else has taken it since. */
  isHeldBy(key: string, token: string): boolean {
    return this.#leases.get(key)?.token === token;
  }

  /** Whether it is held and its time is not over. */
  isCurrent(key: string, token: string): boolean {
    const lease = this.#leases.get(key);
    return lease !== undefined && lease.token === token && !this.#isOver(lease);
  }

  /** False where somebody else holds it by now, and then it stays theirs. */
  release(key: string, token: string): boolean {
    return this.isHeldBy(key, token) && this.#leases.delete(key);
  }

  /** Ends whatever lease there is. */
  drop(key: string): void {
    this.#leases.delete(key);
  }

  #isOver({ endsAtMs }: Lease): boolean {
    return endsAtMs <= this.#nowMs();
  }
}
