import { nameOfNode } from '../domain/run.ts';
import type { NodeId } from '../domain/target.ts';
import { renderNotice } from '../messages/notices.ts';
import { renderUnwatch, type UnwatchReport } from '../messages/unwatch-answer.ts';
import type { Access } from './access.ts';
import { isMeant, type Unwanted } from './meant-watches.ts';
import type { Answer, Request } from './request.ts';
import { mayBeShown, nodeOfSnapshot } from './shown-watch.ts';
import { isStoreFailure } from './store-failure.ts';
import type { WatchQuery, WatchRow, WatchStore } from './watch-store.ts';

export interface EndingPorts {
  readonly watches: WatchStore;
  /** The Slack workspace. */
  readonly team: string;
  readonly access: Access;
}

/** What somebody no longer wants to watch. */
export interface Ending {
  readonly unwanted: readonly Unwanted[];
  /** Words that name nothing that is watched. */
  readonly strangers: readonly string[];
  /** The watches that end. */
  readonly rows: readonly WatchRow[];
}

/** Everything that a person watches. */
export function ofPerson({ actor }: Request, { team }: EndingPorts): WatchQuery {
  return { team, userId: actor.userId };
}

/** Ends these watches of a person and tells what became of each wish; `mine` is all that they watched before. */
export async function endWatches(
  { unwanted, strangers, rows }: Ending,
  mine: readonly WatchRow[],
  request: Request,
  ports: EndingPorts,
): Promise<Answer> {
  const { locale } = request.actor;
  let ended: readonly WatchRow[];
  try {
    ended = rows.length === 0 ? [] : await ports.watches.removeWatches(queryOf(rows, request, ports));
  } catch (error) {
    if (!isStoreFailure(error)) throw error;
    return { kind: 'problem', message: renderNotice({ kind: 'cannot-save' }, locale) };
  }
  const goingOn = await othersOf(ended, request, ports);
  const gone = new Set(ended.map(({ watch }) => watch.id));
  const left = mine.filter(({ watch }) => !gone.has(watch.id));
  const wishes = [...new Map(unwanted.map((each) => [keyOf(each), each])).values()];
  const report = {
    stopped: wishes.flatMap((wish) => stoppedBy(wish, { ended, goingOn, left }, request, ports)),
    notWatched: [
      ...wishes.filter((wish) => !ended.some((row) => isMeant(row, wish))).map(idOf),
      ...new Set(strangers),
    ],
  };
  const kind = ended.length > 0 ? 'shown' : 'problem';
  return { kind, message: renderUnwatch(report, locale), isPrivate: true };
}

function queryOf(rows: readonly WatchRow[], request: Request, ports: EndingPorts): WatchQuery {
  const watchIds = rows.map(({ watch }) => watch.id);
  const runs = rows.map(({ watch: { runId, region } }) => ({ runId, region }));
  return { ...ofPerson(request, ports), watchIds, runs };
}

function idOf({ runId, nodeId }: Unwanted): string {
  return nodeId ?? runId;
}

function keyOf({ runId, nodeId }: Unwanted): string {
  return `${runId}/${nodeId ?? ''}`;
}

/** What has ended, and what of the same runs goes on. */
interface Ended {
  readonly ended: readonly WatchRow[];
  /** Watches of others, in the same places alone: what goes on elsewhere is nobody's business here. */
  readonly goingOn: readonly WatchRow[];
  /** What the person still watches. */
  readonly left: readonly WatchRow[];
}

function stoppedBy(
  wish: Unwanted,
  { ended, goingOn, left }: Ended,
  request: Request,
  ports: EndingPorts,
): UnwatchReport['stopped'] {
  const row = ended.find((each) => isMeant(each, wish));
  if (row === undefined) return [];
  const { run } = row;
  const isShown = mayBeShown(run, request, ports);
  const others = new Set(goingOn.filter((each) => isMeant(each, wish)).map(({ watch }) => watch.userId));
  const elsewhere = new Set(left.filter((each) => isMeant(each, wish)).map(({ place }) => place.id));
  const node = wish.nodeId === undefined ? undefined : nameOfWatchedNode(run, wish.nodeId, isShown);
  const who = { others: others.size, elsewhere: elsewhere.size };
  return [{ run: isShown ? run : run.runId, node, ...who }];
}

function nameOfWatchedNode(run: WatchRow['run'], nodeId: NodeId, isShown: boolean): string {
  const node = isShown ? nodeOfSnapshot(run, nodeId) : undefined;
  return node === undefined ? nodeId : nameOfNode(node);
}

async function othersOf(
  ended: readonly WatchRow[],
  { actor }: Request,
  { watches, team }: EndingPorts,
): Promise<readonly WatchRow[]> {
  if (ended.length === 0) return [];
  const places = new Set(ended.map(({ place }) => place.id));
  const runs = ended.map(({ run }) => ({ runId: run.runId, region: run.region }));
  const rows = await watches.listWatches({ team, runs });
  return rows.filter(({ place, watch }) => places.has(place.id) && watch.userId !== actor.userId);
}
