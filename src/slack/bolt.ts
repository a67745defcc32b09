import { App } from '@slack/bolt';
import {
  type Logger as SlackLogger,
  WebAPIPlatformError,
  WebClient,
  type WebClientOptions,
} from '@slack/web-api';
import type { Config } from '../config.ts';
import type { Link } from './link.ts';

/** Where Slack's own payloads let answers go (docs.slack.dev, handling-user-interaction; GovSlack's host). */
const RESPONSE_ORIGINS: readonly string[] = ['https://hooks.slack.com', 'https://hooks.slack-gov.com'];
/** Where files go (docs.slack.dev, working-with-files; GovSlack's host by its pattern). */
const UPLOAD_ORIGINS: readonly string[] = ['https://files.slack.com', 'https://files.slack-gov.com'];

/** Slack did not let Flowbell in, or was not there; `settings` names what must be looked at. */
export class SlackStartError extends Error {
  override readonly name = 'SlackStartError';
  readonly kind: 'refused' | 'unreachable';
  readonly refusals: readonly SlackRefusal[];

  constructor(kind: SlackStartError['kind'], refusals: readonly SlackRefusal[], cause?: unknown) {
    super(`Slack ${kind === 'refused' ? 'refused a token' : 'could not be reached'}`, { cause });
    this.kind = kind;
    this.refusals = refusals;
  }
}

export interface SlackRefusal {
  readonly setting: 'SLACK_BOT_TOKEN' | 'SLACK_APP_TOKEN';
  /** Slack's word, for example `invalid_auth`. */
  readonly said: string;
}

/** Who the bot is, as auth.test says. */
export interface BotIdentity {
  readonly teamId: string;
  readonly teamName: string;
  readonly botUserId: string;
  readonly botId: string;
  /** The name people mention it by, without the `@`. */
  readonly botName: string;
  /** Scopes the bot token was granted. */
  readonly scopes: readonly string[];
}

/**
 * Retry settings of every client that answers people: one quick repeat of a lost connection, never a sleep through a
 * rate limit. Each client gets an object of its own, because Slack's libraries write into it.
 */
export function clientOptions(
  { apiUrl }: Config['slack'],
  { fetch, logger }: { fetch: typeof globalThis.fetch; logger: SlackLogger },
): WebClientOptions {
  return {
    ...(apiUrl !== undefined && { slackApiUrl: apiUrl }),
    fetch,
    logger,
    timeout: 3000,
    rejectRateLimitedCalls: true,
    retryConfig: { retries: 1, minTimeout: 200, maxTimeout: 500 },
  };
}

/** The same for what must not be said twice: a post whose answer was lost may have been stored. */
export function posterOptions(options: WebClientOptions): WebClientOptions {
  return { ...options, timeout: 5000, retryConfig: { retries: 0 } };
}

/**
 * Asks Slack who the bot token is. Throws SlackStartError; where the bot token is refused the app token is tried as
 * well, so that nobody mends one only to hear of the other. Otherwise the link finds out by being opened:
 * apps.connections.open is the rarest call Slack allows (tier 1).
 */
export async function identify(
  slack: Config['slack'],
  options: () => WebClientOptions,
): Promise<BotIdentity> {
  let answered: Awaited<ReturnType<WebClient['auth']['test']>>;
  try {
    answered = await new WebClient(slack.botToken, options()).auth.test();
  } catch (error) {
    const refusals = refusalsOf(error, 'SLACK_BOT_TOKEN');
    if (refusals.length === 0) throw new SlackStartError('unreachable', [], error);
    throw new SlackStartError('refused', [...refusals, ...(await tryAppToken(slack, options()))]);
  }
  const { team_id: teamId = '', team = '', user_id: botUserId = '', bot_id: botId = '' } = answered;
  const { user: botName = 'flowbell' } = answered;
  const scopes = answered.response_metadata?.scopes ?? [];
  return { teamId, teamName: team, botUserId, botId, botName, scopes };
}

/** Opens the link for the first time; what Slack answers to that is about the app token. */
export async function openLink(link: Link): Promise<void> {
  try {
    await link.start();
  } catch (error) {
    const refusals = refusalsOf(error, 'SLACK_APP_TOKEN');
    throw new SlackStartError(refusals.length > 0 ? 'refused' : 'unreachable', refusals, error);
  }
}

async function tryAppToken(
  { appToken }: Config['slack'],
  options: WebClientOptions,
): Promise<SlackRefusal[]> {
  try {
    // The app token counts in the header only (docs.slack.dev, apps.connections.open).
    const headers = { Authorization: `Bearer ${appToken}` };
    await new WebClient(undefined, { ...options, headers }).apps.connections.open({});
    return [];
  } catch (error) {
    return refusalsOf(error, 'SLACK_APP_TOKEN');
  }
}

/** Bolt over our link. It verifies no token of its own: `identify` has, and Bolt's check ends as a stray rejection. */
export function createBolt(
  config: Config['slack'],
  { identity, link, options }: { identity: BotIdentity; link: Link; options: WebClientOptions },
): App {
  const { botToken } = config;
  const { botUserId, botId, teamId } = identity;
  return new App({
    receiver: link,
    authorize: async () => ({ botToken, botUserId, botId, teamId }),
    clientOptions: options,
    ...(options.logger && { logger: options.logger }),
  });
}

/** The origins response urls may have: Slack's, and a sandbox's where the settings point to one. */
export function responseOrigins(slack: Config['slack']): readonly string[] {
  return withSandbox(RESPONSE_ORIGINS, slack);
}

/** The origins upload urls may have, by the same rule. */
export function uploadOrigins(slack: Config['slack']): readonly string[] {
  return withSandbox(UPLOAD_ORIGINS, slack);
}

function withSandbox(origins: readonly string[], { apiUrl }: Config['slack']): readonly string[] {
  return apiUrl === undefined ? origins : [...origins, new URL(apiUrl).origin];
}

/** What Slack says of tokens (docs.slack.dev, auth.test and apps.connections.open); other words are faults of its own. */
const TOKEN_WORDS: readonly string[] = [
  'invalid_auth',
  'not_authed',
  'account_inactive',
  'token_revoked',
  'token_expired',
  'not_allowed_token_type',
  'missing_scope',
  'no_permission',
  'forbidden_team',
  'team_access_not_granted',
  'org_login_required',
  'user_removed_from_team',
  'team_disabled',
  'access_denied',
];

/** Slack's own word about a token, if it said one; a lost connection or an `internal_error` is no refusal. */
export function refusalsOf(error: unknown, setting: SlackRefusal['setting']): SlackRefusal[] {
  if (!(error instanceof WebAPIPlatformError)) return [];
  const said = String(error.data.error);
  return TOKEN_WORDS.includes(said) ? [{ setting, said }] : [];
}
