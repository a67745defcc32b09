import type { WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import { afterRateLimit } from './rate-limit.ts';
import { isRefusal } from './refusal.ts';

/** Puts Flowbell into a public channel; rejects with the error where Slack was not reached. */
export type JoinChannel = (channelId: string) => Promise<'joined' | 'refused'>;

/** Asks conversations.join, which takes a channel that Flowbell is in already; without `channels:join` Slack refuses. */
export function createJoinChannel({
  client,
  logger,
}: {
  readonly client: WebClient;
  readonly logger: Logger;
}): JoinChannel {
  return async (channelId) => {
    try {
      await afterRateLimit(() => client.conversations.join({ channel: channelId }));
      return 'joined';
    } catch (err) {
      if (!isRefusal(err)) throw err;
      logger.info({ err, channelId }, 'Slack did not let Flowbell join a channel');
      return 'refused';
    }
  };
}
