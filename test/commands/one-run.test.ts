import { describe, expect, it } from 'vitest';
import { answer } from '../../src/commands/answer.ts';
import type { Run, RunNode } from '../../src/domain/run.ts';
import { paiError } from '../helpers/pai-error.ts';
import { aRequest, fakePorts, type KnownPai } from '../helpers/ports.ts';
import { aNode, aRun, nodeId, runId } from '../helpers/runs.ts';

const CREATED = new Date('2026-11-23T01:00:00Z');
const LATER = new Date('2026-11-23T02:00:00Z');

/** ctr fails at join; geo runs; both have a node called train. */
const CTR = aRun({ runId: runId(1), name: 'ctr', said: 'Failed', createdAt: CREATED, finishedAt: CREATED });
const GEO = aRun({ runId: runId(2), name: 'geo-sync', createdAt: LATER });
const JOIN = aNode('feature_join', 'Failed', { nodeId: nodeId(11), startedAt: CREATED, finishedAt: CREATED });
const TRAIN = aNode('train', 'Skipped', { nodeId: nodeId(12) });
const COPY = aNode('copy', 'Running', { nodeId: nodeId(21), startedAt: LATER });
const READ = aNode('read', 'Succeeded', { nodeId: nodeId(22), startedAt: CREATED, finishedAt: LATER });

const PAI: KnownPai = {
  runs: [CTR, GEO],
  nodes: { [CTR.runId]: [TRAIN, JOIN], [GEO.runId]: [READ, COPY] },
  logs: { [JOIN.nodeId]: ['joining', 'FAILED: Table not found'], [COPY.nodeId]: ['copying'] },
};

function inThreadOf(...runs: readonly Run[]): KnownPai {
  return { ...PAI, inThread: runs.map((run) => ({ kind: 'run', runId: run.runId, region: run.region })) };
}

async function ask(text: string, pai: KnownPai = PAI, threadTs?: string) {
  return answer({ ...aRequest(text), ...(threadTs !== undefined && { threadTs }) }, fakePorts(pai));
}

async function headOf(text: string, pai?: KnownPai, threadTs?: string): Promise<string> {
  return (await ask(text, pai, threadTs)).message.text.split('\n')[0] ?? '';
}

describe('the run that logs are asked of', () => {
  it.each([
    ['an id', `logs ${CTR.runId}`, 'ctr › `feature_join`'],
    ['a name', 'logs ctr', 'ctr › `feature_join`'],
    ['a part of a name', 'logs geo', 'geo-sync › `copy`'],
    ['no run at all, so the last failed one', 'logs', 'Last failed here: ctr › `feature_join`'],
  ])('is that of %s', async (_what, text, head) => {
    expect(await headOf(text)).toContain(head);
  });

  it('is the thread’s where none is given', async () => {
    expect(await headOf('logs', inThreadOf(GEO), '1.000100')).toContain('geo-sync › `copy`');
  });

  it('is the one given, in whatever thread', async () => {
    expect(await headOf('logs ctr', inThreadOf(GEO), '1.000100')).toContain('ctr › `feature_join`');
  });

  it('is asked for where the thread is about several', async () => {
    const asked = await ask('logs', inThreadOf(CTR, GEO), '1.000100');

    expect(asked.message.text.split('\n')[0]).toBe('2 runs are named here. Which one?');
    expect(JSON.stringify(asked.message.blocks)).toContain(`/pai logs cn-hangzhou/${GEO.runId}`);
  });

  it.each(['logs', 'why', 'status', ''])(
    'is asked for in a thread that Slack does not show: %j',
    async (text) => {
      expect(await headOf(text, { ...PAI, isThreadClosed: true }, '1.000100')).toMatch(
        /^Which run\? Slack did not let me read this thread/,
      );
    },
  );

  it('is the last failed one in a thread that is about none', async () => {
    expect(await headOf('logs', PAI, '1.000100')).toContain('Last failed here: ctr');
  });

  it('is the name in a sentence', async () => {
    const runs = [{ ...CTR, name: 'ctr-daily' }];

    expect(await headOf('why is ctr-daily red again', { ...PAI, runs })).toContain('ctr-daily failed at');
  });

  it('is the thread’s in a sentence without a name', async () => {
    expect(await headOf('why is this failing?', inThreadOf(CTR), '1.000100')).toContain('ctr failed at');
  });

  it('is asked for where nothing failed', async () => {
    expect(await headOf('logs', { runs: [GEO] })).toMatch(/^Which run\?/);
  });

  it('is answered like a status where PAI does not know it', async () => {
    const asked = await ask(`logs ${runId(99)}`);

    expect(asked.kind).toBe('problem');
    expect(asked.message.text).toContain(`not found or not visible in cn-hangzhou: \`${runId(99)}\``);
  });
});

