import type { Message } from '../../src/messages/message.ts';

/** A message without the logs in its blocks: `text` may hold fewer lines of them. */
export function withoutLogs({ text, blocks }: Message): Message {
  return {
    text,
    blocks: blocks.map((block) =>
      block.type === 'rich_text'
        ? { ...block, elements: block.elements.filter(({ type }) => type !== 'rich_text_preformatted') }
        : block,
    ),
  };
}
