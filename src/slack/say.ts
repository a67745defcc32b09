import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, type WebClient } from '@slack/web-api';
import type { Said } from '../domain/delivery.ts';
import type { Target } from '../domain/target.ts';
import type { Message } from '../messages/message.ts';
import { refusalsOf } from './bolt.ts';
import type { Place } from './posts.ts';
import { isRefusal } from './refusal.ts';
import { formatRunMetadata } from './run-metadata.ts';

/**
 * Posts a message once and tells what came of it; `poster` repeats nothing and gives up in time. Never rejects for what
 * Slack or the network does.
 */
export async function say(
  poster: WebClient,
  { channelId, threadTs }: Place,
  message: Message,
  about: Target,
): Promise<Said> {
  try {
    const { ts } = await poster.chat.postMessage({
      channel: channelId,
      ...(threadTs !== undefined && { thread_ts: threadTs }),
      ...message,
      unfurl_links: false,
      unfurl_media: false,
      metadata: formatRunMetadata(about),
    });
    return ts === undefined ? { kind: 'unknown', error: 'no_ts' } : { kind: 'sent', ts };
  } catch (error) {
    return saidBy(error);
  }
}

/** Nothing of the call has left this machine. */
const NEVER_SENT: readonly unknown[] = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'];

/** Slack's words for a limit that come with 200 (docs.slack.dev, chat.postMessage, errors). */
const LIMITS: readonly unknown[] = ['ratelimited', 'rate_limited'];

function saidBy(error: unknown): Said {
  if (error instanceof WebAPIRateLimitedError) {
    return { kind: 'not-sent', error: 'ratelimited', retryAfterMs: error.retryAfter * 1000 };
  }
  if (error instanceof WebAPIPlatformError) {
    const word = String(error.data.error);
    if (!isRefusal(error)) return { kind: 'unknown', error: word };
    // A token that is refused, or a limit, says nothing about this message: it waits.
    const isAboutUs = LIMITS.includes(word) || refusalsOf(error, 'SLACK_BOT_TOKEN').length > 0;
    return { kind: isAboutUs ? 'not-sent' : 'refused', error: word };
  }
  if (error instanceof WebAPIHTTPError) {
    return { kind: isRefusal(error) ? 'not-sent' : 'unknown', error: `http_${error.statusCode}` };
  }
  const code = codeOf(error);
  return { kind: NEVER_SENT.includes(code) ? 'not-sent' : 'unknown', error: code ?? 'no_answer' };
}

/** The system's word for a failed connection, which hides some causes deep. */
function codeOf(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string' && /^(?:E[A-Z]|UND_ERR)[A-Z_]+$/.test(cause.code))
      return cause.code;
  }
  return undefined;
}
