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
  /** How many PAIFlow calls of an operation arrived since `startWorld` or the last `clearJournal`. */
  paiCalls(operation?: string): Promise<number>;
  stop(): Promise<void>;
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
      slack.waitForMessage(
        ({ interactionId, text }) =>
          interactionId === deed.interactionId && !/^(Asking PAI|正在查询 PAI)/.test(text),
        { timeoutMs },
      );
    return {
      sandbox,
      slack,
      bot,
      ask: async (text, { user = 'U0MEMBER', channel = 'C0ML', timeoutMs } = {}) =>
        answerTo(await slack.command({ user, channel, text }), timeoutMs),
      click: async (message, label, user = 'U0MEMBER') =>
        answerTo(await slack.click({ user, messageId: message.id, label }), 10_000),
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
