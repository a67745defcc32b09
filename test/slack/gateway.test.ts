import { createServer, type IncomingMessage, type Server } from 'node:http';
import { WebClient } from '@slack/web-api';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { renderNotice } from '../../src/messages/notices.ts';
import { responseOrigins } from '../../src/slack/bolt.ts';
import { createGateway } from '../../src/slack/gateway.ts';

const message = renderNotice({ kind: 'asking' }, 'en');
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A Slack that answers with these statuses in turn, then 200, and keeps the bodies it was sent. */
async function startSlack(statuses: readonly number[] = [], user: object = {}) {
  const bodies: Record<string, unknown>[] = [];
  const left = [...statuses];
  const server = createServer((request, response) => {
    void read(request).then((body) => {
      const isApi = request.url?.startsWith('/api/') === true;
      if (!isApi) bodies.push(JSON.parse(body));
      response.statusCode = isApi ? 200 : (left.shift() ?? 200);
      response.end(isApi ? JSON.stringify({ ok: true, user }) : 'ok');
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const origin = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  const slack = { botToken: 'xoxb-test-test', appToken: 'xapp-test-test', apiUrl: `${origin}/api/` };
  const gateway = createGateway({
    client: new WebClient('xoxb-test-test', { slackApiUrl: slack.apiUrl }),
    fetch,
    teamId: 'T0TEAM',
    responseOrigins: responseOrigins(slack),
    defaultLocale: 'en',
    logger: pino({ level: 'silent' }),
  });
  return { gateway, bodies, hook: `${origin}/hooks/commands/1` };
}

async function read(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}

describe('an answer through a response url', () => {
  it.each([
    ['private', { replace_original: false }],
    ['in-place', { replace_original: true }],
    ['channel', { replace_original: false, response_type: 'in_channel' }],
  ] as const)('shown %s says so to Slack', async (showing, expected) => {
    const { gateway, bodies, hook } = await startSlack();

    await gateway.respond(hook, message, showing);

    expect(bodies).toEqual([{ ...message, ...expected }]);
  });

  it.each([
    'http://169.254.169.254/latest/meta-data',
    'https://hooks.slack.com.evil.example/x',
    'https://evil.example/hooks.slack.com',
    'http://hooks.slack.com/commands/1',
    'file:///etc/passwd',
    'not an address',
  ])('never goes to %s', async (address) => {
    const { gateway } = await startSlack();

    await expect(gateway.respond(address, message, 'private')).rejects.toMatchObject({
      name: 'DeliveryError',
      retry: false,
      message: expect.not.stringContaining(address),
    });
  });

  it('is sent once more when Slack has a fault, if it is private', async () => {
    const { gateway, bodies, hook } = await startSlack([500]);

    await gateway.respond(hook, message, 'private');

    expect(bodies).toHaveLength(2);
  });

  it('is not risked twice in the channel', async () => {
    const { gateway, bodies, hook } = await startSlack([500]);

    await expect(gateway.respond(hook, message, 'channel')).rejects.toMatchObject({ name: 'DeliveryError' });
    expect(bodies).toHaveLength(1);
  });

  it('is not repeated when the address is used up', async () => {
    const { gateway, bodies, hook } = await startSlack([404]);

    await expect(gateway.respond(hook, message, 'private')).rejects.toThrow('HTTP 404');
    expect(bodies).toHaveLength(1);
  });
});

describe('who somebody is', () => {
  it.each([
    ['a member', { team_id: 'T0TEAM', locale: 'en-US' }, 'member', 'en'],
    ['a Chinese reader', { team_id: 'T0TEAM', locale: 'zh-TW' }, 'member', 'zh'],
    ['a reader of another language', { team_id: 'T0TEAM', locale: 'fr-FR' }, 'member', 'en'],
    ['a guest of several channels', { team_id: 'T0TEAM', is_restricted: true }, 'guest', 'en'],
    ['a guest of one channel', { team_id: 'T0TEAM', is_ultra_restricted: true }, 'guest', 'en'],
    ['somebody who left', { team_id: 'T0TEAM', deleted: true }, 'guest', 'en'],
    ['somebody of another company', { team_id: 'T0OTHER' }, 'outsider', 'en'],
    ['a stranger', { team_id: 'T0TEAM', is_stranger: true }, 'outsider', 'en'],
    [
      'a member of an Enterprise Grid',
      { team_id: 'T0HOME', enterprise_user: { teams: ['T0TEAM'] } },
      'member',
      'en',
    ],
    ['somebody without a team', {}, 'outsider', 'en'],
  ])('%s is told from the others', async (_who, user, standing, locale) => {
    const { gateway } = await startSlack([], user);

    expect(await gateway.findActor('U0ASKER')).toEqual({ userId: 'U0ASKER', standing, locale });
  });
});
