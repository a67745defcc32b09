import { nameOfRun, type RunNode } from '../domain/run.ts';
import { DEFAULT_ON, type OnWord } from '../domain/watch.ts';
import { type ButtonSpec, withCommand } from './button.ts';
import type { Catalog, Locale, RunFacts } from './catalog.ts';
import { mostThatFit } from './fold.ts';
import { catalogFor } from './languages.ts';
import { channel, code, join, type Line, line, person } from './line.ts';
import { composeMessage, fitsInMessage, type Message, type MessageParts } from './message.ts';
import { cleanName } from './outside-text.ts';
import { linkedRun, namedNode, runEmoji } from './states.ts';

/** One watched run in one place. */
export interface ListedWatch {
  /** The id alone of a run that may no longer be shown to whoever asks. */
  readonly shown: RunFacts | string;
  /** The nodes that are watched alone; none where all of the run is. */
  readonly nodes: readonly RunNode[];
  /** What is heard of it there by somebody; absent where only nodes are watched. */
  readonly on?: readonly OnWord[] | undefined;
  /** Slack users who watch it there. */
  readonly people: readonly string[];
  /** The channel it is told in, where that is another one; `dm` is the person's own with Flowbell. */
  readonly where?: { readonly kind: 'channel'; readonly channelId: string } | { readonly kind: 'dm' };
  /** The command line that ends the watch of whoever asks; absent where it is not theirs. */
  readonly stop?: string;
}

export interface WatchList {
  readonly here: readonly ListedWatch[];
  /** Those of whoever asks, in other places. */
  readonly elsewhere: readonly ListedWatch[];
  /** The command's name. */
  readonly command: string;
}

/** What is watched here, and by whoever asks elsewhere. */
export function renderWatchList(list: WatchList, locale: Locale): Message {
  const all = list.here.length + list.elsewhere.length;
  const fits = (count: number): boolean => fitsInMessage(listParts(list, count, locale));
  return composeMessage(listParts(list, mostThatFit(Math.min(all, MOST_SHOWN), fits), locale));
}

/** Each may have a button, and Slack takes 25 of them. */
const MOST_SHOWN = 20;
/** People named of one run. */
const MOST_PEOPLE = 5;

function listParts({ here, elsewhere, command }: WatchList, shown: number, locale: Locale): MessageParts {
  const catalog = catalogFor(locale);
  const all = here.length + elsewhere.length;
  const [hereShown, elsewhereShown] = [
    here.slice(0, shown),
    elsewhere.slice(0, Math.max(0, shown - here.length)),
  ];
  const { watch } = catalog.verbs;
  return {
    lines: [
      here.length === 0 ? catalog.noneHere() : catalog.watchesHere(here.length),
      ...hereShown.map((each) => watchLine(each, catalog)),
      ...(elsewhere.length === 0 ? [] : [catalog.watchesElsewhere(elsewhere.length)]),
      ...elsewhereShown.map((each) => watchLine(each, catalog)),
      ...(shown < all ? [catalog.someShown(shown, all)] : []),
      ...(all === 0 ? [catalog.howToWatch(code(withCommand(command, `${watch} ctr-daily-train`)))] : []),
    ],
    buttons: [
      ...[...hereShown, ...elsewhereShown].flatMap((each) => stopButton(each, catalog)),
      ...(all === 0 ? [runningNow(command, catalog)] : []),
    ],
  };
}

function watchLine({ shown, nodes, on, people, where }: ListedWatch, catalog: Catalog): Line {
  const run =
    typeof shown === 'string'
      ? catalog.hiddenRun(code(shown))
      : line`${runEmoji(shown.run)} ${catalog.runEntry(linkedRun(shown.run, 'plain'), shown)}`;
  const by = people.slice(0, MOST_PEOPLE).map(person);
  return join(
    [
      run,
      ...nodes.map((node) => catalog.watchedNode(namedNode(node))),
      on === undefined || isDefault(on) ? undefined : catalog.toldWhen(on),
      where && (where.kind === 'dm' ? catalog.inYourDm() : [channel(where.channelId)]),
      where === undefined ? catalog.watchedBy(by, Math.max(0, people.length - MOST_PEOPLE)) : undefined,
    ],
    ' · ',
  );
}

/** What a watch hears that nobody chose otherwise is not worth a word. */
function isDefault(on: readonly OnWord[]): boolean {
  return on.length === DEFAULT_ON.length && DEFAULT_ON.every((word) => on.includes(word));
}

function stopButton({ shown, stop }: ListedWatch, { buttons }: Catalog): ButtonSpec[] {
  if (stop === undefined) return [];
  const label =
    typeof shown === 'string' ? buttons.stopWatching : buttons.stop(cleanName(nameOfRun(shown.run)));
  return [{ deed: 'ask', label, command: stop }];
}

function runningNow(command: string, { buttons }: Catalog): ButtonSpec {
  return { deed: 'ask', label: buttons.runningNow, command: withCommand(command, 'runs running') };
}
