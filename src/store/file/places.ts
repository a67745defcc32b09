import type { WatchStore } from '../../commands/watch-store.ts';
import type { CardRun } from '../../domain/card.ts';
import { openingOf } from '../../domain/delivery.ts';
import { flatPlaceIdOf, type Place, type PlaceWanted, placeIdOf } from '../../domain/place.ts';
import type { RunSnapshot } from '../../domain/snapshot.ts';
import { isGoingOn, streakIdOf } from '../../domain/streak.ts';
import { pendingOf } from './owing.ts';
import { NONE_ENDED } from './place-body.ts';
import { runKeyOf } from './rows.ts';
import type { Tables } from './tables.ts';

/** Runs that a card goes on showing at most after their watches ended. */
const MOST_ENDED = 25;

type RunName = Pick<RunSnapshot, 'region' | 'runId'>;

/** Gives the place in which a run is watched, made if need be; the table in WatchStore says which. */
export function placeForRun(
  tables: Tables,
  run: RunSnapshot,
  { place: wanted, now }: Pick<Parameters<WatchStore['addWatch']>[0], 'place' | 'now'>,
): Place {
  const { region, runId } = run;
  const { list, ...where } = wanted;
  const { team, channelId, threadTs } = where;
  const isHere = (place: Place | undefined): place is Place =>
    place !== undefined &&
    place.team === team &&
    place.channelId === channelId &&
    place.threadTs === undefined;
  const known =
    threadTs === undefined
      ? knownPlaces(tables, run, wanted, now).find(isHere)
      : [...tables.all('places')].find((place) => isHere(place) && place.cardTs === threadTs);
  if (known !== undefined) return known;
  return getOrMakePlace(tables, placeIdOf({ team, channelId, threadTs, region, runId, list }), where);
}

/** Where in a channel a run may be told already, the best first. */
function knownPlaces(
  tables: Tables,
  run: RunSnapshot,
  { team, channelId }: PlaceWanted,
  now: Date,
): readonly (Place | undefined)[] {
  const { region, runId } = run;
  const streak = tables.get('streaks', streakIdOf({ team, channelId }, run));
  return [
    ...tables.watchesOfRun(run).map(({ placeId }) => tables.get('places', placeId)),
    tables.get('places', placeIdOf({ team, channelId, region, runId })),
    ...tables.placesOfEndedRun(run),
    streak && isGoingOn(streak, now) ? tables.get('places', streak.placeId) : undefined,
  ];
}

/** Gives the place for what is no single run's matter. */
export function flatPlaceOf(
  tables: Tables,
  { team, channelId, locale }: Omit<PlaceWanted, 'threadTs'>,
): Place {
  const id = flatPlaceIdOf({ team, channelId });
  return getOrMakePlace(tables, id, { team, channelId, locale }, { isFlat: true });
}

function getOrMakePlace(
  tables: Tables,
  id: string,
  { team, channelId, threadTs, locale }: PlaceWanted,
  flat: { readonly isFlat?: true } = {},
): Place {
  const known = tables.get('places', id);
  if (known !== undefined) return known;
  const made: Place = {
    ...{ id, team, channelId, locale },
    ...(threadTs !== undefined && { threadTs }),
    ...flat,
    ...{ nextSeq: 1, wantedVersion: 0, shownVersion: 0, openings: 0, ended: NONE_ENDED },
  };
  tables.put('places', made);
  return made;
}

/** Owes a place its card, before everything else that is owed to it. */
export function oweOpening(
  tables: Tables,
  placeId: string,
  { now, since = now }: { now: Date; since?: Date },
): void {
  const place = tables.get('places', placeId);
  if (place === undefined) return;
  const openings = place.openings + 1;
  tables.put('places', { ...place, openings });
  tables.put('deliveries', pendingOf(openingOf(placeId, openings), { seq: 0, now, createdAt: since }));
}

/**
 * Takes back an opening that Slack was not asked for yet, where it is all that is owed to a place nobody watches. The
 * next one has another key all the same.
 */
export function dropOpening(tables: Tables, placeId: string): void {
  const place = tables.get('places', placeId);
  const [opening, ...others] = tables.openOfPlace(placeId);
  if (place === undefined || tables.isWatched(place) || others.length > 0) return;
  if (opening?.facts.kind !== 'opening' || opening.state !== 'pending') return;
  tables.remove('deliveries', opening.key);
  tables.put('places', { ...place, ended: NONE_ENDED });
}

/** Lets the place's card be drawn anew; `isNews` where something failed or ended. */
export function wantCard(tables: Tables, placeId: string, isNews = false): void {
  const place = tables.get('places', placeId);
  if (place === undefined) return;
  const wantedVersion = place.wantedVersion + 1;
  tables.put('places', { ...place, wantedVersion, ...(isNews && { newsVersion: wantedVersion }) });
}

/** Lets the card go on showing a run that nobody watches there any more. */
export function keepEnded(tables: Tables, placeId: string, run: CardRun): void {
  const place = tables.get('places', placeId);
  if (place === undefined) return;
  const ended = [...withoutRun(place.ended, run.run), run].slice(-MOST_ENDED);
  tables.put('places', { ...place, ended });
}

/** A run that is watched again is shown as it is. */
export function dropEnded(tables: Tables, placeId: string, run: RunName): void {
  const place = tables.get('places', placeId);
  if (place === undefined) return;
  const ended = withoutRun(place.ended, run);
  if (ended.length === place.ended.length) return;
  tables.put('places', { ...place, ended: ended.length === 0 ? NONE_ENDED : ended });
}

function withoutRun(ended: readonly CardRun[], run: RunName): readonly CardRun[] {
  return ended.filter((each) => runKeyOf(each.run) !== runKeyOf(run));
}
