import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { RunId } from '../src/domain/target.ts';
import { createBatcher } from '../src/paiflow/batcher.ts';
import { createPaiflowClient } from '../src/paiflow/client.ts';
import { alternate } from './rounds.ts';
import type { Row } from './row.ts';
import { createRunId, cut, REGION } from './status-rows.ts';
import { createTimedRow } from './timed-row.ts';

const IDS = Array.from({ length: 10_000 }, (_, index) => createRunId(index));
const BATCH = 100;
/** The batcher's own default. */
const IN_FLIGHT = 4;
const BOUND = 2;

/**
 * Measures asking about 10,000 runs over HTTP: batching, pace, signature, retry and deadline layers, reading, against
 * fetch and JSON.parse for the same 100 calls, unsigned.
 */
export async function benchTick(): Promise<readonly Row[]> {
  const server = fork(new URL('./canned-paiflow.ts', import.meta.url));
  try {
    const [port] = await once(server, 'message', { signal: AbortSignal.timeout(15_000) });
    const origin = `http://127.0.0.1:${port}`;
    const rounds = await alternate(
      { ours: createOurs(origin), peer: () => askBarely(origin) },
      { warmUps: 5, rounds: 21 },
    );
    const row = { group: 'tick', peerName: 'fetch + JSON.parse', rounds };
    return [
      createTimedRow({
        ...row,
        name: '10,000 ids over HTTP, 4 calls at a time',
        clock: 'wallMs',
        bound: BOUND,
      }),
      createTimedRow({ ...row, name: 'the same, processor time', clock: 'cpuMs' }),
    ];
  } finally {
    server.kill();
  }
}

function createOurs(origin: string): () => Promise<void> {
  const client = createPaiflowClient({
    endpoint: origin,
    // The pace is part of what is measured, holding back is not.
    maxRps: 1_000_000,
    credentials: async () => ({ accessKeyId: 'bench-id', accessKeySecret: 'bench-secret' }),
  });
  const batcher = createBatcher({ client, maxBatch: BATCH, maxInFlight: IN_FLIGHT });
  const questions = IDS.map((runId) => ({ kind: 'run', region: REGION, runId }) as const);
  return async () => {
    const answers = await batcher.loadAll(questions, { timeoutMs: 60_000 });
    checkCount(answers.filter(({ kind }) => kind === 'found').length);
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
