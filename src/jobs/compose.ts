import type { Actor } from '../commands/request.ts';
import { type Card, type CardRun, mainRunOf } from '../domain/card.ts';
import type { Delivery, DeliveryFacts, ToldEvent } from '../domain/delivery.ts';
import type { EventKind, RunEvent } from '../domain/event.ts';
import type { Place } from '../domain/place.ts';
import type { NodeId, Target } from '../domain/target.ts';
import type { ToldRun } from '../domain/told-run.ts';
import { findWorkspace, labelOf, type PaiPlace, type Workspace } from '../domain/workspace.ts';
import { renderCard } from '../messages/card.ts';
import { renderEvent } from '../messages/event-reply.ts';
import { renderFold } from '../messages/fold-reply.ts';
import type { Message } from '../messages/message.ts';
import { renderNote } from '../messages/notes.ts';
import type { EventTelling, TellingContext } from '../messages/telling.ts';
import { detailsOf, type EventDetailsPorts } from './event-details.ts';

export interface ComposePorts extends EventDetailsPorts {
  readonly people: {
    /** Who somebody is now, a minute ago at most. */
    find(userId: string): Promise<Actor>;
  };
  /** Whether somebody may be told of runs of this PAI workspace there. */
  readonly mayRead: (actor: Actor, channelId: string, place: PaiPlace) => boolean;
  readonly workspaces: readonly Workspace[];
  /** How people begin a command in a thread: `@flowbell`. */
  readonly mention: string;
  readonly clock: () => Date;
}

/** What is known of a delivery beside its place. */
type Owing = Pick<Delivery, 'facts' | 'createdAt' | 'attempts' | 'lastError'>;

/** What there is to say, at the moment of saying it. */
export type Composed =
  | { readonly kind: 'message'; readonly message: Message; readonly about?: Target | undefined }
  /** It cannot be said now and may be later. */
  | { readonly kind: 'wait'; readonly error: string; readonly ms: number }
  /** Nobody who asked for it may hear it any more. */
  | { readonly kind: 'nobody' };

/** Settings change by a restart; Slack mostly tells at the second try who somebody is. */
const NOT_IN_SETTINGS_MS = 5 * 60 * 1000;
const UNKNOWN_MS = { first: 1000, longest: 30_000 } as const;
/** So often whoever is to be mentioned is waited for; the others are told then. */
const MOST_WAITS = 5;
/** Later than this people wonder why. */
const LATE_MS = 2 * 60 * 1000;

/**
 * Puts what is owed into words. Rights are asked for now: whoever may not hear of a run any more is left out, and with
 * the last of them the message.
 */
export async function compose(
  delivery: Owing,
  place: Place,
  card: Card | undefined,
  ports: ComposePorts,
): Promise<Composed> {
  const { facts, attempts } = delivery;
  const isPatient = attempts <= MOST_WAITS && 'mentions' in facts;
  if (isPatient && (await isAnyUnknown(facts.mentions, ports))) return unknownFor(attempts);
  switch (facts.kind) {
    case 'opening':
      return card === undefined ? { kind: 'nobody' } : composeCard(place, card, ports);
    case 'event':
      return composeEvent(facts, delivery, place, ports);
    case 'fold':
      return composeFold(facts, delivery, place, ports);
    default:
      return composeNote(facts, place, ports);
  }
}

/** Puts a card into words; runs whose watchers may not hear of them any more are left out of it. */
export async function composeCard(place: Place, card: Card, ports: ComposePorts): Promise<Composed> {
  const people = await peopleOf(
    card.runs.flatMap(({ watchers }) => watchers.map(({ userId }) => userId)),
    ports,
  );
  const checked = card.runs.map((each) => ({
    each,
    may: mayHear(each.run, each.watchers, place, people, ports),
  }));
  const runs = checked.flatMap(({ each, may }) => (may === 'yes' ? [each] : []));
  if (runs.length === 0) return nobodyOrWait(checked.map(({ may }) => may));
  const message = renderCard({ ...card, runs }, contextOf(place, people, ports));
  const main = mainRunOf(runs);
  return { kind: 'message', message, about: main && targetOf(main.run) };
}

async function composeEvent(
  facts: ToldEvent,
  delivery: Owing,
  place: Place,
  ports: ComposePorts,
): Promise<Composed> {
  const people = await peopleOf(facts.watchers, ports);
  const may = mayHear(facts.run, facts.watchers.map(asWatcher), place, people, ports);
  if (may !== 'yes') return nobodyOrWait([may], delivery.attempts);
  const isAllowed = (userId: string) =>
    mayHear(facts.run, [asWatcher(userId)], place, people, ports) === 'yes';
  const told = {
    ...facts,
    watchers: facts.watchers.filter(isAllowed),
    mentions: facts.mentions.filter(isAllowed),
  };
  const { event, details } = await detailsOf(told, ports);
  const late = latenessOf(event, delivery, ports.clock());
  const message = renderEvent({ ...told, event }, { ...contextOf(place, people, ports), details, late });
  return { kind: 'message', message, about: targetOf(facts.run, facts.event.node?.nodeId) };
}

