import type { App, BlockAction, ButtonAction } from '@slack/bolt';
import type { Request } from '../../commands/request.ts';
import { BUTTON_DEEDS, parseActionId } from '../../messages/button.ts';
import { shareMessage } from '../../messages/share.ts';
import { type Replying, replyInChannel, replyInPlace, replyPrivately } from '../reply.ts';

/**
 * Buttons. A button carries the command that it stands for, so a click is the same deed as typing it, with the
 * rights that the person who clicks has at that moment.
 */
export function registerActions(app: Pick<App, 'action'>, replying: Replying): void {
  app.action<BlockAction<ButtonAction>>(
    { type: 'block_actions', action_id: BUTTON_DEEDS },
    async ({ ack, body, action }) => {
      await ack();
      const clicked = parseActionId(action.action_id);
      const typed = /^(\/\S{1,32})(?:\s+(.*))?$/s.exec(action.value ?? '');
      // Address buttons open in the browser by themselves; Slack only wants them acknowledged.
      if (clicked === undefined || clicked.deed === 'open' || typed === null) return;

      const actor = await replying.gateway.findActor(body.user.id);
      const request: Request = {
        actor: clicked.shared ? { ...actor, locale: clicked.shared.locale } : actor,
        channelId: body.channel?.id ?? '',
        text: typed[2] ?? '',
        commandName: typed[1] ?? '',
      };
      switch (clicked.deed) {
        case 'ask':
          return replyPrivately(request, body.response_url, replying);
        case 'share':
          return replyInChannel(request, body.response_url, replying, (message) =>
            shareMessage(message, { by: actor.userId, locale: actor.locale }),
          );
        case 'refresh': {
          const { shared } = clicked;
          return replyInPlace(request, body.response_url, replying, (message) =>
            shared === undefined ? message : shareMessage(message, shared),
          );
        }
      }
    },
  );
}
