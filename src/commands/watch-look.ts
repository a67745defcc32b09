import { baselineOf } from '../domain/diff.ts';
import type { RunNode } from '../domain/run.ts';
import { phaseOfRun, type Run, tallyNodes } from '../domain/run.ts';
import type { RunSnapshot } from '../domain/snapshot.ts';
import { isFinal } from '../domain/status.ts';
import type { RunFacts } from '../messages/catalog.ts';
import type { Look } from './look-up.ts';
import type { OneRunPorts } from './one-run.ts';
import { asPaiFailure, optional, type PaiFailure } from './pai-failure.ts';
import { factsOf } from './run-facts.ts';
import { nodesOf } from './run-nodes.ts';
import { merged } from './status.ts';
import { DETAILED_TARGETS } from './status-answer.ts';

/** A run as it was just seen: what its watcher is shown, and what later looks are compared with. */
export interface SeenRun {
  readonly facts: RunFacts;
  readonly baseline: RunSnapshot;
  /** The one node that was asked for. */
  readonly node?: RunNode;
}

export type SeenOrNot =
  | ({ readonly kind: 'seen' } & SeenRun)
  /** It is there, but PAI did not tell its nodes, and without them old news would be told as new. */
  | { readonly kind: 'unseen'; readonly facts: RunFacts; readonly failure: PaiFailure };

/** Looks at the nodes of a run that was found, and at its details where few are asked for. */
export async function lookCloser(
  look: Extract<Look, { kind: 'run' | 'node' }>,
  {
    signal,
    asked,
  }: { readonly signal: AbortSignal /** Runs looked at for this question. */; readonly asked: number },
  ports: OneRunPorts,
): Promise<SeenOrNot> {
  const { region, runId } = look.run;
  const wantsDetails = asked <= DETAILED_TARGETS && look.details === undefined;
  const [details, nodes] = await Promise.all([
    wantsDetails ? optional(ports.runs.getPipelineRun({ region, runId }, { signal })) : look.details,
    nodesOrFailure(look.run, signal, ports),
  ]);
  if (details !== undefined) ports.places.learn(details);
  const run = withWorkspace(merged(look.run, details), ports);
  const facts = factsOf(run, look.askedAt, ports);
  if ('failure' in nodes) return { kind: 'unseen', facts, failure: nodes.failure };
  const tally = tallyNodes(nodes.nodes, run.rootNodeId);
  return {
    kind: 'seen',
    facts: { ...facts, ...(tally && { nodes: tally }) },
    baseline: baselineOf(run, nodes.nodes, { askedAt: look.askedAt, now: ports.now() }),
    // The listed node is the one in the baseline, and knows its times.
    ...(look.kind === 'node' && { node: nodes.nodes.find(isIt(look.node)) ?? look.node }),
  };
}

/** Whether nothing more can come of it unless it is rerun, or at all where it was deleted. */
export function isAtRest({ run }: Pick<RunFacts, 'run'>, node?: RunNode): boolean {
  return isFinal(phaseOfRun(run)) || (node !== undefined && isFinal(node.status.phase));
}

function isIt({ nodeId }: RunNode): (node: RunNode) => boolean {
  return (node) => node.nodeId === nodeId;
}

/** Without its PAI workspace nobody could be told of the run later on, since nobody could say who may be. */
function withWorkspace(run: Run, { places }: OneRunPorts): Run {
  const workspaceId = run.workspaceId ?? places.of(run.runId)?.workspaceId;
  return workspaceId === undefined ? run : { ...run, workspaceId };
}

async function nodesOrFailure(
  run: Run,
  signal: AbortSignal,
  ports: OneRunPorts,
): Promise<{ readonly nodes: readonly RunNode[] } | { readonly failure: PaiFailure }> {
  try {
    return { nodes: await nodesOf(run, signal, ports, { isPatient: true }) };
  } catch (error) {
    const failure = asPaiFailure(error);
    if (failure === undefined) throw error;
    ports.report(failure);
    return { failure };
  }
}
