import type { JsonObject } from '../../sandbox/json.ts';

/**
 * Latin words of ours that a Chinese answer may hold: names that are the same in every language, a unit, and the short
 * names and regions of the settings, which people chose themselves.
 */
const NAMES = /\b(?:PAI|ID|Slack|Logview|MaxCompute|Flowbell|RAM|AccessKey|MB)\b/g;
const OF_THE_SETTINGS = /\b(?:cn-hangzhou|ap-southeast-1|us-west-1|prod|dev|sg)\b/g;

/** A message as it was made or as Slack stored it. */
interface Said {
  readonly text: string;
  readonly blocks: readonly object[];
}

interface Piece {
  readonly type: string;
  readonly text?: string;
  readonly style?: { readonly code?: boolean };
  readonly elements?: readonly Piece[];
}

/**
 * Our own words of a message, from its blocks, its buttons and the `text` that notifications show: what is no code,
 * link, person, date, emoji or log. Names of runs stand in links, and on buttons under such links.
 */
export function ownWords({ text, blocks }: Said): string[] {
  const pieces = (blocks as readonly Piece[]).filter(({ type }) => type === 'rich_text').flatMap(leaves);
  const names = pieces.flatMap((piece) => (piece.type === 'link' && piece.text ? [piece.text] : []));
  const words = pieces.flatMap((piece) =>
    piece.type === 'text' && piece.style?.code !== true ? [piece.text ?? ''] : [],
  );
  const labels = labelsOf(blocks).map(withoutWhatWasTyped);
  return [...words, ...[...labels, withoutMarkup(text)].map((each) => without(names, each))];
}

/** Latin words that are on no list. */
export function latinWords(text: string): string[] {
  return (
    text
      .replace(NAMES, '')
      .replace(OF_THE_SETTINGS, '')
      .match(/[A-Za-z]{2,}/g) ?? []
  );
}

/** Each Latin word of ours with the words around it; none in a good Chinese message. */
export function foreignWords(message: Said): string[] {
  return ownWords(message).flatMap((text) => latinWords(text).map((word) => `${word} in ${text}`));
}

function leaves({ type, elements, ...piece }: Piece): Piece[] {
  if (type === 'rich_text_preformatted') return [];
  return elements === undefined ? [{ type, ...piece }] : elements.flatMap(leaves);
}

function labelsOf(blocks: readonly object[]): string[] {
  return (blocks as readonly JsonObject[])
    .filter(({ type }) => type === 'actions')
    .flatMap(({ elements }) => elements as { text: { text: string } }[])
    .map(({ text }) => text.text);
}

/** `执行 状态 ctr` offers a command: its verb is ours, the rest was typed or would have to be. */
function withoutWhatWasTyped(label: string): string {
  return label.replace(/^(执行 (?:帮助 )?\S+) .*$/, '$1');
}

function withoutMarkup(text: string): string {
  return text
    .replace(/```[\s\S]*?```|`[^`]*`/g, '')
    .replace(/<[^>]*>/g, '')
    .replace(/:[a-z_]+:/g, '');
}

function without(names: readonly string[], text: string): string {
  return names.reduce((left, name) => left.replaceAll(name, ''), text);
}
