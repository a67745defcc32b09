import { describe, expect, it } from 'vitest';
import { answer } from '../../src/commands/answer.ts';
import { paiError } from '../helpers/pai-error.ts';
import { aRequest, fakePorts, MEMBER } from '../helpers/ports.ts';
import { aNode, aRun, nodeId, runId } from '../helpers/runs.ts';
import { buttonsOf } from '../messages/buttons-of.ts';

const firstLine = ({ message }: Awaited<ReturnType<typeof answer>>) => message.text.split('\n')[0];

describe('status of one run', () => {
  it('shows the card with nodes, who and where', async () => {
    const run = aRun();
    const ports = fakePorts({
      runs: [run],
      nodes: {
        [run.runId]: [
          aNode('sql_read', 'Succeeded', { nodeId: nodeId(1) }),
          aNode('train', 'Running', { nodeId: nodeId(2) }),
        ],
      },
      details: () => ({ workspaceId: '94801', userId: '1557702098194905' }),
    });

    const shown = await answer(aRequest(`status ${run.runId}`), ports);

    expect(shown.kind).toBe('shown');
    expect(firstLine(shown)).toBe(
      ':arrow_forward: ctr-daily-train is running: 1 of 2 nodes done, now `train`',
    );
    expect(shown.message.text).toContain('by PAI user …4905 · PAI workspace `94801` (cn-hangzhou)');
  });

  it('leaves the details out where PAI does not give them, and still answers', async () => {
    const run = aRun();
    const ports = fakePorts({ runs: [run], details: () => paiError('throttled') });

    const shown = await answer(aRequest(`status ${run.runId}`), ports);

    expect(firstLine(shown)).toBe(':arrow_forward: ctr-daily-train is running');
  });

  it('shows the card although the id came in a sentence', async () => {
    const shown = await answer(
      aRequest(`status why did ${runId(1)} fail? 请看一下`),
      fakePorts({ runs: [aRun()] }),
    );

    expect(firstLine(shown)).toBe(':arrow_forward: ctr-daily-train is running');
  });

  it('shows a node of a run by its own card', async () => {
    const run = aRun();
    const ports = fakePorts({
      runs: [run],
      nodes: { [run.runId]: [aNode('feature_join', 'Failed', { nodeId: nodeId(7) })] },
    });

    const shown = await answer(aRequest(`status ${run.runId}/${nodeId(7)}`), ports);

    expect(firstLine(shown)).toBe(':x: ctr-daily-train › `feature_join` failed');
  });

  it('does not hide a fault of our own behind missing details', async () => {
    const run = aRun();
    const ports = fakePorts({ runs: [run], details: () => new TypeError('a bug') });

    await expect(answer(aRequest(`status ${run.runId}`), ports)).rejects.toThrow('a bug');
  });
});

