import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NAMED_WORKSPACES } from '../../sandbox/bot.ts';
import { foreignWords } from '../helpers/chinese.ts';
import { middayZone } from '../helpers/midday.ts';
import { buttonsOf, linesOf, startWorld, type World } from '../helpers/world.ts';

const ENGLISH = 'U0MEMBER';
const CHINESE = 'U0OWNER';

let world: World;

beforeAll(async () => {
  world = await startWorld({
    sandbox: { seed: 31 },
    bot: { env: { ...NAMED_WORKSPACES, PAIFLOW_MAX_RPS: '500' } },
  });
  const tz = middayZone();
  for (const user of [ENGLISH, CHINESE]) await world.slack.setUser({ user, tz });
});
afterAll(() => world.stop());

/** What is typed for a line of the table, and the answer: its first lines, and all buttons. */
type Case = readonly [typed: string, lines: readonly string[], buttons: readonly string[]];

const CARD = ['Refresh', 'Logs', 'Outputs', 'Open in PAI', 'Share'];
const CHINESE_CARD = ['刷新', '日志', '输出', '在 PAI 中打开', '分享'];
const CAUSE = '`FAILED: ODPS-0130131:[1,15] Table not found - table ctr_prod.user_stat_d cannot be resolved`';
const FAILED = CAUSE.slice(1, -1);
const FILTER = 'status:failed,terminated pipeline:ctr-* -user:4905 since:24h';

