import { describe, expect, it } from 'vitest';
import { diffNodes, type NodesSeen } from '../../src/domain/diff-nodes.ts';
import type { RunNode } from '../../src/domain/run.ts';
import type { NodeSnapshot } from '../../src/domain/snapshot.ts';
import { readStatus } from '../../src/domain/status.ts';
import type { NodeId } from '../../src/domain/target.ts';
import { aNode, nodeId } from '../helpers/runs.ts';

const START = new Date('2026-11-23T02:00:00Z');
const NODE = nodeId(1);

function minute(minutes: number): Date {
  return new Date(START.getTime() + minutes * 60_000);
}

/** Node 1 as it was told. */
function told(said: string, attempt: number, finishedAt?: Date): ReadonlyMap<NodeId, NodeSnapshot> {
  return new Map([[NODE, { status: readStatus(said), name: 'train', finishedAt, attempt }]]);
}

/** Node 1 as it is seen. */
function row(said: string, facts: Partial<RunNode> = {}): RunNode {
  return aNode('train', said, { nodeId: NODE, ...facts });
}

/** A look at minute 30 at the second attempt, which started at minute 10. */
function seen(nodes: readonly RunNode[], more: Partial<NodesSeen> = {}): NodesSeen {
  return { nodes, attempt: 2, startedAt: minute(10), rootNodeId: nodeId(0), askedAt: minute(30), ...more };
}

const NOTHING: ReadonlyMap<NodeId, NodeSnapshot> = new Map();
const OLD = { startedAt: minute(1), finishedAt: minute(5) };
const NEW = { startedAt: minute(11), finishedAt: minute(15) };

