import { describe, expect, it } from 'vitest';
import type { OnWord } from '../../src/domain/watch.ts';
import type { Locale, NotInChannel, WatchTerms } from '../../src/messages/catalog.ts';
import { renderNotice } from '../../src/messages/notices.ts';
import { renderUnwatch } from '../../src/messages/unwatch-answer.ts';
import { renderWatch, type WatchOutcome } from '../../src/messages/watch-answer.ts';
import { renderWatchList } from '../../src/messages/watch-list.ts';
import { controlSequences, whatSlackRefuses, whatTextLacks } from '../helpers/block-kit.ts';
import { aNode, aRun, nodeId, runId } from '../helpers/runs.ts';
import { labelsOf } from './buttons-of.ts';
import { facts, linesOf, nothingMissing, readAt, trouble, watchReport } from './samples.ts';

const NODE = aNode('feature_join', 'Running', { nodeId: nodeId(7) });
const watched = { kind: 'watched', facts: facts(), isNew: true, others: 0 } as const;

describe('the answer to a wish to watch', () => {
  it.each<[Locale, WatchOutcome, readonly string[]]>([
    [
      'zh',
      watched,
      [
        ':eyes: 你已在这里关注 ctr-daily-train ：失败、结束或重跑时通知',
        ':arrow_forward: ctr-daily-train 运行中 7/12 个节点 · 开始于 ⟨time⟩ · prod',
      ],
    ],
    [
      'zh',
      { ...watched, isNew: false, others: 2 },
      [
        ':eyes: 此前已在这里关注 ctr-daily-train ：失败、结束或重跑时通知',
        '那里另有 2 人在关注',
        ':arrow_forward: ctr-daily-train 运行中 7/12 个节点 · 开始于 ⟨time⟩ · prod',
      ],
    ],
    [
      'en',
      { ...watched, others: 2, card: 'https://example.slack.com/archives/C0NIGHTLY/p1' },
      [
        ':eyes: Already watched here: card. You are added and will be mentioned too: told when it fails, ends or is rerun',
        ':arrow_forward: ctr-daily-train running 7 of 12 nodes · since ⟨time⟩ · prod',
      ],
    ],
    [
      'zh',
      { ...watched, others: 2, card: 'https://example.slack.com/archives/C0NIGHTLY/p1' },
      [
        ':eyes: 本频道已在关注： 卡片 。已加上你，届时也会提醒你：失败、结束或重跑时通知',
        ':arrow_forward: ctr-daily-train 运行中 7/12 个节点 · 开始于 ⟨time⟩ · prod',
      ],
    ],
    [
      'en',
      { ...watched, node: NODE, others: 2, card: 'https://example.slack.com/archives/C0NIGHTLY/p1' },
      [
        ':eyes: Already watched here: card. You are added and will be mentioned too: told when the node ends',
        ':arrow_forward: ctr-daily-train › `feature_join` running · prod',
      ],
    ],
    [
      'zh',
      { ...watched, node: NODE, others: 2, card: 'https://example.slack.com/archives/C0NIGHTLY/p1' },
      [
        ':eyes: 本频道已在关注： 卡片 。已加上你，届时也会提醒你：节点结束时通知',
        ':arrow_forward: ctr-daily-train › `feature_join` 运行中 · prod',
      ],
    ],
    [
      'en',
      { ...watched, isNew: false, isChanged: true },
      [
        ':eyes: Changed: ctr-daily-train here, told when it fails, ends or is rerun',
        ':arrow_forward: ctr-daily-train running 7 of 12 nodes · since ⟨time⟩ · prod',
      ],
    ],
    [
      'zh',
      { ...watched, isNew: false, isChanged: true },
      [
        ':eyes: 已更改：在这里关注 ctr-daily-train ，失败、结束或重跑时通知',
        ':arrow_forward: ctr-daily-train 运行中 7/12 个节点 · 开始于 ⟨time⟩ · prod',
      ],
    ],
    [
      'zh',
      { ...watched, node: NODE },
      [
        ':eyes: 你已在这里关注 ctr-daily-train › `feature_join` ：节点结束时通知',
        ':arrow_forward: ctr-daily-train › `feature_join` 运行中 · prod',
      ],
    ],
    [
      'zh',
      { kind: 'at-rest', facts: facts('Succeeded') },
      [':white_check_mark: ctr-daily-train 已于 ⟨time⟩ 结束：成功，用时 47 分钟，无需关注。'],
    ],
    [
      'en',
      { kind: 'at-rest', facts: facts('Terminated') },
      [':octagonal_sign: ctr-daily-train ended ⟨time⟩: terminated in 47 min. Nothing left to watch.'],
    ],
    [
      'zh',
      { kind: 'at-rest', facts: { run: aRun({ isDeleted: true }), readAt } },
      [':wastebasket: ctr-daily-train 已在 PAI 中删除，无需关注。'],
    ],
    [
      'zh',
      { kind: 'at-rest', facts: facts(), node: aNode('train', 'Failed') },
      [':x: ctr-daily-train 的节点 `train` 已结束，无需关注。'],
    ],
    [
      'zh',
      { kind: 'unseen', facts: facts(), trouble: trouble('throttled') },
      [':warning: 未关注：`ctr-daily-train` 。PAI 正在限流。请一分钟后再试。'],
    ],
    [
      'en',
      { kind: 'not-saved', facts: facts() },
      [":warning: Not watched: `ctr-daily-train`. I can't save right now (store read-only)."],
    ],
    [
      'zh',
      { kind: 'not-saved', facts: facts() },
      [':warning: 未关注：`ctr-daily-train` 。暂时无法保存（存储只读）。'],
    ],
  ])('in %s says of %j what became of it', (locale, outcome, lines) => {
    expect(linesOf(renderWatch(watchReport([outcome]), locale))).toEqual(lines);
  });

  it.each<[Locale, WatchTerms['where'], string]>([
    ['en', 'thread', 'You watch ctr-daily-train in the thread:'],
    ['en', 'dm', 'You watch ctr-daily-train in your DM:'],
    ['zh', 'thread', '你已在消息列中关注 ctr-daily-train ：'],
    ['zh', 'dm', '你已在私信中关注 ctr-daily-train ：'],
  ])('in %s says where: %s', (locale, where, words) => {
    const terms = { on: ['end'], where } as const;

    expect(renderWatch(watchReport([watched], { terms }), locale).text).toContain(words);
  });

  it('about several says first how many, and offers what is left to do', () => {
    const message = renderWatch(
      watchReport([watched, { ...watched, isNew: false }], {
        asked: 3,
        notFound: { ...nothingMissing, namesNotFound: ['nosuch'] },
        later: [runId(8), runId(9)],
        next: 2,
        commands: { stop: 's', status: 't', rerun: 'r', later: 'l' },
      }),
      'zh',
    );

    expect(linesOf(message)).toEqual([
      ':eyes: 共 5 个任务，你已在这里关注 2 个：失败、结束或重跑时通知',
      ':arrow_forward: ctr-daily-train 运行中 7/12 个节点 · 开始于 ⟨time⟩ · prod',
      ':arrow_forward: ctr-daily-train 运行中 7/12 个节点 · 开始于 ⟨time⟩ · prod · 此前已关注',
      ':mag: 在 prod、dev 没有名为 `nosuch` 的任务',
      `尚未关注：\`${runId(8)}\`、\`${runId(9)}\``,
    ]);
    expect(labelsOf(message)).toEqual(['取消关注', '关注重跑', '再关注 2 个', '状态']);
  });
});