/** The table of README.md, line by line: the English form, the Chinese one, and what each is tried with. */
const TABLE: readonly (readonly [form: string, chinese: string, en: readonly Case[], zh: readonly Case[]])[] =
  [
    [
      '/pai',
      '/pai',
      [
        [
          '',
          [
            'Flowbell tells you what became of PAI runs. Give me a name, an id or a console link:',
            '• `/pai watch ctr-daily-train`  I tell you here when it fails or ends',
            '• `/pai status ctr-daily-train`  where it is now',
            '• `/pai why ctr-daily-train`  why it failed',
            '• `/pai runs failed since:24h`  what failed since yesterday',
            'In a thread write `@Flowbell why`. All commands: `/pai help`',
            ':x: 1 failed, 3 running, 2 succeeded since ⟨time⟩',
          ],
          ['Refresh', 'Running now', 'Help'],
        ],
        [
          '',
          [
            ':x: 1 failed, 3 running, 2 succeeded since ⟨time⟩',
            ':x: ctr-hourly-eval failed at `feature_join` · ⟨time⟩ · prod',
            ':arrow_forward: geo-sync running 1 of 3 nodes · since ⟨time⟩ · sg',
          ],
          ['Refresh', 'Help'],
        ],
      ],
      [
        [
          '',
          [
            'Flowbell 告诉你 PAI 任务的结果。给我名称、ID 或控制台链接即可：',
            '• `/pai 关注 ctr-daily-train`  失败或结束时在这里通知你',
            '• `/pai 状态 ctr-daily-train`  现在跑到哪里了',
            '• `/pai 为什么 ctr-daily-train`  为什么失败',
            '• `/pai 任务 失败 since:24h`  昨天以来失败的任务',
            '在消息列里写 `@Flowbell 为什么` 。全部命令： `/pai 帮助`',
            ':x: 自 ⟨time⟩ 起失败 1，运行中 3，成功 2',
          ],
          ['刷新', '正在运行', '帮助'],
        ],
        ['', [':x: 自 ⟨time⟩ 起失败 1，运行中 3，成功 2'], ['刷新', '帮助']],
      ],
    ],
    [
      '/pai status RUN …',
      '/pai 状态 RUN …',
      [
        [
          'status ctr-daily-train',
          [
            ':arrow_forward: ctr-daily-train is running: 1 of 5 nodes done, now `feature_join`, `user_stat`',
            'Started ⟨time⟩ by PAI user …4904 · prod (cn-hangzhou) · read ⟨time⟩',
          ],
          ['Watch', ...CARD],
        ],
        [
          'status ctr-daily-train ctr-hourly-eval',
          [
            '2 asked, 2 found: 1 failed, 1 running',
            ':x: ctr-hourly-eval failed at `feature_join` · ⟨time⟩ · prod',
            ':arrow_forward: ctr-daily-train running 1 of 5 nodes · since ⟨time⟩ · prod',
          ],
          ['Watch 1 run', 'Refresh', 'Share'],
        ],
      ],
      [
        [
          '状态 ctr-daily-train',
          [
            ':arrow_forward: ctr-daily-train 运行中：已完成 1/5 个节点，当前 `feature_join`、`user_stat`',
            '⟨time⟩ 由 PAI 用户 …4904 发起 · prod（cn-hangzhou） · 读取于 ⟨time⟩',
          ],
          ['关注', ...CHINESE_CARD],
        ],
        [
          '状态 ctr-daily-train ctr-hourly-eval',
          [
            '共 2 个，找到 2 个：失败 1，运行中 1',
            ':x: ctr-hourly-eval 失败于 `feature_join` · ⟨time⟩ · prod',
            ':arrow_forward: ctr-daily-train 运行中 1/5 个节点 · 开始于 ⟨time⟩ · prod',
          ],
          ['关注 1 个任务', '刷新', '分享'],
        ],
      ],
    ],
    [
      '/pai runs [filters] [limit:20]',
      '/pai 任务 [filters]',
      [
        [
          `runs ${FILTER}`,
          [
            '1 run: failed or terminated, of pipeline `ctr-*`, not started by …4905, since ⟨time⟩',
            ':x: ctr-hourly-eval failed at `feature_join` · ⟨time⟩ · prod',
            `\`${FILTER}\``,
          ],
          ['Refresh', 'Share'],
        ],
        [
          'runs limit:2',
          [
            '16 runs',
            ':white_circle: cold-start-trial not started · prod',
            ':arrow_forward: geo-sync running 1 of 3 nodes · since ⟨time⟩ · sg',
            '2 of 16 shown',
          ],
          ['Refresh', 'More', 'Share'],
        ],
      ],
      [
        [
          `任务 ${FILTER}`,
          [
            '共 1 个任务：失败 或 已终止，工作流 `ctr-*`，排除发起人 …4905，自 ⟨time⟩ 起',
            ':x: ctr-hourly-eval 失败于 `feature_join` · ⟨time⟩ · prod',
            `\`${FILTER}\``,
          ],
          ['刷新', '分享'],
        ],
        [
          '任务 limit:2',
          [
            '共 16 个任务',
            ':white_circle: cold-start-trial 未启动 · prod',
            ':arrow_forward: geo-sync 运行中 1/3 个节点 · 开始于 ⟨time⟩ · sg',
            '共 16 个，显示 2 个',
          ],
          ['刷新', '更多', '分享'],
        ],
      ],
    ],
    [
      '/pai why RUN [NODE]',
      '/pai 为什么 RUN',
      [
        [
          'why ctr-hourly-eval feature_join',
          [
            `:x: ctr-hourly-eval failed at \`feature_join\`: ${CAUSE}`,
            'After 10 min, ⟨time⟩ · 1 of 3 nodes done, 1 skipped · Started ⟨time⟩ by PAI user …5432 · prod (cn-hangzhou) · read ⟨time⟩',
            'Last 8 lines, 1 secret hidden',
          ],
          CARD,
        ],
      ],
      [
        [
          '为什么 ctr-hourly-eval',
          [
            `:x: ctr-hourly-eval 失败于 \`feature_join\` ：${CAUSE}`,
            '运行 10 分钟后，⟨time⟩ · 3 个节点中完成 1 个，跳过 1 个 · ⟨time⟩ 由 PAI 用户 …5432 发起 · prod（cn-hangzhou） · 读取于 ⟨time⟩',
            '最后 8 行，已隐藏 1 处密钥',
          ],
          CHINESE_CARD,
        ],
      ],
    ],
    [
      '/pai logs RUN [NODE] [tail:50] [grep:"text"]',
      '/pai 日志 RUN',
      [
        [
          'logs ctr-hourly-eval feature_join tail:2 grep:"Table not found"',
          ['ctr-hourly-eval › `feature_join`: 1 line with `Table not found`', '```', FAILED, '```'],
          ['Errors only', 'As file', 'Open in PAI', 'Share'],
        ],
      ],
      [
        [
          '日志 ctr-hourly-eval',
          ['ctr-hourly-eval › `feature_join` ：共 8 行，已隐藏 1 处密钥', '```'],
          ['只看错误', '导出文件', '在 PAI 中打开', '分享'],
        ],
        [
          '日志 ctr-backfill tail:1',
          [
            'ctr-backfill › `feature_join` ：共 1,204 行，显示最后 1 行',
            '```',
            '2026-11-22 18:19:59,004 INFO  [launcher] step ended with exit code 137',
            '```',
          ],
          ['更早', '只看错误', '导出文件', '在 PAI 中打开', '分享'],
        ],
      ],
    ],
    [
      '/pai outputs RUN [NODE] [type:Metrics]',
      '/pai 输出 RUN',
      [
        [
          'outputs user-profile-daily evaluate type:Metrics',
          [
            'user-profile-daily › `evaluate`: 1 output of type Metrics',
            'Metrics  `evaluate`  `auc` 0.912 · `logloss` 0.214',
          ],
          ['Refresh', 'Open in PAI', 'Share'],
        ],
      ],
      [
        [
          '输出 user-profile-daily',
          [
            'user-profile-daily ：4 个输出',
            '度量  `evaluate`  `auc` 0.912 · `logloss` 0.214',
            '模型  `train`  `ctr_lr_20261124`（MaxCompute 项目 `ctr_prod` ）',
            '数据集  `feature_join`  `ctr_features_d`',
            '模型评估  `evaluate`  `ctr_eval_d`（MaxCompute 项目 `ctr_prod` ）',
          ],
          ['刷新', '在 PAI 中打开', '分享'],
        ],
      ],
    ],
    [
      '/pai watch RUN … [NODE] [on:failed,end] [in:dm]',
      '/pai 关注 RUN …',
      [
        [
          'watch ctr-daily-train',
          [
            ':eyes: You watch ctr-daily-train here: told when it fails, ends or is rerun',
            ':arrow_forward: ctr-daily-train running 1 of 5 nodes · since ⟨time⟩ · prod',
          ],
          ['Stop watching', 'Status'],
        ],
        [
          'watch ctr-daily-train feature_join on:failed in:dm',
          [
            ':eyes: You watch ctr-daily-train › `feature_join` in your DM: told when the node ends',
            ':arrow_forward: ctr-daily-train › `feature_join` running · since ⟨time⟩ · prod',
          ],
          ['Stop watching', 'Status'],
        ],
        [
          'watch ctr-hourly-eval',
          [':x: ctr-hourly-eval ended ⟨time⟩: failed in 10 min. Nothing left to watch.'],
          ['Watch for a rerun'],
        ],
      ],
      [
        [
          '关注 ctr-daily-train',
          [
            ':eyes: 本频道已在关注： 卡片 。已加上你，届时也会提醒你：失败、结束或重跑时通知',
            ':arrow_forward: ctr-daily-train 运行中 1/5 个节点 · 开始于 ⟨time⟩ · prod',
          ],
          ['取消关注', '状态'],
        ],
        [
          '关注 ctr-hourly-eval',
          [':x: ctr-hourly-eval 已于 ⟨time⟩ 结束：失败，用时 10 分钟，无需关注。'],
          ['关注重跑'],
        ],
      ],
    ],
    [
      '/pai list',
      '/pai 列表',
      [
        [
          'list',
          [
            'Here: 1 watch',
            ':arrow_forward: ctr-daily-train running 1 of 5 nodes · since ⟨time⟩ · prod · watched by <@U0MEMBER>, <@U0OWNER>',
            'Elsewhere, mine: 1 watch',
            ':arrow_forward: ctr-daily-train running 1 of 5 nodes · since ⟨time⟩ · prod · node `feature_join` · in your DM',
          ],
          ['Stop ctr-daily-train', 'Stop ctr-daily-train'],
        ],
      ],
      [
        [
          '列表',
          [
            '这里：1 个关注',
            ':arrow_forward: ctr-daily-train 运行中 1/5 个节点 · 开始于 ⟨time⟩ · prod · <@U0MEMBER>、<@U0OWNER> 正在关注',
          ],
          ['取消 ctr-daily-train'],
        ],
      ],
    ],
    [
      '/pai unwatch RUN … [NODE]',
      '/pai 取消关注 RUN …',
      [
        [
          'unwatch ctr-daily-train',
          [
            'You no longer watch ctr-daily-train. 1 other person still does. You still watch it in 1 other place.',
          ],
          [],
        ],
        ['unwatch ctr-daily-train', ['You no longer watch ctr-daily-train.'], []],
        ['unwatch ctr-daily-train', ['You were not watching `ctr-daily-train`; nothing changed.'], []],
      ],
      [
        ['取消关注 ctr-daily-train', ['你已取消关注 ctr-daily-train 。'], []],
        ['取消关注 全部', ['你没有关注任何任务，未做改动。'], []],
      ],
    ],
    [
      '/pai doctor',
      '/pai 诊断',
      [
        [
          'doctor',
          [
            ':white_check_mark: All 8 checks are fine: Slack, PAI prod, PAI dev, PAI sg, clock, store, watcher, deliveries',
          ],
          ['Refresh'],
        ],
      ],
      [
        [
          '诊断',
          [':white_check_mark: 8 项检查全部正常：Slack、PAI prod、PAI dev、PAI sg、时钟、存储、轮询、投递'],
          ['刷新'],
        ],
      ],
    ],
    [
      '/pai help [verb]',
      '/pai 帮助 [verb]',
      [
        [
          'help',
          [
            'Ask  `/pai status NAME` · `/pai runs failed since:24h` · `/pai why NAME` · `/pai logs NAME` · `/pai outputs NAME`',
          ],
          [],
        ],
        ['help logs', ['`/pai logs ctr-daily-train`'], ['Help']],
      ],
      [
        [
          '帮助',
          [
            '查询  `/pai 状态 名称` · `/pai 任务 失败 since:24h` · `/pai 为什么 名称` · `/pai 日志 名称` · `/pai 输出 名称`',
          ],
          [],
        ],
        ['帮助 日志', ['`/pai 日志 ctr-daily-train`'], ['帮助']],
      ],
    ],
  ];

