import { type CardRun, type CardWatcher, isAtRest } from '../domain/card.ts';
import { ON_WORDS, type OnWord } from '../domain/watch.ts';

import { catalogFor } from './languages.ts';
import { code, join, type Line } from './line.ts';
import { MOST_PEOPLE, plainPerson } from './people.ts';
import type { TellingContext } from './telling.ts';

/** How many are named: people of a line, and nodes that somebody watches alone. */
export interface PeopleRoom {
  readonly people: number;
  readonly nodes: number;
}

/** From what is wanted to the least that is said. */
export const PEOPLE_ROOMS: readonly PeopleRoom[] = [
  { people: MOST_PEOPLE, nodes: 3 },
  { people: 2, nodes: 1 },
];

/** Who watches a run and what they are told; of one that goes on also how old the last look is. */
export function peopleLines(each: CardRun, room: PeopleRoom, context: TellingContext): Line[] {
  const catalog = catalogFor(context.locale);
  if (isAtRest(each)) return [watchersLine(each.watchers, toldAtRest(each), room.people, context)];
  const lines = each.isWatched ? watcherLines(each, room, context) : [catalog.nobodyWatches()];
  return [...lines.slice(0, -1), join([lines.at(-1), catalog.checkedAt(each.checkedAt)], ' · ')];
}

function watcherLines({ watchers, pausedAt }: CardRun, room: PeopleRoom, context: TellingContext): Line[] {
  const catalog = catalogFor(context.locale);
  if (pausedAt !== undefined) return [watchersLine(watchers, [], room.people, context)];
  const whole = watchers.filter(({ nodeName }) => nodeName === undefined);
  const nodes = watchedNodes(watchers);
  return [
    ...(whole.length === 0 ? [] : [watchersLine(whole, heardBy(whole), room.people, context)]),
    ...nodes.slice(0, room.nodes).map(([nodeName, own]) => {
      const { named, more } = namedOf(own, room.people, context);
      return catalog.cardNodeWatchers(code(nodeName), named, more);
    }),
    ...(nodes.length > room.nodes ? [catalog.moreNodesWatched(nodes.length - room.nodes)] : []),
  ];
}

/**
 * Who watches any run of a list, and what they are told where that is one thing for all; of those that go on how old the
 * oldest last look is. Of people who no longer watch anything of it, those who did to the end.
 */
export function listPeopleLine(runs: readonly CardRun[], context: TellingContext): Line {
  const watched = runs.filter(({ isWatched }) => isWatched);
  const people = (watched.length > 0 ? watched : runs.filter(isAtRest)).flatMap(({ watchers }) => watchers);
  const wishes = watched.filter((each) => !isAtRest(each)).flatMap(({ watchers }) => watchers);
  const isOneWish = new Set(wishes.map(({ on, nodeName }) => `${inOrder(on)} ${nodeName ?? ''}`)).size === 1;
  const heard = isOneWish && wishes.every(({ nodeName }) => nodeName === undefined) ? heardBy(wishes) : [];
  const looks = runs.filter((each) => !isAtRest(each)).map(({ checkedAt }) => checkedAt.getTime());
  return join(
    [
      watchersLine(people, heard, MOST_PEOPLE, context),
      looks.length === 0 ? undefined : catalogFor(context.locale).checkedAt(new Date(Math.min(...looks))),
    ],
    ' · ',
  );
}

/** The nodes that are watched alone, each with who does. */
export function watchedNodes(
  watchers: readonly CardWatcher[],
): readonly (readonly [nodeName: string, watchers: readonly CardWatcher[]])[] {
  const names = new Set(watchers.flatMap(({ nodeName }) => nodeName ?? []));
  return [...names].map((name) => [name, watchers.filter(({ nodeName }) => nodeName === name)]);
}

function watchersLine(
  watchers: readonly CardWatcher[],
  on: readonly OnWord[],
  most: number,
  context: TellingContext,
): Line {
  const { named, more } = namedOf(watchers, most, context);
  return named.length === 0 ? [] : catalogFor(context.locale).cardWatchers(named, more, on);
}

/** Of what has ended only a rerun is still told, and of what nobody watches or PAI has deleted nothing. */
function toldAtRest(each: CardRun): OnWord[] {
  if (!each.isWatched || each.isDeleted) return [];
  return heardBy(wholeOf(each)).filter((word) => word === 'rerun');
}

function wholeOf({ watchers }: CardRun): CardWatcher[] {
  return watchers.filter(({ nodeName }) => nodeName === undefined);
}

function heardBy(watchers: readonly CardWatcher[]): OnWord[] {
  return inOrder(watchers.flatMap(({ on }) => on));
}

function inOrder(words: readonly OnWord[]): OnWord[] {
  return ON_WORDS.filter((word) => words.includes(word));
}

function namedOf(watchers: readonly CardWatcher[], most: number, context: TellingContext) {
  const userIds = [...new Set(watchers.map(({ userId }) => userId))];
  const named = userIds.slice(0, most).map((userId) => plainPerson(userId, context));
  return { named, more: userIds.length - named.length };
}
