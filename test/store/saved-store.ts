import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readGeneration } from '../../src/store/file/load.ts';
import { openFileStore } from '../../src/store/file/open.ts';
import { aWish, T0 } from './watching.ts';

export const SETTLE_MS = 30_000;

/** The document whose version tells the generations of a saved store apart. */
export const COUNT = { kind: 'count', team: 'T1', id: 'c' } as const;

/** Saves a watch with its opening, and a document twice: the file has its second version, the backup its first. */
export async function saveStore(path: string, bodies: readonly unknown[] = ['甲', '乙']): Promise<void> {
  const store = await openFileStore(path, { settleMs: SETTLE_MS, now: () => T0 });
  await store.addWatch(aWish());
  const { kind, team, id } = COUNT;
  for (const [version, body] of bodies.entries()) await store.putDocument(kind, team, { id, version, body });
  await store.close();
}

/** Every file of a folder with its bytes. */
export function filesIn(folder: string): ReadonlyMap<string, string> {
  return new Map(
    readdirSync(folder)
      .sort()
      .map((name) => [name, readFileSync(join(folder, name), 'latin1')]),
  );
}

/** The text of every row of a file; throws where it is no good store. */
export async function rowsIn(path: string): Promise<readonly string[]> {
  const read = await readGeneration(path);
  if (read.kind !== 'good') throw new Error(`the file is ${read.kind}`);
  return read.generation.tables.lines().flatMap(({ lines }) => lines.map(String));
}
