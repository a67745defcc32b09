import type { Document, Documents } from '../../commands/documents.ts';
import type { AddedWatch, WatchQuery, WatchRow, WatchStore } from '../../commands/watch-store.ts';
import type { Card } from '../../domain/card.ts';
import type { Outage } from '../../domain/outage.ts';
import type { Downtime } from '../../jobs/downtime.ts';
import type { Once } from '../../jobs/once.ts';
import type { Outages } from '../../jobs/outages.ts';
import type {
  ChannelLease,
  ChannelReport,
  ClaimedDelivery,
  DeliveriesReport,
  DeliveryOutcome,
  OwedDeliveries,
} from '../../jobs/owed-deliveries.ts';
import type { CardLease, CardOutcome, LeasedCard, ShownCards } from '../../jobs/shown-cards.ts';
import type {
  ClaimedRun,
  PollState,
  RunChange,
  RunClaim,
  WatchedRuns,
  WatchedRunsReport,
} from '../../jobs/watched-runs.ts';
import { CardEdits, settleCard } from './card-edits.ts';
import { ChannelTurns } from './channel-turns.ts';
import { isTried, reportChannel, retryChannel } from './channels.ts';
import { claim, findDue, longestOwed, nextOf, reportDeliveries } from './deliveries.ts';
import { getDocument, listDocuments, putDocument } from './documents.ts';
import { noteAlive, oweOffline, readLastAlive } from './downtime.ts';
import { DueRuns } from './due-runs.ts';
import type { Engine } from './engine.ts';
import { foldWaiting } from './fold-waiting.ts';
import { isFirst } from './once.ts';
import { beginOutage, endOutage } from './outages.ts';
import { prune } from './prune.ts';
import { channelKeyOf, runKeyOf } from './rows.ts';
import { commitRun } from './runs.ts';
import { settle } from './settle.ts';
import { addWatch, listWatches, removeWatches } from './watches.ts';

export interface FileStoreReport {
  /** Number of the last write, or of the last attempt at one. */
  readonly rev: number;
  /** Size of the file. */
  readonly bytes: number;
  readonly isWritable: boolean;
}

/**
 * The store of one process in one file; made by `openFileStore`. What is due and who holds it is in memory, everything
 * else on disk before it is told. Methods reject with a StoreError, those that give work too while nothing can be
 * written: nobody looks or speaks where what comes of it cannot be kept.
 */
