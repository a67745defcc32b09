import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { linesOf, startWorld, type World } from '../helpers/world.ts';

const STATUS = 'ListPipelineRunsStatus';
let world: World;
let ids: string[];

beforeEach(async () => {
  // One region: with two, every bare id is asked in both.
  world = await startWorld({ bot: { env: { PAIFLOW_REGIONS: 'cn-hangzhou', PAIFLOW_MAX_RPS: '100' } } });
  const runs = await world.slack.createRuns({ count: 250, like: { name: 'bulk' } });
  ids = runs.map(({ id }) => id);
  await world.slack.clearJournal();
});
afterEach(() => world.stop());

describe('250 ids in one message', () => {
  it('are three calls of 100, 100 and 50', async () => {
    const message = await world.ask(`status ${ids.join(' ')}`);

    expect(linesOf(message)[0]).toBe('250 asked, 250 found: 250 running');
    const calls = await world.slack.journal({ service: 'paiflow' });
    expect(calls.map(({ operation, runs }) => [operation, runs])).toEqual([
      [STATUS, 100],
      [STATUS, 100],
      [STATUS, 50],
    ]);
  });

  it('with one invisible and one refused are at most 17 calls, both named, all others answered', async () => {
    const [invisible = '', refused = ''] = [ids[17], ids[142]];
    await world.slack.setRun({ run: invisible, isVisible: false });
    await world.slack.setPaiflow({ refusedIds: [refused] });

    const message = await world.ask(`status ${ids.join(' ')}`);

    expect(linesOf(message)[0]).toBe('250 asked, 248 found: 248 running');
    expect(message.text).toContain(`:mag: not found or not visible in cn-hangzhou: \`${invisible}\``);
    expect(message.text).toContain(`:warning: PAI refuses to look up \`${refused}\``);
    const calls = await world.paiCalls();
    expect(calls).toBeGreaterThan(3);
    expect(calls).toBeLessThanOrEqual(17);
  });

  it('are asked again by Refresh, although a button cannot carry them', async () => {
    const message = await world.ask(`status ${ids.join(' ')}`);
    await world.slack.setRun({ run: ids[3] ?? '', status: 'Failed' });
    const mark = await world.slack.revision();

    await world.slack.click({ user: 'U0MEMBER', messageId: message.id, label: 'Refresh' });

    const after = await world.slack.waitForMessage(({ id }) => id === message.id, { afterRevision: mark });
    expect(linesOf(after)[0]).toBe('250 asked, 250 found: 1 failed, 249 running');
  });

  it('cost fewer calls once PAI’s smaller batch size is learnt', async () => {
    await world.slack.setPaiflow({ maxBatch: 50 });
    await world.ask(`status ${ids.join(' ')}`);
    await world.slack.clearJournal();

    const message = await world.ask(`status ${ids.join(' ')}`);

    expect(linesOf(message)[0]).toBe('250 asked, 250 found: 250 running');
    expect(await world.paiCalls()).toBe(5);
  });
});

describe('many people asking the same at once', () => {
  it('cost no more status calls than one of them', async () => {
    const asked = ids.slice(0, 80).join(' ');
    await world.slack.setPaiflow({ delayMs: { min: 300, max: 300 } });

    const messages = await Promise.all(Array.from({ length: 20 }, () => world.ask(`status ${asked}`)));

    for (const message of messages) expect(linesOf(message)[0]).toBe('80 asked, 80 found: 80 running');
    expect(await world.paiCalls(STATUS)).toBeLessThanOrEqual(3);
  });
});
