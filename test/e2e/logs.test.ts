import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NAMED_WORKSPACES } from '../../sandbox/bot.ts';
import type { StoredMessage } from '../../sandbox/client.ts';
import { foreignWords } from '../helpers/chinese.ts';
import { buttonsOf, linesOf, startWorld, type World } from '../helpers/world.ts';

const CHINESE = 'U0OWNER';
/** 730 lines that differ, two of which tell of errors and one of which holds a secret of the invented company. */
const LONG_LOG = Array.from({ length: 730 }, (_, index) => {
  if (index === 99) return 'ERROR shard 100 was lost';
  if (index === 599)
    return 'GET https://x.oss-cn-hangzhou.aliyuncs.com/a?OSSAccessKeyId=SECRET1&Signature=SECRET2';
  if (index === 699) return 'java.lang.OutOfMemoryError: Java heap space';
  return `step ${index + 1} of 730 is done`;
});

let world: World;

beforeAll(async () => {
  world = await startWorld({
    sandbox: { seed: 34 },
    bot: { env: { ...NAMED_WORKSPACES, PAIFLOW_MAX_RPS: '500' } },
  });
  await world.slack.createRuns({
    runs: [
      {
        name: 'long-log',
        status: 'Failed',
        startedAgoMs: 30 * 86_400_000,
        finishedAgoMs: 29 * 86_400_000,
        nodes: [{ name: 'train', status: 'Failed', logs: LONG_LOG }],
      },
      {
        name: 'goes-on',
        nodes: [
          { name: 'check', status: 'Failed', logs: ['ValueError: 3 rows have no label'] },
          { name: 'train', status: 'Running' },
        ],
      },
      { name: 'still-queued', status: 'Initialized', startedAgoMs: 86_400_000 },
    ],
  });
});
afterAll(() => world.stop());

interface Piece {
  readonly type: string;
  readonly text?: string;
  readonly elements?: readonly Piece[];
}

/** The lines in a message's grey box, as Slack stored them. */
function logLines({ blocks }: StoredMessage): string[] {
  const boxes = (pieces: readonly Piece[]): readonly Piece[] =>
    pieces.flatMap((piece) =>
      piece.type === 'rich_text_preformatted' ? [piece] : boxes(piece.elements ?? []),
    );
  const texts = boxes(blocks as unknown as readonly Piece[]).flatMap(({ elements }) => elements ?? []);
  return texts.length === 0
    ? []
    : texts
        .map(({ text }) => text ?? '')
        .join('')
        .split('\n');
}

const masked = (lines: readonly string[]) => lines.map((each) => each.replaceAll(/SECRET\d/g, '•••'));

