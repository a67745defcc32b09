import { describe, expect, it } from 'vitest';
import { answer } from '../../src/commands/answer.ts';
import { parseCommand } from '../../src/commands/parse.ts';
import type { ChannelFacts } from '../../src/commands/watch-place.ts';
import type { Run } from '../../src/domain/run.ts';
import { readStatus } from '../../src/domain/status.ts';
import { ON_WORDS } from '../../src/domain/watch.ts';
import { paiError } from '../helpers/pai-error.ts';
import { aRequest, fakePorts, type KnownPai, MEMBER } from '../helpers/ports.ts';
import { aNode, aRun, nodeId, runId } from '../helpers/runs.ts';
import { storeError } from '../helpers/watch-store.ts';
import { buttonsOf, labelsOf } from '../messages/buttons-of.ts';

type Answered = Awaited<ReturnType<typeof answer>>;

const TRAIN = aRun({ runId: runId(1), name: 'ctr-daily-train', startedAt: new Date('2026-11-23T02:00:00Z') });
const GEO = aRun({ runId: runId(2), name: 'geo-sync' });
const ENDED = aRun({
  runId: runId(3),
  name: 'item-embedding',
  said: 'Succeeded',
  startedAt: new Date('2026-11-23T02:00:00Z'),
  finishedAt: new Date('2026-11-23T02:47:00Z'),
});
const READ = aNode('sql_read', 'Succeeded', { nodeId: nodeId(1) });
const FIT = aNode('train', 'Running', { nodeId: nodeId(2) });
const NODES = { [TRAIN.runId]: [READ, FIT], [GEO.runId]: [], [ENDED.runId]: [] };
const OTHER = { ...MEMBER, userId: 'U0OWNER' };

const WORDS_EN = '`failed`, `end`, `nodes`, `started`, `suspended`, `rerun`, `all`';

const pai = (more: KnownPai = {}) => fakePorts({ runs: [TRAIN, GEO, ENDED], nodes: NODES, ...more });
const linesOf = ({ message }: Answered) => message.text.replaceAll(/<!date\^[^>]*>/g, '⟨time⟩').split('\n');
const watched = ({ watches }: ReturnType<typeof pai>) =>
  watches.rows.map(({ watch, place }) => [watch.runId, watch.userId, place.channelId, place.threadTs]);

