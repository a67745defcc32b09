import type { Check } from '../messages/catalog.ts';
import { withinTime } from './deadline.ts';

/** How looking at watched runs goes. */
export interface WatcherState {
  /** Watched runs. */
  readonly runs: number;
  /** How late the run is that has waited longest for a look; 0 where none is due. */
  readonly lagMs: number;
  /** The last tick in which PAI was asked; absent before the first. */
  readonly lastLook?: { readonly at: Date; readonly tookMs: number; readonly calls: number } | undefined;
}

export interface WatcherPort {
  findState(): Promise<WatcherState>;
}

/** A tick may well be late once; after a minute people notice. */
const LATE_MS = 60_000;
/** Nobody is late for so long who still looks. */
const STOPPED_MS = 600_000;

/** Checks whether somebody looks at the runs that are watched. */
export async function checkWatcher(
  port: WatcherPort,
  { signal }: { readonly signal: AbortSignal },
): Promise<readonly Check[]> {
  const subject = { kind: 'watcher' } as const;
  const state = await withinTime(() => port.findState(), signal).catch(() => undefined);
  if (state === undefined) return [{ subject, verdict: 'failed' }];
  const { runs, lagMs, lastLook } = state;
  const facts = {
    kind: 'watcher',
    runs,
    ...(lastLook && {
      lastLook: {
        at: lastLook.at,
        seconds: Number((lastLook.tookMs / 1000).toPrecision(2)),
        calls: lastLook.calls,
      },
    }),
    lagSeconds: Math.round(lagMs / 1000),
  } as const;
  if (lagMs <= LATE_MS) return [{ subject, verdict: 'fine', facts }];
  const finding = { kind: 'watcher-late', seconds: facts.lagSeconds } as const;
  return [{ subject, verdict: lagMs > STOPPED_MS ? 'failed' : 'warning', finding, facts }];
}
