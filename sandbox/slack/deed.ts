import type { JsonObject } from '../json.ts';
import type { Channel, User } from './directory.ts';
import type { EventOutcome } from './events.ts';
import type { Origin } from './payloads.ts';
import type { ResponseUrl } from './response-urls.ts';
import type { Slack } from './slack.ts';
import type { Delivery } from './socket-mode.ts';

/** What a person saw happen after a deed. */
export interface Shown {
  readonly outcome:
    | EventOutcome
    | 'invalid_command'
    | 'invalid_shortcut'
    | 'not_configured'
    | 'errors'
    | 'updated'
    | 'pushed'
    | 'cleared';
  /** What Slack itself writes into the channel or next to the button, if anything. */
  readonly shown: string;
  /** Names the answers to this deed: messages carry it as `interactionId`. */
  readonly interactionId: string;
  /** The message that the deed itself made: what was said, or what the acknowledgement carried. */
  readonly messageId?: string;
  readonly messageTs?: string;
  readonly ackedAfterMs?: number;
  /** What a modal shows next to its fields, by block id. */
  readonly errors?: JsonObject;
  readonly viewId?: string;
}

/** A deed that no person could do in Slack; answered by the control interface with 400. */
export class ImpossibleDeed extends Error {
  override readonly name = 'ImpossibleDeed';
}

/** A person who can act: known, human, and not gone. */
export function requireUser(slack: Slack, id: string): User {
  const user = slack.directory.users.get(id);
  if (user === undefined || user.isBot) throw new ImpossibleDeed(`there is no person ${id}`);
  if (user.isDeleted) throw new ImpossibleDeed(`${id} was deactivated`);
  return user;
}

/** True for who may do in a channel what its members may not. */
export function isAdmin(user: User): boolean {
  return user.isAdmin || user.isOwner;
}

/** The channel, when the person is in it and it is open. */
export function requireMembership(slack: Slack, userId: string, channelId: string): Channel {
  const user = requireUser(slack, userId);
  const channel =
    channelId === `D0${user.id.slice(1)}`
      ? slack.directory.dmWith(user.id)
      : requireChannel(slack, channelId);
  if (!channel.members.has(user.id)) throw new ImpossibleDeed(`${user.id} is not in ${channel.id}`);
  if (channel.isArchived) throw new ImpossibleDeed(`${channel.id} is archived`);
  return channel;
}

/** What a person sees once an envelope was delivered or not. */
export function showDelivery(delivery: Delivery, interactionId: string, failed: string): Shown {
  if (delivery.kind === 'acked') {
    return { outcome: 'acked', shown: '', interactionId, ackedAfterMs: delivery.afterMs };
  }
  const outcome = delivery.kind === 'timeout' ? 'operation_timeout' : 'dispatch_failed';
  return { outcome, shown: `${failed} "${outcome}"`, interactionId };
}

/** Sends an interactive payload that takes no answer in its acknowledgement. */
export function interact(
  slack: Slack,
  payload: JsonObject,
  acceptsResponsePayload = false,
): Promise<Delivery> {
  return slack.sockets.deliver({ type: 'interactive', acceptsResponsePayload, payload });
}

/** Hands out the trigger and the response_url of an interaction in a channel. */
export function begin(
  slack: Slack,
  kind: 'commands' | 'actions' | 'app',
  deed: { readonly user: string; readonly channel: string } & Pick<
    ResponseUrl,
    'interactionId' | 'sourceMessageId' | 'threadTs'
  >,
): Origin {
  const channel = requireMembership(slack, deed.user, deed.channel);
  return {
    user: requireUser(slack, deed.user),
    channel,
    responseUrl: slack.responseUrls.issue(kind, {
      channel: channel.id,
      user: deed.user,
      interactionId: deed.interactionId,
      ...(deed.sourceMessageId === undefined ? {} : { sourceMessageId: deed.sourceMessageId }),
      ...(deed.threadTs === undefined ? {} : { threadTs: deed.threadTs }),
    }),
    triggerId: slack.triggers.issue(deed.user, deed.interactionId),
  };
}

/** A channel of the directory. */
export function requireChannel(slack: Slack, id: string): Channel {
  const channel = slack.directory.channels.get(id);
  if (channel === undefined) throw new ImpossibleDeed(`there is no channel ${id}`);
  return channel;
}
