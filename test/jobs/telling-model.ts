import type { Delivery } from '../../src/domain/delivery.ts';
import type { Place } from '../../src/domain/place.ts';
import { Deliverer } from '../../src/jobs/deliver.ts';
import type { ChannelLease, ClaimedDelivery, OwedDeliveries } from '../../src/jobs/owed-deliveries.ts';
import type { Sighting, Speaker, Spot } from '../../src/jobs/speaker.ts';
import { tellDelivery } from '../../src/jobs/tell-delivery.ts';
import { aCard, stage } from './telling-scene.ts';

export const TIMEOUT_MS = 10_000;
export const SETTLE_MS = 30_000;
const LEASE_MS = 45_000;

type Store = Pick<
  OwedDeliveries,
  'leaseChannel' | 'claimDelivery' | 'settleDelivery' | 'releaseChannel' | 'reportChannel'
>;

interface Channel {
  readonly team: string;
  readonly channelId: string;
  token?: string | undefined;
  leaseUntil: Date;
  notBefore: Date;
  nextTryAt?: Date | undefined;
}

/** The rules of `OwedDeliveries` for channels, order, states and leases, without notes, folds and threads that are gone. */
export class ModelStore implements Store {
  readonly deliveries = new Map<string, Delivery>();
  readonly #places = new Map<string, Place>();
  readonly #channels = new Map<string, Channel>();
  readonly #before = new Map<string, ClaimedDelivery['before']>();
  readonly #settleMs: number;
  #tokens = 0;

  constructor(places: readonly Place[], deliveries: readonly Delivery[], settleMs: number) {
    this.#settleMs = settleMs;
    const longAgo = new Date(0);
    for (const place of places) {
      const { team, channelId } = place;
      this.#places.set(place.id, place);
      this.#channels.set(channelId, { team, channelId, leaseUntil: longAgo, notBefore: longAgo });
    }
    for (const each of deliveries) this.deliveries.set(each.key, each);
  }

  /** Whether everything is said, and looked for once more where that was due. */
  isDone(): boolean {
    return [...this.deliveries.values()].every(
      ({ state, recheckAt }) => state === 'sent' && recheckAt === undefined,
    );
  }

  async leaseChannel({ now, leaseMs }: { readonly now: Date; readonly leaseMs: number }) {
    const free = [...this.#channels.values()].find(
      (each) =>
        (each.token === undefined || each.leaseUntil <= now) &&
        each.notBefore <= now &&
        (each.nextTryAt === undefined || each.nextTryAt <= now) &&
        this.#dueOf(each.channelId, now) !== undefined,
    );
    if (free === undefined) return undefined;
    this.#tokens += 1;
    free.token = `token-${this.#tokens}`;
    free.leaseUntil = new Date(now.getTime() + leaseMs);
    return { team: free.team, channelId: free.channelId, token: free.token };
  }

