import type { App, BlockAction, ButtonAction } from '@slack/bolt';
import type { Request } from '../../commands/request.ts';
import { BUTTON_DEEDS, parseActionId } from '../../messages/button.ts';
import { shareMessage } from '../../messages/share.ts';
import { acknowledge, type Replying, reply } from '../reply.ts';

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
      const typed = /^(\/\S{1,32})(?:\s+(.*))?$/s.exec(action.value ?? '');
      // Address buttons open in the browser by themselves; Slack only wants them acknowledged.
      if (clicked === undefined || clicked.deed === 'open' || typed === null) return;

      const { deed, shared } = clicked;
      const actor = await replying.gateway.findActor(body.user.id);
      const request: Request = {
        actor: shared === undefined ? actor : { ...actor, locale: shared.locale },
        channelId: body.channel?.id ?? '',
        text: typed[2] ?? '',
        commandName: typed[1] ?? '',
      };
      const sharing = deed === 'share' ? { by: actor.userId, locale: actor.locale } : shared;
      await reply(
        {
          request,
          responseUrl: body.response_url,
          // A notice that everybody sees stays: whoever pressed its button is answered privately.
          way: deed === 'ask' && !isPrivate(body) ? 'command' : deed,
          ...(sharing && { dress: (message) => shareMessage(message, sharing) }),
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
