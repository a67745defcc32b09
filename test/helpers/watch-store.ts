import type { WatchQuery, WatchRow, WatchStore } from '../../src/commands/watch-store.ts';
import { type Place, placeIdOf } from '../../src/domain/place.ts';
import type { RunSnapshot } from '../../src/domain/snapshot.ts';
import { isOver, watchIdOf } from '../../src/domain/watch.ts';

export interface FakeWatchStore extends WatchStore {
  /** Everything that is watched, oldest first. */
  readonly rows: readonly WatchRow[];
  /** Puts what was told later in the place of a run's snapshot. */
  tell(next: RunSnapshot): void;
  /** Gives a place its card, as if Slack had taken it. */
  show(placeId: string, cardTs: string): void;
}

type Wanted = Parameters<WatchStore['addWatch']>[0];

/** A store that lives as long as a test; a read-only one takes no change. */
export function fakeWatchStore({
  isReadOnly = () => false,
}: {
  readonly isReadOnly?: () => boolean;
} = {}): FakeWatchStore {
  const rows: WatchRow[] = [];
  const runs = new Map<string, RunSnapshot>();
  const keyOf = ({ region, runId }: RunSnapshot) => `${region}/${runId}`;
  const requireWritable = (): void => {
    if (isReadOnly()) throw storeError();
  };
  const places = new Map<string, Place>();
  const find = ({ team, userId, channelId, placeId, watchIds, runs: wanted }: WatchQuery) =>
    rows
      .filter(({ watch, place }) => {
        if (watch.team !== team || (userId !== undefined && watch.userId !== userId)) return false;
        if (channelId !== undefined && place.channelId !== channelId) return false;
        if (placeId !== undefined && place.id !== placeId) return false;
        if (watchIds !== undefined && !watchIds.includes(watch.id)) return false;
        return (
          wanted === undefined ||
          wanted.some(
            ({ runId, region }) => watch.runId === runId && (region === undefined || watch.region === region),
          )
        );
      })
      .map((row) => ({
        ...row,
        run: runs.get(keyOf(row.run)) ?? row.run,
        place: places.get(row.place.id) ?? row.place,
      }));
  return {
    get rows() {
      return rows;
    },
    tell: (next) => void runs.set(keyOf(next), next),
    show: (placeId, cardTs) => {
      const place = places.get(placeId);
      if (place !== undefined) places.set(placeId, { ...place, cardTs });
    },
    addWatch: async (wanted) => {
      const { baseline, watch, now } = wanted;
      requireWritable();
      const run = runs.get(keyOf(baseline)) ?? baseline;
      if (isOver(watch, run, now)) return { kind: 'over', run };
      const { region, runId } = run;
      const place = placeFor(wanted, rows, places);
      const placeId = place.id;
      const { team } = place;
      places.set(placeId, place);
      const id = watchIdOf({ placeId, region, runId, nodeId: watch.nodeId, userId: watch.userId });
      const others = rows.filter(
        (row) => row.place.id === placeId && row.watch.runId === runId && row.watch.userId !== watch.userId,
      ).length;
      const known = rows.findIndex((row) => row.watch.id === id);
      const row = {
        run,
        place,
        watch: {
          ...watch,
          ...{ id, placeId, team, region, runId },
          ...{ sinceVersion: run.version, toldAttempt: 0, mentionedAttempt: 0, createdAt: now },
        },
      };
      runs.set(keyOf(run), run);
      const before = rows[known];
      if (before === undefined) {
        rows.push(row);
        return { kind: 'added', run, place, others };
      }
      rows[known] = row;
      const isChanged = before.watch.on.join() !== watch.on.join();
      return { kind: 'already', isChanged, run, place, others };
    },
    removeWatches: async (which) => {
      requireWritable();
      const gone = find(which);
      const ids = new Set(gone.map(({ watch }) => watch.id));
      for (let index = rows.length - 1; index >= 0; index -= 1) {
        if (ids.has(rows[index]?.watch.id ?? '')) rows.splice(index, 1);
      }
      return gone;
    },
    listWatches: async (which) => find(which),
  };
}

/** As the table of `addWatch` says; streaks are nobody's matter here. */
function placeFor(
  { baseline, place: { list, ...wanted } }: Wanted,
  rows: readonly WatchRow[],
  places: ReadonlyMap<string, Place>,
): Place {
  const { region, runId } = baseline;
  const inChannel = ({ team, channelId, threadTs }: Place): boolean =>
    team === wanted.team && channelId === wanted.channelId && threadTs === undefined;
  const ofCard = [...places.values()].find(
    (place) => inChannel(place) && place.cardTs !== undefined && place.cardTs === wanted.threadTs,
  );
  const watched = rows.find(({ watch, place }) => watch.runId === runId && inChannel(place))?.place.id;
  const ofRun = wanted.threadTs === undefined && watched !== undefined ? places.get(watched) : undefined;
  const id = placeIdOf({ ...wanted, region, runId, list });
  const counters = { nextSeq: 1, wantedVersion: 0, shownVersion: 0, openings: 1, ended: [] };
  return ofCard ?? ofRun ?? places.get(id) ?? { ...wanted, id, ...counters };
}

/** What a store throws, as far as commands look at it. */
export function storeError(): Error {
  const error = new Error('The store is read-only');
  error.name = 'StoreError';
  return error;
}
