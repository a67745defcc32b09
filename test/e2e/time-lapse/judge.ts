import type { RunEvent } from '../../../src/domain/event.ts';
import { type Happening, happeningsOf, type Truth } from './happenings.ts';

/** An event that was committed for a run. */
export interface ToldEvent {
  readonly runId: string;
  readonly event: RunEvent;
}

/** An answer that left the run out by chance just before may have been the first of those that did. */
const LOST_EARLIER_MS = 6 * 60_000;

/**
 * Compares what was told with what truly happened and gives a sentence for each thing that is missing, told twice or
 * made up; nothing where all is well. What must be told exactly once:
 *
 * | happened | event |
 * |---|---|
 * | a run ended in an attempt | `succeeded`, `failed`, `terminated`, `skipped` |
 * | a node ended in an attempt | `node-succeeded`, `node-failed`; no other end |
 * | a run was started again | `rerun`, with the new attempt |
 * | a run was deleted | `deleted`, and nothing that happens later |
 * | suspended for 60 s or more | `suspended`; shorter ones may be told once |
 * | first attempt, waiting when the watch began, then running for 60 s or more | `started`; after less it may be told once |
 * | out of sight for more than 12 minutes | `lost` |
 * | a node failed first in its attempt | one `node-failed` of the attempt says so |
 *
 * An event belongs to what had last happened by its time, so one dated before it happened counts as made up.
 */
export function judge(truth: Truth, told: readonly ToldEvent[]): readonly string[] {
  const runIds = new Set([...truth.history, ...told].map(({ runId }) => runId));
  return [...runIds].flatMap((runId) => {
    const changes = truth.history.filter((change) => change.runId === runId);
    const events = told.filter((each) => each.runId === runId).map(({ event }) => event);
    return judgeRun(happeningsOf(changes, truth), events).map((complaint) => `run ${runId} ${complaint}`);
  });
}

function judgeRun(happenings: readonly Happening[], events: readonly RunEvent[]): readonly string[] {
  const complaints: string[] = [];
  const times = new Map<Happening, number>();
  for (const event of events) {
    const happening = happenings.findLast(
      (each) => isOf(each, event) && earliestMs(each) <= event.at.getTime(),
    );
    if (happening === undefined) {
      complaints.push(`${nameOf(event)} was told at ${event.at.toISOString()} and had not happened`);
    } else {
      times.set(happening, (times.get(happening) ?? 0) + 1);
    }
  }
  for (const happening of happenings) {
    const count = times.get(happening) ?? 0;
    if (count === 1 || (count === 0 && !happening.isSure)) continue;
    const when = new Date(happening.atMs).toISOString();
    complaints.push(`${nameOf(happening)} happened at ${when} and was told ${count} times`);
  }
  return [...complaints, ...judgeFirstFailures(events)];
}

function judgeFirstFailures(events: readonly RunEvent[]): readonly string[] {
  const failures = events.filter(({ kind }) => kind === 'node-failed');
  return [...new Set(failures.map(({ attempt }) => attempt))].flatMap((attempt) => {
    const first = failures.filter((each) => each.attempt === attempt && each.node?.isFirstFailed);
    const names = first.map(({ node }) => node?.name).join(', ');
    if (first.length === 1) return [];
    return [`attempt ${attempt}: ${first.length} nodes are told as its first node-failed (${names})`];
  });
}

function isOf(happening: Happening, event: RunEvent): boolean {
  return (
    happening.kind === event.kind &&
    happening.attempt === event.attempt &&
    happening.node?.id === event.node?.nodeId
  );
}

function earliestMs({ kind, atMs }: Happening): number {
  return kind === 'lost' ? atMs - LOST_EARLIER_MS : atMs;
}

function nameOf(thing: Happening | RunEvent): string {
  const { node } = thing;
  const id = node !== undefined && 'nodeId' in node ? node.nodeId : node?.id;
  const nodeText = node === undefined ? '' : ` node ${node.name} (${id})`;
  return `attempt ${thing.attempt}${nodeText}: ${thing.kind}`;
}
