import type { NodeCounts, PauseReason } from '../domain/delivery.ts';
import type { EventKind, RunEvent } from '../domain/event.ts';
import type { Outage } from '../domain/outage.ts';
import type { Streak } from '../domain/streak.ts';
import type { OnWord } from '../domain/watch.ts';
import type { PhaseCount, RunFacts } from './catalog.ts';
import type { Line, Span } from './line.ts';

/** Slack could not be reached, it was held for another reason, or it was noticed late. */
export type Lateness = 'slack' | 'held' | 'noticed';

/** What happened to a run or node, whichever of the two it was. */
export type Happening = Exclude<EventKind, 'node-failed' | 'node-succeeded'>;

export type HappeningCount = readonly [happening: Happening, count: number];

/** A failure that is not the first: of the same run, or of its pipeline. */
export type Again =
  | { readonly kind: 'attempt'; readonly attempt: number }
  | { readonly kind: 'in-a-row'; readonly failures: number };

/** What an event's line says beside the event itself. */
interface EventAbout {
  readonly node?: Span | undefined;
  readonly nodes?: NodeCounts | undefined;
  readonly again?: Again | undefined;
}

/** What the people of a place are told when something happens. */
export interface EventWords {
  /** `*name* was rerun ⟨03:20⟩ and is running again (attempt 2)` */
  event(name: Span, event: RunEvent, about: EventAbout): Line;
  /** `*name* failed again at `node`, attempt 3, ⟨03:41⟩: cause` */
  failedAgain(name: Span, event: RunEvent, about: FailedAgain): Line;
  /** `After 12 min, ⟨03:04⟩ · 5 of 12 nodes done, 6 skipped because of `node`` */
  failureDetails(event: RunEvent, nodes: NodeCounts | undefined, cause: Span | undefined): Line;
  /** `Ended ⟨03:47⟩` */
  endedAt(event: RunEvent): Line;
  /** PAI gave no log of the node that failed. */
  noLogHere(): Line;
  modelMade(name: Span): Line;
  /** Slack could not be reached, or PAI was not looked at in time. */
  toldLate(why: Lateness): Line;
  /** `Watched by @a, @b`: why the message is here. */
  watchedHere(people: readonly Span[], more: number): Line;
  /** `*name* failed at `node` ⟨03:41⟩`, as one of several; without a name where the message has named it. */
  foldEntry(event: RunEvent, about: FoldAbout): Line;
  /** `25 updates, told together: 20 failed, 5 succeeded` */
  foldHead(total: number, counts: readonly HappeningCount[]): Line;
  /** `12 more nodes of *name* ended: 10 succeeded, 2 failed` */
  foldNodesHead(name: Span, total: number, counts: readonly HappeningCount[]): Line;
  /** Said where the runs have threads of their own. */
  seeCards(): Line;
}

interface FailedAgain {
  readonly node: Span | undefined;
  readonly again: Again;
  readonly cause: Span | undefined;
}

interface FoldAbout {
  readonly name: Span | undefined;
  /** The event's own node, or the one that the run failed at. */
  readonly node: Span | undefined;
  readonly hasTime: boolean;
}

/** What stands on cards. */
export interface CardWords {
  /** `Started ⟨02:00⟩ by PAI user …4905 · prod` */
  cardDetails(facts: RunFacts, attempt: number): Line;
  /** `Watched by @a, @b: told when it fails or ends`; nothing is told where `on` is empty. */
  cardWatchers(people: readonly Span[], more: number, on: readonly OnWord[]): Line;
  /** `Node `x` watched by @a: told when the node ends` */
  cardNodeWatchers(node: Span, people: readonly Span[], more: number): Line;
  moreNodesWatched(count: number): Line;
  /** `checked ⟨2 min ago⟩` */
  checkedAt(at: Date): Line;
  nobodyWatches(): Line;
  /** `*name* has failed 3 times in a row at `node`, last ⟨03:41⟩` */
  failedInARow(name: Span, streak: Streak, node: Span | undefined): Line;
  /** The same, of runs before the one that is shown. */
  failuresBefore(streak: Streak, node: Span | undefined): Line;
  /** `Not checked since ⟨02:58⟩: PAI is limiting calls. …`; `labels` only where the card shows several regions. */
  notChecked(outage: Outage, labels: readonly string[]): Line;
  /** PAI has not shown it for so long that nobody looks for it any more. */
  notLookedFor(name: Span, since: Date): Line;
  /** `3 runs watched here: 1 failed, 2 running` */
  cardListHead(total: number, counts: readonly PhaseCount[]): Line;
  entryLost(since: Date): Line;
  entryPaused(): Line;
  entryUnwatched(): Line;
}

/** How many runs ended while Flowbell was away. */
export interface EndedMeanwhile {
  readonly failed: number;
  readonly succeeded: number;
  readonly stopped: number;
}

/** What is no single event: pauses, absences, outages. */
export interface NoteWords {
  unshown(name: Span | undefined): Line;
  wasOffline(away: { readonly from: Date; readonly until: Date }, ended: EndedMeanwhile): Line;
  /** `Your watch of *name* in #channel is paused: I was removed from the channel ⟨03:10⟩` */
  watchPaused(
    runs: readonly Span[],
    more: number,
    where: Span,
    why: { reason: PauseReason; since: Date },
  ): Line;
  /** `Held back: 2 updates, newest: …` */
  heldBack(count: number, newest: Line | undefined): Line;
  /** `It resumes by itself once someone there types `/invite @Flowbell`. Nothing is deleted.` */
  resumesOnce(reason: PauseReason): Line;
  backAgain(away: { readonly since: Date; readonly until: Date }, held: number): Line;
  /** `PAI sg refuses every call since ⟨02:58⟩ (`NoPermission`): 5 watches wait. Grant …` */
  paiAway(outage: Outage, labels: readonly string[], code: Span | undefined, watches: number): Line;
  /** `PAI sg answers again ⟨08:20⟩. 4 updates were told late, none lost.` */
  paiBack(outage: Outage, labels: readonly string[], until: Date, late: number): Line;
  /** Slack did not let us look whether it stands there already. */
  mayRepeat(): Line;
}
