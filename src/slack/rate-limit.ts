import { setTimeout } from 'node:timers/promises';
import { WebAPIRateLimitedError } from '@slack/web-api';

/** A person waits for the answer: Slack may ask for half a minute, and then the call has failed. */
const LONGEST_WAIT_S = 3;

/**
 * Calls Slack, and once more after the wait Slack asks for if that is short. Safe for posts too: Slack has stored
 * nothing of a call that it answers with 429 (docs.slack.dev, rate-limits). Any other failure is the caller's.
 */
export async function afterRateLimit<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof WebAPIRateLimitedError) || error.retryAfter > LONGEST_WAIT_S) throw error;
    await setTimeout(error.retryAfter * 1000);
    return call();
  }
}
