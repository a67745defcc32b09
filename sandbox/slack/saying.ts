import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../json.ts';
import { withIds } from './content.ts';
import {
  ImpossibleDeed,
  isAdmin,
  requireChannel,
  requireMembership,
  requireUser,
  type Shown,
} from './deed.ts';
import { announceJoin, announceLeave, announceMessage, sendEvent } from './events.ts';
import type { Slack } from './slack.ts';
import { richTextOf, storeTyped } from './typing.ts';

/** Posts a message as a person; a mention of the bot in it raises `app_mention`. */
export async function say(
  slack: Slack,
  deed: {
    readonly user: string;
    readonly channel: string;
    readonly text: string;
    readonly threadTs?: string | undefined;
    readonly blocks?: readonly JsonObject[] | undefined;
    readonly attachments?: readonly JsonObject[] | undefined;
  },
): Promise<Shown> {
  const channel = requireMembership(slack, deed.user, deed.channel);
  if (channel.isReadOnly && !isAdmin(requireUser(slack, deed.user)))
    throw new ImpossibleDeed(`only admins may post in ${channel.id}`);
  const { threadTs } = deed;
  const parent = threadTs === undefined ? undefined : slack.messages.byTs(channel.id, threadTs);
  if (threadTs !== undefined && (parent === undefined || parent.threadTs !== undefined)) {
    throw new ImpossibleDeed(`there is no thread ${threadTs} in ${channel.id}`);
  }
  const text = storeTyped(deed.text, slack.directory);
  const blocks = deed.blocks ?? (text === '' ? [] : [richTextOf(text)]);
  const message = slack.messages.add({
    channel: channel.id,
    user: deed.user,
    isBot: false,
    via: 'person',
    clientMsgId: randomUUID(),
    text,
    blocks: blocks.map(withIds),
    ...(deed.attachments === undefined ? {} : { attachments: deed.attachments }),
    ...(threadTs === undefined ? {} : { threadTs }),
  });
  const outcome = await announceMessage(slack, message);
  return { outcome, shown: '', interactionId: '', messageId: message.id, messageTs: message.ts };
}

/** Opens the bot's Home tab. */
export async function openHome(slack: Slack, userId: string): Promise<Shown> {
  const user = requireUser(slack, userId);
  const outcome = await sendEvent(slack, 'app_home_opened', {
    type: 'app_home_opened',
    user: user.id,
    channel: slack.directory.dmWith(user.id).id,
    tab: 'home',
    event_ts: slack.messages.nextTs(),
  });
  return { outcome, shown: '', interactionId: '' };
}

/** Adds somebody (or the bot) to a channel, or takes them out. */
export async function changeMembership(
  slack: Slack,
  deed: { readonly channel: string; readonly user: string; readonly isMember: boolean },
): Promise<Shown> {
  const channel = requireChannel(slack, deed.channel);
  if (!slack.directory.users.has(deed.user)) throw new ImpossibleDeed(`there is no user ${deed.user}`);
  const isChange = channel.members.has(deed.user) !== deed.isMember;
  if (deed.isMember) channel.members.add(deed.user);
  else channel.members.delete(deed.user);
  const announce = deed.isMember ? announceJoin : announceLeave;
  const outcome = isChange ? await announce(slack, channel, deed.user) : 'not_subscribed';
  return { outcome, shown: '', interactionId: '' };
}
