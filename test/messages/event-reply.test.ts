import { describe, expect, it } from 'vitest';
import type { ToldEvent } from '../../src/domain/delivery.ts';
import type { Locale } from '../../src/messages/catalog.ts';
import { renderEvent } from '../../src/messages/event-reply.ts';
import type { EventDetails } from '../../src/messages/telling.ts';
import { runId } from '../helpers/runs.ts';
import { buttonsOf, labelsOf } from './buttons-of.ts';
import { EVENT_KINDS, eventFacts, linesOf, pinged, telling, toldRun } from './samples.ts';

const CAUSE = 'Table not found - ctr_prod.user_stat_d';
const LOG: Partial<EventDetails> = { cause: CAUSE, tail: ['loading', CAUSE], hasLog: true };
const nodes = { total: 12, done: 12, succeeded: 5, skipped: 6, running: 0 };
const all = { total: 12, done: 12, succeeded: 12, skipped: 0, running: 0 };
const took = { durationMs: 720_000, mentions: ['U0MEMBER'] };
const FENCE = ['```', 'loading', CAUSE, '```'];

describe('a node’s failure', () => {
  const running = { ...nodes, done: 8, running: 3 };

  it.each<[Locale, readonly string[]]>([
    [
      'en',
      [
        ':x: ctr-daily-train: node `feature_join` failed after 12 min, 3 other nodes still running',
        `> \`${CAUSE}\``,
        'Last 2 lines',
        ...FENCE,
        'Watched by <@U0MEMBER>',
      ],
    ],
    [
      'zh',
      [
        ':x: ctr-daily-train ：节点 `feature_join` 运行 12 分钟后失败，其他 3 个节点仍在运行',
        `> \`${CAUSE}\``,
        '最后 2 行',
        ...FENCE,
        '<@U0MEMBER> 正在关注',
      ],
    ],
  ])('in %s is told with its cause and the end of its log, the mention last', (locale, lines) => {
    const message = renderEvent(eventFacts('node-failed', { ...took, nodes: running }), telling(locale, LOG));

    expect(linesOf(message)).toEqual(lines);
  });

  it('offers its log', () => {
    const message = renderEvent(eventFacts('node-failed'), telling('en', LOG));

    expect(labelsOf(message)).toEqual(['All logs', 'Open in PAI']);
    expect(buttonsOf(message)[0]?.value).toBe(
      '@flowbell logs cn-hangzhou/94801/flow-run000000000000001/node-nod000000000000007',
    );
  });

  it('says that there is no log where PAI gave none', () => {
    expect(linesOf(renderEvent(eventFacts('node-failed'), telling('en')))[1]).toBe(
      'No log here: PAI gave none.',
    );
    expect(linesOf(renderEvent(eventFacts('node-failed'), telling('zh')))[1]).toBe(
      '未附日志：PAI 没有返回。',
    );
  });
});

describe('a run’s failure', () => {
  it.each<[Locale, readonly string[]]>([
    [
      'en',
      [
        `:x: ctr-daily-train failed at \`feature_join\`: \`${CAUSE}\``,
        'After 12 min, ⟨time⟩ · 5 of 12 nodes done, 6 skipped because of `feature_join`',
        'Last 2 lines, 1 secret hidden',
        '```',
        'loading',
        'key •••',
        '```',
        'Watched by <@U0MEMBER>',
      ],
    ],
    [
      'zh',
      [
        `:x: ctr-daily-train 失败于 \`feature_join\` ：\`${CAUSE}\``,
        '运行 12 分钟后，⟨time⟩ · 12 个节点完成 5 个，因 `feature_join` 跳过 6 个',
        '最后 2 行，已隐藏 1 处密钥',
        '```',
        'loading',
        'key •••',
        '```',
        '<@U0MEMBER> 正在关注',
      ],
    ],
  ])('in %s says in one reply where, why, how far and what its log ends with', (locale, lines) => {
    const details = { ...LOG, tail: ['loading', 'key •••'], hidden: 1 };

    const message = renderEvent(eventFacts('failed', { ...took, nodes }), telling(locale, details));

    expect(linesOf(message)).toEqual(lines);
  });

  it('is two lines and no second mention where the failure of its node was told', () => {
    const message = renderEvent(eventFacts('failed', { nodes, isFailureTold: true }), telling('en', LOG));

    expect(linesOf(message)).toHaveLength(2);
    expect(pinged(message)).toEqual([]);
  });

  it('mentions those alone to whom the failure of its node was not told', () => {
    const facts = eventFacts('failed', {
      isFailureTold: true,
      watchers: ['U0MEMBER', 'U0OWNER'],
      mentions: ['U0OWNER'],
    });

    const message = renderEvent(facts, telling('en', LOG));

    expect(pinged(message)).toEqual(['U0OWNER']);
    expect(linesOf(message).at(-1)).toBe('Watched by <@U0OWNER>, @member');
  });

  it.each<[Locale, string]>([
    ['en', ':x: ctr-daily-train failed at `feature_join` (no error line found)'],
    ['zh', ':x: ctr-daily-train 失败于 `feature_join`（日志中未找到错误行）'],
  ])('in %s says that its log names no error', (locale, first) => {
    const message = renderEvent(eventFacts('failed'), telling(locale, { tail: ['loading'], hasLog: true }));

    expect(linesOf(message)[0]).toBe(first);
  });

  it.each<[Locale, { attempt: number; failures: number }, string]>([
    [
      'en',
      { attempt: 3, failures: 3 },
      ':x: ctr-daily-train failed again at `feature_join`, attempt 3, ⟨time⟩: ',
    ],
    [
      'en',
      { attempt: 1, failures: 3 },
      ':x: ctr-daily-train failed again at `feature_join`, 3 times in a row, ⟨time⟩: ',
    ],
    ['zh', { attempt: 3, failures: 3 }, ':x: ctr-daily-train 再次失败于 `feature_join` ，第 3 次，⟨time⟩：'],
    [
      'zh',
      { attempt: 1, failures: 3 },
      ':x: ctr-daily-train 再次失败于 `feature_join` ，连续 3 次，⟨time⟩：',
    ],
  ])('in %s is one line where it failed before: %j', (locale, more, line) => {
    const lines = linesOf(renderEvent(eventFacts('failed', more), telling(locale, LOG)));

    expect(lines[0]).toBe(`${line}\`${CAUSE}\``);
    expect(lines).toHaveLength(2);
  });

  it('offers the log of its node, its outputs and its page', () => {
    const message = renderEvent(eventFacts('failed'), telling('en', LOG));

    expect(labelsOf(message)).toEqual(['All logs', 'Outputs', 'Open in PAI']);
    expect(buttonsOf(message).map(({ value }) => value)).toEqual([
      '@flowbell logs cn-hangzhou/94801/flow-run000000000000001/node-nod000000000000007',
      '@flowbell outputs cn-hangzhou/94801/flow-run000000000000001',
      undefined,
    ]);
  });
});

