import type { App } from '@slack/bolt';

/** A channel, in its Slack workspace. */
export interface OpenChannel {
  readonly team: string;
  readonly channelId: string;
}

/**
 * Channels that Flowbell may have become able to speak in: it was added, or the channel is not archived any more. Nobody
 * asks anything by these events, and nothing is answered.
 */
export function registerChannels(
  app: Pick<App, 'event'>,
  {
    botUserId,
    onOpen,
  }: { readonly botUserId: string; readonly onOpen: (channel: OpenChannel) => Promise<void> },
): void {
  app.event('member_joined_channel', async ({ event, context }) => {
    if (event.user === botUserId) await open(event.channel, context.teamId);
  });
  app.event('channel_unarchive', ({ event, context }) => open(event.channel, context.teamId));
  app.event('group_unarchive', ({ event, context }) => open(event.channel, context.teamId));

  /** The team is ours: in a channel shared with others, the event's own may be theirs. */
  async function open(channelId: string, team = ''): Promise<void> {
    await onOpen({ team, channelId });
  }
}
