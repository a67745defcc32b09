import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NAMED_WORKSPACES } from '../../sandbox/bot.ts';
import { foreignWords } from '../helpers/chinese.ts';
import { buttonsOf, linesOf, startWorld, type World } from '../helpers/world.ts';

const ENGLISH = 'U0MEMBER';
const CHINESE = 'U0OWNER';
const VERBS = ['', 'status', 'runs', 'why', 'logs', 'outputs', 'watch', 'unwatch', 'list', 'doctor', 'help'];

let world: World;

beforeAll(async () => {
  world = await startWorld({
    sandbox: { seed: 32 },
    bot: { env: { ...NAMED_WORKSPACES, PAIFLOW_MAX_RPS: '500' } },
  });
});
afterAll(() => world.stop());

/** The verb that was meant, what is typed, and the whole answer: its lines and its buttons. */
type Case = readonly [verb: string, typed: string, lines: readonly string[], buttons: readonly string[]];

const EN_KEYS = 'Filters: `status:` `pipeline:` `name:` `user:` `workspace:` `node:` `source:` `since:`';
const EN_STATES =
  'Known: `failed`, `terminating`, `terminated`, `deleted`, `suspended`, `unknown`, `running`, `queued`, `not-started`, `skipped`, `succeeded`';
const ZH_KEYS = EN_KEYS.replace('Filters: ', '可用：');
const ZH_STATES = EN_STATES.replace('Known: ', '可用：').replaceAll(', ', '、');
const LOG_OPTIONS = ['`tail`', '`grep`', '`before`', '`only`', '`as`'];

const WHICH_EN = "Which run? Give a name, an id or a link, or ask in a run's thread.";
const WHICH_ZH = '哪个任务？请给出名称、ID 或链接，或在任务的消息列里提问。';

