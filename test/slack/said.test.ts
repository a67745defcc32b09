import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from '@slack/web-api';
import { describe, expect, it } from 'vitest';
import { saidBy } from '../../src/slack/said.ts';

const platform = (error: string, more = {}) => new WebAPIPlatformError({ ok: false, error, ...more });
/** As fetch fails: the cause is below an error of Slack's client and one of its own. */
const lost = (code: string, more = {}) =>
  new WebAPIRequestError(
    new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code, ...more }) }),
  );

describe('what Slack refuses', () => {
  it.each([
    ['not_in_channel', 'removed'],
    ['channel_not_found', 'removed'],
    ['is_archived', 'archived'],
    ['restricted_action', 'read-only'],
    ['restricted_action_read_only_channel', 'read-only'],
    ['restricted_action_thread_only_channel', 'message'],
    ['restricted_action_of_a_kind_to_come', 'read-only'],
    ['messages_tab_disabled', 'closed'],
    ['cannot_dm_bot', 'closed'],
    ['user_disabled', 'closed'],
    ['user_not_found', 'closed'],
    ['user_not_visible', 'closed'],
    ['cannot_reply_to_message', 'thread'],
    ['thread_not_found', 'thread'],
    ['message_not_found', 'thread'],
    ['restricted_action_thread_locked', 'thread'],
    ['restricted_action_non_threadable_channel', 'thread'],
    ['cant_update_message', 'thread'],
    ['edit_window_closed', 'thread'],
    ['invalid_blocks', 'blocks'],
    ['invalid_blocks_format', 'blocks'],
    ['msg_blocks_too_long', 'blocks'],
    ['msg_too_long', 'blocks'],
    ['no_text', 'blocks'],
    ['metadata_too_large', 'blocks'],
    ['invalid_metadata_format', 'blocks'],
    ['invalid_metadata_schema', 'blocks'],
    ['as_user_not_supported', 'message'],
    ['too_many_attachments', 'message'],
    ['a_word_to_come', 'message'],
  ])('with %s is about the %s', (word, about) => {
    expect(saidBy(platform(word))).toEqual({ kind: 'refused', error: word, about });
  });
});

describe('what has to wait', () => {
  it.each([
    ['ratelimited', 'a limit'],
    ['rate_limited', 'a limit'],
    ['message_limit_exceeded', 'a limit of the Slack workspace'],
    ['invalid_auth', 'a token that is refused'],
    ['token_revoked', 'a token that was taken back'],
    ['account_inactive', 'an app that was removed'],
    ['missing_scope', 'a scope that was taken away'],
    ['no_permission', 'a right that is missing'],
    ['org_login_required', 'a Slack workspace that is being moved'],
    ['team_added_to_org', 'a Slack workspace that is being moved'],
    ['ekm_access_denied', 'posting suspended by admins'],
    ['accesslimited', 'a network that Slack does not allow'],
    ['external_channel_migrating', 'a channel that is being moved'],
  ])('with %s waits with all the rest, for it is %s', (word) => {
    expect(saidBy(platform(word))).toEqual({ kind: 'not-sent', error: word });
  });

  it.each([
    ['by its status', new WebAPIRateLimitedError(7)],
    ['in words', platform('ratelimited', { response_metadata: { retryAfter: 7 } })],
  ])('waits as long as Slack says %s', (_how, error) => {
    expect(saidBy(error)).toEqual({
      kind: 'not-sent',
      error: 'ratelimited',
      retryAfterMs: 7000,
    });
  });

  it.each([
    ['ECONNREFUSED', lost('ECONNREFUSED')],
    ['ENOTFOUND', lost('ENOTFOUND')],
    ['EAI_AGAIN', lost('EAI_AGAIN')],
    ['UND_ERR_CONNECT_TIMEOUT', lost('UND_ERR_CONNECT_TIMEOUT')],
    ['CERT_HAS_EXPIRED', lost('CERT_HAS_EXPIRED')],
    ['SELF_SIGNED_CERT_IN_CHAIN', lost('SELF_SIGNED_CERT_IN_CHAIN')],
    ['ENETUNREACH', lost('ENETUNREACH', { syscall: 'connect' })],
    ['ETIMEDOUT', lost('ETIMEDOUT', { syscall: 'connect' })],
    ['http_404', new WebAPIHTTPError(404, 'Not Found', {})],
  ])('after %s waits with all the rest, for Slack has nothing of it', (error, thrown) => {
    expect(saidBy(thrown)).toEqual({ kind: 'not-sent', error });
  });

  it('waits where every address of Slack’s refused the connection', () => {
    const each = Object.assign(new Error('refused'), { code: 'ECONNREFUSED', syscall: 'connect' });
    const error = new WebAPIRequestError(
      new TypeError('fetch failed', { cause: new AggregateError([each]) }),
    );

    expect(saidBy(error)).toMatchObject({ kind: 'not-sent', error: 'ECONNREFUSED' });
  });
});

describe('what nobody knows', () => {
  it.each([
    ['internal_error', platform('internal_error')],
    ['fatal_error', platform('fatal_error')],
    ['service_unavailable', platform('service_unavailable')],
    ['request_timeout', platform('request_timeout')],
    ['duplicate_message_not_found', platform('duplicate_message_not_found')],
    ['duplicate_channel_not_found', platform('duplicate_channel_not_found')],
    ['http_500', new WebAPIHTTPError(500, 'Internal Server Error', {})],
    ['http_503', new WebAPIHTTPError(503, 'Service Unavailable', {})],
    ['http_408', new WebAPIHTTPError(408, 'Request Timeout', {})],
    ['ECONNRESET', lost('ECONNRESET')],
    ['UND_ERR_SOCKET', lost('UND_ERR_SOCKET')],
    ['ETIMEDOUT', lost('ETIMEDOUT', { syscall: 'read' })],
    ['unreadable_answer', platform('<html>Bad gateway of example.com</html>')],
    ['unreadable_answer', platform('')],
    ['no_answer', new WebAPIRequestError(new DOMException('late', 'TimeoutError'))],
    ['no_answer', new Error('Retry header did not contain a valid timeout')],
    ['no_answer', undefined],
  ])('ends in %s', (error, thrown) => {
    expect(saidBy(thrown)).toEqual({ kind: 'unknown', error });
  });
});