describe('/pai logs', () => {
  it('shows the end of the log of the node that failed', async () => {
    const message = await world.ask('logs long-log');

    expect(linesOf(message)[0]).toBe('long-log › `train`: last 50 of 730 lines');
    expect(logLines(message)).toEqual(LONG_LOG.slice(-50));
    expect(buttonsOf(message)).toEqual(['Older', 'Errors only', 'As file', 'Open in PAI', 'Share']);
  });

  it('shows as many lines as were asked for', async () => {
    expect(logLines(await world.ask('logs long-log tail:3'))).toEqual(LONG_LOG.slice(-3));
  });

  it('goes back with Older to the first line, and loses and repeats none', async () => {
    let message = await world.ask('logs long-log tail:170');
    const lines = logLines(message);
    for (let pressed = 0; pressed < 20 && buttonsOf(message).includes('Older'); pressed += 1) {
      message = await world.click(message, 'Older');
      lines.unshift(...logLines(message));
    }

    expect(lines).toEqual(masked(LONG_LOG));
    expect(linesOf(message)[0]).toMatch(/: lines 1 to 50 of 730$/);
  });

  it('goes back among the lines that a search found', async () => {
    const first = await world.ask('logs long-log grep:"of 730" tail:400');
    const older = await world.click(first, 'Older');
    const found = LONG_LOG.filter((each) => each.includes('of 730'));

    expect(linesOf(first)[0]).toMatch(/^long-log › `train`: last \d+ of 727 lines with `of 730`$/);
    expect([...logLines(older), ...logLines(first)]).toEqual(
      found.slice(-(logLines(older).length + logLines(first).length)),
    );
  });

  it('says that a search found nothing', async () => {
    const message = await world.ask('logs long-log grep:nowhere');

    expect(linesOf(message)).toEqual(['long-log › `train`: no line with `nowhere`.']);
  });

  it('picks the errors', async () => {
    const message = await world.click(await world.ask('logs long-log'), 'Errors only');

    expect(linesOf(message)[0]).toBe('long-log › `train`: 2 error lines in the last 730 lines');
    expect(logLines(message)).toEqual([LONG_LOG[99], LONG_LOG[699]]);
    expect(buttonsOf(message)).toEqual(['As file', 'Open in PAI', 'Share']);
  });

  it('sends all of it to the DM of who pressed, masked and counted', async () => {
    const message = await world.ask('logs long-log tail:5');
    const mark = await world.slack.revision();
    await world.slack.click({ user: 'U0MEMBER', messageId: message.id, label: 'As file' });
    const sent = await world.slack.waitForMessage(({ files }) => files !== undefined, {
      afterRevision: mark,
    });

    expect(sent.channel).toBe('D00MEMBER');
    expect(sent.files?.map(({ name }) => name)).toEqual(['long-log-train.log']);
    expect(sent.files?.[0]?.text).toBe(`${masked(LONG_LOG).join('\n')}\n`);
    expect(linesOf(sent)[0]).toContain('all 730 lines, 2 secrets hidden');
    const stored = JSON.stringify(await world.slack.messages());
    expect(stored).not.toContain('SECRET');
  });

  it('offers nothing but PAI for a node that wrote no log', async () => {
    const message = await world.ask('logs geo-sync export');

    expect(linesOf(message)).toEqual([
      'geo-sync › `export`',
      'PAI has no log lines for this node. If it ran on MaxCompute, its Logview is one click away in PAI.',
    ]);
    expect(buttonsOf(message)).toEqual(['Open in PAI']);
  });

  it('takes the node at work where none failed, and the last failed run where none is named', async () => {
    expect(linesOf(await world.ask('logs geo-sync'))[0]).toBe(
      'geo-sync › `copy`: all 3 lines, 2 secrets hidden',
    );
    expect(linesOf(await world.ask('logs'))[0]).toBe(
      'Last failed here: ctr-hourly-eval › `feature_join`: all 8 lines, 1 secret hidden',
    );
  });

  it('is shared with the channel in the sharer’s language', async () => {
    const shared = await world.click(
      await world.ask('日志 long-log tail:2', { user: CHINESE }),
      '分享',
      CHINESE,
    );

    expect(shared.visibleTo).toBeUndefined();
    expect(linesOf(shared)[0]).toBe('long-log › `train` ：共 730 行，显示最后 2 行');
    expect(linesOf(shared).at(-1)).toBe('由 <@U0OWNER> 分享');
  });

  it('says all that in Chinese', async () => {
    const heads: string[] = [];
    for (const typed of ['', 'only:errors', 'grep:nowhere', 'before:200 tail:2', 'grep:lost']) {
      heads.push(linesOf(await world.ask(`日志 long-log ${typed}`, { user: CHINESE }))[0] ?? '');
    }

    expect(heads).toEqual([
      'long-log › `train` ：共 730 行，显示最后 50 行',
      'long-log › `train` ：最后 730 行中有 2 行错误',
      'long-log › `train` ：没有包含 `nowhere` 的行。',
      'long-log › `train` ：共 730 行，显示第 198 到 199 行',
      'long-log › `train` ：共 1 行包含 `lost`',
    ]);
    expect(linesOf(await world.ask('日志 geo-sync export', { user: CHINESE }))).toEqual([
      'geo-sync › `export`',
      'PAI 没有返回该节点的日志。如果它在 MaxCompute 上运行，可在 PAI 中打开 Logview。',
    ]);
  });
});

