import type { Found, Target } from '../domain/target.ts';
import type { Locale } from '../messages/catalog.ts';
import type { Message } from '../messages/message.ts';

/** Who asks, as Slack tells it at the moment of the deed. */
export interface Actor {
  readonly userId: string;
  /** As Slack shows it to others; the user id where Slack does not say. Anybody may call themselves anything. */
  readonly name: string;
  readonly locale: Locale;
  /** `unknown` where Slack did not say; then nothing is answered. */
  readonly standing: 'member' | 'guest' | 'outsider' | 'unknown';
  /** Slack's admins and owners. */
  readonly isAdmin: boolean;
  /** What to add to UTC for this person's local time, in milliseconds; 0 where Slack does not say. */
  readonly utcOffsetMs: number;
}

/** One deed somebody asks for, by whatever door it came. */
export interface Request {
  readonly actor: Actor;
  readonly channelId: string;
  /** Set where the deed happened in a thread, or is meant for one. */
  readonly threadTs?: string;
  /** What follows the command's name, as typed or as a button carries it. */
  readonly text: string;
  /**
   * How commands are begun where this came from: `/pai` (or `/pai-staging` where the manifest says so), `@flowbell`,
   * or nothing in the bot's DM.
   */
  readonly commandName: string;
  /** Set where somebody pointed at a message instead of typing: the runs and nodes it shows, perhaps none. */
  readonly pasted?: Found & { readonly verb: 'status' | 'watch' };
}

/** A text too long for a message, as the person's own file. */
export interface AnswerFile {
  readonly name: string;
  readonly text: string;
}

/** `problem` tells that nothing was found out or done, so a door must not put it in place of a good answer. */
export interface Answer {
  readonly kind: 'shown' | 'problem';
  readonly message: Message;
  /** The one run or node the answer is about; a posted message carries it as metadata. */
  readonly about?: Target;
  readonly file?: AnswerFile;
  /** Set where a good answer too is for whoever asked and nobody else. */
  readonly isPrivate?: true;
}

/** The whole line that asks for `text` where the request came from: what a button carries and what a hint shows. */
export function commandLine({ commandName }: Pick<Request, 'commandName'>, text: string): string {
  return commandName === '' ? text : `${commandName} ${text}`.trimEnd();
}
