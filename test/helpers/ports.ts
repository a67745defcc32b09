import { createAccess } from '../../src/commands/access.ts';
import { KnownPlaces } from '../../src/commands/known-places.ts';
import { LongQuestions } from '../../src/commands/long-questions.ts';
import type { PaiFailure, StatusAnswer, StatusQuestion } from '../../src/commands/look-up.ts';
import type { Actor, Request } from '../../src/commands/request.ts';
import type { StatusPorts } from '../../src/commands/status.ts';
import type { Run, RunNode } from '../../src/domain/run.ts';
import type { Workspace } from '../../src/domain/workspace.ts';

export const MEMBER: Actor = {
  userId: 'U0MEMBER',
  locale: 'en',
  standing: 'member',
  isAdmin: false,
  utcOffsetMs: 0,
};

export function aRequest(text: string, actor: Actor = MEMBER): Request {
  return { actor, channelId: 'C0ML', text, commandName: '/pai' };
}

/** A PAI that knows these runs and nodes, and what it was asked. */
export interface KnownPai {
  readonly runs?: readonly Run[];
  readonly nodes?: Readonly<Record<string, readonly RunNode[]>>;
  /** Ids that fail, and how. */
  readonly failing?: Readonly<Record<string, PaiFailure>>;
  /** What GetPipelineRun adds, or how it fails. */
  readonly details?: (run: Run) => Partial<Run> | Error;
  readonly regions?: readonly string[];
  readonly workspaceId?: string;
  /** Instead of `regions` and `workspaceId`. */
  readonly workspaces?: readonly Workspace[];
  /** Regions that never answer until they are no longer wanted. */
  readonly silent?: readonly string[];
}

export interface FakePai extends StatusPorts {
  readonly asked: StatusQuestion[];
  readonly detailed: string[];
  readonly reported: PaiFailure[];
}

export function fakePorts(known: KnownPai = {}): FakePai {
  const {
    runs = [],
    nodes = {},
    failing = {},
    details = () => ({}),
    regions = ['cn-hangzhou'],
    workspaceId,
    workspaces = regions.map((region) => ({ region, ...(workspaceId !== undefined && { workspaceId }) })),
    silent = [],
  } = known;
  const asked: StatusQuestion[] = [];
  const detailed: string[] = [];
  const reported: PaiFailure[] = [];
  const askedAt = new Date('2026-11-23T03:00:00Z');
  const find = (region: string, runId: string) =>
    runs.find((run) => run.runId === runId && run.region === region);
  const answerTo = (question: StatusQuestion): StatusAnswer => {
    const error =
      failing[question.kind === 'node' ? question.nodeId : question.runId] ?? failing[question.region];
    if (error) return { kind: 'failed', error };
    const run = find(question.region, question.runId);
    if (run === undefined) return { kind: 'missing' };
    if (question.kind === 'run') return { kind: 'found', run, askedAt };
    const node = nodes[question.runId]?.find(({ nodeId }) => nodeId === question.nodeId);
    return node === undefined ? { kind: 'missing' } : { kind: 'found', node, askedAt };
  };
  return {
    asked,
    detailed,
    reported,
    statuses: {
      loadAll: async (questions, { signal }) => {
        asked.push(...questions);
        if (questions.some(({ region }) => silent.includes(region))) {
          await new Promise((_, reject) =>
            signal.addEventListener('abort', () => reject(paiError('aborted'))),
          );
        }
        return questions.map(answerTo);
      },
    },
    runs: {
      getPipelineRun: async ({ region, runId }) => {
        detailed.push(runId);
        const run = find(region, runId);
        const more = run && details(run);
        if (run === undefined || more instanceof Error) throw more ?? paiError('not-found');
        return { ...run, ...more };
      },
      listPipelineRunNodeStatus: async ({ runId }) => nodes[runId] ?? [],
    },
    access: createAccess({ workspaces }),
    workspaces,
    places: new KnownPlaces(),
    longQuestions: new LongQuestions(),
    now: () => askedAt,
    report: (failure) => reported.push(failure),
  };
}

/** What paiflow/ throws, as far as commands look at it. */
export function paiError(kind: PaiFailure['kind'], code?: string): Error & PaiFailure {
  const error = Object.assign(new Error(`getPipelineRun failed: ${kind}`), {
    kind,
    region: 'cn-hangzhou',
    code,
  });
  error.name = 'PaiflowError';
  return error;
}
