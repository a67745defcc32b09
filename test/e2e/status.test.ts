import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buttonsOf, linesOf, startWorld, type World } from '../helpers/world.ts';

let world: World;
let ids: Record<string, string>;

beforeAll(async () => {
  world = await startWorld({ bot: { env: { PAIFLOW_MAX_RPS: '100' } } });
  ids = Object.fromEntries((await world.slack.runs()).map(({ name, id }) => [name, id]));
});
afterAll(() => world.stop());

describe('/pai status of one run', () => {
  it('shows the card privately to who asked', async () => {
    const message = await world.ask(`status ${ids['ctr-daily-train']}`);

    expect(linesOf(message)).toEqual([
      ':arrow_forward: ctr-daily-train is running: 1 of 5 nodes done, now `feature_join`, `user_stat`',
      'Started ⟨time⟩ by PAI user …4904 · PAI workspace `94801` (cn-hangzhou) · read ⟨time⟩',
    ]);
    expect(message).toMatchObject({ visibleTo: 'U0MEMBER', via: 'response_url', channel: 'C0ML' });
    expect(buttonsOf(message)).toEqual(['Watch', 'Refresh', 'Logs', 'Outputs', 'Open in PAI', 'Share']);
  });

  it('understands a console link, used with its region', async () => {
    const link = `<https://pai.console.aliyun.com/?regionId=ap-southeast-1&amp;workspaceId=30211#/studio/task/detail/${ids['geo-sync']}|geo>`;

    const message = await world.ask(`status ${link}`);

    expect(linesOf(message)[0]).toBe(':arrow_forward: geo-sync is running: 1 of 3 nodes done, now `copy`');
    expect(linesOf(message)[1]).toContain('PAI workspace `30211` (ap-southeast-1)');
  });

  it('names the node that failed', async () => {
    const message = await world.ask(`status ${ids['ctr-hourly-eval']}`);

    expect(linesOf(message)[0]).toBe(':x: ctr-hourly-eval failed at `feature_join`');
    expect(linesOf(message)[1]).toMatch(/^After 10 min, ⟨time⟩ · 1 of 3 nodes done, 1 skipped · /);
  });

  it('answers in a channel the bot is not in, and in a private one', async () => {
    const quiet = await world.ask(`status ${ids['geo-sync']}`, { channel: 'C0QUIET' });
    const hidden = await world.ask(`status ${ids['geo-sync']}`, { channel: 'G0PRIVATE' });

    expect(linesOf(quiet)[0]).toContain('geo-sync is running');
    expect(linesOf(hidden)[0]).toContain('geo-sync is running');
  });

  it('shows one node of a run', async () => {
    const run = (await world.slack.runs({ name: 'ctr-daily-train' }))[0];
    const node = run?.nodes.find(({ name }) => name === 'feature_join');

    const message = await world.ask(`status ${run?.id}/${node?.id}`);

    expect(linesOf(message)[0]).toBe(':arrow_forward: ctr-daily-train › `feature_join` is running');
  });
});

describe('/pai status of several', () => {
  it('lists them worst first with the failed node, across regions, whatever was glued to them', async () => {
    const text = `status 任务${ids['geo-sync']}，${ids['ctr-hourly-eval']}；\`${ids['user-profile-daily']}\` flow-nobodyknows000`;

    const message = await world.ask(text);

    expect(linesOf(message)).toEqual([
      '4 asked, 3 found: 1 failed, 1 running, 1 succeeded',
      ':x: ctr-hourly-eval failed at `feature_join` · ⟨time⟩ · PAI workspace `94801`',
      ':arrow_forward: geo-sync running 1 of 3 nodes · since ⟨time⟩ · PAI workspace `30211`',
      ':white_check_mark: user-profile-daily succeeded · ⟨time⟩ · PAI workspace `94801`',
      ':mag: not found or not visible in cn-hangzhou, ap-southeast-1: `flow-nobodyknows000`',
    ]);
    expect(buttonsOf(message)).toEqual(['Watch 1 run', 'Refresh', 'Share']);
  });

  it('does not tell a private run from one that does not exist', async () => {
    const message = await world.ask(`status ${ids['secret-experiment']} flow-nobodyknows000`);

    expect(linesOf(message)[1]).toBe(
      `:mag: not found or not visible in cn-hangzhou, ap-southeast-1: \`${ids['secret-experiment']}\`, \`flow-nobodyknows000\``,
    );
  });
});

