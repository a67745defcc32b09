import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { RunId } from '../src/domain/target.ts';
import { NOTHING_KNOWN } from '../src/jobs/conclude.ts';
import { type PollPorts, pollRuns } from '../src/jobs/poll-runs.ts';
import { createBatcher } from '../src/paiflow/batcher.ts';
import { createPaiflowClient, type PaiflowClient } from '../src/paiflow/client.ts';
import type { FileStore } from '../src/store/file/file-store.ts';
import { openFileStore } from '../src/store/file/open.ts';
import { alternate } from './rounds.ts';
import type { Row } from './row.ts';
import { createRunId, createRunsAnswer, cut, REGION } from './status-rows.ts';
import { inTemporaryFolder } from './temporary-folder.ts';
import { createTimedRow } from './timed-row.ts';
import { createTold } from './told-rows.ts';
import { watchAll } from './told-runs.ts';

const IDS = Array.from({ length: 10_000 }, (_, index) => createRunId(index));
const BATCH = 100;
/** The batcher's own default. */
const IN_FLIGHT = 4;
const BOUND = 2;
const START = new Date('2026-11-23T02:30:00Z');

/**
 * Measures asking about 10,000 runs over HTTP: batching, pace, signature, retry and deadline layers, reading, against
 * fetch and JSON.parse for the same 100 calls, unsigned. Then the same with all that a tick does beside: claiming the
 * runs from a store, comparing them, giving them back.
 */
export async function benchTick(): Promise<readonly Row[]> {
  const server = fork(new URL('./canned-paiflow.ts', import.meta.url));
  try {
    const [port] = await once(server, 'message', { signal: AbortSignal.timeout(15_000) });
    const origin = `http://127.0.0.1:${port}`;
    const asked = await measure('10,000 ids over HTTP, 4 calls at a time', askAll(origin), origin);
    const ticked = await inTemporaryFolder((folder) =>
      inFilledStore(join(folder, 'flowbell.json'), (store) =>
        measure('a tick over 10,000 watched runs, no node at work', createTick(origin, store), origin),
      ),
    );
    return [...asked, ...ticked];
  } finally {
    server.kill();
  }
}

async function measure(name: string, ours: () => Promise<void>, origin: string): Promise<readonly Row[]> {
  const rounds = await alternate({ ours, peer: () => askBarely(origin) }, { warmUps: 5, rounds: 21 });
  const row = { group: 'tick', peerName: 'fetch + JSON.parse', rounds };
  return [
    createTimedRow({ ...row, name, clock: 'wallMs', bound: BOUND }),
    createTimedRow({ ...row, name: 'the same, processor time', clock: 'cpuMs' }),
  ];
}

function askAll(origin: string): () => Promise<void> {
  const batcher = createBatcher({ client: createClient(origin), maxBatch: BATCH, maxInFlight: IN_FLIGHT });
  const questions = IDS.map((runId) => ({ kind: 'run', region: REGION, runId }) as const);
  return async () => {
    const answers = await batcher.loadAll(questions, { timeoutMs: 60_000 });
    checkCount(answers.filter(({ kind }) => kind === 'found').length);
  };
}

function createClient(origin: string): PaiflowClient {
  return createPaiflowClient({
    endpoint: origin,
    // The pace is part of what is measured, holding back is not.
    maxRps: 1_000_000,
    credentials: async () => ({ accessKeyId: 'bench-id', accessKeySecret: 'bench-secret' }),
  });
}

/** Lets `work` have a store in which every run is watched, as the server's answers show it, and due. */
async function inFilledStore<T>(path: string, work: (store: FileStore) => Promise<T>): Promise<T> {
  const store = await openFileStore(path, { settleMs: 30_000, now: () => START });
  try {
    const bodies = cut(IDS, BATCH).map((ids) => createRunsAnswer(ids, { said: 'Suspended' }));
    await watchAll(store, [...createTold(bodies, START).snapshots.values()], START);
    const claimed = await store.claimDueRuns({ now: START, most: IDS.length, leaseMs: 60_000 });
    const poll = { ...NOTHING_KNOWN, listedAt: START, nextPollAt: START };
    await store.releaseRuns(claimed.map(({ run, token }) => ({ claim: { ...run, token }, poll })));
    return await work(store);
  } finally {
    await store.close();
  }
}

/** A look at every run; it takes two ticks, since one looks at 5,000 at most. */
function createTick(origin: string, store: FileStore): () => Promise<void> {
  let now = START;
  const client = createClient(origin);
  const ports: PollPorts = {
    store,
    statuses: createBatcher({ client, maxBatch: BATCH, maxInFlight: IN_FLIGHT, now: () => now }),
    runs: client,
    // All runs are due again at the next round, and in the same order.
    intervalMs: 1,
    random: () => 0.5,
    batch: BATCH,
    mostSingleCalls: 0,
    leaseMs: 60_000,
    report: (failure) => {
      throw failure;
    },
  };
  return async () => {
    now = new Date(now.getTime() + 1000);
    const context = { now, signal: AbortSignal.timeout(60_000) };
    const [first, second] = [await pollRuns(context, ports), await pollRuns(context, ports)];
    checkCount(first.seen + second.seen - first.changed - second.changed);
  };
}

async function askBarely(origin: string): Promise<void> {
  const batches = [...cut(IDS, BATCH)];
  let count = 0;
  async function work(): Promise<void> {
    for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
      const answer = await fetchStatuses(origin, batch);
      count += answer.PipelineRuns.length;
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, work));
  checkCount(count);
}

async function fetchStatuses(
  origin: string,
  runIds: readonly RunId[],
): Promise<{ readonly PipelineRuns: readonly unknown[] }> {
  const response = await fetch(`${origin}/api/v1/pipelineruns`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify({ PipelineRuns: runIds }),
  });
  return JSON.parse(await response.text()) as { readonly PipelineRuns: readonly unknown[] };
}

function checkCount(count: number): void {
  if (count !== IDS.length) throw new Error(`expected ${IDS.length} answers, got ${count}`);
}
