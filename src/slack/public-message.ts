import type { KnownBlock } from '@slack/types';
import { parseActionId } from '../messages/button.ts';
import type { Message } from '../messages/message.ts';

/** A message for where everybody sees it already, so without its Share button. */
export function withoutShareButton(message: Message): Message {
  return { ...message, blocks: message.blocks.flatMap(withoutShare) };
}

function withoutShare(block: KnownBlock): KnownBlock[] {
  if (block.type !== 'actions') return [block];
  const elements = block.elements.filter(
    ({ action_id: actionId = '' }) => parseActionId(actionId)?.deed !== 'share',
  );
  return elements.length === 0 ? [] : [{ ...block, elements }];
}
