import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { FIXTURE_MANIFEST } from './manifest.fixture.ts';
import { callSlack, connectApp, type Payload } from './tiny-app.ts';

describe('mentions, direct messages and shortcuts', () => {
  let sandbox: Sandbox;
  const payloads: Payload[] = [];

  beforeAll(async () => {
    sandbox = await startSandbox({ manifest: FIXTURE_MANIFEST });
    await connectApp(sandbox, (payload) => payloads.push(payload));
  });
  beforeEach(() => {
    payloads.length = 0;
  });
  afterAll(() => sandbox.stop());

  const eventsOf = () => payloads.map((payload) => payload.event as Record<string, unknown>);

  it('a direct message comes as message.im with everything Slack puts in', async () => {
    const said = await sandbox.client.dm({ user: 'U0OWNER', text: 'why' });

    expect(eventsOf()).toEqual([
      {
        type: 'message',
        channel_type: 'im',
        channel: 'D00OWNER',
        user: 'U0OWNER',
        text: 'why',
        ts: said.messageTs,
        event_ts: said.messageTs,
        team: 'T0TEAM',
        client_msg_id: expect.any(String),
        blocks: [expect.objectContaining({ type: 'rich_text' })],
      },
    ]);
  });

  it('a reply in a direct message carries its thread, and comes once although it mentions the bot', async () => {
    const parent = await sandbox.client.dm({ user: 'U0OWNER', text: 'why' });
    await sandbox.client.dm({ user: 'U0OWNER', text: '@flowbell logs', threadTs: parent.messageTs });

    expect(eventsOf().map((event) => [event.type, event.text, event.thread_ts])).toEqual([
      ['message', 'why', undefined],
      ['message', '<@U0BOT> logs', parent.messageTs],
    ]);
  });

  it('the bot’s own message comes back as an event that says it is a bot’s', async () => {
    await callSlack(sandbox, 'chat.postMessage', { channel: 'U0MEMBER', text: '<@U0BOT> echo?' });

    await expect.poll(() => eventsOf()).toHaveLength(1);
    expect(eventsOf()[0]).toMatchObject({
      channel_type: 'im',
      bot_id: 'B0BOT',
      app_id: 'A0APP',
      user: 'U0BOT',
    });
    expect(eventsOf()[0]).not.toHaveProperty('client_msg_id');
  });

  it('an event is sent again as the same event', async () => {
    const frames: Record<string, unknown>[] = [];
    const { url = '' } = await callSlack(sandbox, 'apps.connections.open', {}, 'SLACK_APP_TOKEN');
    const second = new WebSocket(url);
    await new Promise((resolve) => second.once('message', resolve));
    second.on('message', (raw) => {
      const frame = JSON.parse(raw.toString());
      frames.push(frame);
      second.send(JSON.stringify({ envelope_id: frame.envelope_id }));
    });
    await sandbox.client.mention({ user: 'U0MEMBER', channel: 'C0ML', text: 'why' });
    const outcomes = [await sandbox.client.redeliver(), await sandbox.client.redeliver()];
    second.close();

    // Two connections take turns: the tiny app has one half of the three frames, this one the other.
    const again = frames.filter((frame) => frame.retry_attempt === 1);
    const ids = [...payloads, ...frames.map((frame) => frame.payload as Payload)].map(
      (each) => each.event_id,
    );
    expect(outcomes.map((shown) => shown.outcome)).toEqual(['acked', 'acked']);
    expect(again.length).toBeGreaterThan(0);
    expect(again[0]).toMatchObject({ type: 'events_api', retry_reason: 'timeout' });
    expect([ids.length, new Set(ids).size]).toEqual([3, 1]);
  });

  it('nothing is sent again where nothing was sent', async () => {
    const fresh = await startSandbox({ manifest: FIXTURE_MANIFEST });
    await expect(fresh.client.redeliver()).rejects.toThrow('no event was sent yet');
    await fresh.stop();
  });

  it('a shortcut on a reply carries the message with its thread, and may be answered in it', async () => {
    const parent = await sandbox.client.say({ user: 'U0MEMBER', channel: 'C0ML', text: 'the run' });
    const reply = await sandbox.client.say({
      user: 'U0OWNER',
      channel: 'C0ML',
      text: 'flow-aaaaaa?',
      threadTs: parent.messageTs,
    });

    const deed = await sandbox.client.shortcut({
      user: 'U0MEMBER',
      channel: 'C0ML',
      messageTs: reply.messageTs,
      callbackId: 'check_status',
    });

    const payload = payloads.at(-1);
    expect(payload).toMatchObject({
      type: 'message_action',
      callback_id: 'check_status',
      user: { id: 'U0MEMBER', team_id: 'T0TEAM' },
      channel: { id: 'C0ML' },
      message_ts: reply.messageTs,
      message: {
        text: 'flow-aaaaaa?',
        user: 'U0OWNER',
        thread_ts: parent.messageTs,
        parent_user_id: 'U0MEMBER',
      },
    });
    for (const more of [{}, { response_type: 'in_channel' }]) {
      const order = { text: 'here', thread_ts: parent.messageTs, ...more };
      await fetch(payload?.response_url ?? '', { method: 'POST', body: JSON.stringify(order) });
    }
    const answers = await sandbox.client.messages({ interactionId: deed.interactionId });
    expect(answers.map((each) => [each.threadTs, each.visibleTo])).toEqual([
      [parent.messageTs, 'U0MEMBER'],
      [parent.messageTs, undefined],
    ]);
  });

  it('an ephemeral post may stand in a thread', async () => {
    const parent = await sandbox.client.say({ user: 'U0MEMBER', channel: 'C0ML', text: 'the run' });

    const order = { channel: 'C0ML', user: 'U0MEMBER', text: 'psst', thread_ts: parent.messageTs };
    await callSlack(sandbox, 'chat.postEphemeral', order);

    const seen = (await sandbox.client.messages({ user: 'U0MEMBER' })).at(-1);
    expect(seen).toMatchObject({ text: 'psst', threadTs: parent.messageTs, visibleTo: 'U0MEMBER' });
  });
});