describe('a run’s success', () => {
  const outputs = [
    { kind: 'metric', name: 'auc', value: '0.912' },
    { kind: 'metric', name: 'logloss', value: '0.214' },
    { kind: 'model', name: 'ctr_lr_20261124' },
  ] as const;

  it.each<[Locale, readonly string[]]>([
    [
      'en',
      [
        ':white_check_mark: ctr-daily-train succeeded in 12 min, all 12 nodes',
        '`auc` 0.912 · `logloss` 0.214 · model `ctr_lr_20261124`',
        'Ended ⟨time⟩ · Watched by <@U0MEMBER>',
      ],
    ],
    [
      'zh',
      [
        ':white_check_mark: ctr-daily-train 成功，用时 12 分钟，12 个节点全部完成',
        '`auc` 0.912 · `logloss` 0.214 · 模型 `ctr_lr_20261124`',
        '结束于 ⟨time⟩ · <@U0MEMBER> 正在关注',
      ],
    ],
  ])('in %s is told with its metrics and models', (locale, lines) => {
    const message = renderEvent(
      eventFacts('succeeded', { ...took, nodes: all }),
      telling(locale, { outputs }),
    );

    expect(linesOf(message)).toEqual(lines);
    expect(labelsOf(message)).toHaveLength(2);
  });

  it('quotes what is no number', () => {
    const odd = [{ kind: 'metric', name: 'note', value: '<!channel>' }] as const;

    expect(linesOf(renderEvent(eventFacts('succeeded'), telling('en', { outputs: odd })))[1]).toBe(
      '`note` `&lt;!channel&gt;`',
    );
  });
});

