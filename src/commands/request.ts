import type { Locale } from '../messages/catalog.ts';
import type { Message } from '../messages/message.ts';

/** Who asks, as Slack tells it at the moment of the deed. */
export interface Actor {
  readonly userId: string;
  readonly locale: Locale;
  /** `unknown` where Slack did not say; then nothing is answered. */
  readonly standing: 'member' | 'guest' | 'outsider' | 'unknown';
}

/** One deed somebody asks for, by whatever door it came. */
export interface Request {
  readonly actor: Actor;
  readonly channelId: string;
  /** What follows the command's name, as typed or as a button carries it. */
  readonly text: string;
  /** The command's name as Slack sent it (`/pai`, or `/pai-staging` where the manifest says so). */
  readonly commandName: string;
}

/** `problem` tells that nothing was found out or done, so a door must not put it in place of a good answer. */
export interface Answer {
  readonly kind: 'shown' | 'problem';
  readonly message: Message;
}
