import type { WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import type { Actor } from '../commands/request.ts';
import type { Locale } from '../messages/catalog.ts';
import type { Message } from '../messages/message.ts';

/** How an answer stands beside the message it belongs to (docs.slack.dev, handling-user-interaction). */
export type Showing =
  /** Only the person who asked sees it. */
  | 'private'
  /** It takes the place of the message that was clicked, or of our own interim answer. */
  | 'in-place'
  /** Everybody in the channel sees it. */
  | 'channel';

/** What Flowbell says to Slack and asks of it. Every call has a deadline. */
export interface Gateway {
  /** Answers through a response url. Rejects where the address is not Slack's or Slack did not take the answer. */
  respond(responseUrl: string, message: Message, showing: Showing): Promise<void>;
  /** Who this is right now: standing and language. A person Slack does not tell about is `unknown`, never a member. */
  findActor(userId: string): Promise<Actor>;
}

/** Thrown when an answer did not reach Slack; holds no address, since whoever has it may speak as Flowbell. */
class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
  readonly retry: boolean;

  constructor(reason: string, { retry, cause }: { retry: boolean; cause?: unknown }) {
    super(`A response url was not used: ${reason}`, { cause });
    this.retry = retry;
  }
}

const RESPOND_TIMEOUT_MS = 5000;

export function createGateway({
  client,
  fetch,
  teamId,
  responseOrigins,
  defaultLocale,
  logger,
}: {
  readonly client: WebClient;
  readonly fetch: typeof globalThis.fetch;
  /** The Slack workspace of the bot token. */
  readonly teamId: string;
  /** Origins that response urls may have. */
  readonly responseOrigins: readonly string[];
  readonly defaultLocale: Locale;
  readonly logger: Logger;
}): Gateway {
  return { respond, findActor };

  async function respond(responseUrl: string, message: Message, showing: Showing): Promise<void> {
    if (!URL.canParse(responseUrl) || !responseOrigins.includes(new URL(responseUrl).origin)) {
      throw new DeliveryError('its host is not Slack', { retry: false });
    }
    const body = JSON.stringify({
      ...message,
      ...(showing === 'channel' && { response_type: 'in_channel' }),
      replace_original: showing === 'in-place',
    });
    try {
      await post(responseUrl, body);
    } catch (error) {
      // A private answer shown twice does no harm, a lost one does; a public one is not risked.
      if (!(error instanceof DeliveryError && error.retry) || showing === 'channel') throw error;
      await post(responseUrl, body);
    }
  }

  async function post(responseUrl: string, body: string): Promise<void> {
    let response: Response;
    try {
      response = await fetch(responseUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body,
        redirect: 'error',
        signal: AbortSignal.timeout(RESPOND_TIMEOUT_MS),
      });
      await response.arrayBuffer();
    } catch (cause) {
      throw new DeliveryError('no answer', { retry: true, cause });
    }
    if (!response.ok) throw new DeliveryError(`HTTP ${response.status}`, { retry: response.status >= 500 });
  }

  async function findActor(userId: string): Promise<Actor> {
    try {
      const { user } = await client.users.info({ user: userId, include_locale: true });
      if (user === undefined) return { userId, locale: defaultLocale, standing: 'unknown' };
      return { userId, locale: localeOf(user.locale, defaultLocale), standing: standingOf(user, teamId) };
    } catch (err) {
      logger.warn({ err, userId }, 'Slack did not tell who somebody is');
      return { userId, locale: defaultLocale, standing: 'unknown' };
    }
  }
}

type SlackUser = NonNullable<Awaited<ReturnType<WebClient['users']['info']>>['user']>;

/**
 * Guests are `is_restricted` or `is_ultra_restricted`; people of other companies, met in shared channels, belong to
 * another team (docs.slack.dev, objects/user-object). On Enterprise Grid a person may belong to several teams.
 */
function standingOf(user: SlackUser, teamId: string): Actor['standing'] {
  if (user.deleted || user.is_restricted || user.is_ultra_restricted) return 'guest';
  const teams = [user.team_id, ...(user.enterprise_user?.teams ?? [])];
  return teams.includes(teamId) && !user.is_stranger ? 'member' : 'outsider';
}

/** zh-CN, zh-TW and zh-HK all read Simplified Chinese for now. */
function localeOf(slackLocale: string | undefined, otherwise: Locale): Locale {
  if (slackLocale?.startsWith('zh')) return 'zh';
  return slackLocale?.startsWith('en') ? 'en' : otherwise;
}
