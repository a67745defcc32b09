import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SandboxRefusal } from '../../sandbox/client.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { FIXTURE_MANIFEST } from './manifest.fixture.ts';
import { callSlack, connectApp, type Payload } from './tiny-app.ts';

describe('what a person can do', () => {
  let sandbox: Sandbox;
  const payloads: Payload[] = [];

  beforeAll(async () => {
    sandbox = await startSandbox({ manifest: FIXTURE_MANIFEST });
    await connectApp(sandbox, (payload) => payloads.push(payload));
  });
  afterAll(() => sandbox.stop());

  async function type(text: string, command = '/pai') {
    const shown = await sandbox.client.command({ user: 'U0MEMBER', channel: 'C0ML', command, text });
    const payload = payloads.at(-1);
    if (payload === undefined) throw new Error('no payload came');
    return { shown, payload };
  }

  async function respond(url: string, body: object): Promise<[number, string]> {
    const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
    return [response.status, await response.text()];
  }

  it('is told that a command outside the manifest is not valid', async () => {
    const shown = await sandbox.client.command({
      user: 'U0MEMBER',
      channel: 'C0ML',
      command: '/x',
      text: '',
    });

    expect(shown).toMatchObject({ outcome: 'invalid_command', shown: '/x is not a valid command' });
  });

  it('sends a command with the fields Slack sends', async () => {
    const { payload } = await type('status flow-aaaaaa');

    expect(payload).toEqual({
      token: expect.any(String),
      team_id: 'T0TEAM',
      team_domain: 'flowbell-sandbox',
      channel_id: 'C0ML',
      channel_name: 'ml-nightly',
      user_id: 'U0MEMBER',
      user_name: 'member',
      command: '/pai',
      text: 'status flow-aaaaaa',
      api_app_id: 'A0APP',
      is_enterprise_install: 'false',
      response_url: expect.stringContaining(`${sandbox.slackUrl}/hooks/commands/`),
      trigger_id: expect.any(String),
    });
  });

  it('has people, channels and links escaped where the manifest says so', async () => {
    const { payload } = await type(
      '@owner #ml-nightly https://pai.example/?a=1&b=2 a<b <https://x.example|x>',
      '/pai-escaped',
    );

    expect(payload.text).toBe(
      '<@U0OWNER|owner> <#C0ML|ml-nightly> <https://pai.example/?a=1&amp;b=2> a&lt;b <https://x.example|x>',
    );
  });

  it('cannot act where they are not, or after they have left', async () => {
    const act = (user: string, channel: string) => sandbox.client.command({ user, channel });

    await expect(act('U0GUEST', 'C0QUIET')).rejects.toThrow('U0GUEST is not in C0QUIET');
    await expect(act('U0GONE', 'C0ML')).rejects.toThrow('U0GONE was deactivated');
    await expect(act('U0MEMBER', 'C0OLD')).rejects.toThrow(SandboxRefusal);
  });

  it('gives a response_url five uses', async () => {
    const { payload } = await type('uses');

    const answers = [];
    for (const text of ['1', '2', '3', '4', '5', '6'])
      answers.push(await respond(payload.response_url, { text }));

    expect(answers.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => [200, 'ok']));
    expect(answers[5]).toEqual([404, 'used_url']);
  });

  it('lets a response_url expire', async () => {
    await sandbox.client.setSlack({ responseUrlLifetimeMs: 1 });
    const { payload } = await type('expires');
    await sandbox.client.setSlack({ responseUrlLifetimeMs: 60_000 });

    await expect.poll(() => respond(payload.response_url, { text: 'x' })).toEqual([404, 'expired_url']);
  });

  it('shows answers privately unless they ask for the channel', async () => {
    const { shown, payload } = await type('who sees it');
    await respond(payload.response_url, { text: 'private' });
    await respond(payload.response_url, { text: 'public', response_type: 'in_channel' });

    const own = (await sandbox.client.messages()).filter(
      (each) => each.interactionId === shown.interactionId,
    );
    expect(own.map((each) => [each.text, each.visibleTo])).toEqual([
      ['private', 'U0MEMBER'],
      ['public', undefined],
    ]);
  });

  it('replaces and deletes what the same response_url said before', async () => {
    const { shown, payload } = await type('replace');
    await respond(payload.response_url, { text: 'asking' });
    await respond(payload.response_url, { text: 'answer', replace_original: true });
    const own = async () =>
      (await sandbox.client.messages()).filter((each) => each.interactionId === shown.interactionId);

    expect((await own()).map((each) => [each.text, each.history.length])).toEqual([['answer', 1]]);
    await respond(payload.response_url, { delete_original: true });
    expect(await own()).toEqual([]);
  });

  it('refuses blocks beyond the limits on a response_url, and says why in the journal', async () => {
    const { payload } = await type('limits');

    const answer = await respond(payload.response_url, {
      blocks: [{ type: 'section', text: { type: 'mrkdwn', text: '' } }],
    });

    expect(answer).toEqual([400, 'invalid_blocks']);
    const noted = (await sandbox.client.journal({ service: 'response_url' })).at(-1);
    expect(noted?.detail).toContain('/blocks/0/text/text');
  });

  it('opens one view per trigger, and none after its time', async () => {
    const view = {
      type: 'modal',
      title: { type: 'plain_text', text: 'Title' },
      blocks: [{ type: 'divider' }],
    };
    const open = async (trigger: Payload) =>
      (await callSlack(sandbox, 'views.open', { trigger_id: trigger.trigger_id, view })).error ?? 'opened';
    const { payload } = await type('trigger');

    expect([await open(payload), await open(payload)]).toEqual(['opened', 'trigger_exchanged']);
    await sandbox.client.setSlack({ triggerLifetimeMs: 1 });
    const { payload: old } = await type('old trigger');
    await expect.poll(() => Date.now() > Number(old.trigger_id.split('.')[0]) + 1).toBe(true);
    expect(await open(old)).toBe('expired_trigger_id');
  });

  it('presses a button of a public message, with the message in the payload', async () => {
    const button = {
      type: 'button',
      action_id: 'go',
      text: { type: 'plain_text', text: 'Go' },
      value: 'run',
    };
    const blocks = [{ type: 'actions', block_id: 'b', elements: [button] }];
    const { ts = '' } = await callSlack(sandbox, 'chat.postMessage', {
      channel: 'C0ML',
      text: 'card',
      blocks,
    });
    const stored = (await sandbox.client.messages({ channel: 'C0ML' })).find((each) => each.ts === ts);

    await sandbox.client.click({ user: 'U0OWNER', messageId: stored?.id ?? '', actionId: 'go' });

    expect(payloads.at(-1)).toMatchObject({
      type: 'block_actions',
      user: { id: 'U0OWNER', team_id: 'T0TEAM' },
      container: { type: 'message', message_ts: ts, channel_id: 'C0ML', is_ephemeral: false },
      message: { ts, text: 'card', bot_id: 'B0BOT', app_id: 'A0APP' },
      actions: [{ action_id: 'go', block_id: 'b', value: 'run', type: 'button' }],
    });
    const elsewhere = sandbox.client.click({
      user: 'U0PARTNER',
      messageId: stored?.id ?? '',
      actionId: 'go',
    });
    await expect(elsewhere).rejects.toThrow('U0PARTNER is not in C0ML');
    const missing = sandbox.client.click({ user: 'U0OWNER', messageId: stored?.id ?? '', label: 'Stop' });
    await expect(missing).rejects.toThrow('has no label "Stop"');
  });

  it('is not heard where the manifest subscribes to nothing', async () => {
    const said = await sandbox.client.say({ user: 'U0MEMBER', channel: 'C0ML', text: 'just talking' });

    expect(said.outcome).toBe('not_subscribed');
  });

  it('has typed text stored as Slack stores it, with a rich_text block', async () => {
    await sandbox.client.say({ user: 'U0MEMBER', channel: 'C0ML', text: 'see https://pai.example/?a=1&b=2' });

    const stored = (await sandbox.client.messages({ channel: 'C0ML' })).at(-1);
    expect(stored?.text).toBe('see <https://pai.example/?a=1&amp;b=2>');
    expect(stored?.blocks[0]).toMatchObject({
      elements: [{ elements: [{ text: 'see ' }, { type: 'link', url: 'https://pai.example/?a=1&b=2' }] }],
    });
  });

  it('answers 50 people at once', async () => {
    const deeds = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        sandbox.client.command({ user: 'U0MEMBER', channel: 'C0ML', text: `n ${index}` }),
      ),
    );

    expect(new Set(deeds.map((deed) => deed.outcome))).toEqual(new Set(['acked']));
  });
});
