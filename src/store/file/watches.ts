import type { AddedWatch, WatchQuery, WatchRow, WatchStore } from '../../commands/watch-store.ts';
import { openingOf } from '../../domain/delivery.ts';
import { type Place, placeIdOf } from '../../domain/place.ts';
import type { RunSnapshot } from '../../domain/snapshot.ts';
import { isOver, type Watch, watchIdOf } from '../../domain/watch.ts';
import { owe } from './deliveries.ts';
import { runKeyOf } from './rows.ts';
import { endWatches, wantCard } from './runs.ts';
import type { Tables } from './tables.ts';

type Wanted = Parameters<WatchStore['addWatch']>[0];

/** Saves a watch, as WatchStore says. */
export function addWatch(tables: Tables, wanted: Wanted): AddedWatch {
  const { baseline, now } = wanted;
  const known = tables.get('runs', runKeyOf(baseline));
  const run = known === undefined ? firstSnapshot(tables, baseline) : awake(known, now);
  if (isOver(wanted.watch, run, now)) return { kind: 'over', run };

  if (run !== known) tables.put('runs', run);
  tables.remove('ended', runKeyOf(run));
  const { id: placeId } = findPlace(tables, wanted);
  const here = tables.watchesOfRun(run).filter((watch) => watch.placeId === placeId);
  const mine = here.find(({ id }) => id === idOf(wanted, run, placeId));
  const watch = mine === undefined ? newWatch(wanted, run, placeId) : { ...mine, ...termsOf(wanted.watch) };
  if (mine === undefined || !hasTerms(mine, watch)) tables.put('watches', watch);
  if (here.length === 0) {
    owe(tables, [openingOf(run, watch)], now);
    wantCard(tables, placeId);
  }
  const place = findPlace(tables, wanted);
  const people = new Set(here.map(({ userId }) => userId));
  people.delete(wanted.watch.userId);
  return { kind: mine === undefined ? 'added' : 'already', run, place, others: people.size };
}

/** Ends watches, with whatever was not said yet to places in which nobody watches the run any more. */
export function removeWatches(tables: Tables, which: WatchQuery): WatchRow[] {
  const rows = listWatches(tables, which);
  endWatches(
    tables,
    rows.map(({ watch }) => watch),
  );
  for (const { watch } of rows) dropPending(tables, watch);
  return rows;
}

export function listWatches(tables: Tables, which: WatchQuery): WatchRow[] {
  const rows: WatchRow[] = [];
  for (const watch of tables.all('watches')) {
    const place = tables.get('places', watch.placeId);
    const run = tables.get('runs', runKeyOf(watch));
    if (place === undefined || run === undefined || !isAsked({ watch, place, run }, which)) continue;
    rows.push({ watch, place, run });
  }
  return rows.sort((a, b) => a.watch.createdAt.getTime() - b.watch.createdAt.getTime());
}

function isAsked({ watch, place }: WatchRow, { team, userId, channelId, runs }: WatchQuery): boolean {
  if (watch.team !== team) return false;
  if (userId !== undefined && watch.userId !== userId) return false;
  if (channelId !== undefined && place.channelId !== channelId) return false;
  return (
    runs === undefined ||
    runs.some(({ runId, region = watch.region }) => runId === watch.runId && region === watch.region)
  );
}

/** A run that was watched before goes on counting, see `endRun`. */
function firstSnapshot(tables: Tables, baseline: RunSnapshot): RunSnapshot {
  const ended = tables.get('ended', runKeyOf(baseline));
  if (ended === undefined || ended.version < baseline.version) return baseline;
  return { ...baseline, version: ended.version + 1 };
}

/** A paused run counts from now again, or the next look would find that nothing has changed for as long as before. */
function awake(run: RunSnapshot, now: Date): RunSnapshot {
  if (run.pausedAt === undefined) return run;
  const { pausedAt: _, ...woken } = run;
  return { ...woken, version: run.version + 1, changedAt: now };
}

/** Gives the place, made if need be. */
function findPlace(tables: Tables, { baseline: { region, runId }, place }: Wanted): Place {
  const id = placeIdOf({ ...place, region, runId });
  const known = tables.get('places', id);
  if (known !== undefined) return known;
  const { team, channelId, threadTs, locale } = place;
  const made: Place = {
    ...{ id, team, channelId, locale },
    ...(threadTs !== undefined && { threadTs }),
    ...{ nextSeq: 1, wantedVersion: 0, shownVersion: 0 },
  };
  tables.put('places', made);
  return made;
}

function idOf(
  { watch: { nodeId, userId } }: Wanted,
  { region, runId }: RunSnapshot,
  placeId: string,
): string {
  return watchIdOf({ placeId, region, runId, nodeId, userId });
}

function newWatch(wanted: Wanted, run: RunSnapshot, placeId: string): Watch {
  const {
    place: { team },
    watch,
    now,
  } = wanted;
  const { region, runId, version: sinceVersion } = run;
  return {
    ...{ id: idOf(wanted, run, placeId), placeId, team, region, runId, userId: watch.userId },
    ...termsOf(watch),
    ...{ sinceVersion, createdAt: now },
  };
}

function termsOf({ on, nodeId }: Wanted['watch']): Pick<Watch, 'on' | 'nodeId'> {
  return { on: [...on], nodeId };
}

function hasTerms({ on, nodeId }: Watch, wanted: Pick<Watch, 'on' | 'nodeId'>): boolean {
  return nodeId === wanted.nodeId && on.join() === wanted.on.join();
}

function dropPending(tables: Tables, { placeId, region, runId }: Watch): void {
  if (tables.watchesOfRun({ region, runId }).some((watch) => watch.placeId === placeId)) return;
  for (const { key, state, facts } of tables.openOfPlace(placeId)) {
    const isOfRun = facts.run.runId === runId && facts.run.region === region;
    if (state === 'pending' && isOfRun) tables.remove('deliveries', key);
  }
}
