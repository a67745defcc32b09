import type { WebClient } from '@slack/web-api';
import type { Said } from '../domain/delivery.ts';
import type { Speaker } from '../jobs/speaker.ts';
import type { Message } from '../messages/message.ts';
import { findCopies } from './find-copies.ts';
import { afterRateLimit } from './rate-limit.ts';
import { formatMark } from './run-metadata.ts';
import { saidBy } from './said.ts';

/**
 * Says in Slack what Flowbell says of its own accord. `poster` repeats nothing and gives up within the delivery's time:
 * Slack has no key that would make a post idempotent (docs.slack.dev, chat.postMessage). `client` is for what may be
 * done twice.
 */
export function createSpeaker({
  client,
  poster,
  botId,
}: {
  readonly client: WebClient;
  readonly poster: WebClient;
  readonly botId: string;
}): Speaker {
  return {
    post: ({ channelId, threadTs }, message, mark) =>
      say(() =>
        poster.chat.postMessage({
          channel: channelId,
          ...(threadTs !== undefined && { thread_ts: threadTs }),
          ...contentOf(message),
          // Names and log lines may hold addresses, and Slack would fetch them for a preview.
          unfurl_links: false,
          unfurl_media: false,
          metadata: formatMark(mark),
        }),
      ),
    edit: ({ channelId, ts }, message, mark) =>
      say(() =>
        poster.chat.update({ channel: channelId, ts, ...contentOf(message), metadata: formatMark(mark) }),
      ),
    find: (spot, key, since) => findCopies({ spot, key, since }, { client, botId }),
    async remove({ channelId, ts }) {
      try {
        await afterRateLimit(() => client.chat.delete({ channel: channelId, ts }));
        return true;
      } catch (error) {
        return saidBy(error).error === 'message_not_found';
      }
    },
    async openDm(userId) {
      try {
        const { channel } = await afterRateLimit(() => client.conversations.open({ users: userId }));
        return channel?.id;
      } catch {
        return undefined;
      }
    },
  };
}

async function say(call: () => Promise<{ readonly ts?: string }>): Promise<Said> {
  try {
    const { ts } = await call();
    return ts === undefined ? { kind: 'unknown', error: 'no_ts' } : { kind: 'sent', ts };
  } catch (error) {
    return saidBy(error);
  }
}

/** Without blocks Slack shows the text, and takes away the blocks of a message that is edited (chat.update). */
function contentOf({ text, blocks }: Message): { text: string } | Message {
  return blocks.length === 0 ? { text } : { text, blocks };
}
