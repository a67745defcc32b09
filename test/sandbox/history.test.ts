import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HistoryEntry } from '../../sandbox/client.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { FIXTURE_MANIFEST } from './manifest.fixture.ts';
import { signedGet, signedStatus } from './signed-get.ts';

const START = Date.UTC(2026, 0, 5);
const ID = 'flow-history01';
const NESTED = [
  { name: 'read' },
  { name: 'sweep', type: 'Loop' as const },
  { name: 'round-1', parent: 'sweep', status: 'ReadyToSchedule' },
];

interface Row {
  readonly PipelineRunId?: string;
  readonly NodeId: string;
  readonly NodeName: string;
  readonly Status: string;
  readonly IsDeleted?: boolean;
}

describe('the loopback PAIFlow on a clock that is moved by hand', () => {
  let sandbox: Sandbox;
  let now: number;

  beforeEach(async () => {
    now = START;
    sandbox = await startSandbox({ manifest: FIXTURE_MANIFEST, paiflowNow: () => now });
  });
  afterEach(() => sandbox.stop());

  function make(nodes: readonly object[] = NESTED) {
    const run = { id: ID, name: 'moved', startedAgoMs: 0, nodes: nodes as typeof NESTED };
    return sandbox.client.createRuns({ runs: [run] });
  }

  async function rowsOf(body: object, name: 'PipelineRuns' | 'Nodes'): Promise<readonly Row[]> {
    const answer = (await (await signedStatus(sandbox, body)).json()) as Record<string, readonly Row[]>;
    return answer[name] ?? [];
  }

  async function listed(): Promise<readonly Row[]> {
    const [run] = await sandbox.client.runs({ name: 'moved' });
    const path = `/${ID}/nodes/${run?.rootId}/status`;
    const response = await signedGet(sandbox, 'ListPipelineRunNodeStatus', { path, query: { Depth: '99' } });
    return ((await response.json()) as { readonly Status: readonly Row[] }).Status;
  }

  it('takes every time that it shows from that clock', async () => {
    await make();
    now += 90_000;
    await sandbox.client.setRun({ run: ID, status: 'Failed' });

    const response = await signedGet(sandbox, 'GetPipelineRun', { path: `/${ID}` });

    expect(await response.json()).toMatchObject({
      StartedAt: '2026-01-05T00:00:00.000Z',
      FinishedAt: '2026-01-05T00:01:30.000Z',
      GmtModifiedTime: '2026-01-05T00:01:30.000Z',
      Duration: 90,
    });
  });

  it('keeps what truly happened to a run, with its time and attempt', async () => {
    await make([{ name: 'read' }]);
    now += 1000;
    await sandbox.client.setRun({ run: ID, status: 'Suspended' });
    now += 1000;
    await sandbox.client.setRun({ run: ID, status: 'Running' });
    await sandbox.client.setRun({ run: ID, status: 'Failed' });
    now += 1000;
    await sandbox.client.setRun({ run: ID, rerun: true });
    await sandbox.client.setRun({ run: ID, isVisible: false });
    await sandbox.client.deleteRun({ run: ID });
    await sandbox.client.deleteRun({ run: ID, isForgotten: true });

    const changes = await sandbox.client.history({ run: ID });

    expect(changes.map(inShort)).toEqual([
      '0s #1 run Running',
      '0s #1 node read Running',
      '1s #1 run Suspended',
      '2s #1 run Running',
      '2s #1 node read Failed',
      '2s #1 run Failed',
      '3s #2 rerun',
      '3s #2 run Running',
      '3s #2 node read ReadyToSchedule',
      '3s #2 node read Running',
      '3s #2 visibility false',
      '3s #2 deletion true',
      '3s #2 forgotten',
    ]);
  });

  function inShort(change: HistoryEntry): string {
    const { at, attempt, kind } = change;
    const what =
      kind === 'run'
        ? change.status
        : kind === 'node'
          ? `${change.name} ${change.status}`
          : kind === 'visibility'
            ? change.isVisible
            : kind === 'deletion'
              ? change.isDeleted
              : '';
    return `${(at - START) / 1000}s #${attempt} ${kind} ${what}`.trim();
  }

  it('notes no change where a status is set again', async () => {
    await make();
    const before = await sandbox.client.history({ run: ID });

    await sandbox.client.setRun({ run: ID, status: 'Running' });
    await sandbox.client.setNode({ run: ID, node: 'read', status: 'Running' });

    expect(await sandbox.client.history({ run: ID })).toEqual(before);
  });

  it('gives the history of all runs, oldest first', async () => {
    await make();
    now += 1000;
    await sandbox.client.setRun({ run: ID, status: 'Succeeded' });

    const changes = await sandbox.client.history();

    const times = changes.map(({ at }) => at);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(changes.at(-1)).toMatchObject({ runId: ID, kind: 'run', status: 'Succeeded' });
    expect(new Set(changes.map(({ runId }) => runId)).size).toBeGreaterThan(10);
  });

  it('lists children of a Loop that appear while it runs', async () => {
    await make();
    await sandbox.client.addNode({ run: ID, name: 'inner', type: 'Dag', parent: 'sweep', status: 'Running' });
    await sandbox.client.addNode({ run: ID, name: 'deep', parent: 'inner', status: 'Running' });

    const names = (await listed()).map((row) => row.NodeName);

    expect(names).toEqual(['moved', 'read', 'sweep', 'round-1', 'inner', 'deep']);
  });

  it('refuses a node whose parent does not stand before it', async () => {
    const order = make([{ name: 'round-1', parent: 'sweep' }, { name: 'sweep' }]);

    await expect(order).rejects.toThrow('parent');
  });

  it('starts what did not succeed again on a rerun, at whatever depth, with new times', async () => {
    await make();
    await sandbox.client.setNode({ run: ID, node: 'read', status: 'Succeeded' });
    await sandbox.client.setNode({ run: ID, node: 'sweep', status: 'Running' });
    await sandbox.client.setNode({ run: ID, node: 'round-1', status: 'Failed' });
    await sandbox.client.setRun({ run: ID, status: 'Failed' });
    now += 60_000;

    const again = await sandbox.client.setRun({ run: ID, rerun: true });

    expect(again).toMatchObject({ id: ID, attempt: 2, status: 'Running', startedAt: now });
    expect(again.nodes.map(({ name, status }) => `${name} ${status}`)).toEqual([
      'read Succeeded',
      'sweep Running',
      'round-1 ReadyToSchedule',
    ]);
  });

  it('says words nobody knows and does not take them for a start', async () => {
    const run = { id: ID, name: 'moved', status: 'Initialized', startedAgoMs: 0 };
    await sandbox.client.createRuns({ runs: [run] });

    const shown = await sandbox.client.setRun({ run: ID, status: 'Hibernating' });

    expect(shown).toMatchObject({ status: 'Hibernating' });
    expect(shown.startedAt).toBeUndefined();
    expect(await rowsOf({ PipelineRuns: [ID] }, 'PipelineRuns')).toMatchObject([{ Status: 'Hibernating' }]);
  });

  it('shows a deleted run as deleted, and a forgotten one no more', async () => {
    await make();
    await sandbox.client.deleteRun({ run: ID });
    const deleted = await rowsOf({ PipelineRuns: [ID] }, 'PipelineRuns');
    await sandbox.client.deleteRun({ run: ID, isForgotten: true });

    expect(deleted).toMatchObject([{ IsDeleted: true }]);
    expect(await rowsOf({ PipelineRuns: [ID] }, 'PipelineRuns')).toEqual([]);
  });

  describe('told to show what was', () => {
    async function failLate(): Promise<void> {
      await make();
      now += 60_000;
      await sandbox.client.addNode({ run: ID, name: 'round-2', parent: 'sweep', status: 'Running' });
      await sandbox.client.setRun({ run: ID, status: 'Failed' });
      now += 1000;
      await sandbox.client.setPaiflow({ staleness: { probability: 1, maxMs: 40_000 } });
    }

    /** What twenty answers in a row say. */
    async function ask<T>(question: () => Promise<T>): Promise<readonly T[]> {
      const said: T[] = [];
      for (let times = 0; times < 20; times += 1) said.push(await question());
      return said;
    }

    it('shows a run now as it is and now as it was, never as it was earlier than that', async () => {
      await failLate();

      const recent = await ask(async () => (await rowsOf({ PipelineRuns: [ID] }, 'PipelineRuns'))[0]?.Status);
      now += 40_000;
      const late = await ask(async () => (await rowsOf({ PipelineRuns: [ID] }, 'PipelineRuns'))[0]?.Status);

      expect(new Set(recent)).toEqual(new Set(['Running', 'Failed']));
      expect(new Set(late)).toEqual(new Set(['Failed']));
    });

    it('shows the nodes of one answer at one time, without those that came later', async () => {
      await failLate();

      const lists = await ask(async () =>
        (await listed()).map(({ NodeName, Status }) => `${NodeName} ${Status}`).join(', '),
      );

      expect(new Set(lists)).toEqual(
        new Set([
          'moved Running, read Running, sweep ReadyToSchedule, round-1 ReadyToSchedule',
          'moved Failed, read Failed, sweep Skipped, round-1 Skipped, round-2 Terminated',
        ]),
      );
    });

    it('shows a run that is forgotten by now for a while', async () => {
      await make();
      now += 60_000;
      await sandbox.client.deleteRun({ run: ID, isForgotten: true });
      await sandbox.client.setPaiflow({ staleness: { probability: 1, maxMs: 40_000 } });

      const rows = await ask(async () => (await rowsOf({ PipelineRuns: [ID] }, 'PipelineRuns')).length);
      now += 41_000;

      expect(rows).toContain(1);
      expect(await rowsOf({ PipelineRuns: [ID] }, 'PipelineRuns')).toEqual([]);
    });

    it('never lets GetPipelineRun tell anything but the truth', async () => {
      await failLate();

      const said = await ask(async () => {
        const response = await signedGet(sandbox, 'GetPipelineRun', { path: `/${ID}` });
        return ((await response.json()) as Row).Status;
      });

      expect(new Set(said)).toEqual(new Set(['Failed']));
    });
  });

  it('leaves runs out of some answers, the same ones for the same seed', async () => {
    const runs = await sandbox.client.createRuns({ count: 200, like: { name: 'many', nodes: [] } });
    const other = await startSandbox({ manifest: FIXTURE_MANIFEST, paiflowNow: () => START });
    await other.client.createRuns({ count: 200, like: { name: 'many', nodes: [] } });
    const lostRows = { runs: 0.3, nodes: 0, listedNodes: 0 };
    await Promise.all([sandbox, other].map((each) => each.client.setPaiflow({ lostRows })));
    const body = { PipelineRuns: runs.map(({ id }) => id) };

    const mine = await rowsOf(body, 'PipelineRuns');
    const again = await rowsOf(body, 'PipelineRuns');
    const theirs = ((await (await signedStatus(other, body)).json()) as { PipelineRuns: readonly Row[] })
      .PipelineRuns;
    await other.stop();

    expect(mine.length).toBeGreaterThan(100);
    expect(mine.length).toBeLessThan(180);
    expect(again).not.toEqual(mine);
    expect(theirs).toEqual(mine);
  });

  it.each([
    ['nodes', 0, 4],
    ['listedNodes', 3, 0],
  ] as const)('can leave out %s alone', async (which, asked, inList) => {
    const [run] = await make();
    await sandbox.client.setPaiflow({ lostRows: { runs: 0, nodes: 0, listedNodes: 0, [which]: 1 } });
    const Nodes = (run?.nodes ?? []).map(({ id }) => ({ PipelineRunId: ID, NodeId: id }));

    expect(await rowsOf({ Nodes }, 'Nodes')).toHaveLength(asked);
    expect(await listed()).toHaveLength(inList);
    expect(await rowsOf({ PipelineRuns: [ID] }, 'PipelineRuns')).toHaveLength(1);
  });
});
