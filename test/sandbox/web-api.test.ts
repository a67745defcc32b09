import { WebClient } from '@slack/web-api';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { FIXTURE_MANIFEST } from './manifest.fixture.ts';

describe('@slack/web-api on the loopback Slack', () => {
  let sandbox: Sandbox;
  let web: WebClient;

  beforeAll(async () => {
    sandbox = await startSandbox({ manifest: FIXTURE_MANIFEST });
    web = createClient(sandbox.env.SLACK_BOT_TOKEN);
  });
  afterEach(async () => {
    await sandbox.client.clearFaults({});
    await sandbox.client.restoreTokens();
    await sandbox.client.setSlack({ strictRates: false, maxPageSize: 999 });
  });
  afterAll(() => sandbox.stop());

  function createClient(token: string | undefined): WebClient {
    return new WebClient(token, {
      slackApiUrl: sandbox.env.SLACK_API_URL ?? '',
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      logger: {
        debug() {},
        info() {},
        warn() {},
        error() {},
        setLevel() {},
        setName() {},
        getLevel: () => 'error' as never,
      },
    });
  }

  async function errorOf(call: Promise<unknown>): Promise<unknown> {
    return call.then(
      () => 'ok',
      (error) => error.data?.error ?? error.code,
    );
  }

  it('tells the bot who it is', async () => {
    expect(await web.auth.test()).toMatchObject({
      ok: true,
      user_id: 'U0BOT',
      bot_id: 'B0BOT',
      user: 'flowbell',
      team_id: 'T0TEAM',
    });
  });

  it('posts, replies, edits, reads and deletes messages', async () => {
    const parent = await web.chat.postMessage({ channel: 'C0ML', text: 'card', metadata: metadataOf('k1') });
    const ts = parent.ts ?? '';
    await web.chat.postMessage({ channel: 'C0ML', text: 'reply', thread_ts: ts, reply_broadcast: true });
    await web.chat.update({ channel: 'C0ML', ts, text: 'card 2' });

    const thread = await web.conversations.replies({ channel: 'C0ML', ts, include_all_metadata: true });
    const history = await web.conversations.history({ channel: 'C0ML' });
    const link = await web.chat.getPermalink({ channel: 'C0ML', message_ts: ts });
    await web.chat.delete({ channel: 'C0ML', ts });

    expect(thread.messages?.map((each) => each.text)).toEqual(['card 2', 'reply']);
    expect(thread.messages?.[0]).toMatchObject({ reply_count: 1, metadata: metadataOf('k1'), thread_ts: ts });
    expect(history.messages?.map((each) => each.text)).toEqual(['reply', 'card 2']);
    expect(link.permalink).toContain(`/archives/C0ML/p${ts.replace('.', '')}`);
    expect(await errorOf(web.conversations.replies({ channel: 'C0ML', ts }))).toBe('thread_not_found');
  });

  function metadataOf(key: string) {
    return { event_type: 'flowbell', event_payload: { key } };
  }

  it('pages through a thread', async () => {
    await sandbox.client.setSlack({ maxPageSize: 2 });
    const parent = await web.chat.postMessage({ channel: 'C0ML', text: 'parent' });
    const ts = parent.ts ?? '';
    for (const text of ['a', 'b']) await web.chat.postMessage({ channel: 'C0ML', text, thread_ts: ts });

    const first = await web.conversations.replies({ channel: 'C0ML', ts, limit: 100 });
    const cursor = first.response_metadata?.next_cursor ?? '';
    const second = await web.conversations.replies({ channel: 'C0ML', ts, cursor });

    expect(first).toMatchObject({ has_more: true, messages: [{ text: 'parent' }, { text: 'a' }] });
    expect(second).toMatchObject({ has_more: false, messages: [{ text: 'b' }] });
  });

  it('shows the parent first whatever range of a thread is asked, and metadata only when asked', async () => {
    const parent = await web.chat.postMessage({ channel: 'C0ML', text: 'parent', metadata: metadataOf('p') });
    const ts = parent.ts ?? '';
    const reply = (text: string) => web.chat.postMessage({ channel: 'C0ML', text, thread_ts: ts });
    const first = await reply('a');
    await reply('b');

    const plain = await web.conversations.replies({ channel: 'C0ML', ts, oldest: first.ts ?? '' });
    const history = await web.conversations.history({
      channel: 'C0ML',
      include_all_metadata: true,
      limit: 1,
    });

    expect(plain.messages?.map((each) => each.text)).toEqual(['parent', 'b']);
    expect(plain.messages?.[0]).not.toHaveProperty('metadata');
    expect(history.messages?.[0]).toMatchObject({ text: 'parent', metadata: metadataOf('p') });
    const bad = web.conversations.replies({ channel: 'C0ML', ts, cursor: 'bm9uc2Vuc2U=' });
    expect(await errorOf(bad)).toBe('invalid_cursor');
  });

  it('gives history newest first, in pages and ranges, without what was deleted', async () => {
    await sandbox.client.addChannel({ channel: 'C0PAGES', name: 'pages' });
    const stamps: string[] = [];
    for (const text of ['a', 'b', 'c', 'd', 'e']) {
      const { ts = '' } = await web.chat.postMessage({
        channel: 'C0PAGES',
        text,
        metadata: metadataOf(text),
      });
      stamps.push(ts);
    }
    const [a = '', b = '', , d = ''] = stamps;
    await web.chat.delete({ channel: 'C0PAGES', ts: d });
    const read = async (more: object) => {
      const answer = await web.conversations.history({ channel: 'C0PAGES', ...more });
      return { ...answer, texts: (answer.messages ?? []).map((each) => each.text).join('') };
    };

    const first = await read({ limit: 2, include_all_metadata: true });
    const second = await read({ limit: 2, cursor: first.response_metadata?.next_cursor });
    const since = await read({ oldest: b });
    const sinceThen = await read({ oldest: b, inclusive: true });
    const until = await read({ latest: b });

    expect(first).toMatchObject({ texts: 'ec', has_more: true });
    expect(first.messages?.map((each) => each.metadata)).toEqual([metadataOf('e'), metadataOf('c')]);
    expect(second).toMatchObject({ texts: 'ba', has_more: false });
    expect(second.messages?.[0]).not.toHaveProperty('metadata');
    expect([since.texts, sinceThen.texts, until.texts]).toEqual(['ec', 'ecb', 'a']);
    expect(until.messages?.[0]?.ts).toBe(a);
  });

  it('tells by which names a person goes', async () => {
    const { user } = await web.users.info({ user: 'U0OWNER' });

    expect(user).toMatchObject({
      name: 'owner',
      real_name: 'Feature owner',
      profile: { display_name: 'owner', real_name: 'Feature owner' },
    });
  });

  it.each([
    ['without a payload', { event_type: 'flowbell' }, 'invalid_metadata_format'],
    ['with a list as payload', { event_type: 'flowbell', event_payload: [] }, 'invalid_metadata_format'],
    ['that is a text', 'flowbell', 'invalid_metadata_format'],
    ['of 9 kB', { event_type: 'f', event_payload: { key: 'x'.repeat(9000) } }, 'metadata_too_large'],
  ])('refuses metadata %s', async (_what, metadata, error) => {
    const given = { channel: 'C0ML', text: 'x', metadata: metadata as never };
    const { ts = '' } = await web.chat.postMessage({ channel: 'C0ML', text: 'card' });

    expect(await errorOf(web.chat.postMessage(given))).toBe(error);
    expect(await errorOf(web.chat.update({ ...given, ts }))).toBe(error);
  });

  it('tells how far a person’s clock is from UTC now, and who is an admin or owner', async () => {
    await sandbox.client.setUser({ user: 'U0PARTNER', tz: 'America/St_Johns', isOwner: true });
    const factsOf = async (user: string) => (await web.users.info({ user })).user;

    expect(await factsOf('U0MEMBER')).toMatchObject({
      tz: 'Asia/Shanghai',
      tz_label: 'China Standard Time',
      tz_offset: 28_800,
      is_admin: false,
      is_owner: false,
    });
    expect(await factsOf('U0ADMIN')).toMatchObject({ tz_offset: 0, is_admin: true, is_owner: false });
    const partner = await factsOf('U0PARTNER');
    expect(partner).toMatchObject({ is_admin: true, is_owner: true });
    expect([-12_600, -9000]).toContain(partner?.tz_offset);
    const nowhere = sandbox.client.setUser({ user: 'U0PARTNER', tz: 'Mars/Olympus' });
    await expect(nowhere).rejects.toThrow('no time zone');
  });

  it('gives the locale of a person only when asked, and marks guests', async () => {
    const plain = await web.users.info({ user: 'U0OWNER' });
    const full = await web.users.info({ user: 'U0OWNER', include_locale: true });
    const guest = await web.users.info({ user: 'U0GUEST' });

    expect(plain.user).not.toHaveProperty('locale');
    expect(full.user).toMatchObject({ locale: 'zh-CN' });
    expect(guest.user).toMatchObject({ is_restricted: true, team_id: 'T0TEAM' });
  });

  it.each([
    ['a public channel without the bot', { channel: 'C0QUIET' }, 'not_in_channel'],
    ['a private channel without the bot', { channel: 'G0PRIVATE' }, 'channel_not_found'],
    ['a channel that does not exist', { channel: 'C0NONE' }, 'channel_not_found'],
    ['an archived channel', { channel: 'C0OLD' }, 'is_archived'],
    ['a thread that does not exist', { channel: 'C0ML', thread_ts: '1.000000' }, 'cannot_reply_to_message'],
  ])('refuses a post to %s', async (_where, to, error) => {
    expect(await errorOf(web.chat.postMessage({ text: 'x', ...to }))).toBe(error);
  });

  it('posts to a person by their id, into the direct message', async () => {
    const posted = await web.chat.postMessage({ channel: 'U0MEMBER', text: 'psst' });
    const opened = await web.conversations.open({ users: 'U0MEMBER' });

    expect(posted.channel).toBe(opened.channel?.id);
  });

  it('shows an ephemeral message to one person only, and to nobody outside the channel', async () => {
    const posted = await web.chat.postEphemeral({ channel: 'C0ML', user: 'U0OWNER', text: 'for you' });

    const seenBy = async (user: string) => (await sandbox.client.messages({ user })).map((each) => each.text);
    expect(await seenBy('U0OWNER')).toContain('for you');
    expect(await seenBy('U0MEMBER')).not.toContain('for you');
    const update = web.chat.update({ channel: 'C0ML', ts: posted.message_ts ?? '', text: 'x' });
    expect(await errorOf(update)).toBe('message_not_found');
    const outside = web.chat.postEphemeral({ channel: 'C0ML', user: 'U0PARTNER', text: 'x' });
    expect(await errorOf(outside)).toBe('user_not_in_channel');
  });

  it('does not let the bot edit what others said', async () => {
    const said = await sandbox.client.say({ user: 'U0MEMBER', channel: 'C0ML', text: 'mine' });

    const edit = web.chat.update({ channel: 'C0ML', ts: said.messageTs ?? '', text: 'x' });
    expect(await errorOf(edit)).toBe('cant_update_message');
  });

  it('drops the blocks when an edit brings text alone, and keeps metadata until it is emptied', async () => {
    const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: 'b' } }] as never;
    const { ts = '' } = await web.chat.postMessage({
      channel: 'C0ML',
      text: 't',
      blocks,
      metadata: metadataOf('k'),
    });

    const first = await web.chat.update({ channel: 'C0ML', ts, text: 'only text' });
    const second = await web.chat.update({ channel: 'C0ML', ts, text: 'no metadata', metadata: {} as never });

    expect(first.message).not.toHaveProperty('blocks');
    expect(first.message).toHaveProperty('metadata');
    expect(second.message).not.toHaveProperty('metadata');
  });

  it('uploads a file into a thread in three steps', async () => {
    const { ts = '' } = await web.chat.postMessage({ channel: 'C0ML', text: 'parent' });

    await web.filesUploadV2({
      channel_id: 'C0ML',
      thread_ts: ts,
      filename: 'log.txt',
      content: 'line 1',
      initial_comment: 'the log',
    });

    const shared = await sandbox.client.waitForMessage((each) => each.via === 'files');
    expect(shared).toMatchObject({ threadTs: ts, text: 'the log', files: [{ name: 'log.txt', size: 6 }] });
  });

  it('keeps the text of an upload beside its message, and answers with id and title', async () => {
    const text = `${'line, 行\n'.repeat(900_000)}end`;
    const announced = await web.files.getUploadURLExternal({
      filename: 'ctr.log',
      length: Buffer.byteLength(text),
    });
    const stepTwo = await fetch(announced.upload_url ?? '', { method: 'POST', body: text });
    const done = await web.files.completeUploadExternal({
      files: [{ id: announced.file_id ?? '', title: 'The log' }],
      channel_id: 'C0ML',
      initial_comment: 'whole',
    });

    expect(stepTwo.status).toBe(200);
    expect(done).toMatchObject({ ok: true, files: [{ id: announced.file_id, title: 'The log' }] });
    const [file] = (await sandbox.client.waitForMessage((each) => each.text === 'whole')).files ?? [];
    expect(file).toMatchObject({ name: 'ctr.log', title: 'The log', size: Buffer.byteLength(text) });
    expect(file?.text.startsWith('line, 行\nline')).toBe(true);
    expect(Buffer.byteLength(file?.text ?? '')).toBeLessThanOrEqual(10 * 1024 * 1024 + 3);
    const { messages } = await web.conversations.history({ channel: 'C0ML', limit: 1 });
    expect(messages?.[0]?.files?.[0]).toMatchObject({ id: announced.file_id, name: 'ctr.log' });
    expect(messages?.[0]?.files?.[0]).not.toHaveProperty('text');
  });

  it('shares a file into the direct message that conversations.open names, not to a person’s id', async () => {
    const { channel } = await web.conversations.open({ users: 'U0MEMBER' });
    const share = (channel_id: string) =>
      web.filesUploadV2({ channel_id, filename: 'a.log', content: 'only for you' });

    await share(channel?.id ?? '');

    const shared = await sandbox.client.waitForMessage((each) => each.files?.[0]?.name === 'a.log');
    expect(shared).toMatchObject({ channel: channel?.id, files: [{ text: 'only for you' }] });
    expect(await errorOf(share('U0MEMBER'))).toBe('channel_not_found');
  });

  it('refuses wrong, revoked and misplaced tokens', async () => {
    expect(await errorOf(createClient('xoxb-other').auth.test())).toBe('invalid_auth');
    expect(await errorOf(createClient(undefined).auth.test())).toBe('not_authed');
    expect(await errorOf(createClient(sandbox.env.SLACK_APP_TOKEN).auth.test())).toBe(
      'not_allowed_token_type',
    );
    expect(await errorOf(web.apps.connections.open())).toBe('not_allowed_token_type');
    await sandbox.client.revokeToken({ which: 'bot' });
    expect(await errorOf(web.auth.test())).toBe('token_revoked');
  });

  it('refuses what the manifest has no scope for, and names the scope', async () => {
    const call = web.conversations.join({ channel: 'C0QUIET' });

    await expect(call).rejects.toMatchObject({ data: { error: 'missing_scope', needed: 'channels:join' } });
  });

  it.each([
    ['a public channel with the bot', 'C0ML', { is_member: true, is_private: false, is_archived: false }],
    ['a public channel without it', 'C0QUIET', { is_member: false, is_private: false, is_archived: false }],
    ['an archived channel', 'C0OLD', { is_member: true, is_private: false, is_archived: true }],
    ['a channel shared with a partner', 'C0SHARED', { is_member: true, is_ext_shared: true }],
    ['a direct message', 'D00MEMBER', { is_im: true, user: 'U0MEMBER' }],
  ])('shows %s to conversations.info', async (_what, channel, facts) => {
    await web.conversations.open({ users: 'U0MEMBER' });

    const answer = await web.conversations.info({ channel });

    expect(answer.channel).toMatchObject({ id: channel, ...facts });
  });

  it('shows conversations.info a private channel only while the bot is in it', async () => {
    const created = { channel: 'G0ROOM', name: 'room', kind: 'private' as const };
    await sandbox.client.addChannel(created);
    const inside = await web.conversations.info({ channel: 'G0ROOM' });
    await sandbox.client.leave({ user: 'U0BOT', channel: 'G0ROOM' });

    expect(inside.channel).toMatchObject({ is_member: true, is_private: true, is_group: true });
    expect(await errorOf(web.conversations.info({ channel: 'G0ROOM' }))).toBe('channel_not_found');
    expect(await errorOf(web.conversations.info({ channel: 'G0PRIVATE' }))).toBe('channel_not_found');
    expect(await errorOf(web.conversations.info({ channel: 'C0NONE' }))).toBe('channel_not_found');
  });

  it('refuses methods it does not know', async () => {
    expect(await errorOf(web.apiCall('chat.teleport'))).toBe('unknown_method');
  });

  it('takes JSON bodies, and a token in the body', async () => {
    const response = await fetch(`${sandbox.env.SLACK_API_URL}chat.postMessage`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        token: sandbox.env.SLACK_BOT_TOKEN,
        channel: 'C0ML',
        text: 'json',
        team_id: 'T0TEAM',
      }),
    });

    expect(await response.json()).toMatchObject({ ok: true, message: { text: 'json' } });
  });

  it('answers 429 with Retry-After above one post a second when strict', async () => {
    await sandbox.client.setSlack({ strictRates: true });
    const post = () => web.chat.postMessage({ channel: 'C0ML', text: 'fast' });

    const results = await Promise.allSettled([post(), post(), post(), post()]);

    const refused = results.filter((each) => each.status === 'rejected').map((each) => each.reason);
    expect(refused.map((each) => each.retryAfter)).toEqual([1, 1]);
  });

  it('allows 50 edits a minute when strict, and other methods beside them', async () => {
    const { ts = '' } = await web.chat.postMessage({ channel: 'C0ML', text: 'card' });
    await sandbox.client.setSlack({ strictRates: true });
    const edit = (text: string) => web.chat.update({ channel: 'C0ML', ts, text });

    const results = await Promise.allSettled(Array.from({ length: 51 }, (_, index) => edit(`v${index}`)));

    expect(results.filter((each) => each.status === 'rejected')).toHaveLength(1);
    expect(await errorOf(web.users.info({ user: 'U0OWNER' }))).toBe('ok');
  });

  it('wants the ts of the parent for a reply, not that of another reply', async () => {
    const { ts = '' } = await web.chat.postMessage({ channel: 'C0ML', text: 'parent' });
    const reply = await web.chat.postMessage({ channel: 'C0ML', text: 'reply', thread_ts: ts });

    const nested = web.chat.postMessage({ channel: 'C0ML', text: 'x', thread_ts: reply.ts ?? '' });
    expect(await errorOf(nested)).toBe('cannot_reply_to_message');
  });

  it('shows people only what stands in their channels', async () => {
    await web.chat.postMessage({ channel: 'C0SHARED', text: 'for the partner too' });

    const seenBy = async (user: string) => (await sandbox.client.messages({ user })).map((each) => each.text);
    expect(await seenBy('U0PARTNER')).toEqual(['for the partner too']);
    expect(await seenBy('U0GUEST')).not.toContain('for the partner too');
  });

  it('stores a post whose answer is lost, and one whose answer comes before its effect', async () => {
    await sandbox.client.addSlackFault({ kind: 'lost', operation: 'chat.postMessage', count: 1 });
    expect(await errorOf(web.chat.postMessage({ channel: 'C0ML', text: 'lost answer' }))).toMatch(/error/);
    await sandbox.client.addSlackFault({
      kind: 'late',
      delayMs: 20,
      operation: 'chat.postMessage',
      count: 1,
    });
    expect(await errorOf(web.chat.postMessage({ channel: 'C0ML', text: 'late effect' }))).toMatch(/error/);

    await sandbox.client.waitForMessage((each) => each.text === 'lost answer');
    await sandbox.client.waitForMessage((each) => each.text === 'late effect');
  });

  it.each([
    [{ kind: 'error', code: 'internal_error' } as const, 'internal_error'],
    [{ kind: 'http', status: 503 } as const, 'slack_webapi_http_error'],
    [{ kind: 'reset' } as const, 'slack_webapi_request_error'],
  ])('answers the ordered fault %o once, in one channel only', async (fault, error) => {
    await sandbox.client.addSlackFault({
      ...fault,
      operation: 'chat.postMessage',
      channel: 'C0ML',
      count: 1,
    });

    const elsewhere = await errorOf(web.chat.postMessage({ channel: 'C0SHARED', text: 'x' }));
    const here = await errorOf(web.chat.postMessage({ channel: 'C0ML', text: 'x' }));
    const again = await errorOf(web.chat.postMessage({ channel: 'C0ML', text: 'x' }));

    expect([elsewhere, here, again]).toEqual(['ok', error, 'ok']);
  });
});
