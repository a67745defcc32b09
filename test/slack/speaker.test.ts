import { WebClient } from '@slack/web-api';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import type { Said } from '../../src/domain/delivery.ts';
import type { Target } from '../../src/domain/target.ts';
import { slackLogger } from '../../src/logger.ts';
import { renderNotice } from '../../src/messages/notices.ts';
import { clientOptions, posterOptions } from '../../src/slack/bolt.ts';
import { createSpeaker } from '../../src/slack/speaker.ts';
import { closedPort } from '../helpers/closed-port.ts';
import { nodeId, runId } from '../helpers/runs.ts';
import { type Answered, startFakeSlack } from './fake-slack.ts';

const MESSAGE = renderNotice({ kind: 'asking' }, 'en');
const ABOUT: Target = { kind: 'node', runId: runId(1), nodeId: nodeId(1), region: 'cn-hangzhou' };
const KEY = 'T0TEAM|C0ML|cn-hangzhou/flow-1|succeeded';
const HASH = '672f11d37ada414e6d57c35290066b33';
const MARK = { key: KEY, about: ABOUT };
const METADATA = {
  event_type: 'flowbell_run',
  event_payload: { key: HASH, region: 'cn-hangzhou', run_id: runId(1), node_id: nodeId(1) },
};
const CARD = { channelId: 'C0ML', ts: '2.0' };

/** A speaker to a Slack that answers so, whose `poster` gives up after `timeout`. */
async function setUp(
  api: Readonly<Record<string, readonly Answered[]>> = {},
  { apiUrl, timeout = 5000 }: { apiUrl?: string; timeout?: number } = {},
) {
  const { slack, calls } = await startFakeSlack({ api });
  const logger = slackLogger(pino({ level: 'silent' }), { logLevel: 'error', loudest: 'debug' });
  const options = () => clientOptions({ ...slack, apiUrl: apiUrl ?? slack.apiUrl }, { fetch, logger });
  const speaker = createSpeaker({
    client: new WebClient(slack.botToken, options()),
    poster: new WebClient(slack.botToken, { ...posterOptions(options()), timeout }),
    botId: 'B0BOT',
  });
  return { speaker, calls };
}

describe('a post', () => {
  it('goes to its thread with its key and the node that it is about, without previews', async () => {
    const { speaker, calls } = await setUp({ 'chat.postMessage': [{ ts: '2.0' }] });

    const said = await speaker.post({ channelId: 'C0ML', threadTs: '1.0' }, MESSAGE, MARK);

    expect(said).toEqual({ kind: 'sent', ts: '2.0' });
    expect(calls).toEqual([
      {
        method: 'chat.postMessage',
        args: {
          channel: 'C0ML',
          thread_ts: '1.0',
          ...MESSAGE,
          metadata: METADATA,
          unfurl_links: 'false',
          unfurl_media: 'false',
        },
      },
    ]);
  });

  it('carries its key alone where it is about no single run', async () => {
    const { speaker, calls } = await setUp({ 'chat.postMessage': [{ ts: '2.0' }] });

    await speaker.post({ channelId: 'C0ML' }, MESSAGE, { key: KEY });

    expect(calls[0]?.args).toMatchObject({
      metadata: { event_type: 'flowbell_run', event_payload: { key: HASH } },
    });
    expect(calls[0]?.args).not.toHaveProperty('thread_ts');
  });

  it('without blocks is text alone', async () => {
    const { speaker, calls } = await setUp({ 'chat.postMessage': [{ ts: '2.0' }] });

    await speaker.post({ channelId: 'C0ML' }, { text: 'plain', blocks: [] }, MARK);

    expect(calls[0]?.args).toMatchObject({ text: 'plain' });
    expect(calls[0]?.args).not.toHaveProperty('blocks');
  });

  it.each<[string, Answered, Said]>([
    [
      'a limit',
      { status: 429, retryAfter: '7' },
      { kind: 'not-sent', error: 'ratelimited', retryAfterMs: 7000 },
    ],
    [
      'a limit said in words',
      { ok: false, error: 'ratelimited', retryAfter: '7' },
      { kind: 'not-sent', error: 'ratelimited', retryAfterMs: 7000 },
    ],
    [
      'a token that is refused',
      { ok: false, error: 'token_revoked' },
      { kind: 'not-sent', error: 'token_revoked' },
    ],
    [
      'a channel that takes nothing',
      { ok: false, error: 'is_archived' },
      { kind: 'refused', error: 'is_archived', about: 'archived' },
    ],
    ['a fault of Slack’s', { ok: false, error: 'fatal_error' }, { kind: 'unknown', error: 'fatal_error' }],
    ['HTTP 503', { status: 503 }, { kind: 'unknown', error: 'http_503' }],
    ['HTTP 404', { status: 404 }, { kind: 'not-sent', error: 'http_404' }],
    ['a page', { junk: '<html>Bad gateway</html>' }, { kind: 'unknown', error: 'unreadable_answer' }],
    ['an empty answer', { junk: '' }, { kind: 'unknown', error: 'unreadable_answer' }],
    ['an answer cut short', { junk: '{"ok":true,"ts"' }, { kind: 'unknown', error: 'unreadable_answer' }],
    ['an answer without an id', {}, { kind: 'unknown', error: 'no_ts' }],
    [
      'a cut connection',
      { silence: 'cut' },
      { kind: 'unknown', error: expect.stringMatching(/^(?:ECONNRESET|UND_ERR_SOCKET)$/) },
    ],
  ])('tells of %s what is certain, and asks once', async (_what, answered, expected) => {
    const { speaker, calls } = await setUp({ 'chat.postMessage': [answered, { ts: '3.0' }] });

    expect(await speaker.post({ channelId: 'C0ML' }, MESSAGE, MARK)).toEqual(expected);
    expect(calls).toHaveLength(1);
  });

  it('is of unknown fate where Slack does not answer in time, and is asked once', async () => {
    const { speaker, calls } = await setUp({ 'chat.postMessage': [{ silence: 'held' }] }, { timeout: 300 });

    const said = await speaker.post({ channelId: 'C0ML' }, MESSAGE, MARK);

    expect(said).toEqual({ kind: 'unknown', error: 'no_answer' });
    expect(calls).toHaveLength(1);
  });

  it('was certainly not sent where Slack cannot be reached', async () => {
    const { speaker } = await setUp({}, { apiUrl: `http://127.0.0.1:${await closedPort()}/api/` });

    expect(await speaker.post({ channelId: 'C0ML' }, MESSAGE, MARK)).toEqual({
      kind: 'not-sent',
      error: 'ECONNREFUSED',
    });
  });
});

