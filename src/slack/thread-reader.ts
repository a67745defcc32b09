import { setTimeout } from 'node:timers/promises';
import { WebAPIPlatformError, type WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import type { Found, Target } from '../domain/target.ts';
import { afterRateLimit } from './rate-limit.ts';
import { messageTargets, type ThreadMessage, threadTargets } from './thread.ts';

/** A thread, by its parent. */
export interface Thread {
  readonly channelId: string;
  readonly threadTs: string;
}

/** What threads tell; a thread that Flowbell may not read, or not in time, is nobody's error. */
export interface ThreadReader {
  /** The runs and nodes the thread is about; undefined where none were found and not all was read. */
  threadTargets(thread: Thread): Promise<readonly Target[] | undefined>;
  /** The runs and nodes its first message shows; none where it was not read. */
  parentTargets(thread: Thread): Promise<readonly Target[]>;
  /** The runs and nodes a message shows that Slack sent along. Anything may be passed. */
  messageTargets(message: ThreadMessage): Found;
}

const PAGE_SIZE = 200;
const MOST_PAGES = 3;
/** For all pages together: somebody waits, and can name the run. */
const READ_TIMEOUT_MS = 3000;

/** Slack's words for a thread that is not ours to read (docs.slack.dev, conversations.replies). */
const NOT_OURS: readonly string[] = [
  'not_in_channel',
  'missing_scope',
  'channel_not_found',
  'thread_not_found',
];

export function createThreadReader({
  client,
  botId,
  logger,
}: {
  readonly client: WebClient;
  readonly botId: string;
  readonly logger: Logger;
}): ThreadReader {
  return {
    threadTargets: async (thread) => {
      const { messages, isRead } = await read(thread, MOST_PAGES, PAGE_SIZE);
      const targets = threadTargets(messages, botId);
      return targets.length > 0 || isRead ? targets : undefined;
    },
    parentTargets: async (thread) => {
      const { messages } = await read(thread, 1, 1);
      const [parent] = messages;
      return parent === undefined ? [] : messageTargets(parent, botId).targets;
    },
    messageTargets: (message) => messageTargets(message, botId),
  };

  /** The messages read in time, parent first: some are better than none. */
  async function read(thread: Thread, pages: number, pageSize: number): Promise<Part> {
    const { channelId } = thread;
    const messages: ThreadMessage[] = [];
    const inTime = new AbortController();
    const reading = readPages().then(
      () => 'read' as const,
      (err: unknown) => {
        const isNotOurs = err instanceof WebAPIPlatformError && NOT_OURS.includes(String(err.data.error));
        logger[isNotOurs ? 'debug' : 'warn']({ err, channelId }, 'A thread was not read');
        return 'failed' as const;
      },
    );
    const deadline = setTimeout(READ_TIMEOUT_MS, 'late' as const, { signal: inTime.signal });
    const outcome = await Promise.race([reading, deadline.catch(() => 'late' as const)]);
    inTime.abort();
    if (outcome === 'late') logger.debug({ channelId }, 'A thread was not read in time');
    return { messages: [...messages], isRead: outcome === 'read' };

    async function readPages(): Promise<void> {
      const first = await ask(thread, { limit: pageSize });
      messages.push(...(first.messages ?? []));
      const left = { pages: pages - 1, pageSize };
      const from = first.has_more ? startOfNewest(first.messages ?? [], left) : undefined;
      let next = from ?? cursorOf(first);
      for (let page = 0; page < left.pages && next !== undefined && !inTime.signal.aborted; page += 1) {
        const answered = await ask(thread, { limit: pageSize, ...next });
        messages.push(...(answered.messages ?? []));
        const cursor = cursorOf(answered);
        next = cursor && { ...from, ...cursor };
      }
    }
  }

  function ask({ channelId, threadTs }: Thread, part: ReadOn & { limit: number }): Promise<Answered> {
    return afterRateLimit(() =>
      client.conversations.replies({
        channel: channelId,
        ts: threadTs,
        include_all_metadata: true,
        ...part,
      }),
    );
  }
}

/** What was read of a thread. */
interface Part {
  readonly messages: readonly ThreadMessage[];
  /** False where Slack refused or was late before we had all that we ask for. */
  readonly isRead: boolean;
}

/** Which part of a thread comes next. */
interface ReadOn {
  readonly cursor?: string;
  readonly oldest?: string;
}

type Answered = Awaited<ReturnType<WebClient['conversations']['replies']>>;

function cursorOf({ has_more: hasMore, response_metadata: metadata }: Answered): ReadOn | undefined {
  return hasMore && metadata?.next_cursor ? { cursor: metadata.next_cursor } : undefined;
}

/**
 * Slack gives the earliest messages first (docs.slack.dev, conversations.replies, pagination by time), so the newest
 * replies of a thread longer than we read would never be seen. Such a one is read on from where about one page is
 * left if its replies came evenly, which leaves room for as many again. Undefined where all pages are enough.
 */
function startOfNewest(
  first: NonNullable<Answered['messages']>,
  { pages, pageSize }: { pages: number; pageSize: number },
): ReadOn | undefined {
  const { reply_count: replies = 0, latest_reply: latest } = first[0] ?? {};
  const unread = replies + 1 - first.length;
  if (pages === 0 || unread <= pages * pageSize) return undefined;
  const newest = Number(latest);
  const span = newest - Number(first.at(-1)?.ts);
  if (!Number.isFinite(span) || span <= 0) return undefined;
  return { oldest: (newest - (span * pageSize) / unread).toFixed(6) };
}
