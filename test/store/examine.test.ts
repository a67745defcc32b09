import { mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { examineStore } from '../../src/store/file/examine.ts';
import { openFileStore } from '../../src/store/file/open.ts';
import { mountDisk } from './mount-disk.ts';
import { filesIn, SETTLE_MS, saveStore } from './saved-store.ts';
import { useFolders } from './temporary-folder.ts';
import { T0 } from './watching.ts';

const createFolder = useFolders();

describe('examineStore', () => {
  let folder: string;
  let path: string;

  beforeEach(() => {
    folder = createFolder();
    path = join(folder, 'flowbell.json');
  });

  it('finds a store that can be opened', async () => {
    await saveStore(path);
    const before = filesIn(folder);

    expect(await examineStore(path)).toEqual({ kind: 'writable', path, bytes: statSync(path).size });
    expect(filesIn(folder)).toEqual(before);
  });

  it.each(['flowbell.json', 'data/of/flowbell.json'])('finds that %s is still to be made', async (name) => {
    const fresh = join(folder, name);

    expect(await examineStore(fresh)).toEqual({ kind: 'new', path: fresh });
    expect(filesIn(folder).size).toBe(0);
  });

  it.each([
    { how: 'damaged', harm: (file: string) => writeFileSync(file, '') },
    { how: 'gone', harm: (file: string) => rmSync(file) },
  ])('finds that a file that is $how has a good backup', async ({ harm }) => {
    await saveStore(path);
    harm(path);
    const before = filesIn(folder);

    expect(await examineStore(path)).toEqual({ kind: 'mendable', path });
    expect(filesIn(folder)).toEqual(before);
  });

  it.each([
    { why: 'damaged', text: '{"for' },
    { why: 'foreign', text: 'null' },
    { why: 'newer', text: '{"format":"flowbell","schema":3}' },
  ])('finds that a $why file will be refused, and what to do', async ({ why, text }) => {
    writeFileSync(path, text);

    expect(await examineStore(path)).toEqual({
      ...{ kind: 'refused', path, why, advice: expect.stringMatching(/.{20,}/) },
    });
  });

  it.each(['foreign', 'newer'])(
    'finds that a %s file will be refused beside a good backup too',
    async (why) => {
      await saveStore(path);
      writeFileSync(path, why === 'foreign' ? '{}' : '{"format":"flowbell","schema":3}');

      expect(await examineStore(path)).toMatchObject({ kind: 'refused', why });
    },
  );

  it('finds that a bad backup alone will be refused', async () => {
    writeFileSync(`${path}.bak`, '');

    expect(await examineStore(path)).toMatchObject({ kind: 'refused', why: 'damaged' });
  });

  it('finds that a process has the store, also through a link to the file', async () => {
    const link = join(createFolder(), 'linked.json');
    symlinkSync(path, link);
    const store = await openFileStore(path, { settleMs: SETTLE_MS, now: () => T0 });

    const found = [await examineStore(path), await examineStore(link)];
    await store.close();

    expect(found).toMatchObject([
      { kind: 'refused', why: 'locked' },
      { kind: 'refused', why: 'locked' },
    ]);
    expect(await examineStore(link)).toMatchObject({ kind: 'writable', path: link });
  });

  it('finds that a folder in the place of the file will be refused', async () => {
    mkdirSync(path);

    expect(await examineStore(path)).toMatchObject({ kind: 'refused', why: 'unwritable' });
  });

  it('finds that a file in the place of the folder will be refused', async () => {
    writeFileSync(join(folder, 'data'), '');

    expect(await examineStore(join(folder, 'data', 'flowbell.json'))).toMatchObject({
      ...{ kind: 'refused', why: 'unwritable', advice: expect.stringContaining('folder') },
    });
  });

  it('finds that a folder in which nobody may write will be refused', async () => {
    const disk = mountDisk('ro');
    if (disk === undefined) return;

    expect(await examineStore(join(disk, 'flowbell.json'))).toMatchObject({
      ...{ kind: 'refused', why: 'unwritable' },
    });
  });
});
