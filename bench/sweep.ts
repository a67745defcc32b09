import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { createSandboxClient as createControl } from '../sandbox/client.ts';
import { baselineOf } from '../src/domain/diff.ts';
import { readStatus } from '../src/domain/status.ts';
import type { RunId } from '../src/domain/target.ts';
import { type PollPorts, pollRuns } from '../src/jobs/poll-runs.ts';
import { createBatcher } from '../src/paiflow/batcher.ts';
import type { FileStore } from '../src/store/file/file-store.ts';
import { openFileStore } from '../src/store/file/open.ts';
import { formatBytes, formatCount, formatMs, formatSpread } from './figures.ts';
import { median } from './rounds.ts';
import type { Row } from './row.ts';
import { createSandboxClient } from './sandbox-client.ts';
import { AT_WORK, NODES, type SandboxFacts } from './sandbox-process.ts';
import { REGION } from './status-rows.ts';
import { inTemporaryFolder } from './temporary-folder.ts';
import { wishOf } from './told-runs.ts';

const RUNS = 2000;
const BATCH = 100;
/** Calls a second, and how often a sweep is timed with them. */
const PACES = [
  { maxRps: 10, sweeps: 3 },
  { maxRps: 50, sweeps: 7 },
];
/** Later than any run at work is due again, and soon enough for no list to be old before the end. */
const ROUND_MS = 20_000;
/** Lists and single runs of one tick, until all are known. */
const SINGLE_CALLS = 500;
const STATUS = 'ListPipelineRunsStatus';

/** Everything a sweep needs, and the virtual time that makes all runs due. */
interface Stage {
  readonly sandbox: SandboxFacts;
  readonly control: ReturnType<typeof createControl>;
  readonly store: FileStore;
  now: Date;
}

/** Measures one look at 2,000 watched runs of 20 nodes each, with the sandbox in a process of its own. */
export function benchSweep(): Promise<readonly Row[]> {
  return inTemporaryFolder(async (folder) => {
    const child = fork(new URL('./sandbox-process.ts', import.meta.url), [String(RUNS)]);
    try {
      const [facts] = await once(child, 'message', { signal: AbortSignal.timeout(60_000) });
      const sandbox = facts as SandboxFacts;
      const store = await openFileStore(join(folder, 'flowbell.json'), { settleMs: 30_000 });
      try {
        const stage = { sandbox, control: createControl(sandbox.controlUrl), store, now: new Date() };
        return [...(await sweepAll(stage)), await countWatchers(stage, folder)];
      } finally {
        await store.close();
      }
    } finally {
      child.disconnect();
    }
  });
}

async function sweepAll(stage: Stage): Promise<readonly Row[]> {
  await Promise.all(stage.sandbox.runIds.map((id) => watch(stage.store, id, 'U0MEMBER', stage.now)));
  const listing = await listAll(stage);
  const rows: Row[] = [
    {
      group: 'sweep',
      name: `${formatCount(RUNS)} new runs: calls until all nodes and times are known`,
      ours: `${formatCount(listing.calls)} in ${listing.ticks} ticks`,
      peer: '-',
      bound: '-',
      kind: 'timing',
      rounds: listing,
    },
  ];
  for (const pace of PACES) rows.push(...(await timeSweeps(stage, pace)));
  return rows;
}

/** As a person's watch does who was shown the state alone. */
async function watch(store: FileStore, id: string, userId: string, now: Date): Promise<void> {
  const run = { region: REGION, runId: id as RunId, status: readStatus('Running'), isDeleted: false };
  await store.addWatch(wishOf(baselineOf(run, [], { askedAt: now, now }), userId, now));
}

/** Ticks until nothing is asked but states. */
async function listAll(stage: Stage): Promise<{ readonly calls: number; readonly ticks: number }> {
  await stage.control.clearJournal();
  for (let ticks = 0; ticks < 19; ticks += 1) {
    const before = (await calls(stage)).length;
    await tick(stage, { maxRps: 1_000_000, mostSingleCalls: SINGLE_CALLS });
    const since = (await calls(stage)).slice(before);
    if (since.every(({ operation }) => operation === STATUS) && since.length === expectedCalls())
      return { calls: before, ticks };
  }
  throw new Error('the runs did not come to rest');
}

