import { type Found, formatTarget, type RunTarget } from '../domain/target.ts';
import { renderChoices } from '../messages/choices.ts';
import { renderNotice } from '../messages/notices.ts';
import { renderUnwatch } from '../messages/unwatch-answer.ts';
import { type EndingPorts, endWatches, ofPerson } from './end-watches.ts';
import type { ListRunsPorts } from './list-runs.ts';
import {
  isMeant,
  type MeantWatches,
  nodeNamesOf,
  readMeantWatches,
  type Unwanted,
  unwantedOf,
} from './meant-watches.ts';
import { type Answer, commandLine, type Request } from './request.ts';
import { factsOfSnapshot, mayBeShown } from './shown-watch.ts';
import { nodesOfThread, type ThreadPorts, threadTargets } from './thread-runs.ts';
import { nodeWithoutRunAnswer, quoted, unreadThreadAnswer } from './unclear-run.ts';
import { formatChannel } from './watch-options.ts';
import type { WatchRow } from './watch-store.ts';

export interface UnwatchCommand {
  readonly found: Found;
  /** Everything the person watches, wherever it is told. */
  readonly isAll: boolean;
  /** The one channel whose watches are meant, where that is not the one that was asked in. */
  readonly channelId?: string;
}

export type UnwatchPorts = ListRunsPorts & ThreadPorts & EndingPorts;

/**
 * `/pai unwatch RUN … [NODE]|all`: ends the person's own watches of these runs in the channel; those of a run that they
 * do not watch there end wherever they are told. Asks PAI nothing. A name is looked for among what they watch.
 */
export async function unwatch(
  command: UnwatchCommand,
  request: Request,
  ports: UnwatchPorts,
): Promise<Answer> {
  const mine = await ports.watches.listWatches(ofPerson(request, ports));
  if (command.isAll) {
    const unwanted = mine.map(({ run: { runId, region } }) => ({ runId, region }));
    return endWatches({ unwanted, strangers: [], rows: mine }, mine, request, ports);
  }
  const meant = await findMeant(command, mine, request, ports);
  if (meant.kind === 'answer') return meant.answer;
  const rows = meant.unwanted.flatMap((each) => nearest(each, mine, command, request));
  return endWatches({ ...meant, rows }, mine, request, ports);
}

type Meant =
  | { readonly kind: 'meant'; readonly unwanted: readonly Unwanted[]; readonly strangers: readonly string[] }
  | { readonly kind: 'answer'; readonly answer: Answer };

async function findMeant(
  { found, channelId = '' }: UnwatchCommand,
  mine: readonly WatchRow[],
  request: Request,
  ports: UnwatchPorts,
): Promise<Meant> {
  const { targets, names, problems } = found;
  if (targets.length + names.length > 0) {
    const rows = mine.filter(({ run }) => mayBeShown(run, request, ports));
    const meant = readMeantWatches(found, { rows, channelId: request.channelId });
    if (meant.kind === 'meant') return meant;
    if (meant.kind === 'slip') return answered(slipAnswer(meant, request));
    return answered(choicesAnswer(meant, { found, channelId }, request, ports));
  }
  const ofThread = await threadTargets(request, ports);
  if (ofThread === undefined) return answered(unreadThreadAnswer(request));
  const nodes = nodesOfThread(problems, ofThread);
  if (problems.length > 0 && nodes.length === 0) {
    return answered(
      nodeWithoutRunAnswer(
        problems.map(({ nodeId }) => nodeId),
        request,
      ),
    );
  }
  // A card's thread is about the run, also where the card shows one node of it.
  const runs = ofThread.map(({ runId, region }) => ({ runId, region }));
  if (runs.length > 0) {
    return { kind: 'meant', unwanted: nodes.length > 0 ? nodes.map(unwantedOf) : runs, strangers: [] };
  }
  const notice = { kind: 'watch-what', command: request.commandName } as const;
  return answered({ kind: 'problem', message: renderNotice(notice, request.actor.locale) });
}

function answered(answer: Answer): Meant {
  return { kind: 'answer', answer };
}

/** Says that nothing was changed, and beside one run which nodes could have been meant. */
function slipAnswer({ words, rows }: Extract<MeantWatches, { kind: 'slip' }>, { actor }: Request): Answer {
  const runs = new Map(rows.map(({ run }) => [`${run.region}/${run.runId}`, run]));
  const [run, ...others] = runs.values();
  const nodes = nodeNamesOf(rows);
  const isTold = run !== undefined && others.length === 0 && nodes.length > 0;
  const report = { stopped: [], notWatched: words, ...(isTold && { nodesOf: { run, nodes } }) };
  return { kind: 'problem', message: renderUnwatch(report, actor.locale), isPrivate: true };
}

/** The watches of a run or node that are told in the channel; where there are none, all of them. */
function nearest(
  unwanted: Unwanted,
  mine: readonly WatchRow[],
  { channelId }: UnwatchCommand,
  request: Request,
): readonly WatchRow[] {
  const rows = mine.filter((row) => isMeant(row, unwanted));
  const wanted = channelId ?? request.channelId;
  const there = rows.filter(({ place }) => place.channelId === wanted);
  return there.length > 0 || channelId !== undefined ? there : rows;
}

/** Asks which run is meant; a button keeps all that was typed beside the name. */
function choicesAnswer(
  { name, rows }: { readonly name: string; readonly rows: readonly WatchRow[] },
  { found, channelId }: { readonly found: Found; readonly channelId: string },
  request: Request,
  ports: UnwatchPorts,
): Answer {
  const { targets, names, problems } = found;
  const textFor = (run: string): string =>
    [
      ...['unwatch', ...targets.map(formatTarget)],
      ...names.map((each) => (each === name ? run : quoted(each))),
      ...problems.map(({ nodeId }) => nodeId),
      ...(channelId === '' ? [] : [formatChannel(channelId)]),
    ].join(' ');
  const candidates = rows.map(({ run }) => ({
    facts: factsOfSnapshot(run, ports),
    command: commandLine(request, textFor(formatTarget(targetOf(run)))),
  }));
  const message = renderChoices({ name, total: candidates.length, candidates }, request.actor.locale);
  return { kind: 'shown', message, isPrivate: true };
}

function targetOf({ runId, region, workspaceId }: WatchRow['run']): RunTarget {
  return { kind: 'run', runId, region, ...(workspaceId !== undefined && { workspaceId }) };
}