describe('watching a run', () => {
  it('says what is watched, where, and how it is now', async () => {
    const ports = pai();

    const answered = await answer(aRequest('watch ctr-daily-train'), ports);

    expect(linesOf(answered)).toEqual([
      ':eyes: You watch ctr-daily-train here: told when it fails, ends or is rerun',
      ':arrow_forward: ctr-daily-train running 1 of 2 nodes · since ⟨time⟩ · cn-hangzhou',
    ]);
    expect(answered).toMatchObject({ kind: 'shown', isPrivate: true });
    expect(buttonsOf(answered.message).map(({ text, value }) => [text.text, value])).toEqual([
      ['Stop watching', `/pai unwatch cn-hangzhou/${TRAIN.runId}`],
      ['Status', `/pai status cn-hangzhou/${TRAIN.runId}`],
    ]);
    expect(watched(ports)).toEqual([[TRAIN.runId, 'U0MEMBER', 'C0ML', undefined]]);
  });

  it('keeps what was shown as what later news is compared with', async () => {
    const ports = pai({ details: () => ({ workspaceId: '94801', userId: '4905' }) });

    await answer(aRequest(`watch ${TRAIN.runId}`), ports);

    const [row] = ports.watches.rows;
    expect(row?.run).toMatchObject({
      workspaceId: '94801',
      status: readStatus('Running'),
      askedAt: ports.now(),
      attempt: 1,
      version: 1,
    });
    expect([...(row?.run.nodes ?? [])].map(([id, { status }]) => [id, status.phase])).toEqual([
      [nodeId(1), 'succeeded'],
      [nodeId(2), 'running'],
    ]);
  });

  it('lets the jobs look and tell at once', async () => {
    const ports = pai();

    await answer(aRequest(`watch ${TRAIN.runId}`), ports);

    expect(ports.called.filter((each) => each.startsWith('nudge'))).toEqual([
      'nudge poll-runs',
      'nudge deliver',
    ]);
  });

  it('twice is harmless, and takes the words of the second time', async () => {
    const ports = pai();

    await answer(aRequest(`watch ${TRAIN.runId}`), ports);
    const again = await answer(aRequest(`watch ${TRAIN.runId} on:nodes`), ports);

    expect(linesOf(again)[0]).toBe(':eyes: Changed: ctr-daily-train here, told when one of its nodes ends');
    expect(ports.watches.rows).toHaveLength(1);
    expect(ports.watches.rows[0]?.watch.on).toEqual(['nodes']);
  });

  it('twice in the same words says that nothing is new', async () => {
    const ports = pai();

    await answer(aRequest(`watch ${TRAIN.runId}`), ports);
    const again = await answer(aRequest(`watch ${TRAIN.runId}`), ports);

    expect(linesOf(again)[0]).toBe(
      ':eyes: Already watched here: ctr-daily-train, told when it fails, ends or is rerun',
    );
    expect(ports.called).not.toContain('permalinkOf');
  });

  it('that others watch there by a card names the card', async () => {
    const ports = pai();
    await answer(aRequest(`watch ${TRAIN.runId}`, OTHER), ports);
    ports.watches.show(ports.watches.rows[0]?.place.id ?? '', '1700000000.000100');

    const answered = await answer(aRequest(`watch ${TRAIN.runId}`), ports);

    expect(linesOf(answered)[0]).toBe(
      ':eyes: Already watched here: card. You are added and will be mentioned too: told when it fails, ends or is rerun',
    );
    expect(JSON.stringify(answered.message.blocks)).toContain('/archives/C0ML/p1700000000000100');
    expect(new Set(ports.watches.rows.map(({ place }) => place.id)).size).toBe(1);
  });

  it('that others watch there says how many where Slack does not tell where the card is', async () => {
    const ports = pai();
    await answer(aRequest(`watch ${TRAIN.runId}`, OTHER), ports);
    ports.watches.show(ports.watches.rows[0]?.place.id ?? '', '1700000000.000100');
    const channels = { ...ports.channels, permalinkOf: async () => undefined };

    const answered = await answer(aRequest(`watch ${TRAIN.runId}`), { ...ports, channels });

    expect(linesOf(answered)[1]).toBe('1 other person watches it there too');
  });

  it('that others watch there says how many', async () => {
    const ports = pai();

    await answer(aRequest(`watch ${TRAIN.runId}`, OTHER), ports);
    const answered = await answer(aRequest(`watch ${TRAIN.runId}`), ports);

    expect(linesOf(answered)[1]).toBe('1 other person watches it there too');
  });

  it('says what the store told of it where that is newer than the look', async () => {
    const ports = pai();
    await answer(aRequest(`watch ${TRAIN.runId}`, OTHER), ports);
    const [row] = ports.watches.rows;
    if (row === undefined) throw new Error('nothing is watched');
    const status = readStatus('Suspended');
    ports.watches.tell({ ...row.run, status, version: 2, askedAt: new Date('2026-11-23T03:00:05Z') });

    const answered = await answer(aRequest(`watch ${TRAIN.runId}`), ports);

    expect(linesOf(answered)[2]).toContain('ctr-daily-train suspended');
  });

  it.each([
    ['on:failed', ['failed']],
    ['on:done', ['end']],
    ['on:steps,failed', ['failed', 'nodes']],
    ['on:ALL', [...ON_WORDS]],
    ['on:失败，结束', ['failed', 'end']],
    ['on:all,failed', [...ON_WORDS]],
    ['on：全部', [...ON_WORDS]],
  ])('reads %s', async (typed, on) => {
    const ports = pai();

    await answer(aRequest(`watch ${TRAIN.runId} ${typed}`), ports);

    expect(ports.watches.rows[0]?.watch.on).toEqual(on);
  });

  it.each(['watch', 'follow', '关注', '监控', 'WATCH'])('answers to the verb %s', async (verb) => {
    const ports = pai();

    await answer(aRequest(`${verb} ${TRAIN.runId}`), ports);

    expect(ports.watches.rows).toHaveLength(1);
  });

  it.each([
    ['watch x on:recovered', 'a single run does not recover'],
    ['watch x on:恢复', 'a single run does not recover'],
    ['watch x on:faild', `\`faild\` is no option here. Options: ${WORDS_EN}.`],
    ['watch x on:end,Foo', `\`Foo\` is no option here. Options: ${WORDS_EN}.`],
    ['watch x on:all,foo', `\`foo\` is no option here. Options: ${WORDS_EN}.`],
    ['watch x in:there', '`in:there` is no option here. Options: `in:here`, `in:dm`.'],
    ['watch x in:#ml-team', '`in:#ml-team` is no option here. Options: `in:here`, `in:dm`.'],
    ['watch x in:<#C0ML|ml-team>', '`in:#ml-team` is no option here. Options: `in:here`, `in:dm`.'],
    ['watch x in:<#C0ML|>', '`in:#C0ML` is no option here. Options: `in:here`, `in:dm`.'],
    ['watch x in:', 'Write it like `in:dm`'],
    ['watch x on:', 'Write it like `on:failed,end,rerun`'],
    ['watch x -on:failed', 'Write it like `on:failed,end,rerun`'],
    ['watch x tail:5', '`tail:5` is no option here. Options: `on`, `in`.'],
  ])('refuses "%s" in words, and asks nobody', async (typed, words) => {
    const ports = pai();

    const answered = await answer(aRequest(typed), ports);

    expect(answered.kind).toBe('problem');
    expect(answered.message.text).toContain(words);
    expect(ports.called).toEqual([]);
  });
});

