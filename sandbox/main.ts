import { createInterface, type Interface } from 'node:readline';
import { type Bot, NAMED_WORKSPACES, startBot } from './bot.ts';
import { createPrompt, HELP } from './prompt.ts';
import { type Sandbox, startSandbox } from './sandbox.ts';
import { createScreen } from './screen.ts';

/** A pause this long means that the bot has nothing more to say before a piped session ends. */
const QUIET_MS = 500;

/** Plays a whole session: sandbox, bot, prompt. Ends at `.quit`, end of input, Ctrl-C, or the bot's own end. */
async function runSession(): Promise<void> {
  const sandbox = await startSandbox();
  try {
    const bot = await startBot(sandbox, { env: NAMED_WORKSPACES });
    try {
      await talk(sandbox, bot);
    } finally {
      await bot.stop();
    }
  } finally {
    await sandbox.stop();
  }
}

async function talk(sandbox: Sandbox, bot: Bot): Promise<void> {
  const isTerminal = process.stdin.isTTY;
  const lines = createInterface({ input: process.stdin, output: process.stdout, terminal: isTerminal });
  // Taken before the first await: lines that come while nobody listens would be lost.
  const typed = lines[Symbol.asyncIterator]();
  closeOnSignals(lines, bot);
  const print = (text: string): void => {
    // A message that arrives while somebody types goes above the line being typed.
    process.stdout.write(isTerminal ? `\r\u001b[K${text}\n` : `${text}\n`);
    if (isTerminal) lines.prompt(true);
  };
  const screen = await createScreen(sandbox.client, 'U0MEMBER', print);
  const prompt = createPrompt(sandbox.client, screen, print);
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

function closeOnSignals(lines: Interface, bot: Bot): void {
  let isClosed = false;
  lines.once('close', () => {
    isClosed = true;
  });
  lines.once('SIGINT', () => lines.close());
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => lines.close());
  void bot.exited.then(({ code }) => {
    if (isClosed) return;
    console.error(`\nthe bot ended with code ${code}\n${bot.stderr().slice(-2000)}`);
    process.exitCode = 1;
    lines.close();
  });
}

// The screen shows times as the people in the seed read them, or "since midnight" would seem to be in the afternoon.
// biome-ignore lint/style/noProcessEnv: Node reads its time zone from there and nowhere else.
process.env.TZ = 'Asia/Shanghai';
await runSession();
