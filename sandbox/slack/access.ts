import { BOT_USER_ID, type Channel } from './directory.ts';
import type { StoredMessage } from './messages.ts';
import { SlackRefusal } from './refusal.ts';
import type { Slack } from './slack.ts';

/** A channel the bot may know of: every public one, and what it is a member of. */
export function requireVisibleChannel(slack: Slack, id: string): Channel {
  const channel = slack.directory.channels.get(id);
  if (channel === undefined || (channel.kind !== 'public' && !channel.members.has(BOT_USER_ID))) {
    throw new SlackRefusal('channel_not_found');
  }
  return channel;
}

/**
 * A channel the bot may write to. A user id opens the DM; a public channel without the bot needs
 * `chat:write.public`; a private one without the bot looks as if it did not exist.
 */
export function requireWritableChannel(slack: Slack, id: string): Channel {
  const isUser = slack.directory.users.has(id) && id !== BOT_USER_ID;
  const channel = isUser ? slack.directory.dmWith(id) : requireVisibleChannel(slack, id);
  if (channel.isArchived) throw new SlackRefusal('is_archived');
  const isMember = channel.members.has(BOT_USER_ID);
  if (!isMember && !slack.scopes.has('chat:write.public')) throw new SlackRefusal('not_in_channel');
  return channel;
}

/** A channel the bot may post to. Its own messages in a read-only one it may still edit; that is a guess. */
export function requirePostableChannel(slack: Slack, id: string): Channel {
  const channel = requireWritableChannel(slack, id);
  // docs.slack.dev, reference/methods/chat.postMessage: a workspace preference keeps it from posting there.
  if (channel.isReadOnly) throw new SlackRefusal('restricted_action');
  return channel;
}

/** A channel whose messages the bot may read. */
export function requireReadableChannel(slack: Slack, id: string): Channel {
  const channel = requireVisibleChannel(slack, id);
  if (!channel.members.has(BOT_USER_ID)) throw new SlackRefusal('not_in_channel');
  return channel;
}

/**
 * The parent that a reply names. Slack's page only says to use the parent's ts; that a reply's ts, an
 * unknown ts or a deleted parent is refused with this code is the sandbox's own strictness, not confirmed.
 */
export function requireParent(slack: Slack, channel: Channel, threadTs: string): StoredMessage {
  const parent = slack.messages.byTs(channel.id, threadTs);
  if (parent === undefined || parent.threadTs !== undefined)
    throw new SlackRefusal('cannot_reply_to_message');
  return parent;
}

const SCOPE_PREFIXES = { public: 'channels', private: 'groups', mpim: 'mpim', im: 'im' } as const;

/** The scope that reads a channel of this kind. */
export function scopeFor(channel: Channel | undefined, what: 'read' | 'history'): string {
  return `${SCOPE_PREFIXES[channel?.kind ?? 'public']}:${what}`;
}
