import { WebClient } from '@slack/web-api';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import type { NodeId, RunId, Target } from '../../src/domain/target.ts';
import { slackLogger } from '../../src/logger.ts';
import { renderNotice } from '../../src/messages/notices.ts';
import { clientOptions, posterOptions, responseOrigins, uploadOrigins } from '../../src/slack/bolt.ts';
import { FileUnconfirmedError } from '../../src/slack/files.ts';
import { createGateway, type Gateway } from '../../src/slack/gateway.ts';
import { startFakeSlack } from './fake-slack.ts';

const message = renderNotice({ kind: 'asking' }, 'en');

/** A gateway to a Slack that answers so. */
async function startSlack(answers: Parameters<typeof startFakeSlack>[0] = {}) {
  const fake = await startFakeSlack(answers);
  const { slack, origin } = fake;
  const logger = pino({ level: 'silent' });
  const options = () =>
    clientOptions(slack, { fetch, logger: slackLogger(logger, { logLevel: 'error', loudest: 'debug' }) });
  const gateway = createGateway({
    client: new WebClient(slack.botToken, options()),
    poster: new WebClient(slack.botToken, posterOptions(options())),
    fetch,
    teamId: 'T0TEAM',
    botId: 'B0BOT',
    responseOrigins: responseOrigins(slack),
    uploadOrigins: uploadOrigins(slack),
    defaultLocale: 'en',
    logger,
  });
  return { ...fake, gateway, hook: `${origin}/hooks/commands/1` };
}

