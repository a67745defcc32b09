import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { FileStore } from '../../src/store/file/file-store.ts';
import { readGeneration } from '../../src/store/file/load.ts';
import { type FileStoreOptions, openFileStore } from '../../src/store/file/open.ts';
import { createFaultyDisk, type Fault } from './faulty-disk.ts';
import { mountDisk } from './mount-disk.ts';
import { filesIn, rowsIn, SETTLE_MS, saveStore } from './saved-store.ts';
import { useFolders } from './temporary-folder.ts';
import { aSnapshot, aWish, claimOf, failing, T0 } from './watching.ts';

const createFolder = useFolders();

const FAULTS: readonly Fault[] = ['ENOSPC on open', 'ENOSPC on write', 'cut', 'EIO on sync', 'EIO on close'];
const LEASE_MS = 45_000;
const READ_ONLY = { name: 'StoreError', kind: 'read-only' };

interface Told {
  readonly state: 'writable' | 'read-only';
  readonly reason: unknown;
}

/** Opens a store that tries again soon, with what it tells of its state. */
async function open(
  path: string,
  options: Partial<FileStoreOptions> = {},
): Promise<{ store: FileStore; told: Told[] }> {
  const told: Told[] = [];
  const store = await openFileStore(path, {
    ...{ settleMs: SETTLE_MS, now: () => T0, retry: { firstMs: 5, longestMs: 20 }, ...options },
    onState: (state, reason) => told.push({ state, reason }),
  });
  onTestFinished(() => store.close());
  return { store, told };
}

