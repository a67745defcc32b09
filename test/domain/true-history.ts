import fc from 'fast-check';
import type { Run, RunNode } from '../../src/domain/run.ts';
import { readStatus } from '../../src/domain/status.ts';
import { aRun, nodeId } from '../helpers/runs.ts';

/** One run from its creation on, as it truly was. All times are whole seconds since then. */
export interface History {
  readonly attempts: readonly Attempt[];
  readonly deletedAt?: number | undefined;
}

interface Attempt {
  /** From 1. */
  readonly number: number;
  /** When it was created or rerun. */
  readonly from: number;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly end: string;
  /** What it is until it ends, each from its time on. */
  readonly phases: readonly { readonly from: number; readonly said: string }[];
  /** By the number of the node. */
  readonly nodes: readonly NodeCourse[];
}

/** What one node does in one attempt. */
interface NodeCourse {
  /** Before this PAI does not show it. */
  readonly listedFrom: number;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly end: string;
  /** The attempt this end belongs to: a rerun keeps what succeeded. */
  readonly attempt: number;
}

/** An hour before which nothing happens, so that times before the run was created can be told. */
const EPOCH_MS = Date.parse('2026-11-23T01:00:00Z');

export function dateOf(seconds: number): Date {
  return new Date(EPOCH_MS + seconds * 1000);
}

/** How long it takes until the next attempt at least; a rerun needs somebody who asks for it. */
const MIN_REST = 2;

const phase = fc.record({
  said: fc.oneof(
    { weight: 5, arbitrary: fc.constant('Running') },
    { weight: 2, arbitrary: fc.constant('Suspended') },
    { weight: 1, arbitrary: fc.constant('Checkpointing') },
    { weight: 1, arbitrary: fc.constant('Terminating') },
  ),
  seconds: fc.integer({ min: 1, max: 40 }),
});

const nodePlan = fc.record({
  isLate: fc.boolean(),
  /** Parts of the attempt in per cent. */
  start: fc.integer({ min: 0, max: 100 }),
  length: fc.integer({ min: 1, max: 100 }),
  end: fc.constantFrom('Succeeded', 'Succeeded', 'Failed', 'Failed', 'Terminated', 'Skipped'),
});

const attemptPlan = fc.record({
  waiting: fc.constantFrom('Initialized', 'Starting', 'ReadyToSchedule'),
  waits: fc.integer({ min: 1, max: 20 }),
  runs: fc.integer({ min: 1, max: 40 }),
  phases: fc.array(phase, { maxLength: 4 }),
  end: fc.constantFrom('Succeeded', 'Failed', 'Failed', 'Terminated', 'Skipped'),
  rest: fc.integer({ min: MIN_REST, max: 80 }),
  nodes: fc.array(nodePlan, { minLength: 6, maxLength: 6 }),
});

/** Histories of 1 to 4 attempts with 1 to 6 nodes, some of them deleted at the end. */
export const history: fc.Arbitrary<History> = fc
  .record({
    plans: fc.array(attemptPlan, { minLength: 1, maxLength: 4 }),
    nodeCount: fc.integer({ min: 1, max: 6 }),
    isDeleted: fc.boolean(),
  })
  .map(({ plans, nodeCount, isDeleted }) => {
    const attempts: Attempt[] = [];
    let from = 0;
    for (const plan of plans) {
      const attempt = attemptOf(plan, from, attempts.at(-1), nodeCount);
      attempts.push(attempt);
      from = attempt.finishedAt + plan.rest;
    }
    return { attempts, deletedAt: isDeleted ? from : undefined };
  });

type AttemptPlan = typeof attemptPlan extends fc.Arbitrary<infer T> ? T : never;
type NodePlan = AttemptPlan['nodes'][number];