  async claimDelivery(
    lease: ChannelLease,
    { now }: { readonly now: Date },
  ): Promise<ClaimedDelivery | undefined> {
    const delivery = this.#holds(lease) ? this.#dueOf(lease.channelId, now) : undefined;
    const place = delivery && this.#places.get(delivery.placeId);
    if (delivery === undefined || place === undefined) return undefined;
    if (delivery.state === 'sending') {
      const nextAt = new Date(now.getTime() + this.#settleMs);
      this.#put({ ...delivery, state: 'unknown', nextAt, deaths: delivery.deaths + 1 });
      return undefined;
    }
    const before = delivery.state === 'unknown' || delivery.state === 'sent' ? delivery.state : 'pending';
    this.#before.set(delivery.key, before);
    const claimed: Delivery =
      before === 'sent'
        ? delivery
        : {
            ...delivery,
            ...{ state: 'sending', attempts: delivery.attempts + 1 },
            firstSentAt: delivery.firstSentAt ?? now,
          };
    this.#put(claimed);
    return {
      delivery: claimed,
      before,
      place,
      card: delivery.facts.kind === 'opening' ? aCard() : undefined,
    };
  }

  async settleDelivery(...[lease, key, outcome, now]: Parameters<Store['settleDelivery']>) {
    const delivery = this.deliveries.get(key);
    const channel = this.#channels.get(lease.channelId);
    const before = this.#before.get(key);
    if (!this.#holds(lease) || delivery === undefined || channel === undefined || before === undefined)
      return false;
    const state = before === 'sent' ? 'sent' : before === 'unknown' ? 'unknown' : 'pending';
    switch (outcome.kind) {
      case 'sent':
      case 'rechecked': {
        const recheckAt = outcome.kind === 'sent' ? outcome.recheckAt : undefined;
        this.#put({ ...delivery, state: 'sent', ts: outcome.ts, sentAt: now, recheckAt });
        channel.nextTryAt = undefined;
        const place = this.#places.get(delivery.placeId);
        if (delivery.facts.kind === 'opening' && place !== undefined)
          this.#places.set(place.id, { ...place, cardTs: outcome.ts });
        break;
      }
      case 'not-sent':
        this.#put({ ...delivery, state, nextAt: outcome.nextAt });
        break;
      case 'unknown':
        if (before === 'sent') this.#put({ ...delivery, recheckAt: outcome.nextAt });
        else this.#put({ ...delivery, state: 'unknown', nextAt: outcome.nextAt });
        break;
      case 'paused':
        this.#put({ ...delivery, state, nextAt: now });
        channel.nextTryAt = outcome.nextTryAt;
        break;
      default:
        this.#put({ ...delivery, state: 'parked', lastError: outcome.error });
    }
    return true;
  }

  async releaseChannel(lease: ChannelLease, { notBefore }: { readonly notBefore?: Date | undefined } = {}) {
    const channel = this.#channels.get(lease.channelId);
    if (channel === undefined || !this.#holds(lease)) return;
    channel.token = undefined;
    if (notBefore !== undefined) channel.notBefore = notBefore;
  }

  async reportChannel() {
    return { owners: [], held: 0 };
  }

  /** The first of each place in its order; after those, what is to be looked for a second copy. */
  #dueOf(channelId: string, now: Date): Delivery | undefined {
    const own = [...this.deliveries.values()].filter(
      ({ placeId }) => this.#places.get(placeId)?.channelId === channelId,
    );
    const open = own.filter(({ state }) => state !== 'sent' && state !== 'parked');
    const heads = open.filter(
      (each) => !open.some(({ placeId, seq }) => placeId === each.placeId && seq < each.seq),
    );
    return (
      heads.find(({ state, nextAt }) => state === 'sending' || nextAt <= now) ??
      own.find(({ state, recheckAt }) => state === 'sent' && recheckAt !== undefined && recheckAt <= now)
    );
  }

  /** A lease that is over is kept until somebody else takes the channel. */
  #holds({ channelId, token }: ChannelLease): boolean {
    return this.#channels.get(channelId)?.token === token;
  }

  #put(delivery: Delivery): void {
    this.deliveries.set(delivery.key, delivery);
  }
}

/** What Slack does with one post. */
export type Fate =
  | { readonly kind: 'taken' }
  /** It is there at once, or so much later, and nobody hears of it. */
  | { readonly kind: 'answer-lost'; readonly lateMs: number }
  | { readonly kind: 'fails-after' | 'fails-before' }
  | { readonly kind: 'limited' | 'unreachable' | 'closed' };

interface Posted extends Spot {
  readonly key: string;
  readonly ts: string;
}

/** A Slack that does with posts and looks what it is told to, one after the other, and is well behaved after that. */
export class ModelSlack {
  /** What stands there, oldest first. */
  readonly messages: Posted[] = [];
  /** Keys of messages that were deleted. */
  readonly removed: string[] = [];
  readonly #fates: Fate[];
  readonly #looks: boolean[];
  #ts = 100_000;

  constructor(fates: readonly Fate[], looks: readonly boolean[]) {
    this.#fates = [...fates];
    this.#looks = [...looks];
  }

