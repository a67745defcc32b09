import { type Card, type CardRun, cardRunOf } from '../../domain/card.ts';
import type { Place } from '../../domain/place.ts';
import { type Streak, streakIdOf } from '../../domain/streak.ts';
import { runKeyOf } from './rows.ts';
import type { Tables } from './tables.ts';

/** Gives what a place's card shows now. */
export function cardOf(tables: Tables, place: Place): Card {
  const watches = tables.watchesOfPlace(place.id);
  const live = [...new Set(watches.map(runKeyOf))].flatMap((key): CardRun[] => {
    const run = tables.get('runs', key);
    return run === undefined
      ? []
      : [
          cardRunOf(
            run,
            watches.filter((watch) => runKeyOf(watch) === key),
            true,
          ),
        ];
  });
  const runs = [...place.ended, ...live].sort((a, b) => cameMs(a) - cameMs(b));
  return { runs, streak: streakOf(tables, place, runs), outages: outagesOf(tables, live) };
}

/** What came before such times were kept comes first. */
function cameMs({ cameAt }: CardRun): number {
  return cameAt?.getTime() ?? 0;
}

function streakOf(tables: Tables, place: Place, runs: readonly CardRun[]): Streak | undefined {
  const ids = new Set(
    runs.map(({ series, run: { region, runId } }) => streakIdOf(place, { series, region, runId })),
  );
  const [id] = ids;
  const streak = ids.size === 1 && id !== undefined ? tables.get('streaks', id) : undefined;
  return streak?.placeId === place.id ? streak : undefined;
}

function outagesOf(tables: Tables, live: readonly CardRun[]): Card['outages'] {
  const regions = new Set(live.map(({ run: { region } }) => region));
  return [...regions].flatMap((region) => tables.get('outages', region) ?? []);
}
