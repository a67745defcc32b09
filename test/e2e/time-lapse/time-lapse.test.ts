import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../../../sandbox/sandbox.ts';
import { baselineOf } from '../../../src/domain/diff.ts';
import type { RunEvent } from '../../../src/domain/event.ts';
import { parseRunId, type RunId } from '../../../src/domain/target.ts';
import { ON_WORDS } from '../../../src/domain/watch.ts';
import { type PollPorts, pollRuns } from '../../../src/jobs/poll-runs.ts';
import type { RunChange, RunClaim } from '../../../src/jobs/watched-runs.ts';
import { createBatcher } from '../../../src/paiflow/batcher.ts';
import { createPaiflowClient } from '../../../src/paiflow/client.ts';
import { openFileStore } from '../../../src/store/file/open.ts';
import { judge, type ToldEvent } from './judge.ts';
import { STORY_MS } from './script.ts';
import { createHandClock, createStage } from './stage.ts';
import { makeStory } from './story.ts';

/*
 * One hour of PAI in a few seconds: the real jobs, store, batcher and client against the real sandbox over HTTP. Only
 * the time is moved by hand, five seconds a tick.
 */

const START = Date.UTC(2026, 0, 5);
const TICK_MS = 5000;
const REGION = 'cn-hangzhou';
const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1);

/** Almost every third answer is up to forty seconds late, and one row in twenty is left out of it. */
const MISCHIEF = {
  staleness: { probability: 0.3, maxMs: 40_000 },
  lostRows: { runs: 0.05, nodes: 0.05, listedNodes: 0.02 },
};

const endings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function startHour(seed: number) {
  const clock = createHandClock(START);
  const now = () => new Date(clock.now());
  const sandbox = await startSandbox({ seed, paiflowNow: clock.now });
  endings.push(() => sandbox.stop());
  const stage = createStage(makeStory(seed), { paiflow: sandbox.paiflow, clock });
  const folder = await mkdtemp(join(tmpdir(), 'flowbell-lapse-'));
  endings.push(() => rm(folder, { recursive: true }));
  const store = await openFileStore(join(folder, 'flowbell.json'), { settleMs: 30_000, now });
  endings.push(() => store.close());
  const client = createPaiflowClient({
    endpoint: sandbox.env.PAIFLOW_ENDPOINT,
    maxRps: 1000,
    credentials: async () => ({
      accessKeyId: sandbox.env.ALIBABA_CLOUD_ACCESS_KEY_ID ?? '',
      accessKeySecret: sandbox.env.ALIBABA_CLOUD_ACCESS_KEY_SECRET ?? '',
    }),
  });
  const batcher = createBatcher({ client, maxBatch: 100, now });
  endings.push(async () => batcher.stop());
  const runIds = stage.runIds.flatMap((id) => parseRunId(id) ?? []);
  return { clock, now, sandbox, stage, store, client, batcher, runIds };
}

type Hour = Awaited<ReturnType<typeof startHour>>;

/** Watches a run as somebody does who asks for everything: what is shown then is what later looks are compared with. */
async function watch(runId: RunId, { client, store, now }: Hour): Promise<void> {
  const run = await client.getPipelineRun({ region: REGION, runId });
  const { rootNodeId: nodeId } = run;
  const nodes =
    nodeId === undefined
      ? []
      : await client.listPipelineRunNodeStatus({ region: REGION, runId, nodeId, depth: 99 });
  await store.addWatch({
    baseline: baselineOf(run, nodes, { askedAt: now(), now: now() }),
    place: { team: 'T0', channelId: 'C0ML', locale: 'en' },
    watch: { userId: 'U0MEMBER', on: ON_WORDS },
    now: now(),
  });
}

interface Committed extends ToldEvent {
  /** Whether the reply about its run, which failed in the same look, names the node. */
  readonly isToldByRun: boolean;
}

function asTold(event: RunEvent, { runId }: RunClaim, { events }: RunChange): Committed {
  const isFirst = event.kind === 'node-failed' && event.node?.isFirstFailed === true;
  const isRunFailed = events.some(({ kind, attempt }) => kind === 'failed' && attempt === event.attempt);
  return { runId, event, isToldByRun: isFirst && isRunFailed };
}

/** Ticks through the hour; gives what was committed. */
async function tickThrough({ stage, store, client, batcher, now }: Hour): Promise<readonly Committed[]> {
  const told: Committed[] = [];
  const ports: PollPorts = {
    store: {
      claimDueRuns: (want) => store.claimDueRuns(want),
      releaseRuns: (released) => store.releaseRuns(released),
      commitRun: async (claim, change) => {
        const outcome = await store.commitRun(claim, change);
        if (outcome === 'committed') told.push(...change.events.map((event) => asTold(event, claim, change)));
        return outcome;
      },
    },
    statuses: batcher,
    runs: client,
    mostSingleCalls: 40,
    intervalMs: 15_000,
    leaseMs: 45_000,
    batch: 100,
    random: () => 0.5,
    report: (failure) => {
      // A late row shows a run whose nodes cannot be listed any more.
      if (failure.kind !== 'not-found') throw failure;
    },
  };
  for (let atMs = 0; atMs <= STORY_MS; atMs += TICK_MS) {
    stage.advance(atMs);
    await pollRuns({ now: now(), signal: AbortSignal.timeout(30_000) }, ports);
  }
  return told;
}

describe('an hour of runs', () => {
  it.each(SEEDS)(
    'commits exactly what happened, with late, reordered and incomplete answers: story %i',
    { timeout: 60_000 },
    async (seed) => {
      const hour = await startHour(seed);
      await Promise.all(hour.runIds.map((runId) => watch(runId, hour)));
      await hour.sandbox.client.setPaiflow(MISCHIEF);

      const told = await tickThrough(hour);

      const truth = { history: hour.stage.history(), fromMs: START, untilMs: START + STORY_MS };
      expect(judge(truth, told)).toEqual([]);
      // What was committed is owed in the same commit, beside the card that opens each place.
      const { waiting } = await hour.store.reportDeliveries();
      expect(waiting).toBe(told.filter(({ isToldByRun }) => !isToldByRun).length + hour.runIds.length);
    },
  );
});