function attemptOf(plan: AttemptPlan, from: number, before: Attempt | undefined, nodeCount: number): Attempt {
  const phases: { from: number; said: string }[] = [{ from, said: plan.waiting }];
  let at = from + plan.waits;
  const runningFrom = at;
  for (const { said, seconds } of [{ said: 'Running', seconds: plan.runs }, ...plan.phases]) {
    phases.push({ from: at, said });
    at += seconds;
  }
  const number = (before?.number ?? 0) + 1;
  const span = { number, from: runningFrom, finishedAt: at };
  return {
    number,
    from,
    // Of a rerun, PAI tells the time of the rerun itself, so that no time of an earlier attempt is left.
    startedAt: before === undefined ? runningFrom : from,
    finishedAt: at,
    end: plan.end,
    phases,
    nodes: plan.nodes.slice(0, nodeCount).map((node, index) => courseOf(node, span, before?.nodes[index])),
  };
}

function courseOf(
  plan: NodePlan,
  { number, from, finishedAt }: { number: number; from: number; finishedAt: number },
  before: NodeCourse | undefined,
): NodeCourse {
  if (before?.end === 'Succeeded') return before;
  const length = finishedAt - from;
  const startedAt = from + Math.floor((length * plan.start) / 100);
  const wouldEnd = startedAt + Math.max(1, Math.floor((length * plan.length) / 100));
  const listedFrom = before?.listedFrom ?? (plan.isLate ? startedAt : 0);
  if (wouldEnd <= finishedAt)
    return { listedFrom, startedAt, finishedAt: wouldEnd, end: plan.end, attempt: number };
  return { listedFrom, startedAt, finishedAt, end: 'Terminated', attempt: number };
}

/** The attempt a moment belongs to; the rest after an attempt is part of it. */
export function attemptAt({ attempts }: History, at: number): Attempt {
  const found = attempts.findLast(({ from }) => from <= at) ?? attempts[0];
  if (found === undefined) throw new Error('a history has at least one attempt');
  return found;
}

/** PAI's word for the run at a moment. */
export function saidAt(truth: History, at: number): string {
  const { finishedAt, end, phases } = attemptAt(truth, at);
  return at >= finishedAt ? end : (phases.findLast(({ from }) => from <= at)?.said ?? 'Initialized');
}

export function isDeletedAt({ deletedAt }: History, at: number): boolean {
  return deletedAt !== undefined && deletedAt <= at;
}

/** The row of the batch call at a moment: no times. */
export function rowAt(truth: History, at: number): Run {
  return aRun({ said: saidAt(truth, at), isDeleted: isDeletedAt(truth, at) });
}

/** What GetPipelineRun says at a moment; of a deleted run, nothing. */
export function detailsAt(truth: History, at: number): Run | undefined {
  if (isDeletedAt(truth, at)) return undefined;
  const { from, startedAt, finishedAt, phases } = attemptAt(truth, at);
  const turns = [from, ...phases.map((each) => each.from), finishedAt].filter((turn) => turn <= at);
  return {
    ...aRun({ said: saidAt(truth, at), workspaceId: '94801' }),
    startedAt: startedAt <= at ? dateOf(startedAt) : undefined,
    finishedAt: finishedAt <= at ? dateOf(finishedAt) : undefined,
    modifiedAt: dateOf(Math.max(...turns)),
  };
}

/** The rows of the nodes that PAI shows at a moment, by their numbers from 1. */
export function nodesAt(truth: History, at: number): ReadonlyMap<number, RunNode> {
  const shown = attemptAt(truth, at).nodes.flatMap((course, index): [number, RunNode][] =>
    course.listedFrom <= at ? [[index + 1, nodeRowAt(course, index + 1, at)]] : [],
  );
  return new Map(shown);
}

function nodeRowAt({ startedAt, finishedAt, end }: NodeCourse, number: number, at: number): RunNode {
  const said = at >= finishedAt ? end : at >= startedAt ? 'Running' : 'ReadyToSchedule';
  return {
    nodeId: nodeId(number),
    name: `node ${number}`,
    status: readStatus(said),
    startedAt: at >= startedAt ? dateOf(startedAt) : undefined,
    finishedAt: at >= finishedAt ? dateOf(finishedAt) : undefined,
  };
}
