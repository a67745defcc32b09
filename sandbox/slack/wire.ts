import { interactiveElementsOf } from '../block-kit/elements.ts';
import { type JsonObject, textIn } from '../json.ts';
import { isAdmin } from './deed.ts';
import { APP_ID, BOT_ID, BOT_USER_ID, type Channel, TEAM, type User } from './directory.ts';
import type { StoredFile, StoredMessage } from './messages.ts';
import type { Slack } from './slack.ts';
import { timeZoneFacts } from './time-zone.ts';
import type { StoredView } from './view-store.ts';

/** A message as the Web API and the payloads show it. Metadata only where a caller asks for it. */
export function messageOnWire(slack: Slack, message: StoredMessage, withMetadata = false): JsonObject {
  const replies = slack.messages.repliesOf(message.channel, message.ts);
  const parent =
    message.threadTs === undefined ? undefined : slack.messages.byTs(message.channel, message.threadTs);
  const isInThread = message.threadTs !== undefined || replies.length > 0;
  return {
    type: 'message',
    ...(message.isBroadcast ? { subtype: 'thread_broadcast' } : {}),
    user: message.user,
    ...(message.isBot ? { bot_id: BOT_ID, app_id: APP_ID, bot_profile: botProfile(slack) } : {}),
    ...(message.clientMsgId === undefined ? {} : { client_msg_id: message.clientMsgId }),
    text: message.text,
    ts: message.ts,
    team: TEAM.id,
    ...(message.blocks.length > 0 ? { blocks: message.blocks } : {}),
    ...(message.attachments.length > 0 ? { attachments: message.attachments } : {}),
    ...(message.files === undefined ? {} : { files: message.files.map(fileOnWire) }),
    ...(isInThread ? { thread_ts: message.threadTs ?? message.ts } : {}),
    ...(parent === undefined ? {} : { parent_user_id: parent.user }),
    ...(replies.length > 0 ? threadFacts(replies) : {}),
    // Slack shows no "edited" mark on messages with blocks (reference/methods/chat.update).
    ...(message.editedAt !== undefined && message.blocks.length === 0
      ? { edited: { user: message.user, ts: `${Math.floor(message.editedAt / 1000)}.000000` } }
      : {}),
    ...(withMetadata && message.metadata !== undefined ? { metadata: message.metadata } : {}),
  };
}

/** A channel as conversations.info shows it. */
export function channelOnWire(channel: Channel): JsonObject {
  const isIm = channel.kind === 'im';
  return {
    id: channel.id,
    ...(isIm ? { user: channel.partner } : { name: channel.name, name_normalized: channel.name }),
    is_channel: channel.kind === 'public',
    is_group: channel.kind === 'private' || channel.kind === 'mpim',
    is_im: isIm,
    is_mpim: channel.kind === 'mpim',
    is_private: channel.kind !== 'public',
    is_archived: channel.isArchived,
    is_member: channel.members.has(BOT_USER_ID),
    is_ext_shared: channel.isExtShared,
    is_shared: channel.isExtShared,
    is_org_shared: false,
    topic: { value: '', creator: '', last_set: 0 },
    purpose: { value: '', creator: '', last_set: 0 },
  };
}

/** A person as users.info shows them at a time; the locale only on request. */
export function userOnWire(
  user: User,
  { at, withLocale }: { readonly at: Date; readonly withLocale: boolean },
): JsonObject {
  return {
    id: user.id,
    team_id: user.teamId,
    name: user.name,
    real_name: user.realName,
    deleted: user.isDeleted,
    tz: user.tz,
    ...timeZoneFacts(user.tz, at),
    is_admin: isAdmin(user),
    is_owner: user.isOwner,
    is_primary_owner: false,
    is_restricted: user.isRestricted,
    is_ultra_restricted: user.isUltraRestricted,
    is_bot: user.isBot,
    is_app_user: false,
    profile: { real_name: user.realName, display_name: user.name, team: user.teamId },
    ...(withLocale ? { locale: user.locale } : {}),
  };
}

/** A view as views.* answers and the payloads show it. */
export function viewOnWire(stored: StoredView, values: JsonObject = {}): JsonObject {
  const { view } = stored;
  return {
    id: stored.id,
    team_id: TEAM.id,
    type: view.type,
    blocks: view.blocks,
    private_metadata: textIn(view.private_metadata) ?? '',
    callback_id: textIn(view.callback_id) ?? '',
    state: { values },
    hash: stored.hash,
    title: view.title ?? null,
    clear_on_close: view.clear_on_close ?? false,
    notify_on_close: view.notify_on_close ?? false,
    close: view.close ?? null,
    submit: view.submit ?? null,
    previous_view_id: stored.previousId ?? null,
    root_view_id: stored.rootId,
    app_id: APP_ID,
    external_id: textIn(view.external_id) ?? '',
    app_installed_team_id: TEAM.id,
    bot_id: BOT_ID,
  };
}

/** The interactive elements of blocks, each with the block it stands in. */
export function elementsIn(
  blocks: readonly JsonObject[],
): readonly { readonly element: JsonObject; readonly blockId: string }[] {
  return blocks.flatMap((block) =>
    interactiveElementsOf(block).map((element) => ({ element, blockId: textIn(block.block_id) ?? '' })),
  );
}

/** A shared file as a message shows it; its content is not part of that. */
function fileOnWire({ id, name, title, size }: StoredFile): JsonObject {
  return { id, name, title, size, user: BOT_USER_ID, mode: 'hosted', is_external: false };
}

function botProfile(slack: Slack): JsonObject {
  return { id: BOT_ID, app_id: APP_ID, name: slack.manifest.botName, team_id: TEAM.id, deleted: false };
}

function threadFacts(replies: readonly StoredMessage[]): JsonObject {
  const users = [...new Set(replies.map((reply) => reply.user))];
  return {
    reply_count: replies.length,
    reply_users_count: users.length,
    reply_users: users.slice(0, 5),
    latest_reply: replies.at(-1)?.ts,
  };
}