describe('status of several', () => {
  it('puts the worst first and names what was not found, refused and mistyped', async () => {
    const good = aRun({ runId: runId(1), name: 'geo-sync', said: 'Succeeded' });
    const bad = aRun({ runId: runId(2), name: 'ctr-daily-train', said: 'Failed' });
    const ports = fakePorts({
      runs: [good, bad],
      failing: { [runId(3)]: { kind: 'refused', region: 'cn-hangzhou' } },
    });

    const shown = await answer(
      aRequest(`status ${runId(1)} ${runId(2)} ${runId(3)} ${runId(4)} ctr-nightly`),
      ports,
    );

    expect(shown.message.text.split('\n')).toEqual([
      '5 asked, 2 found: 1 failed, 1 succeeded',
      ':x: ctr-daily-train failed · cn-hangzhou',
      ':white_check_mark: geo-sync succeeded · cn-hangzhou',
      `:mag: not found or not visible in cn-hangzhou: \`${runId(4)}\``,
      `:warning: PAI refuses to look up \`${runId(3)}\``,
      ':mag: no run in cn-hangzhou is called `ctr-nightly`',
    ]);
  });

  it('asks each id once, however often it was pasted', async () => {
    const ports = fakePorts({ runs: [aRun()] });

    await answer(aRequest(`status ${runId(1)} ${runId(1)}, ${runId(1)}`), ports);

    expect(ports.asked).toHaveLength(1);
  });

  it('asks for no details above eight targets, so that 250 ids cost three calls', async () => {
    const runs = Array.from({ length: 9 }, (_, index) => aRun({ runId: runId(index) }));
    const ports = fakePorts({ runs });

    await answer(aRequest(`status ${runs.map((run) => run.runId).join(' ')}`), ports);

    expect(ports.detailed).toEqual([]);
  });

  it('asks a bare id in every region and a link only in its own', async () => {
    const ports = fakePorts({ runs: [], regions: ['cn-hangzhou', 'ap-southeast-1'] });
    const link = `https://pai.console.aliyun.com/?regionId=ap-southeast-1&workspaceId=30211#/studio/task/detail/${runId(2)}`;

    await answer(aRequest(`status ${runId(1)} ${link}`), ports);

    expect(ports.asked.map(({ region, runId: id, workspaceId }) => [region, id, workspaceId])).toEqual([
      ['cn-hangzhou', runId(1), undefined],
      ['ap-southeast-1', runId(1), undefined],
      ['ap-southeast-1', runId(2), '30211'],
    ]);
  });

  it('asks a run only where it was found before', async () => {
    const ports = fakePorts({
      runs: [aRun({ region: 'ap-southeast-1' })],
      regions: ['cn-hangzhou', 'ap-southeast-1'],
      details: () => ({ workspaceId: '30211' }),
    });
    await answer(aRequest(`status ${runId(1)}`), ports);
    ports.asked.length = 0;

    await answer(aRequest(`status ${runId(1)}`), ports);

    expect(ports.asked.map(({ region, workspaceId }) => [region, workspaceId])).toEqual([
      ['ap-southeast-1', '30211'],
    ]);
  });

  it('says so where a link names a region that is not set up, and does not ask there', async () => {
    const ports = fakePorts({ runs: [] });

    const shown = await answer(
      aRequest(`status https://pai.console.aliyun.com/?regionId=us-west-1#/studio/task/detail/${runId(2)}`),
      ports,
    );

    expect(shown.message.text).toContain("`us-west-1` is not among Flowbell's regions");
    expect(ports.asked).toEqual([]);
  });

  it('keeps what one region told when another does not answer', async () => {
    const run = aRun();
    const ports = fakePorts({
      runs: [run],
      regions: ['cn-hangzhou', 'ap-southeast-1'],
      failing: { 'ap-southeast-1': { kind: 'timeout', region: 'ap-southeast-1' } },
    });

    const shown = await answer(aRequest(`status ${run.runId} ${runId(9)}`), ports);

    expect(shown.message.text).toContain(':arrow_forward: ctr-daily-train running');
    expect(shown.message.text).toContain(
      `Not shown: \`${runId(9)}\`. PAI did not answer within 8 s (ap-southeast-1).`,
    );
  });

  it('waits for no silent region once everything was found', async () => {
    const ports = fakePorts({
      runs: [aRun()],
      regions: ['cn-hangzhou', 'ap-southeast-1'],
      silent: ['ap-southeast-1'],
      nodes: { [runId(1)]: [aNode('train', 'Running', { nodeId: nodeId(2) })] },
    });

    const shown = await answer(aRequest(`status ${runId(1)}`), ports);

    expect(firstLine(shown)).toBe(
      ':arrow_forward: ctr-daily-train is running: 0 of 1 nodes done, now `train`',
    );
  });

  it('judges a node by the region its run was found in', async () => {
    const ports = fakePorts({
      runs: [aRun()],
      regions: ['cn-hangzhou', 'ap-southeast-1'],
      failing: { 'ap-southeast-1': { kind: 'timeout', region: 'ap-southeast-1' } },
    });

    const told = await answer(aRequest(`status ${runId(1)}/${nodeId(9)}`), ports);

    expect(told.message.text).toContain(
      `not found or not visible in cn-hangzhou, ap-southeast-1: \`${runId(1)}/${nodeId(9)}\``,
    );
  });

  it('tells what else was asked although PAI is in trouble', async () => {
    const failing = { 'cn-hangzhou': { kind: 'network' as const, region: 'cn-hangzhou' } };

    const told = await answer(
      aRequest(`status ${nodeId(3)} ${runId(1)} ctr-daily-train`),
      fakePorts({ failing }),
    );

    expect(told.message.text).toContain("I can't reach PAI in cn-hangzhou");
    expect(told.message.text).toContain(nodeId(3));
    expect(told.message.text).toContain('ctr-daily-train');
  });

  it('takes the words of a pasted sentence for none', async () => {
    const shown = await answer(
      aRequest(`status the re-run ${runId(1)} of 2nd-try in cn-hangzhou`),
      fakePorts({ runs: [aRun()] }),
    );

    expect(firstLine(shown)).toBe(':arrow_forward: ctr-daily-train is running');
  });

  it('holds a question too long for a button and answers it again by its token', async () => {
    const runs = Array.from({ length: 120 }, (_, index) =>
      aRun({ runId: runId(index), name: `run-${index}` }),
    );
    const ports = fakePorts({ runs });
    const shown = await answer(aRequest(`status ${runs.map((run) => run.runId).join(' ')}`), ports);
    const refresh = buttonsOf(shown.message).find(({ text }) => text.text === 'Refresh');
    const token = refresh?.value?.replace('/pai ', '') ?? '';

    const again = await answer(aRequest(token), ports);
    const forgotten = await answer(aRequest('again:AAAAAAAAAAAAAAAA'), ports);

    expect(firstLine(again)).toBe('120 asked, 120 found: 120 running');
    expect(firstLine(forgotten)).toContain('I no longer hold that long list of ids');
  });
});

