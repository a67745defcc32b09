import type { Button } from '@slack/types';
import type { Locale } from './catalog.ts';
import { MAX_BUTTON_LABEL, MAX_BUTTON_URL, MAX_BUTTON_VALUE } from './limits.ts';
import { cut } from './outside-text.ts';

/**
 * What a button does: `ask` runs `command` as if it had been typed, `refresh` runs it again in place of the message,
 * `share` posts its answer to the channel, `open` is an address.
 */
export type ButtonSpec = { readonly label: string; readonly primary?: true } & (
  | { readonly deed: 'ask' | 'refresh' | 'share'; readonly command: string }
  | { readonly deed: 'open'; readonly url: string }
);

/** Who made a message public, and in which language, so that a refresh keeps both. */
export interface Shared {
  readonly by: string;
  readonly locale: Locale;
}

/** Matches the action ids of all our buttons. */
export const BUTTON_DEEDS = /^(?:ask|refresh|share|open):/;

const ACTION_ID = /^(ask|refresh|share|open):\d{1,2}(?::(en|zh):([UW][A-Z0-9]{2,20}))?$/;

/** Slack wants action ids to differ inside a block: the number keeps two buttons of one deed apart. */
export function formatActionId(deed: ButtonSpec['deed'], index: number, shared?: Shared): string {
  return shared === undefined ? `${deed}:${index}` : `${deed}:${index}:${shared.locale}:${shared.by}`;
}

/**
 * What was clicked. Action ids come back through the client, so anything may stand in them. Only a refresh keeps the
 * shared message as it is; whoever presses another of its buttons asks or shares for themselves.
 */
export function parseActionId(actionId: string): { deed: ButtonSpec['deed']; shared?: Shared } | undefined {
  const [, deed, locale, by] = ACTION_ID.exec(actionId) ?? [];
  if (deed !== 'ask' && deed !== 'refresh' && deed !== 'share' && deed !== 'open') return undefined;
  if (deed !== 'refresh' || (locale !== 'en' && locale !== 'zh') || by === undefined) return { deed };
  return { deed, shared: { locale, by } };
}

/** What is typed to ask something: the command's name first, or nothing where there is none (the bot's DM). */
export function withCommand(command: string, text: string): string {
  return command === '' ? text : `${command} ${text}`;
}

/** Slack refuses the whole message for one button that is too long, so such a one is left out. */
export function fitsSlack(button: ButtonSpec): boolean {
  return button.deed === 'open'
    ? button.url.length <= MAX_BUTTON_URL
    : button.command.length <= MAX_BUTTON_VALUE;
}

export function toButton(button: ButtonSpec, index: number): Button {
  const text = { type: 'plain_text' as const, text: cut(button.label, MAX_BUTTON_LABEL), emoji: true };
  const target = button.deed === 'open' ? { url: button.url } : { value: button.command };
  return {
    type: 'button',
    action_id: formatActionId(button.deed, index),
    text,
    ...target,
    ...(button.primary && { style: 'primary' as const }),
  };
}
