import { writeFile } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { benchCalls } from './calls.ts';
import { benchCpu } from './cpu.ts';
import { benchHour } from './hour.ts';
import { describeMachine } from './machine.ts';
import { benchMemory } from './memory.ts';
import type { Row } from './row.ts';
import { benchStatusCommand } from './status-command.ts';
import { benchStore } from './store.ts';
import { benchSweep } from './sweep.ts';
import { renderTable } from './table.ts';
import { createTargetRows } from './targets.ts';
import { benchTell } from './tell.ts';
import { benchTick } from './tick.ts';

/** In this order: what fills the memory comes after what is sensitive to it. */
const GROUPS: Readonly<Record<string, () => Promise<readonly Row[]> | readonly Row[]>> = {
  cpu: benchCpu,
  tick: benchTick,
  p99: benchStatusCommand,
  tell: benchTell,
  target: createTargetRows,
  store: benchStore,
  sweep: benchSweep,
  hour: benchHour,
  memory: benchMemory,
  calls: benchCalls,
};

const RESULTS = new URL('./results.json', import.meta.url);
const HELP = `npm run bench [-- GROUP …]

Prints Flowbell's figures beside a peer's or a floor's of the same run and writes bench/results.json.
Groups (all without a name): ${Object.keys(GROUPS).join(', ')}; docs/benchmarks.md says what they mean.
tell takes a quarter of an hour, for Slack's pace is kept in real time, and prints how far it is.
Exit code 1 if a number of calls is not what it must be; a missed time only says NO. 64 for an unknown group.`;

process.exitCode = await main();

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h' } },
  });
  const unknown = positionals.filter((name) => !Object.hasOwn(GROUPS, name));
  if (values.help === true || unknown.length > 0) {
    console.log(HELP);
    return unknown.length > 0 ? 64 : 0;
  }
  const before = describeMachine();
  const rows: Row[] = [];
  for (const [name, bench] of Object.entries(GROUPS)) {
    if (positionals.length === 0 || positionals.includes(name)) rows.push(...(await runGroup(name, bench)));
  }
  const machine = { ...before, loadAtEnd: describeMachine().load };
  const { node, cpu, cores, load, loadAtEnd } = machine;
  console.log(`Node ${node}, ${cpu}, ${cores} cores, load ${load.toFixed(1)} → ${loadAtEnd.toFixed(1)}`);
  await writeFile(RESULTS, `${JSON.stringify({ at: new Date(), machine, rows }, undefined, 1)}\n`);
  return rows.some(({ kind, holds }) => kind === 'count' && holds === false) ? 1 : 0;
}

async function runGroup(
  name: string,
  bench: () => Promise<readonly Row[]> | readonly Row[],
): Promise<readonly Row[]> {
  const start = performance.now();
  const rows = await bench();
  console.log(`\n${name} (${Math.round((performance.now() - start) / 1000)} s)\n\n${renderTable(rows)}\n`);
  return rows;
}