describe('what the person hears already', () => {
  const words = ({ watches }: ReturnType<typeof pai>) => watches.rows.map(({ watch }) => watch.on);
  const watchedThen = async (
    first: readonly string[],
    again: string,
    { more = {}, known = {} }: { more?: object; known?: KnownPai } = {},
  ) => {
    const ports = pai(known);
    for (const text of first) await answer({ ...aRequest(text), ...more }, ports);
    return { ports, answered: await answer({ ...aRequest(again), ...more }, ports) };
  };

  it.each([
    ['a channel', {}],
    ['a thread', { threadTs: '1.0' }],
  ])('in %s is kept where they say nothing else', async (_where, more) => {
    const { ports, answered } = await watchedThen(
      [`watch ${TRAIN.runId} on:started,end`],
      `watch cn-hangzhou/${TRAIN.runId}`,
      { more },
    );

    expect(linesOf(answered)[0]).toMatch(
      /^:eyes: Already watched .*: ctr-daily-train, told when it starts or ends$/,
    );
    expect(words(ports)).toEqual([['end', 'started']]);
  });

  it('in the thread of its card is kept too', async () => {
    const ports = pai();
    await answer(aRequest(`watch ${TRAIN.runId} on:end`), ports);
    ports.watches.show(ports.watches.rows[0]?.place.id ?? '', '1700000000.000100');

    await answer({ ...aRequest(`watch ${TRAIN.runId}`), threadTs: '1700000000.000100' }, ports);

    expect(words(ports)).toEqual([['end']]);
  });

  it('elsewhere, of a node or of another run is not kept', async () => {
    const { ports } = await watchedThen(
      [
        `watch ${TRAIN.runId} on:end in:dm`,
        `watch ${TRAIN.runId}/${nodeId(2)} on:end`,
        'watch geo-sync on:end',
      ],
      `watch ${TRAIN.runId}`,
    );

    expect(words(ports).at(-1)).toEqual(['failed', 'end', 'rerun']);
  });

  it('is no matter of what others hear', async () => {
    const ports = pai();
    await answer(aRequest(`watch ${TRAIN.runId} on:end`, OTHER), ports);

    await answer(aRequest(`watch ${TRAIN.runId}`), ports);

    expect(words(ports)).toEqual([['end'], ['failed', 'end', 'rerun']]);
  });

  it('among several runs is said of the one alone', async () => {
    const { ports, answered } = await watchedThen(
      ['watch geo-sync on:end'],
      `watch ${TRAIN.runId} ${GEO.runId}`,
    );

    expect(linesOf(answered)).toEqual([
      ':eyes: You watch 2 of 2 runs here: told when it fails, ends or is rerun',
      ':arrow_forward: ctr-daily-train running 1 of 2 nodes · since ⟨time⟩ · cn-hangzhou',
      ':arrow_forward: geo-sync running · cn-hangzhou · already watched · told when it ends',
    ]);
    expect(words(ports)).toEqual([['end'], ['failed', 'end', 'rerun']]);
  });

  it('of all of several runs is said of all', async () => {
    const { answered } = await watchedThen(
      [`watch ${TRAIN.runId} ${GEO.runId} on:end`],
      `watch ${TRAIN.runId} ${GEO.runId}`,
    );

    expect(linesOf(answered)[0]).toBe(':eyes: You watch 2 of 2 runs here: told when it ends');
    expect(linesOf(answered)[1]).toMatch(/ · already watched$/);
  });

  it('of a run that ended is kept while a rerun is still waited for', async () => {
    const { ports, answered } = await watchedThen(['watch item-embedding on:rerun'], 'watch item-embedding');

    expect(linesOf(answered)[0]).toBe(':eyes: Already watched here: item-embedding, told when it is rerun');
    expect(words(ports)).toEqual([['rerun']]);
  });

  it('that the store does not tell leaves everything as it was', async () => {
    const ports = pai();
    await answer(aRequest(`watch ${TRAIN.runId} on:end`), ports);
    const listWatches = () => Promise.reject(storeError());

    const answered = await answer(aRequest(`watch ${TRAIN.runId}`), {
      ...ports,
      watches: { ...ports.watches, listWatches },
    });

    expect(answered.kind).toBe('problem');
    expect(answered.message.text).toContain('so nothing was changed');
    expect(words(ports)).toEqual([['end']]);
  });
});

