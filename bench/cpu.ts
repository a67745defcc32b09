import { parseRunsStatus } from '../src/paiflow/schema.ts';
import { alternate } from './rounds.ts';
import type { Row } from './row.ts';
import { createNodesAnswer, createRunId, createRunsAnswer, cut, REGION } from './status-rows.ts';
import { createTimedRow } from './timed-row.ts';

const IDS = Array.from({ length: 10_000 }, (_, index) => createRunId(index));
const BOUND = 2;
/** In one round: a single pass of 15 ms either meets a garbage collection or does not. */
const PASSES = 10;

const BODIES: Readonly<Record<string, () => readonly Buffer[]>> = {
  '10,000 run rows, 100 bodies': () => cut(IDS, 100).map((ids) => createRunsAnswer(ids)),
  '10,000 run rows, 1 body': () => [createRunsAnswer(IDS)],
  '10,000 run rows, bare UserIds': () =>
    cut(IDS, 100).map((ids) => createRunsAnswer(ids, { hasBareUserIds: true })),
  '10,000 node rows, 100 bodies': () => cut(IDS, 100).map(createNodesAnswer),
};

/**
 * Measures the way from bytes in memory to domain types against JSON.parse of the same bytes. Comparing them with what
 * was seen before, the other half of the budget, does not exist yet.
 */
export async function benchCpu(): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const [name, create] of Object.entries(BODIES)) {
    const bodies = create();
    checkParsing(bodies);
    const rounds = await alternate(
      {
        ours: () => repeat(() => bodies.map((body) => parseRunsStatus(body.toString('utf8'), REGION))),
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

function repeat(pass: () => unknown): void {
  for (let i = 0; i < PASSES; i += 1) pass();
}

/** A parser that leaves rows out would be fast. */
function checkParsing(bodies: readonly Buffer[]): void {
  let count = 0;
  for (const body of bodies) {
    const answer = parseRunsStatus(body.toString('utf8'), REGION);
    count += (answer?.runs.length ?? 0) + (answer?.nodes.length ?? 0);
  }
  if (count !== IDS.length) throw new Error(`expected ${IDS.length} parsed rows, got ${count}`);
}
