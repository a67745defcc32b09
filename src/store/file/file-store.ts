import type { Document, Documents } from '../../commands/documents.ts';
import type { AddedWatch, WatchQuery, WatchRow, WatchStore } from '../../commands/watch-store.ts';
import type { Delivery } from '../../domain/delivery.ts';
import type { Place } from '../../domain/place.ts';
import type { Once } from '../../jobs/once.ts';
import type {
  ChannelLease,
  ClaimedDelivery,
  DeliveriesReport,
  DeliveryOutcome,
  OwedDeliveries,
} from '../../jobs/owed-deliveries.ts';
import type {
  ClaimedRun,
  PollState,
  RunChange,
  RunClaim,
  WatchedRuns,
  WatchedRunsReport,
} from '../../jobs/watched-runs.ts';
import { channelKeyOf, claim, findDue, reportDeliveries, settle } from './deliveries.ts';
import { getDocument, listDocuments, putDocument } from './documents.ts';
import { DueRuns } from './due-runs.ts';
import type { Engine } from './engine.ts';
import { Leases } from './leases.ts';
import { isFirst } from './once.ts';
import { prune } from './prune.ts';
import { runKeyOf } from './rows.ts';
import { commitRun } from './runs.ts';
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
export class FileStore implements WatchedRuns, OwedDeliveries, WatchStore, Once, Documents {
  readonly #engine: Engine;
  readonly #settleMs: number;
  readonly #due: DueRuns;
  readonly #channels: Leases;
  readonly #unlock: () => Promise<void>;
  /** The lease under which each delivery was last claimed. */
  readonly #inHand = new Map<string, string>();

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
    this.#channels = new Leases(options.nowMs);
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
    const isTaken = (delivery: Delivery, place: Place) =>
      !this.#channels.isFree(channelKeyOf(place)) || this.#isInHand(delivery, place);
    const [first] = findDue(this.#engine.tables, now, isTaken);
    if (first === undefined) return undefined;
    const { team, channelId } = first.place;
    return { team, channelId, token: this.#channels.take(channelKeyOf(first.place), leaseMs) };
  }

  async claimDelivery(
    lease: ChannelLease,
    { now }: { readonly now: Date },
  ): Promise<ClaimedDelivery | undefined> {
    this.#engine.requireWritable();
    await this.#engine.flush();
    return this.#engine.transact((tables) => {
      const channel = channelKeyOf(lease);
      if (!this.#channels.isCurrent(channel, lease.token)) return undefined;
      const due = findDue(
        tables,
        now,
        (delivery, place) => channelKeyOf(place) !== channel || this.#isInHand(delivery, place),
      );
      // A delivery is in one write and claimed in a later one, so that the backup of the later one knows of it.
      const next = due.find(({ delivery }) => !tables.isNew('deliveries', delivery.key));
      if (next === undefined) return undefined;
      this.#inHand.set(next.delivery.key, lease.token);
      return claim(tables, next, { now, settleMs: this.#settleMs });
    });
  }

  async settleDelivery(
    lease: ChannelLease,
    key: string,
    outcome: DeliveryOutcome,
    now: Date,
  ): Promise<boolean> {
    const isSettled = await this.#engine.transact((tables) => {
      const delivery = tables.get('deliveries', key);
      const isMine = this.#inHand.get(key) === lease.token;
      if (!this.#channels.isHeldBy(channelKeyOf(lease), lease.token) || !isMine) return false;
      if (delivery?.state !== 'sending') return false;
      settle(tables, delivery, outcome, now);
      return true;
    });
    if (isSettled) this.#inHand.delete(key);
    return isSettled;
  }

  async releaseChannel(lease: ChannelLease): Promise<void> {
    this.#channels.release(channelKeyOf(lease), lease.token);
  }

  async reportDeliveries(): Promise<DeliveriesReport> {
    return reportDeliveries(this.#engine.tables);
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

  #isInHand({ key, state }: Delivery, place: Place): boolean {
    const token = this.#inHand.get(key);
    return state === 'sending' && token !== undefined && this.#channels.isCurrent(channelKeyOf(place), token);
  }

  /** What is known about asking for a run does not outlive it. */
  #forgetEnded(runs: readonly Pick<RunClaim, 'region' | 'runId'>[]): void {
    for (const run of runs) {
      if (this.#engine.tables.get('runs', runKeyOf(run)) === undefined) this.#due.forget(run);
    }
  }
}