async function timeSweeps(stage: Stage, { maxRps, sweeps }: (typeof PACES)[number]): Promise<readonly Row[]> {
  const takenMs: number[] = [];
  const lagsMs: number[] = [];
  const counts: number[] = [];
  for (let i = 0; i < sweeps; i += 1) {
    await stage.control.clearJournal();
    // A new one each time: one that goes on would count what lies between two sweeps as a delay.
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const start = performance.now();
    const { seen } = await tick(stage, { maxRps, mostSingleCalls: maxRps * 4 });
    takenMs.push(performance.now() - start);
    delay.disable();
    lagsMs.push(delay.percentile(99.9) / 1e6);
    if (seen !== RUNS) throw new Error(`${seen} of ${RUNS} runs were seen`);
    const asked = await calls(stage);
    if (asked.some(({ operation }) => operation !== STATUS)) throw new Error('more than states was asked');
    counts.push(asked.length);
  }
  // As many calls as the pace lets through in a second go out at once.
  const floorMs = (Math.ceil(expectedCalls() / maxRps) - 1) * 1000;
  const ratios = takenMs.map((tookMs) => tookMs / floorMs);
  const [lag, rss] = [formatMs(median(lagsMs)), formatBytes(process.memoryUsage().rss)];
  return [
    {
      group: 'sweep',
      name: `${formatCount(RUNS)} runs, ${formatCount(RUNS * AT_WORK)} nodes at work of ${formatCount(RUNS * NODES)}: calls of a sweep, ${sweeps} times`,
      ours: [...new Set(counts)].join(', '),
      peer: `${formatCount(RUNS * (1 + AT_WORK))} one call each`,
      bound: `= ${expectedCalls()}`,
      holds: counts.every((count) => count === expectedCalls()),
      kind: 'count',
      rounds: counts,
    },
    {
      group: 'sweep',
      name: `its time at ${maxRps} calls/s; event loop p99.9 ${lag}, RSS ${rss}`,
      ours: formatMs(median(takenMs)),
      peer: `${formatMs(floorMs)} the pace alone`,
      ratio: formatSpread(median(ratios), ratios),
      bound: '-',
      kind: 'timing',
      rounds: { takenMs, lagsMs },
    },
  ];
}

function expectedCalls(): number {
  return Math.ceil(RUNS / BATCH) + Math.ceil((RUNS * AT_WORK) / BATCH);
}

async function countWatchers(stage: Stage, folder: string): Promise<Row> {
  const [id = ''] = stage.sandbox.runIds;
  const store = await openFileStore(join(folder, 'one.json'), { settleMs: 30_000 });
  try {
    const users = Array.from({ length: 100 }, (_, index) => `U0WATCHER${index}`);
    await Promise.all(users.map((user) => watch(store, id, user, stage.now)));
    await stage.control.clearJournal();
    await tick({ ...stage, store }, { maxRps: 1_000_000, mostSingleCalls: 0 });
    const asked = await calls(stage);
    const ids = asked.reduce((sum, { runs = 0 }) => sum + Number(runs), 0);
    return {
      group: 'sweep',
      name: 'one run with 100 watchers: ids asked in a sweep',
      ours: String(ids),
      peer: '100 one each',
      bound: '= 1',
      holds: ids === 1,
      kind: 'count',
      rounds: asked.length,
    };
  } finally {
    await store.close();
  }
}

function calls({ control }: Stage) {
  return control.journal({ service: 'paiflow' });
}

async function tick(stage: Stage, { maxRps, mostSingleCalls }: { maxRps: number; mostSingleCalls: number }) {
  stage.now = new Date(stage.now.getTime() + ROUND_MS);
  const client = createSandboxClient(stage.sandbox, { maxRps });
  const batcher = createBatcher({ client, maxBatch: BATCH, now: () => stage.now });
  const ports: PollPorts = {
    store: stage.store,
    statuses: batcher,
    runs: client,
    mostSingleCalls,
    intervalMs: 15_000,
    leaseMs: 120_000,
    batch: BATCH,
    random: Math.random,
    report: (failure) => {
      throw failure;
    },
  };
  try {
    return await pollRuns({ now: stage.now, signal: AbortSignal.timeout(100_000) }, ports);
  } finally {
    batcher.stop();
  }
}
