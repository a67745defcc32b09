import type { JsonObject } from '../json.ts';
import { APP_ID, type Channel, TEAM, type User } from './directory.ts';
import type { StoredMessage } from './messages.ts';
import type { ResponseUrl } from './response-urls.ts';
import type { Slack } from './slack.ts';
import type { StoredView } from './view-store.ts';
import { messageOnWire, viewOnWire } from './wire.ts';

/** Deprecated by Slack and still sent in every payload. */
const VERIFICATION_TOKEN = 'sandbox-verification-token';

/** Who did something, where, and how the app may answer. */
export interface Origin {
  readonly user: User;
  readonly channel: Channel;
  readonly responseUrl: ResponseUrl;
  readonly triggerId: string;
}

/** The payload of a slash command; `is_enterprise_install` is a string here, a boolean elsewhere. */
export function commandPayload(slack: Slack, origin: Origin, command: string, text: string): JsonObject {
  const { user, channel, responseUrl, triggerId } = origin;
  return {
    token: VERIFICATION_TOKEN,
    team_id: TEAM.id,
    team_domain: TEAM.domain,
    channel_id: channel.id,
    channel_name: channelNameOf(channel),
    user_id: user.id,
    user_name: user.name,
    command,
    text,
    api_app_id: APP_ID,
    is_enterprise_install: 'false',
    response_url: `${slack.origin}${responseUrl.path}`,
    trigger_id: triggerId,
  };
}

/** The payload of a message shortcut. */
export function shortcutPayload(
  slack: Slack,
  origin: Origin,
  callbackId: string,
  message: StoredMessage,
): JsonObject {
  return {
    type: 'message_action',
    token: VERIFICATION_TOKEN,
    action_ts: slack.messages.nextTs(),
    ...actor(origin.user),
    channel: { id: origin.channel.id, name: channelNameOf(origin.channel) },
    callback_id: callbackId,
    trigger_id: origin.triggerId,
    response_url: `${slack.origin}${origin.responseUrl.path}`,
    message_ts: message.ts,
    message: messageOnWire(slack, message),
  };
}

/** The payload of a click in a message. An ephemeral message is named by its container only. */
export function messageClickPayload(
  slack: Slack,
  origin: Origin,
  message: StoredMessage,
  action: JsonObject,
): JsonObject {
  const isEphemeral = message.visibleTo !== undefined;
  const hasReplies = slack.messages.repliesOf(message.channel, message.ts).length > 0;
  const threadTs = message.threadTs ?? (hasReplies ? message.ts : undefined);
  return {
    type: 'block_actions',
    ...actor(origin.user),
    api_app_id: APP_ID,
    token: VERIFICATION_TOKEN,
    container: {
      type: 'message',
      message_ts: message.ts,
      channel_id: message.channel,
      is_ephemeral: isEphemeral,
      ...(threadTs === undefined ? {} : { thread_ts: threadTs }),
    },
    trigger_id: origin.triggerId,
    channel: { id: origin.channel.id, name: channelNameOf(origin.channel) },
    ...(isEphemeral ? {} : { message: messageOnWire(slack, message) }),
    state: { values: {} },
    response_url: `${slack.origin}${origin.responseUrl.path}`,
    actions: [action],
  };
}

/** The payload of a click in a modal or the Home tab: no channel and no response_url. */
export function viewClickPayload(given: {
  readonly user: User;
  readonly triggerId: string;
  readonly stored: StoredView;
  readonly values: JsonObject;
  readonly action: JsonObject;
}): JsonObject {
  return {
    type: 'block_actions',
    ...actor(given.user),
    api_app_id: APP_ID,
    token: VERIFICATION_TOKEN,
    container: { type: 'view', view_id: given.stored.id },
    trigger_id: given.triggerId,
    view: viewOnWire(given.stored, given.values),
    actions: [given.action],
  };
}

/** The payload of a modal's submit button. */
export function submissionPayload(
  user: User,
  triggerId: string,
  stored: StoredView,
  values: JsonObject,
): JsonObject {
  return {
    type: 'view_submission',
    ...actor(user),
    api_app_id: APP_ID,
    token: VERIFICATION_TOKEN,
    trigger_id: triggerId,
    view: viewOnWire(stored, values),
    response_urls: [],
  };
}

/** The payload of a closed modal; it carries no trigger. */
export function closedPayload(user: User, stored: StoredView, isCleared: boolean): JsonObject {
  return {
    type: 'view_closed',
    ...actor(user),
    api_app_id: APP_ID,
    token: VERIFICATION_TOKEN,
    view: viewOnWire(stored),
    is_cleared: isCleared,
  };
}

/** The payload of a global shortcut: no channel, no response_url. */
export function globalShortcutPayload(
  slack: Slack,
  user: User,
  triggerId: string,
  callbackId: string,
): JsonObject {
  return {
    type: 'shortcut',
    token: VERIFICATION_TOKEN,
    action_ts: slack.messages.nextTs(),
    ...actor(user),
    callback_id: callbackId,
    trigger_id: triggerId,
  };
}

function actor(user: User): JsonObject {
  return {
    team: { id: TEAM.id, domain: TEAM.domain },
    user: { id: user.id, username: user.name, name: user.name, team_id: user.teamId },
    is_enterprise_install: false,
    enterprise: null,
  };
}

/** Slack hides the names of DMs and private channels in payloads. */
function channelNameOf(channel: Channel): string {
  if (channel.kind === 'im') return 'directmessage';
  return channel.kind === 'private' ? 'privategroup' : channel.name;
}
