import { describe, expect, it } from 'vitest';
import { ON_WORDS } from '../../src/domain/watch.ts';
import type { Locale } from '../../src/messages/catalog.ts';
import { renderDelivery } from '../../src/messages/delivery.ts';
import { controlSequences, whatSlackRefuses, whatTextLacks } from '../helpers/block-kit.ts';
import { nodeId } from '../helpers/runs.ts';
import { buttonsOf, labelsOf } from './buttons-of.ts';
import { EVENT_KINDS, eventFacts, finishedAt, openingFacts } from './samples.ts';

const told = (text: string) => text.replaceAll(/<!date\^[^>]*>/g, '⟨02:47⟩');
const again = { attempt: 3, durationMs: 720_000 };

describe('what a channel is told of a run', () => {
  it.each([
    ['started', ':arrow_forward: ctr-daily-train started ⟨02:47⟩'],
    ['node-failed', ':x: ctr-daily-train: node `feature_join` failed, ⟨02:47⟩'],
    ['node-succeeded', ':white_check_mark: ctr-daily-train: node `feature_join` succeeded, ⟨02:47⟩'],
    ['succeeded', ':white_check_mark: ctr-daily-train succeeded, ⟨02:47⟩'],
    ['failed', ':x: ctr-daily-train failed, ⟨02:47⟩'],
    ['terminated', ':octagonal_sign: ctr-daily-train was terminated ⟨02:47⟩'],
    ['skipped', ':heavy_minus_sign: ctr-daily-train was skipped, ⟨02:47⟩'],
    [
      'suspended',
      ':double_vertical_bar: ctr-daily-train has been suspended since ⟨02:47⟩; someone must act in PAI',
    ],
    ['rerun', ':repeat: ctr-daily-train was rerun ⟨02:47⟩ and is running again (attempt 1)'],
    ['deleted', ':wastebasket: ctr-daily-train was deleted in PAI; the watch ends'],
    [
      'lost',
      ':mag: PAI has not shown ctr-daily-train since ⟨02:47⟩: deleted, made private, or my rights changed. I go on looking for a day.',
    ],
    ['paused', ':double_vertical_bar: ctr-daily-train: no change for 14 days, watch paused.'],
  ] as const)('says %s in English', (kind, line) => {
    expect(told(renderDelivery(eventFacts(kind), 'en').text)).toBe(line);
  });

  it.each([
    ['started', ':arrow_forward: ctr-daily-train 已于 ⟨02:47⟩ 开始运行'],
    ['node-failed', ':x: ctr-daily-train ：节点 `feature_join` 失败，⟨02:47⟩'],
    ['node-succeeded', ':white_check_mark: ctr-daily-train ：节点 `feature_join` 成功，⟨02:47⟩'],
    ['succeeded', ':white_check_mark: ctr-daily-train 成功，⟨02:47⟩'],
    ['failed', ':x: ctr-daily-train 失败，⟨02:47⟩'],
    ['terminated', ':octagonal_sign: ctr-daily-train 于 ⟨02:47⟩ 被终止'],
    ['skipped', ':heavy_minus_sign: ctr-daily-train 已跳过，⟨02:47⟩'],
    ['suspended', ':double_vertical_bar: ctr-daily-train 自 ⟨02:47⟩ 起挂起，需要有人在 PAI 中处理'],
    ['rerun', ':repeat: ctr-daily-train 已于 ⟨02:47⟩ 重跑，再次运行中（第 1 次）'],
    ['deleted', ':wastebasket: ctr-daily-train 已在 PAI 中删除，关注结束'],
    [
      'lost',
      ':mag: 自 ⟨02:47⟩ 起 PAI 不再返回 ctr-daily-train ：可能已删除、设为私有或权限变更。一天内会继续查询。',
    ],
    ['paused', ':double_vertical_bar: ctr-daily-train ：14 天没有变化，已暂停关注。'],
  ] as const)('says %s in Chinese', (kind, line) => {
    expect(told(renderDelivery(eventFacts(kind), 'zh').text)).toBe(line);
  });

  it.each([
    ['en', 'node-failed', ':x: ctr-daily-train: node `feature_join` failed after 12 min, ⟨02:47⟩'],
    ['en', 'succeeded', ':white_check_mark: ctr-daily-train succeeded in 12 min, attempt 3, ⟨02:47⟩'],
    ['en', 'failed', ':x: ctr-daily-train failed again after 12 min, attempt 3, ⟨02:47⟩'],
    ['en', 'terminated', ':octagonal_sign: ctr-daily-train was terminated ⟨02:47⟩ after 12 min, attempt 3'],
    ['zh', 'node-failed', ':x: ctr-daily-train ：节点 `feature_join` 运行 12 分钟后失败，⟨02:47⟩'],
    [
      'zh',
      'node-succeeded',
      ':white_check_mark: ctr-daily-train ：节点 `feature_join` 成功，用时 12 分钟，⟨02:47⟩',
    ],
    ['zh', 'succeeded', ':white_check_mark: ctr-daily-train 成功，用时 12 分钟，第 3 次，⟨02:47⟩'],
    ['zh', 'failed', ':x: ctr-daily-train 再次失败，已运行 12 分钟，第 3 次，⟨02:47⟩'],
  ] as const)('in %s says of %s how long it took, and which attempt it was', (locale, kind, line) => {
    expect(told(renderDelivery(eventFacts(kind, again), locale).text)).toBe(line);
  });

  it.each([
    ['failed', ['Why'], '@flowbell why cn-hangzhou/94801/flow-run000000000000001'],
    [
      'node-failed',
      ['Why'],
      '@flowbell why cn-hangzhou/94801/flow-run000000000000001/node-nod000000000000007',
    ],
    ['paused', ['Keep watching'], '@flowbell watch cn-hangzhou/94801/flow-run000000000000001'],
    ['succeeded', [], undefined],
    ['deleted', [], undefined],
  ] as const)('offers of %s %j', (kind, labels, value) => {
    const message = renderDelivery(eventFacts(kind), 'en', '@flowbell');

    expect(labelsOf(message)).toEqual(labels);
    expect(buttonsOf(message)[0]?.value).toBe(value);
  });
});

