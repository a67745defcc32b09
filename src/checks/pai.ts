import { asPaiFailure, type PaiFailure } from '../commands/pai-failure.ts';
import { parseRunId, type RunId } from '../domain/target.ts';
import { labelOf, type Workspace } from '../domain/workspace.ts';
import type { Check, PaiTroubleKind } from '../messages/catalog.ts';
import { CHECK_TIMEOUT_MS, CheckTimeoutError, withinTime } from './deadline.ts';
import { type Row, wordFor } from './row.ts';

interface Scope {
  readonly region: string;
  readonly workspaceId?: string;
}

export interface PaiPort {
  listPipelineRunsStatus(
    query: Scope & { readonly runs: readonly RunId[] },
    options: { signal: AbortSignal },
  ): Promise<unknown>;
  listPipelineRuns(
    query: Scope & {
      readonly sortBy: 'GmtCreateTime';
      readonly order: 'DESC';
      readonly pageNumber: number;
      readonly pageSize: number;
    },
    options: { signal: AbortSignal },
  ): Promise<{
    readonly totalCount: number;
    readonly runs: readonly { readonly runId: string; readonly createdAt?: Date | undefined }[];
  }>;
}

/** A check of one PAI workspace with what only `npm run doctor` tells. */
export type PaiCheck = Check & {
  readonly workspace: Workspace;
  /** The action of PAI's that failed. */
  readonly action?: string;
};

/** No run has this id, so PAI's answer shows that it could be asked and tells nothing about anybody's runs. */
const NO_RUN = 'flow-flowbelldoctor';

/** The two questions everything begins with: runs by id, and runs by what they are. */
const QUESTIONS = [
  {
    action: 'ListPipelineRunsStatus',
    ask: (port: PaiPort, scope: Scope, signal: AbortSignal) =>
      port.listPipelineRunsStatus({ ...scope, runs: [parseRunId(NO_RUN) ?? []].flat() }, { signal }),
  },
  {
    action: 'ListPipelineRuns',
    ask: async (port: PaiPort, scope: Scope, signal: AbortSignal) =>
      port.listPipelineRuns(newestFirst(scope, { pageNumber: 1, pageSize: 1 }), { signal }),
  },
] as const;

/** Checks every PAI workspace of the settings at once. Rejects only by a fault of our own. */
export function checkPai(
  { workspaces, port }: { readonly workspaces: readonly Workspace[]; readonly port: PaiPort },
  { signal }: { readonly signal: AbortSignal },
): Promise<readonly PaiCheck[]> {
  return Promise.all(
    workspaces.map(async (workspace) => {
      const about = { subject: { kind: 'pai', label: labelOf(workspace) }, workspace } as const;
      const failures = await Promise.all(
        QUESTIONS.map(async ({ action, ask }) => {
          const failure = await failureOf(
            withinTime((until) => ask(port, scopeOf(workspace), until), signal),
            workspace,
          );
          return failure && { action, failure };
        }),
      );
      const failed = failures.find((each) => each !== undefined);
      if (failed === undefined) return { ...about, verdict: 'fine' };
      return { ...about, verdict: 'failed', action: failed.action, finding: findingOf(failed.failure) };
    }),
  );
}

async function failureOf(answer: Promise<unknown>, { region }: Workspace): Promise<PaiFailure | undefined> {
  try {
    await answer;
    return undefined;
  } catch (error) {
    const failure =
      error instanceof CheckTimeoutError ? { kind: 'timeout' as const, region } : asPaiFailure(error);
    if (failure === undefined) throw error;
    return failure;
  }
}

/** Our own deadline ends a call as `aborted`; for whoever waited that is PAI's silence. */
function findingOf({ kind, region, code, requestId }: PaiFailure): NonNullable<Check['finding']> {
  return {
    kind: 'pai-trouble',
    trouble: { kind: kind === 'aborted' ? 'timeout' : kind, region, waitedMs: CHECK_TIMEOUT_MS },
    ...(code !== undefined && { code }),
    ...(requestId !== undefined && { requestId }),
  };
}

/** Counting is worth this many calls and no more. */
const MOST_PAGES = 5;
const PAGE_SIZE = 100;

