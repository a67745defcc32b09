import { diff } from '../src/domain/diff.ts';
import { alternate } from './rounds.ts';
import type { Row } from './row.ts';
import { createNodesAnswer, createRunId, createRunsAnswer, cut } from './status-rows.ts';
import { createTimedRow } from './timed-row.ts';
import { createTold, readRows, type Told } from './told-rows.ts';

const IDS = Array.from({ length: 10_000 }, (_, index) => createRunId(index));
const BOUND = 2;
/** In one round: a single pass of 15 ms either meets a garbage collection or does not. */
const PASSES = 5;
const TOLD_AT = new Date('2026-11-23T02:30:00Z');
const ASKED_AT = new Date('2026-11-23T03:00:00Z');

interface Case {
  readonly name: string;
  readonly bodies: () => readonly Buffer[];
  /** Left out where the bodies are only read. */
  readonly isCompared?: boolean;
}

const CASES: readonly Case[] = [
  {
    name: '10,000 run rows, 100 bodies, read',
    bodies: () => cut(IDS, 100).map((ids) => createRunsAnswer(ids)),
  },
  {
    name: 'the same, compared too, no node asked',
    bodies: () => cut(IDS, 100).map((ids) => createRunsAnswer(ids)),
    isCompared: true,
  },
  {
    name: '10,000 run rows, 1 body, compared',
    bodies: () => [createRunsAnswer(IDS)],
    isCompared: true,
  },
  {
    name: '10,000 run rows, bare UserIds, compared',
    bodies: () => cut(IDS, 100).map((ids) => createRunsAnswer(ids, { hasBareUserIds: true })),
    isCompared: true,
  },
  { name: '10,000 node rows, 100 bodies, read', bodies: () => cut(IDS, 100).map(createNodesAnswer) },
  {
    name: 'the same, compared too, one of 20 nodes of a run each',
    bodies: () => cut(IDS, 100).map(createNodesAnswer),
    isCompared: true,
  },
];

/**
 * Measures the way from bytes in memory to domain types, and on to what is new in them, which is nothing, against
 * JSON.parse of the same bytes.
 */
export async function benchCpu(): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const { name, bodies: create, isCompared = false } of CASES) {
    const bodies = create();
    const told = createTold(bodies, TOLD_AT);
    const look = (body: Buffer): number => (isCompared ? compare(body, told) : readRows(body).length);
    checkLooks(bodies, look);
    const rounds = await alternate(
      {
        ours: () => repeat(() => bodies.map(look)),
        peer: () => repeat(() => bodies.map((body) => JSON.parse(body.toString('utf8')) as unknown)),
      },
      { warmUps: 3, rounds: 15 },
    );
    rows.push(
      createTimedRow({
        group: 'cpu',
        name,
        peerName: 'JSON.parse',
        clock: 'cpuMs',
        passes: PASSES,
        bound: BOUND,
        rounds,
      }),
    );
  }
  return rows;
}

/** Gives how many rows said nothing new. */
function compare(body: Buffer, { snapshots, rows }: Told): number {
  let same = 0;
  for (const row of readRows(body)) {
    const { runId } = row;
    const [told, run] = runId === undefined ? [] : [snapshots.get(runId), rows.get(runId)];
    if (told === undefined || run === undefined) continue;
    const seen = 'nodeId' in row ? { run, nodes: [row] } : { run: row, nodes: [] };
    if (diff(told, { askedAt: ASKED_AT, ...seen }, ASKED_AT).kind === 'same') same += 1;
  }
  return same;
}

function repeat(pass: () => unknown): void {
  for (let i = 0; i < PASSES; i += 1) pass();
}

/** A parser that leaves rows out would be fast. */
function checkLooks(bodies: readonly Buffer[], look: (body: Buffer) => number): void {
  const count = bodies.reduce((sum, body) => sum + look(body), 0);
  if (count !== IDS.length) throw new Error(`expected ${IDS.length} rows, got ${count}`);
}
