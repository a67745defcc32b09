import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export interface Child {
  readonly process: ChildProcess;
  /** The lines it has said so far. */
  lines(): readonly string[];
  /** Resolves with its first line. */
  readonly first: Promise<string>;
  /** Kills it as nobody can prevent; resolves when it is gone and all it said is here. */
  kill(): Promise<void>;
}

/** Starts a process that opens a store file and counts in it; `wrap` is a command to start it under. */
export function startWriter(
  path: string,
  { writers = 0, wrap = [] }: { readonly writers?: number; readonly wrap?: readonly string[] } = {},
): Child {
  const script = join(import.meta.dirname, 'writer.mjs');
  const [command = '', ...args] = [...wrap, process.execPath, script, path, String(writers)];
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let said = '';
  const first = new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (text: Buffer) => {
      said += text.toString();
      const [line, ...rest] = said.split('\n');
      if (line !== undefined && rest.length > 0) resolve(line);
    });
    child.once('close', () => reject(new Error('the process ended without a word')));
    child.once('error', reject);
  });
  first.catch(() => undefined);
  const kill = async () => {
    child.kill('SIGKILL');
    await closed;
  };
  onTestFinished(kill);
  return { process: child, first, kill, lines: () => said.split('\n').slice(0, -1) };
}
