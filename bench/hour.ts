import { join } from 'node:path';
import type { PaiRun } from '../sandbox/paiflow/runs.ts';
import { findNode, setNodeStatus, setRunStatus } from '../sandbox/paiflow/runs.ts';
import { startSandbox } from '../sandbox/sandbox.ts';
import { baselineOf } from '../src/domain/diff.ts';
import { readStatus } from '../src/domain/status.ts';
import type { RunId } from '../src/domain/target.ts';
import { type PollPorts, pollRuns } from '../src/jobs/poll-runs.ts';
import { createBatcher } from '../src/paiflow/batcher.ts';
import { openFileStore } from '../src/store/file/open.ts';
import { createChance } from './chance.ts';
import { formatCount } from './figures.ts';
import { median } from './rounds.ts';
import type { Row } from './row.ts';
import { createSandboxClient } from './sandbox-client.ts';
import { REGION } from './status-rows.ts';
import { inTemporaryFolder } from './temporary-folder.ts';
import { wishOf } from './told-runs.ts';

const HOUR_MS = 3_600_000;
const TICK_MS = 5000;
const NODES = 20;
/** The nodes of a run work one after the other, so that it takes about 50 minutes. */
const NODE_MS = { least: 120_000, most: 180_000 };
/** PAI's Python SDK asks every 2 s for the root node, and once for each nested Dag, of which these runs have none. */
const SDK_WAIT_MS = 2000;
/** Somebody who asks for each run alone, as often as Flowbell looks. */
const ONE_BY_ONE_MS = 15_000;

/** A run that is at work from the beginning of the hour, and when each of its nodes ends, in milliseconds of the hour. */
interface Plan {
  readonly run: PaiRun;
  readonly endsMs: readonly number[];
}

/** What Flowbell asked, and how late it noticed the end of each node. */
interface Watched {
  readonly calls: number;
  readonly lateMs: readonly number[];
  /** When the last node of each run had ended. */
  readonly endsMs: readonly number[];
}

/** Counts the calls of one hour in virtual time: watched by Flowbell, waited for by the SDK, asked one by one. */
export async function benchHour(): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const count of [10, 100]) rows.push(...createRows(count, await watchRuns(count)));
  return rows;
}

function createRows(count: number, { calls, lateMs, endsMs }: Watched): readonly Row[] {
  // Both peers stop with the run. The SDK begins with one call of another kind.
  const sdk = endsMs.reduce((sum, endMs) => sum + 1 + Math.ceil(endMs / SDK_WAIT_MS), 0);
  const looks = endsMs.reduce((sum, endMs) => sum + Math.ceil(endMs / ONE_BY_ONE_MS), 0);
  const peers = [
    `${formatCount(sdk)} the SDK's wait loop (${(sdk / calls).toFixed(1)} times as many)`,
    `${formatCount(2 * looks)} a run and its nodes every 15 s (${((2 * looks) / calls).toFixed(1)})`,
    `${formatCount(looks)} the run alone (${(looks / calls).toFixed(1)})`,
  ];
  const row = { group: 'hour', bound: '-', kind: 'count' } as const;
  return [
    {
      ...row,
      name: `${formatCount(count)} runs of ${NODES} nodes: calls in an hour`,
      ours: formatCount(calls),
      peer: peers.join('; '),
      rounds: { calls, sdk, looks },
    },
    {
      ...row,
      name: 'the same: how late the end of a node is noticed, median and most',
      ours: `${formatSeconds(median(lateMs))}, ${formatSeconds(Math.max(...lateMs))}`,
      peer: `${formatSeconds(SDK_WAIT_MS / 2)}, ${formatSeconds(SDK_WAIT_MS)} the SDK; ${formatSeconds(ONE_BY_ONE_MS / 2)}, ${formatSeconds(ONE_BY_ONE_MS)} every 15 s`,
      rounds: lateMs,
    },
  ];
}

function formatSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function watchRuns(count: number): Promise<Watched> {
  return inTemporaryFolder(async (folder) => {
    const startMs = Date.UTC(2026, 10, 23);
    let nowMs = startMs;
    let calls = 0;
    const lateMs: number[] = [];
    const chance = createChance();
    const now = () => new Date(nowMs);
    const sandbox = await startSandbox({ paiflowNow: () => nowMs });
    const store = await openFileStore(join(folder, 'flowbell.json'), { settleMs: 30_000, now });
    const client = createSandboxClient(sandbox, {
      onAttempt: () => {
        calls += 1;
      },
    });
    const batcher = createBatcher({ client, maxBatch: 100, now });
    const ports: PollPorts = {
      store: {
        claimDueRuns: (want) => store.claimDueRuns(want),
        releaseRuns: (released) => store.releaseRuns(released),
        commitRun: (claim, change) => {
          const ends = change.events.filter(({ kind }) => kind === 'node-succeeded');
          lateMs.push(...ends.map(({ at }) => nowMs - at.getTime()));
          return store.commitRun(claim, change);
        },
      },
      statuses: batcher,
      runs: client,
      mostSingleCalls: 40,
      batch: 100,
      intervalMs: 15_000,
      leaseMs: 45_000,
      random: chance,
      report: (failure) => {
        throw failure;
      },
    };
    try {
      const nodes = Array.from({ length: NODES }, (_, index) => ({ name: nameOf(index) }));
      const created = await sandbox.client.createRuns({
        count,
        like: { name: 'hour', status: 'Starting', nodes },
      });
      const plans = created.flatMap(({ id }): Plan[] => {
        const run = sandbox.paiflow.runs.byId(id);
        return run === undefined ? [] : [{ run, endsMs: planEnds(chance) }];
      });
      for (const { id } of created) {
        const run = { region: REGION, runId: id as RunId, status: readStatus('Starting'), isDeleted: false };
        await store.addWatch(wishOf(baselineOf(run, [], { askedAt: now(), now: now() }), 'U0MEMBER', now()));
      }
      for (; nowMs - startMs < HOUR_MS; nowMs += TICK_MS) {
        for (const plan of plans) moveOn(plan, nowMs - startMs, startMs);
        await pollRuns({ now: now(), signal: AbortSignal.timeout(30_000) }, ports);
      }
      // Who asks little and misses something has saved nothing.
      if (lateMs.length !== count * NODES) throw new Error(`${lateMs.length} ends of nodes were noticed`);
      return { calls, lateMs, endsMs: plans.map(({ endsMs }) => endsMs.at(-1) ?? Number.NaN) };
    } finally {
      batcher.stop();
      await store.close();
      await sandbox.stop();
    }
  });
}

function planEnds(chance: () => number): readonly number[] {
  let endMs = 0;
  return Array.from({ length: NODES }, () => {
    endMs += NODE_MS.least + Math.round(chance() * (NODE_MS.most - NODE_MS.least));
    return endMs;
  });
}

function nameOf(index: number): string {
  return `step-${index}`;
}

/** Brings a run to where it is so long after its start, each change at its own time. */
function moveOn({ run, endsMs }: Plan, sinceMs: number, startMs: number): void {
  if (run.status === 'Succeeded') return;
  if (run.status !== 'Running') setRunStatus(run, 'Running', { now: startMs, settle: false });
  let beganMs = 0;
  for (const [index, endMs] of endsMs.entries()) {
    if (beganMs > sinceMs) return;
    moveNode(run, index, 'Running', startMs + beganMs);
    if (endMs > sinceMs) return;
    moveNode(run, index, 'Succeeded', startMs + endMs);
    beganMs = endMs;
  }
  setRunStatus(run, 'Succeeded', { now: startMs + beganMs, settle: true });
}

function moveNode(run: PaiRun, index: number, status: 'Running' | 'Succeeded', now: number): void {
  const node = findNode(run, nameOf(index));
  if (node === undefined || node.status === status || node.status === 'Succeeded') return;
  setNodeStatus(run, node, status, now);
}
