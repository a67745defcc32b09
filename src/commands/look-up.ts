import type { Run, RunNode } from '../domain/run.ts';
import type { Target } from '../domain/target.ts';
import { findWorkspace, type PaiPlace, regionsOf, type Workspace } from '../domain/workspace.ts';
import {
  createJudge,
  leftForLater,
  type RightsPorts,
  type RunAnswer,
  troubleBehind,
} from './hide-forbidden.ts';
import type { PaiFailure } from './pai-failure.ts';
import type { Actor } from './request.ts';
import type { StatusAnswer, StatusQuestion } from './status-question.ts';

export interface LookUpPorts extends RightsPorts {
  readonly statuses: {
    /** Answers in the order of the questions; rejects only when the signal is aborted. */
    loadAll(
      questions: readonly StatusQuestion[],
      options: { timeoutMs: number; signal: AbortSignal },
    ): Promise<readonly StatusAnswer[]>;
  };
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
  /** For all of it: asking and learning. */
  readonly timeoutMs: number;
}

/**
 * Asks for all targets at once, each in the region its link names or it was found in before, or else in every region
 * of the settings, and keeps what this person may read here. What is forbidden looks exactly like what is not there:
 * it becomes a miss of its region before the regions' answers are put together.
 */
export async function lookUp(
  targets: readonly Target[],
  asking: Asking,
  ports: LookUpPorts,
): Promise<Look[]> {
  const until = AbortSignal.timeout(asking.timeoutMs);
  const later = leftForLater(targets, ports);
  const judge = createJudge(later, asking, ports);
  const answered = await askRegions(targets, (answer) => judge(answer, until), asking, ports);
  const regions = regionsOf(ports.workspaces);
  return Promise.all(
    targets.map(async (target, index): Promise<Look> => {
      const look = summarise(target, answered[index] ?? [], regions);
      if (look.kind !== 'missing') return look;
      if (later.has(target.runId)) return { kind: 'unchecked', target };
      const error = await troubleBehind(
        target,
        regionsFor(target, undefined, ports.workspaces),
        until,
        ports,
      );
      if (error !== undefined) return { kind: 'failed', target, error };
      ports.places.miss(target.runId);
      return look;
    }),
  );
}

/** What one region told this person about one target. */
interface RegionAnswer {
  readonly run: RunAnswer;
  readonly node?: StatusAnswer | undefined;
}

/** Asks all regions in the same turn, and waits for no further one once every target is settled. */
async function askRegions(
  targets: readonly Target[],
  judge: (answer: StatusAnswer) => Promise<RunAnswer>,
  asking: Asking,
  ports: LookUpPorts,
): Promise<readonly (readonly RegionAnswer[])[]> {
  const asked = targets.map((target) => {
    const place = rememberedPlace(target, asking, ports);
    return { target, place, regions: regionsFor(target, place, ports.workspaces) };
  });
  // By the settings' order of regions, whichever answers first.
  const answered = targets.map((): Map<string, RegionAnswer> => new Map());
  const enough = new AbortController();
  const isEnough = () =>
    answered.every((answers, index) => isSettled(answers, asked[index]?.regions.length ?? 0));
  await Promise.all(
    regionsOf(ports.workspaces).map(async (region) => {
      const here = asked.flatMap(({ target, place, regions }, index) =>
        regions.includes(region)
          ? [{ index, questions: questionsAbout(target, { region, place }, ports.workspaces) }]
          : [],
      );
      if (here.length === 0) return;
      const options = { timeoutMs: asking.timeoutMs, signal: enough.signal };
      const questions = here.flatMap((each) => each.questions);
      const answers = await ports.statuses.loadAll(questions, options).catch((error: unknown) => {
        if (enough.signal.aborted) return [];
        throw error;
      });
      let next = 0;
      await Promise.all(
        here.map(async ({ index, questions: own }) => {
          const [run, node] = answers.slice(next, next + own.length);
          next += own.length;
          if (run !== undefined) answered[index]?.set(region, { run: await judge(run), node });
        }),
      );
      if (isEnough()) enough.abort();
    }),
  );
  return answered.map((answers) =>
    regionsOf(ports.workspaces).flatMap((region) => answers.get(region) ?? []),
  );
}

