import type { RichTextElement, RichTextPreformatted, RichTextQuote } from '@slack/types';
import { cleanLogLine, cleanName, cleanText } from './outside-text.ts';

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
  | { readonly kind: 'channel'; readonly channelId: string }
  | { readonly kind: 'time'; readonly at: Date; readonly shown: 'moment' | 'ago' };

export type Line = readonly Span[];

/** Lines of a log, shown as they are: nothing in them is read as formatting. */
export interface Preformatted {
  readonly kind: 'preformatted';
  readonly logLines: readonly string[];
}

/** A line of somebody else's words, set off from ours. */
export interface Quotation {
  readonly kind: 'quotation';
  readonly line: Line;
}

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

/** Outside text that says more than a name does: an error line, what somebody searched for. */
export function quote(outside: string): Span {
  return { kind: 'code', words: cleanText(outside, QUOTED) };
}

/** Characters of a quote: a phone's lock screen shows about as many. */
const QUOTED = 160;

/** What somebody may want to copy whole: a filter as it can be typed. */
export function longCode(outside: string): Span {
  return { kind: 'code', words: cleanText(outside, COPIED) };
}

/** Longer than most filters that are typed. */
const COPIED = 200;

/** A log's lines as a block of their own. */
export function preformatted(logLines: readonly string[]): Preformatted {
  return { kind: 'preformatted', logLines: logLines.map(cleanLogLine) };
}

/** Outside text as a line of its own, set off as a quotation. */
export function quotation(outside: string): Quotation {
  return { kind: 'quotation', line: [quote(outside)] };
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

/** A channel's name, which Slack shows to those alone who may see the channel. */
export function channel(channelId: string): Span {
  return { kind: 'channel', channelId };
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
    case 'channel':
      return { type: 'channel', channel_id: span.channelId };
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
    case 'channel':
      return `<#${span.channelId}>`;
    case 'time':
      // {ago} is documented for rich_text dates only, so the words of a message keep the moment.
      return `<!date^${unixSeconds(span.at)}^{date_short_pretty} {time}|${inUtc(span.at)}>`;
  }
}

/** A quotation as Slack's rich text. */
export function toRichQuote({ line: quoted }: Quotation): RichTextQuote {
  return { type: 'rich_text_quote', elements: quoted.map(toRichText) };
}

/** A log as Slack's rich text; Slack refuses an empty text. */
export function toPreformatted({ logLines }: Preformatted): RichTextPreformatted {
  const text = logLines.join('\n');
  return { type: 'rich_text_preformatted', elements: [{ type: 'text', text: text === '' ? ' ' : text }] };
}

/**
 * The last lines of a log for `text`, fenced: as many as `room` characters hold, nothing where not even one fits. A
 * back-tick of the log would end the fence, so it becomes an apostrophe.
 */
export function toFence({ logLines }: Preformatted, room: number): string {
  const fitting: string[] = [];
  let left = room - '```\n\n```'.length;
  for (const each of [...logLines].reverse()) {
    const escaped = escapeMrkdwn(each.replace(/`/g, "'"));
    left -= escaped.length + 1;
    if (left < 0) break;
    fitting.push(escaped);
  }
  return fitting.length === 0 ? '' : `\`\`\`\n${fitting.reverse().join('\n')}\n\`\`\``;
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