/** Mistakes that can be seen in the typed text alone. */
const TYPED_WRONG_EN: readonly Case[] = [
  ['', 'statu', ["I don't know `statu`."], ['Run status', 'Help']],
  ['', 'deploy it now', ["I don't know `deploy`."], ['Help']],
  ['', '🙂', ["I don't know `🙂`."], ['Help']],
  ['status', 'statsu geo-sync', ["I don't know `statsu`."], ['Run status geo-sync', 'Help']],
  [
    'status',
    'status node-abcdefghijklmnopqr',
    ['Which run? A node is found only with its run: `node-abcdefghijklmnopqr`. Write flow-…/node-…'],
    ['Help'],
  ],
  ['runs', 'rusn failed', ["I don't know `rusn`."], ['Run runs failed', 'Help']],
  ['runs', 'runs stauts:failed', ['`stauts:` is no filter; did you mean `status:`?', EN_KEYS], ['Help']],
  [
    'runs',
    'runs status:faild',
    ['`faild` is no status; did you mean `failed`?', EN_STATES],
    ['Run runs status:failed', 'Help'],
  ],
  [
    'runs',
    'runs -status failed',
    ['Leave them out: `-status:failed`. Only them: `status:failed`.'],
    ['Run runs -status:failed', 'Run runs status:failed', 'Help'],
  ],
  [
    'runs',
    'runs since:tomorrow',
    ['`tomorrow` is no time.', 'Known: `24h`, `7d`, `1h30m`, `today`, `yesterday`, `2026-11-20`'],
    ['Help'],
  ],
  [
    'runs',
    'runs workspace:staging',
    ['`staging` is no PAI workspace of mine.', 'Known: `prod`, `dev`, `sg`'],
    ['Help'],
  ],
  ['runs', 'runs user:bob', ['`bob` is no PAI user id.', 'Write it like `user:4905`.'], ['Help']],
  [
    'runs',
    'runs source:cron',
    ['`cron` is no source.', 'Known: `designer`, `sdk`, `m6`, `unknown`'],
    ['Help'],
  ],
  ['runs', 'runs node:', ['`node:` has no value. Write it like `node:feature_join`.'], ['Help']],
  ['runs', 'runs since:24h since:7d', ['`since:` stands there twice. Give it once.'], ['Help']],
  ['runs', 'runs limit:0', ["I can't read `limit:0`. Write it like `limit:20`."], []],
  ['runs', 'runs name:"daily train', ['A quote is open: `"daily train`. Close it with `"`.'], []],
  ['why', 'wyh geo-sync', ["I don't know `wyh`."], ['Run why geo-sync', 'Help']],
  ['logs', 'lgos geo-sync', ["I don't know `lgos`."], ['Run logs geo-sync', 'Help']],
  ['logs', 'logs geo-sync tail:0', ["I can't read `tail:0`. Write it like `tail:50`."], []],
  ['logs', 'logs geo-sync tail:many', ["I can't read `tail:many`. Write it like `tail:50`."], []],
  ['logs', 'logs geo-sync grep:"Table not', ['A quote is open: `"Table not`. Close it with `"`.'], []],
  [
    'logs',
    'logs geo-sync tial:50',
    [`\`tial:50\` is no option here. Options: ${LOG_OPTIONS.join(', ')}.`],
    [],
  ],
  ['outputs', 'otuputs geo-sync', ["I don't know `otuputs`."], ['Run outputs geo-sync', 'Help']],
  [
    'outputs',
    'outputs geo-sync type:Modle',
    ["I can't read `type:Modle`. Write it like `type:Metrics`."],
    [],
  ],
  ['outputs', 'outputs geo-sync typ:Model', ['`typ:Model` is no option here. Options: `type`.'], []],
  ['watch', 'wacth geo-sync', ["I don't know `wacth`."], ['Run watch geo-sync', 'Help']],
  [
    'watch',
    'watch geo-sync on:faild',
    ['`faild` is no option here. Options: `failed`, `end`, `nodes`, `started`, `suspended`, `rerun`, `all`.'],
    [],
  ],
  ['watch', 'watch geo-sync in:there', ['`in:there` is no option here. Options: `in:here`, `in:dm`.'], []],
  ['watch', 'watch geo-sync to:dm', ['`to:dm` is no option here. Options: `on`, `in`.'], []],
  ['watch', 'watch "geo sync', ['A quote is open: `"geo sync`. Close it with `"`.'], []],
  [
    'watch',
    'watch geo-sync on:recovered',
    [
      "`on:recovered` is about a pipeline's next runs; a single run does not recover. Take `on:rerun`. Nothing is watched.",
    ],
    [],
  ],
  ['watch', 'watch', [WHICH_EN], ['Running now', 'Help']],
  ['unwatch', 'unwacth geo-sync', ["I don't know `unwacth`."], ['Run unwatch geo-sync', 'Help']],
  ['unwatch', 'unwatch nosuch', ['You were not watching `nosuch`; nothing changed.'], []],
  ['unwatch', 'unwatch all', ['You watch nothing; nothing changed.'], []],
  ['unwatch', 'unwatch', [WHICH_EN], ['Running now', 'Help']],
  ['list', 'lsit', ["I don't know `lsit`."], ['Run list', 'Help']],
  ['list', 'lits', ["I don't know `lits`."], ['Run list', 'Help']],
  ['list', 'lisst', ["I don't know `lisst`."], ['Run list', 'Help']],
  ['doctor', 'doctro', ["I don't know `doctro`."], ['Run doctor', 'Help']],
  ['doctor', 'docter', ["I don't know `docter`."], ['Run doctor', 'Help']],
  ['doctor', 'doktor', ["I don't know `doktor`."], ['Run doctor', 'Help']],
  ['help', 'hlep', ["I don't know `hlep`."], ['Run help', 'Help']],
  ['help', 'help lgos', ["I don't know `lgos`."], ['Run help logs', 'Help']],
  ['help', 'halp runs', ["I don't know `halp`."], ['Run help runs', 'Help']],
];