describe('an answer through a response url', () => {
  it.each([
    ['private', { replace_original: false }],
    ['in-place', { replace_original: true }],
    ['channel', { replace_original: false, response_type: 'in_channel' }],
  ] as const)('shown %s says so to Slack', async (showing, expected) => {
    const { gateway, bodies, hook } = await startSlack();

    await gateway.respond(hook, message, { showing });

    expect(bodies).toEqual([{ ...message, ...expected }]);
  });

  it('goes to a thread where it is told to', async () => {
    const { gateway, bodies, hook } = await startSlack();

    await gateway.respond(hook, message, { showing: 'channel', threadTs: '1.5' });

    expect(bodies).toMatchObject([{ response_type: 'in_channel', thread_ts: '1.5' }]);
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

    await expect(gateway.respond(address, message, { showing: 'private' })).rejects.toMatchObject({
      name: 'DeliveryError',
      retry: false,
      message: expect.not.stringContaining(address),
    });
  });

  it('is sent once more when Slack has a fault, if it is private', async () => {
    const { gateway, bodies, hook } = await startSlack({ statuses: [500] });

    await gateway.respond(hook, message, { showing: 'private' });

    expect(bodies).toHaveLength(2);
  });

  it('is not risked twice in the channel', async () => {
    const { gateway, bodies, hook } = await startSlack({ statuses: [500] });

    await expect(gateway.respond(hook, message, { showing: 'channel' })).rejects.toMatchObject({
      name: 'DeliveryError',
    });
    expect(bodies).toHaveLength(1);
  });

  it('is not repeated when the address is used up', async () => {
    const { gateway, bodies, hook } = await startSlack({ statuses: [404] });

    await expect(gateway.respond(hook, message, { showing: 'private' })).rejects.toThrow('HTTP 404');
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
    const { gateway } = await startSlack({ api: { 'users.info': [{ user }] } });

    expect(await gateway.findActor('U0ASKER')).toMatchObject({ userId: 'U0ASKER', standing, locale });
  });

  it.each([
    ['an admin', { team_id: 'T0TEAM', is_admin: true }, true],
    ['an owner', { team_id: 'T0TEAM', is_owner: true }, true],
    ['a plain member', { team_id: 'T0TEAM' }, false],
    ['an admin of another company', { team_id: 'T0OTHER', is_admin: true }, false],
  ])('%s is told from those who administer here', async (_who, user, isAdmin) => {
    const { gateway } = await startSlack({ api: { 'users.info': [{ user }] } });

    expect(await gateway.findActor('U0ASKER')).toMatchObject({ isAdmin });
  });

  it.each([
    [{ tz_offset: 28_800 }, 28_800_000],
    [{ tz_offset: -12_600 }, -12_600_000],
    [{}, 0],
  ])('with %j is %d ms from UTC', async (zone, utcOffsetMs) => {
    const { gateway } = await startSlack({
      api: { 'users.info': [{ user: { team_id: 'T0TEAM', ...zone } }] },
    });

    expect(await gateway.findActor('U0ASKER')).toMatchObject({ utcOffsetMs });
  });

  it.each([
    [
      'the name they chose',
      { profile: { display_name: 'lin', real_name: 'Lin Mei' }, real_name: 'Lin Mei', name: 'lmei' },
      'lin',
    ],
    [
      'their real name where they chose none',
      { profile: { display_name: '', real_name: 'Lin Mei' }, name: 'lmei' },
      'Lin Mei',
    ],
    ['the real name beside an empty profile', { profile: {}, real_name: 'Lin Mei', name: 'lmei' }, 'Lin Mei'],
    ['their handle where nothing else is', { profile: { display_name: ' ' }, name: 'lmei' }, 'lmei'],
    ['their id where Slack tells no name', {}, 'U0ASKER'],
  ])('is called by %s', async (_which, user, name) => {
    const { gateway } = await startSlack({ api: { 'users.info': [{ user }] } });

    expect(await gateway.findActor('U0ASKER')).toMatchObject({ name });
  });

  it('is called by their id where Slack does not tell who they are', async () => {
    const { gateway } = await startSlack({
      api: { 'users.info': [{ ok: false, error: 'user_not_found' }] },
    });

    expect(await gateway.findActor('U0ASKER')).toMatchObject({ name: 'U0ASKER', standing: 'unknown' });
  });

  it('is asked once more after a short wait that Slack asks for, and not known after a long one', async () => {
    const user = { team_id: 'T0TEAM' };
    const short = await startSlack({ api: { 'users.info': [{ status: 429, retryAfter: '0' }, { user }] } });
    const long = await startSlack({ api: { 'users.info': [{ status: 429, retryAfter: '30' }, { user }] } });

    expect(await short.gateway.findActor('U0ASKER')).toMatchObject({ standing: 'member' });
    expect(await long.gateway.findActor('U0ASKER')).toMatchObject({ standing: 'unknown', isAdmin: false });
  });
});

const about: Target = {
  kind: 'node',
  runId: 'flow-was98kwzp9qrfoifrc' as RunId,
  nodeId: 'node-feature0join' as NodeId,
  region: 'cn-hangzhou',
  workspaceId: '94801',
};
const metadata = {
  event_type: 'flowbell_run',
  event_payload: {
    region: 'cn-hangzhou',
    workspace_id: '94801',
    run_id: 'flow-was98kwzp9qrfoifrc',
    node_id: 'node-feature0join',
  },
};