describe('every other event', () => {
  it.each<[Locale, ToldEvent, string]>([
    [
      'en',
      eventFacts('rerun', { attempt: 2 }),
      ':repeat: ctr-daily-train was rerun ⟨time⟩ and is running again (attempt 2)',
    ],
    [
      'zh',
      eventFacts('rerun', { attempt: 2 }),
      ':repeat: ctr-daily-train 已于 ⟨time⟩ 重跑，再次运行中（第 2 次）',
    ],
    [
      'en',
      eventFacts('terminated', { durationMs: 1_860_000, nodes: { ...nodes, succeeded: 7, skipped: 0 } }),
      ':octagonal_sign: ctr-daily-train was terminated ⟨time⟩ after 31 min, 7 of 12 nodes done',
    ],
    [
      'zh',
      eventFacts('terminated', { durationMs: 1_860_000, nodes: { ...nodes, succeeded: 7 } }),
      ':octagonal_sign: ctr-daily-train 于 ⟨time⟩ 被终止，已运行 31 分钟，完成 7/12 个节点',
    ],
    [
      'en',
      eventFacts('suspended'),
      ':double_vertical_bar: ctr-daily-train has been suspended since ⟨time⟩; someone must act in PAI',
    ],
    [
      'zh',
      eventFacts('suspended'),
      ':double_vertical_bar: ctr-daily-train 自 ⟨time⟩ 起挂起，需要有人在 PAI 中处理',
    ],
    ['en', eventFacts('deleted'), ':wastebasket: ctr-daily-train was deleted in PAI; the watch ends'],
    ['zh', eventFacts('deleted'), ':wastebasket: ctr-daily-train 已在 PAI 中删除，关注结束'],
    [
      'en',
      eventFacts('lost'),
      ':mag: PAI has not shown ctr-daily-train since ⟨time⟩: deleted, made private, or my rights changed. I go on looking for a day.',
    ],
    [
      'zh',
      eventFacts('lost'),
      ':mag: 自 ⟨time⟩ 起 PAI 不再返回 ctr-daily-train ：可能已删除、设为私有或权限变更。一天内会继续查询。',
    ],
    [
      'en',
      eventFacts('paused'),
      ':double_vertical_bar: ctr-daily-train: no change for 14 days, watch paused.',
    ],
    ['zh', eventFacts('paused'), ':double_vertical_bar: ctr-daily-train ：14 天没有变化，已暂停关注。'],
    ['en', eventFacts('started'), ':arrow_forward: ctr-daily-train started ⟨time⟩'],
    ['zh', eventFacts('skipped'), ':heavy_minus_sign: ctr-daily-train 已跳过，⟨time⟩'],
    [
      'en',
      eventFacts('node-succeeded', { durationMs: 720_000 }),
      ':white_check_mark: ctr-daily-train: node `feature_join` succeeded in 12 min, ⟨time⟩',
    ],
  ])('in %s is one line and who watches: %j', (locale, facts, line) => {
    const lines = linesOf(renderEvent(facts, telling(locale)));

    expect(lines).toEqual([line, locale === 'en' ? 'Watched by @member' : '@成员 正在关注']);
  });

  it('offers to go on watching what has not changed for long, and nothing else', () => {
    const message = renderEvent(eventFacts('paused'), telling('en'));

    expect(buttonsOf(message).map(({ text, value }) => [text.text, value])).toEqual([
      ['Keep watching', '@flowbell watch cn-hangzhou/94801/flow-run000000000000001'],
    ]);
    expect(labelsOf(renderEvent(eventFacts('rerun'), telling('en')))).toEqual([]);
  });
});

describe('what is told late', () => {
  it.each([
    ['en', 'slack', 'told late, Slack was unreachable'],
    ['en', 'held', 'told late'],
    ['en', 'noticed', 'told late, I could not look before'],
    ['zh', 'slack', '延迟通知：Slack 无法连接'],
    ['zh', 'held', '延迟通知'],
    ['zh', 'noticed', '延迟通知：此前未能查询'],
  ] as const)('in %s says why (%s), whatever it is', (locale, late, words) => {
    for (const kind of EVENT_KINDS)
      expect(renderEvent(eventFacts(kind), telling(locale, LOG, late)).text).toContain(words);
  });

  it('says then when the node failed', () => {
    expect(linesOf(renderEvent(eventFacts('node-failed'), telling('en', LOG, 'slack')))[2]).toBe(
      '⟨time⟩ · told late, Slack was unreachable',
    );
  });
});

describe('the people of an event', () => {
  const many = Array.from({ length: 9 }, (_, index) => `U0MANY${index}`);

  it('are pinged where they are to be mentioned, and named where not', () => {
    const facts = eventFacts('succeeded', { watchers: ['U0MEMBER', 'U0OWNER'], mentions: ['U0OWNER'] });

    const message = renderEvent(facts, telling('en'));

    expect(pinged(message)).toEqual(['U0OWNER']);
    expect(linesOf(message).at(-1)).toBe('Ended ⟨time⟩ · Watched by <@U0OWNER>, @member');
  });

  it.each<[Locale, string]>([
    ['en', 'Watched by @member, @member, @member, @member, @member and 4 more'],
    ['zh', '@成员、@成员、@成员、@成员、@成员 等 9 人正在关注'],
  ])('in %s are five by name and the rest by number', (locale, line) => {
    const message = renderEvent(eventFacts('rerun', { watchers: many }), telling(locale));

    expect(linesOf(message).at(-1)).toBe(line);
  });

  it('are all pinged who are to be mentioned, however many', () => {
    const message = renderEvent(eventFacts('failed', { watchers: many, mentions: many }), telling('en'));

    expect(pinged(message)).toEqual(many);
  });

  it('cannot ping by what they are called', () => {
    const context = { ...telling('en'), nameOf: () => '<!channel> `x`\n<@U0OWNER>' };

    const message = renderEvent(eventFacts('rerun'), context);

    expect(pinged(message)).toEqual([]);
    expect(message.text).toContain('@&lt;!channel&gt;');
    expect(message.text).not.toContain('<@');
  });
});

it('an event of a run without a PAI workspace is asked about without one', () => {
  const run = { region: toldRun.region, runId: runId(1), name: 'x' };

  expect(buttonsOf(renderEvent(eventFacts('succeeded', { run }), telling('en')))[0]?.value).toBe(
    '@flowbell outputs cn-hangzhou/flow-run000000000000001',
  );
});
