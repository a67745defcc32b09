import { performance } from 'node:perf_hooks';
import { findTargets } from '../src/domain/target.ts';

const LENGTH = 1_048_576;
const RUNS = 9;

export interface TargetRow {
  readonly name: string;
  /** Median milliseconds `findTargets` takes for 1 MB of this text. */
  readonly oursMs: number;
  /** Median milliseconds of one pass of a trivial expression over the same text: what no parser can undercut. */
  readonly floorMs: number;
  /** Median over the runs of ours / floor, both taken in the same run. */
  readonly ratio: number;
  /** (slowest - fastest) / median of ours. */
  readonly spread: number;
  readonly runs: number;
}

const TEXTS: Readonly<Record<string, string>> = {
  prose: repeat('The nightly training finished and nobody had to look at it. '),
  'run ids': repeat('flow-abc123def456ghi789 '),
  'nodes by path': repeat('flow-abc123def456/node-abc123def456 '),
  'console links': repeat(
    '<https://pai.console.aliyun.com/?regionId=cn-shanghai&amp;workspaceId=94801#/studio/task/detail/flow-abc123def456|flow-abc…> ',
  ),
  'Chinese around ids': repeat('任务flow-abc123def失败了，'),
  'full-width letters': repeat('ｆｌｏｗ－ａｂｃ１２３ｄｅｆ　'),
  'beginnings of ids': repeat('flow-'),
  'one endless id': `flow-${repeat('a')}`,
  'brackets never closed': repeat('<'),
  'addresses without an end': repeat('https://'),
  dashes: repeat('-'),
  'quotes never closed': repeat(`"'a `),
  secrets: repeat('Token='),
  'percent escapes': repeat('%25'),
};

/** Measures `findTargets` on ordinary and on hostile text of 1 MB. */
export function benchTargets(): readonly TargetRow[] {
  return Object.entries(TEXTS).map(([name, text]) => benchText(name, text));
}

function benchText(name: string, text: string): TargetRow {
  findTargets(text);
  passOnce(text);

  const runs = Array.from({ length: RUNS }, () => ({
    oursMs: timeMs(() => findTargets(text)),
    floorMs: timeMs(() => passOnce(text)),
  }));
  const ours = runs.map((run) => run.oursMs);
  const oursMs = median(ours);
  return {
    name,
    oursMs,
    floorMs: median(runs.map((run) => run.floorMs)),
    ratio: median(runs.map((run) => run.oursMs / run.floorMs)),
    spread: (Math.max(...ours) - Math.min(...ours)) / oursMs,
    runs: RUNS,
  };
}

/** Counts matches without keeping them; `replace` with a callback would cost as much as what is measured. */
function passOnce(text: string): number {
  const expression = /flow-[a-z0-9]+/g;
  let count = 0;
  while (expression.test(text)) count += 1;
  return count;
}

function timeMs(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function repeat(unit: string): string {
  return unit.repeat(Math.ceil(LENGTH / unit.length)).slice(0, LENGTH);
}
