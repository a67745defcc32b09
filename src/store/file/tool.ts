import { open, readFile, rm, stat } from 'node:fs/promises';
import { settleAfterStart } from './after-start.ts';
import { backupPathOf, DurableJson } from './durable-json.ts';
import { Engine } from './engine.ts';
import { type Generation, type Parsed, partsOf } from './generation.ts';
import { moveAside, readGeneration, refusalFor } from './load.ts';
import { takeLock } from './lock.ts';
import { findPath } from './open.ts';
import { listParked } from './parked.ts';
import { codeOf, StoreRefusal, unwritable } from './refusal.ts';
import { TABLE_NAMES } from './rows.ts';

/** Where the tool speaks and what it is about. */
export interface ToolSurroundings {
  readonly dataFile: string;
  readonly now: () => Date;
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
}

/**
 * What the tool ends with (sysexits.h): done; called wrongly; the file is damaged, foreign or newer; it cannot be
 * written; another process has it.
 */
const EXIT = { done: 0, usage: 64, data: 65, unwritable: 73, locked: 75 } as const;

const USAGE = `Usage: npm run store -- verify | parked [FILE] | export [FILE] | import FILE

verify         says what is in the store file and its backup; Flowbell may be running
parked [FILE]  lists the updates that Slack will never take, in the store or an export; Flowbell may be running
export [FILE]  writes the store to FILE, which must not exist, or to the terminal (npm run -s store -- export, or npm
               writes lines of its own); Flowbell may be running
import FILE    puts an export in the place of the store; Flowbell must not be running
`;

/** Runs the tool and gives its exit code. */
export async function runStoreTool(args: readonly string[], surroundings: ToolSurroundings): Promise<number> {
  const [verb, file, ...rest] = args;
  try {
    if (rest.length > 0) return complainOfUse(surroundings);
    if (verb === 'verify' && file === undefined) return await verify(surroundings);
    if (verb === 'parked') return await listParkedIn(file ?? surroundings.dataFile, surroundings);
    if (verb === 'export') return await exportTo(file, surroundings);
    if (verb === 'import' && file !== undefined) return await importFrom(file, surroundings);
    return complainOfUse(surroundings);
  } catch (error) {
    if (!(error instanceof StoreRefusal)) throw error;
    surroundings.complain(`${error.message}.\n${error.advice}\n`);
    return exitCodeOf(error);
  }
}

function complainOfUse({ complain }: ToolSurroundings): number {
  complain(USAGE);
  return EXIT.usage;
}

function exitCodeOf({ kind }: StoreRefusal): number {
  if (kind === 'locked' || kind === 'unwritable') return EXIT[kind];
  return EXIT.data;
}

/** Only the file decides the exit code: its backup is one write older and may be missing. */
async function verify(surroundings: ToolSurroundings): Promise<number> {
  const { dataFile, print, complain } = surroundings;
  const backupPath = backupPathOf(dataFile);
  const [read, backup] = [await readGeneration(dataFile), await readGeneration(backupPath)];
  if (read.kind === 'absent' && backup.kind === 'absent') {
    print(`${dataFile}: is not there yet; Flowbell makes it at its first start.\n`);
    return EXIT.done;
  }
  if (read.kind === 'good') print(await describe(dataFile, read));
  else {
    const { message, advice } = refusalFor(dataFile, read);
    const isSaved = backup.kind === 'good' && (read.kind === 'damaged' || read.kind === 'absent');
    complain(`${message}.\n${isSaved ? 'Flowbell takes the backup at its next start.' : advice}\n`);
  }
  if (backup.kind === 'good') print(await describe(backupPath, backup));
  else if (backup.kind !== 'absent') complain(`${refusalFor(backupPath, backup).message}.\n`);
  return read.kind === 'good' ? EXIT.done : EXIT.data;
}

async function listParkedIn(file: string, { print }: ToolSurroundings): Promise<number> {
  const read = await readGeneration(file);
  if (read.kind !== 'good') throw refusalFor(file, read);
  const lines = listParked(read.generation.tables);
  print(lines.length === 0 ? 'Nothing is parked.\n' : `${lines.join('\n')}\n`);
  return EXIT.done;
}

async function exportTo(
  file: string | undefined,
  { dataFile, print, complain }: ToolSurroundings,
): Promise<number> {
  const read = await readGeneration(dataFile);
  if (read.kind !== 'good') throw refusalFor(dataFile, read);
  const text = await readFile(dataFile, 'utf8');
  if (file === undefined) {
    print(text);
    return EXIT.done;
  }
  try {
    await writeNew(file, text);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw unwritable(file, error);
    complain(`${file}: is there already and is not overwritten.\n`);
    return EXIT.unwritable;
  }
  print(await describe(file, read));
  return EXIT.done;
}

/** Half an export is none, and would be in the way of the next one. */
async function writeNew(file: string, text: string): Promise<void> {
  const copy = await open(file, 'wx', 0o600);
  try {
    await copy.writeFile(text).finally(() => copy.close());
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
}

/** What an export says of deliveries may be long past, so all of them are asked about before they are said. */
async function importFrom(file: string, { dataFile, now, print }: ToolSurroundings): Promise<number> {
  const read = await readGeneration(file);
  if (read.kind !== 'good') throw refusalFor(file, read);
  const path = await findPath(dataFile);
  const lock = await takeLock(path, now());
  try {
    const before = await readGeneration(path);
    // The adapter makes what stands there the backup, and that must not be a file that cannot be read.
    if (before.kind !== 'good' && before.kind !== 'absent') {
      print(`The old file is at ${await moveAside(path, now())} now.\n`);
    }
    const adapter = new DurableJson<Generation>({ path, load: async () => read.generation, partsOf });
    const engine = new Engine(adapter, {
      retry: { firstMs: 0, longestMs: 0 },
      onState: () => undefined,
      onWrite: () => undefined,
    });
    await engine
      .open((tables) => settleAfterStart(tables, { now: now(), settleMs: 0, isRecovered: true }))
      .catch((error: unknown) => {
        throw unwritable(path, error);
      });
    print(await describe(dataFile, read));
    return EXIT.done;
  } finally {
    await lock.release();
  }
}

async function describe(
  path: string,
  { schema, generation: { rev, tables } }: Extract<Parsed, { kind: 'good' }>,
): Promise<string> {
  const { size } = await stat(path);
  const rows = TABLE_NAMES.map((name) => `${tables.count(name)} ${name}`).join(', ');
  return `${path}: ${rows}; ${size} bytes, schema ${schema}, write ${rev}\n`;
}