/** The command forms in the table of README.md. */
function formsInReadme(): string[][] {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const [, section = ''] = readme.split('## What you can type\n');
  const [table = ''] = section.split('\n\n**RUN**');
  return table
    .split('\n')
    .filter((row) => row.startsWith('| `'))
    .map((row) =>
      row
        .split(' | ')
        .slice(0, 2)
        .map((cell) => cell.replace(/^\| |`/g, '')),
    );
}

describe('the table of commands in README.md', () => {
  it('has a case for each line, in both languages', () => {
    expect(TABLE.map(([form, chinese]) => [form, chinese])).toEqual(formsInReadme());
  });

  const cases = TABLE.flatMap(([english, chinese, en, zh]) => [
    ...en.map(([typed, lines, buttons]) => ({ form: english, user: ENGLISH, typed, lines, buttons })),
    ...zh.map(([typed, lines, buttons]) => ({ form: chinese, user: CHINESE, typed, lines, buttons })),
  ]);

  it.each(cases)('$form answers $user who types "$typed"', async ({ form, user, typed, lines, buttons }) => {
    const message = await world.ask(typed, { user });

    expect(`/pai ${typed} `.startsWith(`${form.replace(/ (?:RUN|\[).*$/, '')} `)).toBe(true);
    expect(linesOf(message).slice(0, lines.length)).toEqual(lines);
    expect(buttonsOf(message)).toEqual(buttons);
    expect(message).toMatchObject({ visibleTo: user, channel: 'C0ML' });
  });

  it('holds ids, nodes of runs and links where it says RUN, and an id without a verb', async () => {
    const [run] = await world.slack.runs({ name: 'ctr-hourly-eval' });
    const failed = run?.nodes.find(({ name }) => name === 'feature_join');
    const link = `https://pai.console.aliyun.com/?regionId=cn-hangzhou&workspaceId=94801#/studio/task/detail/${run?.id}?Token=SECRET`;

    for (const typed of [`why ${run?.id}`, `why ${run?.id}/${failed?.id}`, `why ${link}`]) {
      const message = await world.ask(typed);
      expect([typed, linesOf(message)[0]]).toEqual([
        typed,
        `:x: ctr-hourly-eval failed at \`feature_join\`: ${CAUSE}`,
      ]);
      expect(JSON.stringify(message)).not.toContain('SECRET');
    }
    for (const typed of [`${run?.id}`, link])
      expect(linesOf(await world.ask(typed))[0]).toBe(':x: ctr-hourly-eval failed at `feature_join`');
  });
});

describe('Chinese answers', () => {
  it('hold no Latin word of ours, as Slack stored them', async () => {
    const answers = (await world.slack.messages({ user: CHINESE })).filter(
      ({ isBot, visibleTo }) => isBot && visibleTo === CHINESE,
    );

    expect(answers.length).toBeGreaterThan(10);
    expect(answers.flatMap(foreignWords)).toEqual([]);
  });
});