describe('a posted message', () => {
  it('goes to its thread with the run it is about, without previews', async () => {
    const { gateway, calls } = await startSlack({
      api: { 'chat.postMessage': [{ channel: 'C0ML', ts: '2.0' }] },
    });

    const posted = await gateway.post({ channelId: 'C0ML', threadTs: '1.0' }, message, about);

    expect(posted).toEqual({ channelId: 'C0ML', ts: '2.0' });
    expect(calls).toEqual([
      {
        method: 'chat.postMessage',
        args: {
          channel: 'C0ML',
          thread_ts: '1.0',
          ...message,
          metadata,
          unfurl_links: 'false',
          unfurl_media: 'false',
        },
      },
    ]);
  });

  it.each([
    ['chat.postMessage', (gateway: Gateway) => gateway.post({ channelId: 'C0ML' }, message)],
    ['chat.postEphemeral', (gateway: Gateway) => gateway.whisper({ channelId: 'C0ML' }, 'U0ASKER', message)],
  ] as const)('is never sent twice by %s, for Slack may have stored it', async (method, say) => {
    const { gateway, calls } = await startSlack({ api: { [method]: [{ status: 500 }] } });

    await expect(say(gateway)).rejects.toThrow();
    expect(calls).toHaveLength(1);
  });

  it('waits once where Slack limits the rate, for then nothing was stored', async () => {
    const limited = { status: 429, retryAfter: '0' };
    const once = await startSlack({ api: { 'chat.postMessage': [limited, { ts: '2.0' }] } });
    const twice = await startSlack({ api: { 'chat.postMessage': [limited, limited, { ts: '2.0' }] } });

    expect(await once.gateway.post({ channelId: 'C0ML' }, message)).toMatchObject({ ts: '2.0' });
    await expect(twice.gateway.post({ channelId: 'C0ML' }, message)).rejects.toThrow();
    expect(twice.calls).toHaveLength(2);
  });

  it('is edited with blocks, text and metadata, and once more where Slack has a fault', async () => {
    const { gateway, calls } = await startSlack({ api: { 'chat.update': [{ status: 500 }] } });

    await gateway.edit({ channelId: 'C0ML', ts: '2.0' }, message, about);

    const args = { channel: 'C0ML', ts: '2.0', ...message, metadata };
    expect(calls).toEqual([
      { method: 'chat.update', args },
      { method: 'chat.update', args },
    ]);
  });

  it('to one person names that person', async () => {
    const { gateway, calls } = await startSlack();

    await gateway.whisper({ channelId: 'C0ML', threadTs: '1.0' }, 'U0ASKER', message);

    expect(calls).toEqual([
      {
        method: 'chat.postEphemeral',
        args: { channel: 'C0ML', thread_ts: '1.0', user: 'U0ASKER', ...message },
      },
    ]);
  });
});

describe('a file', () => {
  const file = { name: 'ctr-daily-train.log', text: '错误 1\n' };

  it('goes to Slack in three steps, its bytes counted and the token kept back', async () => {
    const { gateway, calls, answers, origin } = await startSlack();
    answers.set('files.getUploadURLExternal', [{ upload_url: `${origin}/upload/v1/1`, file_id: 'F1' }]);

    await gateway.sendFile({ channelId: 'C0ML', threadTs: '1.0' }, file, 'the whole log');

    expect(calls).toEqual([
      { method: 'files.getUploadURLExternal', args: { filename: file.name, length: '9' } },
      { method: 'upload', args: { body: file.text, authorization: undefined } },
      {
        method: 'files.completeUploadExternal',
        args: {
          channel_id: 'C0ML',
          thread_ts: '1.0',
          initial_comment: 'the whole log',
          files: [{ id: 'F1', title: file.name }],
        },
      },
    ]);
  });

  it.each([
    'http://169.254.169.254/latest',
    'https://files.slack.com.evil.example/upload',
    'http://files.slack.com/upload',
    '',
  ])('never goes to %j', async (address) => {
    const { gateway, calls } = await startSlack({
      api: { 'files.getUploadURLExternal': [{ upload_url: address, file_id: 'F1' }] },
    });

    await expect(gateway.sendFile({ channelId: 'D0' }, file, '')).rejects.toThrow('not Slack');
    expect(calls).toHaveLength(1);
  });

  it.each([
    ['is lost', { status: 500 }],
    ['tells of a fault of its own', { ok: false, error: 'internal_error' }],
  ])('is not shared twice and may have arrived where Slack’s last answer %s', async (_what, answer) => {
    const { gateway, calls, answers, origin } = await startSlack({
      api: { 'files.completeUploadExternal': [answer] },
    });
    answers.set('files.getUploadURLExternal', [{ upload_url: `${origin}/upload/v1/1`, file_id: 'F1' }]);

    await expect(gateway.sendFile({ channelId: 'D0' }, file, '')).rejects.toBeInstanceOf(
      FileUnconfirmedError,
    );
    expect(calls.map(({ method }) => method)).toEqual([
      'files.getUploadURLExternal',
      'upload',
      'files.completeUploadExternal',
    ]);
  });
});