async function composeFold(
  facts: Extract<DeliveryFacts, { kind: 'fold' }>,
  delivery: Owing,
  place: Place,
  ports: ComposePorts,
): Promise<Composed> {
  const people = await peopleOf(facts.watchers, ports);
  const checked = facts.members.map((each) => ({
    each,
    may: mayHear(each.run, each.watchers.map(asWatcher), place, people, ports),
  }));
  const members = checked.flatMap(({ each, may }) => (may === 'yes' ? [each] : []));
  const [first] = members;
  if (first === undefined) {
    return nobodyOrWait(
      checked.map(({ may }) => may),
      delivery.attempts,
    );
  }
  const isAllowed = (userId: string) =>
    members.some(
      ({ run, watchers }) =>
        watchers.includes(userId) && mayHear(run, [asWatcher(userId)], place, people, ports) === 'yes',
    );
  const told = {
    ...facts,
    members,
    watchers: facts.watchers.filter(isAllowed),
    mentions: facts.mentions.filter(isAllowed),
  };
  const late = latenessOf(first.event, delivery, ports.clock());
  const isFlat = place.isFlat === true;
  const message = renderFold(told, { isFlat }, { ...contextOf(place, people, ports), late });
  const isOfOneRun = members.every(({ run }) => run.runId === first.run.runId);
  return { kind: 'message', message, about: isOfOneRun ? targetOf(first.run) : undefined };
}

type Note = Exclude<DeliveryFacts, { kind: 'opening' | 'event' | 'fold' }>;

/** Notes tell of what everybody may know; only a held update of runs may not be theirs to know any more. */
async function composeNote(facts: Note, place: Place, ports: ComposePorts): Promise<Composed> {
  const context = contextOf(place, new Map(), ports);
  const isOurs = (run: PaiPlace) => findWorkspace(ports.workspaces, run) !== undefined;
  if (facts.kind !== 'paused') return { kind: 'message', message: renderNote(facts, context) };
  const runs = facts.runs.filter(isOurs);
  const newest = facts.newest !== undefined && isOurs(facts.newest.run) ? facts.newest : undefined;
  return { kind: 'message', message: renderNote({ ...facts, runs, newest }, context) };
}

type People = ReadonlyMap<string, Actor>;

async function peopleOf(userIds: readonly string[], { people }: ComposePorts): Promise<People> {
  const actors = await Promise.all([...new Set(userIds)].map((userId) => people.find(userId)));
  return new Map(actors.map((actor) => [actor.userId, actor]));
}

async function isAnyUnknown(userIds: readonly string[], ports: ComposePorts): Promise<boolean> {
  const people = await peopleOf(userIds, ports);
  return [...people.values()].some(({ standing }) => standing === 'unknown');
}

type Hearing = 'yes' | 'no' | 'not-in-settings' | 'unknown';

/** Whether somebody of these people may be told of the run now; `unknown` where Slack did not say who they are. */
function mayHear(
  run: ToldRun,
  watchers: CardRun['watchers'],
  { channelId }: Place,
  people: People,
  { mayRead, workspaces }: ComposePorts,
): Hearing {
  // A slip in the settings must not cost what is owed: it waits.
  if (findWorkspace(workspaces, run) === undefined) return 'not-in-settings';
  const actors = watchers.flatMap(({ userId }) => people.get(userId) ?? []);
  if (actors.some((actor) => mayRead(actor, channelId, run))) return 'yes';
  return actors.some(({ standing }) => standing === 'unknown') ? 'unknown' : 'no';
}

/** Asked again soon, then less and less often. */
function unknownFor(attempts: number): Composed {
  const ms = Math.min(UNKNOWN_MS.longest, UNKNOWN_MS.first * 2 ** Math.min(attempts, 10));
  return { kind: 'wait', error: 'who_watches_is_unknown', ms };
}

function nobodyOrWait(hearings: readonly Hearing[], attempts = 1): Composed {
  if (hearings.includes('not-in-settings'))
    return { kind: 'wait', error: 'not_in_settings', ms: NOT_IN_SETTINGS_MS };
  return hearings.includes('unknown') ? unknownFor(attempts) : { kind: 'nobody' };
}

function contextOf(place: Place, people: People, { mention, workspaces }: ComposePorts): TellingContext {
  return {
    locale: place.locale,
    // Slack's ids of direct messages begin so (docs.slack.dev, conversation objects).
    isDm: place.channelId.startsWith('D'),
    command: mention,
    nameOf: (userId) => people.get(userId)?.name ?? userId,
    workspaceOf: (run) => findWorkspace(workspaces, run)?.name,
    labelsOf: (region) => workspaces.filter((each) => each.region === region).map(labelOf),
  };
}

/** Events whose time is the moment they happened; of the others it is when something began. */
const ENDS: readonly EventKind[] = [
  'node-failed',
  'node-succeeded',
  'succeeded',
  'failed',
  'terminated',
  'skipped',
];

/** Whether it was owed long before it is told, and why if that is known, or had happened long before it was noticed. */
function latenessOf(event: RunEvent, { createdAt, lastError }: Owing, now: Date): EventTelling['late'] {
  if (now.getTime() - createdAt.getTime() > LATE_MS)
    return lastError !== undefined && SLACK_AWAY.test(lastError) ? 'slack' : 'held';
  const isNoticedLate = createdAt.getTime() - event.at.getTime() > LATE_MS;
  return isNoticedLate && ENDS.includes(event.kind) ? 'noticed' : undefined;
}

/** Slack's words, ours and the system's for a Slack that was not there. */
const SLACK_AWAY =
  /^(?:no_answer|no_connection|unreadable_answer|internal_error|fatal_error|service_unavailable|request_timeout|http_5\d\d|E[A-Z]+|UND_ERR_\w+)$/;

function targetOf({ region, workspaceId, runId }: ToldRun, nodeId?: NodeId): Target {
  const about = { region, runId, ...(workspaceId !== undefined && { workspaceId }) };
  return nodeId === undefined ? { kind: 'run', ...about } : { kind: 'node', ...about, nodeId };
}

function asWatcher(userId: string): CardRun['watchers'][number] {
  return { userId, on: [] };
}
