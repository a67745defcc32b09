import { App, LogLevel, SocketModeReceiver } from '@slack/bolt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { FIXTURE_MANIFEST } from './manifest.fixture.ts';

const MAX_BUTTON = {
  type: 'button',
  action_id: 'again',
  text: { type: 'plain_text', text: 'Refresh' },
  value: 'v',
};

describe('a Bolt app on the loopback Slack', () => {
  let sandbox: Sandbox;
  let app: App;
  const clicks: Record<string, unknown>[] = [];
  const modalOf: Record<string, unknown>[] = [];

  beforeAll(async () => {
    sandbox = await startSandbox({ manifest: FIXTURE_MANIFEST });
    const slackApiUrl = sandbox.env.SLACK_API_URL ?? '';
    const receiver = new SocketModeReceiver({
      appToken: sandbox.env.SLACK_APP_TOKEN ?? '',
      logLevel: LogLevel.ERROR,
      installerOptions: { clientOptions: { slackApiUrl } },
    });
    app = new App({
      token: sandbox.env.SLACK_BOT_TOKEN ?? '',
      receiver,
      clientOptions: { slackApiUrl, retryConfig: { retries: 0 } },
      logLevel: LogLevel.ERROR,
    });
    registerListeners(app);
    await app.start();
  });

  afterAll(async () => {
    await app.stop();
    await sandbox.stop();
  });

  function registerListeners(bolt: App): void {
    bolt.command('/pai', async ({ ack, respond, command, client }) => {
      if (command.text === 'inline') return ack({ response_type: 'ephemeral', text: 'from the ack' });
      await ack();
      if (command.text === 'modal') {
        await client.views.open({
          trigger_id: command.trigger_id,
          view: {
            type: 'modal',
            callback_id: 'ask',
            title: { type: 'plain_text', text: 'Ask' },
            submit: { type: 'plain_text', text: 'Save' },
            blocks: [
              {
                type: 'input',
                block_id: 'name',
                label: { type: 'plain_text', text: 'Name' },
                element: { type: 'plain_text_input', action_id: 'value', initial_value: 'first' },
              },
            ],
          },
        });
        return;
      }
      const blocks = [
        { type: 'section', text: { type: 'mrkdwn', text: `you said ${command.text}` } },
        { type: 'actions', elements: [MAX_BUTTON] },
      ];
      await respond({ text: `you said ${command.text}`, blocks: blocks as never });
    });
    bolt.action('again', async ({ ack, body, respond }) => {
      await ack();
      clicks.push(body as unknown as Record<string, unknown>);
      await respond({ replace_original: true, text: 'fresh' });
    });
    bolt.shortcut('watch_runs', async ({ ack, shortcut, client }) => {
      await ack();
      if (shortcut.type !== 'message_action') return;
      await client.chat.postMessage({
        channel: shortcut.channel.id,
        thread_ts: shortcut.message.thread_ts ?? shortcut.message_ts,
        text: `watching ${shortcut.message.text}`,
      });
    });
    bolt.event('app_mention', async ({ event, say }) => {
      await say({ text: `heard ${event.text}`, thread_ts: event.thread_ts ?? event.ts });
    });
    bolt.message(async ({ message, say }) => {
      if ('text' in message) await say(`dm: ${message.text}`);
    });
    bolt.view('ask', async ({ ack, view }) => {
      modalOf.push(view.state.values);
      await ack({ response_action: 'errors', errors: { name: 'taken' } });
    });
  }

  it('answers a slash command privately through its response_url', async () => {
    const deed = await sandbox.client.command({ user: 'U0MEMBER', channel: 'C0ML', text: 'hello' });

    const answer = await sandbox.client.waitForAnswer(deed);
    expect(deed.outcome).toBe('acked');
    expect(answer).toMatchObject({ text: 'you said hello', visibleTo: 'U0MEMBER', via: 'response_url' });
  });

  it('stores what an acknowledgement carries as a message', async () => {
    const deed = await sandbox.client.command({ user: 'U0OWNER', channel: 'C0ML', text: 'inline' });

    const answer = await sandbox.client.waitForAnswer(deed);
    expect(answer).toMatchObject({ text: 'from the ack', visibleTo: 'U0OWNER', via: 'ack' });
  });

  it('lets a person press a button by its label and replaces the private message', async () => {
    const deed = await sandbox.client.command({ user: 'U0MEMBER', channel: 'C0ML', text: 'press' });
    const answer = await sandbox.client.waitForAnswer(deed);

    await sandbox.client.click({ user: 'U0MEMBER', messageId: answer.id, label: 'Refresh' });

    const fresh = await sandbox.client.waitForMessage(
      (each) => each.id === answer.id && each.text === 'fresh',
    );
    expect(fresh.history.map((each) => each.text)).toEqual(['you said press']);
    expect(clicks.at(-1)).toMatchObject({ container: { is_ephemeral: true }, actions: [{ value: 'v' }] });
    expect(clicks.at(-1)).not.toHaveProperty('message');
  });

  it('posts into the thread of a message that a shortcut was used on', async () => {
    const said = await sandbox.client.say({ user: 'U0MEMBER', channel: 'C0ML', text: 'why did it fail?' });

    await sandbox.client.shortcut({
      user: 'U0OWNER',
      channel: 'C0ML',
      messageTs: said.messageTs ?? '',
      callbackId: 'watch_runs',
    });

    const reply = await sandbox.client.waitForMessage((each) => each.text === 'watching why did it fail?');
    expect(reply).toMatchObject({ threadTs: said.messageTs, via: 'chat.postMessage' });
  });

  it('hears a mention and answers in its thread', async () => {
    const said = await sandbox.client.mention({ user: 'U0MEMBER', channel: 'C0ML', text: 'why' });

    const reply = await sandbox.client.waitForMessage((each) => each.text === 'heard <@U0BOT> why');
    expect(said.outcome).toBe('acked');
    expect(reply.threadTs).toBe(said.messageTs);
  });

  it('hears a direct message', async () => {
    await sandbox.client.dm({ user: 'U0OWNER', text: 'status' });

    const reply = await sandbox.client.waitForMessage((each) => each.text === 'dm: status');
    expect(reply.channel).toBe('D00OWNER');
  });

  it('opens a modal and shows the errors of its submission', async () => {
    await sandbox.client.command({ user: 'U0ADMIN', channel: 'C0ML', text: 'modal' });
    await expect.poll(async () => (await sandbox.client.views({ user: 'U0ADMIN' })).stack.length).toBe(1);

    const result = await sandbox.client.submit({ user: 'U0ADMIN', values: { value: 'second' } });

    expect(result).toMatchObject({ outcome: 'errors', errors: { name: 'taken' } });
    expect(modalOf.at(-1)).toEqual({ name: { value: { type: 'plain_text_input', value: 'second' } } });
  });
});
