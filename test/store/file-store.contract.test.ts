import { join } from 'node:path';
import { openFileStore } from '../../src/store/file/open.ts';
import { describeStore } from './contract.ts';
import { SETTLE_MS } from './story.ts';
import { useFolders } from './temporary-folder.ts';

const createFolder = useFolders();

describeStore('the file store', (clock) =>
  openFileStore(join(createFolder(), 'flowbell.json'), { ...clock, settleMs: SETTLE_MS }),
);
