import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import type { Request } from '../../../src/commands/request.ts';
import type { RunId, Target } from '../../../src/domain/target.ts';
import { registerShortcuts } from '../../../src/slack/listeners/shortcuts.ts';
import { formatRunMetadata } from '../../../src/slack/run-metadata.ts';
import { fakeGateway } from '../fake-gateway.ts';

const A: Target = { kind: 'run', runId: 'flow-aaaaaaaaaa' as RunId };
const B: Target = { kind: 'run', runId: 'flow-bbbbbbbbbb' as RunId, region: 'cn-hangzhou' };

/** Uses the shortcut on a message and gives what was asked and said. */
async function checkStatus(message: object, parent: readonly Target[] = []) {
  const asked: Request[] = [];
  const gateway = fakeGateway({ parent });
  const app = {
    shortcut: async (_matching: unknown, listener: (args: object) => Promise<void>) => {
      await listener({
        ack: async () => undefined,
        shortcut: {
          user: { id: 'U0ASKER' },
          channel: { id: 'C0ELSE' },
          message: { ts: '2.0', ...message },
          response_url: 'https://hooks.slack.com/x',
        },
      });
    },
  };
  await new Promise<void>((resolve) => {
    const { shortcut } = app;
    app.shortcut = async (...args) => {
      await shortcut(...args);
      resolve();
    };
    registerShortcuts(app as never, {
      gateway,
      answer: async (request) => {
        asked.push(request);
        return { kind: 'shown', message: { text: 'it runs', blocks: [] } };
      },
      mayAsk: ({ standing }) => standing === 'member',
      mention: '@flowbell',
      logger: pino({ level: 'silent' }),
    });
  });
  return { asked: asked[0], said: gateway.said };
}

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
