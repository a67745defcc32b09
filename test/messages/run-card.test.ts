import { describe, expect, it } from 'vitest';
import { tallyNodes } from '../../src/domain/run.ts';
import { readStatus } from '../../src/domain/status.ts';
import { renderNodeCard, renderRunCard } from '../../src/messages/run-card.ts';
import { aNode, aRun, nodeId } from '../helpers/runs.ts';
import { buttonsOf } from './buttons-of.ts';

const startedAt = new Date('2026-11-23T02:00:00Z');
const finishedAt = new Date('2026-11-23T02:47:00Z');
const readAt = new Date('2026-11-23T03:00:00Z');
const nodes = tallyNodes([
  aNode('sql_read', 'Succeeded', { nodeId: nodeId(1) }),
  aNode('feature_join', 'Running', { nodeId: nodeId(2) }),
  aNode('user_stat', 'Running', { nodeId: nodeId(3) }),
  aNode('train', 'ReadyToSchedule', { nodeId: nodeId(4) }),
]);
const ASK = { again: '/pai status x', logs: '/pai logs x', outputs: '/pai outputs x', why: '/pai why x' };
const told = (line: string) => line.replaceAll(/<!date\^(\d+)\^[^|]*\|([^>]*)>/g, '⟨$2⟩').split('\n');

