import { setImmediate } from 'node:timers/promises';
import { diff } from '../src/domain/diff.ts';
import type { RunSnapshot } from '../src/domain/snapshot.ts';
import { NOTHING_KNOWN } from '../src/jobs/conclude.ts';
import type { ClaimedRun } from '../src/jobs/watched-runs.ts';
import { parseRunsStatus } from '../src/paiflow/schema.ts';
import type { FileStore } from '../src/store/file/file-store.ts';
import { openFileStore } from '../src/store/file/open.ts';
import type { Held } from './memory.ts';

/*
 * Opens the store that it is given and tells its parent what it holds. A process of its own, started with --expose-gc:
 * what others have left in the heap would be counted too.
 */
const [, , path = ''] = process.argv;

const opening = { settleMs: 30_000 };
// What is compiled at the first store is no store.
await (await openFileStore(`${path}.empty`, opening)).close();
const before = await countBytes();
const store = await openFileStore(path, opening);
await releaseAll(store, await claimAll(store));
const openedBytes = (await countBytes()) - before;
await changeAll(store);
const changedBytes = (await countBytes()) - before;
const { runs } = await store.reportRuns(new Date());
await store.close();
process.send?.({ runs, openedBytes, changedBytes } satisfies Held);
process.disconnect();

/** Heap and what hangs on it, after garbage collection. */
async function countBytes(): Promise<number> {
  for (let i = 0; i < 4; i += 1) {
    await setImmediate();
    globalThis.gc?.();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function claimAll(store: FileStore): Promise<readonly ClaimedRun[]> {
  return store.claimDueRuns({ now: new Date(), most: Number.POSITIVE_INFINITY, leaseMs: 60_000 });
}

async function releaseAll(store: FileStore, claimed: readonly ClaimedRun[]): Promise<void> {
  const now = new Date();
  const poll = { ...NOTHING_KNOWN, listedAt: now, nextPollAt: now };
  await store.releaseRuns(
    claimed.map(({ run: { region, runId }, token }) => ({
      claim: { region, runId, token },
      // An object for each, as the watcher makes them.
      poll: { ...poll },
    })),
  );
}

/** Every node of every run is seen in another state, in rows as PAI sends them. */
async function changeAll(store: FileStore): Promise<void> {
  const now = new Date();
  const poll = { ...NOTHING_KNOWN, listedAt: now, nextPollAt: now };
  const claimed = await claimAll(store);
  const outcomes = await Promise.all(
    claimed.map(({ run, token }) => {
      const nodes = parseRunsStatus(nodesAnswer(run), run.region)?.nodes ?? [];
      const difference = diff(run, { askedAt: now, run, nodes }, now);
      if (difference.kind !== 'changed') throw new Error(`a look was ${difference.kind}`);
      const { next } = difference;
      const change = { next, events: [], poll: { ...poll }, now, isComplete: true };
      return store.commitRun({ region: run.region, runId: run.runId, token }, change);
    }),
  );
  if (outcomes.some((outcome) => outcome !== 'committed')) throw new Error('a commit failed');
}

function nodesAnswer({ runId, nodes }: RunSnapshot): string {
  const rows = [...nodes].map(([nodeId, { name }]) => ({
    PipelineRunId: runId,
    NodeId: nodeId,
    NodeName: name,
    Status: 'Failed',
    InputArtifactArchived: false,
    OutputArtifactArchived: true,
    StartedAt: '2026-11-23T03:02:03.456Z',
    FinishedAt: '2026-11-23T03:03:04.567Z',
  }));
  return JSON.stringify({
    RequestId: '715045CB-38CB-5A27-B2E5-54ADC63EF2B2',
    PipelineRuns: [],
    Nodes: rows,
    Outputs: [],
  });
}
