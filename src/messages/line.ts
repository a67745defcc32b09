import type { RichTextElement } from '@slack/types';
import { cleanName } from './outside-text.ts';

/**
 * A line of a message in pieces. The same pieces become rich_text elements, where nothing is parsed and so no name
 * can ping or format, and plain words for `text`, which is all that a notification or a screen reader is sure of.
 */
export type Span =
  | { readonly kind: 'words'; readonly words: string; readonly bold?: true }
  | { readonly kind: 'code'; readonly words: string }
  | { readonly kind: 'link'; readonly url: string; readonly words: string; readonly bold?: true }
  | { readonly kind: 'emoji'; readonly name: string }
  | { readonly kind: 'person'; readonly userId: string }
  | { readonly kind: 'time'; readonly at: Date; readonly shown: 'moment' | 'ago' };

export type Line = readonly Span[];

/** Builds a line out of our own words and spans: line`${emoji('x')} failed at ${code(name)}`. */
export function line(
  words: TemplateStringsArray,
  ...values: readonly (Span | Line | string | number)[]
): Line {
  const spans: Span[] = [];
  words.forEach((own, index) => {
    if (own !== '') spans.push({ kind: 'words', words: own });
    const value = values[index];
    if (value === undefined || value === '') return;
    if (typeof value === 'string' || typeof value === 'number')
      spans.push({ kind: 'words', words: String(value) });
    else if (isLine(value)) spans.push(...value);
    else spans.push(value);
  });
  return spans;
}

/** Puts the separator between lines that hold something; facts that are not known vanish with their dot. */
export function join(lines: readonly (Line | undefined)[], separator: string): Line {
  const spans: Span[] = [];
  for (const each of lines) {
    if (each === undefined || each.length === 0) continue;
    if (spans.length > 0) spans.push({ kind: 'words', words: separator });
    spans.push(...each);
  }
  return spans;
}

/** Words that stand only where something follows them. */
export function lead(words: string, rest: Line | undefined): Line {
  return rest === undefined || rest.length === 0 ? [] : line`${words}${rest}`;
}

export function emoji(name: string): Span {
  return { kind: 'emoji', name };
}

/** Outside text in back-ticks: a node's name, an id, what somebody typed. */
export function code(outside: string): Span {
  return { kind: 'code', words: cleanName(outside) };
}

export function bold(words: string): Span {
  return { kind: 'words', words, bold: true };
}

/** A time in the reader's own zone; today's are shown without the date by Slack's `pretty` tokens. */
export function moment(at: Date): Span {
  return { kind: 'time', at, shown: 'moment' };
}

/** A time that ages by itself on the reader's screen. */
export function ago(at: Date): Span {
  return { kind: 'time', at, shown: 'ago' };
}

export function person(userId: string): Span {
  return { kind: 'person', userId };
}

/** A span as Slack's rich text. */
export function toRichText(span: Span): RichTextElement {
  switch (span.kind) {
    case 'words':
      return { type: 'text', text: span.words, ...(span.bold && { style: { bold: true } }) };
    case 'code':
      return { type: 'text', text: span.words, style: { code: true } };
    case 'link':
      return { type: 'link', url: span.url, text: span.words, ...(span.bold && { style: { bold: true } }) };
    case 'emoji':
      return { type: 'emoji', name: span.name };
    case 'person':
      return { type: 'user', user_id: span.userId };
    case 'time':
      return {
        type: 'date',
        timestamp: unixSeconds(span.at),
        format: span.shown === 'ago' ? '{ago}' : '{date_short_pretty} {time}',
        fallback: inUtc(span.at),
      };
  }
}

/** A span as words for `text`. Links lose their address, names are escaped, times stay tokens in the reader's zone. */
export function toWords(span: Span): string {
  switch (span.kind) {
    case 'words':
    case 'link':
      return escapeMrkdwn(span.words);
    case 'code':
      return `\`${escapeMrkdwn(span.words)}\``;
    case 'emoji':
      return `:${span.name}:`;
    case 'person':
      return `<@${span.userId}>`;
    case 'time':
      // {ago} is documented for rich_text dates only, so the words of a message keep the moment.
      return `<!date^${unixSeconds(span.at)}^{date_short_pretty} {time}|${inUtc(span.at)}>`;
  }
}

/** Slack reads exactly these three characters as control characters (docs.slack.dev, formatting-message-text). */
function escapeMrkdwn(outside: string): string {
  return outside.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

function isLine(value: Span | Line): value is Line {
  return Array.isArray(value);
}

function unixSeconds(at: Date): number {
  return Math.floor(at.getTime() / 1000);
}

function inUtc(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
