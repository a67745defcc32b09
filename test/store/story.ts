import { expect } from 'vitest';
import type { Documents } from '../../src/commands/documents.ts';
import type { WatchStore } from '../../src/commands/watch-store.ts';
import type { RunEvent } from '../../src/domain/event.ts';
import type { Place } from '../../src/domain/place.ts';
import type { Downtime } from '../../src/jobs/downtime.ts';
import type { Once } from '../../src/jobs/once.ts';
import type { Outages } from '../../src/jobs/outages.ts';
import type {
  ChannelLease,
  ClaimedDelivery,
  DeliveryOutcome,
  OwedDeliveries,
} from '../../src/jobs/owed-deliveries.ts';
import type { LeasedCard, ShownCards } from '../../src/jobs/shown-cards.ts';
import type { ClaimedRun, WatchedRuns } from '../../src/jobs/watched-runs.ts';
import { runId } from '../helpers/runs.ts';
import { at, claimOf, failing, pollIn } from './watching.ts';

export interface AnyStore
  extends WatchedRuns,
    OwedDeliveries,
    ShownCards,
    Outages,
    Downtime,
    WatchStore,
    Once,
    Documents {
  prune(now: Date): Promise<void>;
  close(): Promise<void>;
}

/** What a store is opened with: it asks for the time only here, and for nothing that goes on by itself. */
export interface StoreClock {
  readonly now: () => Date;
  /** For leases; never goes back. */
  readonly nowMs: () => number;
}

/** How long what a dead process was saying settles in the stores under test. */
export const SETTLE_MS = 30_000;

export const LEASE_MS = 45_000;

/** A store of one test, and what tests do with it again and again; seconds count from the story's begin. */
export class Story {
  readonly #open: (clock: StoreClock) => Promise<AnyStore>;
  #store: AnyStore | undefined;
  /** What the clock of leases says. */
  passedMs = 0;

  constructor(open: (clock: StoreClock) => Promise<AnyStore>) {
    this.#open = open;
  }

  get store(): AnyStore {
    return present(this.#store);
  }

  async begin(): Promise<void> {
    this.passedMs = 0;
    this.#store = await this.#open({ now: () => at(this.passedMs / 1000), nowMs: () => this.passedMs });
  }

  async end(): Promise<void> {
    await this.store.close();
  }

  claim(seconds = 1, most = 100): Promise<readonly ClaimedRun[]> {
    return this.store.claimDueRuns({ now: at(seconds), most, leaseMs: LEASE_MS });
  }

  async claimOne(seconds = 1): Promise<ClaimedRun> {
    return only(await this.claim(seconds, 1));
  }

  /** Finds the one run that is due failed. */
  async fail(seconds = 10): Promise<void> {
    await this.change(await this.claimOne(seconds), undefined, seconds);
  }

  /** Commits a look at a run in which things happened to it: that it failed, unless told otherwise. */
  async change(claimed: ClaimedRun, events: readonly RunEvent[] | undefined, seconds: number): Promise<void> {
    const change = failing(claimed.run, { now: at(seconds), ...(events && { events }) });
    expect(await this.store.commitRun(claimOf(claimed), change)).toBe('committed');
  }

  /** Finds each of these runs failed, in that order; all of them are watched and due. */
  async failAll(numbers: readonly number[], seconds = 10): Promise<void> {
    const claimed = await this.claim(seconds, 1000);
    for (const number of numbers) {
      const one = present(claimed.find(({ run }) => run.runId === runId(number)));
      await this.change(one, undefined, seconds);
    }
    const others = claimed.filter(({ run }) => !numbers.some((number) => run.runId === runId(number)));
    const poll = pollIn(seconds);
    await this.store.releaseRuns(others.map((each) => ({ claim: claimOf(each), poll })));
  }

  async lease(seconds = 1): Promise<ChannelLease> {
    return present(await this.store.leaseChannel({ now: at(seconds), leaseMs: LEASE_MS }));
  }

  async take(holder: ChannelLease, seconds = 1): Promise<ClaimedDelivery> {
    return present(await this.store.claimDelivery(holder, { now: at(seconds) }));
  }

  /** Lets Slack answer to the next delivery, and gives what it was; an opening shows the card as it is. */
  async answer(outcome: DeliveryOutcome, seconds = 1): Promise<ClaimedDelivery> {
    const holder = await this.lease(seconds);
    const claimed = await this.take(holder, seconds);
    const isOpening = outcome.kind === 'sent' && claimed.delivery.facts.kind === 'opening';
    const shown = isOpening ? { ...outcome, shownVersion: claimed.place.wantedVersion } : outcome;
    expect(await this.store.settleDelivery(holder, claimed.delivery.key, shown, at(seconds))).toBe(true);
    await this.store.releaseChannel(holder);
    return claimed;
  }

  /** Says the next thing and gives what it was. */
  say(ts: string, seconds = 1): Promise<ClaimedDelivery> {
    return this.answer({ kind: 'sent', ts }, seconds);
  }

  /** Says everything that can be said, and gives it in its order. */
  async sayAll(seconds = 1): Promise<readonly ClaimedDelivery[]> {
    const said: ClaimedDelivery[] = [];
    while (said.length < 500 && (await this.hasDue(seconds))) {
      said.push(await this.say(`${seconds}.${said.length}`, seconds));
    }
    return said;
  }

  async hasDue(seconds: number): Promise<boolean> {
    const holder = await this.store.leaseChannel({ now: at(seconds), leaseMs: LEASE_MS });
    if (holder !== undefined) await this.store.releaseChannel(holder);
    return holder !== undefined;
  }

  leaseCard(seconds = 1): Promise<LeasedCard | undefined> {
    return this.store.leaseCard({ now: at(seconds), leaseMs: LEASE_MS });
  }

  /** Draws every card that can be drawn, and gives the channels in their order. */
  async drawAll(seconds = 1): Promise<readonly LeasedCard[]> {
    const drawn: LeasedCard[] = [];
    for (let next = await this.leaseCard(seconds); next !== undefined; next = await this.leaseCard(seconds)) {
      drawn.push(next);
      await this.store.settleCard(next.lease, { kind: 'shown', version: next.place.wantedVersion });
    }
    return drawn;
  }

  /** Every place that somebody watches in, by its channel. */
  async places(): Promise<ReadonlyMap<string, Place>> {
    const rows = await this.store.listWatches({ team: 'T1' });
    return new Map(rows.map(({ place }) => [place.channelId, place]));
  }
}

export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('nothing was given');
  return value;
}

function only<T>(values: readonly T[]): T {
  expect(values).toHaveLength(1);
  return present(values[0]);
}
