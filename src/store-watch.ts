import type { Logger } from 'pino';
import type { StoreState } from './checks/store.ts';
import type { FileStoreReport } from './store/file/file-store.ts';
import type { StoreNotice } from './store/file/load.ts';

/** What the process knows of its store: whether it can be written, and since when not. */
export class StoreWatch {
  readonly #path: string;
  readonly #logger: Logger;
  readonly #now: () => Date;
  #readOnlySince: Date | undefined;

  constructor({
    path,
    logger,
    now,
  }: { readonly path: string; readonly logger: Logger; readonly now: () => Date }) {
    this.#path = path;
    this.#logger = logger;
    this.#now = now;
  }

  get isReadOnly(): boolean {
    return this.#readOnlySince !== undefined;
  }

  /** Says once that the store cannot be written, and once that it can again. */
  changed(state: 'writable' | 'read-only', reason?: unknown): void {
    if (state === 'writable') {
      this.#logger.info({ since: this.#readOnlySince }, 'The store can be written again');
      this.#readOnlySince = undefined;
      return;
    }
    this.#readOnlySince = this.#now();
    this.#logger.error(
      { err: reason },
      'The store cannot be written: nothing is changed and nothing is posted',
    );
  }

  /** Says what was found when the store was opened. */
  found(notice: StoreNotice): void {
    switch (notice.kind) {
      case 'recovered':
        this.#logger.error(notice, 'The store was damaged or gone, and its backup was taken');
        break;
      case 'migrated':
        this.#logger.info(notice, 'The store was written by an older Flowbell and is now of this one');
        break;
      case 'weak-lock':
        this.#logger.warn(notice, 'Flowbells in other containers are not kept from this store');
        break;
      default:
        notice satisfies never;
    }
  }

  stateOf({ bytes }: FileStoreReport): StoreState {
    const about = { path: this.#path, bytes };
    const since = this.#readOnlySince;
    return since === undefined ? { kind: 'writable', ...about } : { kind: 'read-only', ...about, since };
  }
}