describe('buttons', () => {
  it('Refresh asks again and takes the place of the old answer', async () => {
    await world.slack.createRuns({ runs: [{ name: 'refreshed', id: 'flow-refreshed00000001' }] });
    const message = await world.ask('status flow-refreshed00000001');
    await world.slack.setRun({ run: 'flow-refreshed00000001', status: 'Terminated' });
    const mark = await world.slack.revision();

    await world.slack.click({ user: 'U0MEMBER', messageId: message.id, label: 'Refresh' });

    const after = await world.slack.waitForMessage(({ id }) => id === message.id, { afterRevision: mark });
    expect(linesOf(message)[0]).toContain('refreshed is running');
    expect(linesOf(after)[0]).toContain('refreshed was terminated');
    expect(after.visibleTo).toBe('U0MEMBER');
  });

  it('Share posts to the channel in the sharer’s language and names them; a refresh by anyone keeps both', async () => {
    const message = await world.ask(`status ${ids['ctr-daily-train']}`, { user: 'U0OWNER' });
    const shared = await world.click(message, '分享', 'U0OWNER');
    const mark = await world.slack.revision();

    await world.slack.click({ user: 'U0MEMBER', messageId: shared.id, label: '刷新' });

    const after = await world.slack.waitForMessage(({ id }) => id === shared.id, { afterRevision: mark });
    expect(shared.visibleTo).toBeUndefined();
    expect(linesOf(shared).at(-1)).toBe('由 <@U0OWNER> 分享');
    expect(buttonsOf(shared)).toEqual(['关注', '刷新', '日志', '输出', '在 PAI 中打开']);
    expect(linesOf(after)[0]).toContain('ctr-daily-train 运行中');
    expect(linesOf(after).at(-1)).toBe('由 <@U0OWNER> 分享');
  });

  it('a guest who presses Refresh on a shared card learns nothing and changes nothing', async () => {
    const shared = await world.click(await world.ask(`status ${ids['ctr-daily-train']}`), 'Share');

    const told = await world.click(shared, 'Refresh', 'U0GUEST');

    expect(told).toMatchObject({ visibleTo: 'U0GUEST' });
    expect(told.text).toContain('Only members of this Slack workspace can ask');
    const stored = (await world.slack.messages({ channel: 'C0ML' })).find(({ id }) => id === shared.id);
    expect(stored?.history).toEqual([]);
  });

  it('a mistyped verb offers the nearest as a button, which runs it', async () => {
    const message = await world.ask(`statsu ${ids['ctr-daily-train']}`);
    const label = buttonsOf(message)[0] ?? '';

    const answered = await world.click(message, label);

    expect(linesOf(message)).toEqual(["I don't know `statsu`."]);
    expect(label).toMatch(/^Run status flow-/);
    expect(linesOf(answered)[0]).toContain('ctr-daily-train is running');
  });
});

describe('who may ask', () => {
  it.each(['U0GUEST', 'U0PARTNER'])('%s is told why not, and PAI is not asked', async (user) => {
    await world.slack.join({ user, channel: 'C0ML' });
    await world.slack.clearJournal();

    const message = await world.ask(`status ${ids['ctr-daily-train']}`, { user });

    expect(linesOf(message)).toEqual([
      'Only members of this Slack workspace can ask. You see what I post in this channel.',
    ]);
    expect(await world.paiCalls()).toBe(0);
  });

  it('nobody is answered while Slack does not say who asks', async () => {
    await world.slack.addSlackFault({
      kind: 'error',
      operation: 'users.info',
      code: 'missing_scope',
      count: 1,
    });

    const message = await world.ask(`status ${ids['ctr-daily-train']}`);

    expect(message.text).toContain('Slack did not tell me who you are');
  });
});

describe('language', () => {
  it('is that of the reader’s Slack', async () => {
    const message = await world.ask(`状态 ${ids['ctr-daily-train']}`, { user: 'U0OWNER' });

    expect(linesOf(message)[0]).toBe(
      ':arrow_forward: ctr-daily-train 运行中：已完成 1/5 个节点，当前 `feature_join`、`user_stat`',
    );
    expect(buttonsOf(message)).toEqual(['关注', '刷新', '日志', '输出', '在 PAI 中打开', '分享']);
  });
});

describe('without ids', () => {
  it.each([
    ['', 'Flowbell tells you what became of PAI runs'],
    ['help', 'Ask  `/pai status NAME`'],
    ['status', '1 failed, 3 running'],
    ['status ctr-daily-train', 'ctr-daily-train is running'],
  ])('/pai %s says %j', async (text, said) => {
    expect((await world.ask(text)).text).toContain(said);
  });
});
