import type { Delivery } from '../../domain/delivery.ts';
import type { Place } from '../../domain/place.ts';
import type { RunSnapshot } from '../../domain/snapshot.ts';
import type { Watch } from '../../domain/watch.ts';
import { Groups } from './groups.ts';
import { channelKeyOf, keyOf, lineOf, type Rows, runKeyOf, TABLE_NAMES, type TableName } from './rows.ts';

/** What puts a row back as it was. */
interface Undo {
  /** Names the row where there was none. */
  readonly madeKey: string | undefined;
  readonly restore: () => void;
}

/** A row with its bytes: a write of ten thousand rows copies bytes it has, instead of making them all again. */
interface Kept<Row> {
  readonly row: Row;
  readonly line: Buffer;
}

type Maps = { readonly [T in TableName]: Map<string, Kept<Rows[T]>> };

/**
 * All rows, in memory, with a list of what would undo the latest changes: those of a change that threw half-way, and
 * those of a write that failed. A mark is a length of that list.
 */
export class Tables {
  readonly #maps: Maps = {
    runs: new Map(),
    places: new Map(),
    watches: new Map(),
    deliveries: new Map(),
    once: new Map(),
    documents: new Map(),
    ended: new Map(),
    streaks: new Map(),
    pauses: new Map(),
    outages: new Map(),
  };
  readonly #undo: Undo[] = [];
  /** How often each row was made by the changes of that list: more than once where it was removed meanwhile. */
  readonly #made = new Map<string, number>();
  readonly #watchesOfRun = new Groups();
  readonly #watchesOfPlace = new Groups();
  readonly #openOfPlace = new Groups();
  readonly #openPlacesOfChannel = new Groups();
  readonly #waitingOfChannel = new Groups();
  readonly #placesOfEndedRun = new Groups();
  readonly #stalePlaces = new Set<string>();
  readonly #toRecheck = new Set<string>();

  get<T extends TableName>(table: T, key: string): Rows[T] | undefined {
    return this.#maps[table].get(key)?.row;
  }

  /** Not to be used across a change. */
  *all<T extends TableName>(table: T): Iterable<Rows[T]> {
    for (const { row } of this.#maps[table].values()) yield row;
  }

  count(table: TableName): number {
    return this.#maps[table].size;
  }

  /** Throws where the row holds what cannot be written, and then has changed nothing. */
  put<T extends TableName>(table: T, row: Rows[T]): void {
    const [key, kept] = [keyOf(table, row), { row, line: lineOf(table, row) }];
    this.#note(table, key);
    this.#replace(table, key, kept);
  }

  remove(table: TableName, key: string): void {
    if (!this.#maps[table].has(key)) return;
    this.#note(table, key);
    this.#replace(table, key, undefined);
  }

  watchesOfRun(run: Pick<RunSnapshot, 'region' | 'runId'>): Watch[] {
    return this.#rowsOf('watches', this.#watchesOfRun.of(runKeyOf(run)));
  }

  watchesOfPlace(placeId: string): Watch[] {
    return this.#rowsOf('watches', this.#watchesOfPlace.of(placeId));
  }

  isWatched(place: Pick<Place, 'id'>): boolean {
    return this.#watchesOfPlace.has(place.id);
  }

  /** The places that go on showing a run that nobody watches there any more. */
  placesOfEndedRun(run: Pick<RunSnapshot, 'region' | 'runId'>): Place[] {
    return this.#rowsOf('places', this.#placesOfEndedRun.of(runKeyOf(run)));
  }

  /**
   * The places with a card that Slack shows as it was before, those that have waited longest first; without those that
   * have no run to show.
   */
  stalePlaces(): readonly Place[] {
    const stale = this.#rowsOf('places', this.#stalePlaces);
    return stale.filter((place) => place.ended.length > 0 || this.isWatched(place));
  }

  /** What was sent and is to be looked for a second copy. */
  deliveriesToRecheck(): Iterable<Delivery> {
    return this.#rowsOf('deliveries', this.#toRecheck);
  }

  /** The keys of the channels that something is owed to. */
  openChannels(): Iterable<string> {
    return this.#openPlacesOfChannel.names();
  }

  /** The places of a channel that something is owed to. */
  openPlaces(channelKey: string): Place[] {
    return this.#rowsOf('places', this.#openPlacesOfChannel.of(channelKey));
  }

  /** Events that a channel waits for and nobody has tried to tell, or not with success. */
  waitingEvents(channelKey: string): Delivery[] {
    return this.#rowsOf('deliveries', this.#waitingOfChannel.of(channelKey));
  }

  /**
   * What is to be said next in a place. An opening waits for what may have been said already, which is looked for where
   * the place stood until then.
   */
  headOfPlace(placeId: string): Delivery | undefined {
    let head: Delivery | undefined;
    for (const key of this.#openOfPlace.of(placeId)) {
      const delivery = this.get('deliveries', key);
      if (delivery !== undefined && (head === undefined || delivery.seq < head.seq)) head = delivery;
    }
    if (head?.facts.kind !== 'opening' || head.state !== 'pending') return head;
    const [, next] = this.openOfPlace(placeId);
    return next === undefined || next.state === 'pending' ? head : next;
  }

  /** Deliveries of a place that are open, in their order. */
  openOfPlace(placeId: string): Delivery[] {
    return this.#rowsOf('deliveries', this.#openOfPlace.of(placeId)).sort((a, b) => a.seq - b.seq);
  }

  mark(): number {
    return this.#undo.length;
  }

  /** Takes back every change since the mark, the latest first. */
  undoTo(mark: number): void {
    for (const undo of this.#undo.splice(mark).reverse()) {
      undo.restore();
      this.#forget(undo);
    }
  }

  /** Makes the changes up to the mark final. */
  settle(mark: number): void {
    for (const undo of this.#undo.splice(0, mark)) this.#forget(undo);
  }

  /** Whether a row was made by a change that is not final yet. */
  isNew(table: TableName, key: string): boolean {
    return this.#made.has(madeKeyOf(table, key));
  }

  /** Every table's rows as they stand in the file, as they are now. */
  lines(): { readonly table: TableName; readonly lines: readonly Buffer[] }[] {
    return TABLE_NAMES.map((table) => ({ table, lines: this.#linesOf(table) }));
  }

  #linesOf<T extends TableName>(table: T): Buffer[] {
    return Array.from(this.#maps[table].values(), ({ line }) => line);
  }

  #note<T extends TableName>(table: T, key: string): void {
    const before = this.#maps[table].get(key);
    const madeKey = before === undefined ? madeKeyOf(table, key) : undefined;
    if (madeKey !== undefined) this.#made.set(madeKey, (this.#made.get(madeKey) ?? 0) + 1);
    this.#undo.push({ madeKey, restore: () => this.#replace(table, key, before) });
  }

  /** What is taken back or final makes no row new any more. */
  #forget({ madeKey }: Undo): void {
    if (madeKey === undefined) return;
    const others = (this.#made.get(madeKey) ?? 0) - 1;
    if (others > 0) this.#made.set(madeKey, others);
    else this.#made.delete(madeKey);
  }

  #replace<T extends TableName>(table: T, key: string, kept: Kept<Rows[T]> | undefined): void {
    this.#index(table, key, 'remove');
    if (kept === undefined) this.#maps[table].delete(key);
    else this.#maps[table].set(key, kept);
    this.#index(table, key, 'add');
    if (table === 'places') this.#noteStale(key);
  }

  /** A card that is wanted anew once more keeps its turn. */
  #noteStale(placeId: string): void {
    const place = this.get('places', placeId);
    if (place === undefined || !isStale(place)) this.#stalePlaces.delete(placeId);
    else this.#stalePlaces.add(placeId);
  }

  /** Adds or removes the row that now stands under the key, if any. */
  #index(table: TableName, key: string, change: 'add' | 'remove'): void {
    const watch = table === 'watches' ? this.get(table, key) : undefined;
    if (watch !== undefined) {
      this.#watchesOfRun[change](runKeyOf(watch), key);
      this.#watchesOfPlace[change](watch.placeId, key);
    }
    const delivery = table === 'deliveries' ? this.get(table, key) : undefined;
    if (delivery !== undefined && isOpen(delivery)) this.#indexOpen(delivery, change);
    if (delivery?.recheckAt !== undefined) this.#toRecheck[change === 'add' ? 'add' : 'delete'](key);
    const place = table === 'places' ? this.get(table, key) : undefined;
    for (const { run } of place?.ended ?? []) this.#placesOfEndedRun[change](runKeyOf(run), key);
  }

  #indexOpen({ key, placeId, state, facts }: Delivery, change: 'add' | 'remove'): void {
    const place = this.get('places', placeId);
    const wasOpen = this.#openOfPlace.has(placeId);
    this.#openOfPlace[change](placeId, key);
    if (place === undefined) return;
    const channelKey = channelKeyOf(place);
    const isWaiting = state === 'pending' && facts.kind === 'event';
    if (isWaiting) this.#waitingOfChannel[change](channelKey, key);
    if (wasOpen !== this.#openOfPlace.has(placeId)) this.#openPlacesOfChannel[change](channelKey, placeId);
  }

  #rowsOf<T extends TableName>(table: T, keys: Iterable<string>): Rows[T][] {
    return Array.from(keys).flatMap((key) => this.get(table, key) ?? []);
  }
}

function madeKeyOf(table: TableName, key: string): string {
  return `${table} ${key}`;
}

/** Whether a delivery is still to be said: neither sent, nor told with others, nor parked. */
export function isOpen({ state }: Pick<Delivery, 'state'>): boolean {
  return state === 'pending' || state === 'sending' || state === 'unknown';
}

/** Whether Slack shows the place's card as it was before. */
function isStale({ cardTs, isCardGone, wantedVersion, shownVersion }: Place): boolean {
  return cardTs !== undefined && isCardGone === undefined && wantedVersion > shownVersion;
}
