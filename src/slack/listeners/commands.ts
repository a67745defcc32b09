import type { App } from '@slack/bolt';
import { type Replying, replyPrivately } from '../reply.ts';

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
    await replyPrivately(request, command.response_url, replying);
  });
}

/** Slack shows its own error if this does not arrive, but the answer is worth giving all the same. */
async function acknowledge(ack: () => Promise<void>, { logger }: Replying): Promise<void> {
  try {
    await ack();
  } catch (err) {
    logger.warn({ err }, 'A command could not be acknowledged');
  }
}
