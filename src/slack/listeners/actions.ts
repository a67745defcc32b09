import type { App, BlockAction, ButtonAction } from '@slack/bolt';
import type { Request } from '../../commands/request.ts';
import { BUTTON_DEEDS, parseActionId } from '../../messages/button.ts';
import { shareMessage, withoutShareButton } from '../../messages/share.ts';
import { responseOutlet } from '../outlet.ts';
import { acknowledge, type Replying, reply } from '../reply.ts';
import { replyThreadOf } from '../thread.ts';

/**
 * What a button carries: a whole command line as its own door would have it, `/pai status …`, `@flowbell status …`,
 * or `status …` alone in the bot's DM.
 */
const COMMAND_LINE = /^(?:([/@]\S{1,80})(?:\s+|$))?(.*)$/s;

/**
 * Buttons. A button carries the command that it stands for, so a click is the same deed as typing it, with the
 * rights that the person who clicks has at that moment.
 */
export function registerActions(app: Pick<App, 'action'>, replying: Replying): void {
  app.action<BlockAction<ButtonAction>>(
    { type: 'block_actions', action_id: BUTTON_DEEDS },
    async ({ ack, body, action }) => {
      await acknowledge(ack, replying);
      const clicked = parseActionId(action.action_id);
      const [, commandName = '', text = ''] = COMMAND_LINE.exec((action.value ?? '').trim()) ?? [];
      // Address buttons open in the browser by themselves; Slack only wants them acknowledged.
      if (clicked === undefined || clicked.deed === 'open' || commandName + text === '') return;

      const { deed, shared } = clicked;
      const actor = await replying.gateway.findActor(body.user.id);
      const threadTs = threadOf(body);
      const request: Request = {
        actor,
        channelId: body.channel?.id ?? '',
        text,
        commandName,
        ...(threadTs !== undefined && { threadTs }),
      };
      const sharing = deed === 'share' ? { by: actor.userId, locale: actor.locale } : shared;
      const isPublic = !isPrivate(body);
      const way = deed === 'ask' && isPublic ? 'aside' : deed;
      const to = { way, responseUrl: body.response_url, userId: body.user.id, threadTs } as const;
      await reply(
        {
          request,
          outlet: responseOutlet(to, replying.gateway),
          ...(sharing
            ? { locale: sharing.locale, dress: (message) => shareMessage(message, sharing) }
            : isPublic && deed === 'refresh' && { dress: withoutShareButton }),
        },
        replying,
      );
    },
  );
}

/** An ephemeral message, seen by one person only (docs.slack.dev, block_actions payload, container). */
function isPrivate({ container }: BlockAction): boolean {
  return container?.is_ephemeral === true;
}

/** A private message comes without `message`; then the container alone knows its thread. */
function threadOf({ container, message }: BlockAction): string | undefined {
  return replyThreadOf({
    ts: container?.message_ts ?? message?.ts,
    thread_ts: container?.thread_ts ?? message?.thread_ts,
  });
}
