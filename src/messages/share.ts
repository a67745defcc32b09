import type { ActionsBlock, KnownBlock } from '@slack/types';
import { formatActionId, parseActionId, type Shared } from './button.ts';
import { catalogFor } from './languages.ts';
import { person } from './line.ts';
import { composeMessage, type Message } from './message.ts';

/** A private answer as the whole channel sees it: it names who shared it, and has no Share button any more. */
export function shareMessage(message: Message, shared: Shared): Message {
  const who = composeMessage({ lines: [catalogFor(shared.locale).sharedBy(person(shared.by))] });
  return {
    text: `${message.text}\n${who.text}`,
    blocks: [...message.blocks.flatMap((block) => withoutShare(block, shared)), ...who.blocks],
  };
}

function withoutShare(block: KnownBlock, shared: Shared): KnownBlock[] {
  if (block.type !== 'actions') return [block];
  const elements: ActionsBlock['elements'] = [];
  block.elements.forEach((element, index) => {
    const deed = parseActionId(element.action_id ?? '')?.deed;
    if (deed === undefined || deed === 'share') return;
    elements.push(
      deed === 'refresh' ? { ...element, action_id: formatActionId(deed, index, shared) } : element,
    );
  });
  return elements.length === 0 ? [] : [{ ...block, elements }];
}
