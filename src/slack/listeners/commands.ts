import type { App } from '@slack/bolt';
import { acknowledge, type Replying, reply } from '../reply.ts';

/** Slash commands. The name is whatever the manifest calls it, so every command that reaches us is ours. */
export function registerCommands(app: Pick<App, 'command'>, replying: Replying): void {
  app.command(/^\//, async ({ command, ack }) => {
    const [actor] = await Promise.all([
      replying.gateway.findActor(command.user_id),
      acknowledge(ack, replying),
    ]);
    const request = {
      actor,
      channelId: command.channel_id,
      text: command.text ?? '',
      commandName: command.command,
    };
    await reply({ request, responseUrl: command.response_url, way: 'command' }, replying);
  });
}
