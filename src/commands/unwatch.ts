import { matchesGlob } from '../domain/filter/glob.ts';
import { type Found, formatTarget, type RunTarget, type Target } from '../domain/target.ts';
import { renderChoices } from '../messages/choices.ts';
import { renderNotice } from '../messages/notices.ts';
import { renderUnwatch } from '../messages/unwatch-answer.ts';
import type { ListRunsPorts } from './list-runs.ts';
import { type Answer, commandLine, type Request } from './request.ts';
import { factsOfSnapshot, mayBeShown } from './shown-watch.ts';
import { isStoreFailure } from './store-failure.ts';
import { type ThreadPorts, threadTargets } from './thread-runs.ts';
import { nodeWithoutRunAnswer, unreadThreadAnswer } from './unclear-run.ts';
import type { WatchQuery, WatchRow, WatchStore } from './watch-store.ts';

export interface UnwatchCommand {
  readonly found: Found;
  /** Everything the person watches, wherever it is told. */
  readonly isAll: boolean;
}

export type UnwatchPorts = ListRunsPorts &
  ThreadPorts & {
    readonly watches: WatchStore;
    /** The Slack workspace. */
    readonly team: string;
  };

/**
 * `/pai unwatch RUN …|all`: ends the person's own watches of these runs, wherever they are told, and asks PAI nothing.
 * A name is looked for among what they watch, and must be the whole name of one run: nothing is guessed.
 */
export async function unwatch(
  command: UnwatchCommand,
  request: Request,
  ports: UnwatchPorts,
): Promise<Answer> {
  if (command.isAll) return stop([], [], request, ports, { isAll: true });
  const { targets, names, problems } = command.found;
  if (targets.length + names.length > 0) {
    const mine = names.length === 0 ? [] : await ports.watches.listWatches(ofPerson(request, ports));
    const read = names.map((name) => runsCalled(name, mine, request, ports));
    const unclear = read.findIndex(({ kind }) => kind === 'unclear');
    const choice = read[unclear];
    if (choice?.kind === 'unclear') return choicesAnswer(names[unclear] ?? '', choice.rows, request, ports);
    const named = read.flatMap((each) => (each.kind === 'row' ? [targetOfRow(each.row)] : []));
    const strangers = names.filter((_name, index) => read[index]?.kind === 'none');
    return stop([...targets, ...named], strangers, request, ports);
  }
  const ofThread = await threadTargets(request, ports);
  if (ofThread === undefined) return unreadThreadAnswer(request);
  if (ofThread.length > 0) return stop(ofThread, [], request, ports);
  if (problems.length > 0) {
    return nodeWithoutRunAnswer(
      problems.map(({ nodeId }) => nodeId),
      request,
    );
  }
  const notice = { kind: 'watch-what', command: request.commandName } as const;
  return { kind: 'problem', message: renderNotice(notice, request.actor.locale) };
}

function ofPerson({ actor }: Request, { team }: UnwatchPorts): WatchQuery {
  return { team, userId: actor.userId };
}

type Called =
  | { readonly kind: 'row'; readonly row: WatchRow }
  | { readonly kind: 'unclear'; readonly rows: readonly WatchRow[] }
  | { readonly kind: 'none' };

function runsCalled(name: string, rows: readonly WatchRow[], request: Request, ports: UnwatchPorts): Called {
  const runs = [...new Map(rows.map((row) => [`${row.run.region}/${row.run.runId}`, row])).values()];
  const visible = runs.filter(({ run }) => mayBeShown(run, request, ports));
  const wanted = name.toLowerCase();
  const nameOf = ({ run }: WatchRow) => (run.name ?? run.runId).toLowerCase();
  const called = visible.filter((row) => nameOf(row) === wanted);
  const [only] = called;
  if (only !== undefined && called.length === 1) return { kind: 'row', row: only };
  const pattern = wanted.includes('*') ? wanted : `*${wanted}*`;
  const holding = called.length > 0 ? called : visible.filter((row) => matchesGlob(pattern, nameOf(row)));
  return holding.length === 0 ? { kind: 'none' } : { kind: 'unclear', rows: holding };
}

function choicesAnswer(
  name: string,
  rows: readonly WatchRow[],
  request: Request,
  ports: UnwatchPorts,
): Answer {
  const candidates = rows.map((row) => ({
    facts: factsOfSnapshot(row.run, ports),
    command: commandLine(request, `unwatch ${formatTarget(targetOfRow(row))}`),
  }));
  const message = renderChoices({ name, total: candidates.length, candidates }, request.actor.locale);
  return { kind: 'shown', message, isPrivate: true };
}

function targetOfRow({ run }: WatchRow): RunTarget {
  const { runId, region, workspaceId } = run;
  return { kind: 'run', runId, region, ...(workspaceId !== undefined && { workspaceId }) };
}

async function stop(
  targets: readonly Target[],
  strangers: readonly string[],
  request: Request,
  ports: UnwatchPorts,
  { isAll = false } = {},
): Promise<Answer> {
  const runs = targets.map(({ runId, region }) => ({ runId, region }));
  const which = { ...ofPerson(request, ports), ...(!isAll && { runs }) };
  let removed: readonly WatchRow[];
  try {
    removed = isAll || runs.length > 0 ? await ports.watches.removeWatches(which) : [];
  } catch (error) {
    if (!isStoreFailure(error)) throw error;
    return { kind: 'problem', message: renderNotice({ kind: 'cannot-save' }, request.actor.locale) };
  }
  const others = await othersOf(removed, request, ports);
  const ended = new Map(removed.map((row) => [`${row.run.region}/${row.run.runId}`, row]));
  const known = new Set([...ended.values()].map(({ run }) => run.runId));
  const report = {
    stopped: [...ended.values()].map(({ run }) => ({
      run: mayBeShown(run, request, ports) ? run : run.runId,
      others: others.get(`${run.region}/${run.runId}`)?.size ?? 0,
    })),
    notWatched: [
      ...new Set([...targets.map(({ runId }) => runId).filter((runId) => !known.has(runId)), ...strangers]),
    ],
  };
  const kind = removed.length > 0 ? 'shown' : 'problem';
  return { kind, message: renderUnwatch(report, request.actor.locale), isPrivate: true };
}

/** Who else watches these runs, in the same places alone: what goes on elsewhere is nobody's business here. */
async function othersOf(
  removed: readonly WatchRow[],
  { actor }: Request,
  { watches, team }: UnwatchPorts,
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const others = new Map<string, Set<string>>();
  if (removed.length === 0) return others;
  const places = new Set(removed.map(({ place }) => place.id));
  const runs = removed.map(({ run }) => ({ runId: run.runId, region: run.region }));
  for (const { run, place, watch } of await watches.listWatches({ team, runs })) {
    if (!places.has(place.id) || watch.userId === actor.userId) continue;
    const key = `${run.region}/${run.runId}`;
    others.set(key, (others.get(key) ?? new Set()).add(watch.userId));
  }
  return others;
}
