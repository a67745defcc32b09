import { type Card, type CardRun, isAtRest } from '../domain/card.ts';
import { WORST_FIRST } from '../domain/status.ts';
import { askAbout, targetOf } from './ask-about.ts';
import type { ButtonSpec } from './button.ts';
import { factsOf, outageLines, phaseOf } from './card-facts.ts';
import { listPeopleLine, watchedNodes } from './card-people.ts';
import { mostThatFit } from './fold.ts';
import { catalogFor } from './languages.ts';
import { code, emoji, join, type Line, line } from './line.ts';
import { composeMessage, fitsInMessage, type Message, type MessageParts } from './message.ts';
import { countPhases, linkedRun, phaseEmoji } from './states.ts';
import type { TellingContext } from './telling.ts';

/** Several runs of a place on one card, worst first; what does not fit Slack's limits is counted by state. */
export function renderListCard(card: Card, context: TellingContext): Message {
  const catalog = catalogFor(context.locale);
  const runs = [...card.runs].sort((one, other) => rank(one) - rank(other));
  const lines = runs.map((each) => entryLine(each, context));
  const parts = (shown: number): MessageParts => ({
    lines: [
      line`${emoji('eyes')} ${catalog.cardListHead(runs.length, countPhases(runs.map(phaseOf)))}`,
      ...streakLines(card, context),
      ...lines.slice(0, shown),
      ...foldedLine(runs.slice(shown), context),
      ...[listPeopleLine(runs, context)].filter(({ length }) => length > 0),
      ...outageLines(card, context),
    ],
    buttons: buttonsOf(runs, context),
  });
  return composeMessage(parts(mostThatFit(runs.length, (count) => fitsInMessage(parts(count)))));
}

function rank(each: CardRun): number {
  return WORST_FIRST.indexOf(phaseOf(each));
}

function streakLines({ streak }: Card, { locale }: TellingContext): Line[] {
  if (streak === undefined || streak.failures < 2) return [];
  const node = streak.nodeName === undefined ? undefined : code(streak.nodeName);
  return [catalogFor(locale).failuresBefore(streak, node)];
}

function entryLine(each: CardRun, context: TellingContext): Line {
  const catalog = catalogFor(context.locale);
  const { run, watchers, isWatched, lostAt, pausedAt } = each;
  const entry = catalog.runEntry(linkedRun(run, 'plain'), factsOf(each, context));
  return join(
    [
      line`${lostAt === undefined ? phaseEmoji(phaseOf(each)) : emoji('mag')} ${entry}`,
      lostAt && catalog.entryLost(lostAt),
      pausedAt && catalog.entryPaused(),
      isWatched || isAtRest(each) ? undefined : catalog.entryUnwatched(),
      ...nodesAlone(watchers)
        .slice(0, MOST_NODES)
        .map(([nodeName]) => catalog.watchedNode(code(nodeName))),
    ],
    ' · ',
  );
}

/** Nodes that are all that somebody watches of a run. */
function nodesAlone(watchers: CardRun['watchers']): ReturnType<typeof watchedNodes> {
  return watchers.every(({ nodeName }) => nodeName !== undefined) ? watchedNodes(watchers) : [];
}

/** Nodes named of one run that are watched alone. */
const MOST_NODES = 2;

function foldedLine(folded: readonly CardRun[], { locale }: TellingContext): Line[] {
  if (folded.length === 0) return [];
  const words = catalogFor(locale).moreEntries(folded.length, countPhases(folded.map(phaseOf)));
  return [line`${emoji('heavy_plus_sign')} ${words}`];
}

function buttonsOf(runs: readonly CardRun[], context: TellingContext): ButtonSpec[] {
  const { buttons } = catalogFor(context.locale);
  const goingOn = runs.filter((each) => !isAtRest(each));
  const watched = runs.filter(({ isWatched, isDeleted }) => isWatched && !isDeleted);
  const ended = runs.filter((each) => isAtRest(each) && !each.isDeleted);
  const ask = (
    label: string,
    words: Parameters<typeof askAbout>[1],
    about: readonly CardRun[],
  ): ButtonSpec[] => {
    const targets = about.map(({ run }) => targetOf(run));
    return targets.length === 0 ? [] : [askAbout(label, words, targets, context)];
  };
  const toWatch = context.isDm && watched.length > 0 ? [] : goingOn;
  return [
    ...ask(buttons.stopWatching, ['unwatch'], watched),
    ...ask(watched.length > 0 ? buttons.watchToo : buttons.watch, ['watch'], toWatch),
    ...(goingOn.length > 0 ? ask(buttons.status, ['status'], goingOn) : []),
    ...(goingOn.length === 0 ? ask(buttons.watchForRerun, ['watch', 'on:rerun'], ended) : []),
  ];
}
