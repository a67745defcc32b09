import { performance } from 'node:perf_hooks';

/** What one side took in one round. */
export interface Taken {
  readonly wallMs: number;
  /** Of all threads of this process, so without the time others had the processor. */
  readonly cpuMs: number;
}

/** Both sides, measured within the same moments of the same process. */
export interface Round {
  readonly ours: Taken;
  readonly peer: Taken;
}

type Work = () => unknown;

/**
 * Runs both sides in turn, so that whatever slows the machine down slows both. Who goes first changes every round,
 * because whoever goes second inherits the other's garbage.
 */
export async function alternate(
  sides: { readonly ours: Work; readonly peer: Work },
  { warmUps, rounds }: { readonly warmUps: number; readonly rounds: number },
): Promise<readonly Round[]> {
  for (let i = 0; i < warmUps; i += 1) {
    await sides.ours();
    await sides.peer();
  }
  const taken: Round[] = [];
  for (let i = 0; i < rounds; i += 1) {
    if (i % 2 === 0) {
      const ours = await take(sides.ours);
      taken.push({ ours, peer: await take(sides.peer) });
    } else {
      const peer = await take(sides.peer);
      taken.push({ ours: await take(sides.ours), peer });
    }
  }
  return taken;
}

/** The value below which `share` (0 to 1) of the values lie, by nearest rank; NaN for none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

async function take(work: Work): Promise<Taken> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  await work();
  const wallMs = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return { wallMs, cpuMs: (user + system) / 1000 };
}
