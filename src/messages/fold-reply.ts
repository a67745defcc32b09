import type { DeliveryFacts, FoldMember } from '../domain/delivery.ts';
import type { Catalog } from './catalog.ts';
import { mostThatFit } from './fold.ts';
import { catalogFor } from './languages.ts';
import { code, join, type Line, line, type Span } from './line.ts';
import { composeMessage, fitsInMessage, type Message, type MessageParts } from './message.ts';
import { cleanName, cut } from './outside-text.ts';
import { watchedHere } from './people.ts';
import { eventEmoji, happeningOf, linkedRun } from './states.ts';
import type { EventTelling } from './telling.ts';
import type { Happening, HappeningCount } from './telling-words.ts';

type Fold = Extract<DeliveryFacts, { kind: 'fold' }>;
type FoldTelling = Omit<EventTelling, 'details'>;

/** How much is said of each member. */
interface Room {
  readonly hasLinks: boolean;
  readonly hasTimes: boolean;
  /** Characters of a name. */
  readonly name: number;
}

/** A name in full. */
const FULL = 80;
/** Shorter names tell less than a time does. */
const LEAST = 24;

/**
 * Events that are told together: how many of what, then each by its name, so that nothing is only counted. Where Slack has
 * no room for all of it, links go first, then the ends of long names, then times.
 */
export function renderFold(facts: Fold, place: { readonly isFlat: boolean }, telling: FoldTelling): Message {
  const parts = (room: Room): MessageParts => foldParts(facts, place.isFlat, room, telling);
  return composeMessage(parts(roomFor((room) => fitsInMessage(parts(room)))));
}

function roomFor(fits: (room: Room) => boolean): Room {
  const all = { hasLinks: true, hasTimes: true, name: FULL };
  if (fits(all)) return all;
  const withTimes = { ...all, hasLinks: false };
  const long = mostThatFit(FULL, (name) => fits({ ...withTimes, name }));
  if (long >= LEAST) return { ...withTimes, name: long };
  const bare = { ...withTimes, hasTimes: false };
  return {
    ...bare,
    name: Math.max(
      1,
      mostThatFit(FULL, (name) => fits({ ...bare, name })),
    ),
  };
}

function foldParts(facts: Fold, isFlat: boolean, room: Room, telling: FoldTelling): MessageParts {
  const { members } = facts;
  const catalog = catalogFor(telling.locale);
  const only = runOfNodes(members);
  const counts = countsOf(members);
  const head =
    only === undefined
      ? catalog.foldHead(members.length, counts)
      : catalog.foldNodesHead(linkedRun(only, 'bold'), members.length, counts);
  const people = watchedHere(facts, telling);
  return {
    lines: [
      join([head, telling.late && catalog.toldLate(telling.late)], ' · '),
      ...members.map((member) => memberLine(member, only === undefined, room, catalog)),
      ...(isFlat ? [catalog.seeCards()] : []),
      ...(people.length === 0 ? [] : [people]),
    ],
  };
}

/** The run, where all that happened is that some of its nodes ended. */
function runOfNodes(members: readonly FoldMember[]): FoldMember['run'] | undefined {
  const [first] = members;
  const isOfIt = ({ run, event }: FoldMember) =>
    event.node !== undefined && run.runId === first?.run.runId && run.region === first.run.region;
  return members.every(isOfIt) ? first?.run : undefined;
}

function memberLine(
  { run, event, cause }: FoldMember,
  isNamed: boolean,
  { hasLinks, hasTimes, name }: Room,
  catalog: Catalog,
): Line {
  const node = event.node ?? cause;
  const linked = linkedRun(run, 'plain');
  const about = {
    name: isNamed ? (hasLinks ? linked : shortRun(run.name, name)) : undefined,
    node: node && code(cut(cleanName(node.name), name)),
    hasTime: hasTimes,
  };
  return line`${eventEmoji(event.kind)} ${catalog.foldEntry(event, about)}`;
}

/** In back-ticks, as nothing tells it from our own words where it carries no link. */
function shortRun(name: string, most: number): Span {
  return code(cut(cleanName(name), most));
}

/** What people look for first. */
const WORST_FIRST: readonly Happening[] = [
  'failed',
  'terminated',
  'deleted',
  'lost',
  'suspended',
  'paused',
  'rerun',
  'started',
  'skipped',
  'succeeded',
];

function countsOf(members: readonly FoldMember[]): HappeningCount[] {
  const happened = members.map(({ event }) => happeningOf(event.kind));
  return WORST_FIRST.map(
    (happening) => [happening, happened.filter((each) => each === happening).length] as const,
  ).filter(([, count]) => count > 0);
}
