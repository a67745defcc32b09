import type { Run, RunNode } from '../domain/run.ts';
import type { NodeId, RunId, Target } from '../domain/target.ts';
import type { PaiTrouble } from '../messages/catalog.ts';
import type { Access } from './access.ts';
import type { KnownPlaces } from './known-places.ts';
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
  readonly statuses: {
    /** Answers in the order of the questions; rejects only when the signal is aborted. */
    loadAll(
      questions: readonly StatusQuestion[],
      options: { timeoutMs: number; signal: AbortSignal },
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

interface Found {
  readonly target: Target;
  readonly run: Run;
  readonly askedAt: Date;
  /** What GetPipelineRun told, where the rights needed it. */
  readonly details?: Run;
}

/** What became of one target. */
export type Look =
  | (Found & { readonly kind: 'run' })
  | (Found & { readonly kind: 'node'; readonly node: RunNode })
  | { readonly kind: 'missing'; readonly target: Target; readonly regions: readonly string[] }
  | { readonly kind: 'failed'; readonly target: Target; readonly error: PaiFailure }
  /** It may be there, but whether this person may see it has not been learnt yet. */
  | { readonly kind: 'unchecked'; readonly target: Target }
  | { readonly kind: 'region-not-set-up'; readonly target: Target; readonly region: string };

interface Asking {
  readonly actor: Actor;
  readonly channelId: string;
  readonly timeoutMs: number;
}

/**
 * Asks for all targets at once, each in the region its link names or it was found in before, or else in every region
 * of the settings, and keeps what this person may read here. What is forbidden looks exactly like what is not there.
 */
export async function lookUp(
  targets: readonly Target[],
  asking: Asking,
  ports: LookUpPorts,
): Promise<Look[]> {
  const answered = await askRegions(targets, asking.timeoutMs, ports);
  const looks = targets.map((target, index) => summarise(target, answered[index] ?? [], ports.regions));
  return hideForbidden(looks, asking, ports);
}

/** What one region answered about one target. */
interface RegionAnswer {
  readonly run: StatusAnswer;
  readonly node?: StatusAnswer | undefined;
}

/** Asks all regions in the same turn, and waits for no further one once every target has been found. */
async function askRegions(
  targets: readonly Target[],
  timeoutMs: number,
  ports: LookUpPorts,
): Promise<readonly (readonly RegionAnswer[])[]> {
  // By the settings' order of regions, whichever answers first.
  const answered = targets.map((): Map<string, RegionAnswer> => new Map());
  const enough = new AbortController();
  const isEnough = () =>
    answered.every((answers) => [...answers.values()].some(({ run }) => run.kind === 'found'));
  await Promise.all(
    ports.regions.map(async (region) => {
      const here = targets.flatMap((target, index) =>
        regionsOf(target, ports).includes(region)
          ? [{ index, questions: questionsAbout(target, region, ports) }]
          : [],
      );
      if (here.length === 0) return;
      const options = { timeoutMs, signal: enough.signal };
      const questions = here.flatMap((each) => each.questions);
      const answers = await ports.statuses.loadAll(questions, options).catch((error: unknown) => {
        if (enough.signal.aborted) return [];
        throw error;
      });
      let next = 0;
      for (const { index, questions: own } of here) {
        const [run, node] = answers.slice(next, next + own.length);
        if (run !== undefined) answered[index]?.set(region, { run, node });
        next += own.length;
      }
      if (isEnough()) enough.abort();
    }),
  );
  return answered.map((answers) => ports.regions.flatMap((region) => answers.get(region) ?? []));
}

function regionsOf(target: Target, { regions, places }: LookUpPorts): readonly string[] {
  const region = target.region ?? places.of(target.runId)?.region;
  return region === undefined ? regions : [region];
}

/** A node is asked together with its run: the node's row knows neither the run's name nor its state. */
function questionsAbout(target: Target, region: string, ports: LookUpPorts): StatusQuestion[] {
  const workspaceId = target.workspaceId ?? ports.places.of(target.runId)?.workspaceId ?? ports.workspaceId;
  const place = { region, ...(workspaceId !== undefined && { workspaceId }), runId: target.runId };
  const run: StatusQuestion = { ...place, kind: 'run' };
  return target.kind === 'run' ? [run] : [run, { ...place, kind: 'node', nodeId: target.nodeId }];
}

function summarise(target: Target, answers: readonly RegionAnswer[], regions: readonly string[]): Look {
  if (target.region !== undefined && !regions.includes(target.region)) {
    return { kind: 'region-not-set-up', target, region: target.region };
  }
  for (const { run, node } of answers) {
    if (run.kind !== 'found' || run.run === undefined) continue;
    const found = { target, run: run.run, askedAt: run.askedAt };
    if (target.kind === 'run') return { kind: 'run', ...found };
    // The run is here, so what the other regions say of its node is of no interest.
    if (node?.kind === 'found' && node.node !== undefined) return { kind: 'node', ...found, node: node.node };
    if (node?.kind === 'failed') return { kind: 'failed', target, error: node.error };
    return missing(target, regions);
  }
  const failures = answers.flatMap(({ run }) => (run.kind === 'failed' ? [run.error] : []));
  const [first] = failures;
  if (first === undefined) return missing(target, regions);
  // One sentence names every region with the same trouble.
  const { kind, code, requestId } = first;
  const region = failures.flatMap((each) => (each.kind === kind ? [each.region] : [])).join(', ');
  return { kind: 'failed', target, error: { kind, code, requestId, region } };
}

/**
 * Names all regions for a bare id, even where it was asked only in the one it was found in before: a run that became
 * forbidden must read like one that never was.
 */
function missing(target: Target, regions: readonly string[]): Look {
  return { kind: 'missing', target, regions: target.region === undefined ? regions : [target.region] };
}

/**
 * Runs whose PAI workspace one question may learn: GetPipelineRun is a call for each, and they take their turns among
 * everybody's calls.
 */
const MOST_LEARNT = 20;

async function hideForbidden(looks: readonly Look[], asking: Asking, ports: LookUpPorts): Promise<Look[]> {
  const until = AbortSignal.timeout(asking.timeoutMs);
  const learning = new Map<RunId, Promise<Run | PaiFailure>>();
  return Promise.all(
    looks.map(async (look): Promise<Look> => {
      if (look.kind !== 'run' && look.kind !== 'node') return look;
      const { region, runId } = look.run;
      ports.places.learn(look.run);
      let seen = look;
      let workspaceId = look.run.workspaceId ?? ports.places.of(runId)?.workspaceId;
      if (workspaceId === undefined && ports.access.needsWorkspace) {
        if (!learning.has(runId) && learning.size === MOST_LEARNT)
          return { kind: 'unchecked', target: look.target };
        const learnt = learning.get(runId) ?? learn(look.run, until, ports);
        learning.set(runId, learnt);
        const details = await learnt;
        // Without the PAI workspace nobody can tell whether it may be shown, so it is not shown.
        if (!isRun(details)) {
          if (details.kind === 'not-found') return missing(look.target, ports.regions);
          return { kind: 'failed', target: look.target, error: details };
        }
        seen = { ...look, details };
        workspaceId = details.workspaceId;
      }
      const mayRead = ports.access.mayRead(asking.actor, asking.channelId, { region, workspaceId });
      return mayRead ? seen : missing(look.target, ports.regions);
    }),
  );
}

async function learn(
  { region, runId }: Run,
  signal: AbortSignal,
  ports: LookUpPorts,
): Promise<Run | PaiFailure> {
  try {
    const run = await ports.runs.getPipelineRun({ region, runId }, { signal });
    ports.places.learn(run);
    return run;
  } catch (error) {
    const failure = asPaiFailure(error);
    if (failure === undefined) throw error;
    return failure;
  }
}

function isRun(learnt: Run | PaiFailure): learnt is Run {
  return 'runId' in learnt;
}

/** The facts of a PAI error, told by its name: `paiflow/errors.ts` throws nothing else of that name. */
export function asPaiFailure(error: unknown): PaiFailure | undefined {
  return error instanceof Error && error.name === 'PaiflowError' ? (error as Error & PaiFailure) : undefined;
}
