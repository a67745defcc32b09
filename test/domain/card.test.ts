import { describe, expect, it } from 'vitest';
import { cardRunOf } from '../../src/domain/card.ts';
import { baselineOf } from '../../src/domain/diff.ts';
import type { RunSnapshot } from '../../src/domain/snapshot.ts';
import { readStatus } from '../../src/domain/status.ts';
import { aRun, nodeId, runId } from '../helpers/runs.ts';

const AT = new Date('2026-11-23T02:00:00Z');
const LATER = new Date('2026-11-23T02:05:00Z');

function aSnapshot(more: Partial<RunSnapshot> = {}): RunSnapshot {
  return { ...baselineOf(aRun({ userId: '28' }), [], { askedAt: AT, now: AT }), series: 'daily', ...more };
}

function running(count: number): RunSnapshot['nodes'] {
  return new Map(
    Array.from({ length: count }, (_, index) => [
      nodeId(index + 1),
      { status: readStatus('Running'), name: `step-${index}`, attempt: 1 },
    ]),
  );
}

describe('cardRunOf', () => {
  it('shows a run as it was last told, with when PAI was asked', () => {
    const run = aSnapshot({ finishedAt: LATER, lostAt: LATER, pausedAt: LATER });

    expect(cardRunOf(run, [], false)).toMatchObject({
      run: { region: 'cn-hangzhou', runId: runId(1), name: 'ctr-daily-train' },
      ...{ status: { phase: 'running' }, isDeleted: false, attempt: 1, userId: '28', series: 'daily' },
      ...{ finishedAt: LATER, checkedAt: AT, lostAt: LATER, pausedAt: LATER, isWatched: false, watchers: [] },
    });
    expect(cardRunOf(run, [], false).nodes).toBeUndefined();
  });

  it('names the first ten of the nodes that run, and counts all', () => {
    const { nodes } = cardRunOf(aSnapshot({ nodes: running(15) }), [], true);

    expect(nodes?.total).toBe(15);
    expect(nodes?.running).toEqual(Array.from({ length: 10 }, (_, index) => `step-${index}`));
  });

  it('names who watches, the first who came first, and their nodes as PAI does', () => {
    const watches = [
      { userId: 'U2', on: ['end'], nodeId: nodeId(1), createdAt: LATER },
      { userId: 'U3', on: ['end'], nodeId: nodeId(9), createdAt: LATER },
      { userId: 'U1', on: ['failed', 'end'], createdAt: AT },
    ] as const;

    const { watchers, cameAt } = cardRunOf(aSnapshot({ nodes: running(1) }), watches, true);

    expect(watchers).toEqual([
      { userId: 'U1', on: ['failed', 'end'], nodeName: undefined },
      { userId: 'U2', on: ['end'], nodeName: 'step-0' },
      { userId: 'U3', on: ['end'], nodeName: nodeId(9) },
    ]);
    expect(cameAt).toEqual(AT);
  });
});
