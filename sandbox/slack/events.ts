import { randomBytes } from 'node:crypto';
import type { JsonObject } from '../json.ts';
import { ImpossibleDeed, type Shown } from './deed.ts';
import { ADMIN_USER_ID, APP_ID, BOT_USER_ID, type Channel, TEAM } from './directory.ts';
import type { StoredMessage } from './messages.ts';
import { runLater, type Slack } from './slack.ts';
import type { Delivery } from './socket-mode.ts';
import { messageOnWire } from './wire.ts';

/** What became of an event's first sending. */
export type EventOutcome = 'acked' | 'operation_timeout' | 'dispatch_failed' | 'not_subscribed';

/** The event a message raises, by kind of channel (docs.slack.dev, reference/events/message). */
const MESSAGE_EVENTS = {
  public: 'message.channels',
  private: 'message.groups',
  mpim: 'message.mpim',
  im: 'message.im',
} as const;
const CHANNEL_TYPES = { public: 'channel', private: 'group', mpim: 'mpim', im: 'im' } as const;

/**
 * Sends an event if the manifest subscribes to it, and sends it again up to three times while nobody
 * acknowledges. Resolves with the first sending's outcome.
 */
export async function sendEvent(
  slack: Slack,
  subscription: string,
  event: JsonObject,
): Promise<EventOutcome> {
  if (!slack.manifest.events.has(subscription)) return 'not_subscribed';
  const payload = wrap(slack, event);
  slack.lastEvent = payload;
  const delivery = await sendOnce(slack, payload, 0);
  if (delivery.kind !== 'acked') retry(slack, payload, 1);
  return outcomeOf(delivery);
}

/** Sends the last event again with the same `event_id`, as Slack does when it saw no acknowledgement. */
export async function redeliver(slack: Slack): Promise<Shown> {
  if (slack.lastEvent === undefined) throw new ImpossibleDeed('no event was sent yet');
  const outcome = outcomeOf(await sendOnce(slack, slack.lastEvent, 1));
  return { outcome, shown: '', interactionId: '' };
}

function outcomeOf(delivery: Delivery): Exclude<EventOutcome, 'not_subscribed'> {
  if (delivery.kind === 'acked') return 'acked';
  return delivery.kind === 'timeout' ? 'operation_timeout' : 'dispatch_failed';
}

/** Raises the events of a new message: the mention, and the message event of its kind of channel. */
export async function announceMessage(slack: Slack, message: StoredMessage): Promise<EventOutcome> {
  const channel = slack.directory.channels.get(message.channel);
  if (channel === undefined || !channel.members.has(BOT_USER_ID)) return 'not_subscribed';
  const base = {
    ...messageOnWire(slack, message),
    ...(message.files === undefined ? {} : { subtype: 'file_share' }),
    channel: message.channel,
    event_ts: message.ts,
  };
  const isMention = !message.isBot && message.text.includes(`<@${BOT_USER_ID}>`);
  // A mention in the bot's DM comes as message.im only (docs.slack.dev, reference/events/app_mention).
  const mention =
    isMention && channel.kind !== 'im'
      ? sendEvent(slack, 'app_mention', { ...base, type: 'app_mention' })
      : undefined;
  const plain = sendEvent(slack, MESSAGE_EVENTS[channel.kind], {
    ...base,
    channel_type: CHANNEL_TYPES[channel.kind],
  });
  return (await mention) ?? (await plain);
}

/** Raises the `message_changed` event of an edit. */
export function announceEdit(slack: Slack, message: StoredMessage): void {
  const channel = slack.directory.channels.get(message.channel);
  if (channel === undefined || message.visibleTo !== undefined) return;
  const before = message.history.at(-1);
  void sendEvent(slack, MESSAGE_EVENTS[channel.kind], {
    type: 'message',
    subtype: 'message_changed',
    hidden: true,
    channel: message.channel,
    channel_type: CHANNEL_TYPES[channel.kind],
    message: messageOnWire(slack, message),
    previous_message: { ...messageOnWire(slack, message), text: before?.text, blocks: before?.blocks },
    ts: slack.messages.nextTs(),
    event_ts: slack.messages.nextTs(),
  });
}

