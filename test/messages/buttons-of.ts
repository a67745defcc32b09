import type { Button } from '@slack/types';
import type { Message } from '../../src/messages/message.ts';

/** The buttons of a message in their order. */
export function buttonsOf({ blocks }: Message): Button[] {
  return blocks.flatMap((block) =>
    block.type === 'actions' ? block.elements.filter((element) => element.type === 'button') : [],
  );
}

/** What stands on the buttons. */
export function labelsOf(message: Message): string[] {
  return buttonsOf(message).map(({ text }) => text.text);
}
