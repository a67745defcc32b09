import type { ActionsBlock, KnownBlock, RichTextElement } from '@slack/types';
import { type ButtonSpec, fitsSlack, toButton } from './button.ts';
import { MAX_ACTIONS, MAX_ALL_BLOCKS, MAX_BLOCKS, MAX_MESSAGE_TEXT } from './limits.ts';
import { type Line, line, toRichText, toWords } from './line.ts';

/** A message as Slack takes it. `text` alone says everything the blocks say. */
export interface Message {
  readonly text: string;
  readonly blocks: KnownBlock[];
}

export interface MessageParts {
  /** The first line is what a phone shows on its lock screen. */
  readonly lines: readonly Line[];
  readonly buttons?: readonly ButtonSpec[];
  /** The last line in small print: the vendor's code and request id. */
  readonly small?: Line;
}

/** Puts lines, buttons and small print into one message inside Slack's limits; throws where a caller did not fold. */
export function composeMessage({ lines, buttons = [], small }: MessageParts): Message {
  const blocks: KnownBlock[] = [richText(lines)];
  const fitting = buttons.filter(fitsSlack).slice(0, MAX_ACTIONS);
  if (fitting.length > 0) blocks.push(actions(fitting));
  if (small !== undefined && small.length > 0) blocks.push(richText([small]));
  const text = textOf(small === undefined ? lines : [...lines, small]);
  if (!insideLimits(text, blocks))
    throw new RangeError('A message is longer than Slack takes; fold it first.');
  return { text, blocks };
}

/** How much of Slack's room these lines take, so that a caller can fold before it is too late. */
export function fitsInMessage(parts: MessageParts): boolean {
  const lines = parts.small === undefined ? parts.lines : [...parts.lines, parts.small];
  return insideLimits(textOf(lines), [richText(lines), actions((parts.buttons ?? []).filter(fitsSlack))]);
}

function textOf(lines: readonly Line[]): string {
  return lines.map((each) => each.map(toWords).join('')).join('\n');
}

function insideLimits(text: string, blocks: readonly KnownBlock[]): boolean {
  return (
    text.length <= MAX_MESSAGE_TEXT && blocks.length <= MAX_BLOCKS && charactersOf(blocks) <= MAX_ALL_BLOCKS
  );
}

/** All strings of the blocks, types and addresses too: an upper bound of whatever Slack counts. */
function charactersOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (Array.isArray(value)) return value.reduce<number>((sum, each) => sum + charactersOf(each), 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce<number>((sum, each) => sum + charactersOf(each), 0);
}

function richText(lines: readonly Line[]): KnownBlock {
  const elements: RichTextElement[] = [];
  for (const each of lines) {
    if (elements.length > 0) elements.push(...line`\n`.map(toRichText));
    elements.push(...each.map(toRichText));
  }
  return { type: 'rich_text', elements: [{ type: 'rich_text_section', elements }] };
}

function actions(buttons: readonly ButtonSpec[]): ActionsBlock {
  return { type: 'actions', elements: buttons.map(toButton) };
}