/** Raises the `message_deleted` event of a message that everybody saw. */
export function announceDeletion(slack: Slack, message: StoredMessage): void {
  const channel = slack.directory.channels.get(message.channel);
  if (channel?.members.has(BOT_USER_ID) !== true || message.visibleTo !== undefined) return;
  const ts = slack.messages.nextTs();
  void sendEvent(slack, MESSAGE_EVENTS[channel.kind], {
    type: 'message',
    subtype: 'message_deleted',
    hidden: true,
    channel: channel.id,
    channel_type: CHANNEL_TYPES[channel.kind],
    previous_message: messageOnWire(slack, message),
    deleted_ts: message.ts,
    ts,
    event_ts: ts,
  });
}

/** Raises the event of somebody, or the bot itself, who came into a channel (reference/events/member_joined_channel). */
export function announceJoin(slack: Slack, channel: Channel, userId: string): Promise<EventOutcome> {
  return announceMembership(slack, channel, { type: 'member_joined_channel', user: userId });
}

/** Raises the event of somebody who left; of the bot itself it is another one, sent to who is no member any more. */
export function announceLeave(slack: Slack, channel: Channel, userId: string): Promise<EventOutcome> {
  if (userId !== BOT_USER_ID)
    return announceMembership(slack, channel, { type: 'member_left_channel', user: userId });
  const type = channel.kind === 'public' ? 'channel_left' : 'group_left';
  const event_ts = slack.messages.nextTs();
  return sendEvent(slack, type, { type, channel: channel.id, actor_id: ADMIN_USER_ID, event_ts });
}

/** Raises the event of an archived or reopened channel; `group_unarchive` alone says who did it by `actor_id`. */
export async function announceArchiving(slack: Slack, channel: Channel): Promise<EventOutcome> {
  if (!channel.members.has(BOT_USER_ID)) return 'not_subscribed';
  const group = channel.kind === 'public' ? 'channel' : 'group';
  const type = `${group}_${channel.isArchived ? 'archive' : 'unarchive'}`;
  const actor = type === 'group_unarchive' ? { actor_id: ADMIN_USER_ID } : { user: ADMIN_USER_ID };
  return sendEvent(slack, type, { type, channel: channel.id, ...actor, event_ts: slack.messages.nextTs() });
}

async function announceMembership(
  slack: Slack,
  channel: Channel,
  what: { readonly type: string; readonly user: string },
): Promise<EventOutcome> {
  if (!channel.members.has(BOT_USER_ID)) return 'not_subscribed';
  return sendEvent(slack, what.type, {
    ...what,
    channel: channel.id,
    channel_type: channel.kind === 'public' ? 'C' : 'G',
    team: TEAM.id,
    event_ts: slack.messages.nextTs(),
  });
}

function retry(slack: Slack, payload: JsonObject, attempt: number): void {
  const delayMs = slack.settings.eventRetryDelaysMs[attempt - 1];
  if (delayMs === undefined) return;
  runLater(slack, delayMs, async () => {
    const delivery = await sendOnce(slack, payload, attempt);
    if (delivery.kind !== 'acked') retry(slack, payload, attempt + 1);
  });
}

function sendOnce(slack: Slack, payload: JsonObject, retryAttempt: number): Promise<Delivery> {
  return slack.sockets.deliver({ type: 'events_api', acceptsResponsePayload: false, payload, retryAttempt });
}

function wrap(slack: Slack, event: JsonObject): JsonObject {
  const channel = typeof event.channel === 'string' ? slack.directory.channels.get(event.channel) : undefined;
  const authorization = { enterprise_id: null, team_id: TEAM.id, user_id: BOT_USER_ID };
  return {
    token: 'sandbox-verification-token',
    team_id: TEAM.id,
    context_team_id: TEAM.id,
    context_enterprise_id: null,
    api_app_id: APP_ID,
    event,
    type: 'event_callback',
    event_id: `Ev${randomBytes(5).toString('hex').toUpperCase()}`,
    event_time: Math.floor(slack.now() / 1000),
    authorizations: [{ ...authorization, is_bot: true, is_enterprise_install: false }],
    is_ext_shared_channel: channel?.isExtShared ?? false,
    event_context: `4-${randomBytes(8).toString('hex')}`,
  };
}
