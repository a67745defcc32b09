import { join } from 'node:path';
import { openFileStore } from '../../src/store/file/open.ts';
import { describeStore, SETTLE_MS } from './contract.ts';
import { useFolders } from './temporary-folder.ts';

const createFolder = useFolders();

describeStore('the file store', (clock) =>
  openFileStore(join(createFolder(), 'flowbell.json'), { ...clock, settleMs: SETTLE_MS }),
);
