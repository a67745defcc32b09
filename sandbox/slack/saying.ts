import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../json.ts';
import { withIds } from './content.ts';
import { ImpossibleDeed, requireChannel, requireMembership, requireUser, type Shown } from './deed.ts';
import { BOT_USER_ID, TEAM } from './directory.ts';
import { announceMessage, sendEvent } from './events.ts';
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
  if (deed.isMember) channel.members.add(deed.user);
  else channel.members.delete(deed.user);
  const type = deed.isMember ? 'member_joined_channel' : 'member_left_channel';
  const event = { type, user: deed.user, channel: channel.id, event_ts: slack.messages.nextTs() };
  const channelType = channel.kind === 'private' ? 'G' : 'C';
  const isSeen = channel.members.has(BOT_USER_ID);
  const outcome = isSeen
    ? await sendEvent(slack, type, { ...event, channel_type: channelType, team: TEAM.id })
    : 'not_subscribed';
  return { outcome, shown: '', interactionId: '' };
}
