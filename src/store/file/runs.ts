import { cardRunOf } from '../../domain/card.ts';
import type { RunEvent } from '../../domain/event.ts';
import type { RunSnapshot } from '../../domain/snapshot.ts';
import { type Telling, tell } from '../../domain/telling.ts';
import { isOver, type Watch } from '../../domain/watch.ts';
import type { RunChange, RunClaim } from '../../jobs/watched-runs.ts';
import { owe } from './owing.ts';
import { keepEnded, wantCard } from './places.ts';
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
  tables.put('runs', next);
  const watches = tables.watchesOfRun(run);
  const telling = tell(next, events, watches, {
    placeOf: (placeId) => tables.get('places', placeId),
    streakOf: (streakId) => tables.get('streaks', streakId),
    now,
  });
  owe(tables, telling.owed, { now });
  for (const watch of telling.watches) tables.put('watches', watch);
  const placeIds = [...watches.map(({ placeId }) => placeId), ...moveStreaks(tables, telling)];
  const isNews = events.some(isFailureOrEnd);
  for (const placeId of new Set(placeIds)) wantCard(tables, placeId, isNews);
  if (isComplete) {
    endWatches(
      tables,
      tables.watchesOfRun(run).filter((watch) => isOver(watch, next, now)),
    );
  }
  return 'committed';
}

/** Gives the places whose cards tell the streaks that have changed. */
function moveStreaks(tables: Tables, { streaks, overStreaks }: Telling): readonly string[] {
  const over = overStreaks.flatMap((id) => tables.get('streaks', id) ?? []);
  for (const { id } of over) tables.remove('streaks', id);
  for (const streak of streaks) tables.put('streaks', streak);
  return [...over, ...streaks].map(({ placeId }) => placeId);
}

/** What a card is drawn anew for before others. */
function isFailureOrEnd({ kind }: RunEvent): boolean {
  switch (kind) {
    case 'node-failed':
    case 'failed':
    case 'succeeded':
    case 'terminated':
    case 'skipped':
    case 'deleted':
    case 'lost':
      return true;
    default:
      return false;
  }
}

/** Removes watches, and with the last watch of a run the run; a card goes on showing it with those who watched last. */
export function endWatches(tables: Tables, watches: readonly Watch[]): void {
  for (const watch of watches) {
    const run = tables.get('runs', runKeyOf(watch));
    if (run === undefined || tables.get('watches', watch.id) === undefined) continue;
    const { placeId } = watch;
    const isHere = (other: Watch) => other.placeId === placeId;
    const here = tables.watchesOfRun(run).filter(isHere);
    const ending = new Set(watches.map(({ id }) => id));
    for (const { id } of here) if (ending.has(id)) tables.remove('watches', id);
    if (!tables.watchesOfRun(run).some(isHere)) keepEnded(tables, placeId, cardRunOf(run, here, false));
    if (tables.watchesOfRun(run).length === 0) endRun(tables, run);
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
