import type { Delivery } from '../../domain/delivery.ts';
import type { Place } from '../../domain/place.ts';
import type { RunSnapshot } from '../../domain/snapshot.ts';
import type { Watch } from '../../domain/watch.ts';
import { Groups } from './groups.ts';
import { keyOf, lineOf, type Rows, runKeyOf, TABLE_NAMES, type TableName } from './rows.ts';

/** What puts a row back as it was. */
interface Undo {
  readonly table: TableName;
  readonly key: string;
  /** True where there was no such row. */
  readonly isNew: boolean;
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
  };
  readonly #undo: Undo[] = [];
  readonly #watchesOfRun = new Groups();
  readonly #watchesOfPlace = new Groups();
  readonly #openOfPlace = new Groups();

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

  isWatched(place: Place): boolean {
    return this.#watchesOfPlace.has(place.id);
  }

  /** The places with deliveries that are neither sent nor parked. */
  placesWithOpen(): Iterable<string> {
    return this.#openOfPlace.names();
  }

  /** Deliveries of a place that are neither sent nor parked, in their order. */
  openOfPlace(placeId: string): Delivery[] {
    return this.#rowsOf('deliveries', this.#openOfPlace.of(placeId)).sort((a, b) => a.seq - b.seq);
  }

  mark(): number {
    return this.#undo.length;
  }

  /** Takes back every change since the mark, the latest first. */
  undoTo(mark: number): void {
    while (this.#undo.length > mark) this.#undo.pop()?.restore();
  }

  /** Makes the changes up to the mark final. */
  settle(mark: number): void {
    this.#undo.splice(0, mark);
  }

  /** Whether a row was made by a change that is not final yet. */
  isNew(table: TableName, key: string): boolean {
    return this.#undo.some((undo) => undo.isNew && undo.key === key && undo.table === table);
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
    this.#undo.push({
      table,
      key,
      isNew: before === undefined,
      restore: () => this.#replace(table, key, before),
    });
  }

  #replace<T extends TableName>(table: T, key: string, kept: Kept<Rows[T]> | undefined): void {
    this.#index(table, key, 'remove');
    if (kept === undefined) this.#maps[table].delete(key);
    else this.#maps[table].set(key, kept);
    this.#index(table, key, 'add');
  }

  /** Adds or removes the row that now stands under the key, if any. */
  #index(table: TableName, key: string, change: 'add' | 'remove'): void {
    const watch = table === 'watches' ? this.get(table, key) : undefined;
    if (watch !== undefined) {
      this.#watchesOfRun[change](runKeyOf(watch), key);
      this.#watchesOfPlace[change](watch.placeId, key);
    }
    const delivery = table === 'deliveries' ? this.get(table, key) : undefined;
    if (delivery !== undefined && isOpen(delivery)) this.#openOfPlace[change](delivery.placeId, key);
  }

  #rowsOf<T extends TableName>(table: T, keys: Iterable<string>): Rows[T][] {
    return Array.from(keys).flatMap((key) => this.get(table, key) ?? []);
  }
}

/** Whether a delivery is neither sent nor parked. */
export function isOpen({ state }: Delivery): boolean {
  return state !== 'sent' && state !== 'parked';
}
