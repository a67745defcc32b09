import type { Place, PlaceWanted } from '../domain/place.ts';
import type { OnWord } from '../domain/watch.ts';
import type { Request } from './request.ts';
import type { SeenOrNot } from './watch-look.ts';
import type { WatchStore } from './watch-store.ts';

/**
 * What somebody hears already of runs and nodes in that place, in the order of `seen`; undefined where they do not
 * watch it there. Rejects with the store's own error.
 */
export async function findKeptWords(
  seen: readonly SeenOrNot[],
  { team, channelId, threadTs }: PlaceWanted,
  { actor }: Request,
  { watches }: { readonly watches: WatchStore },
): Promise<(readonly OnWord[] | undefined)[]> {
  const runs = seen.flatMap((each) => (each.kind === 'seen' ? [runOf(each)] : []));
  if (runs.length === 0) return [];
  const mine = await watches.listWatches({ team, userId: actor.userId, channelId, runs });
  const there = mine.filter(({ place }) => isThere(place, threadTs));
  return seen.map((each) => {
    if (each.kind !== 'seen') return undefined;
    const { runId, region } = runOf(each);
    const isIt = (row: (typeof there)[number]): boolean =>
      row.watch.runId === runId && row.watch.region === region && row.watch.nodeId === each.node?.nodeId;
    return there.findLast(isIt)?.watch.on;
  });
}

function runOf({ baseline: { runId, region } }: Extract<SeenOrNot, { kind: 'seen' }>) {
  return { runId, region };
}

/** The thread below a card is the card's own place. */
function isThere(place: Place, threadTs: string | undefined): boolean {
  if (threadTs === undefined) return place.threadTs === undefined;
  return place.threadTs === threadTs || place.cardTs === threadTs;
}
