import { isSet, requireText } from '../arguments.ts';
import { SlackRefusal } from '../refusal.ts';
import { userOnWire } from '../wire.ts';
import { type Method, needs } from './method.ts';

/** People (docs.slack.dev, reference/methods/users.info). */
export const userMethods = {
  'users.info': {
    tier: 4,
    scopes: needs('users:read'),
    run: (slack, args) => {
      const user = slack.directory.users.get(requireText(args, 'user', 'user_not_found'));
      if (user === undefined) throw new SlackRefusal('user_not_found');
      return {
        user: userOnWire(user, { at: new Date(slack.now()), withLocale: isSet(args, 'include_locale') }),
      };
    },
  },
} as const satisfies Readonly<Record<string, Method>>;
