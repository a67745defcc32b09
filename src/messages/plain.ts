import type { Locale } from './catalog.ts';
import { catalogFor } from './languages.ts';
import { composeMessage, type Message } from './message.ts';

/** Less than the 4,000 characters beyond which Slack cuts a text (docs.slack.dev, chat.postMessage). */
const PLAIN_TEXT = 3000;

/**
 * The same message as text alone, for where Slack refuses its blocks: it has none, so none may be sent. At most 3,000
 * characters; what is beyond is cut.
 */
export function asPlainText({ text }: Message): Message {
  return { text: cutMarkup(text), blocks: [] };
}

/** Cut where neither a token of Slack's nor an escaped character is torn, and with every fence closed. */
function cutMarkup(text: string): string {
  if (text.length <= PLAIN_TEXT) return text;
  const head = text
    .slice(0, PLAIN_TEXT - '…\n```'.length)
    .replace(/[\ud800-\udbff]$/, '')
    .replace(/<[^<>]*$/, '')
    .replace(/&[a-z]*$/, '');
  return head.split('```').length % 2 === 0 ? `${head}…\n\`\`\`` : `${head}…`;
}

/** The same message with a last line that it may stand there twice. */
export function withMayRepeat({ text, blocks }: Message, locale: Locale): Message {
  const repeat = composeMessage({ lines: [catalogFor(locale).mayRepeat()] });
  return {
    text: `${text}\n${repeat.text}`,
    blocks: blocks.length === 0 ? [] : [...blocks, ...repeat.blocks],
  };
}
