import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { NAMED_WORKSPACES } from '../../sandbox/bot.ts';
import type { SandboxClient, StoredMessage } from '../../sandbox/client.ts';
import { buttonsOf, linesOf, startWorld, type World } from '../helpers/world.ts';

const DM = 'D00MEMBER';

let world: World;
let slack: SandboxClient;
let runs = 0;

beforeAll(async () => {
  world = await startWorld({
    sandbox: { seed: 41 },
    bot: {
      env: {
        ...NAMED_WORKSPACES,
        PAIFLOW_MAX_RPS: '500',
        POLL_CRON: '* * * * * *',
        POLL_INTERVAL_MS: '1000',
      },
    },
  });
  slack = world.slack;
});
afterAll(() => world.stop());
beforeEach(() => slack.clearFaults({}));

/** Starts a run of its own for a test; gives its name and id. */
async function aRunningRun(): Promise<{ name: string; id: string }> {
  runs += 1;
  const name = `watched-${runs}`;
  const id = `flow-watched${String(runs).padStart(12, '0')}`;
  await slack.createRuns({
    runs: [
      {
        name,
        id,
        nodes: [
          { name: 'read', status: 'Succeeded' },
          { name: 'fit', status: 'Running' },
        ],
      },
    ],
  });
  return { name, id };
}

/** The first of what Flowbell posts for everybody with a first line that has these words. */
function posted(words: string, channel = 'C0ML'): Promise<StoredMessage> {
  return slack.waitForMessage((message) => isForAll(message, channel) && firstLine(message).includes(words), {
    timeoutMs: 15_000,
  });
}

/** The same, but below a card. */
function replied(words: string, channel = 'C0ML'): Promise<StoredMessage> {
  return slack.waitForMessage(
    (message) =>
      isForAll(message, channel) && message.threadTs !== undefined && firstLine(message).includes(words),
    { timeoutMs: 15_000 },
  );
}

const isForAll = ({ isBot, visibleTo, ...message }: StoredMessage, channel: string) =>
  isBot && visibleTo === undefined && message.channel === channel;

/** Presses every button of a message that comes to the bot. */
async function expectNothingFor(user: string, message: StoredMessage): Promise<void> {
  const labels = buttonsOf(message).filter((label) => label !== 'Open in PAI');
  expect(labels.length).toBeGreaterThan(0);
  for (const label of labels) {
    const told = await world.click(message, label, user);
    expect(told, label).toMatchObject({ visibleTo: user, text: expect.stringMatching(/^Only members/) });
  }
}

const firstLine = (message: StoredMessage) => linesOf(message)[0] ?? '';

describe('a run watched in a channel', () => {
  it('is told there: that it is watched, and in that thread how it ends', async () => {
    const { name, id } = await aRunningRun();

    const answer = await world.ask(`watch ${name}`);
    const card = await posted(`${name} is running`);
    await slack.setRun({ run: id, status: 'Failed' });
    const failed = await replied(`${name} failed`);

    expect(answer.visibleTo).toBe('U0MEMBER');
    expect(linesOf(answer)[0]).toBe(`:eyes: You watch ${name} here: told when it fails, ends or is rerun`);
    expect(buttonsOf(card)).toEqual(['Stop watching', 'Watch too', 'Status', 'Logs', 'Open in PAI']);
    expect(card.threadTs).toBeUndefined();
    expect(failed.threadTs).toBe(card.ts);
  });

  it('by two people is told once', async () => {
    const { name, id } = await aRunningRun();

    await world.ask(`watch ${name}`);
    await posted(`${name} is running`);
    const second = await world.ask(`watch ${name}`, { user: 'U0ADMIN' });
    await slack.setRun({ run: id, status: 'Succeeded' });
    await replied(`${name} succeeded`);

    expect(linesOf(second)[0]).toBe(
      ':eyes: Already watched here: card. You are added and will be mentioned too: told when it fails, ends or is rerun',
    );
    const told = (await slack.messages({ channel: 'C0ML' })).filter(
      ({ isBot, visibleTo, text }) => isBot && visibleTo === undefined && text.includes(name),
    );
    expect(told).toHaveLength(2);
  });

  it('is told in the language of whoever watched first', async () => {
    const { name, id } = await aRunningRun();

    await world.ask(`关注 ${name}`, { user: 'U0OWNER' });
    await slack.setRun({ run: id, status: 'Terminated' });

    expect(firstLine(await replied(name))).toContain('被终止');
  });

  it('is no longer told once its last watch was stopped by the button of its card', async () => {
    const { name } = await aRunningRun();
    await world.ask(`watch ${name}`);
    const card = await posted(`${name} is running`);

    const stopped = await world.click(card, 'Stop watching');

    expect(stopped).toMatchObject({ visibleTo: 'U0MEMBER', text: `You no longer watch ${name}.` });
    expect((await world.ask('list')).text).not.toContain(name);
  });

  it('gives a guest nothing by the buttons of its card and its replies, and goes on', async () => {
    const { name, id } = await aRunningRun();
    await world.ask(`watch ${name}`);

    await expectNothingFor('U0GUEST', await posted(`${name} is running`));
    await slack.setRun({ run: id, status: 'Failed' });
    await expectNothingFor('U0GUEST', await replied(`${name} failed`));

    expect((await world.ask('list')).text).toContain(name);
  });

  it('is watched by the button of a status card', async () => {
    const { name } = await aRunningRun();

    const answer = await world.click(await world.ask(`status ${name}`), 'Watch');

    expect(linesOf(answer)[0]).toContain(`You watch ${name} here`);
  });
});

