import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { readGeneration } from '../../src/store/file/load.ts';
import { openFileStore } from '../../src/store/file/open.ts';
import { ROWS, runTool } from './run-tool.ts';
import { COUNT, filesIn, rowsIn, SETTLE_MS, saveStore } from './saved-store.ts';
import { useFolders } from './temporary-folder.ts';
import { at, T0 } from './watching.ts';

const createFolder = useFolders();

const NEWER = '{"format":"flowbell","schema":3}';

describe('npm run store -- import', () => {
  let folder: string;
  let dataFile: string;
  let backupPath: string;

  beforeEach(() => {
    folder = createFolder();
    dataFile = join(folder, 'flowbell.json');
    backupPath = `${dataFile}.bak`;
  });

  const run = (...args: string[]) => runTool(dataFile, ...args);

  /** Which version of the document that tells generations apart a file has. */
  async function versionIn(path: string): Promise<number | undefined> {
    const read = await readGeneration(path);
    if (read.kind !== 'good') throw new Error(`the file is ${read.kind}`);
    return read.generation.tables.get('documents', `${COUNT.kind}/${COUNT.team}/${COUNT.id}`)?.version;
  }

  /** An export of a store with the first version of the document only. */
  async function createExport(): Promise<string> {
    const path = join(createFolder(), 'export.json');
    await saveStore(path, ['甲']);
    return path;
  }

  it('makes a store where there is none', async () => {
    const file = await createExport();
    dataFile = join(folder, 'data', 'flowbell.json');

    expect(await run('import', file)).toMatchObject({ code: 0, said: expect.stringContaining(ROWS) });

    expect(await versionIn(dataFile)).toBe(1);
    expect(statSync(dataFile).mode & 0o777).toBe(0o600);
  });

  it('takes the place of the store and keeps what was there as the backup', async () => {
    await saveStore(dataFile);
    const before = await rowsIn(dataFile);

    expect(await run('import', await createExport())).toMatchObject({ code: 0, complained: '' });

    expect(await versionIn(dataFile)).toBe(1);
    expect(await rowsIn(backupPath)).toEqual(before);
    expect([...filesIn(folder).keys()]).toEqual(['flowbell.json', 'flowbell.json.bak']);
  });

  it('lets everything that was not sent by then be asked about first', async () => {
    await run('import', await createExport());
    const store = await openFileStore(dataFile, { settleMs: SETTLE_MS, now: () => at(1) });

    const lease = await store.leaseChannel({ now: at(1), leaseMs: 1000 });
    const claimed = lease && (await store.claimDelivery(lease, { now: at(1) }));
    await store.close();

    expect(claimed).toMatchObject({ before: 'unknown' });
  });

  it.each([{ text: '{"for' }, { text: '[]' }, { text: NEWER }])(
    'puts a file that holds $text aside, and its backup stays',
    async ({ text }) => {
      await saveStore(dataFile);
      writeFileSync(dataFile, text);
      const backup = readFileSync(backupPath);

      const { code, said } = await run('import', await createExport());

      const asidePath = `${dataFile}.corrupt-2026-03-02T09-00-00.000Z`;
      expect(code).toBe(0);
      expect(said).toContain(`The old file is at ${asidePath} now.`);
      expect(readFileSync(asidePath, 'utf8')).toBe(text);
      expect(readFileSync(backupPath)).toEqual(backup);
    },
  );

  it.each([
    { what: 'a damaged file', text: '{"for' },
    { what: 'a foreign file', text: '{}' },
    { what: 'a newer file', text: NEWER },
    { what: 'no file', text: undefined },
  ])('refuses $what, and the store stays as it is', async ({ text }) => {
    await saveStore(dataFile);
    const file = join(createFolder(), 'export.json');
    if (text !== undefined) writeFileSync(file, text);
    const before = filesIn(folder);

    expect(await run('import', file)).toMatchObject({
      code: 65,
      complained: expect.stringContaining(file),
    });
    expect(filesIn(folder)).toEqual(before);
  });

  it('refuses while a process has the store', async () => {
    await saveStore(dataFile);
    const file = await createExport();
    const store = await openFileStore(dataFile, { settleMs: SETTLE_MS, now: () => T0 });
    const before = readFileSync(dataFile);

    expect(await run('import', file)).toMatchObject({
      ...{ code: 75, complained: expect.stringContaining(`is in use by process ${process.pid}`) },
    });
    expect(readFileSync(dataFile)).toEqual(before);
    await store.close();
    expect((await run('import', file)).code).toBe(0);
  });
});
