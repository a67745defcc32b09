import { BotStartError } from './bot.ts';
import type { BotKeeper } from './bot-keeper.ts';
import { type SandboxClient, SandboxRefusal, type Shown, type StoredMessage } from './client.ts';
import { readNames } from './names.ts';
import type { Screen } from './screen.ts';
import { createTroubleWords, type Word } from './trouble-words.ts';

/** A terminal prompt at which one plays a person in Slack and the fate of runs in PAI. */
export interface Prompt {
  /** Who types where, for the line's beginning. */
  label(): Promise<string>;
  /** Does what a line says; false = leave. */
  enter(line: string): Promise<boolean>;
}

/** How long an answer of the bot may take before the prompt goes on. */
const ANSWER_MS = 10_000;

export const HELP = `  /pai …                what a person types; any other text is said in the channel
  .runs                 the runs of the loopback PAI with their ids
  .fail RUN [NODE]      lets a node fail, and with it the run
  .finish RUN           lets a run succeed         .rerun RUN   starts it again
  .play RUN             lets it move by itself, one node every 3 seconds
  .click LABEL          presses a button of the last message
  .shortcut ID          uses a message shortcut on the last public message
  .thread TEXT          says it in that message's thread; @flowbell in it is a mention
  .as USER  .in CHANNEL .dm TEXT   who acts, where, or straight to the bot
  .journal              the last calls the bot made
  .archive  .unarchive  the channel                .remove  .invite   the bot, from it and into it
  .delete               the last public message, as an admin if it is not one's own
  .delay MS  .lose N    a slow Slack; the answers to the next N posts are lost
  .throttle  .calm      PAI refuses every call; everything is well again
  .kill  .stop  .start  the bot: kill -9, a proper end, and back on the same data
  .help  .quit`;

