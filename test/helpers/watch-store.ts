import type { WatchQuery, WatchRow, WatchStore } from '../../src/commands/watch-store.ts';
import { placeIdOf } from '../../src/domain/place.ts';
import type { RunSnapshot } from '../../src/domain/snapshot.ts';
import { isOver, watchIdOf } from '../../src/domain/watch.ts';

export interface FakeWatchStore extends WatchStore {
  /** Everything that is watched, oldest first. */
  readonly rows: readonly WatchRow[];
  /** Puts what was told later in the place of a run's snapshot. */
  tell(next: RunSnapshot): void;
}

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
  const find = ({ team, userId, channelId, runs: wanted }: WatchQuery) =>
    rows
      .filter(({ watch, place }) => {
        if (watch.team !== team || (userId !== undefined && watch.userId !== userId)) return false;
        if (channelId !== undefined && place.channelId !== channelId) return false;
        return (
          wanted === undefined ||
          wanted.some(
            ({ runId, region }) => watch.runId === runId && (region === undefined || watch.region === region),
          )
        );
      })
      .map((row) => ({ ...row, run: runs.get(keyOf(row.run)) ?? row.run }));
  return {
    get rows() {
      return rows;
    },
    tell: (next) => void runs.set(keyOf(next), next),
    addWatch: async ({ baseline, place: wanted, watch, now }) => {
      requireWritable();
      const run = runs.get(keyOf(baseline)) ?? baseline;
      if (isOver(watch, run, now)) return { kind: 'over', run };
      const { region, runId } = run;
      const placeId = placeIdOf({ ...wanted, region, runId });
      const place = { ...wanted, id: placeId, nextSeq: 1, wantedVersion: 0, shownVersion: 0 };
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
          ...{ id, placeId, team: wanted.team, region, runId },
          ...{ sinceVersion: run.version, createdAt: now },
        },
      };
      runs.set(keyOf(run), run);
      if (known >= 0) rows[known] = row;
      else rows.push(row);
      return { kind: known >= 0 ? 'already' : 'added', run, place, others };
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

/** What a store throws, as far as commands look at it. */
export function storeError(): Error {
  const error = new Error('The store is read-only');
  error.name = 'StoreError';
  return error;
}