/** Polls; throws after five seconds. */
async function until(isSo: () => boolean): Promise<void> {
  const deadline = Date.now() + 5000;
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error('it did not come so far');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** What the store says of itself, which its file must say too. */
async function versionsOf(store: FileStore): Promise<Map<string, number>> {
  const documents = await store.listDocuments('count', 'T1');
  return new Map(documents.map(({ id, version }) => [id, version]));
}

async function versionsIn(path: string): Promise<Map<string, number>> {
  const read = await readGeneration(path);
  if (read.kind !== 'good') throw new Error(`the file is ${read.kind}`);
  return new Map([...read.generation.tables.all('documents')].map(({ id, version }) => [id, version]));
}

/** A hundred changes at a time, again and again, until one is refused; gives the acknowledged ones. */
async function writeUntilRefused(store: FileStore, body: string): Promise<Map<string, number>> {
  const acknowledged = await versionsOf(store);
  const reasons: unknown[] = [];
  for (let round = 0; round < 200 && reasons.length === 0; round += 1) {
    await Promise.all(
      Array.from({ length: 100 }, async (_, writer) => {
        const id = `${writer}`;
        const version = acknowledged.get(id) ?? 0;
        try {
          // The bodies grow, so that the disk is full some time.
          await store.putDocument('count', 'T1', { id, version, body: body.repeat(round + 1) });
          acknowledged.set(id, version + 1);
        } catch (reason) {
          reasons.push(reason);
        }
      }),
    );
  }
  expect(reasons.length).toBeGreaterThan(0);
  for (const reason of reasons) expect(reason).toMatchObject(READ_ONLY);
  return acknowledged;
}

describe.each(FAULTS)('a disk that gives %s', (fault) => {
  it('takes nothing back that was acknowledged, and nothing in that was not', async () => {
    const path = join(createFolder(), 'flowbell.json');
    const disk = createFaultyDisk();
    const { store, told } = await open(path, { openFile: disk.openFile });
    await store.addWatch(aWish());
    const rows = await rowsIn(path);

    disk.fault = fault;
    const changes = await Promise.allSettled([
      store.addWatch(aWish({ run: aSnapshot(2) })),
      store.removeWatches({ team: 'T1' }),
      store.isFirst(['k'], { now: T0, keepMs: 1000 }),
      store.putDocument('count', 'T1', { id: 'c', version: 0, body: 1 }),
    ]);

    for (const change of changes) expect(change).toMatchObject({ status: 'rejected', reason: READ_ONLY });
    expect(told).toEqual([{ state: 'read-only', reason: expect.any(Error) }]);
    expect(await store.listWatches({ team: 'T1' })).toHaveLength(1);
    expect(await versionsOf(store)).toEqual(new Map());
    expect(store.report.isWritable).toBe(false);
    expect(await rowsIn(path)).toEqual(rows);
    // What is tried again makes such a file, and each time removes it.
    await until(() => !readdirSync(join(path, '..')).some((name) => name.endsWith('.tmp')));

    disk.fault = undefined;
    await until(() => store.report.isWritable);
    expect(told.map(({ state }) => state)).toEqual(['read-only', 'writable']);
    expect(await rowsIn(path)).toEqual(rows);
    expect(await store.isFirst(['k'], { now: T0, keepMs: 1000 })).toBe(true);
    expect((await rowsIn(path)).length).toBe(rows.length + 1);
  });

  it('is told of once each way, however often it is tried', async () => {
    const disk = createFaultyDisk();
    const { store, told } = await open(join(createFolder(), 'flowbell.json'), { openFile: disk.openFile });

    for (const _ of [1, 2]) {
      disk.fault = fault;
      await expect(store.isFirst(['k'], { now: T0, keepMs: 1000 })).rejects.toMatchObject(READ_ONLY);
      const before = disk.writes;
      await until(() => disk.writes > before + 3);
      await expect(store.isFirst(['k'], { now: T0, keepMs: 1000 })).rejects.toMatchObject(READ_ONLY);
      disk.fault = undefined;
      await until(() => store.report.isWritable);
    }

    expect(told.map(({ state }) => state)).toEqual(['read-only', 'writable', 'read-only', 'writable']);
  });

  it('refuses a start, and leaves the file as it is', async () => {
    const folder = createFolder();
    const path = join(folder, 'flowbell.json');
    await saveStore(path);
    const before = filesIn(folder);
    const disk = createFaultyDisk();
    disk.fault = fault;

    await expect(open(path, { openFile: disk.openFile })).rejects.toMatchObject({
      ...{ name: 'StoreRefusal', kind: 'unwritable', path, advice: expect.stringContaining('has room') },
    });
    expect(filesIn(folder)).toEqual(before);
    // The lock is free again.
    await open(path);
  });
});

describe('a store that cannot be written', () => {
  it('gives nothing out to be said or looked at, and gives it when it can be written again', async () => {
    const disk = createFaultyDisk();
    const path = join(createFolder(), 'flowbell.json');
    const { store } = await open(path, { openFile: disk.openFile });
    await store.addWatch(aWish());
    const [claimed] = await store.claimDueRuns({ now: T0, most: 1, leaseMs: LEASE_MS });
    const lease = await store.leaseChannel({ now: T0, leaseMs: LEASE_MS });
    if (claimed === undefined || lease === undefined) throw new Error('nothing is due');
    const rows = await rowsIn(path);

    disk.fault = 'ENOSPC on write';
    await expect(store.claimDelivery(lease, { now: T0 })).rejects.toMatchObject(READ_ONLY);
    await expect(store.commitRun(claimOf(claimed), failing(claimed.run))).rejects.toMatchObject(READ_ONLY);
    await expect(store.leaseChannel({ now: T0, leaseMs: LEASE_MS })).rejects.toMatchObject(READ_ONLY);
    await expect(store.claimDueRuns({ now: T0, most: 1, leaseMs: LEASE_MS })).rejects.toMatchObject(
      READ_ONLY,
    );
    expect(await rowsIn(path)).toEqual(rows);

    disk.fault = undefined;
    await until(() => store.report.isWritable);
    expect(await store.commitRun(claimOf(claimed), failing(claimed.run))).toBe('committed');
    const given = await store.claimDelivery(lease, { now: T0 });
    expect(given).toMatchObject({ before: 'pending', delivery: { attempts: 1, facts: { kind: 'opening' } } });
    expect(await store.settleDelivery(lease, given?.delivery.key ?? '', { kind: 'sent', ts: '1' }, T0)).toBe(
      true,
    );
  });

  it('can be closed, and comes up as it was last written', async () => {
    const disk = createFaultyDisk();
    const path = join(createFolder(), 'flowbell.json');
    const { store, told } = await open(path, { openFile: disk.openFile });
    await store.putDocument('count', 'T1', { id: 'c', version: 0, body: 1 });
    disk.fault = 'ENOSPC on write';
    const change = store.putDocument('count', 'T1', { id: 'c', version: 1, body: 2 });

    const [refused] = await Promise.allSettled([change, store.close()]);

    expect(refused).toMatchObject({ status: 'rejected', reason: READ_ONLY });
    expect(told.length).toBeLessThan(2);
    const { store: again } = await open(path);
    expect(await versionsOf(again)).toEqual(new Map([['c', 1]]));
  });
});

describe('a full file system', () => {
  it('loses nothing that was acknowledged, and is written again when there is room', async () => {
    const folder = mountDisk('size=768k');
    if (folder === undefined) return;
    const path = join(folder, 'flowbell.json');
    const filler = join(folder, 'filler');
    writeFileSync(filler, Buffer.alloc(500 * 1024));
    const { store, told } = await open(path);

    const acknowledged = await writeUntilRefused(store, '满'.repeat(50));

    expect(told).toEqual([{ state: 'read-only', reason: expect.objectContaining({ code: 'ENOSPC' }) }]);
    expect(await versionsIn(path)).toEqual(acknowledged);
    expect(await versionsOf(store)).toEqual(acknowledged);
    expect(readFileSync(`${path}.bak`).length).toBeGreaterThan(0);

    rmSync(filler);
    await until(() => store.report.isWritable);
    const more = await writeUntilRefused(store, '更满'.repeat(50));
    expect(await versionsIn(path)).toEqual(more);
    expect(told.map(({ state }) => state)).toEqual(['read-only', 'writable', 'read-only']);
    await store.close();
    expect((await readGeneration(path)).kind).toBe('good');
  });
});