const TYPED_WRONG_ZH: readonly Case[] = [
  ['', 'statu', ['没有命令 `statu` 。'], ['执行 状态', '帮助']],
  ['', '部署', ['没有命令 `部署` 。'], ['帮助']],
  ['', '🙂', ['没有命令 `🙂` 。'], ['帮助']],
  ['status', '状太 geo-sync', ['没有命令 `状太` 。'], ['执行 状态 geo-sync', '帮助']],
  ['status', 'statsu geo-sync', ['没有命令 `statsu` 。'], ['执行 状态 geo-sync', '帮助']],
  [
    'status',
    '状态 node-abcdefghijklmnopqr',
    ['哪个任务？节点要和任务一起给出：`node-abcdefghijklmnopqr`。请写成 `flow-…/node-…`'],
    ['帮助'],
  ],
  ['runs', '认务 失败', ['没有命令 `认务` 。'], ['执行 任务 失败', '帮助']],
  ['runs', '任务 stauts:failed', ['没有过滤项 `stauts:` ，是否指 `status:` ？', ZH_KEYS], ['帮助']],
  [
    'runs',
    '任务 状态:faild',
    ['没有状态 `faild` ，是否指 `failed` ？', ZH_STATES],
    ['执行 任务 status:failed', '帮助'],
  ],
  [
    'runs',
    '任务 -状态 失败',
    ['排除它们： `-status:失败` 。只看它们： `status:失败` 。'],
    ['执行 任务 -status:失败', '执行 任务 status:失败', '帮助'],
  ],
  [
    'runs',
    '任务 自:明天',
    ['无法识别时间 `明天` 。', '可用：`24h`、`7d`、`1h30m`、`today`、`yesterday`、`2026-11-20`'],
    ['帮助'],
  ],
  ['runs', '任务 工作空间:staging', ['没有工作空间 `staging` 。', '可用：`prod`、`dev`、`sg`'], ['帮助']],
  ['runs', '任务 用户:小王', ['没有 PAI 用户 `小王` 。', '请写成 `user:4905` 。'], ['帮助']],
  ['runs', '任务 来源:cron', ['没有来源 `cron` 。', '可用：`designer`、`sdk`、`m6`、`unknown`'], ['帮助']],
  ['runs', '任务 节点:', ['`node:` 后面没有值。请写成 `node:feature_join` 。'], ['帮助']],
  ['runs', '任务 since:24h since:7d', ['`since:` 写了两次，请只写一次。'], ['帮助']],
  ['runs', '任务 limit:0', ['无法识别 `limit:0` 。请写成 `limit:20` 。'], []],
  ['runs', '任务 name:"daily train', ['引号没有闭合：`"daily train` ，请补上 `"` 。'], []],
  ['why', '为什吗 geo-sync', ['没有命令 `为什吗` 。'], ['执行 为什么 geo-sync', '帮助']],
  ['logs', '日至 geo-sync', ['没有命令 `日至` 。'], ['执行 日志 geo-sync', '帮助']],
  ['logs', '日志 geo-sync tail:0', ['无法识别 `tail:0` 。请写成 `tail:50` 。'], []],
  ['logs', '日志 geo-sync grep:"Table not', ['引号没有闭合：`"Table not` ，请补上 `"` 。'], []],
  ['logs', '日志 geo-sync tial:50', [`这里没有选项 \`tial:50\` 。可用：${LOG_OPTIONS.join('、')} 。`], []],
  ['outputs', '输入 geo-sync', ['没有命令 `输入` 。'], ['执行 输出 geo-sync', '帮助']],
  ['outputs', '输出 geo-sync type:Modle', ['无法识别 `type:Modle` 。请写成 `type:Metrics` 。'], []],
  ['outputs', '输出 geo-sync typ:Model', ['这里没有选项 `typ:Model` 。可用：`type` 。'], []],
  ['watch', '关住 geo-sync', ['没有命令 `关住` 。'], ['执行 关注 geo-sync', '帮助']],
  [
    'watch',
    '关注 geo-sync on:失望',
    ['这里没有选项 `失望` 。可用：`失败`、`结束`、`节点`、`开始`、`挂起`、`重跑`、`全部` 。'],
    [],
  ],
  ['watch', '关注 geo-sync in:那里', ['这里没有选项 `in:那里` 。可用：`in:这里`、`in:私信` 。'], []],
  ['watch', '关注 geo-sync to:dm', ['这里没有选项 `to:dm` 。可用：`on`、`in` 。'], []],
  [
    'watch',
    '关注 geo-sync on:恢复',
    ['`on:recovered` 针对工作流之后的任务，单个任务不会恢复。可用 `on:rerun` 。尚未关注。'],
    [],
  ],
  ['watch', '关注', [WHICH_ZH], ['正在运行', '帮助']],
  ['unwatch', '取消关住 geo-sync', ['没有命令 `取消关住` 。'], ['执行 取消关注 geo-sync', '帮助']],
  ['unwatch', '取消关注 nosuch', ['你没有关注 `nosuch` ，未做改动。'], []],
  ['unwatch', '取消关注 全部', ['你没有关注任何任务，未做改动。'], []],
  ['unwatch', '取消关注', [WHICH_ZH], ['正在运行', '帮助']],
  ['list', '列彪', ['没有命令 `列彪` 。'], ['执行 列表', '帮助']],
  ['list', '烈表', ['没有命令 `烈表` 。'], ['执行 列表', '帮助']],
  ['list', 'lsit', ['没有命令 `lsit` 。'], ['执行 列表', '帮助']],
  ['doctor', '诊段', ['没有命令 `诊段` 。'], ['执行 诊断', '帮助']],
  ['doctor', '珍断', ['没有命令 `珍断` 。'], ['执行 诊断', '帮助']],
  ['doctor', 'doctro', ['没有命令 `doctro` 。'], ['执行 诊断', '帮助']],
  ['help', '邦助', ['没有命令 `邦助` 。'], ['执行 帮助', '帮助']],
  ['help', 'hlep', ['没有命令 `hlep` 。'], ['执行 帮助', '帮助']],
  ['help', '帮助 日至', ['没有命令 `日至` 。'], ['执行 帮助 日志', '帮助']],
];

