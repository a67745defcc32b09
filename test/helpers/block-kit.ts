import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Message } from '../../src/messages/message.ts';

interface Limits {
  readonly text: { readonly max_length: number };
  readonly action_id: { readonly max_length: number };
  readonly actions: { readonly elements: { readonly max_items: number } };
  readonly button: Readonly<Record<'text' | 'url' | 'value', { readonly max_length: number }>>;
}

const limits: Limits = JSON.parse(
  readFileSync(join(import.meta.dirname, '../fixtures/block-kit-limits.json'), 'utf8'),
);
/** docs.slack.dev, chat.postMessage and chat.update; bolt-js issue 2509 for the sum over all blocks. */
const MOST = { blocks: 50, text: 4000, allBlocks: 13_200 };

/** What Slack would refuse in this message, read off limits we did not write; empty where it would take it. */
export function whatSlackRefuses({ text, blocks }: Message): string[] {
  const wrong: string[] = [];
  const need = (holds: boolean, what: string): void => {
    if (!holds) wrong.push(what);
  };
  need(text.length > 0 && text.length <= MOST.text, `text of ${text.length}`);
  need(blocks.length > 0 && blocks.length <= MOST.blocks, `${blocks.length} blocks`);
  need(readable(blocks).join('').length <= MOST.allBlocks, 'all blocks together');
  for (const block of blocks) {
    if (block.type === 'actions') {
      need(
        block.elements.length > 0 && block.elements.length <= limits.actions.elements.max_items,
        'actions',
      );
      const ids = block.elements.map((element) => element.action_id ?? '');
      need(new Set(ids).size === ids.length, 'action ids differ');
      for (const element of block.elements) {
        need((element.action_id ?? '').length <= limits.action_id.max_length, 'action id');
        if (element.type !== 'button') continue;
        need(
          element.text.text.length > 0 && element.text.text.length <= limits.button.text.max_length,
          'label',
        );
        need((element.value ?? '').length <= limits.button.value.max_length, 'value');
        need((element.url ?? '').length <= limits.button.url.max_length, 'url');
      }
    } else {
      need(block.type === 'rich_text', `block ${block.type} is one of ours`);
      for (const piece of pieces(block))
        need(typeof piece.text !== 'string' || piece.text.length > 0, 'empty text');
    }
  }
  return wrong;
}

/** What the blocks tell that `text` does not: words, names, links' words and times. */
export function whatTextLacks({ text, blocks }: Message): string[] {
  const plain = text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
  return blocks
    .filter((block) => block.type === 'rich_text')
    .flatMap(pieces)
    .flatMap((piece) => {
      if (piece.type === 'date')
        return plain.includes(`<!date^${piece.timestamp}^`) ? [] : [`time ${piece.timestamp}`];
      if (piece.type === 'user')
        return plain.includes(`<@${piece.user_id}>`) ? [] : [`person ${piece.user_id}`];
      if (piece.type === 'emoji') return plain.includes(`:${piece.name}:`) ? [] : [`emoji ${piece.name}`];
      return typeof piece.text === 'string' && !plain.includes(piece.text) ? [piece.text] : [];
    });
}

/** Everything in `text` that Slack would read as a command of its own, apart from times, people and channels. */
export function controlSequences({ text }: Message): string[] {
  return [...text.matchAll(/<(?!!date\^|@[UW][A-Z0-9]+>|#C[A-Z0-9]+>)[^>]*>?/g)].map(([found]) => found);
}

interface Piece {
  readonly type: string;
  readonly text?: unknown;
  readonly url?: string;
  readonly timestamp?: number;
  readonly user_id?: string;
  readonly name?: string;
}

function pieces(value: unknown): Piece[] {
  if (Array.isArray(value)) return value.flatMap(pieces);
  if (typeof value !== 'object' || value === null) return [];
  const own = 'type' in value && !('elements' in value) ? [value as Piece] : [];
  return [...own, ...('elements' in value ? pieces(value.elements) : [])];
}

function readable(value: unknown): string[] {
  return pieces(value).flatMap((piece) =>
    [piece.text, piece.url, piece.name].filter((each) => typeof each === 'string'),
  );
}
