import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bot, type BotOptions, startBot } from './bot.ts';
import type { Sandbox } from './sandbox.ts';

/** The bot of a session, which may be ended and started again on the same data. */
export interface BotKeeper {
  /** The running bot, if there is one. */
  readonly bot: Bot | undefined;
  /** Starts the bot unless it runs; throws as `startBot` does. */
  start(): Promise<Bot>;
  /** Ends the bot; false when none ran. */
  end(signal: NodeJS.Signals): Promise<boolean>;
  /** Ends the bot and removes its data. */
  close(): Promise<void>;
}

/** Keeps a bot in a fresh folder, none running yet. `onDeath` hears of an end that nobody here asked for. */
export async function createBotKeeper(
  sandbox: Sandbox,
  options: Omit<BotOptions, 'cwd'>,
  onDeath: (bot: Bot, code: number | null) => void,
): Promise<BotKeeper> {
  const cwd = await mkdtemp(join(tmpdir(), 'flowbell-session-'));
  let running: Bot | undefined;

  async function start(): Promise<Bot> {
    if (running !== undefined) return running;
    const bot = await startBot(sandbox, { ...options, cwd });
    running = bot;
    void bot.exited.then(({ code }) => {
      if (running !== bot) return;
      running = undefined;
      onDeath(bot, code);
    });
    return bot;
  }

  async function end(signal: NodeJS.Signals): Promise<boolean> {
    const bot = running;
    running = undefined;
    await bot?.stop(signal);
    return bot !== undefined;
  }

  return {
    get bot() {
      return running;
    },
    start,
    end,
    close: async () => {
      await end('SIGTERM');
      await rm(cwd, { recursive: true, force: true });
    },
  };
}
