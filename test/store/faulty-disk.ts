import { open } from 'node:fs/promises';
import type { OpenFile } from '../../src/store/file/durable-json.ts';

/** What a disk can do to a write; `cut` says that all is well and keeps half of it. */
export type Fault = 'ENOSPC on open' | 'ENOSPC on write' | 'cut' | 'EIO on sync' | 'EIO on close';

export interface FaultyDisk {
  readonly openFile: OpenFile;
  fault: Fault | undefined;
  /** How many writes were begun. */
  writes: number;
}

/** Gives a disk that is good until its `fault` is set. */
export function createFaultyDisk(): FaultyDisk {
  const disk: FaultyDisk = { fault: undefined, writes: 0, openFile };
  return disk;

  async function openFile(...asked: Parameters<OpenFile>): ReturnType<OpenFile> {
    disk.writes += 1;
    if (disk.fault === 'ENOSPC on open') throw systemError('ENOSPC');
    const file = await open(...asked);
    return {
      writeFile: async (data) => {
        const isCut = disk.fault === 'cut' || disk.fault === 'ENOSPC on write';
        const whole = Buffer.from(String(data));
        await file.writeFile(isCut ? whole.subarray(0, whole.length / 2) : whole);
        if (disk.fault === 'ENOSPC on write') throw systemError('ENOSPC');
      },
      sync: async () => {
        if (disk.fault === 'EIO on sync') throw systemError('EIO');
        await file.sync();
      },
      stat: file.stat.bind(file),
      close: async () => {
        await file.close();
        if (disk.fault === 'EIO on close') throw systemError('EIO');
      },
    };
  }
}

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: made by the test`), { code });
}
