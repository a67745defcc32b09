import type { WebClient } from '@slack/web-api';
import type { Target } from '../domain/target.ts';
import type { Message } from '../messages/message.ts';
import { afterRateLimit } from './rate-limit.ts';
import { formatRunMetadata } from './run-metadata.ts';

/** Where a message goes: a channel or DM, or a thread in it. */
export interface Place {
  readonly channelId: string;
  readonly threadTs?: string | undefined;
}

/** A message of ours that stands in Slack. */
export interface Posted {
  readonly channelId: string;
  readonly ts: string;
}

/** Messages that everybody in a channel or DM sees. Each method rejects with Slack's error. */
export interface Posts {
  post(place: Place, message: Message, about?: Target): Promise<Posted>;
  /** Puts a message in place of one of ours; without `about` it is about no run. */
  edit(posted: Posted, message: Message, about?: Target): Promise<void>;
  withdraw(posted: Posted): Promise<void>;
  /** Shows a message to one person only, who must be in the channel. */
  whisper(place: Place, userId: string, message: Message): Promise<void>;
  /** The person's DM with Flowbell. */
  openDm(userId: string): Promise<Place>;
}

/**
 * Slack has no key that would make a post idempotent (docs.slack.dev, chat.postMessage), so a post whose answer was
 * lost is never sent again: `poster` retries nothing. What may safely be done twice goes through `client`.
 */
export function createPosts({
  client,
  poster,
}: {
  readonly client: WebClient;
  readonly poster: WebClient;
}): Posts {
  return {
    async post(place, message, about) {
      const { ts, channel } = await afterRateLimit(() =>
        poster.chat.postMessage({
          ...addressOf(place),
          ...message,
          // Names and log lines may hold addresses, and Slack would fetch them for a preview.
          unfurl_links: false,
          unfurl_media: false,
          ...markOf(about),
        }),
      );
      return { channelId: channel ?? place.channelId, ts: ts ?? '' };
    },
    async edit({ channelId, ts }, message, about) {
      await afterRateLimit(() =>
        client.chat.update({ channel: channelId, ts, ...message, ...markOf(about) }),
      );
    },
    async withdraw({ channelId, ts }) {
      await afterRateLimit(() => client.chat.delete({ channel: channelId, ts }));
    },
    async whisper(place, userId, message) {
      await afterRateLimit(() =>
        poster.chat.postEphemeral({ ...addressOf(place), user: userId, ...message }),
      );
    },
    async openDm(userId) {
      const { channel } = await afterRateLimit(() => client.conversations.open({ users: userId }));
      if (channel?.id === undefined) throw new Error('conversations.open named no channel');
      return { channelId: channel.id };
    },
  };
}

function addressOf({ channelId, threadTs }: Place): { channel: string; thread_ts?: string } {
  return { channel: channelId, ...(threadTs !== undefined && { thread_ts: threadTs }) };
}

function markOf(about: Target | undefined) {
  return about && { metadata: formatRunMetadata(about) };
}
