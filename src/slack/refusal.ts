import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError } from '@slack/web-api';

/** Slack's words for its own faults, after which part of a call may be done (docs.slack.dev, every method's errors). */
const FAULTS: readonly unknown[] = [
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
];

/**
 * Whether Slack said that it did nothing of a call. Of a call whose answer was lost, or that ended in a fault of
 * Slack's, nobody knows.
 */
export function isRefusal(error: unknown): boolean {
  if (error instanceof WebAPIPlatformError) return !FAULTS.includes(error.data.error);
  if (error instanceof WebAPIHTTPError)
    return error.statusCode >= 400 && error.statusCode < 500 && error.statusCode !== 408;
  return error instanceof WebAPIRateLimitedError;
}
