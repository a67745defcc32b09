import { runAt } from './history.ts';
import type { Paiflow } from './paiflow.ts';
import type { PaiRun } from './runs.ts';
import type { PaiflowSettings } from './settings.ts';

/** What one status answer sees: the truth, unless `staleness` and `lostRows` say otherwise. */
export interface Sight {
  /** The run as this answer shows it; its region, visibility and deletion are the caller's to look at. */
  runById(id: string): PaiRun | undefined;
  /** False for a row that this answer leaves out; drawn anew for each row. */
  keeps(row: keyof PaiflowSettings['lostRows']): boolean;
}

/** The sight of one answer, drawn from the sandbox's seed. */
export function createSight({ settings, runs, mischief, now }: Paiflow): Sight {
  const { staleness, lostRows } = settings;
  const isStale = staleness.probability > 0 && mischief.next() < staleness.probability;
  const seen = new Map<string, PaiRun | undefined>();

  function lookBack(id: string): PaiRun | undefined {
    const run = runs.everById(id);
    return run === undefined ? undefined : runAt(run, now() - mischief.between(0, staleness.maxMs));
  }

  return {
    runById: (id) => {
      if (!isStale) return runs.byId(id);
      if (!seen.has(id)) seen.set(id, lookBack(id));
      return seen.get(id);
    },
    keeps: (row) => lostRows[row] === 0 || mischief.next() >= lostRows[row],
  };
}
