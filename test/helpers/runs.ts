import type { Run, RunNode } from '../../src/domain/run.ts';
import { readStatus } from '../../src/domain/status.ts';
import { type NodeId, parseNodeId, parseRunId, type RunId } from '../../src/domain/target.ts';

/** A run id made of a number: `flow-run000000000000042`. */
export function runId(number: number): RunId {
  return known(parseRunId(`flow-run${String(number).padStart(15, '0')}`));
}

export function nodeId(number: number): NodeId {
  return known(parseNodeId(`node-nod${String(number).padStart(15, '0')}`));
}

export function aRun(facts: Partial<Run> & { said?: string } = {}): Run {
  const { said = 'Running', ...rest } = facts;
  return {
    region: 'cn-hangzhou',
    runId: runId(1),
    name: 'ctr-daily-train',
    status: readStatus(said),
    isDeleted: false,
    rootNodeId: nodeId(0),
    ...rest,
  };
}

export function aNode(name: string, said: string, facts: Partial<RunNode> = {}): RunNode {
  return { nodeId: nodeId(name.length + said.length), name, status: readStatus(said), ...facts };
}

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a fixture id is malformed');
  return value;
}
