import type { RunNode } from '../domain/run.ts';
import { formatTarget } from '../domain/target.ts';
import { ON_WORDS } from '../domain/watch.ts';
import type { Workspace } from '../domain/workspace.ts';
import { type ListedWatch, renderWatchList } from '../messages/watch-list.ts';
import type { Access } from './access.ts';
import { type Answer, commandLine, type Request } from './request.ts';
import { factsOfSnapshot, mayBeShown, nodeOfSnapshot } from './shown-watch.ts';
import { formatChannel } from './watch-options.ts';
import type { WatchRow, WatchStore } from './watch-store.ts';

export interface ListWatchesPorts {
  readonly watches: WatchStore;
  /** The Slack workspace. */
  readonly team: string;
  readonly access: Access;
  readonly workspaces: readonly Workspace[];
}

/** `/pai list`: what is watched in this channel, by whomever, and what the person watches elsewhere; as last told. */
export async function listWatches(request: Request, ports: ListWatchesPorts): Promise<Answer> {
  const { actor, channelId, commandName } = request;
  const { team } = ports;
  const [inChannel, mine] = await Promise.all([
    ports.watches.listWatches({ team, channelId }),
    ports.watches.listWatches({ team, userId: actor.userId }),
  ]);
  // Of what somebody may no longer see, only that they themselves watch it is left to say.
  const here = inChannel.filter(
    ({ run, watch }) => watch.userId === actor.userId || mayBeShown(run, request, ports),
  );
  const elsewhere = mine.filter(({ place }) => place.channelId !== channelId);
  const list = {
    here: byPlace(here).map((rows) => listed(rows, [], request, ports)),
    elsewhere: byPlace(elsewhere).map((rows) => ({
      ...listed(rows, [formatChannel(rows[0].place.channelId)], request, ports),
      where: whereOf(rows[0]),
    })),
    command: commandName,
  };
  return { kind: 'shown', message: renderWatchList(list, actor.locale), isPrivate: true };
}

type Rows = readonly [WatchRow, ...WatchRow[]];

/** The watches of one run in one place stand in one line. */
function byPlace(rows: readonly WatchRow[]): Rows[] {
  const groups = new Map<string, [WatchRow, ...WatchRow[]]>();
  for (const row of rows) {
    const key = `${row.place.id} ${row.run.region}/${row.run.runId}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return [...groups.values()];
}

/** `where`: what a button adds to mean the place that these watches tell in. */
function listed(
  rows: Rows,
  where: readonly string[],
  request: Request,
  ports: ListWatchesPorts,
): ListedWatch {
  const [{ run }] = rows;
  const { runId, region, workspaceId } = run;
  const isMine = rows.some(({ watch }) => watch.userId === request.actor.userId);
  const on = ON_WORDS.filter((word) =>
    rows.some(({ watch }) => watch.nodeId === undefined && watch.on.includes(word)),
  );
  const target = { kind: 'run', runId, region, ...(workspaceId !== undefined && { workspaceId }) } as const;
  return {
    shown: mayBeShown(run, request, ports) ? factsOfSnapshot(run, ports) : runId,
    nodes: nodesOf(rows),
    ...(on.length > 0 && { on }),
    people: [...new Set(rows.map(({ watch }) => watch.userId))],
    ...(isMine && { stop: commandLine(request, ['unwatch', formatTarget(target), ...where].join(' ')) }),
  };
}

/** Nodes matter where nobody watches all of the run. */
function nodesOf(rows: Rows): RunNode[] {
  const [{ run }] = rows;
  const ids = rows.map(({ watch }) => watch.nodeId);
  if (ids.includes(undefined)) return [];
  return [...new Set(ids)].flatMap((id) => (id === undefined ? [] : (nodeOfSnapshot(run, id) ?? [])));
}

/** Slack's ids of direct messages begin with D (docs.slack.dev, conversation objects). */
function whereOf({ place }: WatchRow): NonNullable<ListedWatch['where']> {
  return place.channelId.startsWith('D') ? { kind: 'dm' } : { kind: 'channel', channelId: place.channelId };
}