it.each<[Locale, string, string]>([
  ['en', 'told when it ends', 'already watched · told when it ends'],
  ['zh', '结束时通知', '此前已关注 · 结束时通知'],
])('in %s a run among several says what it alone hears: %s', (locale, told, both) => {
  const message = renderWatch(
    watchReport([watched, { ...watched, on: ['end'] }, { ...watched, isNew: false, on: ['end'] }]),
    locale,
  );

  const [, usual = '', ...own] = linesOf(message);
  expect(usual).not.toContain(told);
  expect(own.map((each) => each.split(' · prod · ')[1])).toEqual([told, both]);
});

it.each<[Locale, readonly string[]]>([
  [
    'en',
    [
      'ctr-daily-train has no node `jion`. Its nodes: `a`, `b`, `c`, `d`, `e`, `f` and 2 more',
      'You were not watching `jion`; nothing changed.',
    ],
  ],
  [
    'zh',
    [
      'ctr-daily-train 没有节点 `jion` 。现有节点：`a`、`b`、`c`、`d`、`e`、`f` 等，另有 2 个',
      '你没有关注 `jion` ，未做改动。',
    ],
  ],
])('the answer in %s to a slip names nodes that could be meant', (locale, lines) => {
  const nodesOf = { run: aRun(), nodes: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] };

  const message = renderUnwatch({ stopped: [], notWatched: ['jion'], nodesOf }, locale);

  expect(linesOf(message)).toEqual(lines);
});

