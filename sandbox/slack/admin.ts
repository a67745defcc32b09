import { ImpossibleDeed, isAdmin, requireChannel, requireUser } from './deed.ts';
import type { Channel } from './directory.ts';
import { announceArchiving, announceDeletion, type EventOutcome } from './events.ts';
import type { Slack } from './slack.ts';

/** Deletes a message: a person their own, an admin any, the bot's too, in whatever channel it stands. */
export function deleteMessage(
  slack: Slack,
  deed: { readonly user: string; readonly channel: string; readonly ts: string },
): Record<string, never> {
  const user = requireUser(slack, deed.user);
  const message = slack.messages.byTs(requireChannel(slack, deed.channel).id, deed.ts);
  if (message === undefined) throw new ImpossibleDeed(`there is no message ${deed.ts} in ${deed.channel}`);
  if (message.user !== user.id && !isAdmin(user))
    throw new ImpossibleDeed(`${user.id} may not delete what ${message.user} said`);
  slack.messages.remove(message);
  announceDeletion(slack, message);
  return {};
}

/** Changes what is allowed in a channel; the outcome is that of the event that archiving or reopening raises. */
export async function changeChannel(
  slack: Slack,
  {
    channel: id,
    ...changes
  }: { readonly channel: string } & {
    readonly [K in 'isArchived' | 'isExtShared' | 'isReadOnly']?: Channel[K] | undefined;
  },
): Promise<{ readonly outcome: EventOutcome }> {
  const channel = requireChannel(slack, id);
  const { isArchived } = channel;
  Object.assign(channel, changes);
  const outcome =
    channel.isArchived === isArchived ? 'not_subscribed' : await announceArchiving(slack, channel);
  return { outcome };
}

/** Gives the bot every scope of the manifest but these, and tells what it has now. */
export function grantScopes(
  slack: Slack,
  without: readonly string[],
): { readonly scopes: readonly string[] } {
  const unknown = without.filter((scope) => !slack.manifest.scopes.has(scope));
  if (unknown.length > 0) throw new ImpossibleDeed(`the manifest has no ${unknown.join(', ')}`);
  slack.scopes.clear();
  for (const scope of slack.manifest.scopes) if (!without.includes(scope)) slack.scopes.add(scope);
  return { scopes: [...slack.scopes] };
}
