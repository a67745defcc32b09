import type { App } from '@slack/bolt';
import { responseOutlet } from '../outlet.ts';
import { acknowledge, type Replying, reply } from '../reply.ts';

/** Slash commands. The name is whatever the manifest calls it, so every command that reaches us is ours. */
export function registerCommands(app: Pick<App, 'command'>, replying: Replying): void {
  const { gateway } = replying;
  app.command(/^\//, async ({ command, ack }) => {
    const [actor] = await Promise.all([gateway.findActor(command.user_id), acknowledge(ack, replying)]);
    const request = {
      actor,
      channelId: command.channel_id,
      text: command.text ?? '',
      commandName: command.command,
    };
    const to = { way: 'command', responseUrl: command.response_url, userId: command.user_id } as const;
    await reply({ request, outlet: responseOutlet(to, gateway) }, replying);
  });
}
