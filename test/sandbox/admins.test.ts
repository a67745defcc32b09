import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { FIXTURE_MANIFEST } from './manifest.fixture.ts';
import { callSlack, connectApp, type Payload } from './tiny-app.ts';

const EVENTS = [
  'channel_archive',
  'channel_unarchive',
  'channel_left',
  'group_archive',
  'group_unarchive',
  'group_left',
  'member_joined_channel',
  'member_left_channel',
  'message.channels',
];
const MANIFEST = {
  ...FIXTURE_MANIFEST,
  oauth_config: {
    scopes: {
      bot: ['chat:write', 'channels:read', 'channels:join', 'groups:read', 'files:write'],
      bot_optional: ['channels:history', 'mpim:read'],
    },
  },
  settings: { ...FIXTURE_MANIFEST.settings, event_subscriptions: { bot_events: EVENTS } },
};

describe('what people and admins can do to the bot', () => {
  let sandbox: Sandbox;
  const events: Record<string, unknown>[] = [];

  beforeAll(async () => {
    sandbox = await startSandbox({ manifest: MANIFEST });
    await connectApp(sandbox, ({ event }: Payload) => events.push(event as Record<string, unknown>));
    await sandbox.client.addChannel({ channel: 'G0ROOM', name: 'room', kind: 'private' });
  });
  afterEach(() => {
    events.length = 0;
  });
  afterAll(() => sandbox.stop());

  const post = (more: object = {}) =>
    callSlack(sandbox, 'chat.postMessage', { channel: 'C0ML', text: 'card', ...more });
  const call = async (method: string, args: object) => (await callSlack(sandbox, method, args)).error ?? 'ok';

  it('lets an admin delete any message, and others their own', async () => {
    const { ts = '' } = await post();
    const said = await sandbox.client.say({ user: 'U0MEMBER', channel: 'C0ML', text: 'mine' });
    const erase = (user: string, message: string) =>
      sandbox.client.deleteMessage({ user, channel: 'C0ML', ts: message });

    await expect(erase('U0MEMBER', ts)).rejects.toThrow('U0MEMBER may not delete what U0BOT said');
    await erase('U0MEMBER', said.messageTs ?? '');
    await erase('U0ADMIN', ts);
    await expect(erase('U0ADMIN', ts)).rejects.toThrow(`there is no message ${ts}`);

    expect(await sandbox.client.messages({ channel: 'C0ML' })).toEqual([]);
    const deleted = events.filter((each) => each.subtype === 'message_deleted');
    expect(deleted.map((each) => each.deleted_ts)).toEqual([said.messageTs, ts]);
  });

  it('refuses what is done to a deleted message or in its thread', async () => {
    const { ts = '' } = await post();
    await post({ thread_ts: ts });
    await sandbox.client.deleteMessage({ user: 'U0ADMIN', channel: 'C0ML', ts });

    expect(await call('chat.postMessage', { channel: 'C0ML', text: 'x', thread_ts: ts })).toBe(
      'cannot_reply_to_message',
    );
    expect(await call('conversations.replies', { channel: 'C0ML', ts })).toBe('thread_not_found');
    expect(await call('chat.update', { channel: 'C0ML', ts, text: 'x' })).toBe('message_not_found');
    expect(await call('chat.delete', { channel: 'C0ML', ts })).toBe('message_not_found');
    expect(await call('chat.getPermalink', { channel: 'C0ML', message_ts: ts })).toBe('message_not_found');
  });

  it('lets only admins post in a read-only channel, and the bot edit what it said before', async () => {
    const { ts = '' } = await post();
    await sandbox.client.setChannel({ channel: 'C0ML', isReadOnly: true });
    const say = (user: string) => sandbox.client.say({ user, channel: 'C0ML', text: 'x' });

    expect((await post()).error).toBe('restricted_action');
    expect(await call('chat.postEphemeral', { channel: 'C0ML', user: 'U0OWNER', text: 'x' })).toBe(
      'restricted_action',
    );
    expect(await call('chat.update', { channel: 'C0ML', ts, text: 'x' })).toBe('ok');
    await expect(say('U0MEMBER')).rejects.toThrow('only admins may post in C0ML');
    expect((await say('U0ADMIN')).outcome).toBe('acked');
    await sandbox.client.setChannel({ channel: 'C0ML', isReadOnly: false });
    expect((await post()).error).toBeUndefined();
  });

  it('takes scopes away and gives them back', async () => {
    const scopesOf = async () => {
      const response = await fetch(`${sandbox.env.SLACK_API_URL}auth.test`, {
        method: 'POST',
        headers: { authorization: `Bearer ${sandbox.env.SLACK_BOT_TOKEN}` },
      });
      return response.headers.get('x-oauth-scopes')?.split(',');
    };
    const granted = await scopesOf();

    await sandbox.client.setScopes({ without: ['chat:write'] });
    const refused = await post();
    const left = await scopesOf();
    const { scopes } = await sandbox.client.state();
    await sandbox.client.setScopes({ without: [] });

    expect(refused).toMatchObject({ error: 'missing_scope', needed: 'chat:write', provided: left?.join() });
    expect(left).toEqual(granted?.filter((scope) => scope !== 'chat:write'));
    expect(scopes).toEqual(left);
    expect(await scopesOf()).toEqual(granted);
    expect((await post()).error).toBeUndefined();
    const unknown = sandbox.client.setScopes({ without: ['chat:wirte'] });
    await expect(unknown).rejects.toThrow('the manifest has no chat:wirte');
  });

  it('counts optional scopes as granted', async () => {
    expect(await call('conversations.history', { channel: 'C0ML' })).toBe('ok');
    await sandbox.client.setScopes({ without: ['channels:history'] });
    expect(await call('conversations.history', { channel: 'C0ML' })).toBe('missing_scope');
    await sandbox.client.setScopes({ without: [] });
  });

  it.each([
    ['C0ML', 'channel_archive', 'channel_unarchive', { user: 'U0ADMIN' }],
    ['G0ROOM', 'group_archive', 'group_unarchive', { actor_id: 'U0ADMIN' }],
  ])('tells an app in %s that it was archived and reopened', async (channel, archive, unarchive, actor) => {
    const outcomes = [];
    for (const isArchived of [true, true, false])
      outcomes.push((await sandbox.client.setChannel({ channel, isArchived })).outcome);

    const event_ts = expect.stringMatching(/^\d+\.\d{6}$/);
    expect(outcomes).toEqual(['acked', 'not_subscribed', 'acked']);
    expect(events).toEqual([
      { type: archive, channel, user: 'U0ADMIN', event_ts },
      { type: unarchive, channel, ...actor, event_ts },
    ]);
  });

  it('tells an app nothing of channels it is not in', async () => {
    await sandbox.client.setChannel({ channel: 'C0QUIET', isArchived: true });
    await sandbox.client.setChannel({ channel: 'C0QUIET', isArchived: false });
    await sandbox.client.leave({ user: 'U0MEMBER', channel: 'C0QUIET' });
    await sandbox.client.join({ user: 'U0MEMBER', channel: 'C0QUIET' });

    expect(events).toEqual([]);
  });

  it.each([
    ['C0ML', 'channel_left', 'C'],
    ['G0ROOM', 'group_left', 'G'],
  ])('tells the bot that it was removed from %s and invited again', async (channel, left, channel_type) => {
    await sandbox.client.leave({ user: 'U0BOT', channel });
    const refused = await post({ channel });
    await sandbox.client.join({ user: 'U0BOT', channel });
    await sandbox.client.join({ user: 'U0BOT', channel });

    expect(refused.error).toBe(channel === 'C0ML' ? 'not_in_channel' : 'channel_not_found');
    const event_ts = expect.any(String);
    expect(events).toEqual([
      { type: left, channel, actor_id: 'U0ADMIN', event_ts },
      { type: 'member_joined_channel', user: 'U0BOT', channel, channel_type, team: 'T0TEAM', event_ts },
    ]);
  });

  it('tells the bot that it came into a channel of its own accord', async () => {
    await callSlack(sandbox, 'conversations.join', { channel: 'C0QUIET' });
    await callSlack(sandbox, 'conversations.join', { channel: 'C0QUIET' });

    await expect.poll(() => events.length).toBe(1);
    expect(events).toMatchObject([{ type: 'member_joined_channel', user: 'U0BOT', channel: 'C0QUIET' }]);
  });

  it('has a group DM, of which the bot sees nothing without its own scope', async () => {
    const show = () => call('conversations.info', { channel: 'G0GROUP' });
    const outside = await show();
    await sandbox.client.setScopes({ without: ['mpim:read'] });
    const refused = await callSlack(sandbox, 'conversations.info', { channel: 'G0GROUP' });
    const history = await callSlack(sandbox, 'conversations.history', { channel: 'G0GROUP' });
    await sandbox.client.setScopes({ without: [] });
    await sandbox.client.addChannel({ channel: 'G0OURS', name: 'mpdm-a--b-1', kind: 'mpim' });
    const ours = await callSlack(sandbox, 'conversations.info', { channel: 'G0OURS' });

    expect(outside).toBe('channel_not_found');
    expect(refused).toMatchObject({ error: 'missing_scope', needed: 'mpim:read' });
    expect(history).toMatchObject({ error: 'missing_scope', needed: 'mpim:history' });
    expect(ours).toMatchObject({
      channel: { is_mpim: true, is_private: true, is_im: false, is_member: true },
    });
  });
});
