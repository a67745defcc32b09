import { WebAPIPlatformError, type WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import type { ChannelFacts } from '../commands/watch-place.ts';
import type { Posts } from './posts.ts';
import { afterRateLimit } from './rate-limit.ts';

/** What a channel is like for somebody who asks there; undefined where Slack does not tell. */
export type FindChannel = (channel: {
  channelId: string;
  userId: string;
}) => Promise<ChannelFacts | undefined>;

/** Slack's ids of direct messages begin so (docs.slack.dev, conversation objects). */
const DIRECT = /^D/;

/**
 * Asks conversations.info. A private channel without Flowbell looks as if it did not exist (`channel_not_found`). For
 * direct messages no right is asked for: Flowbell's own is known by being opened, and of several people's nobody can
 * tell whether Flowbell is there, so it counts as absent.
 */
export function createFindChannel({
  client,
  openDm,
  logger,
}: {
  readonly client: WebClient;
  readonly openDm: Posts['openDm'];
  readonly logger: Logger;
}): FindChannel {
  return async ({ channelId, userId }) => {
    try {
      if (DIRECT.test(channelId)) {
        const own = await openDm(userId);
        return { kind: 'dm', isMember: own.channelId === channelId, isArchived: false };
      }
      const { channel } = await afterRateLimit(() => client.conversations.info({ channel: channelId }));
      if (channel === undefined) return undefined;
      const {
        is_mpim: isGroup,
        is_private: isPrivate,
        is_member: isMember,
        is_archived: isArchived,
      } = channel;
      return {
        kind: isGroup ? 'group-dm' : isPrivate ? 'private' : 'public',
        // A private channel that Slack tells of is one that Flowbell is in.
        isMember: isMember ?? isPrivate === true,
        isArchived: isArchived === true,
      };
    } catch (err) {
      const refused = refusalOf(err);
      if (refused === undefined) logger.warn({ err, channelId }, 'Slack did not tell what a channel is');
      return refused;
    }
  };
}

function refusalOf(error: unknown): ChannelFacts | undefined {
  if (!(error instanceof WebAPIPlatformError)) return undefined;
  const { error: said, needed } = error.data as { error?: unknown; needed?: unknown };
  if (said === 'channel_not_found') return { kind: 'private', isMember: false, isArchived: false };
  // The right that is missing tells what kind of channel it is.
  const isGroup = said === 'missing_scope' && typeof needed === 'string' && needed.includes('mpim:read');
  return isGroup ? { kind: 'group-dm', isMember: false, isArchived: false } : undefined;
}