describe('a file that certainly did not arrive', () => {
  const file = { name: 'ctr.log', text: 'x' };
  const fault = { ok: false, error: 'internal_error' };

  it.each([
    ['has no place for it', { 'files.getUploadURLExternal': [fault, fault] }],
    ['refuses to show it', { 'files.completeUploadExternal': [{ ok: false, error: 'not_in_channel' }] }],
    [
      'limits the rate twice',
      {
        'files.completeUploadExternal': [
          { status: 429, retryAfter: '0' },
          { status: 429, retryAfter: '0' },
        ],
      },
    ],
  ])('because Slack %s is told from one that may have', async (_why, api) => {
    const { gateway, answers, origin } = await startSlack({ api });
    if (!answers.has('files.getUploadURLExternal'))
      answers.set('files.getUploadURLExternal', [{ upload_url: `${origin}/upload/v1/1`, file_id: 'F1' }]);

    const error = await gateway.sendFile({ channelId: 'D0' }, file, '').catch((reason: unknown) => reason);

    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(FileUnconfirmedError);
  });
});

describe('a thread', () => {
  const thread = { channelId: 'C0ML', threadTs: '1.0' };
  const page = (text: string, cursor = '') => ({
    messages: [{ bot_id: 'B0BOT', text }],
    has_more: cursor !== '',
    response_metadata: { next_cursor: cursor },
  });

  it('is read with its metadata, page after page, and no further than three', async () => {
    const pages = [page('help', 'b'), page('x', 'c'), page('flow-aaaaaaaaaa', 'd'), page('flow-bbbbbbbbbb')];
    const { gateway, calls } = await startSlack({ api: { 'conversations.replies': pages } });

    expect(await gateway.threadTargets(thread)).toEqual([{ kind: 'run', runId: 'flow-aaaaaaaaaa' }]);
    expect(calls.map(({ args }) => args)).toEqual(
      [undefined, 'b', 'c'].map((cursor) => ({
        channel: 'C0ML',
        ts: '1.0',
        limit: '200',
        include_all_metadata: 'true',
        ...(cursor && { cursor }),
      })),
    );
  });

  const firstPageOf = (facts: object) => ({
    messages: [
      { ts: '1000.000000', text: 'help', ...facts },
      { ts: '1200.000000', bot_id: 'B0BOT', text: 'flow-aaaaaaaaaa' },
    ],
    has_more: true,
    response_metadata: { next_cursor: 'b' },
  });

  it('longer than what is read is read on where about a page of its newest replies is left', async () => {
    const pages = [
      firstPageOf({ reply_count: 1001, latest_reply: '2000.000000' }),
      page('flow-bbbbbbbbbb', 'c'),
      page('flow-cccccccccc', 'd'),
    ];
    const { gateway, calls } = await startSlack({ api: { 'conversations.replies': pages } });

    expect(await gateway.threadTargets(thread)).toEqual([{ kind: 'run', runId: 'flow-cccccccccc' }]);
    // 1000 replies are left of 800 seconds, 200 of them in the last 160.
    expect(calls.map(({ args: { oldest, cursor } }) => ({ oldest, cursor }))).toEqual([
      { oldest: undefined, cursor: undefined },
      { oldest: '1840.000000', cursor: undefined },
      { oldest: '1840.000000', cursor: 'c' },
    ]);
  });

  it.each([
    ['is short enough to be read whole', { reply_count: 401, latest_reply: '2000.000000' }],
    ['does not tell how long it is', { latest_reply: '2000.000000' }],
    ['does not tell when it was answered last', { reply_count: 1001 }],
    ['tells nonsense', { reply_count: 1001, latest_reply: 'Infinity' }],
    ['runs backwards', { reply_count: 1001, latest_reply: '1100.000000' }],
  ])('that %s is read page after page', async (_what, facts) => {
    const pages = [firstPageOf(facts), page('flow-bbbbbbbbbb')];
    const { gateway, calls } = await startSlack({ api: { 'conversations.replies': pages } });

    expect(await gateway.threadTargets(thread)).toEqual([{ kind: 'run', runId: 'flow-bbbbbbbbbb' }]);
    expect(calls[1]?.args).toMatchObject({ cursor: 'b' });
    expect(calls[1]?.args).not.toHaveProperty('oldest');
  });

  it('that has no more is read no further, however many replies it counts', async () => {
    const whole = { ...firstPageOf({ reply_count: 1001, latest_reply: '2000.000000' }), has_more: false };
    const { gateway, calls } = await startSlack({ api: { 'conversations.replies': [whole] } });

    expect(await gateway.threadTargets(thread)).toHaveLength(1);
    expect(calls).toHaveLength(1);
  });

  it('tells what was read before a page failed', async () => {
    const { gateway } = await startSlack({
      api: { 'conversations.replies': [page('flow-aaaaaaaaaa', 'b'), { ok: false, error: 'fatal_error' }] },
    });

    expect(await gateway.threadTargets(thread)).toHaveLength(1);
  });

  it('that was read to its end is about nothing where it names nothing', async () => {
    const { gateway } = await startSlack({ api: { 'conversations.replies': [page('help')] } });

    expect(await gateway.threadTargets(thread)).toEqual([]);
  });

  it('that names nothing before a page failed was not read', async () => {
    const { gateway } = await startSlack({
      api: { 'conversations.replies': [page('help', 'b'), { ok: false, error: 'fatal_error' }] },
    });

    expect(await gateway.threadTargets(thread)).toBeUndefined();
  });

  it.each(['not_in_channel', 'missing_scope', 'channel_not_found', 'thread_not_found', 'fatal_error'])(
    'that answers %s is told apart from one about nothing, and is no error',
    async (error) => {
      const refusal = { ok: false, error };
      const { gateway } = await startSlack({ api: { 'conversations.replies': [refusal, refusal] } });

      expect(await gateway.threadTargets(thread)).toBeUndefined();
      expect(await gateway.parentTargets(thread)).toEqual([]);
    },
  );

  it('is asked for its parent alone where that is enough', async () => {
    const { gateway, calls } = await startSlack({
      api: { 'conversations.replies': [page('flow-aaaaaaaaaa', 'b')] },
    });

    expect(await gateway.parentTargets(thread)).toHaveLength(1);
    expect(calls).toMatchObject([{ args: { limit: '1' } }]);
  });
});

