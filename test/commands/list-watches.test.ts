import { describe, expect, it } from 'vitest';
import { answer } from '../../src/commands/answer.ts';
import { aRequest, fakePorts, MEMBER } from '../helpers/ports.ts';
import { aNode, aRun, nodeId, runId } from '../helpers/runs.ts';
import { buttonsOf, labelsOf } from '../messages/buttons-of.ts';

const TRAIN = aRun({ runId: runId(1), name: 'ctr-daily-train' });
const GEO = aRun({ runId: runId(2), name: 'geo-sync' });
const FIT = aNode('fit', 'Running', { nodeId: nodeId(2) });
const OWNER = { ...MEMBER, userId: 'U0OWNER' };

const pai = () => fakePorts({ runs: [TRAIN, GEO], nodes: { [TRAIN.runId]: [FIT] } });

describe('the list of watches', () => {
  it('shows everybody’s here and one’s own elsewhere, each with a way to stop one’s own', async () => {
    const ports = pai();
    await answer(aRequest(`watch ${TRAIN.runId}`), ports);
    await answer(aRequest(`watch ${TRAIN.runId}`, OWNER), ports);
    await answer(aRequest(`watch ${GEO.runId}`, OWNER), ports);
    await answer(aRequest(`watch ${GEO.runId} in:dm`), ports);
    await answer({ ...aRequest(`watch ${GEO.runId}`), channelId: 'C0QUIET' }, ports);
    await answer({ ...aRequest(`watch ${TRAIN.runId}`, OWNER), channelId: 'C0QUIET' }, ports);

    const answered = await answer(aRequest('list'), ports);

    expect(answered).toMatchObject({ kind: 'shown', isPrivate: true });
    expect(answered.message.text.split('\n')).toEqual([
      'Here: 2 watches',
      ':arrow_forward: ctr-daily-train running 0 of 1 nodes · cn-hangzhou · watched by <@U0MEMBER>, <@U0OWNER>',
      ':arrow_forward: geo-sync running · cn-hangzhou · watched by <@U0OWNER>',
      'Elsewhere, mine: 2 watches',
      ':arrow_forward: geo-sync running · cn-hangzhou · in your DM',
      ':arrow_forward: geo-sync running · cn-hangzhou · <#C0QUIET>',
    ]);
    expect(buttonsOf(answered.message).map(({ text, value }) => [text.text, value])).toEqual([
      ['Stop ctr-daily-train', `/pai unwatch cn-hangzhou/${TRAIN.runId}`],
      ['Stop geo-sync', `/pai unwatch cn-hangzhou/${GEO.runId} in:D0U0MEMBER`],
      ['Stop geo-sync', `/pai unwatch cn-hangzhou/${GEO.runId} in:C0QUIET`],
    ]);
  });

  it('ends by its button what stands in the button’s line and nothing else', async () => {
    const ports = pai();
    await answer(aRequest(`watch ${GEO.runId}`), ports);
    await answer(aRequest(`watch ${GEO.runId} in:dm`), ports);
    const { message } = await answer(aRequest('list'), ports);
    const stop = buttonsOf(message).at(-1)?.value?.replace('/pai ', '') ?? '';

    await answer(aRequest(stop), ports);
    await answer(aRequest(stop), ports);

    expect(ports.watches.rows.map(({ place }) => place.channelId)).toEqual(['C0ML']);
  });

  it.each([
    ['on:failed,end,rerun', []],
    ['on:nodes', ['told when one of its nodes ends']],
    ['fit on:failed', ['node `fit`']],
  ])('tells what is heard where that is not the usual: %s', async (typed, words) => {
    const ports = pai();
    await answer(aRequest(`watch ${TRAIN.runId} ${typed}`), ports);

    const { message } = await answer(aRequest('list'), ports);

    expect(message.text.split('\n')[1]?.split(' · ').slice(2, -1)).toEqual(words);
  });

  it('tells what anybody hears of a run', async () => {
    const ports = pai();
    await answer(aRequest(`watch ${TRAIN.runId} on:started`), ports);
    await answer(aRequest(`watch ${TRAIN.runId} on:end`, OWNER), ports);

    const { message } = await answer(aRequest('list'), ports);

    expect(message.text).toContain('· told when it starts or ends ·');
  });

  it('asks PAI nothing', async () => {
    const ports = pai();

    await answer(aRequest('列表'), ports);

    expect(new Set(ports.called)).toEqual(new Set(['listWatches']));
  });

  it('names the node where no more is watched', async () => {
    const ports = pai();
    await answer(aRequest(`watch ${TRAIN.runId} fit`), ports);

    const { message } = await answer(aRequest('list'), ports);

    expect(message.text.split('\n')[1]).toContain('· node `fit` · watched by <@U0MEMBER>');
  });

  it.each([
    [
      'en',
      ['Nothing is watched here.', '`/pai watch ctr-daily-train` tells here when a run fails or ends.'],
      'Running now',
    ],
    ['zh', ['这里还没有关注。', '`/pai 关注 ctr-daily-train` 会在任务失败或结束时在这里通知。'], '正在运行'],
  ] as const)('that is empty says in %s how to begin', async (locale, lines, label) => {
    const { message } = await answer(aRequest('list', { ...MEMBER, locale }), pai());

    expect(message.text.split('\n')).toEqual(lines);
    expect(labelsOf(message)).toEqual([label]);
  });

  it('shows no run that may not be read: of one’s own the id, of others nothing', async () => {
    const ports = pai();
    await answer(aRequest(`watch ${TRAIN.runId}`), ports);
    await answer(aRequest(`watch ${GEO.runId}`, OWNER), ports);
    const access = { ...ports.access, mayRead: () => false };

    const { message } = await answer(aRequest('list'), { ...ports, access });

    expect(message.text.split('\n')).toEqual([
      'Here: 1 watch',
      `\`${TRAIN.runId}\` is not visible to you here any more · watched by <@U0MEMBER>`,
    ]);
    expect(labelsOf(message)).toEqual(['Stop watching']);
  });

  it('that is long shows twenty and says so', async () => {
    const runs = Array.from({ length: 25 }, (_, index) =>
      aRun({ runId: runId(index), name: `run-${index}` }),
    );
    const ports = fakePorts({ runs });
    await answer(aRequest(`watch ${runs.map((run) => run.runId).join(' ')}`), ports);

    const { message } = await answer(aRequest('list'), ports);

    expect(message.text.split('\n').at(-1)).toBe('20 of 25 shown');
    expect(buttonsOf(message)).toHaveLength(20);
  });
});
