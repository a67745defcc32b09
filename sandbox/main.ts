import { createInterface, type Interface } from 'node:readline';
import { type Bot, NAMED_WORKSPACES } from './bot.ts';
import { type BotKeeper, createBotKeeper } from './bot-keeper.ts';
import { createPrompt, HELP } from './prompt.ts';
import { type Sandbox, startSandbox } from './sandbox.ts';
import { createScreen } from './screen.ts';

/** A pause this long means that the bot has nothing more to say before a piped session ends. */
const QUIET_MS = 500;

/** Plays a whole session: sandbox, bot, prompt. Ends at `.quit`, end of input, Ctrl-C, or an end of the bot that nobody ordered. */
async function runSession(): Promise<void> {
  const sandbox = await startSandbox();
  try {
    const ends = new AbortController();
    const keeper = await createBotKeeper(sandbox, { env: NAMED_WORKSPACES }, (bot, code) =>
      ends.abort(describeDeath(bot, code)),
    );
    try {
      await talk({ sandbox, keeper, botDied: ends.signal });
    } finally {
      await keeper.close();
    }
  } finally {
    await sandbox.stop();
  }
}

async function talk({
  sandbox,
  keeper,
  botDied,
}: {
  readonly sandbox: Sandbox;
  readonly keeper: BotKeeper;
  readonly botDied: AbortSignal;
}): Promise<void> {
  const bot = await keeper.start();
  const isTerminal = process.stdin.isTTY;
  const lines = createInterface({ input: process.stdin, output: process.stdout, terminal: isTerminal });
  // Taken before the first await: lines that come while nobody listens would be lost.
  const typed = lines[Symbol.asyncIterator]();
  closeOnSignals(lines, botDied);
  const print = (text: string): void => {
    // A message that arrives while somebody types goes above the line being typed.
    process.stdout.write(isTerminal ? `\r\u001b[K${text}\n` : `${text}\n`);
    if (isTerminal) lines.prompt(true);
  };
  const screen = await createScreen(sandbox.client, 'U0MEMBER', print);
  const prompt = createPrompt({ client: sandbox.client, screen, keeper, print });
  console.log(`Slack    ${sandbox.slackUrl}\nPAIFlow  ${sandbox.paiflowUrl}\ncontrol  ${sandbox.controlUrl}`);
  console.log(
    `bot      process ${bot.pid}, data in ${bot.cwd}\n\nTry  /pai help   .runs   /pai status RUN\n${HELP}\n`,
  );

  async function showPrompt(): Promise<void> {
    const label = await prompt.label();
    lines.setPrompt(label);
    if (isTerminal) lines.prompt();
    else process.stdout.write(label);
  }

  await showPrompt();
  for await (const line of typed) {
    if (!isTerminal) console.log(line);
    if (!(await prompt.enter(line))) break;
    await showPrompt();
  }
  lines.close();
  if (!isTerminal) await screen.waitUntilQuiet(QUIET_MS);
  await screen.stop();
  console.log();
}

function describeDeath(bot: Bot, code: number | null): string {
  return `the bot ended with code ${code}\n${bot.stderr().slice(-2000)}`;
}

function closeOnSignals(lines: Interface, botDied: AbortSignal): void {
  let isClosed = false;
  lines.once('close', () => {
    isClosed = true;
  });
  lines.once('SIGINT', () => lines.close());
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => lines.close());
  botDied.addEventListener('abort', () => {
    if (isClosed) return;
    console.error(`\n${botDied.reason}`);
    process.exitCode = 1;
    lines.close();
  });
}

// The screen shows times as the people in the seed read them, or "since midnight" would seem to be in the afternoon.
// biome-ignore lint/style/noProcessEnv: Node reads its time zone from there and nowhere else.
process.env.TZ = 'Asia/Shanghai';
await runSession();
