import { APP_ID, BOT_ID, BOT_USER_ID, TEAM } from '../directory.ts';
import { type Method, needs } from './method.ts';

/** `auth.test` and `apps.connections.open`. */
export const authMethods = {
  'auth.test': {
    tier: 'special',
    scopes: needs(),
    run: (slack) => ({
      url: `https://${TEAM.domain}.slack.com/`,
      team: TEAM.name,
      user: slack.manifest.botName.toLowerCase(),
      team_id: TEAM.id,
      user_id: BOT_USER_ID,
      bot_id: BOT_ID,
      app_id: APP_ID,
      app_name: slack.manifest.name,
      is_enterprise_install: false,
    }),
  },
} as const satisfies Readonly<Record<string, Method>>;
