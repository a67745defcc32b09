import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from '@slack/web-api';
import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../src/slack/refusal.ts';

const platform = (error: string) => new WebAPIPlatformError({ ok: false, error });

describe('a failed call', () => {
  it.each([
    ['a word about the call', platform('not_in_channel')],
    ['a limited rate', new WebAPIRateLimitedError(30)],
    ['a status about the call', new WebAPIHTTPError(413, 'Content Too Large', {})],
  ])('that Slack answered with %s did nothing', (_what, error) => {
    expect(isRefusal(error)).toBe(true);
  });

  it.each([
    ['an internal error', platform('internal_error')],
    ['a fatal error', platform('fatal_error')],
    ['a request that took too long', platform('request_timeout')],
    ['a service that is away', platform('service_unavailable')],
    ['a word about a call like it', platform('duplicate_message_not_found')],
    ['a page instead of a word', platform('<html>Bad gateway</html>')],
    ['an empty answer', platform('')],
    ['HTTP 500', new WebAPIHTTPError(500, 'Internal Server Error', {})],
    ['HTTP 408', new WebAPIHTTPError(408, 'Request Timeout', {})],
    ['a lost connection', new WebAPIRequestError(new Error('ECONNRESET'))],
    ['no answer that can be read', new SyntaxError('Unexpected token')],
    ['nothing', undefined],
  ])('that ended in %s may have been done', (_what, error) => {
    expect(isRefusal(error)).toBe(false);
  });
});
