import type { Delivery, FoldMember, Owed, ToldEvent } from './delivery.ts';
import { flatPlaceIdOf, type Place } from './place.ts';

/** Something a channel waits for. */
export interface Waiting {
  /** In state `pending`. */
  readonly delivery: Delivery;
  readonly place: Place;
}

/** Several deliveries that become one. */
export interface Fold {
  readonly owed: Owed;
  /** Keys of those that it tells. */
  readonly members: readonly string[];
}

/** So long a channel may be behind before what waits is told together. */
const BEHIND_MS = 60_000;
/** At one message a second a channel with more to say than this is as good as behind. */
const MOST_WAITING = 20;
/** Fewer in one place are told one by one, however late: each has its cause and its buttons. */
const FEWEST = 4;
/** Events in one message: what Slack's limits have room for, each with its name and link. */
const MOST_TOGETHER = 25;

/**
 * Says which of the events that one channel waits for are told together, so that everything is told in time at one
 * message a second:
 *
 * | the channel waits for | told |
 * |---|---|
 * | few events, none of them old | one by one |
 * | many or old ones, in few places | one by one, or by one reply where a place waits for several |
 * | events in many places | by messages in the channel itself, runs that failed first, 25 events each |
 *
 * Whatever happened is named in them: nothing is only counted. Openings and notes are never folded.
 */
export function planFolds(waiting: readonly Waiting[], now: Date): readonly Fold[] {
  const events = waiting.flatMap(({ delivery, place }) =>
    delivery.state === 'pending' && delivery.facts.kind === 'event' && delivery.isPlain === undefined
      ? [{ delivery, place, facts: delivery.facts }]
      : [],
  );
  if (events.length < FEWEST || !isBehind(events, now)) return [];
  const byPlace = new Map<string, Told[]>();
  for (const each of events) {
    const others = byPlace.get(each.place.id);
    if (others === undefined) byPlace.set(each.place.id, [each]);
    else others.push(each);
  }
  if (byPlace.size > MOST_WAITING) {
    return inChunks(failedRunsFirst(events)).map((chunk) => foldOf(chunk, flatPlaceIdOf(chunk[0].place)));
  }
  return [...byPlace.values()]
    .filter((own) => own.length >= FEWEST)
    .flatMap((own) => inChunks(own).map((chunk) => foldOf(chunk, chunk[0].place.id)));
}

interface Told extends Waiting {
  readonly facts: ToldEvent;
}

function isBehind(events: readonly Told[], now: Date): boolean {
  if (events.length > MOST_WAITING) return true;
  return events.some(({ delivery }) => now.getTime() - delivery.createdAt.getTime() > BEHIND_MS);
}

/** What happened to one run stays in its order. */
function failedRunsFirst(events: readonly Told[]): Told[] {
  const runOf = ({ facts: { run } }: Told) => `${run.region}/${run.runId}`;
  const failed = new Set(events.filter(({ facts }) => isFailure(facts)).map(runOf));
  const rankOf = (each: Told) => (failed.has(runOf(each)) ? 0 : 1);
  return [...events].sort((a, b) => rankOf(a) - rankOf(b));
}

function isFailure({ event }: ToldEvent): boolean {
  return event.kind === 'failed' || event.kind === 'node-failed';
}

type Chunk = readonly [Told, ...Told[]];

function inChunks(events: readonly Told[]): Chunk[] {
  const chunks: Chunk[] = [];
  for (let from = 0; from < events.length; from += MOST_TOGETHER) {
    const [first, ...others] = events.slice(from, from + MOST_TOGETHER);
    if (first !== undefined) chunks.push([first, ...others]);
  }
  return chunks;
}

/** Its key is made of those it tells, so that two that fold the same make the same. */
function foldOf(chunk: Chunk, placeId: string): Fold {
  const members = chunk.map(({ delivery }) => delivery.key);
  const [first] = chunk;
  return {
    owed: {
      key: [first.delivery.key, 'fold', chunk.length].join('|'),
      placeId,
      facts: {
        kind: 'fold',
        members: chunk.map(({ facts }) => memberOf(facts)),
        watchers: allOf(chunk, (facts) => facts.watchers),
        mentions: allOf(chunk, (facts) => facts.mentions),
      },
    },
    members,
  };
}

/** An event as it stands among others. */
export function memberOf({ run, event, cause, watchers }: ToldEvent): FoldMember {
  return { run, event, cause, watchers };
}

function allOf(chunk: Chunk, peopleOf: (facts: ToldEvent) => readonly string[]): string[] {
  return [...new Set(chunk.flatMap(({ facts }) => peopleOf(facts)))];
}
