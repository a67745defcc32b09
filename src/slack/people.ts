import type { WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import type { Actor } from '../commands/request.ts';
import type { Locale } from '../messages/catalog.ts';
import { afterRateLimit } from './rate-limit.ts';

/** Who this is right now. A person Slack does not tell about is `unknown`, never a member. */
export type FindActor = (userId: string) => Promise<Actor>;

export function createFindActor({
  client,
  teamId,
  defaultLocale,
  logger,
}: {
  readonly client: WebClient;
  /** The Slack workspace of the bot token. */
  readonly teamId: string;
  readonly defaultLocale: Locale;
  readonly logger: Logger;
}): FindActor {
  return async (userId) => {
    const unknown = {
      userId,
      name: userId,
      locale: defaultLocale,
      standing: 'unknown',
      isAdmin: false,
      utcOffsetMs: 0,
    } as const;
    try {
      const { user } = await afterRateLimit(() => client.users.info({ user: userId, include_locale: true }));
      if (user === undefined) return unknown;
      const standing = standingOf(user, teamId);
      return {
        userId,
        name: nameOf(user) ?? userId,
        locale: localeOf(user.locale, defaultLocale),
        standing,
        isAdmin: standing === 'member' && (user.is_admin === true || user.is_owner === true),
        utcOffsetMs: (user.tz_offset ?? 0) * 1000,
      };
    } catch (err) {
      logger.warn({ err, userId }, 'Slack did not tell who somebody is');
      return unknown;
    }
  };
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

/** The name a person chose to be shown by; an unset one is empty (docs.slack.dev, objects/user-object). */
function nameOf({ profile, real_name: realName, name }: SlackUser): string | undefined {
  return [profile?.display_name, profile?.real_name, realName, name].find((each) => each?.trim());
}

/** zh-CN, zh-TW and zh-HK all read Simplified Chinese for now. */
function localeOf(slackLocale: string | undefined, otherwise: Locale): Locale {
  if (slackLocale?.startsWith('zh')) return 'zh';
  return slackLocale?.startsWith('en') ? 'en' : otherwise;
}
