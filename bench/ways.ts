import DataLoader from 'dataloader';
import type { RunId } from '../src/domain/target.ts';
import { createBatcher } from '../src/paiflow/batcher.ts';
import type { PaiflowClient } from '../src/paiflow/client.ts';
import { REGION } from './status-rows.ts';

/** A way to find out about runs; made anew for every count, so that nothing is known beforehand. */
export interface Way {
  /** One asker's question; gives how many of the ids were found. */
  ask(runIds: readonly RunId[]): Promise<number>;
}

export type CreateWay = (client: PaiflowClient) => Way;

/** Ids in one call, for everybody. */
export const BATCH = 100;
/** Nobody may run into a time-out here: a repeated call would be counted twice. */
const TIMEOUT_MS = 120_000;
/** Thousands of sockets at once would measure the machine. */
const PEER_IN_FLIGHT = 64;

/** Flowbell: one batcher for everybody, as in `app.ts`. */
export function askByBatcher(client: PaiflowClient): Way {
  const batcher = createBatcher({ client, maxBatch: BATCH });
  return {
    async ask(runIds) {
      const questions = runIds.map((runId) => ({ kind: 'run', region: REGION, runId }) as const);
      const answers = await batcher.loadAll(questions, { timeoutMs: TIMEOUT_MS });
      return answers.filter(({ kind }) => kind === 'found').length;
    },
  };
}

/** No batching: a call for every id of every asker. */
export function askOneByOne(client: PaiflowClient): Way {
  const list = createLister(client);
  return {
    async ask(runIds) {
      const answers = await Promise.allSettled(runIds.map((runId) => list([runId])));
      return answers.filter((answer) => answer.status === 'fulfilled' && answer.value.size === 1).length;
    },
  };
}

/** DataLoader as its README says: a loader for each request that begins, its cache left on. */
export function askByLoaderEach(client: PaiflowClient): Way {
  const list = createLister(client);
  return { ask: (runIds) => loadMany(createLoader(list, {}), runIds) };
}

/** One DataLoader for everybody: its cache shares what is in flight, and never asks again. */
export function askBySharedLoader(client: PaiflowClient): Way {
  const loader = createLoader(createLister(client), {});
  return { ask: (runIds) => loadMany(loader, runIds) };
}

/** One DataLoader for everybody without its cache, for statuses that must be of now. */
export function askByUncachedLoader(client: PaiflowClient): Way {
  const loader = createLoader(createLister(client), { cache: false });
  return { ask: (runIds) => loadMany(loader, runIds) };
}

type List = (runIds: readonly RunId[]) => Promise<ReadonlySet<string>>;

function createLoader(list: List, options: { readonly cache?: boolean }): DataLoader<RunId, string> {
  return new DataLoader<RunId, string>(
    async (runIds) => {
      const found = await list(runIds);
      return runIds.map((runId) => (found.has(runId) ? runId : new Error('no such run')));
    },
    { maxBatchSize: BATCH, ...options },
  );
}

async function loadMany(loader: DataLoader<RunId, string>, runIds: readonly RunId[]): Promise<number> {
  const answers = await loader.loadMany(runIds);
  return answers.filter((answer) => !(answer instanceof Error)).length;
}

/** Our own client under the peers too, a few calls at a time. */
function createLister(client: PaiflowClient): List {
  let free = PEER_IN_FLIGHT;
  const waiting: (() => void)[] = [];
  return async (runIds) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((go) => waiting.push(go));
    try {
      const { runs } = await client.listPipelineRunsStatus({ region: REGION, runs: runIds });
      return new Set(runs.map(({ runId }) => runId));
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}