/**
 * How many runs of a PAI workspace were made since a time. Undefined where a few pages do not tell, where PAI's order
 * or times are not what they should be, or where it does not answer.
 */
export async function countRunsSince(
  since: Date,
  { workspace, port }: { readonly workspace: Workspace; readonly port: PaiPort },
  { signal }: { readonly signal: AbortSignal },
): Promise<number | undefined> {
  let count: number | undefined;
  const failure = await failureOf(
    withinTime(async (until) => {
      count = await countPages(since, { scope: scopeOf(workspace), port }, until);
    }, signal),
    workspace,
  );
  return failure === undefined ? count : undefined;
}

async function countPages(
  since: Date,
  { scope, port }: { readonly scope: Scope; readonly port: PaiPort },
  signal: AbortSignal,
): Promise<number | undefined> {
  // A run made while we page moves the others on, so one may come twice.
  const counted = new Set<string>();
  let read = 0;
  let last = Number.POSITIVE_INFINITY;
  for (let pageNumber = 1; pageNumber <= MOST_PAGES; pageNumber += 1) {
    const query = newestFirst(scope, { pageNumber, pageSize: PAGE_SIZE });
    const page = await port.listPipelineRuns(query, { signal });
    if (page === undefined) return undefined;
    for (const { runId, createdAt } of page.runs) {
      if (createdAt === undefined || (createdAt.getTime() > last && !counted.has(runId))) return undefined;
      if (createdAt < since) return counted.size;
      last = createdAt.getTime();
      counted.add(runId);
    }
    read += page.runs.length;
    if (read >= page.totalCount) return counted.size;
    if (page.runs.length === 0) return undefined;
  }
  return undefined;
}

function newestFirst(scope: Scope, page: { readonly pageNumber: number; readonly pageSize: number }) {
  return { ...scope, sortBy: 'GmtCreateTime', order: 'DESC', ...page } as const;
}

function scopeOf({ region, workspaceId }: Workspace): Scope {
  return { region, ...(workspaceId !== undefined && { workspaceId }) };
}

const MENDING: Readonly<Record<Exclude<PaiTroubleKind, 'forbidden'>, string>> = {
  throttled: 'PAI limits the calls of this account; try again in a minute',
  'not-found': 'the address answers, but not as PAIFlow; look at PAIFLOW_ENDPOINT and the regions',
  'wrong-key': 'no key, or PAI does not accept it; look at ALIBABA_CLOUD_ACCESS_KEY_ID and its secret',
  'wrong-clock': 'set the time of this machine',
  refused: 'PAI refuses the question; look at the id of the PAI workspace',
  'question-refused': 'PAI refuses the question; look at the id of the PAI workspace',
  unavailable: 'PAI has a fault of its own',
  junk: 'the answer is not PAIFlow’s; look at PAIFLOW_ENDPOINT',
  'too-large': 'the answer is too large to be PAIFlow’s; look at PAIFLOW_ENDPOINT',
  timeout: 'no answer within 8 s; look at the network and HTTPS_PROXY',
  network: 'cannot be reached; look at the network, HTTPS_PROXY and PAIFLOW_ENDPOINT',
};

/** What `npm run doctor` says of a PAI workspace; `runs` is the count of its last 24 hours where that is known. */
export function describePai(
  { subject, verdict, finding, workspace, action = '' }: PaiCheck,
  runs?: number,
): Row {
  const row = {
    verdict: wordFor(verdict),
    subject: subject.kind === 'pai' ? `pai ${subject.label}` : subject.kind,
  };
  const where = `${workspace.region} ${workspace.workspaceId ?? 'as far as the key sees'}`;
  if (finding?.kind !== 'pai-trouble')
    return { ...row, said: `${where}: ${runs === undefined ? 'answers' : counted(runs)}` };
  const { trouble, code, requestId } = finding;
  const facts = [code, requestId && `RequestId ${requestId}`].filter(Boolean).join(', ');
  const mending =
    trouble.kind === 'forbidden' ? `grant paiflow:${action}, README "Alibaba Cloud"` : MENDING[trouble.kind];
  return { ...row, said: `${where}: ${facts || trouble.kind}: ${mending}` };
}

function counted(runs: number): string {
  return `${runs} ${runs === 1 ? 'run' : 'runs'} in 24 h`;
}