describe('an edit', () => {
  it('puts message and metadata in place', async () => {
    const { speaker, calls } = await setUp({ 'chat.update': [{ ts: '2.0' }] });

    expect(await speaker.edit(CARD, MESSAGE, MARK)).toEqual({ kind: 'sent', ts: '2.0' });
    expect(calls).toEqual([
      { method: 'chat.update', args: { channel: 'C0ML', ts: '2.0', ...MESSAGE, metadata: METADATA } },
    ]);
  });

  it('is not repeated, for a late one could win over a newer one', async () => {
    const { speaker, calls } = await setUp({ 'chat.update': [{ status: 500 }, { ts: '2.0' }] });

    expect(await speaker.edit(CARD, MESSAGE, MARK)).toEqual({ kind: 'unknown', error: 'http_500' });
    expect(calls).toHaveLength(1);
  });

  it.each(['message_not_found', 'cant_update_message', 'edit_window_closed'])(
    'that is refused with %s is about the thread',
    async (error) => {
      const { speaker } = await setUp({ 'chat.update': [{ ok: false, error }] });

      expect(await speaker.edit(CARD, MESSAGE, MARK)).toEqual({ kind: 'refused', error, about: 'thread' });
    },
  );
});

describe('looking for a message', () => {
  const since = new Date('2026-11-23T03:00:00Z');
  const ours = (ts: string, key = HASH) => ({
    ts,
    bot_id: 'B0BOT',
    metadata: { event_type: 'flowbell_run', event_payload: { key } },
  });
  const page = (messages: readonly object[], cursor = '') => ({
    messages,
    has_more: cursor !== '',
    response_metadata: { next_cursor: cursor },
  });
  const inThread = { channelId: 'C0ML', threadTs: '1.0' };
  const inChannel = { channelId: 'C0ML' };
  const REPLIES = 'conversations.replies';
  const HISTORY = 'conversations.history';
  const look = async (...answers: readonly Answered[]) => {
    const { speaker, calls } = await setUp({ [REPLIES]: answers });
    return { sighting: await speaker.find(inThread, KEY, since), calls };
  };

  it.each([
    ['a thread', inThread, REPLIES, { ts: '1.0' }],
    ['a channel', inChannel, HISTORY, {}],
  ])('in %s reads from five minutes before it was first sent', async (_where, spot, method, more) => {
    const { speaker, calls } = await setUp({ [method]: [page([ours('2.0')])] });

    expect(await speaker.find(spot, KEY, since)).toEqual({ kind: 'seen', copies: ['2.0'] });
    expect(calls).toEqual([
      {
        method,
        args: {
          channel: 'C0ML',
          oldest: '1795402500.000000',
          include_all_metadata: 'true',
          limit: '200',
          ...more,
        },
      },
    ]);
  });

  it('finds all copies on all pages, oldest first', async () => {
    const { sighting, calls } = await look(
      page([ours('1795402900.000300'), ours('1795402900.000200')], 'b'),
      page([ours('1795402800.000900')]),
    );

    expect(sighting).toEqual({
      kind: 'seen',
      copies: ['1795402800.000900', '1795402900.000200', '1795402900.000300'],
    });
    expect(calls[1]?.args).toMatchObject({ cursor: 'b', oldest: '1795402500.000000' });
  });

  it.each([
    ['another app’s', { ...ours('2.0'), bot_id: 'B0OTHER' }],
    ['a person’s', { ...ours('2.0'), bot_id: undefined }],
    ['ours with another key', ours('2.0', 'f'.repeat(32))],
    ['ours without a key', { ...ours('2.0'), metadata: { event_type: 'flowbell_run', event_payload: {} } }],
    ['ours with metadata of another kind', { ...ours('2.0'), metadata: { event_type: 'other' } }],
    ['ours without metadata', { ...ours('2.0'), metadata: undefined }],
  ])('does not take %s for it', async (_whose, message) => {
    expect((await look(page([message]))).sighting).toEqual({ kind: 'not-seen' });
  });

  it('knows nothing where more was said than it reads', async () => {
    const { sighting, calls } = await look(
      ...Array.from({ length: 11 }, (_, index) => page([], `page ${index}`)),
    );

    expect(sighting).toEqual({ kind: 'failed', error: 'too_much_to_read' });
    expect(calls).toHaveLength(10);
  });

  it.each([
    [
      'missing_scope',
      { ok: false, error: 'missing_scope' },
      { kind: 'may-not-look', error: 'missing_scope' },
    ],
    [
      'not_allowed_token_type',
      { ok: false, error: 'not_allowed_token_type' },
      { kind: 'may-not-look', error: 'not_allowed_token_type' },
    ],
    ['a thread that is gone', { ok: false, error: 'thread_not_found' }, { kind: 'not-seen' }],
    [
      'a channel that is gone',
      { ok: false, error: 'channel_not_found' },
      { kind: 'failed', error: 'channel_not_found', closed: 'removed' },
    ],
    [
      'a channel that it was removed from',
      { ok: false, error: 'not_in_channel' },
      { kind: 'failed', error: 'not_in_channel', closed: 'removed' },
    ],
    [
      'a limit',
      { status: 429, retryAfter: '30' },
      { kind: 'failed', error: 'ratelimited', retryAfterMs: 30_000 },
    ],
    ['a fault of Slack’s', { ok: false, error: 'fatal_error' }, { kind: 'failed', error: 'fatal_error' }],
    ['junk', { junk: '<html>' }, { kind: 'failed', error: 'unreadable_answer' }],
  ])('tells of %s what is certain', async (_what, answered, expected) => {
    expect((await look(answered, answered)).sighting).toEqual(expected);
  });

  it('asks once more after a lost answer, for reading is harmless', async () => {
    expect((await look({ status: 500 }, page([ours('2.0')]))).sighting).toMatchObject({ kind: 'seen' });
  });

  it('tells of what it saw before a page failed', async () => {
    expect((await look(page([ours('2.0')], 'b'), { ok: false, error: 'fatal_error' })).sighting).toEqual({
      kind: 'seen',
      copies: ['2.0'],
    });
  });
});

