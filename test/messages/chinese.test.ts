import { describe, expect, it } from 'vitest';
import type { Message } from '../../src/messages/message.ts';
import { labelsOf } from './buttons-of.ts';
import { everyMessage } from './samples.ts';

/** Names that are the same in every language (messages.md, rule 9), and a unit. */
const NAMES = /\b(?:PAI|ID|Slack|Logview|MaxCompute|Flowbell|RAM|AccessKey|MB)\b/g;
/** Regions, PAI workspaces of the samples and version numbers are ids. */
const IDS = /\b(?:cn-hangzhou|ap-southeast-1|us-west-1|prod|dev|sg)\b/g;

interface Piece {
  readonly type: string;
  readonly text?: string;
  readonly style?: { readonly code?: boolean };
  readonly elements?: readonly Piece[];
}

/** Our own words of a message: what is no code, link, person, date, emoji or log. */
function ownWords(message: Message): string[] {
  const words = (pieces: readonly Piece[]): string[] =>
    pieces.flatMap((piece) => {
      if (piece.type === 'rich_text_preformatted') return [];
      if (piece.elements !== undefined) return words(piece.elements);
      return piece.type === 'text' && piece.style?.code !== true ? [piece.text ?? ''] : [];
    });
  const blocks = message.blocks.filter((block) => block.type === 'rich_text');
  return [...words(blocks as readonly Piece[]), ...labelsOf(message)];
}

function latinWords(text: string): string[] {
  return (
    text
      .replace(NAMES, '')
      .replace(IDS, '')
      .match(/[A-Za-z]{2,}/g) ?? []
  );
}

describe('Chinese answers', () => {
  it('hold no Latin word of ours outside names and ids', () => {
    const odd = everyMessage('zh')
      .flatMap(ownWords)
      .filter((text) => !/^(?:执行 |ctr-)/.test(text))
      .flatMap((text) => latinWords(text).map((word) => `${word} in ${text}`));

    expect(odd).toEqual([]);
  });

  it('are checked by a test that finds English', () => {
    expect(everyMessage('en').flatMap(ownWords).flatMap(latinWords).length).toBeGreaterThan(500);
  });

  it('leave a space between Chinese and letters, numbers or code', () => {
    const odd = everyMessage('zh')
      .flatMap(({ text }) => text.replace(/```[\s\S]*?```/g, '').split('\n'))
      .map((each) => each.replace(/<!date[^>]*>/g, '⟨00:00⟩'))
      .filter((each) =>
        /\p{Script=Han}[A-Za-z0-9`]|[A-Za-z0-9`]\p{Script=Han}/u.test(each.replace(/`[^`]*`/g, '`c`')),
      );

    expect(odd).toEqual([]);
  });
});
