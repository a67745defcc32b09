import type { WatchStore } from '../src/commands/watch-store.ts';
import { baselineOf } from '../src/domain/diff.ts';
import type { Run, RunNode } from '../src/domain/run.ts';
import type { RunSnapshot } from '../src/domain/snapshot.ts';
import { readStatus } from '../src/domain/status.ts';
import { DEFAULT_ON } from '../src/domain/watch.ts';
import { createNodeId, createRunId, REGION } from './status-rows.ts';

/** Nodes of every watched run. */
export const NODES = 20;

const RUNNING = 12;

/** Run number `index` as GetPipelineRun tells it. */
function createRun(index: number, facts: Partial<Run> = {}): Run {
  const runId = createRunId(index);
  return {
    region: REGION,
    runId,
    status: readStatus('Running'),
    name: `ctr-train-${index % 97}-20261123`,
    rootNodeId: createNodeId(index * (NODES + 1)),
    workspaceId: '94801',
    userId: '287654321098765432',
    sourceType: 'DESIGNER',
    sourceId: `experiment-${runId.slice(5)}`,
    isDeleted: false,
    startedAt: new Date('2026-11-23T01:02:03.456Z'),
    consoleUrl: `https://pai.console.aliyun.com/?regionId=${REGION}&workspaceId=94801#/studio/task/detail/${runId}`,
    ...facts,
  };
}

/** The nodes of run number `index`: most have ended, two are at work, the others wait. */
function createNodes(index: number): readonly RunNode[] {
  return Array.from({ length: NODES }, (_, node): RunNode => {
    const said = node < RUNNING ? 'Succeeded' : node < RUNNING + 2 ? 'Running' : 'ReadyToSchedule';
    return {
      nodeId: createNodeId(index * (NODES + 1) + 1 + node),
      name: `feature_join_${node}`,
      status: readStatus(said),
      ...(said === 'Succeeded' && { finishedAt: new Date(`2026-11-23T02:${10 + node}:04.567Z`) }),
    };
  });
}

/** Watched runs of 20 nodes each, as they were last told. */
export function createToldRuns(count: number, now: Date): readonly RunSnapshot[] {
  return Array.from({ length: count }, (_, index) =>
    baselineOf(createRun(index), createNodes(index), { askedAt: now, now }),
  );
}

/** One person's wish to watch a run in a channel. */
export function wishOf(
  baseline: RunSnapshot,
  userId: string,
  now: Date,
): Parameters<WatchStore['addWatch']>[0] {
  return {
    baseline,
    place: { team: 'T0BENCH', channelId: 'C0ML', locale: 'en' },
    watch: { userId, on: DEFAULT_ON },
    now,
  };
}

/** Lets one person watch every run. */
export async function watchAll(store: WatchStore, runs: readonly RunSnapshot[], now: Date): Promise<void> {
  await Promise.all(runs.map((run) => store.addWatch(wishOf(run, 'U0MEMBER', now))));
}
