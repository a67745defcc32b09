import { mkdir, readdir, readlink, realpath, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { settleAfterStart } from './after-start.ts';
import { DurableJson, type OpenFile } from './durable-json.ts';
import { Engine, type EngineOptions, type RetryPauses } from './engine.ts';
import { FileStore } from './file-store.ts';
import { type Generation, partsOf } from './generation.ts';
import { type Loaded, loadGeneration, type StoreNotice } from './load.ts';
import { takeLock } from './lock.ts';
import { MIGRATIONS, type Migration } from './migrations.ts';
import { StoreRefusal, unwritable } from './refusal.ts';

export interface FileStoreOptions extends Partial<Omit<EngineOptions, 'retry'>> {
  /** How long a message of unknown fate may take to show in Slack; what a dead process was saying waits for it. */
  readonly settleMs: number;
  /** Time of day. */
  readonly now?: () => Date;
  /** A clock in milliseconds that never goes back. */
  readonly nowMs?: () => number;
  readonly onNotice?: (notice: StoreNotice) => void;
  readonly retry?: RetryPauses;
  readonly migrations?: readonly Migration[];
  readonly openFile?: OpenFile;
}

const RETRY: RetryPauses = { firstMs: 1000, longestMs: 30_000 };

/**
 * Opens the store in a file, which is made if there is none, with its folder. Throws a StoreRefusal, and has then lost
 * nothing. What is said of the file's state stands in `loadGeneration`.
 */
export async function openFileStore(file: string, options: FileStoreOptions): Promise<FileStore> {
  const { now = () => new Date(), nowMs = () => performance.now(), onNotice = () => undefined } = options;
  const path = await findPath(file);
  const openedAt = now();
  const lock = await takeLock(path, openedAt).catch(orUnwritable(path));
  try {
    await removeTemporary(path);
    const { engine, notices } = await openEngine(path, openedAt, options);
    for (const notice of notices) onNotice(notice);
    if (lock.weakness !== undefined) onNotice({ kind: 'weak-lock', why: lock.weakness });
    return new FileStore({ engine, settleMs: options.settleMs, nowMs, openedAt, unlock: lock.release });
  } catch (error) {
    await lock.release();
    return orUnwritable(path)(error);
  }
}

/** Gives the file behind links, since a rename would replace the link; makes its folder. */
export async function findPath(file: string): Promise<string> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await requireTarget(file);
    return await realpath(file).catch(async () => join(await realpath(dirname(file)), basename(file)));
  } catch (error) {
    throw unwritable(file, error);
  }
}

/** A link to nothing, as to a volume that is not mounted, must not become an empty store. */
async function requireTarget(file: string): Promise<void> {
  const target = await readlink(file).catch(() => undefined);
  if (target !== undefined) await realpath(file);
}

async function openEngine(
  path: string,
  openedAt: Date,
  { migrations = MIGRATIONS, openFile, settleMs, onState, onWrite, retry = RETRY }: FileStoreOptions,
): Promise<{ readonly engine: Engine; readonly notices: readonly StoreNotice[] }> {
  let loaded: Pick<Loaded, 'isRecovered' | 'notices'> = { isRecovered: false, notices: [] };
  const adapter = new DurableJson<Generation>({
    path,
    openFile,
    load: async () => {
      const { generation, ...facts } = await loadGeneration({ path, now: openedAt, migrations });
      loaded = facts;
      return generation;
    },
    partsOf: (generation) => partsOf(generation, migrations.length + 1),
  });
  const engine = new Engine(adapter, {
    retry,
    onState: onState ?? (() => undefined),
    onWrite: onWrite ?? (() => undefined),
  });
  await engine.open((tables) => {
    settleAfterStart(tables, { now: openedAt, settleMs, isRecovered: loaded.isRecovered });
  });
  return { engine, notices: loaded.notices };
}

/** Whoever has the lock is alone, so every temporary file is a dead process's. */
async function removeTemporary(path: string): Promise<void> {
  const folder = dirname(path);
  const [start, end] = [`.${basename(path)}.`, '.tmp'];
  const names = (await readdir(folder)).filter((name) => name.startsWith(start) && name.endsWith(end));
  await Promise.all(names.map((name) => rm(join(folder, name), { force: true })));
}

function orUnwritable(path: string): (error: unknown) => never {
  return (error) => {
    throw error instanceof StoreRefusal ? error : unwritable(path, error);
  };
}
