import { randomUUID } from 'node:crypto';
import { isObject, type JsonObject, textIn } from '../json.ts';
import { actionFor, type Choice, chosenState, findChosen, initialState } from './actions.ts';
import { begin, ImpossibleDeed, interact, requireUser, type Shown, showDelivery } from './deed.ts';
import type { User } from './directory.ts';
import { readView } from './methods/views.ts';
import { closedPayload, messageClickPayload, submissionPayload, viewClickPayload } from './payloads.ts';
import { SlackRefusal } from './refusal.ts';
import type { Slack } from './slack.ts';
import type { StoredView } from './view-store.ts';
import { elementsIn } from './wire.ts';

/** Clicks a button or picks from a menu in a message. */
export async function clickInMessage(
  slack: Slack,
  deed: { readonly user: string; readonly messageId: string } & Choice,
): Promise<Shown> {
  const message = slack.messages.byId(deed.messageId);
  const isSeen = message?.visibleTo === undefined || message.visibleTo === deed.user;
  if (message === undefined || message.deletedAt !== undefined || !isSeen) {
    throw new ImpossibleDeed(`${deed.user} sees no message ${deed.messageId}`);
  }
  const interactionId = randomUUID();
  const blocks = [
    ...message.blocks,
    ...message.attachments.flatMap((each) => (Array.isArray(each.blocks) ? each.blocks : [])),
  ];
  const found = findChosen(elementsIn(blocks), deed);
  if (found === undefined) throw new ImpossibleDeed(`${deed.messageId} has no ${describe(deed)}`);
  if (!slack.manifest.isInteractive) return notConfigured(interactionId);
  const threadTs = message.threadTs;
  const origin = begin(slack, 'actions', {
    user: deed.user,
    channel: message.channel,
    interactionId,
    sourceMessageId: message.id,
    ...(threadTs === undefined ? {} : { threadTs }),
  });
  const action = actionFor(found, deed, slack.messages.nextTs());
  const payload = messageClickPayload(slack, origin, message, action);
  return showDelivery(await interact(slack, payload), interactionId, 'This app responded with');
}

/** Clicks in an open modal or on the Home tab. */
export async function clickInView(
  slack: Slack,
  deed: { readonly user: string; readonly viewId: string } & Choice,
): Promise<Shown> {
  const { user, stored } = requireOpenView(slack, deed);
  const found = findChosen(elementsIn(blocksOf(stored)), deed);
  if (found === undefined) throw new ImpossibleDeed(`${deed.viewId} has no ${describe(deed)}`);
  const interactionId = randomUUID();
  const payload = viewClickPayload({
    user,
    stored,
    triggerId: slack.triggers.issue(user.id, interactionId),
    values: stateOf(stored, {}),
    action: actionFor(found, deed, slack.messages.nextTs()),
  });
  return showDelivery(await interact(slack, payload), interactionId, 'This app responded with');
}

/** Submits the modal on top; `values` are given by action id or block id. */
export async function submitView(
  slack: Slack,
  deed: {
    readonly user: string;
    readonly viewId?: string | undefined;
    readonly values?: Readonly<Record<string, string>> | undefined;
  },
): Promise<Shown> {
  const { user, stored } = requireOpenView(slack, deed);
  const interactionId = randomUUID();
  const triggerId = slack.triggers.issue(user.id, interactionId);
  const payload = submissionPayload(user, triggerId, stored, stateOf(stored, deed.values ?? {}));
  const delivery = await interact(slack, payload, true);
  const shown = showDelivery(delivery, interactionId, 'We had some trouble connecting:');
  if (delivery.kind !== 'acked') return shown;
  return { ...shown, ...applyResponseAction(slack, stored, delivery.payload) };
}

/** Closes the modal on top; the app hears of it only if it asked to. */
export async function closeView(
  slack: Slack,
  deed: { readonly user: string; readonly viewId?: string | undefined },
): Promise<Shown> {
  const { user, stored } = requireOpenView(slack, deed);
  slack.views.close(stored);
  const interactionId = randomUUID();
  if (stored.view.notify_on_close !== true) return { outcome: 'acked', shown: '', interactionId };
  const payload = closedPayload(user, stored, stored.view.clear_on_close === true);
  return showDelivery(await interact(slack, payload), interactionId, 'This app responded with');
}

/** Does what the acknowledgement of a submission asks for; without one the modal closes. */
function applyResponseAction(
  slack: Slack,
  stored: StoredView,
  payload: JsonObject | undefined,
): Pick<Shown, 'outcome'> & Partial<Shown> {
  switch (payload?.response_action) {
    case 'errors':
      return { outcome: 'errors', errors: isObject(payload.errors) ? payload.errors : {} };
    case 'clear':
      for (const each of slack.views.stackOf(stored.user)) slack.views.close(each);
      return { outcome: 'cleared' };
    case 'update':
    case 'push':
      return showView(slack, stored, payload);
    default:
      slack.views.close(stored);
      return { outcome: 'acked' };
  }
}

function showView(
  slack: Slack,
  stored: StoredView,
  payload: JsonObject,
): Pick<Shown, 'outcome'> & Partial<Shown> {
  try {
    const view = readView(payload.view, 'modal');
    if (payload.response_action === 'update') {
      slack.views.update(stored, view);
      return { outcome: 'updated', viewId: stored.id };
    }
    const pushed = slack.views.push(stored.user, view);
    return pushed === undefined
      ? { outcome: 'acked', shown: 'push_limit_reached' }
      : { outcome: 'pushed', viewId: pushed.id };
  } catch (error) {
    if (!(error instanceof SlackRefusal)) throw error;
    const problems = Array.isArray(error.more.errors) ? error.more.errors.join('; ') : error.code;
    return { outcome: 'acked', shown: `the app's view was refused: ${problems}` };
  }
}

/** The state of every input: what was typed now, else what the view began with. */
function stateOf(stored: StoredView, typed: Readonly<Record<string, string>>): JsonObject {
  const values: JsonObject = {};
  for (const { element, blockId } of elementsIn(blocksOf(stored))) {
    if (element.type === 'button') continue;
    const actionId = textIn(element.action_id) ?? '';
    const value = typed[actionId] ?? typed[blockId];
    const state = value === undefined ? initialState(element) : chosenState(element, { value });
    const block = isObject(values[blockId]) ? values[blockId] : {};
    values[blockId] = { ...block, [actionId]: { type: element.type, ...state } };
  }
  return values;
}

function requireOpenView(
  slack: Slack,
  deed: { readonly user: string; readonly viewId?: string | undefined },
): { readonly user: User; readonly stored: StoredView } {
  const user = requireUser(slack, deed.user);
  const top = slack.views.stackOf(user.id).at(-1);
  const stored = deed.viewId === undefined ? top : slack.views.byId(deed.viewId);
  if (stored === undefined || !stored.isOpen || stored.user !== user.id) {
    throw new ImpossibleDeed(`${user.id} has no open view ${deed.viewId ?? ''}`.trim());
  }
  return { user, stored };
}

function blocksOf(stored: StoredView): readonly JsonObject[] {
  return Array.isArray(stored.view.blocks) ? stored.view.blocks.filter(isObject) : [];
}

function notConfigured(interactionId: string): Shown {
  const shown = 'This app is not configured to handle interactive responses';
  return { outcome: 'not_configured', shown, interactionId };
}

function describe(choice: Choice): string {
  return choice.label === undefined ? `element ${choice.actionId}` : `label "${choice.label}"`;
}