export class FileStore
  implements WatchedRuns, OwedDeliveries, ShownCards, Outages, Downtime, WatchStore, Once, Documents
{
  readonly #engine: Engine;
  readonly #settleMs: number;
  readonly #due: DueRuns;
  readonly #turns: ChannelTurns;
  readonly #edits: CardEdits;
  readonly #unlock: () => Promise<void>;
  readonly lastAliveAt: Date | undefined;

  constructor(options: {
    readonly engine: Engine;
    readonly settleMs: number;
    readonly nowMs: () => number;
    readonly openedAt: Date;
    readonly unlock: () => Promise<void>;
  }) {
    this.#engine = options.engine;
    this.#settleMs = options.settleMs;
    this.#due = new DueRuns(options);
    this.#turns = new ChannelTurns(options.nowMs);
    this.#edits = new CardEdits(options);
    this.lastAliveAt = readLastAlive(options.engine.tables);
    this.#unlock = options.unlock;
  }

  get report(): FileStoreReport {
    return this.#engine.report;
  }

  async claimDueRuns(want: Parameters<WatchedRuns['claimDueRuns']>[0]): Promise<readonly ClaimedRun[]> {
    this.#engine.requireWritable();
    return this.#due.claim(this.#engine.tables, want);
  }

  async commitRun(claimed: RunClaim, change: RunChange): Promise<'committed' | 'stale' | 'lost'> {
    if (!this.#due.isHeld(claimed)) return 'lost';
    const outcome = await this.#engine.transact((tables) => commitRun(tables, claimed, change));
    // Not before it is on disk: until then nobody else may look at what may be taken back.
    if (outcome === 'committed') this.#due.release(claimed, change.poll);
    this.#forgetEnded([claimed]);
    return outcome;
  }

  async releaseRuns(
    released: readonly { readonly claim: RunClaim; readonly poll: PollState }[],
  ): Promise<void> {
    for (const { claim: claimed, poll } of released) this.#due.release(claimed, poll);
  }

  async reportRuns(now: Date): Promise<WatchedRunsReport> {
    const { tables } = this.#engine;
    const oldestDueAt = this.#due.oldestAt(tables, now);
    return {
      runs: tables.count('runs'),
      watches: tables.count('watches'),
      ...(oldestDueAt && { oldestDueAt }),
    };
  }

  async leaseChannel({
    now,
    leaseMs,
  }: Parameters<OwedDeliveries['leaseChannel']>[0]): Promise<ChannelLease | undefined> {
    this.#engine.requireWritable();
    const { tables } = this.#engine;
    const due = findDue(tables, {
      now,
      channels: tables.openChannels(),
      isServed: (place) => this.#turns.isFree(place, now) && isTried(tables, place, now),
      isInHand: (delivery, place) => this.#turns.isInHand(delivery, place),
    });
    const first = longestOwed(due);
    return first && this.#turns.lease(first.place, leaseMs);
  }

  async claimDelivery(
    lease: ChannelLease,
    { now }: { readonly now: Date },
  ): Promise<ClaimedDelivery | undefined> {
    this.#engine.requireWritable();
    await this.#engine.flush();
    // A write of its own, only where there is something to fold: what is told together can be claimed in the next one.
    await this.#engine.transact((tables) => {
      if (this.#turns.isCurrent(lease)) foldWaiting(tables, channelKeyOf(lease), now);
    });
    const claimed = await this.#engine.transact((tables) => {
      if (!this.#turns.isCurrent(lease)) return undefined;
      const due = findDue(tables, {
        now,
        channels: [channelKeyOf(lease)],
        isServed: (place) => channelKeyOf(place) === channelKeyOf(lease) && isTried(tables, place, now),
        isInHand: (delivery, place) => this.#turns.isInHand(delivery, place),
      });
      // A delivery is in one write and claimed in a later one, so that the backup of the later one knows of it.
      const known = due.filter(({ delivery }) => !tables.isNew('deliveries', delivery.key));
      const next = nextOf(tables, known);
      if (next === undefined) return undefined;
      const taken = claim(tables, next, { now, settleMs: this.#settleMs });
      this.#turns.take(next.delivery.key, lease, taken.before);
      return taken;
    });
    return claimed?.card === undefined ? claimed : { ...claimed, card: this.#checked(claimed.card) };
  }

  async settleDelivery(
    lease: ChannelLease,
    key: string,
    outcome: DeliveryOutcome,
    now: Date,
  ): Promise<boolean> {
    const settled = await this.#engine.transact((tables) => {
      const delivery = tables.get('deliveries', key);
      const before = this.#turns.beforeOf(key, lease);
      if (delivery === undefined || before === undefined) return undefined;
      if (delivery.state !== (before === 'sent' ? 'sent' : 'sending')) return undefined;
      settle(tables, { delivery, before, outcome, now });
      return delivery;
    });
    if (settled === undefined) return false;
    this.#turns.letGo(key);
    if (outcome.kind === 'sent' && !outcome.isFound) this.#retryCards(lease);
    if (settled.facts.kind === 'opening' && outcome.kind === 'sent') this.#edits.notePosted(settled.placeId);
    return true;
  }

  async releaseChannel(
    lease: ChannelLease,
    { notBefore }: { readonly notBefore?: Date | undefined } = {},
  ): Promise<void> {
    this.#turns.release(lease, notBefore);
  }

  async retryChannel(channel: Pick<ChannelLease, 'team' | 'channelId'>, now: Date): Promise<void> {
    await this.#engine.transact((tables) => retryChannel(tables, channel, now));
    this.#retryCards(channel);
  }

  reportChannel(lease: ChannelLease): Promise<ChannelReport> {
    return this.#engine.read((tables) => reportChannel(tables, lease));
  }

  async reportDeliveries(): Promise<DeliveriesReport> {
    return reportDeliveries(this.#engine.tables);
  }

  async leaseCard(want: Parameters<ShownCards['leaseCard']>[0]): Promise<LeasedCard | undefined> {
    this.#engine.requireWritable();
    const leased = await this.#engine.transact((tables) => this.#edits.lease(tables, want));
    return leased && { ...leased, card: this.#checked(leased.card) };
  }

  async settleCard(lease: CardLease, outcome: CardOutcome): Promise<boolean> {
    const isSettled = await this.#engine.transact((tables) => {
      if (!this.#edits.isHeld(lease)) return false;
      settleCard(tables, lease.placeId, outcome);
      return true;
    });
    this.#edits.release(lease, outcome);
    return isSettled;
  }

  async countStaleCards(): Promise<number> {
    return this.#engine.tables.stalePlaces().length;
  }

  beginOutage(outage: Outage, want: Parameters<Outages['beginOutage']>[1]): Promise<boolean> {
    return this.#engine.transact((tables) => beginOutage(tables, outage, want));
  }

  endOutage(region: string, want: Parameters<Outages['endOutage']>[1]): Promise<boolean> {
    return this.#engine.transact((tables) => endOutage(tables, region, want));
  }

  listOutages(): Promise<readonly Outage[]> {
    return this.#engine.read((tables) => [...tables.all('outages')]);
  }

  noteAlive(now: Date): Promise<void> {
    return this.#engine.transact((tables) => noteAlive(tables, now));
  }

  oweOffline(want: Parameters<Downtime['oweOffline']>[0]): Promise<number> {
    return this.#engine.transact((tables) => oweOffline(tables, want));
  }

  async addWatch(wanted: Parameters<WatchStore['addWatch']>[0]): Promise<AddedWatch> {
    const before = this.#engine.tables.get('runs', runKeyOf(wanted.baseline));
    const added = await this.#engine.transact((tables) => addWatch(tables, wanted));
    const isNewOrAwake = before === undefined || before.pausedAt !== undefined;
    if (added.kind !== 'over' && isNewOrAwake) this.#due.wake(added.run, wanted.now);
    return added;
  }

  async removeWatches(which: WatchQuery): Promise<readonly WatchRow[]> {
    const rows = await this.#engine.transact((tables) => removeWatches(tables, which));
    this.#forgetEnded(rows.map(({ run }) => run));
    return rows;
  }

  listWatches(which: WatchQuery): Promise<readonly WatchRow[]> {
    return this.#engine.read((tables) => listWatches(tables, which));
  }

  isFirst(keys: readonly string[], want: { readonly now: Date; readonly keepMs: number }): Promise<boolean> {
    return this.#engine.transact((tables) => isFirst(tables, keys, want));
  }

  getDocument(kind: string, team: string, id: string): Promise<Document | undefined> {
    return this.#engine.read((tables) => getDocument(tables, { kind, team, id }));
  }

  putDocument(
    kind: string,
    team: string,
    { id, ...document }: Parameters<Documents['putDocument']>[2],
  ): Promise<boolean> {
    return this.#engine.transact((tables) => putDocument(tables, { kind, team, id }, document));
  }

  listDocuments(kind: string, team: string): Promise<readonly Document[]> {
    return this.#engine.read((tables) => listDocuments(tables, { kind, team }));
  }

  /** Removes what is kept for a time and whose time is over; for a job to call now and then. */
  prune(now: Date): Promise<void> {
    return this.#engine.transact((tables) => prune(tables, now));
  }

  /** Waits for what is being written, and lets another process have the file. Changes are refused from now on. */
  async close(): Promise<void> {
    await this.#engine.close();
    await this.#unlock();
  }

  /** A card says when its runs were last looked at, also where that look changed nothing. */
  #checked(card: Card): Card {
    const runs = card.runs.map((each) => {
      const seenAt = each.isWatched ? this.#due.seenAt(each.run) : undefined;
      return seenAt !== undefined && seenAt > each.checkedAt ? { ...each, checkedAt: seenAt } : each;
    });
    return { ...card, runs };
  }

  /** A channel that takes a message, or may be tried again, takes edits too. */
  #retryCards(channel: Pick<ChannelLease, 'team' | 'channelId'>): void {
    this.#edits.retryRefused((placeId) => {
      const place = this.#engine.tables.get('places', placeId);
      return place === undefined || channelKeyOf(place) === channelKeyOf(channel);
    });
  }

  /** What is known about asking for a run does not outlive it. */
  #forgetEnded(runs: readonly Pick<RunClaim, 'region' | 'runId'>[]): void {
    for (const run of runs) {
      if (this.#engine.tables.get('runs', runKeyOf(run)) === undefined) this.#due.forget(run);
    }
  }
}
