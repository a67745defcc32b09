import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError } from '@slack/web-api';

/** Slack's words for its own faults, after which part of a call may be done (docs.slack.dev, every method's errors). */
const FAULTS: readonly unknown[] = [
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
];

/** Slack's client gives an answer that is no JSON as if it were Slack's word. */
const WORD = /^[a-z][a-z0-9_]{2,79}$/;

/**
 * Whether Slack said that it did nothing of a call. Of a call whose answer was lost, or that ended in a fault of
 * Slack's, nobody knows.
 */
export function isRefusal(error: unknown): boolean {
  if (error instanceof WebAPIPlatformError) {
    const word = String(error.data.error ?? '');
    // `duplicate_…` says that a call like it was there before (docs.slack.dev, chat.postMessage, errors).
    return WORD.test(word) && !FAULTS.includes(word) && !word.startsWith('duplicate_');
  }
  if (error instanceof WebAPIHTTPError)
    return error.statusCode >= 400 && error.statusCode < 500 && error.statusCode !== 408;
  return error instanceof WebAPIRateLimitedError;
}
