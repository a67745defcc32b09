import { fork } from 'node:child_process';
import { once } from 'node:events';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openFileStore } from '../src/store/file/open.ts';
import { formatBytes, formatCount, formatSpread } from './figures.ts';
import { median } from './rounds.ts';
import type { Row } from './row.ts';
import { inTemporaryFolder } from './temporary-folder.ts';
import { createToldRuns, NODES, watchAll } from './told-runs.ts';

/** What an open store holds, in bytes of heap and beside it, without garbage. */
export interface Held {
  readonly runs: number;
  /** As it was read, every run looked at once. */
  readonly openedBytes: number;
  /** After every node of every run has changed, as PAI told it. */
  readonly changedBytes: number;
}

const RUNS = 10_000;
const ROUNDS = 3;
const BOUND_BYTES = 8000;

/** Measures in processes of their own what a watched run takes in memory, against its rows as text. */
export function benchMemory(): Promise<readonly Row[]> {
  return inTemporaryFolder(async (folder) => {
    const path = join(folder, 'flowbell.json');
    const textBytes = await fillFile(path);
    const rounds: Held[] = [];
    for (let i = 0; i < ROUNDS; i += 1) rounds.push(await measure(path, join(folder, `round-${i}.json`)));
    return [
      createRow('as opened', ({ openedBytes }) => openedBytes, rounds, textBytes),
      createRow('after all of them have changed', ({ changedBytes }) => changedBytes, rounds, textBytes),
    ];
  });
}

async function fillFile(path: string): Promise<number> {
  const now = new Date();
  const store = await openFileStore(path, { settleMs: 30_000 });
  await watchAll(store, createToldRuns(RUNS, now), now);
  const { bytes } = store.report;
  await store.close();
  return bytes;
}

/** On a copy, since what is measured changes the file. */
async function measure(original: string, path: string): Promise<Held> {
  await copyFile(original, path);
  const execArgv = [...process.execArgv, '--expose-gc'];
  const child = fork(new URL('./memory-of-store.ts', import.meta.url), [path], { execArgv });
  const [held] = await once(child, 'message', { signal: AbortSignal.timeout(60_000) });
  const { runs } = held as Held;
  if (runs !== RUNS) throw new Error(`expected ${RUNS} runs in the store, got ${runs}`);
  return held as Held;
}

function createRow(
  name: string,
  figure: (held: Held) => number,
  rounds: readonly Held[],
  textBytes: number,
): Row {
  const perRun = median(rounds.map(figure)) / RUNS;
  const textPerRun = textBytes / RUNS;
  const ratios = rounds.map((held) => figure(held) / textBytes);
  return {
    group: 'memory',
    name: `a run of ${NODES} nodes with a watch, a place and a delivery, of ${formatCount(RUNS)}, ${name}`,
    ours: formatBytes(perRun),
    peer: `${formatBytes(textPerRun)} its rows as text`,
    ratio: formatSpread(median(ratios), ratios),
    bound: `≤ ${formatBytes(BOUND_BYTES)}`,
    holds: perRun <= BOUND_BYTES,
    kind: 'timing',
    rounds,
  };
}