describe('PAI’s trouble', () => {
  it.each([
    ['throttled', 'PAI is limiting our calls (rate limit)', true],
    ['timeout', 'PAI did not answer within 8 s (cn-hangzhou)', true],
    ['network', "I can't reach PAI in cn-hangzhou: network or proxy", true],
    ['forbidden', 'has no permission for this in cn-hangzhou', false],
    ['wrong-key', "PAI does not accept Flowbell's AccessKey", false],
    ['wrong-clock', 'clock is off by more than 15 minutes', false],
    ['junk', "PAI sent an answer I can't read", true],
    ['unavailable', 'PAI has a fault of its own in cn-hangzhou', true],
    ['question-refused', 'PAI refuses this question in cn-hangzhou', true],
  ] as const)('is told in words when it is %s, once, and logged', async (kind, words, retry) => {
    const failure = { kind, region: 'cn-hangzhou', code: 'Some.Code', requestId: '473469C7-AAAA' };
    const ports = fakePorts({ failing: { [runId(1)]: failure, [runId(2)]: failure } });

    const told = await answer(aRequest(`status ${runId(1)} ${runId(2)}`), ports);

    expect(told.kind).toBe('problem');
    expect(told.message.text).toContain(words);
    expect(told.message.text.split('\n').at(-1)).toBe('`Some.Code` · `473469C7-AAAA`');
    expect(JSON.stringify(told.message.blocks).includes('"Retry"')).toBe(retry);
    expect(ports.reported).toHaveLength(1);
  });
});

describe('rights', () => {
  it.each(['guest', 'outsider', 'unknown'] as const)(
    'a %s learns nothing and PAI is not asked',
    async (standing) => {
      const ports = fakePorts({ runs: [aRun()] });

      for (const text of ['', 'help', 'statsu', `status ${runId(1)}`, 'again:AAAAAAAAAAAAAAAA']) {
        const told = await answer(aRequest(text, { ...MEMBER, standing }), ports);

        expect(told.kind).toBe('problem');
        expect(told.message.text).toMatch(
          /Only members of this Slack workspace|Slack did not tell me who you are/,
        );
      }
      expect(ports.asked).toEqual([]);
    },
  );

  it('answers a forbidden id exactly like an unknown one', async () => {
    const elsewhere = fakePorts({
      runs: [aRun()],
      workspaceId: '94801',
      details: () => ({ workspaceId: '777' }),
    });
    const nowhere = fakePorts({ runs: [], workspaceId: '94801' });

    const forbidden = await answer(aRequest(`status ${runId(1)}`), elsewhere);
    const unknown = await answer(aRequest(`status ${runId(1)}`), nowhere);

    expect(forbidden).toEqual(unknown);
  });

  it('shows a run of the PAI workspace in the settings and learns that workspace once', async () => {
    const ports = fakePorts({
      runs: [aRun({ rootNodeId: nodeId(0) })],
      workspaceId: '94801',
      details: () => ({ workspaceId: '94801' }),
    });
    const ids = Array.from({ length: 9 }, (_, index) => runId(index)).join(' ');

    const first = await answer(aRequest(`status ${ids}`), ports);
    const second = await answer(aRequest(`status ${ids}`), ports);

    expect(firstLine(first)).toBe('9 asked, 1 found: 1 running');
    expect(firstLine(second)).toBe('9 asked, 1 found: 1 running');
    // What is not there costs the same call, so that time does not tell it from what is forbidden.
    expect(ports.detailed.toSorted()).toEqual(Array.from({ length: 9 }, (_, index) => runId(index)));
  });

  it('learns twenty PAI workspaces a question, names the rest, and a refresh goes on from there', async () => {
    const runs = Array.from({ length: 30 }, (_, index) => aRun({ runId: runId(index) }));
    const ports = fakePorts({ runs, workspaceId: '94801', details: () => ({ workspaceId: '94801' }) });
    const text = `status ${runs.map((run) => run.runId).join(' ')}`;

    const first = await answer(aRequest(text), ports);
    const second = await answer(aRequest(text), ports);

    expect(firstLine(first)).toBe('30 asked, 20 found: 20 running');
    expect(first.message.text).toContain(
      'not checked yet whether they belong to your PAI workspace, press Refresh',
    );
    expect(firstLine(second)).toBe('30 asked, 30 found: 30 running');
    expect(ports.detailed).toHaveLength(30);
  });

  it('reads a run once although rights and card both need it', async () => {
    const ports = fakePorts({
      runs: [aRun()],
      workspaceId: '94801',
      details: () => ({ workspaceId: '94801' }),
    });

    await answer(aRequest(`status ${runId(1)}`), ports);

    expect(ports.detailed).toEqual([runId(1)]);
  });

  it('shows nothing while the PAI workspace cannot be learnt, and says why', async () => {
    const ports = fakePorts({ runs: [aRun()], workspaceId: '94801', details: () => paiError('throttled') });

    const told = await answer(aRequest(`status ${runId(1)}`), ports);

    expect(told.kind).toBe('problem');
    expect(told.message.text).toContain('PAI is limiting our calls');
    expect(told.message.text).not.toContain('ctr-daily-train');
  });
});

