import type { Place, PlaceWanted } from '../domain/place.ts';
import type { RunNode } from '../domain/run.ts';
import type { RunSnapshot } from '../domain/snapshot.ts';
import { DEFAULT_ON, type OnWord } from '../domain/watch.ts';
import type { WatchOutcome } from '../messages/watch-answer.ts';
import { listNameOf } from './list-name.ts';
import type { OneRunPorts } from './one-run.ts';
import { troubleOf } from './pai-failure.ts';
import type { Request } from './request.ts';
import { factsOfSnapshot, nodeOfSnapshot } from './shown-watch.ts';
import { isStoreFailure } from './store-failure.ts';
import { isAtRest, type SeenOrNot, type SeenRun } from './watch-look.ts';
import type { ChannelPorts } from './watch-place.ts';
import type { WatchStore } from './watch-store.ts';

export interface WatchingPorts {
  readonly watches: WatchStore;
  /** Lets a job run at once instead of at its next tick. */
  readonly nudge: (job: 'poll-runs' | 'deliver') => void;
}

/** What somebody wants to hear; absent where they did not say. */
type On = readonly OnWord[] | undefined;

/** One run, or node, that is to be watched. */
export interface Wanted {
  readonly seen: SeenOrNot;
  readonly on: On;
}

/** What all runs of one question have in common. */
export interface Wish {
  readonly place: PlaceWanted & { readonly list?: string };
  /** True where it is about one run: then the card that shows it already is named. */
  readonly isAlone: boolean;
}

/** The place for runs that were asked for together: outside of threads they share one card. */
export function placeFor(wanted: readonly Wanted[], place: PlaceWanted): Wish['place'] {
  // A thread that somebody asked in is one place for all of its runs anyway.
  if (place.threadTs !== undefined) return place;
  const found = wanted.flatMap(({ seen, on }) => (seen.kind === 'seen' ? [{ ...seen, on }] : []));
  const runsOf = (of: readonly SeenRun[]) => of.map(({ baseline }) => baseline);
  const watchable = found.filter((each) => isWatchable(each, each.on));
  const list = listNameOf(runsOf(watchable)) && listNameOf(runsOf(found));
  return { ...place, ...(list !== undefined && { list }) };
}

/** Watches a run as it was seen, or says why not. */
export async function watchOne(
  { seen, on }: Wanted,
  { place, isAlone }: Wish,
  { actor }: Request,
  ports: WatchingPorts & Pick<ChannelPorts, 'channels'> & Pick<OneRunPorts, 'workspaces' | 'now'>,
): Promise<WatchOutcome> {
  const { facts } = seen;
  if (seen.kind === 'unseen') return { kind: 'unseen', facts, trouble: troubleOf(seen.failure) };
  const { node, baseline } = seen;
  const about = { facts, ...(node && { node }) };
  if (!isWatchable(seen, on)) return { kind: 'at-rest', ...about };
  try {
    const words = on ?? DEFAULT_ON;
    const watch = { userId: actor.userId, on: words, nodeId: node?.nodeId };
    const added = await ports.watches.addWatch({ baseline, place, watch, now: ports.now() });
    const shown = added.run.askedAt > baseline.askedAt ? shownOf(added.run, node, ports) : about;
    if (added.kind === 'over') return { kind: 'at-rest', ...shown };
    const isNew = added.kind === 'added';
    const card = isAlone && isNew && added.others > 0 ? await cardOf(added.place, ports) : undefined;
    const isChanged = added.kind === 'already' && added.isChanged;
    return { kind: 'watched', ...shown, isNew, isChanged, on: words, others: added.others, card };
  } catch (error) {
    if (!isStoreFailure(error)) throw error;
    return { kind: 'not-saved', facts };
  }
}

/** The address of a place's card, where it has one. */
async function cardOf(
  { channelId, cardTs: ts }: Place,
  { channels }: Pick<ChannelPorts, 'channels'>,
): Promise<string | undefined> {
  return ts === undefined ? undefined : channels.permalinkOf({ channelId, ts });
}

/** Whether something may still come of it, if only a rerun that somebody wants to hear of. */
function isWatchable({ facts, node, baseline }: SeenRun, on: On): boolean {
  if (!isAtRest(facts, node)) return true;
  return on?.includes('rerun') === true && !baseline.isDeleted && node === undefined;
}

/** Where the store knows of a later look, what that saw: only what comes after it is told. */
function shownOf(
  run: RunSnapshot,
  node: RunNode | undefined,
  ports: Pick<OneRunPorts, 'workspaces'>,
): Pick<WatchOutcome, 'facts' | 'node'> {
  const told = node && (nodeOfSnapshot(run, node.nodeId) ?? node);
  return { facts: factsOfSnapshot(run, ports), ...(told && { node: told }) };
}
