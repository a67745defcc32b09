import type { AddedWatch, WatchQuery, WatchRow, WatchStore } from '../../commands/watch-store.ts';
import type { RunSnapshot } from '../../domain/snapshot.ts';
import { isOver, type Watch, watchIdOf } from '../../domain/watch.ts';
import { dropEnded, dropOpening, oweOpening, placeForRun, wantCard } from './places.ts';
import { runKeyOf } from './rows.ts';
import { endWatches } from './runs.ts';
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
  const { id: placeId } = placeForRun(tables, run, wanted);
  dropEnded(tables, placeId, run);
  const here = tables.watchesOfRun(run).filter((watch) => watch.placeId === placeId);
  const mine = here.find(({ id }) => id === idOf(wanted, run, placeId));
  const watch = mine === undefined ? newWatch(wanted, run, placeId) : { ...mine, ...termsOf(wanted.watch) };
  const isChanged = mine === undefined || !hasTerms(mine, watch);
  if (isChanged) tables.put('watches', watch);
  wantCards(tables, run, { placeId, isChanged, isWoken: known !== undefined && run !== known, now });
  const place = tables.get('places', placeId);
  if (place === undefined) throw new TypeError('a place was not kept');
  const people = new Set(here.map(({ userId }) => userId));
  people.delete(wanted.watch.userId);
  const answer = { run, place, others: people.size };
  return mine === undefined ? { kind: 'added', ...answer } : { kind: 'already', isChanged, ...answer };
}

/** A place without a card gets one; other cards are drawn anew where they show something else now. */
function wantCards(
  tables: Tables,
  run: RunSnapshot,
  {
    placeId,
    isChanged,
    isWoken,
    now,
  }: {
    readonly placeId: string;
    readonly isChanged: boolean;
    readonly isWoken: boolean;
    readonly now: Date;
  },
): void {
  if (!isOpened(tables, placeId)) oweOpening(tables, placeId, { now });
  const stale = new Set(isWoken ? tables.watchesOfRun(run).map((watch) => watch.placeId) : []);
  if (isChanged) stale.add(placeId);
  for (const each of stale) wantCard(tables, each);
}

/** Whether a place has its card, or is going to. */
function isOpened(tables: Tables, placeId: string): boolean {
  const place = tables.get('places', placeId);
  if (place?.cardTs !== undefined && !place.isCardGone) return true;
  return tables.openOfPlace(placeId).some(({ facts }) => facts.kind === 'opening');
}

/** Ends watches, with whatever was not said yet to places in which nobody watches the run any more. */
export function removeWatches(tables: Tables, which: WatchQuery): WatchRow[] {
  const rows = listWatches(tables, which);
  endWatches(
    tables,
    rows.map(({ watch }) => watch),
  );
  for (const { watch } of rows) dropPending(tables, watch);
  for (const placeId of new Set(rows.map(({ place }) => place.id))) {
    wantCard(tables, placeId);
    dropOpening(tables, placeId);
  }
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

function isAsked(
  { watch, place }: WatchRow,
  { team, userId, channelId, placeId, runs, watchIds }: WatchQuery,
): boolean {
  if (watch.team !== team) return false;
  if (userId !== undefined && watch.userId !== userId) return false;
  if (channelId !== undefined && place.channelId !== channelId) return false;
  if (placeId !== undefined && place.id !== placeId) return false;
  if (watchIds !== undefined && !watchIds.includes(watch.id)) return false;
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
    ...{ sinceVersion, toldAttempt: 0, mentionedAttempt: 0, createdAt: now },
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
    if (facts.kind !== 'event' && facts.kind !== 'unshown') continue;
    const isOfRun = facts.run?.runId === runId && facts.run.region === region;
    if (state === 'pending' && isOfRun) tables.remove('deliveries', key);
  }
}
