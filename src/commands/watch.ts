import { type Found, formatTarget, type Target } from '../domain/target.ts';
import { DEFAULT_ON, type OnWord } from '../domain/watch.ts';
import { renderNotice } from '../messages/notices.ts';
import { renderWatch, type WatchOutcome } from '../messages/watch-answer.ts';
import { findKeptWords } from './kept-words.ts';
import { type Look, lookUp } from './look-up.ts';
import type { OneRunPorts } from './one-run.ts';
import { ASK_TIMEOUT_MS, troubleAnswer } from './pai-failure.ts';
import { type Answer, commandLine, type Request } from './request.ts';
import { nodeTarget, targetOf } from './run-facts.ts';
import { listOf, reportFailures } from './status-answer.ts';
import { isStoreFailure } from './store-failure.ts';
import { quoted } from './unclear-run.ts';
import { lookCloser } from './watch-look.ts';
import { placeFor, type WatchingPorts, watchOne } from './watch-one.ts';
import { formatChannel, formatWhere, type WatchWhere } from './watch-options.ts';
import { type ChannelPorts, findPlace, type WatchPlace } from './watch-place.ts';
import { findWanted, type Wanted } from './watch-targets.ts';

export interface WatchCommand {
  readonly found: Found;
  /** Absent where nobody said what they want to hear. */
  readonly on?: readonly OnWord[];
  readonly where: WatchWhere;
}

export type WatchPorts = OneRunPorts & ChannelPorts & WatchingPorts;

/** Runs that one question watches: each costs a call to PAI for its nodes. */
const MOST_WATCHED = 25;

/**
 * `/pai watch RUN … [NODE]`: tells here, or in the person's DM, what becomes of runs. What is shown of them is what
 * later news is compared with. Doing it twice changes nothing; without `on:` it keeps what the person wanted to hear.
 */
export async function watch(command: WatchCommand, request: Request, ports: WatchPorts): Promise<Answer> {
  const where = whereFor(command.where, request);
  const textFor = (runs: readonly string[], at = where) => formatWatch(runs, { on: command.on, where: at });
  const typed = typedIn(command.found);
  const found = await findPlace(
    where,
    (at) => ports.longQuestions.shorten(textFor(typed, at)),
    request,
    ports,
  );
  if (found.kind === 'answer') return found.answer;
  const signal = AbortSignal.timeout(ASK_TIMEOUT_MS);
  const wanted = await findWanted(command.found, { textFor, signal }, request, ports);
  if (wanted.kind === 'answer') return { ...wanted.answer, isPrivate: true };

  const targets = wanted.targets.slice(0, MOST_WATCHED);
  const { actor, channelId } = request;
  const looks = await lookUp(targets, { actor, channelId, timeoutMs: ASK_TIMEOUT_MS }, ports);
  reportFailures(looks, ports.report);
  const [only] = looks;
  if (only?.kind === 'failed' && only.error.kind !== 'refused' && isAlone(wanted)) {
    return troubleAnswer(only.error, commandLine(request, textFor(typed)), request);
  }
  const there = looks.flatMap((look) => (look.kind === 'run' || look.kind === 'node' ? [look] : []));
  const seen = await Promise.all(
    there.map((look) => lookCloser(look, { signal, asked: looks.length }, ports)),
  );
  let kept: Awaited<ReturnType<typeof findKeptWords>>;
  try {
    kept = command.on === undefined ? await findKeptWords(seen, found.place, request, ports) : [];
  } catch (error) {
    if (!isStoreFailure(error)) throw error;
    return { kind: 'problem', message: renderNotice({ kind: 'cannot-save' }, actor.locale) };
  }
  const wishes = seen.map((each, index) => ({ seen: each, on: command.on ?? kept[index] }));
  const wish = { place: placeFor(wishes, found.place), isAlone: seen.length === 1 };
  const outcomes = await Promise.all(wishes.map((each) => watchOne(each, wish, request, ports)));
  return watchAnswer({ wanted, looks, outcomes, command, found, textFor }, request, ports);
}

/** What all that is watched hears, else the usual; what hears anything else keeps its own words. */
function termsOf(
  outcomes: readonly WatchOutcome[],
  usual: readonly OnWord[],
): { readonly on: readonly OnWord[]; readonly outcomes: readonly WatchOutcome[] } {
  const words = outcomes.flatMap((each) => (each.kind === 'watched' && each.on ? [each.on] : []));
  const [first = usual, ...others] = words;
  const on = others.every((each) => each.join() === first.join()) ? first : usual;
  const isSaid = (each: WatchOutcome) => each.kind === 'watched' && each.on?.join() === on.join();
  return { on, outcomes: outcomes.map((each) => (isSaid(each) ? { ...each, on: undefined } : each)) };
}