it.each([
  [
    '关注 x on:失败，出错',
    '这里没有选项 `出错` 。可用：`失败`、`结束`、`节点`、`开始`、`挂起`、`重跑`、`全部` 。',
  ],
  ['关注 x in:<#C0ML|算法>', '这里没有选项 `in:#算法` 。可用：`in:这里`、`in:私信` 。'],
])('refuses "%s" with Chinese words, each of which is read', async (typed, words) => {
  const answered = await answer(aRequest(typed, { ...MEMBER, locale: 'zh' }), pai());

  expect(answered.message.text).toBe(words);
  for (const [, word] of words.matchAll(/[：、]`([^`]+)`/g)) {
    const option = word?.startsWith('in:') ? word : `on:${word}`;
    expect(parseCommand(`watch x ${option}`, { workspaces: [] })).toMatchObject({ verb: 'watch' });
  }
});

describe('a node', () => {
  it.each([
    ['by name', `watch ctr-daily-train train`],
    ['by name beside an id', `watch ${TRAIN.runId} train`],
    ['by id', `watch ${TRAIN.runId}/${nodeId(2)}`],
    ['by id beside a name', `watch ctr-daily-train ${nodeId(2)}`],
  ])('%s is watched alone', async (_how, typed) => {
    const ports = pai();

    const answered = await answer(aRequest(typed), ports);

    expect(linesOf(answered)).toEqual([
      ':eyes: You watch ctr-daily-train › `train` here: told when the node ends',
      ':arrow_forward: ctr-daily-train › `train` running · cn-hangzhou',
    ]);
    expect(ports.watches.rows[0]?.watch.nodeId).toBe(nodeId(2));
  });

  it('that the run does not have is told with those it has, and nothing is watched', async () => {
    const ports = pai();

    const answered = await answer(aRequest('watch ctr-daily-train nonode'), ports);

    expect(answered.message.text).toBe(
      'ctr-daily-train has no node `nonode`. Its nodes: `sql_read`, `train`',
    );
    expect(ports.watches.rows).toEqual([]);
  });

  it('that the run does not have is none also where the word is a part of the run’s name', async () => {
    const ports = pai();

    const answered = await answer(aRequest('watch ctr-daily-train daily'), ports);

    expect(answered.message.text).toBe('ctr-daily-train has no node `daily`. Its nodes: `sql_read`, `train`');
    expect(ports.watches.rows).toEqual([]);
  });

  it('that has ended is not watched', async () => {
    const ports = pai();

    const answered = await answer(aRequest('watch ctr-daily-train sql_read'), ports);

    expect(linesOf(answered)).toEqual([
      ':white_check_mark: `sql_read` of ctr-daily-train ended. Nothing left to watch.',
    ]);
    expect(ports.watches.rows).toEqual([]);
  });

  it('is not taken for one where the word is another run', async () => {
    const ports = pai();

    const answered = await answer(aRequest('watch ctr-daily-train geo-sync'), ports);

    expect(linesOf(answered)[0]).toBe(
      ':eyes: You watch 2 of 2 runs here: told when it fails, ends or is rerun',
    );
  });
});

describe('a run that cannot be watched', () => {
  it('because it ended is told, with a way to hear of a rerun', async () => {
    const ports = pai();

    const answered = await answer(aRequest('watch item-embedding'), ports);

    expect(linesOf(answered)).toEqual([
      ':white_check_mark: item-embedding ended ⟨time⟩: succeeded in 47 min. Nothing left to watch.',
    ]);
    expect(buttonsOf(answered.message).map(({ text, value }) => [text.text, value])).toEqual([
      ['Watch for a rerun', `/pai watch cn-hangzhou/${ENDED.runId} on:rerun`],
    ]);
    expect(ports.watches.rows).toEqual([]);
  });

  it('because it ended is watched for a rerun where that is asked for', async () => {
    const ports = pai();

    const answered = await answer(aRequest('watch item-embedding on:rerun'), ports);

    expect(linesOf(answered)[0]).toBe(':eyes: You watch item-embedding here: told when it is rerun');
    expect(ports.watches.rows).toHaveLength(1);
  });

  it('because it was deleted is told without such a way', async () => {
    const ports = pai({ runs: [{ ...TRAIN, isDeleted: true }] });

    const answered = await answer(aRequest(`watch ${TRAIN.runId} on:rerun`), ports);

    expect(linesOf(answered)).toEqual([
      ':wastebasket: ctr-daily-train was deleted in PAI. Nothing left to watch.',
    ]);
    expect(labelsOf(answered.message)).toEqual([]);
  });

  it('because PAI did not tell its nodes is told, since old news would be told as new', async () => {
    const ports = pai();
    const runs = {
      ...ports.runs,
      listPipelineRunNodeStatus: async () => {
        throw paiError('throttled');
      },
    };

    const answered = await answer(aRequest(`watch ${TRAIN.runId}`), { ...ports, runs });

    expect(answered.message.text).toBe(
      ':warning: Not watched: `ctr-daily-train`. PAI is limiting our calls (rate limit). Ask again in a minute.',
    );
    expect(ports.watches.rows).toEqual([]);
  });

  it('because nobody knows it reads exactly like one that may not be read', async () => {
    const forbidden = { ...TRAIN, workspaceId: '99' };
    const told = async (runs: readonly Run[]) => {
      const ports = fakePorts({ runs, regions: ['cn-hangzhou'], workspaceId: '94801' });
      const { message, kind } = await answer(aRequest(`watch ${TRAIN.runId}`), ports);
      return { message, kind, rows: ports.watches.rows };
    };

    const unknown = await told([]);

    expect(await told([forbidden])).toEqual(unknown);
    expect(unknown.kind).toBe('problem');
    expect(unknown.message.text).toBe(`:mag: not found or not visible in cn-hangzhou: \`${TRAIN.runId}\``);
  });

  it('because the store is read-only is told, and that nothing was changed', async () => {
    const ports = pai({ isStoreReadOnly: true });

    const answered = await answer(aRequest(`watch ${TRAIN.runId}`), ports);

    expect(answered.kind).toBe('problem');
    expect(answered.message.text).toContain(
      "I can't save right now (store read-only), so nothing was changed.",
    );
    expect(ports.called.filter((each) => each.startsWith('nudge'))).toEqual([]);
  });

  it('by a name that fits several pipelines is asked about', async () => {
    const runs = [TRAIN, aRun({ runId: runId(7), name: 'ctr-backfill' })];
    const answered = await answer(aRequest('watch ctr on:end in:dm'), pai({ runs }));

    expect(linesOf(answered)[0]).toBe('`ctr` fits 2 pipelines. Which one?');
    expect(buttonsOf(answered.message)[0]?.value).toMatch(/^\/pai watch cn-hangzhou\/flow-\w+ on:end in:dm$/);
  });

  it('because nobody said which is asked for', async () => {
    const answered = await answer(aRequest('watch'), pai());

    expect(linesOf(answered)).toEqual(["Which run? Give a name, an id or a link, or ask in a run's thread."]);
    expect(labelsOf(answered.message)).toEqual(['Running now', 'Help']);
  });
});

