import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';

/**
 * Mounts a disk in memory until the test ends and gives its folder; `options` are those of tmpfs. Gives nothing where
 * only root may mount and this is not root, and fails where root may not.
 */
export function mountDisk(options: string): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'flowbell-disk-'));
  const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]).status === 0;
  onTestFinished(() => {
    if (isMounted) spawnSync('umount', [folder]);
    rmSync(folder, { recursive: true });
  });
  if (isMounted) return folder;
  expect(process.getuid?.()).not.toBe(0);
  return undefined;
}
