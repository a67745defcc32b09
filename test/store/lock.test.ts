import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StoreNotice } from '../../src/store/file/load.ts';
import { findLockOwner } from '../../src/store/file/lock.ts';
import { type FileStoreOptions, openFileStore } from '../../src/store/file/open.ts';
import { startWriter } from './child.ts';
import { useFolders } from './temporary-folder.ts';

const createFolder = useFolders();
const open = (path: string, options: Partial<FileStoreOptions> = {}) =>
  openFileStore(path, { settleMs: 30_000, ...options });

/** What can hide the first process's abstract socket from the second. */
const NAMESPACES: readonly (readonly string[])[] = [
  ['unshare', '-n'],
  // A child in a pid namespace of its own outlives the unshare that began it, unless that is told to take it along.
  ['unshare', '-n', '-p', '-f', '--kill-child'],
];
const isAllowed = (wrap: readonly string[]) => {
  const [command = '', ...args] = [...wrap, 'true'];
  return spawnSync(command, args).status === 0;
};

describe('the lock', () => {
  it('refuses a second process, and says who has the file', async () => {
    const path = join(createFolder(), 'flowbell.json');
    const first = startWriter(path);
    expect(await first.first).toBe('open');

    await expect(open(path)).rejects.toMatchObject({
      name: 'StoreRefusal',
      kind: 'locked',
      message: expect.stringContaining(`process ${first.process.pid}, `),
    });
    expect(await startWriter(path).first).toContain('refused locked');
  });

  it('refuses a process that names the folder in another way', async () => {
    const folder = createFolder();
    const store = await open(join(folder, 'flowbell.json'));

    const other = relative(process.cwd(), join(folder, '.', 'flowbell.json'));

    await expect(open(other)).rejects.toMatchObject({ kind: 'locked' });
    await store.close();
  });

  it('lets the next process in at once when the first was killed', async () => {
    const path = join(createFolder(), 'flowbell.json');
    const first = startWriter(path);
    await first.first;
    await first.kill();
    expect(existsSync(`${path}.lock`)).toBe(true);

    const store = await open(path);

    await store.close();
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  it('refuses while the first process is stopped and cannot answer', async () => {
    const path = join(createFolder(), 'flowbell.json');
    const first = startWriter(path);
    await first.first;
    first.process.kill('SIGSTOP');

    await expect(open(path)).rejects.toMatchObject({ kind: 'locked' });
  });

  it.each(NAMESPACES.map((wrap) => ({ wrap, how: wrap.join(' ') })))(
    'refuses a process in other namespaces: $how',
    async ({ wrap }) => {
      // Where the system forbids it there is nothing to see; where it is root's, it must be allowed.
      if (!isAllowed(wrap)) {
        expect(process.getuid?.()).not.toBe(0);
        return;
      }
      const path = join(createFolder(), 'flowbell.json');
      const first = startWriter(path);
      await first.first;

      expect(await startWriter(path, { wrap }).first).toContain('refused locked');
      await first.kill();
      expect(await startWriter(path, { wrap }).first).toBe('open');
    },
  );

  it('lets one of many in that come at the same time after one that was killed', async () => {
    const path = join(createFolder(), 'flowbell.json');
    const dead = startWriter(path);
    await dead.first;
    await dead.kill();

    const said = await Promise.all(Array.from({ length: 6 }, () => startWriter(path).first));

    expect(said.filter((line) => line === 'open')).toHaveLength(1);
    expect(said.filter((line) => line.startsWith('refused locked'))).toHaveLength(5);
  });

  it('tells who has the file without taking it', async () => {
    const path = join(createFolder(), 'flowbell.json');
    const before = await findLockOwner(path);
    const store = await open(path);

    const during = await findLockOwner(path);
    await store.close();

    expect(before).toEqual({ kind: 'none' });
    expect(during).toMatchObject({ kind: 'alive', owner: { pid: process.pid } });
    expect(await findLockOwner(path)).toEqual({ kind: 'none' });
  });

  it('replaces a file of its name that is no socket', async () => {
    const path = join(createFolder(), 'flowbell.json');
    writeFileSync(`${path}.lock`, 'left by somebody');

    const store = await open(path);

    await store.close();
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  it.runIf(process.platform === 'linux')(
    'goes on with one socket where the path is too long for the other',
    async () => {
      const folder = join(createFolder(), 'd'.repeat(60), 'd'.repeat(60));
      mkdirSync(folder, { recursive: true });
      const path = join(folder, 'flowbell.json');
      const notices: StoreNotice[] = [];

      const store = await open(path, { onNotice: (notice) => notices.push(notice) });

      await expect(open(path)).rejects.toMatchObject({ kind: 'locked' });
      await store.close();
      expect(notices).toEqual([{ kind: 'weak-lock', why: 'the path is too long for a socket' }]);
    },
  );
});
