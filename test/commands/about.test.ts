import { describe, expect, it } from 'vitest';
import { answer } from '../../src/commands/answer.ts';
import { aRequest, fakePorts } from '../helpers/ports.ts';
import { aNode, aRun, nodeId, runId } from '../helpers/runs.ts';

const RUN = aRun({ runId: runId(1), name: 'ctr-daily-train', workspaceId: '94801' });
const READ = aNode('sql_read', 'Succeeded', { nodeId: nodeId(1) });
const TRAIN = aNode('train', 'Failed', { nodeId: nodeId(2) });
const pai = () =>
  fakePorts({
    runs: [RUN],
    nodes: { [RUN.runId]: [READ, TRAIN] },
    logs: { [nodeId(1)]: ['rows read'], [nodeId(2)]: ['ERROR out of memory'] },
  });

describe('a node by its id', () => {
  it.each([
    ['beside the name of its run', `logs ctr-daily-train ${nodeId(1)}`],
    ['beside the id of its run', `logs ${runId(1)} ${nodeId(1)}`],
    ['tied to the id of its run', `logs ${runId(1)}/${nodeId(1)}`],
  ])('%s is that node of that run', async (_where, text) => {
    const { message } = await answer(aRequest(text), pai());

    expect(message.text).toContain('`sql_read`');
    expect(message.text).toContain('rows read');
  });

  it('that the named run does not have is told with the nodes it has', async () => {
    const { message } = await answer(aRequest(`logs ctr-daily-train ${nodeId(7)}`), pai());

    expect(message.text).toContain(`has no node \`${nodeId(7)}\``);
    expect(message.text).toContain('`sql_read`');
  });
});

describe('what an answer is about, for the thread it stands in', () => {
  it.each(['why', 'logs', 'logs as:file'])('%s without a node is about the run', async (verb) => {
    const { about } = await answer(aRequest(`${verb} ${runId(1)}`), pai());

    expect(about).toEqual({ kind: 'run', runId: runId(1), region: 'cn-hangzhou', workspaceId: '94801' });
  });

  it.each(['why', 'logs', 'logs as:file'])('%s with a node is about that node', async (verb) => {
    const { about } = await answer(aRequest(`${verb} ${runId(1)} train`), pai());

    expect(about).toMatchObject({ kind: 'node', runId: runId(1), nodeId: nodeId(2) });
  });
});
