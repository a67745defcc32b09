import { owedFor } from '../../domain/delivery.ts';
import type { RunSnapshot } from '../../domain/snapshot.ts';
import { isOver, type Watch } from '../../domain/watch.ts';
import type { RunChange, RunClaim } from '../../jobs/watched-runs.ts';
import { owe } from './deliveries.ts';
import { runKeyOf } from './rows.ts';
import type { Tables } from './tables.ts';

/** Commits a look at a run, as WatchedRuns says; whether the claim is held is for the caller to know. */
export function commitRun(
  tables: Tables,
  claim: RunClaim,
  change: RunChange,
): 'committed' | 'stale' | 'lost' {
  const { next, events, now, isComplete } = change;
  const run = tables.get('runs', runKeyOf(claim));
  if (run === undefined) return 'lost';
  const isOlder = next.askedAt < run.askedAt && run.askedAt <= now;
  if (next.version !== run.version + 1 || isOlder) return 'stale';
  const watches = tables.watchesOfRun(run);
  tables.put('runs', next);
  owe(tables, owedFor(next, events, watches), now);
  for (const placeId of new Set(watches.map((watch) => watch.placeId))) wantCard(tables, placeId);
  if (isComplete)
    endWatches(
      tables,
      watches.filter((watch) => isOver(watch, next, now)),
    );
  return 'committed';
}

/** Lets the place's card be drawn anew. */
export function wantCard(tables: Tables, placeId: string): void {
  const place = tables.get('places', placeId);
  if (place !== undefined) tables.put('places', { ...place, wantedVersion: place.wantedVersion + 1 });
}

/** Removes watches, and with the last watch of a run the run. */
export function endWatches(tables: Tables, watches: readonly Watch[]): void {
  for (const { id } of watches) tables.remove('watches', id);
  for (const watch of watches) {
    const run = tables.get('runs', runKeyOf(watch));
    if (run !== undefined && tables.watchesOfRun(run).length === 0) endRun(tables, run);
  }
}

/**
 * A delivery's key holds the version of its run, so a run that is watched once more goes on counting where it ended:
 * from 1 again, its new events would be taken for old ones as long as those are kept.
 */
function endRun(tables: Tables, { region, runId, version }: RunSnapshot): void {
  tables.remove('runs', runKeyOf({ region, runId }));
  tables.put('ended', { region, runId, version });
}