/** A prompt over one sandbox and its bot; everything it shows goes through `print`. */
export function createPrompt({
  client,
  screen,
  keeper,
  print,
}: {
  readonly client: SandboxClient;
  readonly screen: Screen;
  readonly keeper: BotKeeper;
  readonly print: (text: string) => void;
}): Prompt {
  let channel = 'C0ML';

  const words: Readonly<Record<string, Word>> = {
    help: () => print(HELP),
    runs: async () => print(await listRuns(client)),
    fail: async (rest) => {
      const [run = '', node] = rest.split(/\s+/);
      if (node !== undefined) await client.setNode({ run, node, status: 'Failed' });
      await client.setRun({ run, status: 'Failed' });
      print(`  ${run} failed`);
    },
    finish: async (run) => {
      await client.setRun({ run, status: 'Succeeded' });
      print(`  ${run} succeeded`);
    },
    rerun: async (run) => {
      await client.setRun({ run, rerun: true });
      print(`  ${run} runs again`);
    },
    play: async (run) => {
      await client.play({ run });
      print(`  ${run} moves by itself`);
    },
    as: async (rest) => {
      screen.user = await findUser(client, rest);
    },
    in: async (rest) => {
      channel = await findChannel(client, rest);
    },
    dm: async (text) => {
      channel = `D0${screen.user.slice(1)}`;
      await finish(client.dm({ user: screen.user, text }));
    },
    click: async (label) => {
      const messageId = screen.lastWithButtons?.id;
      if (messageId === undefined) return print('  there is no message with buttons yet');
      await finish(client.click({ user: screen.user, messageId, label }));
    },
    shortcut: async (callbackId) => {
      const on = screen.lastPublic;
      if (on === undefined) return print('  there is no public message yet');
      await finish(client.shortcut({ user: screen.user, channel: on.channel, messageTs: on.ts, callbackId }));
    },
    thread: async (text) => {
      const on = screen.lastPublic;
      if (on === undefined) return print('  there is no public message yet');
      const threadTs = on.threadTs ?? on.ts;
      await finish(client.say({ user: screen.user, channel: on.channel, threadTs, text }));
    },
    journal: async () => print(await listJournal(client)),
    ...createTroubleWords({ client, screen, keeper, print, channel: () => channel }),
  };

  /** Waits for the deed, prints what Slack shows of it, then waits for what the bot answers. */
  async function finish(deed: Promise<Shown>): Promise<void> {
    // The answer may come before the deed's own result, so the waiting begins first.
    let interactionId: string | undefined;
    const early: string[] = [];
    const isAnswer = (each: StoredMessage): boolean => {
      if (each.interactionId !== undefined) early.push(each.interactionId);
      const isOwn = each.interactionId !== undefined && each.interactionId === interactionId;
      // A post, a file or a private word of the bot's own accord names no deed.
      return isOwn || (each.isBot && each.interactionId === undefined);
    };
    let ownId: string | undefined;
    const answered = screen.waitUntilPrinted(isAnswer, ANSWER_MS);
    const seen = screen.waitUntilPrinted(({ id }) => id === ownId, ANSWER_MS);
    const shown = await deed;
    ownId = shown.messageId;
    // What was said must be on screen before the next word can mean "the last message".
    if (ownId !== undefined) await seen;
    interactionId = shown.interactionId;
    if (shown.shown !== '') print(`  ${shown.shown}`);
    if (shown.outcome !== 'acked' || early.includes(interactionId)) return;
    if (!(await answered)) print(`  no answer within ${ANSWER_MS / 1000} seconds`);
  }

  async function run(line: string): Promise<void> {
    if (line.startsWith('/')) {
      const [command = '', ...rest] = line.split(' ');
      return finish(client.command({ user: screen.user, channel, command, text: rest.join(' ') }));
    }
    if (!line.startsWith('.')) return finish(client.say({ user: screen.user, channel, text: line }));
    const [name = '', ...rest] = line.slice(1).split(' ');
    const word = words[name];
    if (word === undefined) return print(`  there is no .${name}; .help lists the words`);
    await word(rest.join(' ').trim());
  }

  return {
    label: async () => {
      const names = await readNames(client);
      return `@${names.user(screen.user)} #${names.channel(channel)} > `;
    },
    enter: async (typed) => {
      const line = typed.trim();
      if (line === '.quit') return false;
      try {
        if (line !== '') await run(line);
      } catch (error) {
        if (!(error instanceof SandboxRefusal || error instanceof BotStartError)) throw error;
        print(`  ${error.message}`);
      }
      return true;
    },
  };
}

async function listRuns(client: SandboxClient): Promise<string> {
  const runs = await client.runs();
  return runs
    .filter((run) => run.isVisible)
    .map((run) => {
      const nodes = run.nodes.map((node) => `${node.name} ${node.status}`).join(', ');
      return `  ${run.name.padEnd(20)} ${run.status.padEnd(12)} ${run.id}  ${run.region}/${run.workspaceId}\n    ${nodes}`;
    })
    .join('\n');
}

async function listJournal(client: SandboxClient): Promise<string> {
  const entries = await client.journal();
  return entries
    .slice(-20)
    .map((each) => {
      const ids = each.runs === undefined ? '' : ` ${each.runs} runs, ${each.nodes} nodes`;
      const detail = each.detail === undefined ? '' : ` (${each.detail})`;
      const time = new Date(each.at).toISOString().slice(11, 23);
      return `  ${time} ${each.service} ${each.operation} ${each.region ?? ''}${ids} ${each.outcome}${detail}`;
    })
    .join('\n');
}

async function findUser(client: SandboxClient, name: string): Promise<string> {
  const { users } = await client.state();
  const found = users.find((user) => user.id === name || user.name === name.replace(/^@/, ''));
  if (found === undefined)
    throw new SandboxRefusal(400, `people: ${users.map((user) => user.name).join(', ')}`);
  return found.id;
}

async function findChannel(client: SandboxClient, name: string): Promise<string> {
  const { channels } = await client.state();
  const found = channels.find((channel) => channel.id === name || channel.name === name.replace(/^#/, ''));
  const names = channels.map((channel) => channel.name).join(', ');
  if (found === undefined) throw new SandboxRefusal(400, `channels: ${names}`);
  return found.id;
}
