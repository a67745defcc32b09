/**
 * Why a store file is not opened.
 *
 * | kind | what it means |
 * |---|---|
 * | `locked` | another living process has it |
 * | `damaged` | it is cut, empty or overwritten, and there is no good backup |
 * | `foreign` | it is whole and not a store, or holds a row that cannot be read |
 * | `newer` | a later Flowbell wrote it |
 * | `unwritable` | it, its folder or its disk refuses to be read or written |
 */
export type RefusalKind = 'locked' | 'damaged' | 'foreign' | 'newer' | 'unwritable';

/**
 * A store that is not opened, with everything left as it was found; never is an existing file replaced by an empty
 * one. `advice` is a sentence for whoever runs Flowbell: what to do now.
 */
export class StoreRefusal extends Error {
  override readonly name = 'StoreRefusal';
  readonly kind: RefusalKind;
  readonly path: string;
  readonly advice: string;

  constructor(
    kind: RefusalKind,
    { path, why, advice, cause }: { path: string; why: string; advice: string; cause?: unknown },
  ) {
    super(`${path}: ${why}`, { cause });
    this.kind = kind;
    this.path = path;
    this.advice = advice;
  }
}

/** Refuses because of the system: permissions, a full disk, a folder where a file should be. */
export function unwritable(path: string, cause: unknown): StoreRefusal {
  const why = `cannot be read or written (${codeOf(cause) ?? 'unknown error'})`;
  const advice =
    'Make sure that the disk has room and that its folder (not the file alone, where it is mounted into a container) belongs to the user Flowbell runs as.';
  return new StoreRefusal('unwritable', { path, why, advice, cause });
}

/** The system's word for an error, for example ENOSPC. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
