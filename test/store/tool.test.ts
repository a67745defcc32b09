import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { openFileStore } from '../../src/store/file/open.ts';
import { runId } from '../helpers/runs.ts';
import { mountDisk } from './mount-disk.ts';
import { ROWS, runTool } from './run-tool.ts';
import { filesIn, SETTLE_MS, saveStore } from './saved-store.ts';
import { useFolders } from './temporary-folder.ts';
import { at, aWish, claimOf, failing, T0 } from './watching.ts';

const createFolder = useFolders();

const NEWER = '{"format":"flowbell","schema":3}';

describe('npm run store', () => {
  let folder: string;
  let dataFile: string;
  let backupPath: string;

  beforeEach(() => {
    folder = createFolder();
    dataFile = join(folder, 'flowbell.json');
    backupPath = `${dataFile}.bak`;
  });

  const run = (...args: string[]) => runTool(dataFile, ...args);

  it.each([
    { args: [] },
    { args: ['repair'] },
    { args: ['--help'] },
    { args: ['verify', 'a'] },
    { args: ['parked', 'a', 'b'] },
    { args: ['export', 'a', 'b'] },
    { args: ['import'] },
    { args: ['import', 'a', 'b'] },
  ])('says how it is called, and does nothing, when called with $args', async ({ args }) => {
    const { code, said, complained } = await run(...args);

    expect({ code, said }).toEqual({ code: 64, said: '' });
    expect(complained).toContain(
      'Usage: npm run store -- verify | parked [FILE] | export [FILE] | import FILE',
    );
    expect(filesIn(folder).size).toBe(0);
  });

  describe('verify', () => {
    it('says what is in the file and its backup, while a process has them', async () => {
      await saveStore(dataFile);
      const store = await openFileStore(dataFile, { settleMs: SETTLE_MS, now: () => T0 });

      const { code, said, complained } = await run('verify');
      await store.close();

      expect({ code, complained }).toEqual({ code: 0, complained: '' });
      const bytes = statSync(dataFile).size;
      expect(said).toBe(
        `${dataFile}: ${ROWS}; ${bytes} bytes, schema 2, write 5\n${backupPath}: ${ROWS}; ${bytes} bytes, schema 2, write 4\n`,
      );
    });

    it('is content where nothing is there yet', async () => {
      expect(await run('verify')).toMatchObject({ code: 0, said: expect.stringContaining('not there yet') });
      expect(filesIn(folder).size).toBe(0);
    });

    it.each([
      { what: 'a damaged file', text: '{"for', why: 'is cut, empty or overwritten' },
      { what: 'a foreign file', text: '[]', why: `is no store of Flowbell's` },
      { what: 'a newer file', text: NEWER, why: 'was written by a later Flowbell (schema 3)' },
    ])('ends with 65 and a way out for $what', async ({ text, why }) => {
      writeFileSync(dataFile, text);
      const before = filesIn(folder);

      const { code, complained } = await run('verify');

      expect(code).toBe(65);
      expect(complained).toMatch(/^.+\n.{20,}\n$/);
      expect(complained).toContain(`${dataFile}: ${why}`);
      expect(filesIn(folder)).toEqual(before);
    });

    it.each([
      { how: 'damaged', harm: (path: string) => writeFileSync(path, '') },
      { how: 'gone', harm: (path: string) => rmSync(path) },
    ])('says that the backup will be taken for a file that is $how', async ({ harm }) => {
      await saveStore(dataFile);
      harm(dataFile);

      const { code, said, complained } = await run('verify');

      expect(code).toBe(65);
      expect(complained).toContain('Flowbell takes the backup at its next start.');
      expect(said).toContain(`${backupPath}: ${ROWS}`);
    });

    it('names a bad backup beside a good file, which is no failure', async () => {
      await saveStore(dataFile);
      writeFileSync(backupPath, '');

      expect(await run('verify')).toMatchObject({
        ...{ code: 0, complained: expect.stringContaining(`${backupPath}: is cut`) },
      });
    });

    it('ends with 73 where a folder stands in the place of the file', async () => {
      mkdirSync(dataFile);

      expect(await run('verify')).toMatchObject({ code: 73, complained: expect.stringContaining('EISDIR') });
    });
  });

  describe('parked', () => {
    it('lists what Slack will never take, while a process has the store', async () => {
      const store = await openFileStore(dataFile, { settleMs: SETTLE_MS, now: () => T0 });
      for (const channel of ['C1', 'C2']) await store.addWatch(aWish({ channel }));
      const [claimed] = await store.claimDueRuns({ now: at(1), most: 1, leaseMs: 1000 });
      if (claimed !== undefined) await store.commitRun(claimOf(claimed), failing(claimed.run));
      for (const error of [undefined, 'restricted_action', 'msg_too_long']) {
        const lease = await store.leaseChannel({ now: at(11), leaseMs: 1000 });
        const next = lease && (await store.claimDelivery(lease, { now: at(11) }));
        if (lease === undefined || next === undefined) throw new Error('nothing is due');
        const outcome =
          error === undefined
            ? { kind: 'sent' as const, ts: '1.1' }
            : { kind: 'parked' as const, error, isSilent: true as const };
        await store.settleDelivery(lease, next.delivery.key, outcome, at(11));
        await store.releaseChannel(lease);
      }

      const { code, said } = await run('parked');
      await store.close();

      expect({ code, said }).toEqual({
        code: 0,
        said:
          '2026-03-02T09:00:00Z C2 opening: restricted_action\n' +
          `2026-03-02T09:00:10Z C1 failed of cn-hangzhou/${runId(1)}: msg_too_long\n`,
      });
    });

    it('says so where nothing is, in an export too', async () => {
      await saveStore(dataFile);
      const file = join(folder, 'export.json');
      await run('export', file);

      expect(await run('parked', file)).toEqual({ code: 0, said: 'Nothing is parked.\n', complained: '' });
    });

    it('ends with 65 for a file that is no store', async () => {
      writeFileSync(dataFile, '[]');

      expect(await run('parked')).toMatchObject({ code: 65, said: '' });
    });
  });

  describe('export', () => {
    it('prints the file as it is, while a process has it', async () => {
      await saveStore(dataFile);
      const store = await openFileStore(dataFile, { settleMs: SETTLE_MS, now: () => T0 });

      const exported = await run('export');
      await store.close();

      expect(exported).toEqual({ code: 0, said: readFileSync(dataFile, 'utf8'), complained: '' });
    });

    it('writes a file that nobody else can read', async () => {
      await saveStore(dataFile);
      const file = join(folder, 'export.json');

      expect(await run('export', file)).toMatchObject({ code: 0, said: expect.stringContaining(ROWS) });

      expect(readFileSync(file)).toEqual(readFileSync(dataFile));
      expect(statSync(file).mode & 0o777).toBe(0o600);
    });

    it('never writes over a file, be it the store itself', async () => {
      await saveStore(dataFile);
      writeFileSync(join(folder, 'export.json'), 'kept');
      const before = filesIn(folder);

      for (const file of [join(folder, 'export.json'), dataFile, backupPath]) {
        expect(await run('export', file)).toMatchObject({
          ...{ code: 73, said: '', complained: `${file}: is there already and is not overwritten.\n` },
        });
      }
      expect(filesIn(folder)).toEqual(before);
    });

    it.each([
      { kind: 'damaged', text: '' },
      { kind: 'foreign', text: '{}' },
      { kind: 'newer', text: NEWER },
    ])('exports no $kind file', async ({ text }) => {
      writeFileSync(dataFile, text);
      const file = join(folder, 'export.json');

      expect(await run('export', file)).toMatchObject({ code: 65, said: '' });
      expect(existsSync(file)).toBe(false);
    });

    it('leaves no half an export on a disk that is full', async () => {
      await saveStore(dataFile, ['x'.repeat(100_000)]);
      const disk = mountDisk('size=16k');
      if (disk === undefined) return;
      const file = join(disk, 'export.json');

      expect(await run('export', file)).toMatchObject({
        code: 73,
        complained: expect.stringContaining('ENOSPC'),
      });
      expect(existsSync(file)).toBe(false);
    });
  });
});
