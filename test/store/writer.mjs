// A process of its own for the tests that kill it. Plain JavaScript on the built store, so that it starts at once.
import { writeSync } from 'node:fs';
import { openFileStore } from '../../dist/store/file/open.js';

const [path = '', writers = '0'] = process.argv.slice(2);
// To the descriptor itself: what was said must have left the process when it is killed.
const say = (line) => writeSync(1, `${line}\n`);

try {
  const store = await openFileStore(path, { settleMs: 30_000 });
  say('open');
  // A lock keeps no process alive.
  setInterval(() => undefined, 1000);
  for (let writer = 0; writer < Number(writers); writer += 1) void write(store, `writer-${writer}`);
} catch (error) {
  say(`refused ${error.kind} ${error.message}`);
  process.exitCode = 75;
}

/** Counts a document up for ever, and says each number once it is acknowledged. */
async function write(store, id) {
  let version = (await store.getDocument('count', 'T1', id))?.version ?? 0;
  for (;;) {
    await store.putDocument('count', 'T1', { id, version, body: 'x'.repeat(200) });
    version += 1;
    say(`${id} ${version}`);
  }
}
