import type { DeedOrder } from '../control-schema.ts';
import { ImpossibleDeed } from '../slack/deed.ts';
import { historyOf } from './history.ts';
import { createLog } from './node-log.ts';
import type { Paiflow } from './paiflow.ts';
import { newRunSchema } from './run-schema.ts';
import {
  addNode,
  advance,
  findNode,
  isFinal,
  type PaiRun,
  rerun,
  setDeleted,
  setNodeStatus,
  setRunStatus,
  setVisible,
} from './runs.ts';

/** A run as the control interface shows it. */
export interface ShownRun extends Omit<PaiRun, 'nodes' | 'logs' | 'outputs' | 'changes'> {
  readonly nodes: readonly {
    readonly id: string;
    readonly name: string;
    readonly status: string;
    readonly parentId: string;
  }[];
}

/** What the control interface can do with the loopback PAIFlow. */
export function createPaiflowDeeds(paiflow: Paiflow) {
  return {
    setPaiflow: (changes: DeedOrder<'setPaiflow'>) => Object.assign(paiflow.settings, changes),
    addPaiflowFault: (fault: DeedOrder<'addPaiflowFault'>) => {
      paiflow.faults.add(fault);
      return {};
    },
    runs: ({ name, region }: DeedOrder<'runs'>) => {
      const found = paiflow.runs
        .all()
        .filter(
          (run) =>
            (name === undefined || run.name === name) && (region === undefined || run.region === region),
        )
        .map(showRun);
      // Who asks for a name means its newest run; who asks for all reads them as a story.
      return { runs: name === undefined ? found : found.reverse() };
    },
    createRuns: (order: DeedOrder<'createRuns'>) => {
      const like = order.like ?? newRunSchema.parse({ name: 'load' });
      const copies = Array.from({ length: order.count }, (_, index) => ({
        ...like,
        name: `${like.name}-${index + 1}`,
      }));
      const now = paiflow.now();
      return { runs: [...order.runs, ...copies].map((each) => showRun(paiflow.runs.create(each, now))) };
    },
    setRun: (order: DeedOrder<'setRun'>) => {
      const run = requireRun(paiflow, order.run);
      const now = paiflow.now();
      if (order.name !== undefined) run.name = order.name;
      if (order.message !== undefined) run.message = order.message;
      if (order.isVisible !== undefined) setVisible(run, order.isVisible, now);
      if (order.isDeleted !== undefined) setDeleted(run, order.isDeleted, now);
      if (order.accessibility !== undefined) run.accessibility = order.accessibility;
      if (order.rerun) rerun(run, now);
      if (order.status !== undefined) setRunStatus(run, order.status, { now, settle: order.settle });
      return showRun(run);
    },
    setNode: (order: DeedOrder<'setNode'>) => {
      const run = requireRun(paiflow, order.run);
      const node = findNode(run, order.node);
      if (node === undefined) throw new ImpossibleDeed(`${run.id} has no node ${order.node}`);
      setNodeStatus(run, node, order.status, paiflow.now());
      const log = createLog(order);
      if (log !== undefined) run.logs.set(node.id, log);
      return showRun(run);
    },
    addNode: (order: DeedOrder<'addNode'>) => {
      const run = requireRun(paiflow, order.run);
      const id = `node-${paiflow.random.letters(18)}`;
      const parentId = order.parent === undefined ? run.rootId : findNode(run, order.parent)?.id;
      if (parentId === undefined) throw new ImpossibleDeed(`${run.id} has no node ${order.parent}`);
      const now = paiflow.now();
      const node = addNode(run, { id, name: order.name, type: order.type, parentId }, now);
      setNodeStatus(run, node, order.status, now);
      return showRun(run);
    },
    deleteRun: (order: DeedOrder<'deleteRun'>) => {
      const run = requireRun(paiflow, order.run);
      if (order.isForgotten) paiflow.runs.forget(run, paiflow.now());
      else setDeleted(run, true, paiflow.now());
      return {};
    },
    history: (order: DeedOrder<'history'>) => {
      if (order.run === undefined) return { changes: historyOf(paiflow.runs.everAll()) };
      const run = paiflow.runs.everById(order.run) ?? requireRun(paiflow, order.run);
      return { changes: historyOf([run]) };
    },
    play: (order: DeedOrder<'play'>) => {
      play(paiflow, requireRun(paiflow, order.run), order);
      return {};
    },
  };
}

/** The run that an id or a name means; a name means the newest run of that name. */
function requireRun(paiflow: Paiflow, idOrName: string): PaiRun {
  const run = paiflow.runs.byId(idOrName) ?? paiflow.runs.all().findLast((each) => each.name === idOrName);
  if (run === undefined) throw new ImpossibleDeed(`there is no run ${idOrName}`);
  return run;
}

function showRun(run: PaiRun): ShownRun {
  const { nodes, logs: _logs, outputs: _outputs, changes: _changes, ...rest } = run;
  const shown = [...nodes.values()].map(({ id, name, status, parentId }) => ({ id, name, status, parentId }));
  return { ...rest, nodes: shown };
}

function play(paiflow: Paiflow, run: PaiRun, order: DeedOrder<'play'>): void {
  if (order.steps === undefined) {
    later(paiflow, order.stepMs, () => {
      if (isFinal(run.status)) return;
      advance(run, paiflow.now());
      play(paiflow, run, order);
    });
    return;
  }
  for (const step of order.steps) {
    later(paiflow, step.afterMs, () => {
      const node = step.node === undefined ? undefined : findNode(run, step.node);
      if (step.message !== undefined) run.message = step.message;
      if (node !== undefined) setNodeStatus(run, node, step.status, paiflow.now());
      else setRunStatus(run, step.status, { now: paiflow.now(), settle: true });
    });
  }
}

function later(paiflow: Paiflow, delayMs: number, deed: () => void): void {
  const timer = setTimeout(() => {
    paiflow.timers.delete(timer);
    deed();
  }, delayMs);
  paiflow.timers.add(timer);
}
