import type { WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import type { Posted } from './posts.ts';
import { afterRateLimit } from './rate-limit.ts';

/** The address that a message opens at; undefined where Slack does not tell. */
export type FindPermalink = (posted: Posted) => Promise<string | undefined>;

/** Asks chat.getPermalink. An answer without its link is still one. */
export function createFindPermalink({
  client,
  logger,
}: {
  readonly client: WebClient;
  readonly logger: Logger;
}): FindPermalink {
  return async ({ channelId, ts }) => {
    try {
      const { permalink } = await afterRateLimit(() =>
        client.chat.getPermalink({ channel: channelId, message_ts: ts }),
      );
      return permalink;
    } catch (err) {
      logger.debug({ err, channelId }, 'Slack did not tell where a message is');
      return undefined;
    }
  };
}
