import type { JobContext } from './job.ts';
import type { ChannelLease, ClaimedDelivery, OwedDeliveries } from './owed-deliveries.ts';
import type { Told } from './tell-delivery.ts';

export interface DelivererOptions {
  readonly store: Pick<
    OwedDeliveries,
    'leaseChannel' | 'claimDelivery' | 'settleDelivery' | 'releaseChannel'
  >;
  readonly tell: (claimed: ClaimedDelivery, lease: ChannelLease, isInTime: () => boolean) => Promise<Told>;
  readonly leaseMs: number;
  /** How long an answer of Slack's may take. */
  readonly timeoutMs: number;
  readonly clock: () => Date;
  /** Lets the job run at once: a slot is free again, or a channel. */
  readonly nudge: () => void;
  /** Told of each delivery; `lost` where the lease was gone before the end. */
  readonly onTold: (report: ToldReport) => void;
  readonly onFailure: (error: unknown) => void;
}

export interface ToldReport extends Omit<Told, 'notBefore'> {
  readonly channelId: string;
  readonly key: string;
  /** Milliseconds since it was owed. */
  readonly waitedMs: number;
  readonly isLost: boolean;
}

/** Deliveries in hand at the same time. */
const MOST_TURNS = 8;
/** Slack takes several hundred messages a minute from an app (docs.slack.dev, rate-limits, posting messages). */
const SPACING_MS = 125;
/** What a turn does beside waiting for Slack. */
const LEASE_MARGIN_MS = 5000;
/** How long a channel whose due delivery could not be had is left alone. */
const NOTHING_MS = 200;
/** How long a channel is left alone for which the store failed: what fails now fails in a moment too. */
const FAILED_MS = 5000;

/**
 * Says what is owed, channel by channel and in order within each place. A turn is one delivery: whoever holds the channel
 * says it, commits what came of it and gives the channel back for the second that Slack wants between two messages. So no
 * channel waits for another, however slow Slack is there.
 */
export class Deliverer {
  readonly #options: DelivererOptions;
  readonly #turns = new Set<Promise<void>>();
  /** Timers by when they nudge. */
  readonly #wakes = new Map<number, NodeJS.Timeout>();
  #nextTurnMs = 0;
  #isStopped = false;

  constructor(options: DelivererOptions) {
    this.#options = options;
  }

  /** Begins as many turns as there are channels with something due, and slots. Rejects with the store's error. */
  async dispatch({ signal }: JobContext): Promise<void> {
    const { store, clock, leaseMs } = this.#options;
    while (!signal.aborted && !this.#isStopped && this.#turns.size < MOST_TURNS) {
      const waitMs = this.#nextTurnMs - performance.now();
      if (waitMs > 0) return this.#wakeIn(waitMs);
      const lease = await store.leaseChannel({ now: clock(), leaseMs });
      if (lease === undefined) return;
      if (this.#isStopped) return store.releaseChannel(lease);
      this.#nextTurnMs = performance.now() + SPACING_MS;
      this.#begin(lease);
    }
  }

  /** Begins nothing new and resolves when the last turn has ended: as long as Slack may take for an answer. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const timer of this.#wakes.values()) clearTimeout(timer);
    this.#wakes.clear();
    await Promise.all(this.#turns);
  }

  #begin(lease: ChannelLease): void {
    const turn = this.#take(lease)
      .catch(this.#options.onFailure)
      .finally(() => {
        this.#turns.delete(turn);
        if (!this.#isStopped) this.#options.nudge();
      });
    this.#turns.add(turn);
  }

  async #take(lease: ChannelLease): Promise<void> {
    const { store, tell, leaseMs, timeoutMs, clock, onTold } = this.#options;
    // Nothing is said that could outlive the lease: somebody else may hold the channel by then.
    const trustedUntilMs = performance.now() + leaseMs - timeoutMs - LEASE_MARGIN_MS;
    let notBefore: Date | undefined = new Date(clock().getTime() + FAILED_MS);
    try {
      const claimed = await store.claimDelivery(lease, { now: clock() });
      if (claimed === undefined) {
        notBefore = new Date(clock().getTime() + NOTHING_MS);
        return;
      }
      const { key, createdAt } = claimed.delivery;
      const { notBefore: after, ...told } = await tell(
        claimed,
        lease,
        () => performance.now() < trustedUntilMs,
      );
      notBefore = after;
      const isLost = !(await store.settleDelivery(lease, key, told.outcome, clock()));
      const waitedMs = Math.max(0, clock().getTime() - createdAt.getTime());
      onTold({ ...told, channelId: lease.channelId, key, waitedMs, isLost });
    } finally {
      await store.releaseChannel(lease, { notBefore });
      if (notBefore !== undefined) this.#wakeIn(notBefore.getTime() - clock().getTime());
    }
  }

  /** Each wish is kept: of two the later one is a channel's that nobody else would wake for. */
  #wakeIn(ms: number): void {
    const atMs = Math.ceil(performance.now() + Math.max(0, ms));
    if (this.#isStopped || this.#wakes.has(atMs)) return;
    const wake = () => {
      this.#wakes.delete(atMs);
      this.#options.nudge();
    };
    // A timer may be a part of a millisecond early, and a channel that is not due yet would wait for the next tick.
    this.#wakes.set(atMs, setTimeout(wake, atMs - performance.now() + 1));
  }
}
