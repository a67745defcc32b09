import type { App, MessageShortcut } from '@slack/bolt';
import type { Request } from '../../commands/request.ts';
import { type Found, formatTarget } from '../../domain/target.ts';
import { responseOutlet } from '../outlet.ts';
import { acknowledge, type Replying, reply } from '../reply.ts';
import { replyThreadOf, withParent } from '../thread.ts';

const NOTHING: Found = { targets: [], names: [], problems: [] };

/**
 * The message shortcuts "Check pipeline status" and "Watch pipeline runs": every run and node that the message and its
 * thread's first message show. They are there in every channel, whether Flowbell is a member or not. What is watched is
 * told in the message's own thread.
 */
export function registerShortcuts(app: Pick<App, 'shortcut'>, replying: Replying): void {
  const { gateway, mayAsk, mention } = replying;
  app.shortcut<MessageShortcut>({ type: 'message_action', callback_id: 'check_status' }, (args) =>
    use('status', args),
  );
  app.shortcut<MessageShortcut>({ type: 'message_action', callback_id: 'watch_runs' }, (args) =>
    use('watch', args),
  );

  async function use(
    verb: 'status' | 'watch',
    { shortcut, ack }: { readonly shortcut: MessageShortcut; readonly ack: () => Promise<void> },
  ): Promise<void> {
    const { user, channel, message, response_url: responseUrl } = shortcut;
    const [actor] = await Promise.all([gateway.findActor(user.id), acknowledge(ack, replying)]);
    const inThread = replyThreadOf(message);
    const found = mayAsk(actor) ? await findIn(message, channel.id, inThread) : NOTHING;
    const threadTs = verb === 'watch' ? (inThread ?? message.ts) : inThread;
    const request: Request = {
      actor,
      channelId: channel.id,
      ...(threadTs !== undefined && { threadTs }),
      text: textFor(verb, found, threadTs),
      // The payload does not tell what the slash command is called here, and threads take mentions only.
      commandName: mention,
      pasted: { ...found, verb },
    };
    const to = { way: 'shortcut', responseUrl, userId: user.id, threadTs: inThread } as const;
    await reply({ request, outlet: responseOutlet(to, gateway) }, replying);
  }

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

/** What somebody would have typed for these; nothing where there are none, for `status` alone asks for all. */
function textFor(verb: 'status' | 'watch', { targets }: Found, threadTs: string | undefined): string {
  if (targets.length === 0) return '';
  const text = `${verb} ${targets.map(formatTarget).join(' ')}`;
  return verb === 'watch' && threadTs !== undefined ? `${text} in:${threadTs}` : text;
}
