import type { Answer, AnswerFile } from '../commands/request.ts';
import type { Message } from '../messages/message.ts';
import type { Gateway } from './gateway.ts';
import type { Place, Posted } from './posts.ts';
import { isRefusal } from './refusal.ts';
import type { Showing } from './response-url.ts';

/** Where the answer to one deed goes. Its methods reject where Slack did not take what was said. */
export interface Outlet {
  /** Says that the answer takes a while; absent where a good answer stands there already. */
  readonly announce?: (message: Message) => Promise<void>;
  /** Shows the answer, in place of what was announced if that arrived. */
  show(answer: Answer): Promise<void>;
  /** Sends the answer's file. True where the message went with it, so that nothing is left to show. */
  sendFile(file: AnswerFile, message: Message): Promise<boolean>;
}

type Outlets = Pick<Gateway, 'respond' | 'post' | 'edit' | 'withdraw' | 'whisper' | 'openDm' | 'sendFile'>;

/**
 * How the answer to each kind of deed with a response url is shown. A problem never takes the place of a good answer,
 * nor is it posted to the channel; the private notice that an `ask` button stands in may go. `aside` is `ask` on a
 * message that everybody sees. The response url of a click or shortcut may replace the message it was used on, whatever
 * it said in between (docs.slack.dev, handling-user-interaction), so nothing is announced that the answer would have to
 * replace.
 */
const WAYS = {
  command: { interim: 'private', answer: 'private', problem: 'private' },
  shortcut: { interim: undefined, answer: 'private', problem: 'private' },
  ask: { interim: 'in-place', answer: 'in-place', problem: 'in-place' },
  aside: { interim: undefined, answer: 'private', problem: 'private' },
  refresh: { interim: undefined, answer: 'in-place', problem: 'private' },
  share: { interim: undefined, answer: 'channel', problem: 'private' },
} as const satisfies Record<string, Readonly<Record<'interim' | 'answer' | 'problem', Showing | undefined>>>;

export type ResponseWay = keyof typeof WAYS;

/** Answers through the response url of a command, a click or a shortcut, which works where Flowbell is no member. */
export function responseOutlet(
  to: {
    readonly way: ResponseWay;
    readonly responseUrl: string;
    readonly userId: string;
    /** The thread the deed happened in. */
    readonly threadTs?: string | undefined;
  },
  gateway: Outlets,
): Outlet {
  const { interim, answer, problem } = WAYS[to.way];
  let isAnnounced = false;
  const respond = (message: Message, showing: Showing) =>
    gateway.respond(to.responseUrl, message, { showing, threadTs: to.threadTs });
  return {
    ...(interim !== undefined && {
      announce: async (message) => {
        await respond(message, interim);
        isAnnounced = true;
      },
    }),
    // Whether Slack replaces a message made through a command's response url is not confirmed; if it does not, the
    // person sees both.
    show: ({ kind, message, isPrivate }) =>
      respond(message, isAnnounced ? 'in-place' : kind === 'problem' || isPrivate ? problem : answer),
    // A response url takes no files, and what only one person may see does not belong in the channel.
    sendFile: async (file, { text }) => {
      await gateway.sendFile(await gateway.openDm(to.userId), file, text);
      return false;
    },
  };
}

/** Answers a mention or a DM with one message in `place`, or with one that the asker alone sees. */
export function postedOutlet(
  to: {
    readonly place: Place;
    /** Who is told of problems alone, and where; absent in a DM, where nobody else is. */
    readonly whisper?: { readonly userId: string; readonly place: Place };
  },
  gateway: Outlets,
): Outlet {
  let interim: Posted | undefined;
  return {
    announce: async (message) => {
      interim = await gateway.post(to.place, message);
    },
    show: async ({ kind, message, about, isPrivate }) => {
      if ((kind === 'problem' || isPrivate) && to.whisper !== undefined)
        await tellAlone(to.whisper, message, isPrivate === true);
      else await tellAll(message, about);
    },
    sendFile: async (file, { text }) => {
      await gateway.sendFile(to.place, file, text);
      if (interim !== undefined) await takeBack(interim);
      return true;
    },
  };

  async function tellAll(message: Message, about?: Answer['about']): Promise<void> {
    if (interim === undefined) await gateway.post(to.place, message, about);
    else await replace(interim, message, about);
  }

  /** An answer that cannot be put in place is posted all the same: the person waits for it. */
  async function replace(posted: Posted, message: Message, about: Answer['about']): Promise<void> {
    try {
      await gateway.edit(posted, message, about);
    } catch {
      await gateway.post(to.place, message, about);
      await takeBack(posted);
    }
  }

  /** "Asking PAI…" that stays behind is no reason to call the answer lost. */
  async function takeBack(posted: Posted): Promise<void> {
    await gateway.withdraw(posted).catch(() => undefined);
  }

  /**
   * Everybody is told of a problem, and only where Slack certainly told the asker nothing: of a lost answer nobody
   * knows, and what one person may see alone is not shown to all for that.
   */
  async function tellAlone(
    { userId, place }: { userId: string; place: Place },
    message: Message,
    isPrivate: boolean,
  ): Promise<void> {
    try {
      await gateway.whisper(place, userId, message);
    } catch (error) {
      if (isRefusal(error) && !isPrivate) return tellAll(message);
      if (interim !== undefined) await takeBack(interim);
      throw error;
    }
    if (interim !== undefined) await takeBack(interim);
  }
}
