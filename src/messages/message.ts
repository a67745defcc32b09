import type { ActionsBlock, KnownBlock, RichTextBlockElement, RichTextElement } from '@slack/types';
import { type ButtonSpec, fitsSlack, toButton } from './button.ts';
import { MAX_ACTIONS, MAX_ALL_BLOCKS, MAX_BLOCKS, MAX_MESSAGE_TEXT } from './limits.ts';
import {
  type Line,
  line,
  type Preformatted,
  type Quotation,
  toFence,
  toPreformatted,
  toRichQuote,
  toRichText,
  toWords,
} from './line.ts';

/** A message as Slack takes it. `text` alone says everything the blocks say. */
export interface Message {
  readonly text: string;
  readonly blocks: KnownBlock[];
}

/** A line of a message, or what is set off from the lines. */
export type Part = Line | Preformatted | Quotation;

export interface MessageParts {
  /** The first line is what a phone shows on its lock screen. */
  readonly lines: readonly Part[];
  readonly buttons?: readonly ButtonSpec[];
  /** The last line in small print: the vendor's code and request id. */
  readonly small?: Line;
}

/** Puts lines, buttons and small print into one message inside Slack's limits; throws where a caller did not fold. */
export function composeMessage(parts: MessageParts): Message {
  const message = compose(parts);
  if (!isInsideLimits(message)) throw new RangeError('A message is longer than Slack takes; fold it first.');
  return message;
}

/** Whether Slack has room for these parts, so that a caller can fold before it is too late. */
export function fitsInMessage(parts: MessageParts): boolean {
  return isInsideLimits(compose(parts));
}

function compose({ lines, buttons = [], small }: MessageParts): Message {
  const blocks: KnownBlock[] = [richText(lines)];
  const fitting = buttons.filter(fitsSlack).slice(0, MAX_ACTIONS);
  if (fitting.length > 0) blocks.push(actions(fitting));
  const hasSmall = small !== undefined && small.length > 0;
  if (hasSmall) blocks.push(richText([small]));
  return { text: textOf(hasSmall ? [...lines, small] : lines), blocks };
}

/** A log in it takes the room the other lines leave: its block shows more of it, `text` the end. */
function textOf(lines: readonly Part[]): string {
  const words = lines.map(wordsOf);
  const room = MAX_MESSAGE_TEXT - words.join('\n').length;
  return lines
    .map((each, index) => (isLog(each) ? toFence(each, room) : (words[index] ?? '')))
    .filter((each, index) => each !== '' || !isLog(lines[index] ?? []))
    .join('\n');
}

function wordsOf(part: Part): string {
  if (isLog(part)) return '';
  return isLine(part) ? part.map(toWords).join('') : `> ${part.line.map(toWords).join('')}`;
}

function isInsideLimits({ text, blocks }: Message): boolean {
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

function richText(lines: readonly Part[]): KnownBlock {
  const elements: RichTextBlockElement[] = [];
  let section: RichTextElement[] | undefined;
  for (const each of lines) {
    if (!isLine(each)) {
      elements.push(isLog(each) ? toPreformatted(each) : toRichQuote(each));
      section = undefined;
    } else if (section === undefined) {
      section = each.map(toRichText);
      elements.push({ type: 'rich_text_section', elements: section });
    } else section.push(...line`\n`.map(toRichText), ...each.map(toRichText));
  }
  return { type: 'rich_text', elements };
}

function isLine(part: Part): part is Line {
  return !('kind' in part);
}

function isLog(part: Part): part is Preformatted {
  return 'kind' in part && part.kind === 'preformatted';
}

function actions(buttons: readonly ButtonSpec[]): ActionsBlock {
  return { type: 'actions', elements: buttons.map(toButton) };
}
