import { type HistoryEntry, historyOf } from '../../../sandbox/paiflow/history.ts';
import type { Paiflow } from '../../../sandbox/paiflow/paiflow.ts';
import { type NewNode, newRunSchema } from '../../../sandbox/paiflow/run-schema.ts';
import {
  addNode,
  findNode,
  type PaiNode,
  type PaiRun,
  rerun,
  setDeleted,
  setNodeStatus,
  setRunStatus,
  setVisible,
} from '../../../sandbox/paiflow/runs.ts';
import type { Part, Step, Story } from './script.ts';

/** A clock in epoch milliseconds that stands still until it is moved. */
export interface HandClock {
  now(): number;
  moveTo(timeMs: number): void;
}

/** A story that is being played to a sandbox. */
export interface Stage {
  readonly runIds: readonly string[];
  /** Does what is due by then, each thing at its own time, and leaves the clock there; milliseconds of the story. */
  advance(toMs: number): void;
  /** What truly happened to the story's runs. */
  history(): readonly HistoryEntry[];
}

export function createHandClock(startMs: number): HandClock {
  let timeMs = startMs;
  return {
    now: () => timeMs,
    moveTo: (nextMs) => {
      timeMs = nextMs;
    },
  };
}

/**
 * Makes a story's runs in a sandbox that goes by `clock`, which the story begins at. In a run that is at work by then,
 * nothing has begun.
 */
export function createStage(story: Story, { paiflow, clock }: { paiflow: Paiflow; clock: HandClock }): Stage {
  const startMs = clock.now();
  const runs = new Map<string, PaiRun>();
  for (const { parts, ...facts } of story.runs) {
    const given = newRunSchema.parse({ ...facts, startedAgoMs: 0, nodes: nodesOf(parts) });
    runs.set(facts.id, paiflow.runs.create(given, startMs));
  }
  let done = 0;

  return {
    runIds: [...runs.keys()],
    advance: (toMs) => {
      for (const step of story.steps.slice(done)) {
        if (step.atMs > toMs) break;
        clock.moveTo(startMs + step.atMs);
        play(paiflow, known(runs.get(step.runId), step.runId), step);
        done += 1;
      }
      clock.moveTo(startMs + toMs);
    },
    history: () => historyOf([...runs.values()]),
  };
}

/** The nodes that are there from the beginning. */
function nodesOf(parts: readonly Part[], parent?: string): readonly Partial<NewNode>[] {
  return parts.flatMap(({ name, type, parts: inside, isLate }) => {
    if (isLate) return [];
    const node = { name, type, status: 'ReadyToSchedule', ...(parent !== undefined && { parent }) };
    return [node, ...nodesOf(inside, name)];
  });
}

function play(paiflow: Paiflow, run: PaiRun, step: Step): void {
  const now = paiflow.now();
  switch (step.kind) {
    case 'run':
      setRunStatus(run, step.status, { now, settle: true });
      break;
    case 'node':
      setNodeStatus(run, nodeOf(run, step.node), step.status, now);
      break;
    case 'new-node': {
      const id = `node-${paiflow.random.letters(18)}`;
      const parentId = nodeOf(run, step.parent).id;
      const node = addNode(run, { id, name: step.node, type: step.type, parentId }, now);
      setNodeStatus(run, node, step.status, now);
      break;
    }
    case 'rerun':
      rerun(run, now);
      break;
    case 'visible':
      setVisible(run, step.isVisible, now);
      break;
    case 'deleted':
      setDeleted(run, true, now);
      break;
    default:
      step satisfies never;
  }
}

function nodeOf(run: PaiRun, name: string): PaiNode {
  return known(findNode(run, name), name);
}

function known<T>(found: T | undefined, name: string): T {
  if (found === undefined) throw new Error(`the story knows no ${name}`);
  return found;
}