describe('several runs', () => {
  it('are watched where they can be, and the others named', async () => {
    const ports = pai({ failing: { 'ap-southeast-1': paiError('timeout') }, regions: ['cn-hangzhou'] });

    const answered = await answer(
      aRequest(`watch ${TRAIN.runId} ${ENDED.runId} ${runId(9)} geo-sync nobody-knows`),
      ports,
    );

    expect(linesOf(answered)).toEqual([
      ':eyes: You watch 2 of 5 runs here: told when it fails, ends or is rerun',
      ':arrow_forward: ctr-daily-train running 1 of 2 nodes · since ⟨time⟩ · cn-hangzhou',
      ':white_check_mark: item-embedding ended ⟨time⟩: succeeded in 47 min. Nothing left to watch.',
      ':arrow_forward: geo-sync running · cn-hangzhou',
      `:mag: not found or not visible in cn-hangzhou: \`${runId(9)}\``,
      ':mag: no run in cn-hangzhou is called `nobody-knows`',
    ]);
    expect(watched(ports)).toHaveLength(2);
  });

  it.each([
    ['names', 'watch ctr-daily-train geo-sync train'],
    ['names, and one before them', 'watch train ctr-daily-train geo-sync'],
    ['ids', `watch ${TRAIN.runId} ${GEO.runId} train`],
    ['parts of names', 'watch daily geo train'],
  ])('beside which a word is no run, by %s, are watched and the word is named', async (_how, text) => {
    const ports = pai();

    const answered = await answer(aRequest(text), ports);

    expect(linesOf(answered)[0]).toBe(
      ':eyes: You watch 2 of 3 runs here: told when it fails, ends or is rerun',
    );
    expect(linesOf(answered).at(-1)).toBe(':mag: no run in cn-hangzhou is called `train`');
    expect(ports.watches.rows).toHaveLength(2);
  });

  it.each([
    ['its id and its name', `watch ${TRAIN.runId} ctr-daily-train ${GEO.runId}`],
    ['a pattern', 'watch ctr-* ctr-daily-train geo-sync'],
  ])('of which one is meant twice, by %s, are two', async (_how, text) => {
    const answered = await answer(aRequest(text), pai());

    expect(linesOf(answered)[0]).toContain('You watch 2 of 2 runs here');
  });

  it('of a region that does not answer leave the others watched', async () => {
    const far = `ap-southeast-1/30211/${runId(8)}`;
    const ports = pai({
      failing: { 'ap-southeast-1': { kind: 'timeout', region: 'ap-southeast-1' } },
      regions: ['cn-hangzhou', 'ap-southeast-1'],
    });

    const answered = await answer(aRequest(`watch ${TRAIN.runId} ${far}`), ports);

    expect(linesOf(answered)[0]).toBe(
      ':eyes: You watch 1 of 2 runs here: told when it fails, ends or is rerun',
    );
    expect(linesOf(answered).at(-1)).toContain(`Not shown: \`${runId(8)}\`. PAI did not answer`);
    expect(ports.watches.rows).toHaveLength(1);
  });

  it('beyond 25 are named, and watched by a button', async () => {
    const runs = Array.from({ length: 30 }, (_, index) =>
      aRun({ runId: runId(index), name: `run-${index}` }),
    );
    const ports = pai({ runs, nodes: {} });

    const answered = await answer(aRequest(`watch ${runs.map((run) => run.runId).join(' ')} on:end`), ports);
    expect(ports.watches.rows).toHaveLength(25);
    expect(linesOf(answered)[0]).toBe(':eyes: You watch 25 of 30 runs here: told when it ends');
    expect(linesOf(answered).at(-1)).toBe(
      `Not watched yet: ${runs
        .slice(25)
        .map((run) => `\`${run.runId}\``)
        .join(', ')}`,
    );
    const more = buttonsOf(answered.message).find(({ text }) => text.text === 'Watch 5 more');

    const rest = await answer(aRequest(more?.value?.replace('/pai ', '') ?? ''), ports);

    expect(linesOf(rest)[0]).toBe(':eyes: You watch 5 of 5 runs here: told when it ends');
    expect(ports.watches.rows.map(({ watch }) => watch.on)).toEqual(Array(30).fill(['end']));
  });

  it('that nobody has learnt the PAI workspace of wait for the next question, all of them', async () => {
    const runs = Array.from({ length: 25 }, (_, index) =>
      aRun({ runId: runId(index), name: `run-${index}` }),
    );
    const ports = pai({ runs, nodes: {}, workspaceId: '94801', details: () => ({ workspaceId: '94801' }) });

    const answered = await answer(aRequest(`watch ${runs.map((run) => run.runId).join(' ')}`), ports);

    expect(labelsOf(answered.message)).toContain('Watch 5 more');
    expect(ports.watches.rows.map(({ run }) => run.workspaceId)).toEqual(Array(20).fill('94801'));
  });
});

describe('the place of a watch', () => {
  const watch = (text: string, more: object, channel?: ChannelFacts | null) => {
    const ports = pai(channel === undefined ? {} : { channel });
    const request = { ...aRequest(text), ...more };
    return answer(request, ports).then((answered) => ({ answered, ports }));
  };

  it('is the thread that was asked in, and the thread’s run is meant', async () => {
    const ports = pai({ inThread: [{ kind: 'run', runId: TRAIN.runId }] });

    const answered = await answer({ ...aRequest('watch'), threadTs: '1.0' }, ports);

    expect(linesOf(answered)[0]).toBe(
      ':eyes: You watch ctr-daily-train in the thread: told when it fails, ends or is rerun',
    );
    expect(watched(ports)).toEqual([[TRAIN.runId, 'U0MEMBER', 'C0ML', '1.0']]);
  });

  it('is the person’s DM with in:dm, and no channel is asked', async () => {
    const { answered, ports } = await watch(`watch ${TRAIN.runId} in:私信`, {});

    expect(linesOf(answered)[0]).toContain('You watch ctr-daily-train in your DM');
    expect(watched(ports)).toEqual([[TRAIN.runId, 'U0MEMBER', 'D0U0MEMBER', undefined]]);
    expect(ports.called).not.toContain('findChannel');
  });

  it('of a message somebody pointed at is its thread, also for the buttons of the answer', async () => {
    const targets = [
      { kind: 'run', runId: TRAIN.runId },
      { kind: 'run', runId: ENDED.runId },
    ] as const;
    const pasted = { verb: 'watch', targets, names: [], problems: [] } as const;
    const { answered, ports } = await watch('', { pasted, threadTs: '2.0' });

    expect(watched(ports)).toEqual([[TRAIN.runId, 'U0MEMBER', 'C0ML', '2.0']]);
    const rerun = buttonsOf(answered.message).find(({ text }) => text.text === 'Watch for a rerun');
    await answer(aRequest(rerun?.value?.replace('/pai ', '') ?? ''), ports);
    expect(watched(ports)[1]).toEqual([ENDED.runId, 'U0MEMBER', 'C0ML', '2.0']);
  });

  it('of a message that names nothing is nowhere', async () => {
    const pasted = { verb: 'watch', targets: [], names: [], problems: [] } as const;
    const { answered } = await watch('', { pasted, threadTs: '2.0' });

    expect(answered.message.text).toContain('No run, node or console link in that message.');
  });

  it.each<[string, ChannelFacts, string, string[]]>([
    [
      'a public channel',
      { kind: 'public', isMember: false, isArchived: false },
      'I am not in this channel yet, so nothing is watched.',
      ['Add me and watch', 'Use my DM'],
    ],
    [
      'a private channel',
      { kind: 'private', isMember: false, isArchived: false },
      'I am not in this private channel, so nothing is watched. Type `/invite @Flowbell`, then press Retry.',
      ['Retry', 'Use my DM'],
    ],
    [
      'a conversation between people',
      { kind: 'dm', isMember: false, isArchived: false },
      "I can't join a conversation between people, so nothing is watched.",
      ['Use my DM'],
    ],
    [
      'a conversation of several',
      { kind: 'group-dm', isMember: false, isArchived: false },
      "I can't join a conversation between people, so nothing is watched.",
      ['Use my DM'],
    ],
    [
      'an archived channel',
      { kind: 'public', isMember: true, isArchived: true },
      'This channel is archived, so nothing is watched.',
      ['Use my DM'],
    ],
  ])('is not %s that Flowbell cannot speak in, and PAI is not asked', async (_what, facts, words, labels) => {
    const { answered, ports } = await watch('watch geo-sync on:end', {}, facts);

    expect(answered).toMatchObject({ kind: 'problem', message: { text: words } });
    expect(labelsOf(answered.message)).toEqual(labels);
    expect(buttonsOf(answered.message).at(-1)?.value).toBe('/pai watch "geo-sync" on:end in:dm');
    expect(ports.called).toEqual(['findChannel']);
  });

  describe('that Flowbell may come into', () => {
    const OUTSIDE: ChannelFacts = { kind: 'public', isMember: false, isArchived: false };
    const press = async (known: KnownPai, asking: object = {}) => {
      const ports = pai({ channel: OUTSIDE, ...known });
      const asked = await answer({ ...aRequest('watch geo-sync on:end'), ...asking }, ports);
      const [button] = buttonsOf(asked.message);
      ports.called.length = 0;
      const answered = await answer(aRequest(button?.value?.replace('/pai ', '') ?? ''), ports);
      return { ports, button, answered };
    };

    it('is joined by the button, and then it is watched there', async () => {
      const { ports, button, answered } = await press({});

      expect(button).toMatchObject({ value: '/pai watch "geo-sync" on:end in:join' });
      expect(ports.called.slice(0, 2)).toEqual(['findChannel', 'joinChannel']);
      expect(linesOf(answered)[0]).toBe(':eyes: You watch geo-sync here: told when it ends');
      expect(watched(ports)).toEqual([[GEO.runId, 'U0MEMBER', 'C0ML', undefined]]);
    });

    it('is left out of it where Slack refuses, and nothing is watched', async () => {
      const { ports, answered } = await press({ isJoinRefused: true });

      expect(answered).toMatchObject({ kind: 'problem' });
      expect(answered.message.text).toBe(
        'I am not in this channel yet, so nothing is watched. Type `/invite @Flowbell`, then press Retry.',
      );
      expect(buttonsOf(answered.message).map(({ text, value }) => [text.text, value])).toEqual([
        ['Retry', '/pai watch "geo-sync" on:end'],
        ['Use my DM', '/pai watch "geo-sync" on:end in:dm'],
      ]);
      expect(ports.called).toEqual(['findChannel', 'joinChannel']);
      expect(ports.watches.rows).toEqual([]);
    });

    it('keeps the thread of the message that somebody pointed at', async () => {
      const targets = [{ kind: 'run', runId: TRAIN.runId }] as const;
      const pasted = { verb: 'watch', targets, names: [], problems: [] } as const;

      const { ports, button } = await press({}, { text: '', pasted, threadTs: '2.0' });

      expect(button?.value).toBe(`/pai watch ${TRAIN.runId} in:join,2.0`);
      expect(watched(ports)).toEqual([[TRAIN.runId, 'U0MEMBER', 'C0ML', '2.0']]);
    });

    it('is tried where Slack does not tell what it is like', async () => {
      const ports = pai({ channel: null });

      await answer(aRequest(`watch ${TRAIN.runId} in:join`), ports);

      expect(ports.called).toContain('joinChannel');
      expect(ports.watches.rows).toHaveLength(1);
    });

    it('is not joined twice', async () => {
      const ports = pai();

      await answer(aRequest(`watch ${TRAIN.runId} in:join`), ports);

      expect(ports.called).not.toContain('joinChannel');
      expect(ports.watches.rows).toHaveLength(1);
    });

    it.each<[string, ChannelFacts]>([
      ['a private channel', { kind: 'private', isMember: false, isArchived: false }],
      ['a conversation of several', { kind: 'group-dm', isMember: false, isArchived: false }],
      ['an archived channel', { kind: 'public', isMember: false, isArchived: true }],
    ])('is never %s', async (_what, channel) => {
      const ports = pai({ channel });

      const answered = await answer(aRequest(`watch ${TRAIN.runId} in:join`), ports);

      expect(answered.kind).toBe('problem');
      expect(labelsOf(answered.message)).not.toContain('Add me and watch');
      expect(ports.called).toEqual(['findChannel']);
    });

    it.each(['guest', 'outsider', 'unknown'] as const)('is not joined for a %s', async (standing) => {
      const ports = pai({ channel: OUTSIDE });

      const answered = await answer(aRequest('watch geo-sync in:join', { ...MEMBER, standing }), ports);

      expect(answered.kind).toBe('problem');
      expect(ports.called).toEqual([]);
    });

    it('is no matter of the help', async () => {
      const answered = await answer(aRequest('help watch'), pai());

      expect(answered.message.text).not.toContain('in:join');
    });
  });

  it('is tried where Slack does not tell what the channel is', async () => {
    const { ports } = await watch(`watch ${TRAIN.runId}`, {}, null);

    expect(ports.watches.rows).toHaveLength(1);
  });

  it('speaks the language of whoever watches first', async () => {
    const ports = pai();

    const answered = await answer(aRequest(`关注 ${TRAIN.runId}`, { ...MEMBER, locale: 'zh' }), ports);

    expect(linesOf(answered)[0]).toBe(':eyes: 你已在这里关注 ctr-daily-train ：失败、结束或重跑时通知');
    expect(ports.watches.rows[0]?.place.locale).toBe('zh');
  });
});

describe('the place of several runs', () => {
  const places = ({ watches }: ReturnType<typeof pai>) => watches.rows.map(({ place }) => place.id);

  it('in a channel is one list', async () => {
    const ports = pai();

    await answer(aRequest(`watch ${TRAIN.runId} ${GEO.runId}`), ports);

    expect(places(ports)).toHaveLength(2);
    expect(new Set(places(ports)).size).toBe(1);
    expect(places(ports)[0]).toMatch(/^T0TEAM\|C0ML\|[0-9a-f]{16}$/);
  });

  it('is the same list for the same question, in any order and from anybody', async () => {
    const [one, two] = [pai(), pai()];

    await answer(aRequest(`watch ${TRAIN.runId} ${GEO.runId}`), one);
    await answer(aRequest(`watch geo-sync ctr-daily-train`, OTHER), two);

    expect(new Set([...places(one), ...places(two)]).size).toBe(1);
  });

  it('stays the same list when one of them has ended', async () => {
    const three = `watch ${TRAIN.runId} ${GEO.runId} ${ENDED.runId}`;
    const [one, two] = [pai(), pai({ runs: [TRAIN, GEO, { ...ENDED, status: readStatus('Running') }] })];

    await answer(aRequest(three), one);
    await answer(aRequest(three), two);

    expect(new Set([...places(one), ...places(two)]).size).toBe(1);
  });

  it('in a DM is one list too', async () => {
    const ports = pai();

    const answered = await answer(aRequest(`watch ${TRAIN.runId} ${GEO.runId} in:dm`), ports);

    expect(new Set(places(ports)).size).toBe(1);
    expect(buttonsOf(answered.message)[0]?.value).toBe(
      `/pai unwatch cn-hangzhou/${TRAIN.runId} cn-hangzhou/${GEO.runId} in:D0U0MEMBER`,
    );
  });

  it('in a thread is the thread', async () => {
    const ports = pai();

    await answer({ ...aRequest(`watch ${TRAIN.runId} ${GEO.runId}`), threadTs: '1.0' }, ports);

    expect(new Set(places(ports))).toEqual(new Set(['T0TEAM|C0ML|1.0']));
  });

  it.each([
    ['one of two can be watched', `watch ${TRAIN.runId} ${ENDED.runId}`],
    ['two nodes are of one run', `watch ${TRAIN.runId}/${nodeId(2)} ${TRAIN.runId}`],
    ['one run is asked for', `watch ${TRAIN.runId}`],
  ])('is no list where %s', async (_why, text) => {
    const ports = pai();

    await answer(aRequest(text), ports);

    expect(new Set(places(ports))).toEqual(new Set([`T0TEAM|C0ML|cn-hangzhou/${TRAIN.runId}`]));
  });
});

describe('a button of a card', () => {
  const CARD_TS = '1700000000.000100';
  /** What the other person watches, with its card, and what a click by a member does there. */
  async function click(
    text: string,
    { watching = {}, clicked = {} }: { watching?: object; clicked?: object },
  ) {
    const ports = pai();
    await answer({ ...aRequest(`watch ${TRAIN.runId}`, OTHER), ...watching }, ports);
    ports.watches.show(ports.watches.rows[0]?.place.id ?? '', CARD_TS);
    const answered = await answer({ ...aRequest(text), ...clicked }, ports);
    const here = ports.watches.rows.filter(({ watch }) => watch.userId === MEMBER.userId);
    return {
      ports,
      answered,
      mine: here.map(({ place }) => place.id),
      theirs: ports.watches.rows[0]?.place.id,
    };
  }

  it.each([
    ['Watch too', `watch cn-hangzhou/${TRAIN.runId}`],
    ['Watch for a rerun', `watch cn-hangzhou/${TRAIN.runId} on:rerun`],
  ])('that begins its own thread, "%s", joins its place', async (_label, text) => {
    const { mine, theirs } = await click(text, {});

    expect(mine).toEqual([theirs]);
    expect(theirs).toBe(`T0TEAM|C0ML|cn-hangzhou/${TRAIN.runId}`);
  });

  it('of a list joins the list, for one run of it too', async () => {
    const ports = pai();
    await answer(aRequest(`watch ${TRAIN.runId} ${GEO.runId}`, OTHER), ports);

    await answer(aRequest(`watch cn-hangzhou/${GEO.runId}`), ports);

    expect(new Set(ports.watches.rows.map(({ place }) => place.id)).size).toBe(1);
    expect(ports.watches.rows).toHaveLength(3);
  });

  it('of a reply in the card’s own thread, "Keep watching", joins its place', async () => {
    const { mine, theirs } = await click(`watch cn-hangzhou/${TRAIN.runId}`, {
      clicked: { threadTs: CARD_TS },
    });

    expect(mine).toEqual([theirs]);
  });

  it('inside of a person’s thread, "Watch too", joins the thread', async () => {
    const thread = { threadTs: '1.0' };
    const { mine, theirs } = await click(`watch cn-hangzhou/${TRAIN.runId}`, {
      watching: thread,
      clicked: thread,
    });

    expect(mine).toEqual([theirs]);
    expect(theirs).toBe('T0TEAM|C0ML|1.0');
  });

  it.each([
    ['its own thread', {}],
    ['a person’s thread', { threadTs: '1.0' }],
  ])('in %s, "Stop watching", ends the watch of whoever clicks', async (_where, where) => {
    const ports = pai();
    await answer({ ...aRequest(`watch ${TRAIN.runId}`, OTHER), ...where }, ports);
    await answer({ ...aRequest(`watch ${TRAIN.runId}`), ...where }, ports);

    const answered = await answer({ ...aRequest(`unwatch cn-hangzhou/${TRAIN.runId}`), ...where }, ports);

    expect(answered.message.text).toBe('You no longer watch ctr-daily-train. 1 other person still does.');
    expect(ports.watches.rows.map(({ watch }) => watch.userId)).toEqual([OTHER.userId]);
  });

  it('"Stop watching" of a run that somebody else watches changes nothing', async () => {
    const { answered, ports } = await click(`unwatch cn-hangzhou/${TRAIN.runId}`, {});

    expect(answered).toMatchObject({ kind: 'problem' });
    expect(ports.watches.rows).toHaveLength(1);
  });
});
