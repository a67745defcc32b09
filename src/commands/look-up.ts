import type { Run, RunNode } from '../domain/run.ts';
import type { NodeId, RunId, Target } from '../domain/target.ts';
import type { PaiTrouble } from '../messages/catalog.ts';
import type { Access, PaiPlace } from './access.ts';
import type { Actor } from './request.ts';

/** A question about one run or one node, as the batcher groups them. */
export type StatusQuestion = {
  readonly region: string;
  readonly workspaceId?: string;
  readonly runId: RunId;
} & ({ readonly kind: 'run' } | { readonly kind: 'node'; readonly nodeId: NodeId });

/** Why PAI did not answer; `refused` is about this very id, everything else about the call. */
export interface PaiFailure {
  readonly kind: PaiTrouble['kind'] | 'aborted';
  readonly region: string;
  readonly code?: string | undefined;
  readonly requestId?: string | undefined;
}

export type StatusAnswer =
  | { readonly kind: 'found'; readonly run?: Run; readonly node?: RunNode; readonly askedAt: Date }
  | { readonly kind: 'missing' }
  | { readonly kind: 'failed'; readonly error: PaiFailure };

export interface LookUpPorts {
  /** Answers in the order of the questions; never rejects. */
  readonly statuses: {
    loadAll(
      questions: readonly StatusQuestion[],
      options: { timeoutMs: number },
    ): Promise<readonly StatusAnswer[]>;
  };
  readonly runs: {
    getPipelineRun(about: { region: string; runId: RunId }, options: { signal: AbortSignal }): Promise<Run>;
  };
  readonly access: Access;
  readonly regions: readonly string[];
  /** The one PAI workspace of the settings, if they name one. */
  readonly workspaceId?: string | undefined;
  readonly places: KnownPlaces;
}

/** What became of one target. */
export type Look =
  | { readonly kind: 'run'; readonly target: Target; readonly run: Run; readonly askedAt: Date }
  | {
      readonly kind: 'node';
      readonly target: Target;
      readonly run: Run;
      readonly node: RunNode;
      readonly askedAt: Date;
    }
  | { readonly kind: 'missing'; readonly target: Target; readonly regions: readonly string[] }
  | { readonly kind: 'failed'; readonly target: Target; readonly error: PaiFailure }
  | { readonly kind: 'region-not-set-up'; readonly target: Target; readonly region: string };

/**
 * Asks for all targets at once, each in the region its link names or else in every region of the settings, and keeps
 * what this person may read here. What is forbidden looks exactly like what is not there.
 */
export async function lookUp(
  targets: readonly Target[],
  { actor, channelId, timeoutMs }: { actor: Actor; channelId: string; timeoutMs: number },
  ports: LookUpPorts,
): Promise<Look[]> {
  const until = AbortSignal.timeout(timeoutMs);
  const asked = targets.map((target) => questionsAbout(target, ports));
  const answers = await ports.statuses.loadAll(asked.flat(), { timeoutMs });
  let next = 0;
  const looks = targets.map((target, index) => {
    const count = asked[index]?.length ?? 0;
    const own = answers.slice(next, next + count);
    next += count;
    return summarise(target, own, ports.regions);
  });
  return Promise.all(looks.map((look) => hideForbidden(look, { actor, channelId, until }, ports)));
}

/** Where runs were found. A run never moves, so each is learnt once; the oldest is forgotten first. */
export class KnownPlaces {
  readonly #byRun = new Map<RunId, PaiPlace>();

  of(runId: RunId): PaiPlace | undefined {
    return this.#byRun.get(runId);
  }

  learn({ runId, region, workspaceId = this.of(runId)?.workspaceId }: Run): void {
    this.#byRun.set(runId, { region, workspaceId });
    const [oldest] = this.#byRun.keys();
    if (this.#byRun.size > MOST_KNOWN && oldest !== undefined) this.#byRun.delete(oldest);
  }
}

/** A few megabytes of memory. */
const MOST_KNOWN = 10_000;

/** A node is asked together with its run: the node's row knows neither the run's name nor its state. */
function questionsAbout(target: Target, ports: LookUpPorts): StatusQuestion[] {
  const known = ports.places.of(target.runId);
  const region = target.region ?? known?.region;
  const regions = region === undefined ? ports.regions : ports.regions.filter((each) => each === region);
  const workspaceId = target.workspaceId ?? known?.workspaceId ?? ports.workspaceId;
  return regions.flatMap((region): StatusQuestion[] => {
    const place = { region, ...(workspaceId !== undefined && { workspaceId }), runId: target.runId };
    const run: StatusQuestion = { ...place, kind: 'run' };
    return target.kind === 'run' ? [run] : [run, { ...place, kind: 'node', nodeId: target.nodeId }];
  });
}

function summarise(target: Target, answers: readonly StatusAnswer[], regions: readonly string[]): Look {
  if (target.region !== undefined && !regions.includes(target.region)) {
    return { kind: 'region-not-set-up', target, region: target.region };
  }
  const found = answers.filter((answer) => answer.kind === 'found');
  const run = found.find((answer) => answer.run !== undefined)?.run;
  const node = found.find((answer) => answer.node !== undefined)?.node;
  const askedAt = found[0]?.askedAt;
  if (run !== undefined && askedAt !== undefined) {
    if (target.kind === 'run') return { kind: 'run', target, run, askedAt };
    if (node !== undefined) return { kind: 'node', target, run, node, askedAt };
  }
  const failure = answers.find((answer) => answer.kind === 'failed');
  if (failure !== undefined) return { kind: 'failed', target, error: failure.error };
  return { kind: 'missing', target, regions: target.region === undefined ? regions : [target.region] };
}

async function hideForbidden(
  look: Look,
  { actor, channelId, until }: { actor: Actor; channelId: string; until: AbortSignal },
  ports: LookUpPorts,
): Promise<Look> {
  if (look.kind !== 'run' && look.kind !== 'node') return look;
  const { region, runId } = look.run;
  ports.places.learn(look.run);
  let workspaceId = look.run.workspaceId ?? ports.places.of(runId)?.workspaceId;
  if (workspaceId === undefined && ports.access.needsWorkspace) {
    try {
      const run = await ports.runs.getPipelineRun({ region, runId }, { signal: until });
      ports.places.learn(run);
      workspaceId = run.workspaceId;
    } catch (error) {
      const failure = asPaiFailure(error);
      if (failure === undefined) throw error;
      // Without the PAI workspace nobody can tell whether it may be shown, so it is not shown.
      if (failure.kind !== 'not-found') return { kind: 'failed', target: look.target, error: failure };
    }
  }
  const place: PaiPlace = { region, workspaceId };
  if (ports.access.mayRead(actor, channelId, place)) return look;
  return {
    kind: 'missing',
    target: look.target,
    regions: look.target.region === undefined ? ports.regions : [region],
  };
}

/** The facts of a PAI error, told by its name: `paiflow/errors.ts` throws nothing else of that name. */
export function asPaiFailure(error: unknown): PaiFailure | undefined {
  return error instanceof Error && error.name === 'PaiflowError' ? (error as Error & PaiFailure) : undefined;
}