/** The command's text for these runs, as a button carries it. */
function formatWatch(
  runs: readonly string[],
  { on, where }: { readonly on?: readonly OnWord[] | undefined; readonly where: WatchWhere },
): string {
  const words = on === undefined ? [] : [`on:${on.join(',')}`];
  return ['watch', ...runs, ...words, ...formatWhere(where)].join(' ');
}

/** A message that somebody pointed at may begin its thread only now, so buttons have to name that thread. */
function whereFor(where: WatchWhere, { pasted, threadTs }: Request): WatchWhere {
  return pasted === undefined || threadTs === undefined ? where : { kind: 'thread', threadTs };
}

function typedIn({ targets, names, problems }: Found): string[] {
  return [...targets.map(formatTarget), ...names.map(quoted), ...problems.map(({ nodeId }) => nodeId)];
}

function isAlone({ targets, nodesWithoutRun, unclear, leftOut }: Wanted): boolean {
  return targets.length + nodesWithoutRun.length + unclear.length + leftOut.length === 1;
}

/** Everything that was found out and done. */
interface Done {
  readonly wanted: Wanted;
  readonly looks: readonly Look[];
  readonly outcomes: readonly WatchOutcome[];
  readonly command: WatchCommand;
  readonly found: WatchPlace;
  readonly textFor: (runs: readonly string[]) => string;
}

function watchAnswer(done: Done, request: Request, ports: WatchPorts): Answer {
  const { wanted, looks, outcomes, command, found, textFor } = done;
  const { locale } = request.actor;
  const watched = outcomes.filter(({ kind }) => kind === 'watched');
  if (watched.length > 0) {
    ports.nudge('poll-runs');
    ports.nudge('deliver');
  }
  const isUnsaved = outcomes.length > 0 && outcomes.every(({ kind }) => kind === 'not-saved');
  if (isUnsaved) return { kind: 'problem', message: renderNotice({ kind: 'cannot-save' }, locale) };

  const notFound = looks.filter(({ kind }) => kind !== 'run' && kind !== 'node' && kind !== 'unchecked');
  const later = [
    ...looks.flatMap((look) => (look.kind === 'unchecked' ? [look.target] : [])),
    ...wanted.targets.slice(MOST_WATCHED),
  ];
  const line = (text: string) => commandLine(request, ports.longQuestions.shorten(text));
  const ids = (of: readonly WatchOutcome[]) => of.map(({ facts }) => formatTarget(targetOf(facts.run)));
  const stopped = watched.map(({ facts: { run }, node }) =>
    formatTarget(node === undefined ? targetOf(run) : nodeTarget(run, node)),
  );
  const rerunnable = outcomes.filter(
    ({ kind, facts, node }) => kind === 'at-rest' && !facts.run.isDeleted && node === undefined,
  );
  // A button ends what is watched where it is clicked, unless it says otherwise.
  const far = found.place.channelId === request.channelId ? [] : [formatChannel(found.place.channelId)];
  const rerunText = () =>
    formatWatch(ids(rerunnable), { on: ['rerun'], where: whereFor(command.where, request) });
  const { on, outcomes: told } = termsOf(outcomes, command.on ?? DEFAULT_ON);
  const report = {
    asked: looks.length + wanted.nodesWithoutRun.length + wanted.unclear.length + wanted.leftOut.length,
    terms: { on, where: found.words },
    outcomes: told,
    notFound: listOf({ ...wanted, looks: notFound }, ports),
    later: later.map(({ runId }) => runId),
    next: Math.min(later.length, MOST_WATCHED),
    commands: {
      ...(watched.length > 0 && { stop: line(['unwatch', ...stopped, ...far].join(' ')) }),
      ...(watched.length > 0 && { status: line(`status ${ids(watched).join(' ')}`) }),
      ...(rerunnable.length > 0 && { rerun: line(rerunText()) }),
      ...(later.length > 0 && { later: line(textFor(later.map(formatTarget))) }),
    },
  };
  const kind = outcomes.length + later.length > 0 ? 'shown' : 'problem';
  const message = renderWatch(report, locale);
  const [only] = outcomes;
  const about: { about?: Target } =
    only !== undefined && outcomes.length === 1 ? { about: targetOf(only.facts.run) } : {};
  return { kind, message, isPrivate: true, ...about };
}
