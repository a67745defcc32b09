import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startBot } from '../../sandbox/bot.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { FIXTURE_MANIFEST } from './manifest.fixture.ts';
import { callSlack } from './tiny-app.ts';

const ANSWERING_BOT = fileURLToPath(new URL('fixtures/answering-bot.mjs', import.meta.url));
const POST = 'chat.postMessage';

describe('faults of the loopback Slack', () => {
  let sandbox: Sandbox;

  beforeAll(async () => {
    sandbox = await startSandbox({ manifest: FIXTURE_MANIFEST });
  });
  afterEach(async () => {
    await sandbox.client.clearFaults({});
    await sandbox.client.clearJournal();
  });
  afterAll(() => sandbox.stop());

  const texts = async () => (await sandbox.client.messages({ channel: 'C0ML' })).map((each) => each.text);
  const outcomes = async () =>
    (await sandbox.client.journal({ service: 'slack' })).map((each) => each.outcome);

  /** Posts as a caller who can be made to hang up. */
  function postAs(text: string) {
    const caller = new AbortController();
    const answered = fetch(`${sandbox.env.SLACK_API_URL}${POST}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${sandbox.env.SLACK_BOT_TOKEN}`,
      },
      body: JSON.stringify({ channel: 'C0ML', text }),
      signal: caller.signal,
    }).then(
      () => 'answered',
      () => 'gave up',
    );
    return { answered, hangUp: () => caller.abort() };
  }

  /** Waits until a fault holds exactly one call, and gives it. */
  async function oneHeld() {
    await expect.poll(() => sandbox.client.inFlight()).toHaveLength(1);
    return (await sandbox.client.inFlight())[0];
  }

  it('lets an edit that comes late overwrite a newer one', async () => {
    const { ts } = await callSlack(sandbox, POST, { channel: 'C0ML', text: 'card' });
    const edit = (text: string) => callSlack(sandbox, 'chat.update', { channel: 'C0ML', ts, text });
    await sandbox.client.addSlackFault({ kind: 'late', operation: 'chat.update', delayMs: 60, count: 1 });
    const old = edit('old').catch(() => 'reset');
    await old;

    await edit('new');

    const late = await sandbox.client.waitForMessage((each) => each.ts === ts && each.text === 'old');
    expect(late.history.map((each) => each.text)).toEqual(['card', 'new']);
  });

  it('performs a slow call after its delay, or at once with its answer held', async () => {
    await sandbox.client.addSlackFault({ kind: 'slow', operation: POST, delayMs: 150, count: 1 });
    await sandbox.client.addSlackFault({
      kind: 'slow',
      operation: POST,
      delayMs: 150,
      when: 'after',
      count: 1,
    });

    const before = postAs('slow before');
    const heldBefore = await oneHeld();
    const textsBefore = await texts();
    await before.answered;
    const after = postAs('slow after');
    const heldAfter = await oneHeld();
    const textsAfter = await texts();
    await after.answered;

    const held = { operation: POST, channel: 'C0ML', since: expect.any(Number), isCallerGone: false };
    expect([heldBefore, heldAfter]).toEqual([
      { ...held, isPerformed: false },
      { ...held, isPerformed: true },
    ]);
    expect(textsBefore).not.toContain('slow before');
    expect(textsAfter).toContain('slow after');
    expect(await outcomes()).toEqual(['ok', 'ok']);
    expect(await sandbox.client.inFlight()).toEqual([]);
  });

  it('performs a slow call although its caller is gone, and notes that nobody heard', async () => {
    await sandbox.client.addSlackFault({ kind: 'slow', operation: POST, delayMs: 150 });
    const caller = postAs('unheard before');
    await oneHeld();

    caller.hangUp();

    expect(await caller.answered).toBe('gave up');
    await expect.poll(outcomes).toEqual(['unheard_ok']);
    expect(await texts()).toContain('unheard before');
  });

  it('lets a performed call go once its caller is gone', async () => {
    await sandbox.client.addSlackFault({ kind: 'slow', operation: POST, delayMs: 60_000, when: 'after' });
    const caller = postAs('unheard after');
    await oneHeld();

    caller.hangUp();

    await expect.poll(outcomes).toEqual(['unheard_ok']);
    expect(await sandbox.client.inFlight()).toEqual([]);
    expect(await texts()).toContain('unheard after');
  });

  it('names what a caller who is gone would have been refused', async () => {
    await sandbox.client.addSlackFault({ kind: 'slow', operation: POST, delayMs: 100 });
    await sandbox.client.setChannel({ channel: 'C0ML', isArchived: true });
    const caller = postAs('refused');
    await oneHeld();

    caller.hangUp();

    await expect.poll(outcomes).toEqual(['unheard_is_archived']);
    await sandbox.client.setChannel({ channel: 'C0ML', isArchived: false });
  });

  it('notes a hang at once, and as unheard when its caller gives up', async () => {
    await sandbox.client.addSlackFault({ kind: 'hang', operation: POST });
    const caller = postAs('never');
    const held = await oneHeld();
    const atOnce = await outcomes();

    caller.hangUp();

    await expect.poll(outcomes).toEqual(['unheard_hang']);
    expect(held).toMatchObject({ operation: POST, isPerformed: false });
    expect(atOnce).toEqual(['hang']);
    expect(await sandbox.client.inFlight()).toEqual([]);
    expect(await texts()).not.toContain('never');
  });

  it('notices a bot that is killed between its request and the answer', async () => {
    const bot = await startBot(sandbox, { entry: [ANSWERING_BOT] });
    await sandbox.client.clearJournal();
    await sandbox.client.addSlackFault({ kind: 'slow', operation: POST, delayMs: 60_000, when: 'after' });
    await sandbox.client.mention({ user: 'U0MEMBER', channel: 'C0ML', text: 'then die' });
    const held = await oneHeld();

    await bot.stop('SIGKILL');

    await expect.poll(outcomes).toEqual(['unheard_ok']);
    expect(held).toMatchObject({ channel: 'C0ML', isPerformed: true, isCallerGone: false });
  });

  it('strikes by chance, the same for the same seed, and counts strikes only', async () => {
    async function strikes(seed: number): Promise<string> {
      const one = await startSandbox({ manifest: FIXTURE_MANIFEST, seed });
      await one.client.addSlackFault({ kind: 'error', code: 'fatal_error', chance: 0 });
      await one.client.addSlackFault({ kind: 'error', code: 'fatal_error', chance: 0.2, count: 6 });
      await one.client.addSlackFault({ kind: 'error', code: 'internal_error', chance: 0.2, count: 6 });
      let seen = '';
      for (let index = 0; index < 100; index += 1)
        seen += (await callSlack(one, 'auth.test', {})).error?.[0] ?? '.';
      await one.stop();
      return seen;
    }

    const [first, again, other] = [await strikes(7), await strikes(7), await strikes(8)];

    expect(first).toBe(again);
    expect(first).not.toBe(other);
    expect([first.replaceAll(/[^f]/g, ''), first.replaceAll(/[^i]/g, '')]).toEqual(['ffffff', 'iiiiii']);
    expect(first.indexOf('i')).toBeLessThan(first.lastIndexOf('f'));
  });

  it('draws the faults of PAIFlow by chance too', async () => {
    await sandbox.client.addPaiflowFault({ kind: 'http', status: 503, chance: 0.5 });
    const ask = async () => (await fetch(`${sandbox.paiflowUrl}/cn-hangzhou/api/v1/pipelineruns`)).status;
    const statuses = [];
    for (let index = 0; index < 40; index += 1) statuses.push(await ask());

    const struck = statuses.filter((status) => status === 503).length;
    expect(struck).toBeGreaterThan(8);
    expect(struck).toBeLessThan(32);
  });
});
