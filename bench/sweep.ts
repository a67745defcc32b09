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
import { formatBytes, formatCount, formatMs } from './figures.ts';
import type { Row } from './row.ts';
import { createSandboxClient } from './sandbox-client.ts';
import { AT_WORK, NODES, type SandboxFacts } from './sandbox-process.ts';
import { REGION } from './status-rows.ts';
import { inTemporaryFolder } from './temporary-folder.ts';
import { wishOf } from './told-runs.ts';

const RUNS = 2000;
const BATCH = 100;
const PACES = [10, 50];
/** Later than any run at work is due again. */
const ROUND_MS = 30_000;
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
      ours: formatCount(listing),
      peer: '-',
      bound: '-',
      kind: 'timing',
      rounds: listing,
    },
  ];
  for (const maxRps of PACES) rows.push(...(await timeSweep(stage, maxRps)));
  return rows;
}

/** As a person's watch does who was shown the state alone. */
async function watch(store: FileStore, id: string, userId: string, now: Date): Promise<void> {
  const run = { region: REGION, runId: id as RunId, status: readStatus('Running'), isDeleted: false };
  await store.addWatch(wishOf(baselineOf(run, [], { askedAt: now, now }), userId, now));
}

/** Ticks until nothing is asked but states; gives the calls it took. */
async function listAll(stage: Stage): Promise<number> {
  await stage.control.clearJournal();
  for (let ticks = 0; ticks < 19; ticks += 1) {
    const before = (await calls(stage)).length;
    await tick(stage, { maxRps: 1_000_000, mostSingleCalls: 500 });
    const since = (await calls(stage)).slice(before);
    if (since.every(({ operation }) => operation === STATUS) && since.length === expectedCalls())
      return before;
  }
  throw new Error('the runs did not come to rest');
}

async function timeSweep(stage: Stage, maxRps: number): Promise<readonly Row[]> {
  await stage.control.clearJournal();
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const start = performance.now();
  const { seen } = await tick(stage, { maxRps, mostSingleCalls: maxRps * 4 });
  const tookMs = performance.now() - start;
  delay.disable();
  if (seen !== RUNS) throw new Error(`${seen} of ${RUNS} runs were seen`);
  const asked = await calls(stage);
  const count = asked.length;
  const row = { group: 'sweep', rounds: asked.length } as const;
  const floorMs = (count * 1000) / maxRps;
  return [
    {
      ...row,
      name: `${formatCount(RUNS)} runs, ${formatCount(RUNS * AT_WORK)} nodes at work of ${formatCount(RUNS * NODES)}: calls of one sweep`,
      ours: String(count),
      peer: `${formatCount(RUNS * (1 + AT_WORK))} one call each`,
      bound: `= ${expectedCalls()}`,
      holds: count === expectedCalls() && asked.every(({ operation }) => operation === STATUS),
      kind: 'count',
    },
    {
      ...row,
      name: `the same at ${maxRps} calls/s; event loop p99.9 ${formatMs(delay.percentile(99.9) / 1e6)}, RSS ${formatBytes(process.memoryUsage().rss)}`,
      ours: formatMs(tookMs),
      peer: `${formatMs(floorMs)} the pace alone`,
      ratio: (tookMs / floorMs).toFixed(2),
      bound: '-',
      kind: 'timing',
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