describe('a channel', () => {
  const info = (channel: object) => ({ 'conversations.info': [{ channel }] });
  const refused = (error: string, more = {}) => ({ 'conversations.info': [{ ok: false, error, ...more }] });
  const find = async (api: Parameters<typeof startSlack>[0], channelId = 'C0ML') => {
    const { gateway, calls } = await startSlack(api);
    return { found: await gateway.findChannel({ channelId, userId: 'U0ASKER' }), calls };
  };

  it.each([
    [
      'public',
      { is_member: true, is_archived: false },
      { kind: 'public', isMember: true, isArchived: false },
    ],
    [
      'public without Flowbell',
      { is_member: false, is_archived: false },
      { kind: 'public', isMember: false, isArchived: false },
    ],
    [
      'archived',
      { is_member: false, is_archived: true },
      { kind: 'public', isMember: false, isArchived: true },
    ],
    [
      'private',
      { is_private: true, is_member: true },
      { kind: 'private', isMember: true, isArchived: false },
    ],
    [
      'private and without a word who is in it',
      { is_private: true },
      { kind: 'private', isMember: true, isArchived: false },
    ],
    [
      'a conversation of several',
      { is_private: true, is_mpim: true, is_member: true },
      { kind: 'group-dm', isMember: true, isArchived: false },
    ],
  ])('that is %s is told as such', async (_what, channel, expected) => {
    expect((await find({ api: info(channel) })).found).toEqual(expected);
  });

  it.each([
    ['does not exist for Flowbell', refused('channel_not_found'), 'private'],
    [
      'is a conversation of several people',
      refused('missing_scope', { needed: 'mpim:read', provided: 'channels:read' }),
      'group-dm',
    ],
  ])('that %s is one that it is not in', async (_what, api, kind) => {
    expect((await find({ api })).found).toEqual({ kind, isMember: false, isArchived: false });
  });

  it.each([
    ['a right is missing', refused('missing_scope', { needed: 'channels:read' })],
    ['Slack has a fault', refused('internal_error')],
    ['Slack is away', { 'conversations.info': [{ status: 503 }, { status: 503 }] }],
  ])('is unknown where %s', async (_why, api) => {
    expect((await find({ api })).found).toBeUndefined();
  });

  it.each([
    ['is Flowbell’s own with the person', 'D0OWN', true],
    ['is other people’s', 'D0THEIRS', false],
  ])('that is a direct message and %s is known by opening their own', async (_what, channelId, isMember) => {
    const { found, calls } = await find(
      { api: { 'conversations.open': [{ channel: { id: 'D0OWN' } }] } },
      channelId,
    );

    expect(found).toEqual({ kind: 'dm', isMember, isArchived: false });
    expect(calls.map(({ method }) => method)).toEqual(['conversations.open']);
  });
});

