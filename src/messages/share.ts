import type { ActionsBlock, KnownBlock } from '@slack/types';
import { formatActionId, parseActionId, type Shared } from './button.ts';
import { catalogFor } from './languages.ts';
import { person } from './line.ts';
import { composeMessage, type Message } from './message.ts';

/** A private answer as the whole channel sees it: it names who shared it, and has no Share button any more. */
export function shareMessage(message: Message, shared: Shared): Message {
  const who = composeMessage({ lines: [catalogFor(shared.locale).sharedBy(person(shared.by))] });
  const { blocks } = withoutShareButton(message);
  return {
    text: `${message.text}\n${who.text}`,
    blocks: [...blocks.map((block) => keepSharer(block, shared)), ...who.blocks],
  };
}

/** A message for where everybody sees it already, so without its Share button. */
export function withoutShareButton(message: Message): Message {
  return { ...message, blocks: message.blocks.flatMap(withoutShare) };
}

function withoutShare(block: KnownBlock): KnownBlock[] {
  if (block.type !== 'actions') return [block];
  const elements = block.elements.filter((element) => deedOf(element) !== 'share');
  return elements.length === 0 ? [] : [{ ...block, elements }];
}

function keepSharer(block: KnownBlock, shared: Shared): KnownBlock {
  if (block.type !== 'actions') return block;
  const elements = block.elements.map((element, index) =>
    deedOf(element) === 'refresh'
      ? { ...element, action_id: formatActionId('refresh', index, shared) }
      : element,
  );
  return { ...block, elements };
}

function deedOf({ action_id: actionId = '' }: ActionsBlock['elements'][number]) {
  return parseActionId(actionId)?.deed;
}
