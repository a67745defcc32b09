import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../json.ts';
import { readContent } from './content.ts';
import {
  begin,
  ImpossibleDeed,
  interact,
  requireMembership,
  requireUser,
  type Shown,
  showDelivery,
} from './deed.ts';
import { addAnswer } from './hooks.ts';
import { commandPayload, globalShortcutPayload, shortcutPayload } from './payloads.ts';
import { SlackRefusal } from './refusal.ts';
import type { ResponseUrl } from './response-urls.ts';
import type { Slack } from './slack.ts';
import { escapeCommandText } from './typing.ts';

/** Types a slash command in a channel. */
export async function typeCommand(
  slack: Slack,
  deed: { readonly user: string; readonly channel: string; readonly command: string; readonly text: string },
): Promise<Shown> {
  const known = slack.manifest.commands.get(deed.command);
  const interactionId = randomUUID();
  if (known === undefined) {
    return { outcome: 'invalid_command', shown: `${deed.command} is not a valid command`, interactionId };
  }
  const origin = begin(slack, 'commands', { ...deed, interactionId });
  const { directory } = slack;
  const text = known.shouldEscape ? escapeCommandText(deed.text, directory) : deed.text;
  const delivery = await slack.sockets.deliver({
    type: 'slash_commands',
    acceptsResponsePayload: true,
    payload: commandPayload(slack, origin, deed.command, text.trim()),
  });
  const shown = showDelivery(delivery, interactionId, `${deed.command} failed with the error`);
  if (delivery.kind !== 'acked' || delivery.payload === undefined) return shown;
  return { ...shown, ...storeAckMessage(slack, origin.responseUrl, delivery.payload) };
}

/** Uses a shortcut from the menu of a message, or a global one when no message is given. */
export async function useShortcut(
  slack: Slack,
  deed: {
    readonly user: string;
    readonly channel?: string | undefined;
    readonly messageTs?: string | undefined;
    readonly callbackId: string;
  },
): Promise<Shown> {
  const interactionId = randomUUID();
  const known = slack.manifest.shortcuts.get(deed.callbackId);
  if (known === undefined) {
    return { outcome: 'invalid_shortcut', shown: `there is no shortcut ${deed.callbackId}`, interactionId };
  }
  const failed = `${known.name} failed with the error`;
  if (known.type === 'global') {
    const user = requireUser(slack, deed.user);
    const triggerId = slack.triggers.issue(user.id, interactionId);
    const payload = globalShortcutPayload(slack, user, triggerId, deed.callbackId);
    return showDelivery(await interact(slack, payload), interactionId, failed);
  }
  const channel = requireMembership(slack, deed.user, deed.channel ?? '');
  // Message shortcuts do not show on ephemeral messages, which byTs leaves out.
  const message = slack.messages.byTs(channel.id, deed.messageTs ?? '');
  if (message === undefined)
    throw new ImpossibleDeed(`there is no message ${deed.messageTs} in ${channel.id}`);
  const threadTs = message.threadTs;
  const origin = begin(slack, 'app', {
    user: deed.user,
    channel: channel.id,
    interactionId,
    ...(threadTs === undefined ? {} : { threadTs }),
  });
  const payload = shortcutPayload(slack, origin, deed.callbackId, message);
  return showDelivery(await interact(slack, payload), interactionId, failed);
}

function storeAckMessage(slack: Slack, url: ResponseUrl, payload: JsonObject): Partial<Shown> {
  try {
    const message = addAnswer(slack, url, readContent(payload, 'post'), payload, 'ack');
    return { messageId: message.id, messageTs: message.ts };
  } catch (error) {
    if (!(error instanceof SlackRefusal)) throw error;
    return { shown: `the app's answer was refused: ${error.code}` };
  }
}
