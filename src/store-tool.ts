import { ConfigError, readEnvironment } from './config.ts';
import { runStoreTool } from './store/file/tool.ts';

/** `npm run store`: looks at the store file, copies it, puts it back. English only, as `npm run doctor` is. */

await main();

async function main(): Promise<void> {
  const dataFile = readDataFile();
  if (dataFile === undefined) return;
  process.exitCode = await runStoreTool(process.argv.slice(2), {
    dataFile,
    now: () => new Date(),
    print: (text) => process.stdout.write(text),
    complain: (text) => process.stderr.write(text),
  });
}

/** Only this one setting is needed: a store can be looked at where nothing else is set yet. */
function readDataFile(): string | undefined {
  try {
    return readEnvironment().DATA_FILE?.trim() || 'data/flowbell.json';
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const { name, advice } of error.problems) process.stderr.write(`${name} ${advice}\n`);
    process.exitCode = 78;
    return undefined;
  }
}
