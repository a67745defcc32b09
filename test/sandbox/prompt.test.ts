import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BotStartError } from '../../sandbox/bot.ts';
import type { BotKeeper } from '../../sandbox/bot-keeper.ts';
import { createPrompt, type Prompt } from '../../sandbox/prompt.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { createScreen, type Screen } from '../../sandbox/screen.ts';
import { FIXTURE_MANIFEST } from './manifest.fixture.ts';
import { callSlack, connectApp, type Payload } from './tiny-app.ts';

/** An app that answers everything with what it was asked and one button. */
async function answer(body: Payload): Promise<void> {
  const button = { type: 'button', action_id: 'go', text: { type: 'plain_text', text: 'Refresh' } };
  const text = body.actions === undefined ? `asked ${body.text}` : 'pressed';
  const blocks = [
    { type: 'section', text: { type: 'mrkdwn', text } },
    { type: 'actions', elements: [button] },
  ];
  const order = { text, blocks, replace_original: body.actions !== undefined };
  await fetch(body.response_url, { method: 'POST', body: JSON.stringify(order) });
}

describe('the prompt', () => {
  let sandbox: Sandbox;
  let screen: Screen;
  let prompt: Prompt;
  const printed: string[] = [];
  const ends: string[] = [];
  const keeper: BotKeeper = {
    bot: undefined,
    start: () => Promise.reject(new BotStartError('the bot did not connect: planned')),
    end: async (signal) => ends.push(signal) === 1,
    close: async () => {},
  };

  beforeAll(async () => {
    sandbox = await startSandbox({ manifest: FIXTURE_MANIFEST });
    await connectApp(sandbox, (payload) => void (payload.event ? reply(payload) : answer(payload)));
    screen = await createScreen(sandbox.client, 'U0MEMBER', (text) => printed.push(text));
    const print = (text: string): number => printed.push(text);
    prompt = createPrompt({ client: sandbox.client, screen, keeper, print });
  });
  afterAll(async () => {
    await screen.stop();
    await sandbox.stop();
  });

  /** Answers a person's mention in its thread. */
  async function reply({ event }: Payload): Promise<void> {
    const { channel, ts, thread_ts = ts, text, bot_id } = event as Record<string, string | undefined>;
    if (bot_id !== undefined) return;
    await callSlack(sandbox, 'chat.postMessage', { channel, thread_ts, text: `heard ${text}` });
  }

  /** What a line makes the prompt print. */
  async function enter(line: string): Promise<string> {
    const from = printed.length;
    await prompt.enter(line);
    return printed.slice(from).join('\n');
  }

  it('types a command and shows the answer', async () => {
    expect(await enter('/pai status x')).toContain('asked status x\n  │ [Refresh]');
  });

  it('presses a button of the last message and shows it edited', async () => {
    await enter('/pai status y');

    expect(await enter('.click Refresh')).toMatch(/only @member sees, edited\)\n {2}│ pressed/);
  });

  it('says nothing in a thread before there is one to see', async () => {
    expect(await enter('.thread hello')).toContain('there is no public message yet');
  });

  it('says and mentions inside the thread of the last message everybody sees', async () => {
    await enter('look at this run');

    expect(await enter('.thread @flowbell logs')).toMatch(/in a thread\)\n {2}│ heard @flowbell logs/);
    await enter('.thread thanks');

    const messages = await sandbox.client.messages({ channel: 'C0ML' });
    const root = messages.find((each) => each.text === 'look at this run');
    const inThread = messages.filter((each) => each.threadTs === root?.ts).map((each) => each.text);
    expect(inThread).toEqual(['<@U0BOT> logs', 'heard <@U0BOT> logs', 'thanks']);
  });

  it.each([
    ['/x', '/x is not a valid command'],
    ['.nope', 'there is no .nope'],
    ['.click Stop', 'has no label "Stop"'],
    ['.fail flow-none', 'there is no run flow-none'],
    ['.as nobody', 'people: member, owner'],
    ['.runs', 'ctr-daily-train      Running'],
    ['.fail geo-sync copy', 'geo-sync failed'],
    ['.help', '.finish RUN'],
    ['.help', '.kill  .stop  .start'],
  ])('answers %s', async (line, expected) => {
    expect(await enter(line)).toContain(expected);
  });

  it('kills, stops and starts the bot', async () => {
    const answers = [await enter('.kill'), await enter('.stop'), await enter('.start')];

    expect(answers).toEqual([
      '  the bot was killed; .start brings it back',
      '  the bot does not run',
      '  the bot did not connect: planned',
    ]);
    expect(ends).toEqual(['SIGKILL', 'SIGTERM']);
  });

  it('orders faults, the lost answers before the delay, and takes all of them back', async () => {
    await enter('.delay 20');
    await enter('.throttle');
    await enter('.lose 2');
    const { slack, paiflow } = await sandbox.client.faults();
    const refused = await enter('.lose some');

    await enter('.calm');

    expect(slack).toMatchObject([
      { kind: 'lost', operation: 'chat.postMessage', count: 2 },
      { kind: 'slow', delayMs: 20 },
    ]);
    expect(paiflow).toMatchObject([{ kind: 'throttle' }]);
    expect(refused).toContain('count');
    expect(await sandbox.client.faults()).toEqual({ slack: [], paiflow: [] });
  });

  it('archives and reopens the channel, removes and invites the bot', async () => {
    const facts = async () => {
      const { channels } = await sandbox.client.state();
      const channel = channels.find(({ id }) => id === 'C0ML');
      return [channel?.isArchived, channel?.members.includes('U0BOT')];
    };
    const seen = [];
    for (const word of ['.archive', '.unarchive', '.remove', '.invite']) {
      await enter(word);
      seen.push(await facts());
    }

    expect(seen).toEqual([
      [true, true],
      [false, true],
      [false, false],
      [false, true],
    ]);
  });

  it('deletes the last public message, another one’s as an admin, and none twice', async () => {
    await enter('first, @flowbell');

    expect(await enter('.delete')).toBe('  deleted: heard first, <@U0BOT>');
    expect(await enter('.delete')).toBe('  there is no public message yet');
  });

  it('changes who acts and where', async () => {
    await enter('.as owner');
    await enter('.in incident-room');

    expect(await prompt.label()).toBe('@owner #incident-room > ');
    expect(screen.user).toBe('U0OWNER');
  });

  it('leaves at .quit only', async () => {
    expect(await prompt.enter('')).toBe(true);
    expect(await prompt.enter('.quit')).toBe(false);
  });
});
