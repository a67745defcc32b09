import { baselineOf } from '../src/domain/diff.ts';
import type { Run, RunNode } from '../src/domain/run.ts';
import type { RunSnapshot } from '../src/domain/snapshot.ts';
import { readStatus } from '../src/domain/status.ts';
import type { RunId } from '../src/domain/target.ts';
import { parseRunsStatus } from '../src/paiflow/schema.ts';
import { createNodeId, createRunsAnswer, REGION } from './status-rows.ts';

/** Runs as they were last told, and as PAI's rows show them: there is nothing new in the rows. */
export interface Told {
  readonly snapshots: ReadonlyMap<RunId, RunSnapshot>;
  readonly rows: ReadonlyMap<RunId, Run>;
}

const NODES = 20;
const STARTED_AT = new Date('2026-11-23T01:02:03Z');

/** The rows of an answer of ListPipelineRunsStatus: runs, or else nodes. */
export function readRows(body: Buffer): readonly (Run | RunNode)[] {
  const answer = parseRunsStatus(body.toString('utf8'), REGION);
  if (answer === undefined) return [];
  return answer.runs.length > 0 ? answer.runs : answer.nodes;
}

/** Gives runs of 20 nodes, which are as the bodies show them, told at `now`. Bodies of nodes show one of each run. */
export function createTold(bodies: readonly Buffer[], now: Date): Told {
  const shown = bodies.flatMap(readRows);
  const nodes = shown.filter((row): row is RunNode => 'nodeId' in row);
  const ids = nodes.flatMap(({ runId }) => runId ?? []);
  const rows = nodes.length > 0 ? readRows(createRunsAnswer(ids)) : shown;
  const runs = rows.filter((row): row is Run => !('nodeId' in row));
  const snapshots = runs.map((run, index): readonly [RunId, RunSnapshot] => {
    const own = nodes.slice(index, index + 1);
    const others = Array.from({ length: NODES - own.length }, (_, node) => ({
      nodeId: createNodeId(runs.length + index * NODES + node),
      name: `feature_join_${node}`,
      status: readStatus('Succeeded'),
      finishedAt: STARTED_AT,
    }));
    const facts = { ...run, workspaceId: '94801', startedAt: STARTED_AT };
    return [run.runId, baselineOf(facts, [...own, ...others], { askedAt: now, now })];
  });
  return { snapshots: new Map(snapshots), rows: new Map(runs.map((run) => [run.runId, run])) };
}