describe('diffNodes', () => {
  it.each([
    [NOTHING, row('Failed', NEW), 'node-failed 2', 'Failed 2', 'unknown until it failed'],
    [NOTHING, row('Succeeded', NEW), 'node-succeeded 2', 'Succeeded 2', 'unknown until it succeeded'],
    [NOTHING, row('Succeed', NEW), 'node-succeeded 2', 'Succeed 2', 'one schema misspells it'],
    [NOTHING, row('Failed'), 'node-failed 2', 'Failed 2', 'without times'],
    [NOTHING, row('Running'), '', 'Running 2', 'unknown until it works'],
    [
      told('ReadyToSchedule', 2),
      row('Failed', NEW),
      'node-failed 2',
      'Failed 2',
      'its work lies between two looks',
    ],
    [told('Running', 2), row('Succeeded', NEW), 'node-succeeded 2', 'Succeeded 2', 'it ended'],
    [told('Running', 2), row('Skipped', NEW), '', 'Skipped 2', 'an end that is no event'],
    [told('Running', 2), row('Terminated', NEW), '', 'Terminated 2', 'an end that is no event'],
    [told('Running', 2), row('Spilling'), '', 'Spilling 2', 'a word nobody knows'],
    [told('Running', 2), row('Running'), 'same', 'Running 2', 'nothing has changed'],
    [told('Running', 2), row('ReadyToSchedule'), '', 'ReadyToSchedule 2', 'a late row is no event'],
    [told('Failed', 2, minute(15)), row('Failed', NEW), 'same', 'Failed 2', 'told already'],
    [told('Failed', 2, minute(15)), row('Running'), 'same', 'Failed 2', 'an end is final in its attempt'],
    [
      told('Failed', 2, minute(15)),
      row('Succeeded', { finishedAt: minute(20) }),
      'same',
      'Failed 2',
      'also a later one',
    ],
    [told('Failed', 2), row('Failed', OLD), 'same', 'Failed 2', 'nor does an older end count after it'],
    [told('Succeeded', 1, minute(5)), row('Succeeded', OLD), 'same', 'Succeeded 1', 'the rerun kept it'],
    [told('Succeeded', 1), row('Succeeded'), 'same', 'Succeeded 1', 'the same, without times'],
    [told('Succeeded', 1), row('Succeed'), 'same', 'Succeeded 1', 'another spelling is no other end'],
    [told('Failed', 1, minute(5)), row('Failed', OLD), 'same', 'Failed 1', 'the row is late'],
    [
      told('Failed', 1, minute(5)),
      row('Running', { startedAt: minute(2) }),
      'same',
      'Failed 1',
      'a late row of the attempt before',
    ],
    [told('Failed', 1, minute(5)), row('ReadyToSchedule'), '', 'ReadyToSchedule 2', 'it waits again'],
    [
      told('Failed', 1, minute(5)),
      row('Running', { startedAt: minute(11) }),
      '',
      'Running 2',
      'it works again',
    ],
    [
      told('Running', 2, minute(5)),
      row('Failed', OLD),
      'same',
      'Running 2',
      'the end before it works again is late',
    ],
    [
      told('Running', 2, minute(5)),
      row('Failed', { finishedAt: minute(7) }),
      'same',
      'Running 2',
      'so is any before this attempt',
    ],
    [told('Running', 2, minute(5)), row('Failed', NEW), 'node-failed 2', 'Failed 2', 'it failed again'],
    [
      told('Failed', 1, minute(5)),
      row('Failed', NEW),
      'node-failed 2',
      'Failed 2',
      'failed again between two looks',
    ],
    [told('Failed', 1, minute(5)), row('Succeeded', NEW), 'node-succeeded 2', 'Succeeded 2', 'another end'],
    [told('Failed', 1), row('Succeeded'), 'node-succeeded 2', 'Succeeded 2', 'another end, without times'],
    [NOTHING, row('Failed', OLD), 'node-failed 1', 'Failed 1', 'listed late, it had failed before the rerun'],
    [
      told('Running', 1),
      row('Succeeded', OLD),
      'node-succeeded 1',
      'Succeeded 1',
      'kept by the rerun, its end unseen till now',
    ],
    [
      told('Running', 2),
      row('Failed', OLD),
      'node-failed 1',
      'Running 2',
      'of the end before nothing was told',
    ],
    [
      told('Running', 1),
      row('Running', { startedAt: minute(2) }),
      'same',
      'Running 1',
      'a late row of the attempt before',
    ],
  ] satisfies [ReadonlyMap<NodeId, NodeSnapshot>, RunNode, string, string, string][])(
    'told %o and seeing %o finds "%s" and remembers %s: %s',
    (before, node, found, remembered) => {
      const { next, events } = diffNodes(before, seen([node]));

      const kept = next.get(NODE);
      const kinds = events.map(({ kind, attempt }) => `${kind} ${attempt}`).join(', ');
      expect(next === before ? 'same' : kinds).toBe(found);
      expect(`${kept?.status.said} ${kept?.attempt}`).toBe(remembered);
    },
  );

  it('tells an end within the first attempt whenever it was', () => {
    const first = seen([row('Failed', OLD)], { attempt: 1 });

    const { events } = diffNodes(NOTHING, first);

    expect(events).toMatchObject([{ kind: 'node-failed', attempt: 1, at: minute(5) }]);
  });

  it('believes a row of this attempt where nobody knows when that started', () => {
    const { events } = diffNodes(NOTHING, seen([row('Failed', OLD)], { startedAt: undefined }));

    expect(events).toMatchObject([{ kind: 'node-failed', attempt: 2 }]);
  });

  it('remembers when a node ended while it works again', () => {
    const { next } = diffNodes(told('Failed', 1, minute(5)), seen([row('Running')]));

    expect(next.get(NODE)).toMatchObject({
      status: readStatus('Running'),
      finishedAt: minute(5),
      attempt: 2,
    });
  });

  it('says when a node ended and how long it ran', () => {
    const { events } = diffNodes(told('Running', 2), seen([row('Failed', NEW)]));

    expect(events).toEqual([
      {
        kind: 'node-failed',
        attempt: 2,
        at: minute(15),
        durationMs: 240_000,
        node: { nodeId: NODE, name: 'train', isFirstFailed: true },
      },
    ]);
  });

  it('dates an end without times by when it was asked for', () => {
    const { events } = diffNodes(told('Running', 2), seen([row('Failed')]));

    expect(events).toEqual([
      {
        kind: 'node-failed',
        attempt: 2,
        at: minute(30),
        node: { nodeId: NODE, name: 'train', isFirstFailed: true },
      },
    ]);
  });

  it('calls a node by the name it was told by, else by its id', () => {
    const nameless = row('Failed', { name: undefined });

    const known = diffNodes(told('Running', 2), seen([nameless]));
    const unknown = diffNodes(NOTHING, seen([nameless]));

    expect(known.events[0]?.node?.name).toBe('train');
    expect(unknown.events[0]?.node?.name).toBe(NODE);
  });

  it('remembers another name of a node without an event', () => {
    const { next, events } = diffNodes(told('Running', 2), seen([row('Running', { name: 'train-v2' })]));

    expect(events).toEqual([]);
    expect(next.get(NODE)?.name).toBe('train-v2');
  });

  it('leaves the root out', () => {
    const { next } = diffNodes(NOTHING, seen([row('Failed', { nodeId: nodeId(0) })]));

    expect(next).toBe(NOTHING);
  });

  describe('of several nodes', () => {
    const ends = (nodes: readonly RunNode[], before = NOTHING) =>
      diffNodes(before, seen(nodes)).events.map(
        ({ kind, node }) => `${kind} ${node?.name}${node?.isFirstFailed ? ' first' : ''}`,
      );
    const node = (number: number, said: string, finishedAt?: Date) =>
      aNode(`step-${number}`, said, { nodeId: nodeId(number), finishedAt });

    it('tells their ends in order, and who failed first', () => {
      const nodes = [
        node(1, 'Failed', minute(19)),
        node(2, 'Succeeded', minute(12)),
        node(3, 'Failed', minute(18)),
        node(4, 'Failed'),
      ];

      expect(ends(nodes)).toEqual([
        'node-succeeded step-2',
        'node-failed step-3 first',
        'node-failed step-1',
        'node-failed step-4',
      ]);
    });

    it('has one that failed first in an attempt, also over several looks', () => {
      expect(ends([node(2, 'Failed', minute(19))], told('Failed', 2, minute(15)))).toEqual([
        'node-failed step-2',
      ]);
    });

    it('has another one that failed first in the next attempt', () => {
      expect(ends([node(2, 'Failed', minute(19))], told('Failed', 1, minute(5)))).toEqual([
        'node-failed step-2 first',
      ]);
    });

    it('calls none of the attempt before the first', () => {
      expect(ends([node(1, 'Failed', minute(5)), node(2, 'Failed', minute(19))])).toEqual([
        'node-failed step-1',
        'node-failed step-2 first',
      ]);
    });

    it('leaves those that are not in the look as they were', () => {
      const { next } = diffNodes(told('Running', 2), seen([node(2, 'Running')]));

      expect([...next.keys()]).toEqual([NODE, nodeId(2)]);
    });
  });
});
