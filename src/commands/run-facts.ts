import { phaseOfRun, type Run, type RunNode, tallyNodes } from '../domain/run.ts';
import type { NodeTarget, RunTarget } from '../domain/target.ts';
import { findWorkspace, type Workspace } from '../domain/workspace.ts';
import type { RunFacts } from '../messages/catalog.ts';
import { optional } from './pai-failure.ts';
import { nodesOf, type RunDetailsPorts } from './run-nodes.ts';

interface FactsPorts {
  readonly workspaces: readonly Workspace[];
}

/** A run as messages show it: under the short name of its PAI workspace. */
export function factsOf(run: Run, readAt: Date, { workspaces }: FactsPorts): RunFacts {
  const workspace = findWorkspace(workspaces, run)?.name;
  return { run, readAt, ...(workspace !== undefined && { workspace }) };
}

/** Runs with their nodes counted, where that tells something: where one failed, how far another is. */
export async function withNodes(
  runs: readonly Run[],
  signal: AbortSignal,
  ports: FactsPorts & RunDetailsPorts & { readonly now: () => Date },
): Promise<RunFacts[]> {
  const readAt = ports.now();
  return Promise.all(
    runs.map(async (run) => {
      const facts = factsOf(run, readAt, ports);
      const phase = phaseOfRun(run);
      if (phase !== 'failed' && phase !== 'running') return facts;
      const nodes = await optional(nodesOf(run, signal, ports, { isPatient: true }));
      const tally = nodes && tallyNodes(nodes, run.rootNodeId);
      return tally === undefined ? facts : { ...facts, nodes: tally };
    }),
  );
}

/** What stands for a run in a command. */
export function targetOf({ runId, region, workspaceId }: Run): RunTarget {
  return { kind: 'run', runId, region, ...(workspaceId !== undefined && { workspaceId }) };
}

/** What stands for a node of a run in a command. */
export function nodeTarget(run: Run, { nodeId }: RunNode): NodeTarget {
  return { ...targetOf(run), kind: 'node', nodeId };
}
