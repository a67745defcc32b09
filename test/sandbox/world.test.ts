import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorld, type World } from '../helpers/world.ts';
import { FIXTURE_MANIFEST } from './manifest.fixture.ts';

const ENTRY = [fileURLToPath(new URL('fixtures/answering-bot.mjs', import.meta.url))];

describe('the world of the e2e tests', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ sandbox: { manifest: FIXTURE_MANIFEST }, bot: { entry: ENTRY } });
  });
  afterAll(() => world.stop());

  it('gives the answer to a mention in a channel, and not what stood there while PAI was asked', async () => {
    const answer = await world.mention('why');

    expect(answer).toMatchObject({ text: 'heard <@U0BOT> why', channel: 'C0ML', isBot: true });
    expect(answer.history[0]?.text).toBe('Asking PAI…');
  });

  it('gives the answer to a mention inside a thread, though other threads have newer ones', async () => {
    const parent = await world.mention('status');
    const threadTs = parent.threadTs ?? '';
    await world.mention('elsewhere', { user: 'U0OWNER' });

    const answer = await world.mention('logs', { threadTs });

    expect(answer).toMatchObject({ text: 'heard <@U0BOT> logs', threadTs });
  });

  it('gives what only the person who asked sees', async () => {
    const answer = await world.mention('privately', { user: 'U0OWNER' });

    expect(answer).toMatchObject({ via: 'chat.postEphemeral', visibleTo: 'U0OWNER' });
  });

  it('gives the answer to a direct message, in its thread too', async () => {
    const answer = await world.dm('status', { user: 'U0OWNER' });
    const inThread = await world.dm('logs', { user: 'U0OWNER', threadTs: answer.ts });

    expect(answer).toMatchObject({ text: 'heard status', channel: 'D00OWNER' });
    expect(inThread).toMatchObject({ text: 'heard logs', threadTs: answer.ts });
  });

  it('gives the answer to a shortcut, where the message stands', async () => {
    const parent = await world.mention('status');

    const answer = await world.shortcut(parent, { user: 'U0ADMIN' });

    expect(answer).toMatchObject({
      text: `told ${parent.text}`,
      threadTs: parent.threadTs,
      visibleTo: 'U0ADMIN',
    });
  });

  it('counts what the bot said, one for one and two for two', async () => {
    const place = { user: 'U0MEMBER', channel: 'C0ML' };
    const first = await world.slack.revision();
    await world.mention('once');
    const one = await world.answersAfter(first, place);
    const second = await world.slack.revision();
    await world.mention('twice');
    const two = await world.answersAfter(second, place);

    expect(one.map((each) => each.text)).toEqual(['heard <@U0BOT> once']);
    expect(two.map((each) => each.text)).toEqual(['heard <@U0BOT> twice', 'heard <@U0BOT> twice again']);
    const elsewhere = await world.answersAfter(second, { user: 'U0MEMBER', channel: 'D00MEMBER' });
    expect(elsewhere).toEqual([]);
  });

  it('says at once that the bot cannot hear, where the manifest subscribes to nothing', async () => {
    const settings = { ...FIXTURE_MANIFEST.settings, event_subscriptions: { bot_events: [] } };
    const deaf = await startWorld({
      sandbox: { manifest: { ...FIXTURE_MANIFEST, settings } },
      bot: { entry: ENTRY },
    });

    await expect(deaf.mention('why')).rejects.toThrow('the bot did not hear it: not_subscribed');
    await deaf.stop();
  });
});