function isSettled(answers: ReadonlyMap<string, RegionAnswer>, regions: number): boolean {
  const isHere = ({ run }: RegionAnswer) => run.kind === 'found' || run.kind === 'unchecked';
  return answers.size === regions || [...answers.values()].some(isHere);
}

/**
 * Where a run was found before. Only for those who may read it: a forbidden run is asked for like an unknown one, so
 * that a region in trouble shows no difference either.
 */
function rememberedPlace(
  { runId }: Target,
  { actor, channelId }: Asking,
  { places, access }: LookUpPorts,
): PaiPlace | undefined {
  const place = places.of(runId);
  return place !== undefined && access.mayRead(actor, channelId, place) ? place : undefined;
}

/** None for a link to a PAI workspace that is not in the settings: whatever PAI said, it would not be shown. */
function regionsFor(
  target: Target,
  place: PaiPlace | undefined,
  workspaces: readonly Workspace[],
): readonly string[] {
  const { region: named = place?.region, workspaceId } = target;
  const regions = named === undefined ? regionsOf(workspaces) : [named];
  if (workspaceId === undefined) return regions;
  return regions.filter((region) => findWorkspace(workspaces, { region, workspaceId }) !== undefined);
}

/** A node is asked together with its run: the node's row knows neither the run's name nor its state. */
function questionsAbout(
  target: Target,
  { region, place }: { readonly region: string; readonly place: PaiPlace | undefined },
  workspaces: readonly Workspace[],
): StatusQuestion[] {
  const here = workspaces.filter((each) => each.region === region);
  const remembered = place?.region === region ? place.workspaceId : undefined;
  const only = here.length === 1 ? here[0]?.workspaceId : undefined;
  const workspaceId = target.workspaceId ?? remembered ?? only;
  const about = { region, ...(workspaceId !== undefined && { workspaceId }), runId: target.runId };
  const run: StatusQuestion = { ...about, kind: 'run' };
  return target.kind === 'run' ? [run] : [run, { ...about, kind: 'node', nodeId: target.nodeId }];
}

function summarise(target: Target, answers: readonly RegionAnswer[], regions: readonly string[]): Look {
  if (target.region !== undefined && !regions.includes(target.region)) {
    return { kind: 'region-not-set-up', target, region: target.region };
  }
  for (const { run, node } of answers) {
    if (run.kind !== 'found' || run.run === undefined) continue;
    const found = {
      target,
      run: run.run,
      askedAt: run.askedAt,
      ...(run.details && { details: run.details }),
    };
    if (target.kind === 'run') return { kind: 'run', ...found };
    // The run is here, so what the other regions say of its node is of no interest.
    if (node?.kind === 'found' && node.node !== undefined) return { kind: 'node', ...found, node: node.node };
    if (node?.kind === 'failed') return { kind: 'failed', target, error: node.error };
    return missing(target, regions);
  }
  if (answers.some(({ run }) => run.kind === 'unchecked')) return { kind: 'unchecked', target };
  const failures = answers.flatMap(({ run }) => (run.kind === 'failed' ? [run.error] : []));
  const [first] = failures;
  if (first === undefined) return missing(target, regions);
  const alike = failures.filter(({ kind }) => kind === first.kind);
  if (alike.length === 1) return { kind: 'failed', target, error: first };
  // One sentence names every region with the same trouble.
  const { kind, code, requestId } = first;
  const region = alike.map((each) => each.region).join(', ');
  return { kind: 'failed', target, error: { kind, code, requestId, region } };
}

/**
 * Names all regions for a bare id, even where it was asked only in the one it was found in before: a run that became
 * forbidden must read like one that never was.
 */
function missing(target: Target, regions: readonly string[]): Look {
  return { kind: 'missing', target, regions: target.region === undefined ? regions : [target.region] };
}
