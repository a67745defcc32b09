import { copyFile, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { backupPathOf, syncFolder } from './durable-json.ts';
import { type Generation, type Parsed, parseGeneration } from './generation.ts';
import { MIGRATIONS, type Migration } from './migrations.ts';
import { codeOf, StoreRefusal, unwritable } from './refusal.ts';
import { Tables } from './tables.ts';

/** What somebody who runs Flowbell should know about how the store came up. */
export type StoreNotice =
  /** The backup was taken, one write older than what is lost. `asidePath` is where the damaged file is now. */
  | { readonly kind: 'recovered'; readonly backupPath: string; readonly asidePath?: string }
  /** The file was written by an older Flowbell; as it was, it is at `copyPath`. */
  | { readonly kind: 'migrated'; readonly from: number; readonly to: number; readonly copyPath: string }
  /** Processes of other containers on the same folder are not kept out. */
  | { readonly kind: 'weak-lock'; readonly why: string };

export interface Loaded {
  readonly generation: Generation;
  /** True where the state is that of a backup. */
  readonly isRecovered: boolean;
  readonly notices: readonly StoreNotice[];
}

export interface LoadOptions {
  readonly path: string;
  readonly now: Date;
  readonly migrations?: readonly Migration[] | undefined;
}

/** A file that is there, and what is in it. */
type Read = Parsed | { readonly kind: 'absent' };

/**
 * Loads a store's state; the caller has its lock.
 *
 * | file | backup | what happens |
 * |---|---|---|
 * | good | any | it is loaded; one of an older schema is copied to `<file>.v<schema>` first |
 * | none | none | an empty store |
 * | none | good | the backup is loaded |
 * | damaged | good | the file is moved to `<file>.corrupt-<time>`, the backup is loaded |
 * | damaged | any other | refused as `damaged` |
 * | none | not good | refused for what the backup is |
 * | foreign, newer | any | refused for what the file is |
 *
 * Throws a StoreRefusal, and then everything lies where it lay.
 */
export async function loadGeneration({ path, now, migrations = MIGRATIONS }: LoadOptions): Promise<Loaded> {
  const read = await readGeneration(path, migrations);
  if (read.kind === 'good') return takeGood({ path, read, migrations, isRecovered: false });
  if (read.kind === 'foreign' || read.kind === 'newer') throw refusalFor(path, read);

  const backupPath = backupPathOf(path);
  const backup = await readGeneration(backupPath, migrations);
  if (backup.kind === 'absent' && read.kind === 'absent') {
    return { generation: { rev: 0, tables: new Tables() }, isRecovered: false, notices: [] };
  }
  if (backup.kind !== 'good')
    throw read.kind === 'damaged' ? refusalFor(path, read) : refusalFor(backupPath, backup);
  const asidePath = read.kind === 'damaged' ? await moveAside(path, now) : undefined;
  const loaded = await takeGood({ path: backupPath, read: backup, migrations, isRecovered: true });
  const recovered = { kind: 'recovered' as const, backupPath, ...(asidePath !== undefined && { asidePath }) };
  return { ...loaded, notices: [recovered, ...loaded.notices] };
}

/** Reads a file and changes nothing. Throws a StoreRefusal `unwritable` where it is there and cannot be read. */
export async function readGeneration(
  path: string,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<Read> {
  try {
    return parseGeneration(await readFile(path), migrations);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { kind: 'absent' };
    throw unwritable(path, error);
  }
}

/** Renames a file that is of no use to `<file>.corrupt-<time>`, for somebody to look at. */
export async function moveAside(path: string, now: Date): Promise<string> {
  const asidePath = `${path}.corrupt-${now.toISOString().replaceAll(':', '-')}`;
  try {
    await rename(path, asidePath);
  } catch (error) {
    throw unwritable(path, error);
  }
  return asidePath;
}

/** The refusal for a file that is not good, with the way out. */
export function refusalFor(path: string, read: Exclude<Read, { kind: 'good' }>): StoreRefusal {
  switch (read.kind) {
    case 'damaged':
    case 'absent':
      return new StoreRefusal('damaged', {
        path,
        why: read.kind === 'damaged' ? read.why : 'is not there',
        advice:
          'There is no backup beside it that can be read. Import an export with `npm run store -- import FILE`, or, to begin with nothing, move the file and its .bak away.',
      });
    case 'foreign':
      return new StoreRefusal('foreign', {
        path,
        why: read.why,
        advice:
          'It is left as it is. Mend it by hand, move it away (its .bak too, unless that one is to be taken), or let DATA_FILE name another file.',
      });
    case 'newer':
      return new StoreRefusal('newer', {
        path,
        why: `was written by a later Flowbell (schema ${read.schema})`,
        advice:
          'Start that version again, or import an export of this one with `npm run store -- import FILE`.',
      });
    default:
      return read satisfies never;
  }
}

async function takeGood({
  path,
  read: { schema, generation },
  migrations,
  isRecovered,
}: {
  readonly path: string;
  readonly read: Extract<Parsed, { kind: 'good' }>;
  readonly migrations: readonly Migration[];
  readonly isRecovered: boolean;
}): Promise<Loaded> {
  const to = migrations.length + 1;
  if (schema === to) return { generation, isRecovered, notices: [] };
  const copyPath = `${path}.v${schema}`;
  await copyDurably(path, copyPath);
  return { generation, isRecovered, notices: [{ kind: 'migrated', from: schema, to, copyPath }] };
}

async function copyDurably(path: string, copyPath: string): Promise<void> {
  try {
    await copyFile(path, copyPath);
    const copy = await open(copyPath, 'r+');
    await copy.sync().finally(() => copy.close());
    await syncFolder(dirname(copyPath));
  } catch (error) {
    throw unwritable(copyPath, error);
  }
}
