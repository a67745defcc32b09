import { describe, expect, it } from 'vitest';
import type { Locale, WatchTerms } from '../../src/messages/catalog.ts';
import { renderUnwatch } from '../../src/messages/unwatch-answer.ts';
import { renderWatch, type WatchOutcome } from '../../src/messages/watch-answer.ts';
import { renderWatchList } from '../../src/messages/watch-list.ts';
import { controlSequences, whatSlackRefuses, whatTextLacks } from '../helpers/block-kit.ts';
import { aNode, aRun, nodeId, runId } from '../helpers/runs.ts';
import { labelsOf } from './buttons-of.ts';
import { facts, nothingMissing, readAt, trouble, watchReport } from './samples.ts';

const linesOf = ({ text }: { readonly text: string }) =>
  text.replaceAll(/<!date\^[^>]*>/g, '⟨time⟩').split('\n');
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
