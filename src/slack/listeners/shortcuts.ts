import type { App, MessageShortcut } from '@slack/bolt';
import type { Request } from '../../commands/request.ts';
import { type Found, formatTarget } from '../../domain/target.ts';
import { responseOutlet } from '../outlet.ts';
import { acknowledge, type Replying, reply } from '../reply.ts';
import { replyThreadOf, withParent } from '../thread.ts';

const NOTHING: Found = { targets: [], names: [], problems: [] };

/**
 * The message shortcut "Check pipeline status": every run and node that the message and its thread's first message
 * show. It is there in every channel, whether Flowbell is a member or not.
 */
export function registerShortcuts(app: Pick<App, 'shortcut'>, replying: Replying): void {
  const { gateway, mayAsk, mention } = replying;
  app.shortcut<MessageShortcut>(
    { type: 'message_action', callback_id: 'check_status' },
    async ({ shortcut, ack }) => {
      const { user, channel, message, response_url: responseUrl } = shortcut;
      const [actor] = await Promise.all([gateway.findActor(user.id), acknowledge(ack, replying)]);
      const threadTs = replyThreadOf(message);
      const pasted = mayAsk(actor) ? await findIn(message, channel.id, threadTs) : NOTHING;
      const request: Request = {
        actor,
        channelId: channel.id,
        ...(threadTs !== undefined && { threadTs }),
        text: textFor(pasted),
        // The payload does not tell what the slash command is called here, and threads take mentions only.
        commandName: mention,
        pasted,
      };
      const to = { way: 'shortcut', responseUrl, userId: user.id, threadTs } as const;
      await reply({ request, outlet: responseOutlet(to, gateway) }, replying);
    },
  );

  async function findIn(
    message: MessageShortcut['message'],
    channelId: string,
    threadTs: string | undefined,
  ): Promise<Found> {
    const found = gateway.messageTargets(message);
    if (threadTs === undefined) return found;
    return withParent(found, await gateway.parentTargets({ channelId, threadTs }));
  }
}

/** What somebody would have typed to ask for these; nothing where there are none, for `status` alone asks for all. */
function textFor({ targets }: Found): string {
  return targets.length === 0 ? '' : `status ${targets.map(formatTarget).join(' ')}`;
}
