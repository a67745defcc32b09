import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Sandbox } from './sandbox.ts';

/** How to start the bot. */
export interface BotOptions {
  /** Added to the sandbox's environment, and stronger than it; `undefined` takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /**
   * Arguments of node; those that name a file of the repository become absolute, and so does the package after
   * `--import`, so that `--import tsx x.ts` runs a bot of a test. Default `dist/main.js`.
   */
  readonly entry?: readonly string[];
  /** The bot's folder. Left out = a fresh one that `stop` removes; given = it stays, for a second start on the same data. */
  readonly cwd?: string;
  /** How long it may take until its socket is greeted; default 15 s. */
  readonly timeoutMs?: number;
}

/** A bot that runs as a child process and is connected to the sandbox's Slack. */
export interface Bot {
  readonly pid: number;
  readonly cwd: string;
  stdout(): string;
  stderr(): string;
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  /** Ends the bot (SIGTERM unless told otherwise, SIGKILL after 15 s) and removes its fresh folder. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Settings that give the seeded PAI workspaces their short names, in place of the two regions. */
export const NAMED_WORKSPACES = {
  PAIFLOW_REGIONS: undefined,
  PAIFLOW_WORKSPACES: 'prod=cn-hangzhou:94801,dev=cn-hangzhou:94802,sg=ap-southeast-1:30211',
} as const;

/** The bot ended or stayed silent before Slack greeted it; the message holds its last words. */
export class BotStartError extends Error {
  override readonly name = 'BotStartError';
}

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const START_TIMEOUT_MS = 15_000;
/** Longer than the bot's own grace; a bot that hangs must not hang the tests. */
const KILL_AFTER_MS = 15_000;

/**
 * Starts the bot with an environment made here: nothing is inherited but PATH, home and temporary folder lie
 * in a fresh folder that is also its working folder, so neither a `.env` nor a cloud profile is found.
 * Resolves once Slack greeted its socket; throws a BotStartError when it exits or stays silent.
 */
export async function startBot(sandbox: Sandbox, options: BotOptions = {}): Promise<Bot> {
  const cwd = options.cwd ?? (await mkdtemp(join(tmpdir(), 'flowbell-bot-')));
  const env = await buildEnvironment(sandbox, cwd, options.env ?? {});
  const child = spawn(process.execPath, absolute(options.entry ?? ['dist/main.js']), {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = collectOutput(child);
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((done) => {
    child.once('exit', (code, signal) => done({ code, signal }));
    child.once('error', () => done({ code: null, signal: null }));
  });

  async function stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    const killer = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
    await exited;
    clearTimeout(killer);
    if (options.cwd === undefined) await rm(cwd, { recursive: true, force: true });
  }

  const deadline = AbortSignal.timeout(options.timeoutMs ?? START_TIMEOUT_MS);
  const gone = new AbortController();
  const signal = AbortSignal.any([deadline, gone.signal]);
  void exited.then(({ code }) =>
    gone.abort(new Error(`the bot exited with code ${code} before it connected`)),
  );
  try {
    await sandbox.waitForHello(env.SLACK_APP_TOKEN ?? '', signal);
  } catch (cause) {
    await stop('SIGKILL');
    throw new BotStartError(`the bot did not connect: ${String(cause)}\n${lastWords(output)}`, { cause });
  }
  return { pid: child.pid ?? 0, cwd, ...output, exited, stop };
}

async function buildEnvironment(
  sandbox: Sandbox,
  cwd: string,
  given: Readonly<Record<string, string | undefined>>,
): Promise<Record<string, string>> {
  const home = join(cwd, 'home');
  const temporary = join(cwd, 'tmp');
  await Promise.all([home, temporary].map((folder) => mkdir(folder, { recursive: true })));
  const all = {
    // biome-ignore lint/style/noProcessEnv: the one variable the child needs from here, to find programs.
    PATH: process.env.PATH ?? '',
    HOME: home,
    TMPDIR: temporary,
    ...sandbox.env,
    // Several bots run at once.
    HTTP_PORT: '0',
    // A token of its own, so that the hello that is waited for is this bot's and not another one's.
    SLACK_APP_TOKEN: sandbox.issueAppToken(),
    ...given,
  };
  return Object.fromEntries(
    Object.entries(all).filter((each): each is [string, string] => each[1] !== undefined),
  );
}

/** The working folder of the bot is not the repository, so nothing may be looked for from there. */
function absolute(entry: readonly string[]): readonly string[] {
  const { resolve: resolvePackage } = createRequire(import.meta.url);
  return entry.map((argument, index) => {
    const path = resolve(ROOT, argument);
    if (!argument.startsWith('-') && existsSync(path)) return path;
    return entry[index - 1] === '--import' ? pathToFileURL(resolvePackage(argument)).href : argument;
  });
}

function collectOutput(child: ChildProcess): { stdout(): string; stderr(): string } {
  const chunks = { stdout: [] as string[], stderr: [] as string[] };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8');
    child[name]?.on('data', (text: string) => chunks[name].push(text));
  }
  return { stdout: () => chunks.stdout.join(''), stderr: () => chunks.stderr.join('') };
}

function lastWords(output: { stdout(): string; stderr(): string }): string {
  return `${output.stderr().slice(-2000)}\n${output.stdout().slice(-2000)}`.trim();
}
