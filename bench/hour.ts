import { join } from 'node:path';
import type { PaiRun } from '../sandbox/paiflow/runs.ts';
import { findNode, setNodeStatus, setRunStatus } from '../sandbox/paiflow/runs.ts';
import { startSandbox } from '../sandbox/sandbox.ts';
import { baselineOf } from '../src/domain/diff.ts';
import { readStatus } from '../src/domain/status.ts';
import type { RunId } from '../src/domain/target.ts';
import { pollRuns } from '../src/jobs/poll-runs.ts';
import { createBatcher } from '../src/paiflow/batcher.ts';
import { openFileStore } from '../src/store/file/open.ts';
import { formatCount } from './figures.ts';
import type { Row } from './row.ts';
import { createSandboxClient } from './sandbox-client.ts';
import { REGION } from './status-rows.ts';
import { inTemporaryFolder } from './temporary-folder.ts';
import { wishOf } from './told-runs.ts';

const HOUR_MS = 3_600_000;
const TICK_MS = 5000;
const NODES = 20;
/** The nodes run one after the other, so that a run takes 50 minutes. */
const NODE_MS = 150_000;
/** PAI's Python SDK asks every 2 s for the root node, and once for each nested Dag, of which these runs have none. */
const SDK_WAIT_MS = 2000;
/** Somebody who asks for each run alone, as often as Flowbell looks. */
const ONE_BY_ONE_MS = 15_000;

/** Counts the calls of one hour in virtual time: watched by Flowbell, waited for by the SDK, asked one by one. */
export async function benchHour(): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const count of [10, 100]) {
    const ours = await countOurs(count);
    const sdk = count * (1 + callsWhileAtWork(SDK_WAIT_MS));
    const oneByOne = count * callsWhileAtWork(ONE_BY_ONE_MS);
    rows.push({
      group: 'hour',
      name: `${formatCount(count)} runs of ${NODES} nodes: calls in an hour`,
      ours: formatCount(ours),
      peer: `${formatCount(sdk)} the SDK's wait loop, ${formatCount(oneByOne)} one call a run every 15 s (no nodes)`,
      ratio: `${(ours / sdk).toFixed(4)}, ${(ours / oneByOne).toFixed(2)}`,
      bound: '-',
      kind: 'timing',
      rounds: { ours, sdk, oneByOne },
    });
  }
  return rows;
}

/** Both peers stop once the run has ended. */
function callsWhileAtWork(everyMs: number): number {
  let calls = 0;
  for (let atMs = everyMs; atMs <= HOUR_MS && atMs - everyMs < NODES * NODE_MS; atMs += everyMs) calls += 1;
  return calls;
}

function countOurs(count: number): Promise<number> {
  return inTemporaryFolder(async (folder) => {
    const start = Date.UTC(2026, 10, 23);
    let nowMs = start;
    let calls = 0;
    const now = () => new Date(nowMs);
    const sandbox = await startSandbox({ paiflowNow: () => nowMs });
    const store = await openFileStore(join(folder, 'flowbell.json'), { settleMs: 30_000, now });
    const client = createSandboxClient(sandbox, {
      onAttempt: () => {
        calls += 1;
      },
    });
    const batcher = createBatcher({ client, maxBatch: 100, now });
    try {
      const nodes = Array.from({ length: NODES }, (_, index) => ({ name: `step-${index}` }));
      const like = { name: 'hour', status: 'Starting', nodes };
      const created = await sandbox.client.createRuns({ count, like });
      const runs = created.flatMap(({ id }) => sandbox.paiflow.runs.byId(id) ?? []);
      for (const { id } of created) {
        const run = { region: REGION, runId: id as RunId, status: readStatus('Starting'), isDeleted: false };
        await store.addWatch(wishOf(baselineOf(run, [], { askedAt: now(), now: now() }), 'U0MEMBER', now()));
      }
      const ports = {
        ...{
          store,
          statuses: batcher,
          runs: client,
          mostSingleCalls: 40,
          batch: 100,
          intervalMs: 15_000,
          leaseMs: 45_000,
        },
        random: Math.random,
        report: () => undefined,
      };
      for (; nowMs - start < HOUR_MS; nowMs += TICK_MS) {
        for (const run of runs) moveOn(run, nowMs - start, nowMs);
        await pollRuns({ now: now(), signal: AbortSignal.timeout(30_000) }, ports);
      }
      return calls;
    } finally {
      batcher.stop();
      await store.close();
      await sandbox.stop();
    }
  });
}

/** Brings a run to where it is so long after its start: its nodes run one after the other, then it has succeeded. */
function moveOn(run: PaiRun, sinceMs: number, now: number): void {
  if (run.status === 'Succeeded') return;
  if (run.status !== 'Running') setRunStatus(run, 'Running', { now, settle: false });
  const current = Math.floor(sinceMs / NODE_MS);
  for (let index = Math.max(0, current - 1); index <= Math.min(current, NODES - 1); index += 1) {
    const node = findNode(run, `step-${index}`);
    const status = index < current ? 'Succeeded' : 'Running';
    if (node !== undefined && node.status !== status) setNodeStatus(run, node, status, now);
  }
  if (current >= NODES) setRunStatus(run, 'Succeeded', { now, settle: true });
}
