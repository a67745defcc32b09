import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError } from '@slack/web-api';
import type { Said } from '../domain/delivery.ts';
import { refusalsOf } from './bolt.ts';
import { isRefusal } from './refusal.ts';

/** What came of saying something that Slack gave no id for. */
export type NotSaid = Exclude<Said, { readonly kind: 'sent' }>;

type Fault = Extract<Said, { readonly kind: 'refused' }>['about'];

/**
 * What Slack finds fault with, by its words (docs.slack.dev, chat.postMessage and chat.update, errors); the first that
 * fits counts. Any other word is about the message.
 */
const FAULTS: readonly (readonly [RegExp, Fault])[] = [
  [/^(?:cannot_reply_to_message|thread_not_found|message_not_found)$/, 'thread'],
  [/^restricted_action_(?:thread_locked|non_threadable_channel)$/, 'thread'],
  [/^(?:cant_update_message|edit_window_closed)$/, 'thread'],
  [/^(?:not_in_channel|channel_not_found)$/, 'removed'],
  [/^is_archived$/, 'archived'],
  // Replies are taken there, and only a message that would begin a thread is not.
  [/^restricted_action_thread_only_channel$/, 'message'],
  [/^restricted_action/, 'read-only'],
  [/^(?:messages_tab_disabled|cannot_dm_bot|user_disabled|user_not_found|user_not_visible)$/, 'closed'],
  [/^invalid_(?:blocks|metadata)/, 'blocks'],
  [/^(?:msg_blocks_too_long|msg_too_long|no_text|metadata_too_large)$/, 'blocks'],
];

/**
 * Words after which all of Slack, or all of the channel, has to wait: limits, and rules of a Slack workspace that say
 * nothing about the message. Those about tokens and scopes are `refusalsOf`'s.
 */
const WAITS: readonly string[] = [
  'ratelimited',
  'rate_limited',
  'message_limit_exceeded',
  'accesslimited',
  'ekm_access_denied',
  'enterprise_is_restricted',
  'external_channel_migrating',
  'team_added_to_org',
  'two_factor_setup_required',
];

/** Nothing of the call has left this machine, or the other side was not the one it is meant for. */
const NEVER_SENT: readonly unknown[] = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
];

/** What is certain after a call of Slack's failed with this error, whatever was thrown. */
export function saidBy(error: unknown): NotSaid {
  if (error instanceof WebAPIRateLimitedError) return waiting('ratelimited', error.retryAfter);
  if (error instanceof WebAPIPlatformError) return saidInWords(error);
  if (error instanceof WebAPIHTTPError) {
    const status = `http_${error.statusCode}`;
    return isRefusal(error) ? waiting(status) : { kind: 'unknown', error: status };
  }
  const { code, syscall } = systemErrorOf(error);
  if (NEVER_SENT.includes(code) || syscall === 'connect') return waiting(code ?? 'no_connection');
  return { kind: 'unknown', error: code ?? 'no_answer' };
}

function saidInWords(error: WebAPIPlatformError): NotSaid {
  const { response_metadata: more } = error.data;
  const word = String(error.data.error ?? '');
  // What cannot be read, Slack's client gives as if it were Slack's word; it may be a page of anybody's.
  if (!isRefusal(error))
    return { kind: 'unknown', error: /^\w{1,80}$/.test(word) ? word : 'unreadable_answer' };
  if (WAITS.includes(word) || refusalsOf(error, 'SLACK_BOT_TOKEN').length > 0) {
    return waiting(word, more?.retryAfter);
  }
  const [, about = 'message'] = FAULTS.find(([words]) => words.test(word)) ?? [];
  return { kind: 'refused', error: word, about };
}

function waiting(error: string, retryAfterSec?: unknown): NotSaid {
  return {
    kind: 'not-sent',
    error,
    ...(typeof retryAfterSec === 'number' && { retryAfterMs: retryAfterSec * 1000 }),
  };
}

/** The system's word for a failed connection, which hides some causes deep. */
function systemErrorOf(error: unknown): { readonly code?: string; readonly syscall?: unknown } {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    // Several addresses of one host were tried; each tells how it failed.
    if (cause instanceof AggregateError && cause.errors.length > 0) return systemErrorOf(cause.errors[0]);
    const { code, syscall } = cause as NodeJS.ErrnoException;
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(code)) return { code, syscall };
  }
  return {};
}
