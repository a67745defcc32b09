import { createAccess } from '../../src/commands/access.ts';
import type { CommandPorts } from '../../src/commands/answer.ts';
import { KnownPlaces } from '../../src/commands/known-places.ts';
import { LongQuestions } from '../../src/commands/long-questions.ts';
import { Newcomers } from '../../src/commands/newcomers.ts';
import type { PaiFailure } from '../../src/commands/pai-failure.ts';
import type { ListQuery } from '../../src/commands/plan-queries.ts';
import type { Actor, Request } from '../../src/commands/request.ts';
import type { StatusAnswer, StatusQuestion } from '../../src/commands/status-question.ts';
import type { ChannelFacts } from '../../src/commands/watch-place.ts';
import type { Output, Run, RunNode } from '../../src/domain/run.ts';
import type { Target } from '../../src/domain/target.ts';
import type { Workspace } from '../../src/domain/workspace.ts';
import { fakeDocuments } from './documents.ts';
import { paiError } from './pai-error.ts';
import { fakeLists } from './pai-lists.ts';
import { type FakeWatchStore, fakeWatchStore } from './watch-store.ts';

export const MEMBER: Actor = {
  userId: 'U0MEMBER',
  name: 'Member',
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
  /** How GetPipelineRun fails for runs that are not there; `not-found` unless told otherwise. */
  readonly absent?: Error;
  readonly regions?: readonly string[];
  readonly workspaceId?: string;
  /** Instead of `regions` and `workspaceId`. */
  readonly workspaces?: readonly Workspace[];
  /** Regions that never answer until they are no longer wanted. */
  readonly silent?: readonly string[];
  /** Regions that refuse every list. */
  readonly failingLists?: readonly string[];
  /** Log lines by node id. */
  readonly logs?: Readonly<Record<string, readonly string[]>>;
  /** Outputs by the id of the node that was asked for them. */
  readonly outputs?: Readonly<Record<string, readonly Output[]>>;
  /** What every thread is about. */
  readonly inThread?: readonly Target[];
  /** Slack does not let threads be read. */
  readonly isThreadClosed?: boolean;
  /** What Slack tells of every channel; null for nothing. A public one that Flowbell is in unless told otherwise. */
  readonly channel?: ChannelFacts | null;
  /** Flowbell may not come into channels by itself. */
  readonly isJoinRefused?: boolean;
  readonly isStoreReadOnly?: boolean;
}

export type FakePai = CommandPorts & {
  readonly watches: FakeWatchStore;
  readonly asked: StatusQuestion[];
  readonly listed: ListQuery[];
  readonly detailed: string[];
  readonly reported: PaiFailure[];
  /** The name of every port that was called, in order. */
  readonly called: string[];
};