describe('joining a channel', () => {
  const join = async (...answers: readonly object[]) => {
    const { gateway, calls } = await startSlack({ api: { 'conversations.join': answers } });
    return { joining: gateway.joinChannel('C0ML'), calls };
  };

  it('puts Flowbell into it', async () => {
    const { joining, calls } = await join({ channel: { id: 'C0ML' } });

    expect(await joining).toBe('joined');
    expect(calls).toEqual([{ method: 'conversations.join', args: { channel: 'C0ML' } }]);
  });

  it('is joined where Flowbell is in it already', async () => {
    expect(await (await join({ warning: 'already_in_channel' })).joining).toBe('joined');
  });

  it.each([
    'missing_scope',
    'method_not_supported_for_channel_type',
    'is_archived',
    'channel_not_found',
    'restricted_action',
  ])('is refused where Slack says %s', async (error) => {
    expect(await (await join({ ok: false, error, needed: 'channels:join' })).joining).toBe('refused');
  });

  it('rejects where nobody knows', async () => {
    const { joining } = await join({ status: 503 }, { status: 503 });

    await expect(joining).rejects.toThrow();
  });
});

describe('the address of a message', () => {
  const link = async (...answers: readonly object[]) => {
    const { gateway, calls } = await startSlack({ api: { 'chat.getPermalink': answers } });
    return { found: await gateway.permalinkOf({ channelId: 'C0ML', ts: '2.0' }), calls };
  };

  it('is what Slack says', async () => {
    const { found, calls } = await link({ permalink: 'https://sandbox.slack.com/archives/C0ML/p20' });

    expect(found).toBe('https://sandbox.slack.com/archives/C0ML/p20');
    expect(calls).toEqual([{ method: 'chat.getPermalink', args: { channel: 'C0ML', message_ts: '2.0' } }]);
  });

  it.each([
    ['refuses', [{ ok: false, error: 'message_not_found' }]],
    ['is away', [{ status: 503 }, { status: 503 }]],
  ])('is unknown where Slack %s', async (_what, answers) => {
    expect((await link(...answers)).found).toBeUndefined();
  });
});
