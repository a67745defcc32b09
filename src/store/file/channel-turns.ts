import type { Delivery } from '../../domain/delivery.ts';
import type { Place } from '../../domain/place.ts';
import type { ChannelLease, ClaimedDelivery } from '../../jobs/owed-deliveries.ts';
import { isDue } from './due.ts';
import { Leases } from './leases.ts';
import { channelKeyOf } from './rows.ts';

type Channel = Pick<Place, 'team' | 'channelId'>;

interface InHand {
  /** The lease under which it was claimed. */
  readonly token: string;
  readonly before: ClaimedDelivery['before'];
}

/** Who speaks in which channel and says what there, in memory. */
export class ChannelTurns {
  readonly #leases: Leases;
  readonly #notBefore = new Map<string, Date>();
  readonly #inHand = new Map<string, InHand>();

  constructor(nowMs: () => number) {
    this.#leases = new Leases(nowMs);
  }

  /** Whether nobody speaks in a channel, and somebody may. */
  isFree(channel: Channel, now: Date): boolean {
    const key = channelKeyOf(channel);
    const notBefore = this.#notBefore.get(key);
    return this.#leases.isFree(key) && (notBefore === undefined || isDue(notBefore, now));
  }

  /** Only for a channel that is free. */
  lease({ team, channelId }: Channel, leaseMs: number): ChannelLease {
    const key = channelKeyOf({ team, channelId });
    this.#notBefore.delete(key);
    return { team, channelId, token: this.#leases.take(key, leaseMs) };
  }

  /** Whether the channel is held and the time is not over. */
  isCurrent(lease: ChannelLease): boolean {
    return this.#leases.isCurrent(channelKeyOf(lease), lease.token);
  }

  release(lease: ChannelLease, notBefore: Date | undefined): void {
    const key = channelKeyOf(lease);
    if (this.#leases.release(key, lease.token) && notBefore !== undefined)
      this.#notBefore.set(key, notBefore);
  }

  take(key: string, { token }: ChannelLease, before: ClaimedDelivery['before']): void {
    this.#inHand.set(key, { token, before });
  }

  /** Whether somebody is saying a delivery, or looking for it, whose lease is not over. */
  isInHand({ key, state }: Delivery, place: Place): boolean {
    const token = this.#inHand.get(key)?.token;
    if (token === undefined || (state !== 'sending' && state !== 'sent')) return false;
    return this.#leases.isCurrent(channelKeyOf(place), token);
  }

  /** What a delivery was before this holder claimed it; absent where somebody else has claimed it or the channel since. */
  beforeOf(key: string, lease: ChannelLease): ClaimedDelivery['before'] | undefined {
    const inHand = this.#inHand.get(key);
    const isMine = inHand?.token === lease.token && this.#leases.isHeldBy(channelKeyOf(lease), lease.token);
    return isMine ? inHand.before : undefined;
  }

  letGo(key: string): void {
    this.#inHand.delete(key);
  }
}