describe('removing a message', () => {
  it.each([
    ['Slack removes it', [{}], true],
    ['it is gone already', [{ ok: false, error: 'message_not_found' }], true],
    [
      'an answer was lost and it is gone then',
      [{ status: 500 }, { ok: false, error: 'message_not_found' }],
      true,
    ],
    ['it may not be', [{ ok: false, error: 'cant_delete_message' }], false],
    ['Slack is away', [{ status: 503 }, { status: 503 }], false],
  ])('where %s tells whether it is gone', async (_what, answers, isGone) => {
    const { speaker, calls } = await setUp({ 'chat.delete': answers });

    expect(await speaker.remove(CARD)).toBe(isGone);
    expect(calls[0]).toEqual({ method: 'chat.delete', args: { channel: 'C0ML', ts: '2.0' } });
  });
});

describe('a DM', () => {
  it.each([
    ['opens', [{ channel: { id: 'D0OWN' } }], 'D0OWN'],
    ['does not open for Slack', [{ ok: false, error: 'cannot_dm_bot' }], undefined],
    ['is not named', [{}], undefined],
    ['does not open while Slack is away', [{ status: 503 }, { status: 503 }], undefined],
  ])('that %s is told as such', async (_what, answers, expected) => {
    const { speaker } = await setUp({ 'conversations.open': answers });

    expect(await speaker.openDm('U0OWNER')).toBe(expected);
  });
});
