import { type FileHandle, link, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Adapter } from 'lowdb';
import { codeOf } from './refusal.ts';

/** What is asked of an open file. */
export type OutputFile = Pick<FileHandle, 'writeFile' | 'stat' | 'sync' | 'close'>;

export type OpenFile = (path: string, flags: string, mode: number) => Promise<OutputFile>;

export interface DurableJsonOptions<T> {
  readonly path: string;
  readonly load: () => Promise<T>;
  /** The bytes of everything, in parts; the state is that of the call, however late a part is asked for. */
  readonly partsOf: (data: T) => Iterable<Uint8Array>;
  readonly openFile?: OpenFile | undefined;
}

/**
 * Adapter for lowdb that survives the loss of power. lowdb's own never syncs, and write-file-atomic and atomically
 * take a write that the full disk cut short for a whole one.
 *
 * A write goes to a file beside, is synced and counted, and takes the place of the old one by a rename; the old one
 * stays as `<file>.bak`. Whatever moment the machine stops at, file or backup is whole.
 */
export class DurableJson<T> implements Adapter<T> {
  readonly #options: DurableJsonOptions<T>;
  readonly #path: string;
  readonly #temporaryPath: string;
  #bytes = 0;

  constructor(options: DurableJsonOptions<T>) {
    this.#options = options;
    this.#path = options.path;
    this.#temporaryPath = temporaryPathOf(options.path, process.pid);
  }

  /** Size of what was last written. */
  get bytes(): number {
    return this.#bytes;
  }

  read(): Promise<T> {
    return this.#options.load();
  }

  /** Rejects with the system's error; the file is then as it was, or as it was to become where the folder's sync failed. */
  async write(data: T): Promise<void> {
    const parts = this.#options.partsOf(data);
    try {
      const bytes = await this.#writeBeside(parts);
      await keepPrevious(this.#path);
      await rename(this.#temporaryPath, this.#path);
      await syncFolder(dirname(this.#path));
      this.#bytes = bytes;
    } catch (error) {
      // On a full disk what is half written takes the room that the next attempt needs.
      await rm(this.#temporaryPath, { force: true }).catch(() => undefined);
      throw error;
    }
  }

  async #writeBeside(parts: Iterable<Uint8Array>): Promise<number> {
    const { openFile = open } = this.#options;
    const file = await openFile(this.#temporaryPath, 'w', 0o600);
    try {
      let bytes = 0;
      for (const part of parts) {
        await file.writeFile(part);
        bytes += part.length;
      }
      await file.sync();
      const { size } = await file.stat();
      if (size !== bytes) throw new ShortWriteError(size, bytes);
      return bytes;
    } finally {
      await file.close();
    }
  }
}

/** Everything seemed to be written, and less is there. */
class ShortWriteError extends Error {
  override readonly name = 'ShortWriteError';

  constructor(size: number, wanted: number) {
    super(`${size} of ${wanted} bytes were written`);
  }
}

export function backupPathOf(path: string): string {
  return `${path}.bak`;
}

/** The process in it tells the files of one that died from those of one that lives elsewhere. */
function temporaryPathOf(path: string, pid: number): string {
  return join(dirname(path), `.${basename(path)}.${pid}.tmp`);
}

/** Makes the file its own backup too, until the rename that replaces it. Nothing happens where there is no file. */
async function keepPrevious(path: string): Promise<void> {
  const beside = `${backupPathOf(path)}.new`;
  await rm(beside, { force: true });
  try {
    await link(path, beside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  await rename(beside, backupPathOf(path));
}

/** Makes renames in a folder survive the loss of power. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch((error: unknown) => {
    // Windows opens no folders; it is for development only.
    if (codeOf(error) === 'EPERM' || codeOf(error) === 'EISDIR') return undefined;
    throw error;
  });
  try {
    await folder?.sync();
  } finally {
    await folder?.close();
  }
}
