import { setTimeout } from 'node:timers/promises';
import type { WebClient } from '@slack/web-api';
import type { Sighting, Spot } from '../jobs/speaker.ts';
import { carriesKey } from './run-metadata.ts';
import { saidBy } from './said.ts';

/** How far Slack's clock may be from ours. */
const CLOCKS_APART_MS = 5 * 60 * 1000;
const PAGE_SIZE = 200;
const MOST_PAGES = 10;
/** For all pages together: whoever looks holds the channel. */
const LOOK_TIMEOUT_MS = 8000;

/** Slack's words for what Flowbell was not let (docs.slack.dev, conversations.history and .replies, errors). */
const MAY_NOT: readonly string[] = ['missing_scope', 'not_allowed_token_type'];

interface Sought {
  readonly spot: Spot;
  /** The delivery's key. */
  readonly key: string;
  /** When Slack was first asked to take it, by our clock. */
  readonly since: Date;
}

type Answered = Awaited<ReturnType<WebClient['conversations']['history']>>;

/**
 * Looks through a thread, or through what stands in a channel by itself, for messages of ours that carry the key. Not
 * seen means that all of it was read; copies that were seen are told although there may be more further on. A thread
 * that is not there any more shows nothing. `client` may repeat what it asks.
 */
export async function findCopies(
  sought: Sought,
  { client, botId }: { readonly client: WebClient; readonly botId: string },
): Promise<Sighting> {
  const inTime = new AbortController();
  const copies = new Set<string>();
  const deadline = setTimeout(LOOK_TIMEOUT_MS, 'too_late', { signal: inTime.signal });
  try {
    const failure = await Promise.race([readPages(), deadline.catch(() => 'too_late')]);
    return seen() ?? (failure === undefined ? { kind: 'not-seen' } : { kind: 'failed', error: failure });
  } catch (error) {
    return seen() ?? sightingBy(error);
  } finally {
    inTime.abort();
  }

  function seen(): Sighting | undefined {
    return copies.size > 0 ? { kind: 'seen', copies: [...copies].sort() } : undefined;
  }

  /** Gives why not all was read, if so. */
  async function readPages(): Promise<string | undefined> {
    let cursor: string | undefined;
    for (let page = 0; page < MOST_PAGES && !inTime.signal.aborted; page += 1) {
      const { messages = [], has_more: hasMore, response_metadata: more } = await ask(cursor);
      for (const { bot_id, metadata, ts } of messages) {
        const isOurs = botId !== '' && bot_id === botId;
        if (isOurs && ts !== undefined && carriesKey(metadata, sought.key)) copies.add(ts);
      }
      cursor = hasMore ? more?.next_cursor : undefined;
      if (!cursor) return undefined;
    }
    return 'too_much_to_read';
  }

  function ask(cursor: string | undefined): Promise<Answered> {
    const { channelId, threadTs } = sought.spot;
    const part = {
      channel: channelId,
      oldest: ((sought.since.getTime() - CLOCKS_APART_MS) / 1000).toFixed(6),
      include_all_metadata: true,
      limit: PAGE_SIZE,
      ...(cursor !== undefined && { cursor }),
    };
    if (threadTs === undefined) return client.conversations.history(part);
    return client.conversations.replies({ ...part, ts: threadTs });
  }
}

function sightingBy(error: unknown): Sighting {
  const said = saidBy(error);
  if (MAY_NOT.includes(said.error)) return { kind: 'may-not-look', error: said.error };
  if (said.error === 'thread_not_found') return { kind: 'not-seen' };
  const retryAfterMs = said.kind === 'not-sent' ? said.retryAfterMs : undefined;
  const isRemoved = said.kind === 'refused' && said.about === 'removed';
  return {
    kind: 'failed',
    error: said.error,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(isRemoved && { closed: 'removed' as const }),
  };
}