describe('the node that logs are asked of', () => {
  it.each([
    ['its name', 'logs geo-sync read', 'geo-sync › `read`'],
    ['its name in other letters', 'logs geo-sync READ', 'geo-sync › `read`'],
    ['a part of its name', 'logs ctr join', 'ctr › `feature_join`'],
    ['its id', `logs ctr ${TRAIN.nodeId}`, 'ctr › `train`'],
    ['its id behind its run', `logs ${CTR.runId}/${TRAIN.nodeId}`, 'ctr › `train`'],
    ['a name beside an id', `logs ${GEO.runId} read`, 'geo-sync › `read`'],
  ])('is found by %s', async (_what, text, head) => {
    expect(await headOf(text)).toContain(head);
  });

  it('is a word alone in the thread of its run', async () => {
    expect(await headOf('logs read', inThreadOf(GEO), '1.000100')).toContain('geo-sync › `read`');
  });

  it('is an id alone in the thread of its run', async () => {
    expect(await headOf(`logs ${READ.nodeId}`, inThreadOf(GEO), '1.000100')).toContain('geo-sync › `read`');
  });

  it('is none of a sentence around an id', async () => {
    expect(await headOf(`why did ${CTR.runId} fail last night`)).toContain('ctr failed at `feature_join`');
  });

  it.each([
    [`why did ${CTR.runId} fail at train`, 'ctr › `train`'],
    [`logs of ${GEO.runId} please, at read`, 'geo-sync › `read`'],
    [`logs read of geo-sync`, 'geo-sync › `read`'],
  ])('is named in a sentence whole: %s', async (text, head) => {
    expect(await headOf(text)).toContain(head);
  });

  it('is not taken for another run while PAI does not tell the nodes of the thread’s run', async () => {
    const ports = fakePorts({
      ...inThreadOf(GEO),
      runs: [CTR, GEO, aRun({ runId: runId(3), name: 'read-all' })],
    });
    ports.runs.listPipelineRunNodeStatus = async () => {
      throw paiError('throttled');
    };
    const { message } = await answer({ ...aRequest('logs read'), threadTs: '1.000100' }, ports);

    expect(message.text).toContain('PAI is limiting our calls');
  });

  it('is named with the others where there is none of that name', async () => {
    expect(await headOf('logs ctr jion')).toBe('ctr has no node `jion`. Its nodes: `train`, `feature_join`');
  });

  it('is missed where the run has none', async () => {
    expect(await headOf('logs geo-sync', { runs: [GEO] })).toMatch(/^No node of this run has started yet/);
  });
});

describe('why a run failed', () => {
  const why = (nodes: readonly RunNode[], run: Run, logs: Readonly<Record<string, readonly string[]>> = {}) =>
    headOf('why ctr', { runs: [run], nodes: { [run.runId]: nodes }, logs });

  it('is the line of the log that says it', async () => {
    expect(await headOf('why ctr')).toBe(':x: ctr failed at `feature_join`: `FAILED: Table not found`');
  });

  it('is PAI’s own hint where the log says nothing, without its secrets', async () => {
    const run = { ...CTR, message: 'login failed for mysql://etl:hunter2@db/ctr' };

    expect(await why([JOIN], run)).toBe(
      ':x: ctr failed at `feature_join`: `login failed for mysql://etl:•••@db/ctr`',
    );
  });

  it('is not made up', async () => {
    expect(await why([JOIN], CTR, { [JOIN.nodeId]: ['reading', 'done'] })).toBe(
      ':x: ctr failed at `feature_join` (no error line found)',
    );
  });

  it('is not told of a node that did not fail', async () => {
    const asked = await ask(`why ctr train`);

    expect(asked.message.text.split('\n')[0]).toBe(':heavy_minus_sign: ctr › `train` was skipped');
    expect(JSON.stringify(asked.message.blocks)).toContain(`"value":"/pai why cn-hangzhou/${CTR.runId}"`);
  });

  it('is nothing where nothing failed', async () => {
    expect(await headOf('why geo-sync')).toMatch(/geo-sync is running.*; nothing has failed$/);
  });
});
