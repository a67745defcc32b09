import { monitorEventLoopDelay, performance } from 'node:perf_hooks';

/** What became of some writers' changes. */
export interface Load {
  readonly changes: number;
  readonly wallMs: number;
  /** Of each change, from asking for it to its end. */
  readonly latenciesMs: readonly number[];
  /** The 99th of a hundred delays of the event loop; one millisecond of it is the measuring. */
  readonly lagMs: number;
  /** The longest of them. */
  readonly longestLagMs: number;
}

export interface LoadSize {
  readonly writers: number;
  readonly changes: number;
  /** After this nothing more is begun, so that a slow side ends too. */
  readonly longestMs: number;
}

/** Lets writers change something at the same time, each waiting for its change before the next one. */
export async function loadWith(
  change: () => Promise<void>,
  { writers, changes, longestMs }: LoadSize,
): Promise<Load> {
  const latenciesMs: number[] = [];
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const start = performance.now();
  let begun = 0;
  async function write(): Promise<void> {
    while (begun < changes && performance.now() - start < longestMs) {
      begun += 1;
      const at = performance.now();
      await change();
      latenciesMs.push(performance.now() - at);
    }
  }
  delay.enable();
  await Promise.all(Array.from({ length: writers }, write));
  delay.disable();
  const wallMs = performance.now() - start;
  const [lagMs, longestLagMs] = [delay.percentile(99) / 1e6, delay.max / 1e6];
  return { changes: latenciesMs.length, wallMs, latenciesMs, lagMs, longestLagMs };
}
