import { describe, expect, it } from 'vitest';
import type { StoredMessage } from '../../../sandbox/client.ts';
import { CHANNEL, eventually, headOf, inScene, type Scene } from './scene.ts';

/*
 * Places that Slack closes to the bot, and rights that it takes away: who is told what, once, and that everything goes
 * on when it is mended.
 */

const DM = 'D00MEMBER';
const OPS = 'C0OPS';

/** Opens the operations channel, starts the bot, and has a run watched whose card is told. */
async function watched(scene: Scene, text = 'watch daily'): Promise<string> {
  await scene.slack.addChannel({ channel: OPS, name: 'ops' });
  await scene.start({ OPS_CHANNEL: OPS });
  const run = await scene.aRun('daily');
  await scene.ask(text);
  await scene.whenSaid(/daily is running/);
  await scene.whenAllIsTold();
  return run;
}

const fails = ({ slack }: Scene, run: string) => slack.setRun({ run, status: 'Failed' });

const isReply = ({ threadTs }: StoredMessage) => threadTs !== undefined;

/** The channel as it has to be in the end: a card that is right, and in its thread the failure, once. */
async function expectTold(scene: Scene): Promise<void> {
  await eventually('the failure is told', async () =>
    (await scene.said()).some((each) => isReply(each) && headOf(each).includes('daily failed')),
  );
  await scene.whenAllIsTold();
  const about = (await scene.said()).filter(({ text }) => text.includes('daily'));
  expect(about.filter(isReply).map(headOf)).toEqual([expect.stringContaining('daily failed')]);
  const cards = about.filter((each) => !isReply(each));
  expect(cards.map(headOf)).toEqual([expect.stringContaining('daily failed')]);
  expect(about.find(isReply)?.threadTs).toBe(cards[0]?.ts);
}

describe.concurrent('a channel that is closed', { timeout: 120_000 }, () => {
  it.each([
    [
      'the bot is removed from, until it is invited',
      'I was removed from the channel',
      '/invite',
      ({ slack }: Scene) => slack.leave({ user: 'U0BOT', channel: CHANNEL }),
      ({ slack }: Scene) => slack.join({ user: 'U0BOT', channel: CHANNEL }),
    ],
    [
      'is archived, until it is unarchived',
      'it was archived',
      'unarchived',
      ({ slack }: Scene) => slack.setChannel({ channel: CHANNEL, isArchived: true }),
      ({ slack }: Scene) => slack.setChannel({ channel: CHANNEL, isArchived: false }),
    ],
  ])(
    'that %s: whoever watches is told in their DM, once, and nothing is lost',
    (_name, why, way, close, open) =>
      inScene({ seed: 201 }, async (scene) => {
        const run = await watched(scene);
        const other = await scene.aRun('hourly');
        await scene.ask('watch hourly');
        await scene.whenSaid(/hourly is running/);
        await scene.whenAllIsTold();
        await close(scene);
        await fails(scene, run);
        const told = await scene.whenSaid(/is paused|are paused/, DM);
        await fails(scene, other);
        await scene.whenStored(/"hourly"[\s\S]*"kind":"event"[\s\S]*"kind":"event"/);
        await scene.end();
        await scene.start({ OPS_CHANNEL: OPS });
        const whileClosed = await scene.said(DM);
        await open(scene);
        await scene.whenSaid(/hourly failed/);

        await expectTold(scene);
        expect(told.text).toContain(why);
        expect(told.text).toContain(way);
        expect(told.text).toContain('daily');
        expect(whileClosed).toHaveLength(1);
        expect(await scene.said(DM)).toHaveLength(1);
        expect(await scene.said(OPS)).toEqual([]);
        const back = (await scene.heads()).filter((head) => head.includes('I am back'));
        expect(back).toEqual([expect.stringContaining('2 updates held back')]);
      })(),
  );

  it(
    'that lets only some people post is tried again every ten minutes',
    inScene({ seed: 203, hasClock: true }, async (scene) => {
      const run = await watched(scene);
      await scene.slack.setChannel({ channel: CHANNEL, isReadOnly: true });
      await fails(scene, run);
      const told = await scene.whenSaid(/paused/, DM);
      await scene.slack.setChannel({ channel: CHANNEL, isReadOnly: false });
      await scene.putForward(10 * 60_000);

      await expectTold(scene);
      expect(told.text).toContain('only some people may post there');
      expect(await scene.said(DM)).toHaveLength(1);
      expect(await scene.said(OPS)).toEqual([]);
    }),
  );

  it(
    'is told in the operations channel where no DM reaches who watches',
    inScene({ seed: 204 }, async (scene) => {
      const run = await watched(scene);
      await scene.slack.addSlackFault({
        kind: 'error',
        code: 'user_disabled',
        operation: 'conversations.open',
      });
      await scene.slack.leave({ user: 'U0BOT', channel: CHANNEL });
      await fails(scene, run);
      const told = await scene.whenSaid(/paused/, OPS);
      await scene.slack.join({ user: 'U0BOT', channel: CHANNEL });

      await expectTold(scene);
      expect(told.text).toContain('daily');
      expect(await scene.said(OPS)).toHaveLength(1);
      expect(await scene.said(DM)).toEqual([]);
    }),
  );
});

