import { describe, expect, it } from 'vitest';
import { answer } from '../../src/commands/answer.ts';
import { type Look, lookUp } from '../../src/commands/look-up.ts';
import type { Run } from '../../src/domain/run.ts';
import { findTargets } from '../../src/domain/target.ts';
import type { Workspace } from '../../src/domain/workspace.ts';
import { paiError } from '../helpers/pai-error.ts';
import { aRequest, type FakePai, fakePorts, type KnownPai, MEMBER } from '../helpers/ports.ts';
import { aNode, aRun, nodeId, runId } from '../helpers/runs.ts';

const PROD: Workspace = { name: 'prod', region: 'cn-hangzhou', workspaceId: '94801' };
const DEV: Workspace = { name: 'dev', region: 'cn-hangzhou', workspaceId: '94802' };
const SG: Workspace = { name: 'sg', region: 'ap-southeast-1', workspaceId: '30211' };
const TWO_REGIONS = ['cn-hangzhou', 'ap-southeast-1'];
const SG_FAILS: KnownPai['failing'] = { 'ap-southeast-1': { kind: 'timeout', region: 'ap-southeast-1' } };

const ask = (text: string, ports: FakePai): Promise<Look[]> =>
  lookUp(findTargets(text).targets, { actor: MEMBER, channelId: 'C0ML', timeoutMs: 8000 }, ports);
const workspacesAsked = ({ asked }: FakePai) =>
  asked.map(({ region, workspaceId }) => `${region} ${workspaceId ?? '-'}`);

describe('the PAI workspace of a question', () => {
  it('goes with a bare id only where the region has exactly one', async () => {
    const ports = fakePorts({ workspaces: [PROD, DEV, SG] });

    await ask(runId(1), ports);

    expect(workspacesAsked(ports)).toEqual(['cn-hangzhou -', 'ap-southeast-1 30211']);
  });

  it('is the link’s where that is one of the settings', async () => {
    const ports = fakePorts({ workspaces: [PROD, DEV, SG] });

    await ask(`cn-hangzhou/94802/${runId(1)} -/30211/${runId(2)}`, ports);

    expect(workspacesAsked(ports)).toEqual(['cn-hangzhou 94802', 'ap-southeast-1 30211']);
  });

  it('is the remembered one once it was learnt', async () => {
    const ports = fakePorts({
      workspaces: [PROD, DEV, SG],
      runs: [aRun()],
      details: () => ({ workspaceId: '94802' }),
    });
    await ask(runId(1), ports);
    ports.asked.length = 0;

    await ask(runId(1), ports);

    expect(workspacesAsked(ports)).toEqual(['cn-hangzhou 94802']);
  });

  it('is learnt only in regions whose PAI workspaces all have an id', async () => {
    const runs = [aRun(), aRun({ runId: runId(2), region: 'ap-southeast-1' })];
    const ports = fakePorts({
      workspaces: [PROD, { region: 'ap-southeast-1' }],
      runs,
      details: () => ({ workspaceId: '94801' }),
    });

    const looks = await ask(`${runId(1)} ${runId(2)}`, ports);

    expect(looks.map(({ kind }) => kind)).toEqual(['run', 'run']);
    expect(ports.detailed).toEqual([runId(1)]);
  });
});

describe('a PAI workspace that is not in the settings', () => {
  const elsewhere = (known: KnownPai = {}) =>
    fakePorts({
      workspaces: [PROD, SG],
      runs: [aRun()],
      nodes: { [runId(1)]: [aNode('train', 'Running', { nodeId: nodeId(2) })] },
      details: () => ({ workspaceId: '777' }),
      ...known,
    });
  const nowhere = (known: KnownPai = {}) => elsewhere({ ...known, runs: [], nodes: {} });

  it.each([
    ['a bare id', runId(1)],
    ['a node', `${runId(1)}/${nodeId(2)}`],
    ['a path to it', `cn-hangzhou/777/${runId(1)}`],
    ['a path without region', `-/777/${runId(1)}`],
    ['a link to it', `https://pai.console.aliyun.com/?regionId=cn-hangzhou&workspaceId=777#/${runId(1)}`],
    ['a link that names another', `cn-hangzhou/94801/${runId(1)}`],
  ])('answers %s like an unknown id, the first time and when it is remembered', async (_what, text) => {
    const ports = elsewhere();

    const unknown = await ask(text, nowhere());

    expect(unknown.map(({ kind }) => kind)).toEqual(['missing']);
    expect(await ask(text, ports)).toEqual(unknown);
    expect(await ask(text, ports)).toEqual(unknown);
  });

  it('answers like an unknown id while another region fails too', async () => {
    const ports = elsewhere({ failing: SG_FAILS });

    const unknown = await ask(runId(1), nowhere({ failing: SG_FAILS }));

    expect(unknown).toMatchObject([{ kind: 'failed', error: { region: 'ap-southeast-1' } }]);
    expect(await ask(runId(1), ports)).toEqual(unknown);
    expect(await ask(runId(1), ports)).toEqual(unknown);
  });

  it('costs no call where a link names it', async () => {
    const ports = elsewhere();

    await ask(`cn-hangzhou/777/${runId(1)}`, ports);

    expect([...ports.asked, ...ports.detailed]).toEqual([]);
  });

  it('is shown to nobody although the run was found before its workspace could be learnt', async () => {
    let isDown = true;
    const ports = elsewhere({ details: () => (isDown ? paiError('timeout') : { workspaceId: '777' }) });
    await ask(runId(1), ports);
    isDown = false;

    const looks = await ask(runId(1), ports);

    expect(looks.map(({ kind }) => kind)).toEqual(['missing']);
  });
});