describe('what opens a place', () => {
  it.each<[Locale, Parameters<typeof openingFacts>[0], string]>([
    ['en', {}, ':eyes: ctr-daily-train is watched here: told when it fails, ends or is rerun'],
    ['en', { on: ['end'] }, ':eyes: ctr-daily-train is watched here: told when it ends'],
    [
      'en',
      { on: ON_WORDS },
      ':eyes: ctr-daily-train is watched here: told when it starts, fails, ends, is suspended, is rerun or one of its nodes ends',
    ],
    ['zh', {}, ':eyes: 已在这里关注 ctr-daily-train ：失败、结束或重跑时通知'],
    ['zh', { on: ['nodes'] }, ':eyes: 已在这里关注 ctr-daily-train ：有节点结束时通知'],
  ])('says in %s what is heard of %j', (locale, facts, line) => {
    expect(renderDelivery(openingFacts(facts), locale).text).toBe(line);
  });

  it('names the one node that is watched', () => {
    const facts = openingFacts({ nodeId: nodeId(7), nodeName: 'feature_join' });

    expect(renderDelivery(facts, 'en').text).toBe(
      ':eyes: `feature_join` of ctr-daily-train is watched here: told when the node ends',
    );
    expect(renderDelivery(facts, 'zh').text).toBe(
      ':eyes: 已在这里关注 ctr-daily-train 的节点 `feature_join` ：节点结束时通知',
    );
  });

  it('stops and asks by its buttons, in the words of the place', () => {
    const message = renderDelivery(openingFacts(), 'en', '@flowbell');

    expect(buttonsOf(message).map(({ text, value }) => [text.text, value])).toEqual([
      ['Stop watching', '@flowbell unwatch cn-hangzhou/94801/flow-run000000000000001'],
      ['Status', '@flowbell status cn-hangzhou/94801/flow-run000000000000001'],
    ]);
  });
});

describe('every delivery', () => {
  const all = (locale: Locale) => [
    renderDelivery(openingFacts(), locale),
    ...EVENT_KINDS.map((kind) => renderDelivery(eventFacts(kind, again), locale)),
  ];

  it.each(['en', 'zh'] as const)(
    'in %s is taken by Slack, says all in its text and pings nobody',
    (locale) => {
      for (const message of all(locale)) {
        expect(whatSlackRefuses(message)).toEqual([]);
        expect(whatTextLacks(message)).toEqual([]);
        expect(JSON.stringify(message)).not.toContain('U0MEMBER');
        expect(message.text).not.toContain('\n');
      }
    },
  );

  it.each(['<!channel>', '<@U0MEMBER>', '`', 'a\nb', '*', '&lt;', 'x'.repeat(10_000)])(
    'shows a run and a node named %j as outside text',
    (name) => {
      const { run } = openingFacts();
      const node = { nodeId: nodeId(7), name, isFirstFailed: true };
      const event = { kind: 'node-failed', attempt: 1, at: finishedAt, node } as const;
      const message = renderDelivery({ kind: 'event', run: { ...run, name }, event, watchers: [] }, 'en');

      expect(whatSlackRefuses(message)).toEqual([]);
      expect(controlSequences(message)).toEqual([]);
      expect(message.text).not.toContain('\n');
    },
  );
});
