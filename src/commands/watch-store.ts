import type { Place, PlaceWanted } from '../domain/place.ts';
import type { RunSnapshot } from '../domain/snapshot.ts';
import type { RunId } from '../domain/target.ts';
import type { Watch } from '../domain/watch.ts';

/** A watch with what it is about. */
export interface WatchRow {
  readonly watch: Watch;
  readonly place: Place;
  readonly run: RunSnapshot;
}

/** What became of a wish to watch. */
export type AddedWatch =
  | {
      readonly kind: 'added';
      readonly run: RunSnapshot;
      readonly place: Place;
      /** Other people who watch the run in this place. */
      readonly others: number;
    }
  /** The same person watches it here already; `isChanged` where they wanted to hear something else until now. */
  | {
      readonly kind: 'already';
      readonly isChanged: boolean;
      readonly run: RunSnapshot;
      readonly place: Place;
      readonly others: number;
    }
  /** Nothing more can come, by what is known of the run; nothing was changed. */
  | { readonly kind: 'over'; readonly run: RunSnapshot };

/** Which watches: of one person, in one channel or everywhere, of some runs or all. */
export interface WatchQuery {
  readonly team: string;
  readonly userId?: string | undefined;
  readonly channelId?: string | undefined;
  readonly placeId?: string | undefined;
  /** Ids of watches; of those, the ones that fit the rest of the query. */
  readonly watchIds?: readonly string[] | undefined;
  readonly runs?: readonly { readonly runId: RunId; readonly region?: string | undefined }[] | undefined;
}

/** Watches as people make and end them. Methods reject with the store's own error and then have changed nothing. */
export interface WatchStore {
  /**
   * Saves a watch with its place, and `baseline` as the run's first snapshot if nobody watches it yet; all in one
   * commit. A run that is watched keeps its own snapshot: where that was asked later than `baseline` the watch's maker
   * has to be told what it says, since only what comes after it is told. A paused run is looked at again. A place
   * that has no card is owed its opening, any other wants its card drawn anew.
   *
   * | the run is wanted | its place |
   * |---|---|
   * | in the thread of a card that stands in the channel | that card's |
   * | in another thread | that thread's, whatever else it is told of |
   * | in a channel where it is watched, or was | the same as then |
   * | in a channel where its pipeline fails again and again | that streak's |
   * | in another, as one of a `list` | that list's, else its own |
   */
  addWatch(wanted: {
    readonly baseline: RunSnapshot;
    readonly place: PlaceWanted & { readonly list?: string | undefined };
    readonly watch: Pick<Watch, 'userId' | 'on' | 'nodeId'>;
    readonly now: Date;
  }): Promise<AddedWatch>;
  /** Ends watches and gives them as they were; a run that nobody watches any more goes with its last one. */
  removeWatches(which: WatchQuery): Promise<readonly WatchRow[]>;
  /** Oldest first. */
  listWatches(which: WatchQuery): Promise<readonly WatchRow[]>;
}
