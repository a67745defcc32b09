import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import type { Request } from '../../../src/commands/request.ts';
import type { RunId, Target } from '../../../src/domain/target.ts';
import { registerShortcuts } from '../../../src/slack/listeners/shortcuts.ts';
import { formatRunMetadata } from '../../../src/slack/run-metadata.ts';
import { fakeFirst, fakeGateway } from '../fake-gateway.ts';

const A: Target = { kind: 'run', runId: 'flow-aaaaaaaaaa' as RunId };
const B: Target = { kind: 'run', runId: 'flow-bbbbbbbbbb' as RunId, region: 'cn-hangzhou' };

type Listener = (args: object) => Promise<void>;

/** Uses a shortcut on a message and gives what was asked and said. */
async function use(
  callbackId: string,
  message: object,
  { parent = [], standing = 'member' }: { parent?: readonly Target[]; standing?: 'member' | 'guest' } = {},
) {
  const asked: Request[] = [];
  const gateway = fakeGateway({ parent, standing });
  const listeners = new Map<string, Listener>();
  const app = {
    shortcut: ({ callback_id }: { callback_id: string }, listener: Listener) =>
      listeners.set(callback_id, listener),
  };
  registerShortcuts(app as never, {
    gateway,
    answer: async (request) => {
      asked.push(request);
      return { kind: 'shown', message: { text: 'it runs', blocks: [] } };
    },
    mayAsk: (actor) => actor.standing === 'member',
    isFirst: fakeFirst(),
    mention: '@flowbell',
    logger: pino({ level: 'silent' }),
  });
  await listeners.get(callbackId)?.({
    ack: async () => undefined,
    shortcut: {
      user: { id: 'U0ASKER' },
      channel: { id: 'C0ELSE' },
      message: { ts: '2.0', ...message },
      response_url: 'https://hooks.slack.com/x',
    },
  });
  return { asked: asked[0], said: gateway.said };
}

const checkStatus = (message: object, parent: readonly Target[] = []) =>
  use('check_status', message, { parent });

describe('the shortcut on a message', () => {
  it.each([
    ['its text', { text: `is ${A.runId} done?` }],
    ['its blocks', { text: '', blocks: [{ type: 'section', text: { type: 'mrkdwn', text: A.runId } }] }],
    ['its attachments', { text: '', attachments: [{ text: A.runId }] }],
    ['our own metadata', { text: 'it runs', bot_id: 'B0BOT', metadata: formatRunMetadata(A) }],
  ])('asks for the runs of %s, and tells the asker alone', async (_where, message) => {
    const { asked, said } = await checkStatus(message);

    expect(asked).toMatchObject({
      channelId: 'C0ELSE',
      text: `status ${A.runId}`,
      commandName: '@flowbell',
      pasted: { targets: [A] },
    });
    expect(said).toMatchObject([{ how: 'private' }]);
  });

  it('of another app’s metadata knows nothing', async () => {
    const { asked } = await checkStatus({ text: '', bot_id: 'B0OTHER', metadata: formatRunMetadata(A) });

    expect(asked).toMatchObject({ text: '', pasted: { targets: [] } });
  });

  it('that names nothing says so to the commands, instead of asking for everything', async () => {
    const { asked } = await checkStatus({ text: 'good morning' });

    expect(asked).toMatchObject({ text: '', pasted: { targets: [], names: [], problems: [] } });
  });

  it('in a thread asks for its first message’s runs too, and answers there', async () => {
    const { asked, said } = await checkStatus({ text: A.runId, thread_ts: '1.0' }, [B]);

    expect(asked).toMatchObject({
      threadTs: '1.0',
      text: `status ${A.runId} cn-hangzhou/${B.runId}`,
      pasted: { targets: [A, B] },
    });
    expect(said).toMatchObject([
      { how: 'read', threadTs: '1.0' },
      { how: 'private', threadTs: '1.0' },
    ]);
  });

  it('that began a thread reads nothing: it has been sent along', async () => {
    const { asked, said } = await checkStatus({ text: A.runId, thread_ts: '2.0' });

    expect(asked).not.toHaveProperty('threadTs');
    expect(said).toMatchObject([{ how: 'private' }]);
  });
});

describe('the shortcut that watches', () => {
  it('asks for the runs of the message, to be told in the thread that the message begins', async () => {
    const { asked, said } = await use('watch_runs', { text: `${A.runId} and ${B.runId}` });

    expect(asked).toMatchObject({
      channelId: 'C0ELSE',
      threadTs: '2.0',
      text: `watch ${A.runId} ${B.runId} in:2.0`,
      pasted: { verb: 'watch', targets: [A, { kind: 'run', runId: B.runId }] },
    });
    // Slack shows a private answer in no thread that nobody has written in.
    expect(said).toEqual([{ how: 'private', message: { text: 'it runs', blocks: [] } }]);
  });

  it('in a thread asks for its first message’s runs too, and tells and answers there', async () => {
    const { asked, said } = await use(
      'watch_runs',
      { text: 'this one, please', attachments: [{ text: A.runId }], thread_ts: '1.0' },
      { parent: [B] },
    );

    expect(asked).toMatchObject({ threadTs: '1.0', pasted: { targets: [A, B] } });
    expect(said).toMatchObject([{ how: 'read' }, { how: 'private', threadTs: '1.0' }]);
  });

  it('reads no thread for a guest', async () => {
    const { said } = await use('watch_runs', { text: A.runId, thread_ts: '1.0' }, { standing: 'guest' });

    expect(said).toMatchObject([{ how: 'private' }]);
  });
});
