import type { Random } from '../random.ts';
import { recordNode, recordRun } from './history.ts';
import { createLog } from './node-log.ts';
import type { NewNode, NewRun } from './run-schema.ts';
import { findNode, isFinal, isWaiting, moveNode, type PaiNode, type PaiRun } from './runs.ts';

/** Steps of a run that is made without nodes of its own. */
const DEFAULT_NODES: readonly NewNode[] = ['sql_read', 'feature_join', 'user_stat', 'train', 'evaluate'].map(
  (name) => ({ name, type: 'Task' }),
);

/** The random part of an id: 18 characters in every unmasked example of the vendor. */
const ID_LENGTH = 18;

/** Every run of every region, by id. */
export class RunStore {
  readonly #runs = new Map<string, PaiRun>();
  /** Runs that no answer shows any more, for the history. */
  readonly #forgotten = new Map<string, PaiRun>();
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  byId(id: string): PaiRun | undefined {
    return this.#runs.get(id);
  }

  /** Oldest first; of runs of one moment the one made last is the newest. */
  all(): readonly PaiRun[] {
    return [...this.#runs.values()].sort((a, b) => a.createdAt - b.createdAt);
  }

  /** As `byId`, and what is forgotten too. */
  everById(id: string): PaiRun | undefined {
    return this.#runs.get(id) ?? this.#forgotten.get(id);
  }

  /** As `all`, with what is forgotten first. */
  everAll(): readonly PaiRun[] {
    return [...this.#forgotten.values(), ...this.all()];
  }

  /** Takes a run out of every answer. */
  forget(run: PaiRun, now: number): void {
    run.changes.push({ kind: 'forgotten', at: now, attempt: run.attempt });
    this.#runs.delete(run.id);
    this.#forgotten.set(run.id, run);
  }

  /** Makes a run; `random` is for runs that must not change the ids of those made after them. */
  create(given: NewRun, now: number, random = this.#random): PaiRun {
    const startedAt = now - given.startedAgoMs;
    const hasStarted = !isWaiting(given.status);
    const finishedAt = now - given.finishedAgoMs;
    const run: PaiRun = {
      id: given.id ?? createId(random, 'flow'),
      region: given.region,
      workspaceId: given.workspaceId,
      rootId: createId(random, 'node'),
      pipelineId: given.pipelineId ?? createId(random, 'pipeline'),
      sourceType: given.sourceType,
      sourceId: given.sourceId ?? random.letters(ID_LENGTH),
      userId: given.userId,
      createdAt: startedAt,
      name: given.name,
      status: given.status,
      message: given.message,
      accessibility: given.accessibility,
      isVisible: given.isVisible,
      isDeleted: false,
      attempt: 1,
      modifiedAt: now,
      nodes: new Map(),
      outputs: [],
      logs: new Map(),
      changes: [],
      ...(hasStarted ? { startedAt } : {}),
      ...(isFinal(given.status) ? { finishedAt } : {}),
    };
    addNodes(run, given.nodes ?? DEFAULT_NODES, random);
    addOutputs(run, given, random);
    // What it did before it was made here is not known, so it was always like this.
    recordRun(run, run.createdAt);
    for (const node of run.nodes.values()) recordNode(run, node, run.createdAt);
    this.#runs.set(run.id, run);
    return run;
  }
}

function addNodes(run: PaiRun, nodes: readonly NewNode[], random: Random): void {
  const startedAt = run.startedAt ?? run.createdAt;
  nodes.forEach((given, index) => {
    const parent = given.parent === undefined ? undefined : findNode(run, given.parent);
    const node: PaiNode = {
      id: given.id ?? createId(random, 'node'),
      name: given.name,
      type: given.type,
      parentId: parent?.id ?? run.rootId,
      status: 'ReadyToSchedule',
    };
    const status = given.status ?? impliedStatus(run, index);
    moveNode(node, status, isFinal(status) ? (run.finishedAt ?? startedAt) : startedAt);
    if (node.startedAt !== undefined) node.startedAt = startedAt;
    const log = createLog(given);
    if (log !== undefined) run.logs.set(node.id, log);
    run.nodes.set(node.id, node);
  });
}

function addOutputs(run: PaiRun, given: NewRun, random: Random): void {
  for (const { id = createId(random, 'artifact'), name, type, node, value } of given.outputs) {
    const nodeId = findNode(run, node)?.id ?? run.rootId;
    run.outputs.push({ id, name, type, nodeId, value, createdAt: run.finishedAt ?? run.modifiedAt });
  }
}

function createId(random: Random, prefix: string): string {
  return `${prefix}-${random.letters(ID_LENGTH)}`;
}

/** What a node is like when only its run's status is given: the first one carries the run's story. */
function impliedStatus(run: PaiRun, index: number): string {
  if (run.status === 'Succeeded') return 'Succeeded';
  if (run.status === 'Running') return index === 0 ? 'Running' : 'ReadyToSchedule';
  if (run.status === 'Failed') return index === 0 ? 'Failed' : 'Skipped';
  if (run.status === 'Terminated') return index === 0 ? 'Terminated' : 'Skipped';
  return 'ReadyToSchedule';
}
