import type { DeliveryFacts, FoldMember } from '../../domain/delivery.ts';
import { memberOf } from '../../domain/fold.ts';
import type { Place } from '../../domain/place.ts';
import { type ToldRun, toldRunOf } from '../../domain/told-run.ts';
import type { ChannelReport, DeliveryOutcome } from '../../jobs/owed-deliveries.ts';
import { isDue } from './due.ts';
import { owe } from './owing.ts';
import { flatPlaceOf } from './places.ts';
import { channelKeyOf, runKeyOf } from './rows.ts';
import type { Tables } from './tables.ts';

type Channel = Pick<Place, 'team' | 'channelId'>;

export function isPaused(tables: Tables, channel: Channel): boolean {
  return tables.get('pauses', channelKeyOf(channel)) !== undefined;
}

/** Whether a channel is open, or closed and to be tried again. */
export function isTried(tables: Tables, channel: Channel, now: Date): boolean {
  const pause = tables.get('pauses', channelKeyOf(channel));
  return pause === undefined || isDue(pause.nextTryAt, now);
}

/** Keeps that a channel is closed; whom it concerns is told where it was not known. */
export function pauseChannel(
  tables: Tables,
  { team, channelId }: Channel,
  outcome: Extract<DeliveryOutcome, { kind: 'paused' }>,
  now: Date,
): void {
  const key = channelKeyOf({ team, channelId });
  const known = tables.get('pauses', key);
  const { reason, error, nextTryAt } = outcome;
  const since = known?.since ?? now;
  tables.put('pauses', { team, channelId, reason, error, since, nextTryAt });
  if (known !== undefined) return;
  for (const [index, { place: wanted, facts }] of outcome.tell.entries()) {
    const { id: placeId } = flatPlaceOf(tables, wanted);
    owe(tables, [{ key: [placeId, 'paused', key, since.toISOString(), index].join('|'), placeId, facts }], {
      now,
    });
  }
}

/** Opens a paused channel with the first word that it takes, and owes it a note of what waited. */
export function resumeChannel(tables: Tables, { team, channelId, locale }: Place, now: Date): void {
  const key = channelKeyOf({ team, channelId });
  const pause = tables.get('pauses', key);
  if (pause === undefined) return;
  const { since } = pause;
  const held = findHeld(tables, pause).length;
  const waiting = tables.openPlaces(key).flatMap(({ id }) => tables.openOfPlace(id));
  const firstAt = new Date(Math.min(...waiting.map(({ createdAt }) => createdAt.getTime()), since.getTime()));
  tables.remove('pauses', key);
  const { id: placeId } = flatPlaceOf(tables, { team, channelId, locale });
  const facts: DeliveryFacts = { kind: 'resumed', since, until: now, held };
  owe(tables, [{ key: [placeId, 'resumed', since.toISOString()].join('|'), placeId, facts }], {
    now,
    since: firstAt,
  });
}

/** Lets a paused channel be tried now; where nothing waits that could be tried with, it counts as open. */
export function retryChannel(tables: Tables, channel: Channel, now: Date): void {
  const key = channelKeyOf(channel);
  const pause = tables.get('pauses', key);
  if (pause === undefined) return;
  if (tables.openPlaces(key).length > 0) tables.put('pauses', { ...pause, nextTryAt: now });
  else tables.remove('pauses', key);
}

/** Says who watches in a channel, what waits for it and for whom. */
export function reportChannel(tables: Tables, channel: Channel): ChannelReport {
  const pausedSince = tables.get('pauses', channelKeyOf(channel))?.since;
  const waiting = findHeld(tables, channel);
  const newest = waiting.at(-1);
  return {
    ...(pausedSince && { pausedSince }),
    owners: ownersOf(tables, channel, waiting),
    held: waiting.length,
    ...(newest && { newest }),
  };
}

function ownersOf(tables: Tables, channel: Channel, waiting: readonly FoldMember[]): ChannelReport['owners'] {
  const key = channelKeyOf(channel);
  const runsOf = new Map<string, Map<string, ToldRun>>();
  const note = (userId: string, run: ToldRun) => {
    const runs = runsOf.get(userId) ?? new Map<string, ToldRun>();
    runsOf.set(userId, runs.set(runKeyOf(run), run));
  };
  for (const { watchers, run } of waiting) for (const userId of watchers) note(userId, run);
  // After those, for what is known of a run that is still watched is newer.
  for (const watch of tables.all('watches')) {
    const place = tables.get('places', watch.placeId);
    const run = tables.get('runs', runKeyOf(watch));
    if (run === undefined || place === undefined || channelKeyOf(place) !== key) continue;
    note(watch.userId, toldRunOf(run));
  }
  return Array.from(runsOf, ([userId, runs]) => ({ userId, runs: [...runs.values()] }));
}

/** Events that wait for a channel, those that are told together each for itself; the latest last. */
function findHeld(tables: Tables, channel: Channel): FoldMember[] {
  const members = tables.openPlaces(channelKeyOf(channel)).flatMap(({ id }) =>
    tables.openOfPlace(id).flatMap(({ facts }) => {
      if (facts.kind === 'event') return [memberOf(facts)];
      return facts.kind === 'fold' ? facts.members : [];
    }),
  );
  return members.sort((a, b) => a.event.at.getTime() - b.event.at.getTime());
}