describe.concurrent('a thread that is deleted', { timeout: 120_000 }, () => {
  it(
    'with its card gets a new card, and everything goes on there',
    inScene({ seed: 205 }, async (scene) => {
      const run = await watched(scene);
      const [card] = await scene.said();
      await scene.slack.deleteMessage({ user: 'U0ADMIN', channel: CHANNEL, ts: card?.ts ?? '' });
      await fails(scene, run);

      await expectTold(scene);
      expect(await scene.said(DM)).toEqual([]);
      expect(await scene.said(OPS)).toEqual([]);
    }),
  );

  it(
    "which was a person's own gets a card in the channel, and everything goes on there",
    inScene({ seed: 206 }, async (scene) => {
      await scene.start();
      const run = await scene.aRun('daily');
      const { messageTs = '' } = await scene.slack.say({ user: 'U0OWNER', channel: CHANNEL, text: 'look' });
      const thread = { user: 'U0MEMBER', channel: CHANNEL, threadTs: messageTs };
      await scene.slack.mention({ ...thread, text: 'watch daily' });
      await scene.whenSaid(/daily is running/);
      await scene.whenAllIsTold();
      for (const { ts } of await scene.said())
        await scene.slack.deleteMessage({ user: 'U0ADMIN', channel: CHANNEL, ts });
      await scene.slack.deleteMessage({ user: 'U0OWNER', channel: CHANNEL, ts: messageTs });
      await fails(scene, run);

      await expectTold(scene);
    }),
  );
});

describe.concurrent('a right that is taken away', { timeout: 120_000 }, () => {
  it.each([
    [
      'the bot token',
      'token_revoked',
      ({ slack }: Scene) => slack.revokeToken({ which: 'bot' }),
      ({ slack }: Scene) => slack.restoreTokens(),
    ],
    [
      'chat:write',
      'missing_scope',
      ({ slack }: Scene) => slack.setScopes({ without: ['chat:write'] }),
      ({ slack }: Scene) => slack.setScopes({ without: [] }),
    ],
  ])(
    '%s: everything waits, the log says so once, and all of it is told when it is back',
    (_name, word, take, give) =>
      inScene({ seed: 207 }, async (scene) => {
        const run = await watched(scene);
        await take(scene);
        await fails(scene, run);
        const complaint = () =>
          scene
            .bot()
            .stdout()
            .split('\n')
            .filter((line) => /Slack takes no messages/.test(line));
        await eventually('the log says so', () => complaint().length > 0);
        await eventually(
          'it is tried again',
          async () =>
            (await scene.slack.journal({ operation: 'chat.postMessage' })).filter(
              ({ outcome }) => outcome === word,
            ).length > 1,
        );
        await give(scene);

        await expectTold(scene);
        expect(complaint()).toEqual([expect.stringContaining(word)]);
        expect(scene.bot().stdout()).toContain('Slack takes messages again');
        expect(await scene.said(DM)).toEqual([]);
        expect(await scene.said(OPS)).toEqual([]);
      })(),
  );

  it(
    'to read what was said: what may have been said is said again, with the words that it may repeat',
    inScene({ seed: 208 }, async (scene) => {
      const run = await watched(scene);
      await scene.slack.setScopes({ without: ['channels:history', 'groups:history'] });
      await scene.slack.addSlackFault({ kind: 'lost', operation: 'chat.postMessage', count: 1 });
      await fails(scene, run);
      await scene.whenSaid(/may repeat the message above/);
      await scene.whenAllIsTold();

      const replies = (await scene.said()).filter(isReply);
      expect(replies.map(headOf)).toEqual([
        expect.stringContaining('daily failed'),
        expect.stringContaining('daily failed'),
      ]);
      expect(replies.map(({ text }) => /may repeat/.test(text))).toEqual([false, true]);
    }),
  );
});