  readonly speaker: Speaker = {
    post: async (spot, _message, { key }) => {
      const fate = this.#fates.shift() ?? { kind: 'taken' };
      switch (fate.kind) {
        case 'taken': {
          await after(80);
          const ts = this.#show(spot, key);
          await after(80);
          return { kind: 'sent', ts };
        }
        case 'answer-lost':
          setTimeout(() => this.#show(spot, key), fate.lateMs);
          await after(TIMEOUT_MS);
          return { kind: 'unknown', error: 'timeout' };
        case 'fails-after':
          this.#show(spot, key);
          await after(80);
          return { kind: 'unknown', error: 'http_500' };
        case 'fails-before':
          await after(80);
          return { kind: 'unknown', error: 'http_500' };
        case 'limited':
          await after(80);
          return { kind: 'not-sent', error: 'ratelimited', retryAfterMs: 3000 };
        case 'unreachable':
          return { kind: 'not-sent', error: 'ECONNREFUSED' };
        case 'closed':
          await after(80);
          return { kind: 'refused', error: 'not_in_channel', about: 'removed' };
        default:
          return fate satisfies never;
      }
    },
    find: async ({ channelId, threadTs }, key): Promise<Sighting> => {
      await after(80);
      if (this.#looks.shift() === false) return { kind: 'failed', error: 'http_500' };
      const copies = this.messages.filter(
        (each) => each.key === key && each.channelId === channelId && each.threadTs === threadTs,
      );
      return copies.length === 0
        ? { kind: 'not-seen' }
        : { kind: 'seen', copies: copies.map(({ ts }) => ts) };
    },
    remove: async ({ ts }) => {
      const index = this.messages.findIndex((each) => each.ts === ts);
      const [gone] = index < 0 ? [] : this.messages.splice(index, 1);
      if (gone !== undefined) this.removed.push(gone.key);
      return true;
    },
    edit: async () => ({ kind: 'unknown', error: 'nobody_edits_here' }),
    openDm: async () => undefined,
  };

  #show(spot: Spot, key: string): string {
    this.#ts += 1;
    const ts = `${this.#ts}`;
    this.messages.push({ ...spot, key, ts });
    return ts;
  }
}

/** What happens to a sender at one of its steps; each call of the store or of Slack has one before and one after. */
export interface Fault {
  readonly kind: 'dies' | 'sleeps';
  readonly atStep: number;
}

/** How long a sender sleeps: its lease is over long before. */
const SLEEP_MS = 100_000;

/** A process that says what is owed, until its fault. */
export class ModelSender {
  readonly #deliverer: Deliverer;
  readonly #fault: Fault | undefined;
  readonly #onFault: () => void;
  #steps = 0;
  #isDead = false;
  #isRunning = false;
  #isNudged = false;

  constructor(
    { store, slack, settleMs }: { store: ModelStore; slack: ModelSlack; settleMs: number },
    fault: Fault | undefined,
    onFault: () => void,
  ) {
    this.#fault = fault;
    this.#onFault = onFault;
    const clock = () => new Date();
    const { speaker } = slack;
    const ports = {
      ...stage({ clock }).ports,
      ...{ store, settleMs },
      speaker: {
        ...speaker,
        // Asleep between the last look at the lease and the call, a sender may say what another has said.
        post: this.#faulty(speaker.post, { maySleepBefore: false }),
        find: this.#faulty(speaker.find),
        remove: this.#faulty(speaker.remove),
      },
    };
    this.#deliverer = new Deliverer({
      store: {
        leaseChannel: this.#faulty((want) => store.leaseChannel(want)),
        claimDelivery: this.#faulty((lease, want) => store.claimDelivery(lease, want)),
        settleDelivery: this.#faulty((...settled) => store.settleDelivery(...settled)),
        releaseChannel: this.#faulty((...released) => store.releaseChannel(...released)),
      },
      tell: (claimed, lease, isInTime) => tellDelivery(claimed, lease, isInTime, ports),
      ...{ leaseMs: LEASE_MS, timeoutMs: TIMEOUT_MS, clock },
      nudge: () => this.nudge(),
      onTold: () => undefined,
      onFailure: (error) => {
        throw error;
      },
    });
  }

  nudge(): void {
    this.#isNudged = true;
    if (!this.#isRunning && !this.#isDead) void this.#run();
  }

  stop(): Promise<void> {
    return this.#isDead ? Promise.resolve() : this.#deliverer.stop();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#isNudged && !this.#isDead) {
      this.#isNudged = false;
      await this.#deliverer.dispatch({ now: new Date(), signal: new AbortController().signal });
    }
    this.#isRunning = false;
  }

  #faulty<Args extends readonly unknown[], Result>(
    call: (...args: Args) => Promise<Result>,
    { maySleepBefore = true } = {},
  ): (...args: Args) => Promise<Result> {
    return async (...args) => {
      await this.#step(maySleepBefore);
      const result = await call(...args);
      await this.#step(true);
      return result;
    };
  }

  async #step(maySleep: boolean): Promise<void> {
    this.#steps += 1;
    const isFault = this.#steps === this.#fault?.atStep;
    if (isFault) this.#onFault();
    if (isFault && this.#fault?.kind === 'dies') this.#isDead = true;
    else if (isFault && maySleep) await after(SLEEP_MS);
    if (this.#isDead) await new Promise(() => undefined);
  }
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
