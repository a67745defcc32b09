import type { JsonObject } from '../../json.ts';
import {
  requireParent,
  requirePostableChannel,
  requireVisibleChannel,
  requireWritableChannel,
} from '../access.ts';
import { isSet, optionalText, requireText } from '../arguments.ts';
import { readContent, readMetadata } from '../content.ts';
import { BOT_USER_ID, TEAM } from '../directory.ts';
import { announceDeletion, announceEdit, announceMessage } from '../events.ts';
import type { StoredMessage } from '../messages.ts';
import { SlackRefusal } from '../refusal.ts';
import type { Slack } from '../slack.ts';
import { messageOnWire } from '../wire.ts';
import { type Method, needs } from './method.ts';

/** Writing, editing and deleting messages (docs.slack.dev, reference/methods/chat.*). */
export const chatMethods = {
  'chat.postMessage': { tier: 'posting', scopes: needs('chat:write'), run: post },
  'chat.postEphemeral': { tier: 4, scopes: needs('chat:write'), run: postEphemeral },
  'chat.update': { tier: 3, scopes: needs('chat:write'), run: update },
  'chat.delete': { tier: 3, scopes: needs('chat:write'), run: remove },
  'chat.getPermalink': { tier: 'special', scopes: needs(), run: permalink },
} as const satisfies Readonly<Record<string, Method>>;

function post(slack: Slack, args: JsonObject): JsonObject {
  const channel = requirePostableChannel(slack, requireText(args, 'channel', 'channel_not_found'));
  const threadTs = optionalText(args, 'thread_ts');
  if (threadTs !== undefined) requireParent(slack, channel, threadTs);
  const content = readContent(args, 'post');
  const metadata = readMetadata(args);
  const message = slack.messages.add({
    channel: channel.id,
    user: BOT_USER_ID,
    isBot: true,
    via: 'chat.postMessage',
    ...content,
    ...(threadTs === undefined ? {} : { threadTs }),
    ...(threadTs !== undefined && isSet(args, 'reply_broadcast') ? { isBroadcast: true } : {}),
    ...(metadata === undefined ? {} : { metadata }),
  });
  void announceMessage(slack, message);
  return { channel: channel.id, ts: message.ts, message: messageOnWire(slack, message, true) };
}

function postEphemeral(slack: Slack, args: JsonObject): JsonObject {
  const channel = requirePostableChannel(slack, requireText(args, 'channel', 'channel_not_found'));
  const user = requireText(args, 'user', 'invalid_arguments');
  if (!slack.directory.users.has(user)) throw new SlackRefusal('user_not_found');
  if (!channel.members.has(user)) throw new SlackRefusal('user_not_in_channel');
  const threadTs = optionalText(args, 'thread_ts');
  const message = slack.messages.add({
    channel: channel.id,
    user: BOT_USER_ID,
    isBot: true,
    via: 'chat.postEphemeral',
    visibleTo: user,
    ...readContent(args, 'post'),
    ...(threadTs === undefined ? {} : { threadTs }),
  });
  return { message_ts: message.ts };
}

function update(slack: Slack, args: JsonObject): JsonObject {
  const message = requireOwnMessage(slack, args, 'cant_update_message');
  const content = readContent(args, 'update');
  const metadata = readMetadata(args);
  // Text without blocks removes the blocks; attachments and metadata stay when they are left out.
  const next = {
    text: content.text,
    blocks: content.blocks,
    ...(args.attachments === undefined ? {} : { attachments: content.attachments }),
    ...(metadata === undefined
      ? {}
      : { metadata: Object.keys(metadata).length === 0 ? undefined : metadata }),
  };
  slack.messages.edit(message, next, 'chat.update');
  announceEdit(slack, message);
  return {
    channel: message.channel,
    ts: message.ts,
    text: message.text,
    message: messageOnWire(slack, message, true),
  };
}

function remove(slack: Slack, args: JsonObject): JsonObject {
  const message = requireOwnMessage(slack, args, 'cant_delete_message');
  slack.messages.remove(message);
  announceDeletion(slack, message);
  return { channel: message.channel, ts: message.ts };
}

function permalink(slack: Slack, args: JsonObject): JsonObject {
  const channel = requireVisibleChannel(slack, requireText(args, 'channel', 'channel_not_found'));
  const message = slack.messages.byTs(channel.id, requireText(args, 'message_ts', 'message_not_found'));
  if (message === undefined) throw new SlackRefusal('message_not_found');
  const path = `archives/${channel.id}/p${message.ts.replace('.', '')}`;
  const thread = message.threadTs === undefined ? '' : `?thread_ts=${message.threadTs}&cid=${channel.id}`;
  return { channel: channel.id, permalink: `https://${TEAM.domain}.slack.com/${path}${thread}` };
}

function requireOwnMessage(slack: Slack, args: JsonObject, refusal: string): StoredMessage {
  const channel = requireWritableChannel(slack, requireText(args, 'channel', 'channel_not_found'));
  const message = slack.messages.byTs(channel.id, requireText(args, 'ts', 'message_not_found'));
  if (message === undefined) throw new SlackRefusal('message_not_found');
  if (message.user !== BOT_USER_ID) throw new SlackRefusal(refusal);
  return message;
}
