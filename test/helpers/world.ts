import { type Bot, type BotOptions, startBot } from '../../sandbox/bot.ts';
import type { SandboxClient, Shown, StoredMessage } from '../../sandbox/client.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/sandbox.ts';

/** The real bot in a process of its own, on a sandbox of its own. */
export interface World {
  readonly sandbox: Sandbox;
  readonly slack: SandboxClient;
  readonly bot: Bot;
  /** Types `/pai text` and gives what Slack stored as the answer. */
  ask(
    text: string,
    options?: { user?: string; channel?: string; timeoutMs?: number },
  ): Promise<StoredMessage>;
  /** Presses a button and gives the answer to that. */
  click(message: StoredMessage, label: string, user?: string): Promise<StoredMessage>;
  /**
   * Mentions the bot in a channel, or in a thread of it, and gives its answer: the first message that was not
   * there before, from the bot, in that channel or thread, for all or for that person alone.
   */
  mention(
    text: string,
    options?: { user?: string; channel?: string; threadTs?: string | undefined; timeoutMs?: number },
  ): Promise<StoredMessage>;
  /** Writes to the bot directly and gives its answer in that direct message. */
  dm(
    text: string,
    options?: { user?: string; threadTs?: string | undefined; timeoutMs?: number },
  ): Promise<StoredMessage>;
  /** Uses a message shortcut (`check_status` unless told otherwise) and gives the answer to it. */
  shortcut(
    message: Pick<StoredMessage, 'channel' | 'ts' | 'threadTs'>,
    options?: { user?: string; callbackId?: string; timeoutMs?: number },
  ): Promise<StoredMessage>;
  /**
   * Everything the bot newly said in a place since `mark` (of `slack.revision()`, taken before the deed), so
   * that a test can count to one. Before it looks it asks for help as somebody else, by the slowest door, and
   * waits for that answer: what the bot had begun to say by then has been said. Costs the bot a `users.info`.
   */
  answersAfter(mark: number, place: Place): Promise<readonly StoredMessage[]>;
  /** How many PAIFlow calls of an operation arrived since `startWorld` or the last `clearJournal`. */
  paiCalls(operation?: string): Promise<number>;
  stop(): Promise<void>;
}

/** Where an answer is looked for, and whose private messages count. */
export interface Place {
  readonly user: string;
  readonly channel: string;
  /** The thread's first message; left out = the channel itself and any thread of it. */
  readonly threadTs?: string | undefined;
}

const ASKING = /^(Asking PAI|正在查询 PAI)/;

/**
 * True for what the bot said in a place. Posts name no deed (`chat.postMessage` knows of none), so answers are
 * told by what was not there at the mark. "Asking PAI…" is no answer yet; what takes its place is.
 */
function isSaidAfter(mark: number, { user, channel, threadTs }: Place) {
  return (message: StoredMessage): boolean =>
    message.isBot &&
    message.firstRevision > mark &&
    message.channel === channel &&
    (message.visibleTo === undefined || message.visibleTo === user) &&
    (threadTs === undefined || message.threadTs === threadTs || message.visibleTo === user) &&
    !ASKING.test(message.text);
}

/** A deed that Slack showed as failed gets no answer; the test should say so at once. */
function requireAcked(shown: Shown): Shown {
  if (shown.outcome === 'acked') return shown;
  throw new Error(`the bot did not hear it: ${shown.outcome} ${shown.shown}`.trim());
}

export async function startWorld(
  options: { sandbox?: SandboxOptions; bot?: BotOptions } = {},
): Promise<World> {
  const sandbox = await startSandbox(options.sandbox);
  try {
    const bot = await startBot(sandbox, options.bot);
    const slack = sandbox.client;
    // "Asking PAI…" is no answer yet; what replaces it is.
    const answerTo = (deed: Shown, timeoutMs = 5000) =>
      slack.waitForMessage(({ text }) => !ASKING.test(text), {
        interactionId: deed.interactionId,
        timeoutMs,
      });
    const hear = async (deed: () => Promise<Shown>, place: Place, timeoutMs = 5000) => {
      const mark = await slack.revision();
      requireAcked(await deed());
      return slack.waitForMessage(isSaidAfter(mark, place), { afterRevision: mark, timeoutMs });
    };
    return {
      sandbox,
      slack,
      bot,
      ask: async (text, { user = 'U0MEMBER', channel = 'C0ML', timeoutMs } = {}) =>
        answerTo(await slack.command({ user, channel, text }), timeoutMs),
      click: async (message, label, user = 'U0MEMBER') =>
        answerTo(await slack.click({ user, messageId: message.id, label }), 10_000),
      mention: (text, { user = 'U0MEMBER', channel = 'C0ML', threadTs, timeoutMs } = {}) =>
        hear(() => slack.mention({ user, channel, text, threadTs }), { user, channel, threadTs }, timeoutMs),
      dm: (text, { user = 'U0MEMBER', threadTs, timeoutMs } = {}) =>
        hear(
          () => slack.dm({ user, text, threadTs }),
          { user, channel: `D0${user.slice(1)}`, threadTs },
          timeoutMs,
        ),
      shortcut: (
        { channel, ts, threadTs },
        { user = 'U0MEMBER', callbackId = 'check_status', timeoutMs } = {},
      ) =>
        hear(
          () => slack.shortcut({ user, channel, messageTs: ts, callbackId }),
          { user, channel, threadTs },
          timeoutMs,
        ),
      answersAfter: async (mark, place) => {
        const admin = { user: 'U0ADMIN', channel: 'D00ADMIN' };
        await hear(() => slack.dm({ user: admin.user, text: 'help' }), admin);
        return (await slack.messages({ afterRevision: mark })).filter(isSaidAfter(mark, place));
      },
      paiCalls: async (operation) =>
        (await slack.journal({ service: 'paiflow', ...(operation !== undefined && { operation }) })).length,
      stop: async () => {
        await bot.stop();
        await sandbox.stop();
      },
    };
  } catch (error) {
    await sandbox.stop();
    throw error;
  }
}

/** A message's text with its date tokens as `⟨…⟩`, one string a line. */
export function linesOf({ text }: Pick<StoredMessage, 'text'>): string[] {
  return text.replaceAll(/<!date\^[^>]*>/g, '⟨time⟩').split('\n');
}

/** Labels of a message's buttons. */
export function buttonsOf({ blocks }: Pick<StoredMessage, 'blocks'>): string[] {
  return [...JSON.stringify(blocks).matchAll(/"text":\{"type":"plain_text","text":"([^"]+)"/g)].map(
    ([, label = '']) => label,
  );
}
