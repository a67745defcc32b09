import type { JsonObject } from '../json.ts';
import { BOT_USER_ID, type Directory } from './directory.ts';

/** `<…>` tokens stand as they are; addresses, people and channels are found between them. */
const PIECES = /<[^<>\s][^<>]*>|https?:\/\/[^\s<>|]+|@[\w-]+|#[\w-]+/g;

/**
 * What Slack stores when a person types `typed` into the message box: addresses become `<url>`,
 * `@name` and `#channel` become their tokens, and `& < >` are escaped
 * (docs.slack.dev, messaging/formatting-message-text).
 */
export function storeTyped(typed: string, directory: Directory): string {
  return mapPieces(typed, escapeText, (piece) => tokenFor(piece, directory, false));
}

/**
 * What a slash command with `should_escape` carries: people and channels with their names
 * (docs.slack.dev, interactivity/implementing-slash-commands).
 */
export function escapeCommandText(typed: string, directory: Directory): string {
  return mapPieces(typed, escapeText, (piece) => tokenFor(piece, directory, true));
}

/** The rich_text block that Slack's clients add to a typed message. */
export function richTextOf(stored: string): JsonObject {
  const elements: JsonObject[] = [];
  let end = 0;
  for (const match of stored.matchAll(/<([^<>]+)>/g)) {
    addText(elements, stored.slice(end, match.index));
    elements.push(leafFor(match[1] ?? ''));
    end = match.index + match[0].length;
  }
  addText(elements, stored.slice(end));
  return { type: 'rich_text', elements: [{ type: 'rich_text_section', elements }] };
}

function mapPieces(typed: string, text: (plain: string) => string, token: (piece: string) => string): string {
  let out = '';
  let end = 0;
  for (const match of typed.matchAll(PIECES)) {
    out += text(typed.slice(end, match.index)) + token(match[0]);
    end = match.index + match[0].length;
  }
  return out + text(typed.slice(end));
}

function tokenFor(piece: string, directory: Directory, withNames: boolean): string {
  if (piece.startsWith('<')) return piece;
  if (piece.startsWith('http')) return `<${escapeText(piece)}>`;
  const name = piece.slice(1).toLowerCase();
  if (piece.startsWith('@')) {
    const user = [...directory.users.values()].find((each) => each.name === name);
    if (user === undefined) return piece;
    return withNames && user.id !== BOT_USER_ID ? `<@${user.id}|${user.name}>` : `<@${user.id}>`;
  }
  const channel = [...directory.channels.values()].find((each) => each.name === name);
  if (channel === undefined) return piece;
  return `<#${channel.id}|${channel.kind === 'public' ? channel.name : ''}>`;
}

function leafFor(inner: string): JsonObject {
  const [target = '', label] = inner.split('|');
  if (target.startsWith('@')) return { type: 'user', user_id: target.slice(1) };
  if (target.startsWith('#')) return { type: 'channel', channel_id: target.slice(1) };
  if (target.startsWith('!')) return { type: 'text', text: label ?? target };
  const link = { type: 'link', url: unescapeText(target) };
  return label === undefined ? link : { ...link, text: unescapeText(label) };
}

function addText(elements: JsonObject[], stored: string): void {
  if (stored !== '') elements.push({ type: 'text', text: unescapeText(stored) });
}

/** A person's `&` is escaped once; text that comes escaped already stays as it is. */
function escapeText(text: string): string {
  return text
    .replaceAll(/&(?!amp;|lt;|gt;)/g, '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

function unescapeText(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
