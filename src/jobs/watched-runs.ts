import type { RunEvent } from '../domain/event.ts';
import type { RunSnapshot } from '../domain/snapshot.ts';
import type { RunId } from '../domain/target.ts';

/**
 * What is known about asking for a run, beside what it is like. Losing it costs calls and nothing else, so a store may
 * keep it in memory.
 */
export interface PollState {
  /** When the run is due again. */
  readonly nextPollAt: Date;
  /** When PAI was asked for what it last said of the run. */
  readonly seenAt?: Date | undefined;
  /** When its nodes were last listed. */
  readonly listedAt?: Date | undefined;
  /** True where its nodes should be listed and were not. */
  readonly isListWanted: boolean;
  /** True where a node has changed, so that those that wait may have begun. */
  readonly isWaitingAsked: boolean;
  /** True once the ends of all nodes of a run at rest are committed. */
  readonly isSettled: boolean;
  /** Since when PAI leaves it out of its answers, and how often it did. */
  readonly missingSince?: Date | undefined;
  readonly misses: number;
  /** For which attempt and state GetPipelineRun was last asked, so that it is asked once for each. */
  readonly detailedFor?: string | undefined;
}

/** A run that is nobody else's to look at until the lease is over. */
export interface ClaimedRun {
  readonly run: RunSnapshot;
  /** Absent where nobody has looked at the run since the store was opened. */
  readonly poll?: PollState | undefined;
  /** Names the claim; whoever claims the run after the lease has another one. */
  readonly token: string;
}

/** A run and the claim on it. */
export interface RunClaim {
  readonly region: string;
  readonly runId: RunId;
  readonly token: string;
}

/** What one look changes, committed together or not at all. */
export interface RunChange {
  /** Its `version` is one above that of the claimed run. */
  readonly next: RunSnapshot;
  readonly events: readonly RunEvent[];
  readonly poll: PollState;
  readonly now: Date;
  /** True where everything that ended is in the events, so that a watch may end with it. */
  readonly isComplete: boolean;
}

/** How far the watched runs are. */
export interface WatchedRunsReport {
  readonly runs: number;
  readonly watches: number;
  /** When the run that has waited longest was due; absent where none is due. */
  readonly oldestDueAt?: Date | undefined;
}

/** The runs that somebody watches. Methods reject with the store's own error and then have changed nothing. */
export interface WatchedRuns {
  /**
   * Claims runs that are due, the longest due first. Where there is one and they are fewer than `along.most`, those that
   * will be due within `along.withinMs` come along, the next one first: half a batch costs as much as a whole one. A run
   * is given to one claimer until `leaseMs` are over.
   */
  claimDueRuns(want: {
    readonly now: Date;
    readonly most: number;
    readonly leaseMs: number;
    readonly along?: { readonly most: number; readonly withinMs: number } | undefined;
  }): Promise<readonly ClaimedRun[]>;
  /**
   * Puts the run as it is now, one delivery for each event and place that hears it, and a new wanted version of the
   * cards of all its places into one commit, and gives the run back. Watches are read inside the commit; those that are
   * over go with it, and with the last of them the run. `lost` where the claim is no longer held, `stale` where the run
   * has another version or was asked later than `next` (and not later than now, which a clock that was set back leaves
   * behind): then nothing was changed.
   */
  commitRun(claim: RunClaim, change: RunChange): Promise<'committed' | 'stale' | 'lost'>;
  /** Gives back runs that have not changed. Claims that are no longer held are left alone. */
  releaseRuns(released: readonly { readonly claim: RunClaim; readonly poll: PollState }[]): Promise<void>;
  reportRuns(now: Date): Promise<WatchedRunsReport>;
}
