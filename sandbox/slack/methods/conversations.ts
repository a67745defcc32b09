import type { JsonObject } from '../../json.ts';
import { requireReadableChannel, requireVisibleChannel, scopeFor } from '../access.ts';
import { isSet, optionalCount, optionalText, requireText } from '../arguments.ts';
import { BOT_USER_ID } from '../directory.ts';
import { announceJoin } from '../events.ts';
import type { StoredMessage } from '../messages.ts';
import { SlackRefusal } from '../refusal.ts';
import type { Slack } from '../slack.ts';
import { channelOnWire, messageOnWire } from '../wire.ts';
import type { Method } from './method.ts';
import { needs } from './method.ts';

/** Channels and what was said in them (docs.slack.dev, reference/methods/conversations.*). */
export const conversationMethods = {
  'conversations.info': { tier: 3, scopes: scopeOfChannel('read'), run: show },
  'conversations.members': { tier: 4, scopes: scopeOfChannel('read'), run: members },
  'conversations.open': { tier: 3, scopes: needs('im:write'), run: open },
  'conversations.join': { tier: 3, scopes: needs('channels:join'), run: join },
  'conversations.history': { tier: 3, scopes: scopeOfChannel('history'), run: history },
  'conversations.replies': { tier: 3, scopes: scopeOfChannel('history'), run: replies },
} as const satisfies Readonly<Record<string, Method>>;

function scopeOfChannel(what: 'read' | 'history'): Method['scopes'] {
  return (slack, args) => [scopeFor(slack.directory.channels.get(String(args.channel)), what)];
}

function show(slack: Slack, args: JsonObject): JsonObject {
  const channel = requireVisibleChannel(slack, requireText(args, 'channel', 'channel_not_found'));
  const count = isSet(args, 'include_num_members') ? { num_members: channel.members.size } : {};
  return { channel: { ...channelOnWire(channel), ...count } };
}

function members(slack: Slack, args: JsonObject): JsonObject {
  const channel = requireVisibleChannel(slack, requireText(args, 'channel', 'channel_not_found'));
  return { members: [...channel.members], response_metadata: { next_cursor: '' } };
}

function open(slack: Slack, args: JsonObject): JsonObject {
  const user = requireText(args, 'users', 'users_list_not_supplied');
  if (user === BOT_USER_ID || !slack.directory.users.has(user)) throw new SlackRefusal('user_not_found');
  if (slack.directory.users.get(user)?.isDeleted) throw new SlackRefusal('user_disabled');
  const dm = slack.directory.dmWith(user);
  return { channel: isSet(args, 'return_im') ? channelOnWire(dm) : { id: dm.id } };
}

function join(slack: Slack, args: JsonObject): JsonObject {
  const channel = requireVisibleChannel(slack, requireText(args, 'channel', 'channel_not_found'));
  if (channel.kind !== 'public') throw new SlackRefusal('method_not_supported_for_channel_type');
  if (channel.isArchived) throw new SlackRefusal('is_archived');
  const wasIn = channel.members.has(BOT_USER_ID);
  channel.members.add(BOT_USER_ID);
  if (!wasIn) void announceJoin(slack, channel, BOT_USER_ID);
  return { channel: channelOnWire(channel), ...(wasIn ? { warning: 'already_in_channel' } : {}) };
}

function history(slack: Slack, args: JsonObject): JsonObject {
  const channel = requireReadableChannel(slack, requireText(args, 'channel', 'channel_not_found'));
  const shown = slack.messages
    .find({ channel: channel.id })
    .filter((each) => each.visibleTo === undefined && (each.threadTs === undefined || each.isBroadcast))
    .reverse();
  return page(slack, args, shown);
}

function replies(slack: Slack, args: JsonObject): JsonObject {
  const channel = requireReadableChannel(slack, requireText(args, 'channel', 'channel_not_found'));
  const asked = slack.messages.byTs(channel.id, requireText(args, 'ts', 'thread_not_found'));
  if (asked === undefined) throw new SlackRefusal('thread_not_found');
  const parent = asked.threadTs === undefined ? asked : slack.messages.byTs(channel.id, asked.threadTs);
  if (parent === undefined) throw new SlackRefusal('thread_not_found');
  return page(slack, args, [parent, ...slack.messages.repliesOf(channel.id, parent.ts)], parent);
}

/** One page within `oldest` and `latest`; the parent of a thread stands first whatever they say, as in Slack. */
function page(
  slack: Slack,
  args: JsonObject,
  all: readonly StoredMessage[],
  parent?: StoredMessage,
): JsonObject {
  const oldest = optionalText(args, 'oldest') ?? '0';
  const latest = optionalText(args, 'latest');
  const isInclusive = isSet(args, 'inclusive');
  const inRange = all.filter((message) => {
    if (message === parent) return true;
    const { ts } = message;
    if (isInclusive && (ts === oldest || ts === latest)) return true;
    return Number(ts) > Number(oldest) && (latest === undefined || Number(ts) < Number(latest));
  });
  const max = slack.settings.maxPageSize;
  const limit = optionalCount(args, 'limit', { min: 1, max, fallback: Math.min(100, max) });
  const from = readCursor(optionalText(args, 'cursor'));
  const end = from + limit;
  const hasMore = inRange.length > end;
  return {
    messages: inRange
      .slice(from, end)
      .map((each) => messageOnWire(slack, each, isSet(args, 'include_all_metadata'))),
    has_more: hasMore,
    ...(hasMore ? { response_metadata: { next_cursor: Buffer.from(String(end)).toString('base64') } } : {}),
  };
}

/** Where a page begins; the cursor is this number in base64, which callers have no business to read. */
function readCursor(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  const text = Buffer.from(cursor, 'base64').toString();
  if (!/^\d{1,9}$/.test(text)) throw new SlackRefusal('invalid_cursor');
  return Number(text);
}