describe('/pai why', () => {
  it.each([
    [
      'where nothing failed',
      'user-profile-daily',
      ':white_check_mark: user-profile-daily succeeded in 47 min, all 5 nodes; nothing has failed',
      ':white_check_mark: user-profile-daily 成功，用时 47 分钟，5 个节点全部完成；没有失败',
    ],
    [
      'where a node failed and the run goes on',
      'goes-on',
      ':x: goes-on is still running, but `check` failed: `ValueError: 3 rows have no label`',
      ':x: goes-on 运行中，但节点 `check` 失败 ：`ValueError: 3 rows have no label`',
    ],
    [
      'where nothing has begun',
      'still-queued',
      ':white_circle: still-queued is not started: 0 of 5 nodes done; nothing has failed',
      ':white_circle: still-queued 未启动：已完成 0/5 个节点；没有失败',
    ],
    [
      'where the log tells',
      'ctr-backfill',
      ':x: ctr-backfill failed at `feature_join`: `Container killed by the resource manager: OOMKilled, memory limit 16 GB`',
      ':x: ctr-backfill 失败于 `feature_join` ：`Container killed by the resource manager: OOMKilled, memory limit 16 GB`',
    ],
  ])('tells %s', async (_, run, en, zh) => {
    expect(linesOf(await world.ask(`why ${run}`))[0]).toBe(en);
    expect(linesOf(await world.ask(`为什么 ${run}`, { user: CHINESE }))[0]).toBe(zh);
  });

  it('counts the secrets of the lines shown, not of those only searched', async () => {
    expect(linesOf(await world.ask('why long-log'))[2]).toBe('Last 8 lines');
  });

  it('names the node where there is no log, and says so', async () => {
    const run = (await world.slack.runs({ name: 'ctr-hourly-eval' })).find(({ nodes }) =>
      nodes.some(({ name, status }) => name === 'evaluate' && status === 'Failed'),
    );
    const message = await world.ask(`why ${run?.id}`);
    const chinese = await world.ask(`为什么 ${run?.id}`, { user: CHINESE });

    expect(linesOf(message)[0]).toBe(':x: ctr-hourly-eval failed at `evaluate`');
    expect(linesOf(message)[2]).toMatch(/^PAI has no log lines for this node\./);
    expect(linesOf(chinese)[0]).toBe(':x: ctr-hourly-eval 失败于 `evaluate`');
    expect(linesOf(chinese)[2]).toMatch(/^PAI 没有返回该节点的日志。/);
  });

  it('asks again in place with Refresh, and goes on to the log with Logs', async () => {
    await world.slack.createRuns({
      runs: [{ name: 'fails-later', nodes: [{ name: 'train', status: 'Running' }] }],
    });
    const message = await world.ask('why fails-later');
    await world.slack.setNode({
      run: 'fails-later',
      node: 'train',
      status: 'Failed',
      logs: ['epoch 1', 'RuntimeError: CUDA out of memory'],
    });
    await world.slack.setRun({ run: 'fails-later', status: 'Failed' });
    const mark = await world.slack.revision();
    await world.slack.click({ user: 'U0MEMBER', messageId: message.id, label: 'Refresh' });
    const after = await world.slack.waitForMessage(({ id }) => id === message.id, { afterRevision: mark });

    expect(linesOf(message)[0]).toMatch(/fails-later is running.*; nothing has failed$/);
    expect(linesOf(after)[0]).toBe(':x: fails-later failed at `train`: `RuntimeError: CUDA out of memory`');
    expect(logLines(await world.click(after, 'Logs'))).toEqual([
      'epoch 1',
      'RuntimeError: CUDA out of memory',
    ]);
  });
});

describe('/pai outputs', () => {
  it.each([
    ['user-profile-daily', 'user-profile-daily: 4 outputs', 'user-profile-daily ：4 个输出', 4],
    [
      'user-profile-daily train',
      'user-profile-daily › `train`: 1 output',
      'user-profile-daily › `train` ：1 个输出',
      1,
    ],
    [
      'user-profile-daily type:Model',
      'user-profile-daily: 1 output of type Model',
      'user-profile-daily ：1 个模型输出',
      1,
    ],
    [
      'user-profile-daily type:modelevaluation',
      'user-profile-daily: 1 output of type ModelEvaluation',
      'user-profile-daily ：1 个模型评估输出',
      1,
    ],
    ['ctr-backfill', 'ctr-backfill: no outputs', 'ctr-backfill ：没有输出', 0],
    [
      'item-embedding type:Metrics',
      'item-embedding: no outputs of type Metrics yet; the run goes on and may still make some',
      'item-embedding ：还没有度量输出；任务还在进行，之后可能会有',
      0,
    ],
  ])('%s', async (typed, en, zh, count) => {
    const message = await world.ask(`outputs ${typed}`);
    const chinese = await world.ask(`输出 ${typed}`, { user: CHINESE });

    expect(linesOf(message)[0]).toBe(en);
    expect(linesOf(message)).toHaveLength(count + 1);
    expect(linesOf(chinese)[0]).toBe(zh);
    expect(linesOf(chinese)).toHaveLength(count + 1);
    expect(buttonsOf(message)).toEqual(['Refresh', 'Open in PAI', 'Share']);
  });
});

describe('Chinese answers about logs', () => {
  it('hold no Latin word of ours, as Slack stored them', async () => {
    const answers = (await world.slack.messages({ user: CHINESE })).filter(
      ({ isBot, visibleTo }) => isBot && visibleTo === CHINESE,
    );

    expect(answers.length).toBeGreaterThan(10);
    expect(answers.flatMap(foreignWords)).toEqual([]);
  });
});
