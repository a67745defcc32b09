import type { HistoryEntry } from '../../../sandbox/client.ts';
import type { EventKind } from '../../../src/domain/event.ts';

/** What PAI knows and Flowbell had to find out; times are epoch milliseconds. */
export interface Truth {
  readonly history: readonly HistoryEntry[];
  /** When the runs were first watched; what was so by then is nothing new. */
  readonly fromMs: number;
  /** When nobody looked any more. */
  readonly untilMs: number;
}

/** Something that happened and can be told once. */
export interface Happening {
  readonly kind: EventKind;
  readonly attempt: number;
  readonly atMs: number;
  /** False where it was over so soon that it may be missed. */
  readonly isSure: boolean;
  readonly node?: { readonly id: string; readonly name: string };
}

interface Span {
  readonly status: string;
  readonly attempt: number;
  readonly fromMs: number;
  readonly untilMs: number;
}

/** The story of one run, cut at its deletion, which ends every watch. */
interface RunTruth {
  readonly changes: readonly HistoryEntry[];
  readonly fromMs: number;
  readonly untilMs: number;
  /** When the bot's key did not see it. */
  readonly hidden: readonly Span[];
}

/** What lasts this long is certainly seen. */
const SEEN_MS = 60_000;
/** Out of sight for longer than this, a run is certainly lost; story and judge know nothing of times a little shorter. */
const LOST_MS = 12 * 60_000;
const WAITING = new Set(['Initialized', 'ReadyToSchedule', 'Starting', 'WorkflowServiceStarting']);
const RUN_ENDS: Readonly<Record<string, EventKind>> = {
  Succeeded: 'succeeded',
  Failed: 'failed',
  Terminated: 'terminated',
  Skipped: 'skipped',
};
const NODE_ENDS: Readonly<Record<string, EventKind>> = {
  Succeeded: 'node-succeeded',
  Failed: 'node-failed',
};

/** What happened to one run and has to be told of it, by time; a deletion ends every watch and so the list. */
export function happeningsOf(
  changes: readonly HistoryEntry[],
  { fromMs, untilMs }: Pick<Truth, 'fromMs' | 'untilMs'>,
): readonly Happening[] {
  const deletion = changes.find((each) => each.kind === 'deletion' && each.isDeleted);
  if (deletion !== undefined && deletion.at <= fromMs) return [];
  const end = Math.min(untilMs, deletion?.at ?? untilMs);
  const hidden = spansOf(changes, end, sightOf).filter(({ status }) => status === 'hidden');
  const run: RunTruth = { changes, fromMs, untilMs: end, hidden };
  return [...endsAndReruns(run), ...starts(run), ...suspensions(run), ...losses(run)].sort(
    (a, b) => a.atMs - b.atMs,
  );
}

function endsAndReruns(run: RunTruth): readonly Happening[] {
  return run.changes.flatMap((change): readonly Happening[] => {
    const { attempt, at: atMs } = change;
    if (atMs <= run.fromMs || atMs > run.untilMs) return [];
    const isSure = shownMs(run, { fromMs: atMs, untilMs: run.untilMs }) > 0 || change.kind === 'deletion';
    const point = { attempt, atMs, isSure };
    switch (change.kind) {
      case 'run': {
        const kind = RUN_ENDS[change.status];
        return kind === undefined ? [] : [{ ...point, kind }];
      }
      case 'node': {
        const kind = NODE_ENDS[change.status];
        const node = { id: change.nodeId, name: change.name };
        return kind === undefined ? [] : [{ ...point, kind, node }];
      }
      case 'rerun':
        return [{ ...point, kind: 'rerun' }];
      case 'deletion':
        return change.isDeleted ? [{ ...point, kind: 'deleted' }] : [];
      default:
        return [];
    }
  });
}

/** Only the first attempt starts; of every later one `rerun` tells it. */
function starts(run: RunTruth): readonly Happening[] {
  const spans = runSpans(run).filter(({ attempt }) => attempt === 1);
  const before = spans.findLast(({ fromMs }) => fromMs <= run.fromMs);
  const running = spans.filter(({ status, fromMs }) => status === 'Running' && fromMs > run.fromMs);
  const [first] = running;
  if (first === undefined || before === undefined || !WAITING.has(before.status)) return [];
  const isSure = running.some((span) => shownMs(run, span) >= SEEN_MS);
  return [{ kind: 'started', attempt: 1, atMs: first.fromMs, isSure }];
}

function suspensions(run: RunTruth): readonly Happening[] {
  return runSpans(run)
    .filter(({ status, fromMs }) => status === 'Suspended' && fromMs > run.fromMs)
    .map((span) => ({
      kind: 'suspended',
      attempt: span.attempt,
      atMs: span.fromMs,
      isSure: shownMs(run, span) >= SEEN_MS,
    }));
}

function losses(run: RunTruth): readonly Happening[] {
  return run.hidden
    .map((span) => ({ ...span, fromMs: Math.max(span.fromMs, run.fromMs) }))
    .filter(({ fromMs, untilMs }) => untilMs - fromMs > LOST_MS)
    .map(({ attempt, fromMs: atMs }) => ({ kind: 'lost', attempt, atMs, isSure: true }));
}

function runSpans({ changes, untilMs }: RunTruth): readonly Span[] {
  return spansOf(changes, untilMs, (change) => (change.kind === 'run' ? change.status : undefined));
}

function sightOf(change: HistoryEntry): string | undefined {
  if (change.kind === 'forgotten') return 'hidden';
  if (change.kind === 'visibility') return change.isVisible ? 'shown' : 'hidden';
  return undefined;
}

/** How long each state lasted that `stateOf` finds in the changes, the last one up to `untilMs`. */
function spansOf(
  changes: readonly HistoryEntry[],
  untilMs: number,
  stateOf: (change: HistoryEntry) => string | undefined,
): readonly Span[] {
  const states = changes.flatMap((change) => {
    const status = stateOf(change);
    const { attempt, at: fromMs } = change;
    return status === undefined || fromMs > untilMs ? [] : [{ status, attempt, fromMs }];
  });
  return states.map((state, index) => ({ ...state, untilMs: states[index + 1]?.fromMs ?? untilMs }));
}

/** The longest time within a span in which the run could be seen without a break. */
function shownMs({ hidden }: RunTruth, { fromMs, untilMs }: Pick<Span, 'fromMs' | 'untilMs'>): number {
  let longest = 0;
  let shownFrom = fromMs;
  for (const gap of hidden) {
    if (gap.untilMs <= fromMs || gap.fromMs >= untilMs) continue;
    longest = Math.max(longest, gap.fromMs - shownFrom);
    shownFrom = gap.untilMs;
  }
  return Math.max(longest, untilMs - shownFrom);
}
