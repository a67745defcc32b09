import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Loaded, loadGeneration, type StoreNotice } from '../../src/store/file/load.ts';
import { openFileStore } from '../../src/store/file/open.ts';
import { COUNT, filesIn, SETTLE_MS, saveStore } from './saved-store.ts';
import { useFolders } from './temporary-folder.ts';
import { aSnapshot, at, aWish, T0 } from './watching.ts';

const createFolder = useFolders();

/** Where the tests of the large store cut it. */
const CUTS = 1000;

/** The small one is loaded at every cut, and a whole store started on every so many of them. */
const STARTS_APART = 16;

const LEASE_MS = 45_000;

/** Opens a store and closes it again; gives what was told and which version of the document is there. */
async function open(
  path: string,
): Promise<{ notices: StoreNotice[]; version: number | undefined; watches: number }> {
  const notices: StoreNotice[] = [];
  const onNotice = (notice: StoreNotice) => notices.push(notice);
  const store = await openFileStore(path, { settleMs: SETTLE_MS, now: () => T0, onNotice });
  const document = await store.getDocument(COUNT.kind, COUNT.team, COUNT.id);
  const watches = await store.listWatches({ team: 'T1' });
  await store.close();
  return { notices, version: document?.version, watches: watches.length };
}

/** Makes a saved store in a new folder. */
async function save(): Promise<{ folder: string; path: string; backupPath: string; bytes: Buffer }> {
  const folder = createFolder();
  const path = join(folder, 'flowbell.json');
  await saveStore(path);
  return { folder, path, backupPath: `${path}.bak`, bytes: readFileSync(path) };
}

const versionIn = ({ generation: { tables } }: Loaded) => tables.get('documents', 'count/T1/c')?.version;

const asidePathOf = (path: string) => `${path}.corrupt-2026-03-02T09-00-00.000Z`;

