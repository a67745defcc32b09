import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { openFileStore } from '../src/store/file/open.ts';
import { formatBytes, formatCount, formatMs, formatSpread } from './figures.ts';
import { median, quantile } from './rounds.ts';
import type { Row } from './row.ts';
import { type Load, loadWith } from './store-load.ts';
import { createOurSide, createStockSide, type StoreSide } from './store-sides.ts';
import { inTemporaryFolder } from './temporary-folder.ts';
import { createToldRuns, watchAll } from './told-runs.ts';

const SIZES = [1000, 5000, 10_000];
/** The size that the bounds are for. */
const BOUND_SIZE = 10_000;
const LEAST_PER_SECOND = 300;
const MOST_LAG_MS = 50;
const ROUNDS = 5;
const FLOOR_WRITES = 9;
const LOAD = { writers: 50, changes: 1000, longestMs: 4000 };
const WARM_UP = { writers: 50, changes: 200, longestMs: 1000 };

/** Both stores under the same load, one after the other. */
interface Round {
  readonly ours: Load;
  readonly peer: Load;
}

/** Measures durable changes against stock lowdb with the same rows, at three sizes. */
export async function benchStore(): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const size of SIZES) rows.push(...(await inTemporaryFolder((folder) => benchSize(size, folder))));
  return rows;
}

async function benchSize(size: number, folder: string): Promise<readonly Row[]> {
  const path = join(folder, 'flowbell.json');
  const now = new Date();
  const runs = createToldRuns(size, now);
  const writesMs: number[] = [];
  const store = await openFileStore(path, { settleMs: 30_000, onWrite: (tookMs) => writesMs.push(tookMs) });
  try {
    await watchAll(store, runs, now);
    const ours = createOurSide(store, runs);
    const peer = await createStockSide(path, folder);
    const bytes = { ours: await ours.bytes(), peer: await peer.bytes() };
    writesMs.length = 0;
    const rounds = await alternateLoads(ours, peer);
    const floorsMs = await timeFloor(folder, await ours.bytes());
    return [...createRows(size, bytes, rounds), createWriteRow(size, writesMs, floorsMs)];
  } finally {
    await store.close();
  }
}

async function alternateLoads(ours: StoreSide, peer: StoreSide): Promise<readonly Round[]> {
  await loadWith(ours.change, WARM_UP);
  await loadWith(peer.change, WARM_UP);
  const rounds: Round[] = [];
  for (let i = 0; i < ROUNDS; i += 1) {
    if (i % 2 === 0) {
      const load = await loadWith(ours.change, LOAD);
      rounds.push({ ours: load, peer: await loadWith(peer.change, LOAD) });
    } else {
      const load = await loadWith(peer.change, LOAD);
      rounds.push({ ours: await loadWith(ours.change, LOAD), peer: load });
    }
  }
  return rounds;
}

function createRows(
  size: number,
  bytes: Readonly<Record<keyof Round, number>>,
  rounds: readonly Round[],
): readonly Row[] {
  const name = `${formatCount(size)} runs`;
  const perSecond = ({ changes, wallMs }: Load): number => (changes * 1000) / wallMs;
  const rates = figuresOf(rounds, perSecond);
  const lags = figuresOf(rounds, ({ lagMs }) => lagMs);
  const isBound = size === BOUND_SIZE;
  const row = { group: 'store', kind: 'timing', bound: '-', rounds } as const;
  return [
    {
      ...row,
      name: `${name}: changes a second, ${LOAD.writers} writers`,
      ours: `${rates.ours.toFixed(0)}/s`,
      peer: `${rates.peer.toFixed(1)}/s stock lowdb, not durable`,
      ratio: rates.ratio,
      ...(isBound && { bound: `≥ ${LEAST_PER_SECOND}/s`, holds: rates.ours >= LEAST_PER_SECOND }),
    },
    ...[0.5, 0.99].map((share) => createLatencyRow(row, name, share)),
    {
      ...row,
      name: `${name}: event loop p99 meanwhile (longest of all)`,
      ours: `${formatMs(lags.ours)} (${formatMs(longestLag(rounds, 'ours'))})`,
      peer: `${formatMs(lags.peer)} (${formatMs(longestLag(rounds, 'peer'))}) stock lowdb`,
      ratio: lags.ratio,
      ...(isBound && { bound: `≤ ${MOST_LAG_MS} ms`, holds: lags.ours <= MOST_LAG_MS }),
    },
    {
      ...row,
      name: `${name}: the file, with a watch, a place and a delivery each`,
      ours: `${formatBytes(bytes.ours)}, ${formatCount(Math.round(bytes.ours / size))} B a run`,
      peer: `${formatBytes(bytes.peer)} stock lowdb`,
      ratio: (bytes.ours / bytes.peer).toFixed(2),
    },
  ];
}

/** The least that a durable write of so many bytes costs: one buffer, in one go, synced, in a file beside. */
async function timeFloor(folder: string, bytes: number): Promise<readonly number[]> {
  const path = join(folder, 'floor');
  const buffer = Buffer.alloc(bytes, 'x');
  const takenMs: number[] = [];
  for (let i = 0; i < FLOOR_WRITES; i += 1) {
    const start = performance.now();
    await writeFile(`${path}.tmp`, buffer, { flush: true });
    await rename(`${path}.tmp`, path);
    takenMs.push(performance.now() - start);
  }
  return takenMs;
}

function createWriteRow(size: number, writesMs: readonly number[], floorsMs: readonly number[]): Row {
  const floorMs = median(floorsMs);
  const ratios = writesMs.map((tookMs) => tookMs / floorMs);
  return {
    group: 'store',
    name: `${formatCount(size)} runs: one write, changes go on`,
    ours: formatMs(median(writesMs)),
    peer: `${formatMs(floorMs)} the same bytes written, synced and renamed`,
    ratio: formatSpread(median(ratios), ratios),
    bound: '-',
    kind: 'timing',
    rounds: { writesMs, floorsMs },
  };
}

function createLatencyRow(
  row: Pick<Row, 'group' | 'kind' | 'bound'> & { readonly rounds: readonly Round[] },
  name: string,
  share: number,
): Row {
  const latencies = figuresOf(row.rounds, ({ latenciesMs }) => quantile(latenciesMs, share));
  return {
    ...row,
    name: `${name}: one change, p${share * 100}`,
    ours: formatMs(latencies.ours),
    peer: `${formatMs(latencies.peer)} stock lowdb`,
    ratio: latencies.ratio,
  };
}

function longestLag(rounds: readonly Round[], side: keyof Round): number {
  return Math.max(...rounds.map((round) => round[side].longestLagMs));
}

/** The medians of the rounds, and what lies between the two sides. */
function figuresOf(
  rounds: readonly Round[],
  figure: (load: Load) => number,
): { readonly ours: number; readonly peer: number; readonly ratio: string } {
  const ratios = rounds.map(({ ours, peer }) => figure(ours) / figure(peer));
  return {
    ours: median(rounds.map(({ ours }) => figure(ours))),
    peer: median(rounds.map(({ peer }) => figure(peer))),
    ratio: formatSpread(median(ratios), ratios),
  };
}