/** Mistakes that only PAI can show: no such run, no such node, several runs. */
const UNKNOWN_EN = [
  'No run is called `nosuch` in prod, dev, sg.',
  'An id looks like `flow-hynm2bv8wqhp5esfxq`; `/pai runs` lists the newest runs.',
];
const UNKNOWN_ZH = [
  '在 prod、dev、sg 没有名为 `nosuch` 的任务。',
  'ID 形如 `flow-hynm2bv8wqhp5esfxq` ； `/pai 任务` 列出最新的任务。',
];
const NODES_EN = 'ctr-hourly-eval has no node `nonode`. Its nodes: `sql_read`, `feature_join`, `evaluate`';
const NODES_ZH = 'ctr-hourly-eval 没有节点 `nonode` 。现有节点：`sql_read`、`feature_join`、`evaluate`';
const SEVERAL_EN = [
  '`ctr` fits 3 pipelines. Which one?',
  ':arrow_forward: ctr-daily-train running · since ⟨time⟩ · prod',
  ':x: ctr-hourly-eval failed · ⟨time⟩ · prod',
  ':x: ctr-backfill failed · ⟨time⟩ · dev',
];
const SEVERAL_ZH = [
  '`ctr` 匹配 3 个工作流，你指哪一个？',
  ':arrow_forward: ctr-daily-train 运行中 · 开始于 ⟨time⟩ · prod',
  ':x: ctr-hourly-eval 失败 · ⟨time⟩ · prod',
  ':x: ctr-backfill 失败 · ⟨time⟩ · dev',
];
const PIPELINES = ['ctr-daily-train', 'ctr-hourly-eval', 'ctr-backfill'];
const MISSING = '`flow-nobodyknows000`';

const ASKED_WRONG_EN: readonly Case[] = [
  ...['status', 'why', 'logs', 'outputs'].flatMap((verb): Case[] => [
    [verb, `${verb} nosuch`, UNKNOWN_EN, ['Newest runs', 'Help']],
    [verb, `${verb} ctr`, SEVERAL_EN, PIPELINES],
    [
      verb,
      `${verb} flow-nobodyknows000`,
      ['1 asked, 0 found', `:mag: not found or not visible in cn-hangzhou, ap-southeast-1: ${MISSING}`],
      ['Refresh'],
    ],
  ]),
  ...['why', 'logs', 'outputs', 'watch'].map(
    (verb): Case => [verb, `${verb} ctr-hourly-eval nonode`, [NODES_EN], []],
  ),
  ['watch', 'watch nosuch', UNKNOWN_EN, ['Newest runs', 'Help']],
  ['watch', 'watch ctr', SEVERAL_EN, PIPELINES],
  [
    'watch',
    'watch flow-nobodyknows000',
    [`:mag: not found or not visible in cn-hangzhou, ap-southeast-1: ${MISSING}`],
    [],
  ],
];

const ASKED_WRONG_ZH: readonly Case[] = [
  ['watch', '关注 nosuch', UNKNOWN_ZH, ['最新任务', '帮助']],
  ['watch', '关注 ctr', SEVERAL_ZH, PIPELINES],
  [
    'watch',
    '关注 flow-nobodyknows000',
    [`:mag: 在 cn-hangzhou、ap-southeast-1 找不到或无权查看：${MISSING}`],
    [],
  ],
  ...askedWrongZh(),
];

