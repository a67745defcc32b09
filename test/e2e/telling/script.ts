import { createRandom } from '../../../sandbox/random.ts';

/** What becomes of one run of the rig: its nodes end one after another, then the run. */
export interface RigRun {
  readonly id: string;
  readonly name: string;
  readonly channel: string;
  /** Whether its last node and the run fail. */
  readonly fails: boolean;
  /** When each of its four ends happens, in milliseconds after the start; in order. */
  readonly endsAtMs: readonly [number, number, number, number];
}

/** The nodes in the order in which they end. */
export const NODES = ['read', 'join', 'train'] as const;

/** What a run's thread must tell, in this order. */
export type Update = (typeof NODES)[number] | 'end';
export const UPDATES: readonly Update[] = [...NODES, 'end'];

/** Runs that end over `spreadMs`, a few in each channel; the same for the same seed. */
export function makeRuns({
  seed,
  runs,
  channels,
  spreadMs,
}: {
  readonly seed: number;
  readonly runs: number;
  readonly channels: number;
  readonly spreadMs: number;
}): readonly RigRun[] {
  const random = createRandom(seed);
  return Array.from({ length: runs }, (_, index) => {
    const number = String(index + 1).padStart(3, '0');
    const startMs = Math.floor(random.next() * spreadMs);
    const gaps = Array.from({ length: 4 }, () => random.between(500, 12_000));
    const [a = 0, b = 0, c = 0, d = 0] = gaps;
    return {
      id: `flow-rig${String(seed % 1000).padStart(3, '0')}x${number.padStart(11, '0')}`,
      name: `rig-${number}`,
      channel: `C0RIG${String((index % channels) + 1).padStart(3, '0')}`,
      fails: random.next() < 0.5,
      endsAtMs: [startMs + a, startMs + a + b, startMs + a + b + c, startMs + a + b + c + d],
    };
  });
}
