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

/** What Flowbell posts for everybody about a run, once it fits. */
function posted(fits: (line: string, message: StoredMessage) => boolean, channel = 'C0ML') {
  return slack.waitForMessage(
    (message) =>
      message.isBot &&
      message.channel === channel &&
      message.visibleTo === undefined &&
      fits(linesOf(message)[0] ?? '', message),
    { timeoutMs: 15_000 },
  );
}

describe('a run watched in a channel', () => {
  it('is told there: that it is watched, and in that thread how it ends', async () => {
    const { name, id } = await aRunningRun();

    const answer = await world.ask(`watch ${name}`);
    const opening = await posted((line) => line.includes(`${name} is watched here`));
    await slack.setRun({ run: id, status: 'Failed' });
    const failed = await posted((line) => line.includes(`${name} failed`));

    expect(answer.visibleTo).toBe('U0MEMBER');
    expect(linesOf(answer)[0]).toBe(`:eyes: You watch ${name} here: told when it fails, ends or is rerun`);
    expect(buttonsOf(opening)).toEqual(['Stop watching', 'Status']);
    expect(opening.threadTs).toBeUndefined();
    expect(failed.threadTs).toBe(opening.ts);
  });

  it('by two people is told once', async () => {
    const { name, id } = await aRunningRun();

    await world.ask(`watch ${name}`);
    const second = await world.ask(`watch ${name}`, { user: 'U0ADMIN' });
    await posted((line) => line.includes(`${name} is watched here`));
    await slack.setRun({ run: id, status: 'Succeeded' });
    await posted((line) => line.includes(`${name} succeeded`));

    expect(linesOf(second)[1]).toBe('1 other person watches it there too');
    const told = (await slack.messages({ channel: 'C0ML' })).filter(
      ({ isBot, visibleTo, text }) => isBot && visibleTo === undefined && text.includes(name),
    );
    expect(told).toHaveLength(2);
  });

  it('is told in the language of whoever watched first', async () => {
    const { name, id } = await aRunningRun();

    await world.ask(`关注 ${name}`, { user: 'U0OWNER' });
    await slack.setRun({ run: id, status: 'Terminated' });

    expect(linesOf(await posted((line) => line.includes(name) && line.includes('终止')))[0]).toContain(
      '被终止',
    );
  });

  it('is no longer told once its last watch was stopped by the button of its opening', async () => {
    const { name } = await aRunningRun();
    await world.ask(`watch ${name}`);
    const opening = await posted((line) => line.includes(`${name} is watched here`));

    const stopped = await world.click(opening, 'Stop watching');

    expect(stopped).toMatchObject({ visibleTo: 'U0MEMBER', text: `You no longer watch ${name}.` });
    expect((await world.ask('list')).text).not.toContain(name);
  });

  it('is watched by the button of its card', async () => {
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
    const opening = await posted((line) => line.includes(`${name} is watched here`));

    expect(answer.visibleTo).toBe('U0MEMBER');
    expect(opening.threadTs).toBe(messageTs);
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
    const openings = await Promise.all(
      [one, other].map(({ name }) => posted((line) => line.includes(`${name} is watched here`))),
    );

    expect(answer.visibleTo).toBe('U0MEMBER');
    expect(linesOf(answer)[0]).toContain('You watch 2 of 2 runs in the thread');
    expect(openings.map(({ threadTs }) => threadTs)).toEqual([messageTs, messageTs]);
  });

  it('with in:dm is told in the DM', async () => {
    const { name, id } = await aRunningRun();

    await world.ask(`watch ${name} in:dm on:end`);
    await slack.setRun({ run: id, status: 'Succeeded' });

    expect(await posted((line) => line.includes(`${name} succeeded`), DM)).toMatchObject({ channel: DM });
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
    expect(await posted((line) => line.includes(`${name} is watched here`), DM)).toBeDefined();
  });
});
