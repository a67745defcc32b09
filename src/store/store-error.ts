export type StoreErrorKind =
  /** The last write failed; what was asked before the next successful one is refused. Reading goes on. */
  | 'read-only'
  /** The store was closed, or is closing. */
  | 'closed';

/** What every method of a store rejects with; whatever was to be changed is as it was. `cause` is the system's error. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly kind: StoreErrorKind;

  constructor(kind: StoreErrorKind, cause?: unknown) {
    super(kind === 'closed' ? 'the store is closed' : 'the store cannot be written at present', { cause });
    this.kind = kind;
  }
}