export function fakePorts(known: KnownPai = {}): FakePai {
  const {
    runs = [],
    nodes = {},
    failing = {},
    details = () => ({}),
    absent = paiError('not-found'),
    regions = ['cn-hangzhou'],
    workspaceId,
    workspaces = regions.map((region) => ({ region, ...(workspaceId !== undefined && { workspaceId }) })),
    silent = [],
    failingLists = [],
    logs = {},
    outputs = {},
    inThread = [],
    isThreadClosed = false,
    channel = { kind: 'public', isMember: true, isArchived: false },
    isJoinRefused = false,
    isStoreReadOnly = false,
  } = known;
  const watches = fakeWatchStore({ isReadOnly: () => isStoreReadOnly });
  const { lists, asked: listed } = fakeLists({ runs, failing: failingLists });
  const asked: StatusQuestion[] = [];
  const detailed: string[] = [];
  const reported: PaiFailure[] = [];
  const called: string[] = [];
  const askedAt = new Date('2026-11-23T03:00:00Z');
  const find = (region: string, runId: string) =>
    runs.find((run) => run.runId === runId && run.region === region);
  const answerTo = (question: StatusQuestion): StatusAnswer => {
    const error =
      failing[question.kind === 'node' ? question.nodeId : question.runId] ?? failing[question.region];
    if (error) return { kind: 'failed', error };
    const run = find(question.region, question.runId);
    if (run === undefined) return { kind: 'missing' };
    const made = (nodeId: string) => ({
      outputs: (outputs[nodeId] ?? []).filter(({ type }) => type === question.outputType),
    });
    if (question.kind === 'run') return { kind: 'found', run, ...made(run.rootNodeId ?? ''), askedAt };
    const node = nodes[question.runId]?.find(({ nodeId }) => nodeId === question.nodeId);
    return node === undefined ? { kind: 'missing' } : { kind: 'found', node, ...made(node.nodeId), askedAt };
  };
  return {
    asked,
    listed,
    detailed,
    reported,
    called,
    statuses: {
      loadAll: async (questions, { signal }) => {
        called.push('loadAll');
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
        called.push('getPipelineRun');
        detailed.push(runId);
        const run = find(region, runId);
        const more = run && details(run);
        if (run === undefined || more instanceof Error) throw more ?? absent;
        return { ...run, ...more };
      },
      listPipelineRunNodeStatus: async ({ runId }) => {
        called.push('listPipelineRunNodeStatus');
        return nodes[runId] ?? [];
      },
    },
    lists: {
      walkRuns: (...query) => {
        called.push('walkRuns');
        return lists.walkRuns(...query);
      },
    },
    logs: {
      listPipelineRunNodeLogs: async ({ nodeId, offset, pageSize, keyword = '' }) => {
        called.push('listPipelineRunNodeLogs');
        const error = failing[nodeId];
        if (error) throw Object.assign(paiError(error.kind), error);
        const lines = (logs[nodeId] ?? []).filter((line) => line.includes(keyword));
        return { totalCount: lines.length, lines: lines.slice(offset, offset + pageSize) };
      },
    },
    outputs: {
      listPipelineRunNodeOutputs: async ({ nodeId }) => {
        called.push('listPipelineRunNodeOutputs');
        const made = outputs[nodeId] ?? [];
        return { totalCount: made.length, outputs: made };
      },
    },
    threads: {
      targetsOf: async () => {
        called.push('targetsOf');
        return isThreadClosed ? undefined : inThread;
      },
    },
    newcomers: new Newcomers({ documents: fakeDocuments(), team: 'T0TEAM', now: () => askedAt }),
    watches: {
      ...watches,
      // The spread would copy what stands there now.
      get rows() {
        return watches.rows;
      },
      addWatch: (wanted) => {
        called.push('addWatch');
        return watches.addWatch(wanted);
      },
      removeWatches: (which) => {
        called.push('removeWatches');
        return watches.removeWatches(which);
      },
      listWatches: (which) => {
        called.push('listWatches');
        return watches.listWatches(which);
      },
    },
    channels: {
      find: async () => {
        called.push('findChannel');
        return channel ?? undefined;
      },
      openDm: async (userId) => {
        called.push('openDm');
        return { channelId: `D0${userId}` };
      },
      join: async () => {
        called.push('joinChannel');
        return isJoinRefused ? 'refused' : 'joined';
      },
      permalinkOf: async ({ channelId, ts }) => {
        called.push('permalinkOf');
        return `https://acme.slack.example/archives/${channelId}/p${ts.replace('.', '')}`;
      },
    },
    team: 'T0TEAM',
    nudge: (job) => called.push(`nudge ${job}`),
    checks: async () => {
      called.push('checks');
      return [];
    },
    version: '1.2.3',
    supportCode: () => 'fb-test22',
    record: () => undefined,
    access: createAccess({ workspaces }),
    workspaces,
    places: new KnownPlaces(),
    longQuestions: new LongQuestions(),
    now: () => askedAt,
    report: (failure) => reported.push(failure),
  };
}