describe('several PAI workspaces', () => {
  const workspaces = [
    { name: 'prod', region: 'cn-hangzhou', workspaceId: '94801' },
    { name: 'sg', region: 'ap-southeast-1', workspaceId: '30211' },
  ];

  it('answers a link to any other like an unknown id', async () => {
    const link = `https://pai.console.aliyun.com/?regionId=cn-hangzhou&workspaceId=777#/studio/task/detail/${runId(1)}`;
    const details = () => ({ workspaceId: '777' });

    const forbidden = await answer(
      aRequest(`status ${link}`),
      fakePorts({ workspaces, runs: [aRun()], details }),
    );
    const unknown = await answer(aRequest(`status ${link}`), fakePorts({ workspaces, details }));

    expect(firstLine(unknown)).toBe('1 asked, 0 found');
    expect(forbidden).toEqual(unknown);
  });

  it('names the region that failed, not one that answered, for an id not found', async () => {
    const failing = { 'ap-southeast-1': { kind: 'network' as const, region: 'ap-southeast-1' } };

    const told = await answer(aRequest(`status ${runId(1)}`), fakePorts({ workspaces, failing }));

    expect(told.kind).toBe('problem');
    expect(told.message.text).toContain("I can't reach PAI in ap-southeast-1");
    expect(told.message.text).not.toContain('not found');
  });
});

describe('without a target', () => {
  it('tells a newcomer how to begin, and what is going on', async () => {
    const ports = fakePorts();
    const lines = async () => (await answer(aRequest('status'), ports)).message.text.split('\n');

    expect((await lines())[0]).toMatch(/^Flowbell tells you/);
    expect((await lines())[0]).toMatch(
      /^:white_check_mark: All quiet: 0 running, 0 succeeded, 0 failed since/,
    );
  });

  it('is about the run of the thread', async () => {
    const ports = fakePorts({ runs: [aRun()], inThread: [{ kind: 'run', runId: runId(1) }] });
    const inThread = { ...aRequest('status'), threadTs: '1.000100' };

    expect(firstLine(await answer(inThread, ports))).toContain('ctr-daily-train is running');
    expect(firstLine(await answer({ ...inThread, text: '' }, ports))).toContain('ctr-daily-train is running');
    expect(firstLine(await answer({ ...inThread, text: `status ${nodeId(4)}` }, ports))).toContain('found');
  });

  it('names words that no run is called, and offers help, not a refresh of nothing', async () => {
    const told = await answer(aRequest('status nonsense'), fakePorts());

    expect(told.kind).toBe('problem');
    expect(told.message.text).toBe(
      'No run is called `nonsense` in cn-hangzhou.\nAn id looks like `flow-hynm2bv8wqhp5esfxq`; `/pai runs` lists the newest runs.',
    );
    expect(JSON.stringify(told.message.blocks)).not.toContain('Refresh');
  });

  it('names a node that came without its run', async () => {
    const told = await answer(aRequest(`status ${nodeId(4)}`), fakePorts());

    expect(told.message.text).toContain(`Which run? A node is found only with its run: \`${nodeId(4)}\``);
  });
});
