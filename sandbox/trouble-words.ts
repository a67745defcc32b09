import type { BotKeeper } from './bot-keeper.ts';
import type { SandboxClient } from './client.ts';
import type { Screen } from './screen.ts';

/** What a word of the prompt does with the rest of its line. */
export type Word = (rest: string) => Promise<void> | void;

const BOT = 'U0BOT';
const ADMIN = 'U0ADMIN';

/** The words of the prompt with which things go wrong, and right again; `channel` gives the current one. */
export function createTroubleWords({
  client,
  screen,
  keeper,
  print,
  channel,
}: {
  readonly client: SandboxClient;
  readonly screen: Screen;
  readonly keeper: BotKeeper;
  readonly print: (text: string) => void;
  readonly channel: () => string;
}): Readonly<Record<string, Word>> {
  let delayMs = 0;

  async function orderDelay(): Promise<void> {
    if (delayMs !== 0) await client.addSlackFault({ kind: 'slow', delayMs });
  }

  async function end(signal: NodeJS.Signals, outcome: string): Promise<void> {
    const ran = await keeper.end(signal);
    print(ran ? `  the bot ${outcome}; .start brings it back` : '  the bot does not run');
  }

  return {
    archive: async () => {
      await client.setChannel({ channel: channel(), isArchived: true });
      print('  the channel is archived');
    },
    unarchive: async () => {
      await client.setChannel({ channel: channel(), isArchived: false });
      print('  the channel is open again');
    },
    remove: async () => {
      await client.leave({ user: BOT, channel: channel() });
      print('  the bot is not in this channel');
    },
    invite: async () => {
      await client.join({ user: BOT, channel: channel() });
      print('  the bot is in this channel');
    },
    delete: async () => {
      const on = screen.lastPublic;
      if (on === undefined) return print('  there is no public message yet');
      const user = on.user === screen.user ? screen.user : ADMIN;
      await client.deleteMessage({ user, channel: on.channel, ts: on.ts });
      screen.lastPublic = undefined;
      print(`  deleted: ${on.text.split('\n')[0]}`);
    },
    delay: async (rest) => {
      await client.clearFaults({ service: 'slack', operation: '*' });
      delayMs = Number(rest);
      await orderDelay();
      print(`  Slack answers ${delayMs} ms late`);
    },
    lose: async (rest) => {
      // What was ordered first strikes, and the delay fits every call.
      await client.clearFaults({ service: 'slack', operation: '*' });
      await client.addSlackFault({ kind: 'lost', operation: 'chat.postMessage', count: Number(rest) });
      await orderDelay();
      print(`  answers to posts that will be lost: ${rest}`);
    },
    throttle: async () => {
      await client.addPaiflowFault({ kind: 'throttle' });
      print('  PAI refuses every call');
    },
    calm: async () => {
      delayMs = 0;
      await client.clearFaults({});
      print('  nothing goes wrong any more');
    },
    kill: () => end('SIGKILL', 'was killed'),
    stop: () => end('SIGTERM', 'has stopped'),
    start: async () => {
      const bot = await keeper.start();
      print(`  the bot runs as process ${bot.pid}`);
    },
  };
}