describe('several regions', () => {
  it('asks a bare id in all of them at once, one batch each', async () => {
    const batches: string[][] = [];
    const ports = fakePorts({ regions: TWO_REGIONS });
    const { loadAll } = ports.statuses;
    const counted: FakePai = {
      ...ports,
      statuses: {
        loadAll: (questions, options) => {
          batches.push(questions.map(({ region }) => region));
          return loadAll(questions, options);
        },
      },
    };

    await ask(`${runId(1)} ${runId(2)}`, counted);

    expect(batches).toEqual([Array(2).fill('cn-hangzhou'), Array(2).fill('ap-southeast-1')]);
  });

  it('shows what one of them has although another fails', async () => {
    const ports = fakePorts({ regions: TWO_REGIONS, runs: [aRun()], failing: SG_FAILS });

    const looks = await ask(`${runId(1)} ${runId(9)}`, ports);

    expect(looks).toMatchObject([
      { kind: 'run', run: { runId: runId(1) } },
      { kind: 'failed', error: { kind: 'timeout', region: 'ap-southeast-1' } },
    ]);
  });

  it('calls nothing missing that the failed region may hold, and names every region that failed alike', async () => {
    const failing = { ...SG_FAILS, 'eu-central-1': { kind: 'timeout', region: 'eu-central-1' } as const };
    const ports = fakePorts({ regions: [...TWO_REGIONS, 'eu-central-1'], failing });

    const looks = await ask(runId(1), ports);

    expect(looks).toMatchObject([{ kind: 'failed', error: { region: 'ap-southeast-1, eu-central-1' } }]);
  });

  it('takes a miss of a link’s own region as missing although another region fails', async () => {
    const ports = fakePorts({ regions: TWO_REGIONS, failing: SG_FAILS });

    const looks = await ask(`cn-hangzhou/94801/${runId(1)}`, ports);

    expect(looks).toMatchObject([{ kind: 'missing', regions: ['cn-hangzhou'] }]);
  });

  it('waits for no silent region where all that it could hold was settled elsewhere', async () => {
    const ports = fakePorts({ regions: TWO_REGIONS, runs: [aRun()], silent: ['ap-southeast-1'] });

    const looks = await ask(`${runId(1)} cn-hangzhou/94801/${runId(9)}`, ports);

    expect(looks.map(({ kind }) => kind)).toEqual(['run', 'missing']);
  });

  it.each(TWO_REGIONS)('finds a bare id wherever it is, here in %s', async (region) => {
    const looks = await ask(runId(1), fakePorts({ regions: TWO_REGIONS, runs: [aRun({ region })] }));

    expect(looks).toMatchObject([{ kind: 'run', run: { region } }]);
  });
});

describe('a forbidden id and an unknown one', () => {
  const forbidden = (number: number) => aRun({ runId: runId(number) });
  const answers = async (number: number, known: Parameters<typeof fakePorts>[0]) => {
    const ports = fakePorts({ workspaceId: '94801', ...known });
    const { message } = await answer(aRequest(`status ${runId(number)}`), ports);
    return { text: message.text.replaceAll(runId(number), 'ID'), calls: ports.detailed.length };
  };

  it('cost the same calls and read the same', async () => {
    const known = { runs: [forbidden(1)], details: () => ({ workspaceId: '66666' }) };

    expect(await answers(1, known)).toEqual(await answers(2, known));
  });

  it('read the same while PAI tells nobody where runs live', async () => {
    const away = paiError('timeout');
    const told = await answers(1, { runs: [forbidden(1)], details: () => away, absent: away });

    expect(told.text).toContain('PAI did not answer');
    expect(await answers(2, { runs: [forbidden(1)], details: () => away, absent: away })).toEqual(told);
  });

  it('read the same among more ids than one question checks', async () => {
    const ids = Array.from({ length: 30 }, (_, index) => runId(index));
    const ask = async (runs: readonly Run[]) => {
      const ports = fakePorts({ workspaceId: '94801', runs, details: () => ({ workspaceId: '66666' }) });
      const once = await answer(aRequest(`status ${ids.join(' ')}`), ports);
      const again = await answer(aRequest(`status ${ids.join(' ')}`), ports);
      return [once.message.text, again.message.text];
    };

    const told = await ask(ids.map((id) => aRun({ runId: id, workspaceId: undefined })));
    expect(told).toEqual(await ask([]));
    expect(told[0]).toContain('not checked yet');
    expect(told[1]).not.toContain('not checked yet');
  });
});
