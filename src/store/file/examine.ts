import { access, constants, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { backupPathOf } from './durable-json.ts';
import { readGeneration, refusalFor } from './load.ts';
import { findLockOwner } from './lock.ts';
import { codeOf, type RefusalKind, StoreRefusal, unwritable } from './refusal.ts';

/** What a start would make of a store file. */
export type Examined =
  | { readonly kind: 'writable'; readonly path: string; readonly bytes: number }
  /** Neither the file nor a backup is there. */
  | { readonly kind: 'new'; readonly path: string }
  /** Damaged or gone, beside a good backup. */
  | { readonly kind: 'mendable'; readonly path: string }
  | { readonly kind: 'refused'; readonly path: string; readonly why: RefusalKind; readonly advice: string };

/** Says what a start would make of a store file, without its lock and without writing anything. */
export async function examineStore(path: string): Promise<Examined> {
  try {
    return await examine(path);
  } catch (error) {
    if (!(error instanceof StoreRefusal)) throw error;
    return { kind: 'refused', path, why: error.kind, advice: error.advice };
  }
}

async function examine(path: string): Promise<Examined> {
  await requireWritableFolder(path);
  const read = await readGeneration(path);
  if (read.kind === 'foreign' || read.kind === 'newer') throw refusalFor(path, read);
  if (read.kind !== 'good') {
    const backup = await readGeneration(backupPathOf(path));
    if (backup.kind === 'good') return { kind: 'mendable', path };
    if (read.kind === 'damaged') throw refusalFor(path, read);
    if (backup.kind !== 'absent') throw refusalFor(backupPathOf(path), backup);
    return { kind: 'new', path };
  }
  // Who has a file that is linked to has it where it lies.
  const owner = await findLockOwner(await realpath(path));
  if (owner.kind === 'alive') {
    const advice = 'If that is the Flowbell that is meant to run, all is well; else stop it.';
    return { kind: 'refused', path, why: 'locked', advice };
  }
  return { kind: 'writable', path, bytes: (await stat(path)).size };
}

/** The first start makes missing folders, in the nearest one that is there. */
async function requireWritableFolder(path: string): Promise<void> {
  const folder = dirname(path);
  try {
    await access(folder, constants.W_OK);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' || folder === dirname(folder)) throw unwritable(path, error);
    await requireWritableFolder(folder);
  }
}