describe('a run card', () => {
  it('says first what state the run is in, how far it is and what runs now', () => {
    const run = aRun({ startedAt, userId: '1557702098194905', workspaceId: '94801' });

    const { text } = renderRunCard({ run, readAt, ...(nodes && { nodes }) }, ASK, 'en');

    expect(told(text)).toEqual([
      ':arrow_forward: ctr-daily-train is running: 1 of 4 nodes done, now `feature_join`, `user_stat`',
      'Started ⟨2026-11-23 02:00 UTC⟩ by PAI user …4905 · PAI workspace `94801` (cn-hangzhou) · read ⟨2026-11-23 03:00 UTC⟩',
    ]);
  });

  it('speaks Chinese to a Chinese reader', () => {
    const run = aRun({ startedAt, userId: '1557702098194905', workspaceId: '94801' });

    const { text } = renderRunCard({ run, readAt, ...(nodes && { nodes }) }, ASK, 'zh');

    expect(told(text)).toEqual([
      ':arrow_forward: ctr-daily-train 运行中：已完成 1/4 个节点，当前 `feature_join`、`user_stat`',
      '⟨2026-11-23 02:00 UTC⟩ 由 PAI 用户 …4905 发起 · 工作空间 `94801`（cn-hangzhou） · 读取于 ⟨2026-11-23 03:00 UTC⟩',
    ]);
  });

  it('names the node that failed first', () => {
    const failed = tallyNodes([
      aNode('wrapper', 'Failed', { nodeId: nodeId(1), finishedAt: new Date('2026-11-23T02:47:00Z') }),
      aNode('feature_join', 'Failed', { nodeId: nodeId(2), finishedAt: new Date('2026-11-23T02:46:00Z') }),
      aNode('train', 'Skipped', { nodeId: nodeId(3) }),
    ]);
    const run = aRun({ said: 'Failed', startedAt, finishedAt });

    const card = renderRunCard({ run, readAt, ...(failed && { nodes: failed }) }, ASK, 'en');

    expect(told(card.text)[0]).toBe(':x: ctr-daily-train failed at `feature_join`');
    expect(told(card.text)[1]).toContain(
      'After 47 min, ⟨2026-11-23 02:47 UTC⟩ · 0 of 3 nodes done, 1 skipped',
    );
    const zh = renderRunCard({ run, readAt, ...(failed && { nodes: failed }) }, ASK, 'zh');
    expect(told(zh.text)[0]).toBe(':x: ctr-daily-train 失败于 `feature_join`');
  });

  it('leaves out what is not known, together with its dot', () => {
    const { text } = renderRunCard({ run: aRun({ said: 'Failed' }), readAt }, ASK, 'en');

    expect(told(text)).toEqual([':x: ctr-daily-train failed', 'cn-hangzhou · read ⟨2026-11-23 03:00 UTC⟩']);
  });

  it.each([
    ['Initialized', ':white_circle: ctr-daily-train is not started', ':white_circle: ctr-daily-train 未启动'],
    [
      'Starting',
      ':hourglass_flowing_sand: ctr-daily-train is queued',
      ':hourglass_flowing_sand: ctr-daily-train 排队中',
    ],
    [
      'Succeeded',
      ':white_check_mark: ctr-daily-train succeeded in 47 min',
      ':white_check_mark: ctr-daily-train 成功，用时 47 分钟',
    ],
    [
      'Terminated',
      ':octagonal_sign: ctr-daily-train was terminated after 47 min',
      ':octagonal_sign: ctr-daily-train 已终止，已运行 47 分钟',
    ],
    [
      'Suspended',
      ':double_vertical_bar: ctr-daily-train is suspended',
      ':double_vertical_bar: ctr-daily-train 已挂起',
    ],
    [
      'Skipped',
      ':heavy_minus_sign: ctr-daily-train was skipped',
      ':heavy_minus_sign: ctr-daily-train 已跳过',
    ],
    [
      'Hibernating',
      ':grey_question: ctr-daily-train: PAI says `Hibernating`',
      ':grey_question: ctr-daily-train ：PAI 返回 `Hibernating`',
    ],
  ])('says %s by emoji and word in both languages', (said, en, zh) => {
    const run = aRun({ said, startedAt, finishedAt });

    expect(told(renderRunCard({ run, readAt }, ASK, 'en').text)[0]).toBe(en);
    expect(told(renderRunCard({ run, readAt }, ASK, 'zh').text)[0]).toBe(zh);
  });

  it('claims no more nodes than succeeded', () => {
    const some = tallyNodes([
      aNode('a', 'Succeeded', { nodeId: nodeId(1) }),
      aNode('b', 'Skipped', { nodeId: nodeId(2) }),
    ]);

    const { text } = renderRunCard(
      { run: aRun({ said: 'Succeeded' }), readAt, ...(some && { nodes: some }) },
      ASK,
      'en',
    );

    expect(told(text)[0]).toBe(':white_check_mark: ctr-daily-train succeeded, 1 of 2 nodes, 1 skipped');
  });

  it('says deleted whatever the status', () => {
    const { text } = renderRunCard({ run: aRun({ isDeleted: true }), readAt }, ASK, 'en');

    expect(told(text)[0]).toBe(':wastebasket: ctr-daily-train was deleted in PAI');
  });

  it('carries the question in its buttons, and PAI’s console address', () => {
    const { blocks } = renderRunCard({ run: aRun({ workspaceId: '94801' }), readAt }, ASK, 'en');

    expect(blocks[1]).toMatchObject({
      type: 'actions',
      elements: [
        { action_id: 'refresh:0', text: { text: 'Refresh' }, value: '/pai status x' },
        { action_id: 'ask:1', text: { text: 'Logs' }, value: '/pai logs x' },
        { action_id: 'ask:2', text: { text: 'Outputs' }, value: '/pai outputs x' },
        {
          action_id: 'open:3',
          text: { text: 'Open in PAI' },
          url: 'https://pai.console.aliyun.com/?regionId=cn-hangzhou&workspaceId=94801#/studio/task/detail/flow-run000000000000001',
        },
        { action_id: 'share:4', text: { text: 'Share' }, value: '/pai status x' },
      ],
    });
  });

  const failedNode = tallyNodes([aNode('feature_join', 'Failed', { nodeId: nodeId(2) })]);
  it.each([
    ['the run failed', { run: aRun({ said: 'Failed' }), readAt }],
    ['a node failed', { run: aRun(), readAt, ...(failedNode && { nodes: failedNode }) }],
  ])('offers Why first where %s', (_, facts) => {
    const [first, second] = buttonsOf(renderRunCard(facts, ASK, 'en'));

    expect(first).toMatchObject({ text: { text: 'Why' }, value: '/pai why x', style: 'primary' });
    expect(second).toMatchObject({ text: { text: 'Refresh' } });
  });

  it('shows the short name of the PAI workspace where the settings have one', () => {
    const facts = { run: aRun({ workspaceId: '94801' }), workspace: 'prod', readAt };

    expect(told(renderRunCard(facts, ASK, 'en').text)[1]).toMatch(/^prod \(cn-hangzhou\) · read /);
    expect(told(renderRunCard(facts, ASK, 'zh').text)[1]).toMatch(/^prod（cn-hangzhou） · 读取于 /);
  });

  it.each([
    ['https://evil.example/?flow=1', 'another host'],
    ['javascript:alert(1)', 'no web address'],
    ['https://pai.console.aliyun.com/?regionId=cn-hangzhou#/x?Token=eyJ0', 'a share token'],
  ])('does not pass on the address %s: %s', (consoleUrl) => {
    const { blocks } = renderRunCard({ run: aRun({ consoleUrl }), readAt }, ASK, 'en');

    expect(JSON.stringify(blocks)).not.toContain(consoleUrl);
    expect(JSON.stringify(blocks)).toContain(
      'https://pai.console.aliyun.com/?regionId=cn-hangzhou#/studio/task/detail/',
    );
  });
});

describe('a node card', () => {
  it('names run and node, and how long the node took', () => {
    const node = { ...aNode('feature_join', 'Failed'), startedAt, finishedAt, status: readStatus('Failed') };

    const { text } = renderNodeCard({ run: aRun(), node, readAt }, ASK, 'en');

    expect(told(text)).toEqual([
      ':x: ctr-daily-train › `feature_join` failed after 47 min',
      'Started ⟨2026-11-23 02:00 UTC⟩ · Ended ⟨2026-11-23 02:47 UTC⟩ · run is running · cn-hangzhou · read ⟨2026-11-23 03:00 UTC⟩',
    ]);
  });
});
