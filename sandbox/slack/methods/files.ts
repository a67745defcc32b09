import { type JsonObject, textIn } from '../../json.ts';
import { requireParent, requirePostableChannel } from '../access.ts';
import { optionalObjects, optionalText, requireText } from '../arguments.ts';
import { readContent } from '../content.ts';
import { BOT_USER_ID } from '../directory.ts';
import { announceMessage } from '../events.ts';
import type { StoredFile } from '../messages.ts';
import { refuseFor, SlackRefusal } from '../refusal.ts';
import type { Slack } from '../slack.ts';
import { type Method, needs } from './method.ts';

/** Files in three steps (docs.slack.dev, messaging/working-with-files). */
export const fileMethods = {
  'files.getUploadURLExternal': { tier: 4, scopes: needs('files:write'), run: announce },
  'files.completeUploadExternal': { tier: 4, scopes: needs('files:write'), run: complete },
} as const satisfies Readonly<Record<string, Method>>;

function announce(slack: Slack, args: JsonObject): JsonObject {
  const length = Number(args.length);
  if (!Number.isInteger(length) || length <= 0)
    throw refuseFor('invalid_arguments', ['length must be above 0']);
  const { id, path } = slack.uploads.announce(requireText(args, 'filename'), length);
  return { upload_url: `${slack.origin}${path}`, file_id: id };
}

function complete(slack: Slack, args: JsonObject): JsonObject {
  const channelId = optionalText(args, 'channel_id');
  // Unlike chat.postMessage it takes no person's id: a direct message is named by its own `D…` id.
  if (channelId !== undefined && slack.directory.users.has(channelId))
    throw new SlackRefusal('channel_not_found');
  const channel = channelId === undefined ? undefined : requirePostableChannel(slack, channelId);
  const threadTs = optionalText(args, 'thread_ts');
  if (channel !== undefined && threadTs !== undefined) requireParent(slack, channel, threadTs);
  const files = (optionalObjects(args, 'files') ?? []).map((file) => finish(slack, file));
  if (files.length === 0) throw refuseFor('invalid_arguments', ['missing required field: files']);
  if (channel !== undefined) {
    const comment = optionalText(args, 'initial_comment');
    const said = comment === undefined && args.blocks === undefined ? {} : commentOf(args, comment);
    const message = slack.messages.add({
      channel: channel.id,
      user: BOT_USER_ID,
      isBot: true,
      via: 'files',
      text: '',
      files,
      ...said,
      ...(threadTs === undefined ? {} : { threadTs }),
    });
    void announceMessage(slack, message);
  }
  return { files: files.map(({ id, title }) => ({ id, title })) };
}

/** `blocks` is ignored when a comment is given. */
function commentOf(args: JsonObject, comment: string | undefined): ReturnType<typeof readContent> {
  return readContent(comment === undefined ? { blocks: args.blocks } : { text: comment }, 'post');
}

function finish(slack: Slack, file: JsonObject): StoredFile {
  const id = textIn(file.id) ?? '';
  const done = slack.uploads.complete(id);
  if (done === 'file_not_found') throw new SlackRefusal('file_not_found');
  const { filename: name, size, text } = done;
  return { id, name, title: textIn(file.title) ?? name, size, text };
}