function askedWrongZh(): readonly Case[] {
  const verbs = [
    ['status', '状态'],
    ['why', '为什么'],
    ['logs', '日志'],
    ['outputs', '输出'],
  ] as const;
  return verbs.flatMap(([verb, word]): Case[] => [
    [verb, `${word} nosuch`, UNKNOWN_ZH, ['最新任务', '帮助']],
    [verb, `${word} ctr`, SEVERAL_ZH, PIPELINES],
    [
      verb,
      `${word} flow-nobodyknows000`,
      ['共 1 个，找到 0 个', `:mag: 在 cn-hangzhou、ap-southeast-1 找不到或无权查看：${MISSING}`],
      ['刷新'],
    ],
    ...(verb === 'status' ? [] : [[verb, `${word} ctr-hourly-eval nonode`, [NODES_ZH], []] as const]),
  ]);
}

describe.each([
  { language: 'English', user: ENGLISH, typedWrong: TYPED_WRONG_EN, askedWrong: ASKED_WRONG_EN },
  { language: 'Chinese', user: CHINESE, typedWrong: TYPED_WRONG_ZH, askedWrong: ASKED_WRONG_ZH },
])('wrong input, answered in $language', ({ user, typedWrong, askedWrong }) => {
  it('is tried at least three times for each verb', () => {
    const few = VERBS.filter(
      (verb) => [...typedWrong, ...askedWrong].filter(([meant]) => meant === verb).length < 3,
    );

    expect(few).toEqual([]);
  });

  it.each(typedWrong)('for "%s": "%s" is told from what was typed, and PAI not asked', async (...given) => {
    const [, typed, lines, buttons] = given;
    await world.slack.clearJournal();
    const mark = await world.slack.revision();
    const message = await world.ask(typed, { user });

    expect(linesOf(message)).toEqual(lines);
    expect(buttonsOf(message)).toEqual(buttons);
    expect(message.visibleTo).toBe(user);
    expect(await world.paiCalls()).toBe(0);
    expect(await world.slack.messages({ afterRevision: mark })).toHaveLength(1);
  });

  it.each(askedWrong)('for "%s": "%s" says where was looked, or what there is', async (...given) => {
    const [, typed, lines, buttons] = given;
    const message = await world.ask(typed, { user });

    expect(linesOf(message)).toEqual(lines);
    expect(buttonsOf(message)).toEqual(buttons);
    expect(message.visibleTo).toBe(user);
  });
});

describe('the button of a wrong input', () => {
  it.each([
    [ENGLISH, 'lgos geo-sync', 'Run logs geo-sync', 'geo-sync › `copy`: all 3 lines, 2 secrets hidden'],
    [ENGLISH, 'runs status:faild', 'Run runs status:failed', '4 runs: failed'],
    [ENGLISH, 'runs -status failed', 'Run runs -status:failed', '12 runs: not failed'],
    [ENGLISH, 'help lgos', 'Run help logs', '`/pai logs ctr-daily-train`'],
    [ENGLISH, 'status nosuch', 'Newest runs', '16 runs'],
    [CHINESE, '日至 geo-sync', '执行 日志 geo-sync', 'geo-sync › `copy` ：共 3 行，已隐藏 2 处密钥'],
    [CHINESE, '任务 -状态 失败', '执行 任务 status:失败', '共 4 个任务：失败'],
    [CHINESE, '帮助 日至', '执行 帮助 日志', '`/pai 日志 ctr-daily-train`'],
    [CHINESE, '为什么 ctr', 'ctr-backfill', ':x: ctr-backfill 失败于 `feature_join` ：'],
  ])('does for %s what "%s" meant: %s', async (user, typed, label, head) => {
    const answer = await world.click(await world.ask(typed, { user }), label, user);

    expect(linesOf(answer)[0]?.slice(0, head.length)).toBe(head);
  });
});

describe('Chinese answers to wrong input', () => {
  it('hold no Latin word of ours, as Slack stored them', async () => {
    const answers = (await world.slack.messages({ user: CHINESE })).filter(
      ({ isBot, visibleTo }) => isBot && visibleTo === CHINESE,
    );

    expect(answers.length).toBeGreaterThan(40);
    expect(answers.flatMap(foreignWords)).toEqual([]);
  });
});
