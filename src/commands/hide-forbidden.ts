import type { Run } from '../domain/run.ts';
import type { RunId, Target } from '../domain/target.ts';
import { regionsOf, type Workspace } from '../domain/workspace.ts';
import type { Access } from './access.ts';
import type { KnownPlaces } from './known-places.ts';
import { asPaiFailure, type PaiFailure } from './pai-failure.ts';
import type { Actor } from './request.ts';
import type { StatusAnswer } from './status-question.ts';

export interface RightsPorts {
  readonly runs: {
    getPipelineRun(about: { region: string; runId: RunId }, options: { signal: AbortSignal }): Promise<Run>;
  };
  readonly access: Access;
  /** The PAI workspaces of the settings. */
  readonly workspaces: readonly Workspace[];
  readonly places: KnownPlaces;
}

interface Asker {
  readonly actor: Actor;
  readonly channelId: string;
}

/**
 * Runs whose PAI workspace one question may learn: GetPipelineRun is a call for each, and they take their turns among
 * everybody's calls.
 */
const MOST_LEARNT = 20;

/**
 * Ids this question leaves for the next one, by their order alone: whether they are there at all must not show in it.
 */
export function leftForLater(
  targets: readonly Target[],
  { places, access, workspaces }: RightsPorts,
): Set<RunId> {
  if (!regionsOf(workspaces).some((region) => access.needsWorkspace(region))) return new Set();
  const open = new Set(targets.map(({ runId }) => runId).filter((runId) => !places.isSettled(runId)));
  return new Set([...open].slice(MOST_LEARNT));
}

/** What one region told this person about a run. */
export type RunAnswer =
  | (StatusAnswer & { readonly details?: Run })
  /** It is there, but whether this person may see it has not been learnt yet. */
  | { readonly kind: 'unchecked' };

/** Gives the way to turn what PAI answered about a run into what this person is told; each run is learnt once. */
export function createJudge(later: ReadonlySet<RunId>, { actor, channelId }: Asker, ports: RightsPorts) {
  const learning = new Map<RunId, Promise<Run | PaiFailure>>();
  return async (answer: StatusAnswer, until: AbortSignal): Promise<RunAnswer> => {
    if (answer.kind !== 'found' || answer.run === undefined) return answer;
    const { region, runId } = answer.run;
    ports.places.learn(answer.run);
    let seen: RunAnswer = answer;
    let workspaceId = answer.run.workspaceId ?? ports.places.of(runId)?.workspaceId;
    if (workspaceId === undefined && ports.access.needsWorkspace(region)) {
      if (later.has(runId)) return { kind: 'unchecked' };
      const learnt = learning.get(runId) ?? learn(answer.run, until, ports);
      learning.set(runId, learnt);
      const details = await learnt;
      // Without the PAI workspace nobody can tell whether it may be shown, so it is not shown.
      if (!isRun(details)) {
        return details.kind === 'not-found' ? { kind: 'missing' } : { kind: 'failed', error: details };
      }
      seen = { ...answer, details };
      workspaceId = details.workspaceId;
    }
    return ports.access.mayRead(actor, channelId, { region, workspaceId }) ? seen : { kind: 'missing' };
  };
}

async function learn(
  { region, runId }: Pick<Run, 'region' | 'runId'>,
  signal: AbortSignal,
  ports: RightsPorts,
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

/**
 * What is not there must be told neither sooner nor surer than what is forbidden: it costs the same call, and where
 * that call fails it is not known to be missing either.
 */
export async function troubleBehind(
  { runId }: Target,
  regions: readonly string[],
  signal: AbortSignal,
  ports: RightsPorts,
): Promise<PaiFailure | undefined> {
  if (ports.places.isSettled(runId)) return undefined;
  const places = regions.filter((region) => ports.access.needsWorkspace(region));
  const learnt = await Promise.all(places.map((region) => learn({ region, runId }, signal, ports)));
  return learnt.flatMap((each) => (isRun(each) || each.kind === 'not-found' ? [] : [each]))[0];
}