describe('a run watched elsewhere', () => {
  it('in a thread is told in that thread', async () => {
    const { name, id } = await aRunningRun();
    const { messageTs = '' } = await slack.say({ user: 'U0OWNER', channel: 'C0ML', text: `look at ${id}` });

    const answer = await world.mention('watch', { threadTs: messageTs });
    const card = await posted(`${name} is running`);

    expect(answer.visibleTo).toBe('U0MEMBER');
    expect(card.threadTs).toBe(messageTs);
  });

  it('by the shortcut is told in the thread of the message, every run of it', async () => {
    const [one, other] = [await aRunningRun(), await aRunningRun()];
    const { messageTs = '' } = await slack.say({
      user: 'U0OWNER',
      channel: 'C0ML',
      text: `${one.id} and ${other.id}`,
    });

    const deed = await slack.shortcut({
      user: 'U0MEMBER',
      channel: 'C0ML',
      messageTs,
      callbackId: 'watch_runs',
    });
    const answer = await slack.waitForAnswer(deed);
    const card = await posted('2 runs watched here: 2 running');

    expect(answer.visibleTo).toBe('U0MEMBER');
    expect(linesOf(answer)[0]).toContain('You watch 2 of 2 runs in the thread');
    expect(card.threadTs).toBe(messageTs);
    expect(card.text).toContain(one.name);
    expect(card.text).toContain(other.name);
  });

  it('with in:dm is told in the DM', async () => {
    const { name, id } = await aRunningRun();

    await world.ask(`watch ${name} in:dm on:end`);
    await slack.setRun({ run: id, status: 'Succeeded' });

    expect(await replied(`${name} succeeded`, DM)).toMatchObject({ channel: DM });
  });
});

describe('a place that Flowbell cannot speak in', () => {
  it.each([
    ['C0QUIET', 'I am not in this channel yet, so nothing is watched.'],
    ['G0PRIVATE', 'I am not in this private channel, so nothing is watched.'],
  ])('%s is refused before anything is saved, with a way out', async (channel, words) => {
    const { name } = await aRunningRun();

    const answer = await world.ask(`watch ${name}`, { channel });
    expect(answer.text).toContain(words);
    const instead = await world.click(answer, 'Use my DM');

    expect(linesOf(instead)[0]).toContain(`You watch ${name} in your DM`);
    expect(await posted(`${name} is running`, DM)).toBeDefined();
  });

  it('is joined by a button where it may be, and then it is watched there', async () => {
    const { name, id } = await aRunningRun();
    const refusal = await world.ask(`watch ${name}`, { channel: 'C0QUIET' });

    const answer = await world.click(refusal, 'Add me and watch');
    await slack.setRun({ run: id, status: 'Succeeded' });

    expect(buttonsOf(refusal)).toEqual(['Add me and watch', 'Use my DM']);
    expect(linesOf(answer)[0]).toContain(`You watch ${name} here`);
    expect(await replied(`${name} succeeded`, 'C0QUIET')).toBeDefined();
  });

  it('is asked for again by a button after it was invited', async () => {
    const { name } = await aRunningRun();
    const refusal = await world.ask(`watch ${name}`, { channel: 'G0PRIVATE' });
    await slack.join({ user: 'U0BOT', channel: 'G0PRIVATE' });

    const answer = await world.click(refusal, 'Retry');

    expect(buttonsOf(refusal)).toEqual(['Retry', 'Use my DM']);
    expect(linesOf(answer)[0]).toContain(`You watch ${name} here`);
    expect(await posted(`${name} is running`, 'G0PRIVATE')).toBeDefined();
  });
});
