import type { PaiNode, PaiRun } from './runs.ts';

/** Something that truly happened to a run, whoever could see it; times are epoch milliseconds. */
export type PaiChange = { readonly at: number; readonly attempt: number } & (
  | {
      /** The run has this status from then on; the first one is the status it was made with. */
      readonly kind: 'run';
      readonly status: string;
      readonly startedAt?: number | undefined;
      readonly finishedAt?: number | undefined;
    }
  | {
      /** The node has this status from then on; the first one is when it appeared. */
      readonly kind: 'node';
      readonly nodeId: string;
      readonly name: string;
      readonly status: string;
      readonly startedAt?: number | undefined;
      readonly finishedAt?: number | undefined;
    }
  /** It was started again; `attempt` is the new one. */
  | { readonly kind: 'rerun' }
  | { readonly kind: 'deletion'; readonly isDeleted: boolean }
  | { readonly kind: 'visibility'; readonly isVisible: boolean }
  /** It is gone from every answer. */
  | { readonly kind: 'forgotten' }
);

/** A change with the run it happened to. */
export type HistoryEntry = PaiChange & { readonly runId: string };

/** Notes the status that a run has from now on. */
export function recordRun(run: PaiRun, at: number): void {
  const { attempt, status, startedAt, finishedAt } = run;
  run.changes.push({ kind: 'run', at, attempt, status, startedAt, finishedAt });
}

/** Notes the status that a node has from now on. */
export function recordNode(run: PaiRun, node: PaiNode, at: number): void {
  const { id: nodeId, name, status, startedAt, finishedAt } = node;
  run.changes.push({ kind: 'node', at, attempt: run.attempt, nodeId, name, status, startedAt, finishedAt });
}

/** What happened to these runs, oldest first; what happened to one run at one time stays in order. */
export function historyOf(runs: readonly PaiRun[]): readonly HistoryEntry[] {
  return runs
    .flatMap(({ id: runId, changes }) => changes.map((change) => ({ runId, ...change })))
    .sort((a, b) => a.at - b.at);
}

/** The run as it was at that time: status, times, nodes, whether it was there. Nothing where it was not made yet. */
export function runAt(run: PaiRun, time: number): PaiRun | undefined {
  const before = run.changes.filter(({ at }) => at <= time);
  if (before.length === 0) return undefined;
  const nodes = new Map<string, PaiNode>();
  const past: PaiRun = { ...run, isVisible: wasVisibleFirst(run), isDeleted: false, nodes };
  for (const change of before) apply(past, run, change);
  return past;
}

function apply(past: PaiRun, run: PaiRun, change: PaiChange): void {
  past.attempt = change.attempt;
  switch (change.kind) {
    case 'run':
      past.status = change.status;
      past.startedAt = change.startedAt;
      past.finishedAt = change.finishedAt;
      break;
    case 'node': {
      const node = run.nodes.get(change.nodeId);
      const { status, startedAt, finishedAt } = change;
      if (node !== undefined) past.nodes.set(node.id, { ...node, status, startedAt, finishedAt });
      break;
    }
    case 'deletion':
      past.isDeleted = change.isDeleted;
      break;
    case 'visibility':
      past.isVisible = change.isVisible;
      break;
    case 'forgotten':
      past.isVisible = false;
      break;
    case 'rerun':
      break;
    default:
      change satisfies never;
  }
}

/** Only changes are noted, so the first one says how it was before. */
function wasVisibleFirst({ isVisible, changes }: PaiRun): boolean {
  const first = changes.find((change) => change.kind === 'visibility');
  return first === undefined ? isVisible : !first.isVisible;
}
