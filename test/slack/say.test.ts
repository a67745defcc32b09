import { LogLevel, WebClient } from '@slack/web-api';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DeedInput } from '../../sandbox/control-schema.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import type { Said } from '../../src/domain/delivery.ts';
import type { Target } from '../../src/domain/target.ts';
import { renderNotice } from '../../src/messages/notices.ts';
import { posterOptions } from '../../src/slack/bolt.ts';
import { say } from '../../src/slack/say.ts';
import { closedPort } from '../helpers/closed-port.ts';
import { runId } from '../helpers/runs.ts';

const MESSAGE = renderNotice({ kind: 'asking' }, 'en');
const ABOUT: Target = { kind: 'run', runId: runId(1), region: 'cn-hangzhou' };

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.stop());
afterEach(() => sandbox.client.clearFaults({}));

function poster({ slackApiUrl = sandbox.env.SLACK_API_URL ?? '', timeout = 5000 } = {}): WebClient {
  return new WebClient(sandbox.env.SLACK_BOT_TOKEN, {
    ...posterOptions({ rejectRateLimitedCalls: true }),
    slackApiUrl,
    logLevel: LogLevel.ERROR,
    timeout,
  });
}

type Fault = DeedInput<'addSlackFault'>;
const POST = { operation: 'chat.postMessage', count: 1 } as const;

describe('saying something in Slack', () => {
  it('gives the id of the message, which carries the run it is about', async () => {
    const said = await say(poster(), { channelId: 'C0ML' }, MESSAGE, ABOUT);

    const [stored] = (await sandbox.client.messages({ channel: 'C0ML' })).slice(-1);
    expect(said).toEqual({ kind: 'sent', ts: stored?.ts });
    expect(JSON.stringify(stored)).toContain(runId(1));
  });

  it.each<[string, Fault, Said]>([
    [
      'a limit',
      { kind: 'ratelimited', retryAfterSec: 7, ...POST },
      { kind: 'not-sent', error: 'ratelimited', retryAfterMs: 7000 },
    ],
    [
      'a limit said in words',
      { kind: 'error', code: 'rate_limited', ...POST },
      { kind: 'not-sent', error: 'rate_limited' },
    ],
    [
      'a token that is refused',
      { kind: 'error', code: 'token_revoked', ...POST },
      { kind: 'not-sent', error: 'token_revoked' },
    ],
    [
      'a channel that takes nothing',
      { kind: 'error', code: 'is_archived', ...POST },
      { kind: 'refused', error: 'is_archived' },
    ],
    [
      'a message that is none',
      { kind: 'error', code: 'invalid_blocks', ...POST },
      { kind: 'refused', error: 'invalid_blocks' },
    ],
    [
      'a fault of Slack’s',
      { kind: 'error', code: 'fatal_error', ...POST },
      { kind: 'unknown', error: 'fatal_error' },
    ],
    ['HTTP 503', { kind: 'http', status: 503, ...POST }, { kind: 'unknown', error: 'http_503' }],
    ['HTTP 404', { kind: 'http', status: 404, ...POST }, { kind: 'not-sent', error: 'http_404' }],
    [
      'a reset connection',
      { kind: 'reset', ...POST },
      { kind: 'unknown', error: expect.stringMatching(/^(?:ECONNRESET|UND_ERR_SOCKET)$/) },
    ],
  ])('tells of %s what is certain', async (_what, fault, expected) => {
    await sandbox.client.addSlackFault(fault);

    expect(await say(poster(), { channelId: 'C0ML' }, MESSAGE, ABOUT)).toEqual(expected);
  });

  it('knows nothing of a post whose answer does not come, and asks once', async () => {
    await sandbox.client.addSlackFault({ kind: 'lost', ...POST });
    const mark = await sandbox.client.revision();

    const said = await say(poster({ timeout: 300 }), { channelId: 'C0ML' }, MESSAGE, ABOUT);

    expect(said.kind).toBe('unknown');
    expect(await sandbox.client.messages({ channel: 'C0ML', afterRevision: mark })).toHaveLength(1);
  });

  it('knows that nothing was sent where Slack cannot be reached', async () => {
    const slackApiUrl = `http://127.0.0.1:${await closedPort()}/api/`;

    expect(await say(poster({ slackApiUrl }), { channelId: 'C0ML' }, MESSAGE, ABOUT)).toEqual({
      kind: 'not-sent',
      error: 'ECONNREFUSED',
    });
  });
});
