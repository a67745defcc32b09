import { findViewProblems } from '../../block-kit/views.ts';
import { isObject, type JsonObject, objectsIn } from '../../json.ts';
import { optionalText, requireText } from '../arguments.ts';
import { withIds } from '../content.ts';
import { refuseFor, SlackRefusal } from '../refusal.ts';
import type { Slack } from '../slack.ts';
import type { StoredView } from '../view-store.ts';
import { viewOnWire } from '../wire.ts';
import { type Method, needs } from './method.ts';

/** A view above this size is refused (docs.slack.dev, reference/methods/views.open). */
const MAX_VIEW_BYTES = 250_000;

/** Modals and the Home tab (docs.slack.dev, reference/methods/views.*). */
export const viewMethods = {
  'views.open': {
    tier: 4,
    scopes: needs(),
    run: (slack, args) => {
      const view = readView(args.view, 'modal');
      const { user, interactionId } = useTrigger(slack, args);
      return { view: viewOnWire(slack.views.open(user, view, interactionId)) };
    },
  },
  'views.push': {
    tier: 4,
    scopes: needs(),
    run: (slack, args) => {
      const view = readView(args.view, 'modal');
      const pushed = slack.views.push(useTrigger(slack, args).user, view);
      if (pushed === undefined) throw new SlackRefusal('push_limit_reached');
      return { view: viewOnWire(pushed) };
    },
  },
  'views.update': {
    tier: 4,
    scopes: needs(),
    run: (slack, args) => {
      const stored = findStored(slack, args);
      if (stored === undefined || !stored.isOpen) throw new SlackRefusal('not_found');
      requireHash(stored, args);
      slack.views.update(stored, readView(args.view, 'modal'));
      return { view: viewOnWire(stored) };
    },
  },
  'views.publish': {
    tier: 4,
    scopes: needs(),
    run: (slack, args) => {
      const user = requireText(args, 'user_id');
      if (!slack.manifest.hasHomeTab) throw new SlackRefusal('not_enabled');
      if (!slack.directory.users.has(user)) throw new SlackRefusal('user_not_found');
      const known = slack.views.homeOf(user);
      if (known !== undefined) requireHash(known, args);
      return { view: viewOnWire(slack.views.publish(user, readView(args.view, 'home'))) };
    },
  },
} as const satisfies Readonly<Record<string, Method>>;

/** Checks a view and gives its blocks and elements their ids. */
export function readView(value: unknown, type: 'modal' | 'home'): JsonObject {
  if (!isObject(value)) throw refuseFor('invalid_arguments', ['missing required field: view']);
  if (JSON.stringify(value).length > MAX_VIEW_BYTES) throw new SlackRefusal('view_too_large');
  const problems = [
    ...findViewProblems(value),
    ...(value.type === type ? [] : [`must be ${type} [json-pointer:/type]`]),
  ];
  if (problems.length > 0) throw refuseFor('invalid_arguments', problems);
  return { ...value, blocks: objectsIn(value.blocks).map(withIds) };
}

function useTrigger(slack: Slack, args: JsonObject): { user: string; interactionId: string } {
  const used = slack.triggers.use(requireText(args, 'trigger_id', 'invalid_arguments'));
  if (typeof used === 'string') throw new SlackRefusal(used);
  return used;
}

function findStored(slack: Slack, args: JsonObject): StoredView | undefined {
  const externalId = optionalText(args, 'external_id');
  if (externalId !== undefined) return slack.views.byExternalId(externalId);
  return slack.views.byId(requireText(args, 'view_id'));
}

function requireHash(stored: StoredView, args: JsonObject): void {
  const hash = optionalText(args, 'hash');
  if (hash !== undefined && hash !== stored.hash) throw new SlackRefusal('hash_conflict');
}