describe('the answer where Flowbell cannot speak', () => {
  const commands = { retry: '/pai watch x', dm: '/pai watch x in:dm' };

  it.each<[Locale, NotInChannel, string | undefined, string, readonly string[]]>([
    [
      'en',
      'public',
      '/pai watch x in:join',
      'I am not in this channel yet, so nothing is watched.',
      ['Add me and watch', 'Use my DM'],
    ],
    ['zh', 'public', '/pai watch x in:join', '我还不在本频道，因此尚未关注。', ['加入并关注', '改用私信']],
    [
      'en',
      'public',
      undefined,
      'I am not in this channel yet, so nothing is watched. Type `/invite @Flowbell`, then press Retry.',
      ['Retry', 'Use my DM'],
    ],
    [
      'en',
      'private',
      undefined,
      'I am not in this private channel, so nothing is watched. Type `/invite @Flowbell`, then press Retry.',
      ['Retry', 'Use my DM'],
    ],
    [
      'en',
      'read-only',
      undefined,
      'This channel lets only some people post, so nothing is watched.',
      ['Use my DM'],
    ],
    ['zh', 'archived', undefined, '本频道已归档，因此尚未关注。', ['改用私信']],
  ])('in %s, of a %s channel, offers what helps (to join: %s)', (locale, reason, join, text, labels) => {
    const notice = { kind: 'not-here', reason, ...commands, ...(join && { join }) } as const;

    const message = renderNotice(notice, locale);

    expect(message.text).toBe(text);
    expect(labelsOf(message)).toEqual(labels);
  });
});

describe('the list of watches', () => {
  const listed = { shown: facts(), nodes: [], people: ['U0MEMBER'] };
  const lineOf = (on: readonly OnWord[], locale: Locale) =>
    linesOf(renderWatchList({ here: [{ ...listed, on }], elsewhere: [], command: '/pai' }, locale))[1];

  it('says what is heard where it is not what is heard by default', () => {
    expect(lineOf(['end'], 'en')).toContain(' · told when it ends · watched by ');
    expect(lineOf(['end'], 'zh')).toContain(' · 结束时通知 · ');
    expect(lineOf(['rerun', 'end', 'failed'], 'en')).not.toContain('told when');
  });
});

describe('answers about many runs with long names', () => {
  const long = facts('Running', { name: '<&>'.repeat(60) });
  const many = <T>(each: T) => Array.from({ length: 60 }, () => each);
  const listed = { shown: long, nodes: [NODE], people: many('U0MEMBER'), stop: '/pai unwatch x' };

  it.each([
    ['watch', renderWatch(watchReport(many({ ...watched, facts: long })), 'en')],
    [
      'watch what is not there',
      renderWatch(
        watchReport([], {
          asked: 60,
          later: many(runId(1)),
          notFound: { ...nothingMissing, missing: many({ id: runId(1), regions: ['cn-hangzhou'] }) },
        }),
        'zh',
      ),
    ],
    [
      'unwatch',
      renderUnwatch({ stopped: many({ run: long.run, others: 3 }), notWatched: many('<&>') }, 'en'),
    ],
    ['list', renderWatchList({ here: many(listed), elsewhere: many(listed), command: '/pai' }, 'zh')],
  ])('to %s are cut to what Slack takes', (_what, message) => {
    expect(whatSlackRefuses(message)).toEqual([]);
    expect(whatTextLacks(message)).toEqual([]);
    expect(controlSequences(message)).toEqual([]);
  });
});
