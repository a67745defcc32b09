import type { App } from '@slack/bolt';
import type { Request } from '../../commands/request.ts';
import { withoutShareButton } from '../../messages/share.ts';
import { textOfDm, textOfMention } from '../mention.ts';
import { type Outlet, postedOutlet } from '../outlet.ts';
import { type Replying, reply } from '../reply.ts';
import { replyThreadOf } from '../thread.ts';

/** A message that somebody wrote to the bot, in a channel or in the bot's DM. */
interface Heard {
  readonly userId: string;
  readonly channelId: string;
  readonly ts: string;
  readonly threadTs: string | undefined;
  readonly text: string;
  readonly isDm: boolean;
}

/** Kinds of message that a person writes; the others tell of edits, joins and the like, or come from bots. */
const WRITTEN: readonly unknown[] = [undefined, 'file_share', 'thread_broadcast', 'me_message'];

/**
 * Mentions in channels and threads, and whatever is written in the bot's DM. Bolt acknowledges events by itself. Slack
 * sends an event up to three times more when it missed our word that it arrived, and a message that mentions us in a
 * direct message of several people as two events (docs.slack.dev, events-api).
 */
export function registerEvents(app: Pick<App, 'event'>, replying: Replying): void {
  app.event('app_mention', ({ event, body, context }) => hear(event, body.event_id, context.botUserId));
  app.event('message', async ({ event, body, context }) => {
    if (event.channel_type === 'im') await hear(event, body.event_id, context.botUserId);
  });

  async function hear(event: object, eventId: string, botUserId = ''): Promise<void> {
    const heard = readEvent(event, botUserId);
    if (heard === undefined) return;
    if (!(await replying.isFirst([eventId, `${heard.channelId} ${heard.ts}`]))) return;
    const { userId, channelId, threadTs, isDm, text } = heard;
    const request: Request = {
      actor: await replying.gateway.findActor(userId),
      channelId,
      ...(threadTs !== undefined && { threadTs }),
      text: isDm ? textOfDm(text, botUserId) : textOfMention(text, botUserId),
      commandName: isDm ? '' : replying.mention,
    };
    await reply({ request, outlet: outletFor(heard), dress: withoutShareButton }, replying);
  }

  function outletFor({ userId, channelId, ts, threadTs, isDm }: Heard): Outlet {
    if (isDm) return postedOutlet({ place: { channelId, threadTs } }, replying.gateway);
    return postedOutlet(
      {
        place: { channelId, threadTs: threadTs ?? ts },
        // Slack shows a private message in a thread only where the thread exists already (chat.postEphemeral).
        whisper: { userId, place: { channelId, threadTs } },
      },
      replying.gateway,
    );
  }
}

/** Reads a message event that a person wrote; undefined for all that is not for us to answer. */
function readEvent(event: object, botUserId: string): Heard | undefined {
  const { subtype, bot_id, hidden, edited, user, channel, channel_type, ts, thread_ts, text } =
    event as Readonly<Record<string, unknown>>;
  if (!WRITTEN.includes(subtype) || bot_id !== undefined || hidden === true || edited !== undefined) return;
  if (typeof user !== 'string' || user === botUserId) return;
  if (typeof channel !== 'string' || typeof ts !== 'string') return;
  return {
    userId: user,
    channelId: channel,
    ts,
    threadTs: replyThreadOf({ ts, thread_ts }),
    text: typeof text === 'string' ? text : '',
    isDm: channel_type === 'im',
  };
}
