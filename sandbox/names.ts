import type { SandboxClient } from './client.ts';
import type { Names } from './slack-text.ts';

/** Names, and the language in which somebody reads Slack. */
interface People extends Names {
  localeOf(userId: string): string;
}

/** The names of the sandbox's people and channels, as they are now. */
export async function readNames(client: SandboxClient): Promise<People> {
  const { users, channels } = await client.state();
  const userNames = new Map(users.map((user) => [user.id, user.name]));
  const channelNames = new Map(channels.map((channel) => [channel.id, channel.name]));
  return {
    user: (id) => userNames.get(id) ?? id,
    localeOf: (id) => users.find((user) => user.id === id)?.locale ?? 'en-US',
    channel: (id) => channelNames.get(id) ?? id,
  };
}