describe('a damaged file', () => {
  it('comes up with its own state or with the backup, told, wherever it is cut', {
    timeout: 60_000,
  }, async () => {
    const { path, backupPath, bytes } = await save();
    const backup = readFileSync(backupPath);
    const asidePath = asidePathOf(path);

    // The last byte is the end of the last line: without it nothing is missing.
    for (let length = 0; length < bytes.length - 1; length += 1) {
      writeFileSync(path, bytes.subarray(0, length));
      const recovered = { kind: 'recovered', backupPath, asidePath };
      const loaded = await loadGeneration({ path, now: T0 });
      expect(loaded, `cut at ${length}`).toMatchObject({ isRecovered: true, notices: [recovered] });
      expect(versionIn(loaded), `cut at ${length}`).toBe(1);
      expect(statSync(asidePath).size).toBe(length);
      // The lock and the first write of a whole start take more time than all else.
      if (length % STARTS_APART !== 0) continue;
      writeFileSync(path, bytes.subarray(0, length));
      writeFileSync(backupPath, backup);
      expect(await open(path)).toEqual({ notices: [recovered], version: 1, watches: 1 });
      writeFileSync(backupPath, backup);
    }
    for (const length of [bytes.length - 1, bytes.length]) {
      writeFileSync(path, bytes.subarray(0, length));
      expect(await open(path), `cut at ${length}`).toEqual({ notices: [], version: 2, watches: 1 });
    }
  });

  it('does so too when it is large, cut at 1,000 places', { timeout: 60_000 }, async () => {
    const folder = createFolder();
    const path = join(folder, 'flowbell.json');
    const pages = Array.from({ length: 1000 }, (_, page) => ({
      page,
      text: '第一页, page one, '.repeat(60),
    }));
    await saveStore(path, ['甲', pages]);
    const bytes = readFileSync(path);
    expect(bytes.length).toBeGreaterThan(1_000_000);

    for (let cut = 0; cut < CUTS; cut += 1) {
      const length = Math.floor((cut * (bytes.length - 1)) / CUTS);
      writeFileSync(path, bytes.subarray(0, length));
      const loaded = await loadGeneration({ path, now: T0 });
      expect(loaded, `cut at ${length}`).toMatchObject({
        ...{ isRecovered: true, notices: [{ kind: 'recovered', asidePath: asidePathOf(path) }] },
      });
      expect(versionIn(loaded), `cut at ${length}`).toBe(1);
    }
  });

  it.each([
    { how: 'empty', damage: () => Buffer.alloc(0) },
    { how: 'all NUL', damage: (bytes: Buffer) => Buffer.alloc(bytes.length) },
    {
      how: 'NUL from its middle on',
      damage: (bytes: Buffer) => Buffer.from(bytes).fill(0, Math.floor(bytes.length / 2)),
    },
    { how: 'overwritten by another text', damage: () => Buffer.from('<html>it works</html>') },
    { how: 'no UTF-8', damage: (bytes: Buffer) => Buffer.from(bytes).fill(0xff, 900, 901) },
    { how: 'longer than it was', damage: (bytes: Buffer) => Buffer.concat([bytes, Buffer.from('}')]) },
  ])('is put aside for its backup when it is $how', async ({ damage }) => {
    const { path, backupPath, bytes } = await save();
    const damaged = damage(bytes);
    writeFileSync(path, damaged);

    const { notices, version } = await open(path);

    const asidePath = asidePathOf(path);
    expect(notices).toEqual([{ kind: 'recovered', backupPath, asidePath }]);
    expect(version).toBe(1);
    expect(readFileSync(asidePath)).toEqual(damaged);
    expect(await open(path)).toEqual({ notices: [], version: 1, watches: 1 });
  });

  it('comes up from its backup when it is gone', async () => {
    const { path, backupPath } = await save();
    rmSync(path);

    expect(await open(path)).toEqual({
      ...{ notices: [{ kind: 'recovered', backupPath }], version: 1, watches: 1 },
    });
  });

  it.each([
    { beside: 'no backup', harm: (backupPath: string) => rmSync(backupPath) },
    { beside: 'a damaged backup', harm: (backupPath: string) => writeFileSync(backupPath, '{"form') },
    { beside: 'a foreign backup', harm: (backupPath: string) => writeFileSync(backupPath, '{}') },
  ])('is refused beside $beside, and left as it is', async ({ harm }) => {
    const { folder, path, backupPath, bytes } = await save();
    writeFileSync(path, bytes.subarray(0, 500));
    harm(backupPath);
    const before = filesIn(folder);

    await expect(open(path)).rejects.toMatchObject({
      ...{ name: 'StoreRefusal', kind: 'damaged', path, advice: expect.stringContaining('import FILE') },
    });
    expect(filesIn(folder)).toEqual(before);
  });

  it.each([
    { kind: 'damaged', text: '' },
    { kind: 'foreign', text: '[]' },
    { kind: 'newer', text: '{"format":"flowbell","schema":3}' },
  ])('is not taken for a new one when it is gone and its backup is $kind', async ({ kind, text }) => {
    const { folder, path, backupPath } = await save();
    rmSync(path);
    writeFileSync(backupPath, text);
    const before = filesIn(folder);

    await expect(open(path)).rejects.toMatchObject({ kind, path: backupPath });
    expect(filesIn(folder)).toEqual(before);
  });

  it('leaves what its backup does not know as sent to be asked about', async () => {
    const path = join(createFolder(), 'flowbell.json');
    let store = await openFileStore(path, { settleMs: SETTLE_MS, now: () => T0 });
    for (const number of [1, 2, 3]) {
      await store.addWatch(aWish({ run: aSnapshot(number), channel: `C${number}` }));
    }
    for (const outcome of [
      { kind: 'sent', ts: '1.1' } as const,
      { kind: 'parked', error: 'gone' } as const,
    ]) {
      const lease = await store.leaseChannel({ now: T0, leaseMs: LEASE_MS });
      const claimed = lease && (await store.claimDelivery(lease, { now: T0 }));
      if (claimed) await store.settleDelivery(lease, claimed.delivery.key, outcome, T0);
    }
    await store.putDocument('count', 'T1', { id: 'c', version: 0, body: 1 });
    await store.close();
    writeFileSync(path, '');

    store = await openFileStore(path, { settleMs: SETTLE_MS, now: () => T0 });

    expect(await store.reportDeliveries()).toMatchObject({ waiting: 1, parked: 1 });
    expect(await store.leaseChannel({ now: at(29), leaseMs: LEASE_MS })).toBeUndefined();
    const lease = await store.leaseChannel({ now: at(30), leaseMs: LEASE_MS });
    expect(lease?.channelId).toBe('C3');
    expect(lease && (await store.claimDelivery(lease, { now: at(30) }))).toMatchObject({ before: 'unknown' });
    await store.close();
  });
});

describe('a folder', () => {
  it('is made with a file that nobody else can read', async () => {
    const path = join(createFolder(), 'data', 'flowbell.json');

    expect(await open(path)).toEqual({ notices: [], version: undefined, watches: 0 });

    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('is rid of what a dead process left half written, and of nothing else', async () => {
    const { folder, path, bytes } = await save();
    writeFileSync(join(folder, '.flowbell.json.99999.tmp'), bytes.subarray(0, 100));
    writeFileSync(join(folder, '.other.json.99999.tmp'), 'x');

    await open(path);

    expect([...filesIn(folder).keys()]).toEqual([
      '.other.json.99999.tmp',
      'flowbell.json',
      'flowbell.json.bak',
    ]);
  });
});
