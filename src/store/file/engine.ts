import { Low } from 'lowdb';
import { StoreError } from '../store-error.ts';
import { CommitQueue } from './commit-queue.ts';
import type { DurableJson } from './durable-json.ts';
import type { Generation } from './generation.ts';
import { Tables } from './tables.ts';

/** Pauses between attempts to write again grow from the first to the second figure. */
export interface RetryPauses {
  readonly firstMs: number;
  readonly longestMs: number;
}

export interface EngineOptions {
  readonly retry: RetryPauses;
  /** Told once each way. `reason` is what the first write that failed said. */
  readonly onState: (state: 'writable' | 'read-only', reason?: unknown) => void;
  /** Told of every write that went well. */
  readonly onWrite: (durationMs: number, bytes: number) => void;
}

/**
 * Changes rows all or nothing, in memory and on disk.
 *
 * | state | a change | a write | next |
 * |---|---|---|---|
 * | writable | is applied, and resolves once a write that holds it is on disk | fails: everything that is not on disk is taken back and rejects | read-only |
 * | read-only | rejects at once | of what is on disk is tried again and again, and succeeds | writable |
 * | closed | rejects at once | none | |
 *
 * What was read is told when everything it rests on is on disk. So nobody ever acts on a state that a crash would take
 * back.
 */
export class Engine {
  readonly #low: Low<Generation>;
  readonly #adapter: DurableJson<Generation>;
  readonly #options: EngineOptions;
  readonly #queue = new CommitQueue(() => this.#write());
  #failure: { readonly reason: unknown } | undefined;
  #retryTimer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(adapter: DurableJson<Generation>, options: EngineOptions) {
    this.#adapter = adapter;
    this.#options = options;
    this.#low = new Low<Generation>(adapter, { rev: 0, tables: new Tables() });
  }

  get tables(): Tables {
    return this.#low.data.tables;
  }

  get report(): { readonly rev: number; readonly bytes: number; readonly isWritable: boolean } {
    const isWritable = this.#failure === undefined && !this.#isClosed;
    return { rev: this.#low.data.rev, bytes: this.#adapter.bytes, isWritable };
  }

  /** Reads the file and writes it once, which shows that it can be written. Rejects with whatever either says. */
  async open(prepare: (tables: Tables) => void): Promise<void> {
    await this.#low.read();
    prepare(this.tables);
    this.#low.data.rev += 1;
    await this.#low.write();
    this.tables.settle(this.tables.mark());
  }

  /** Throws a StoreError unless changes are taken now. */
  requireWritable(): void {
    if (this.#isClosed) throw new StoreError('closed');
    if (this.#failure !== undefined) throw new StoreError('read-only', this.#failure.reason);
  }

  /** Makes a change and resolves with what it gave once that is on disk. What `change` throws leaves nothing behind. */
  async transact<T>(change: (tables: Tables) => T): Promise<T> {
    const mark = this.tables.mark();
    let given: T;
    try {
      given = change(this.tables);
      if (this.tables.mark() > mark) this.requireWritable();
    } catch (error) {
      this.tables.undoTo(mark);
      throw error;
    }
    const isChanged = this.tables.mark() > mark;
    await this.#onDisk(isChanged ? this.#queue.commit() : this.#queue.settled());
    return given;
  }

  /** Resolves with what is on disk; also while the store is read-only. */
  async read<T>(look: (tables: Tables) => T): Promise<T> {
    const seen = look(this.tables);
    try {
      await this.#queue.settled();
      return seen;
    } catch {
      return look(this.tables);
    }
  }

  /** Resolves when everything that was changed so far is on disk. */
  async flush(): Promise<void> {
    await this.#onDisk(this.#queue.settled());
  }

  /** Takes no further change, and resolves when nothing is being written any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#retryTimer);
    // Whoever waits for a write that fails is told so itself.
    await this.#queue.settled().catch(() => undefined);
  }

  async #onDisk(written: Promise<void>): Promise<void> {
    try {
      await written;
    } catch (error) {
      throw new StoreError('read-only', error);
    }
  }

  async #write(): Promise<void> {
    const { tables } = this;
    const mark = tables.mark();
    const startedAt = performance.now();
    this.#low.data.rev += 1;
    try {
      await this.#low.write();
    } catch (error) {
      // In the same turn as the failure: nobody may see or change rows that are not there any more.
      tables.undoTo(0);
      this.#fail(error);
      throw error;
    }
    tables.settle(mark);
    this.#options.onWrite(performance.now() - startedAt, this.#adapter.bytes);
    this.#recover();
  }

  #fail(reason: unknown): void {
    if (this.#failure !== undefined || this.#isClosed) return;
    this.#failure = { reason };
    this.#options.onState('read-only', reason);
    this.#retryIn(this.#options.retry.firstMs);
  }

  #retryIn(pauseMs: number): void {
    this.#retryTimer = setTimeout(() => {
      this.#queue.commit().catch(() => {
        if (!this.#isClosed) this.#retryIn(Math.min(pauseMs * 2, this.#options.retry.longestMs));
      });
    }, pauseMs);
    this.#retryTimer.unref();
  }

  #recover(): void {
    if (this.#failure === undefined) return;
    this.#failure = undefined;
    this.#options.onState('writable');
  }
}
