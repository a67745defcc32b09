import { type HttpReply, type HttpRequest, junkReply, textReply } from '../http.ts';
import { isObject, type JsonObject, parseJson, textIn } from '../json.ts';
import { type Content, readContent } from './content.ts';
import { BOT_USER_ID } from './directory.ts';
import { announceMessage } from './events.ts';
import type { StoredMessage } from './messages.ts';
import { SlackRefusal } from './refusal.ts';
import type { ResponseUrl } from './response-urls.ts';
import { runLater, type Slack } from './slack.ts';

interface Outcome {
  readonly reply: HttpReply;
  readonly outcome: string;
  readonly detail?: string;
  readonly channel?: string;
}

/** Answers `POST /hooks/…`, the response_url of an interaction, and writes it into the journal. */
export async function answerHook(slack: Slack, request: HttpRequest): Promise<HttpReply> {
  const at = slack.now();
  const startedAt = Date.now();
  const { reply, outcome, detail, channel } = await run(slack, request);
  slack.journal.add({
    at,
    service: 'response_url',
    operation: request.path.split('/')[2] ?? '',
    outcome,
    durationMs: Date.now() - startedAt,
    ...(reply.kind === 'answer' ? { status: reply.status } : {}),
    ...(detail === undefined ? {} : { detail }),
    ...(channel === undefined ? {} : { channel }),
  });
  return reply;
}

async function run(slack: Slack, request: HttpRequest): Promise<Outcome> {
  const fault = slack.faults.take({ operation: 'response_url' });
  switch (fault?.kind) {
    case undefined:
      return perform(slack, request);
    case 'slow': {
      const done = fault.when === 'after' ? perform(slack, request) : undefined;
      await new Promise<void>((resolve) => runLater(slack, fault.delayMs, resolve));
      return done ?? perform(slack, request);
    }
    case 'hang':
    case 'reset':
      return { reply: { kind: fault.kind }, outcome: fault.kind };
    case 'junk':
      return { reply: junkReply(fault.body), outcome: 'junk' };
    case 'http':
      return { reply: textReply(fault.status, 'upstream error'), outcome: `http_${fault.status}` };
    case 'error':
      return { reply: textReply(400, fault.code), outcome: fault.code };
    case 'ratelimited': {
      const headers = { 'retry-after': String(fault.retryAfterSec) };
      return { reply: textReply(429, 'ratelimited', headers), outcome: 'ratelimited' };
    }
    case 'lost':
      return { reply: { kind: 'reset' }, outcome: `lost_${perform(slack, request).outcome}` };
    case 'late':
      runLater(slack, fault.delayMs, () => perform(slack, request));
      return { reply: { kind: fault.answer }, outcome: 'late' };
    default:
      return fault satisfies never;
  }
}

function perform(slack: Slack, request: HttpRequest): Outcome {
  const url = slack.responseUrls.use(request.path);
  if (typeof url === 'string') return { reply: textReply(404, url), outcome: url };
  const body = parseJson(request.body.toString('utf8'));
  if (!isObject(body)) return { reply: textReply(400, 'invalid_payload'), outcome: 'invalid_payload' };
  try {
    apply(slack, url, body);
    return { reply: textReply(200, 'ok'), outcome: 'ok', channel: url.channel };
  } catch (error) {
    if (!(error instanceof SlackRefusal)) throw error;
    const detail = Array.isArray(error.more.errors) ? error.more.errors.join('; ') : '';
    return { reply: textReply(400, error.code), outcome: error.code, detail, channel: url.channel };
  }
}

function apply(slack: Slack, url: ResponseUrl, body: JsonObject): void {
  if (body.delete_original === true) {
    const target = findOriginal(slack, url);
    if (target !== undefined) slack.messages.remove(target);
    return;
  }
  const content = readContent(body, 'post');
  const original = body.replace_original === true ? findOriginal(slack, url) : undefined;
  if (original !== undefined) {
    slack.messages.edit(original, { ...content, interactionId: url.interactionId }, 'response_url');
    url.lastMessageId = original.id;
    return;
  }
  url.lastMessageId = addAnswer(slack, url, content, body, 'response_url').id;
}

/**
 * The message that `replace_original` and `delete_original` mean: the clicked one, else what this very
 * address produced before. For slash commands the documents only say that there is no source message;
 * that Slack then replaces the address's own earlier answer is not confirmed.
 */
function findOriginal(slack: Slack, url: ResponseUrl): StoredMessage | undefined {
  const id = url.sourceMessageId ?? url.lastMessageId;
  const message = id === undefined ? undefined : slack.messages.byId(id);
  return message?.deletedAt === undefined ? message : undefined;
}

/** Stores an answer to an interaction: private unless it asks for `in_channel`. */
export function addAnswer(
  slack: Slack,
  url: ResponseUrl,
  content: Content,
  body: JsonObject,
  via: 'response_url' | 'ack',
): StoredMessage {
  const isPublic = body.response_type === 'in_channel';
  const threadTs = textIn(body.thread_ts);
  const message = slack.messages.add({
    channel: url.channel,
    user: BOT_USER_ID,
    isBot: true,
    via,
    interactionId: url.interactionId,
    ...content,
    ...(isPublic ? {} : { visibleTo: url.user }),
    ...(threadTs === undefined ? {} : { threadTs }),
  });
  if (isPublic) void announceMessage(slack, message);
  return message;
}
