import type { PlaceWanted } from '../domain/place.ts';
import { renderNotice } from '../messages/notices.ts';
import { type Answer, commandLine, type Request } from './request.ts';
import type { WatchWhere } from './watch-options.ts';

/** What Slack tells of a channel. */
export interface ChannelFacts {
  /** A `dm` or `group-dm` of people; Flowbell is a member of its own. */
  readonly kind: 'public' | 'private' | 'dm' | 'group-dm';
  readonly isMember: boolean;
  readonly isArchived: boolean;
}

export interface ChannelPorts {
  readonly channels: {
    /** The channel as somebody sees it who asks there; undefined where Slack does not tell. */
    find(channel: { channelId: string; userId: string }): Promise<ChannelFacts | undefined>;
    /** The person's DM with Flowbell. */
    openDm(userId: string): Promise<{ readonly channelId: string }>;
    /** Brings Flowbell into a public channel. Rejects where Slack was not reached. */
    join(channelId: string): Promise<'joined' | 'refused'>;
    /** The address of a message; undefined where Slack does not tell. */
    permalinkOf(message: { readonly channelId: string; readonly ts: string }): Promise<string | undefined>;
  };
  /** The Slack workspace. */
  readonly team: string;
}

/** Where a watch tells, and how people say so. */
export interface WatchPlace {
  readonly place: PlaceWanted;
  readonly words: 'here' | 'thread' | 'dm';
}

type Outcome =
  | ({ readonly kind: 'place' } & WatchPlace)
  | { readonly kind: 'answer'; readonly answer: Answer };

/**
 * Finds the place for a watch, and makes sure that Flowbell can speak there: a watch that nobody hears is worse than
 * none. Where Slack does not tell, it is tried. With `join` Flowbell comes into the channel first, where it may.
 * `textFor` is the command's text for another place.
 */
export async function findPlace(
  where: WatchWhere,
  textFor: (where: WatchWhere) => string,
  request: Request,
  { channels, team }: ChannelPorts,
): Promise<Outcome> {
  const { actor, channelId } = request;
  const { userId, locale } = actor;
  if (where.kind === 'dm') {
    const dm = await channels.openDm(userId);
    return { kind: 'place', place: { team, channelId: dm.channelId, locale }, words: 'dm' };
  }
  const facts = await channels.find({ channelId, userId });
  const reason = whyNot(facts);
  const canJoin = where.kind === 'join' && (facts === undefined || reason === 'public');
  const joined = canJoin ? await channels.join(channelId) : undefined;
  if (joined === 'refused') return notHere({ reason: 'public', where, mayJoin: false }, textFor, request);
  if (reason !== undefined && joined === undefined) {
    return notHere({ reason, where, mayJoin: reason === 'public' }, textFor, request);
  }
  const threadTs = threadTsOf(where) ?? request.threadTs;
  return {
    kind: 'place',
    place: { team, channelId, locale, ...(threadTs !== undefined && { threadTs }) },
    words: threadTs === undefined ? 'here' : 'thread',
  };
}

type Reason = 'public' | 'private' | 'between-people' | 'archived';

/** The answer with every way that is left. */
function notHere(
  { reason, where, mayJoin }: { reason: Reason; where: WatchWhere; mayJoin: boolean },
  textFor: (where: WatchWhere) => string,
  request: Request,
): Outcome {
  const line = (at: WatchWhere) => commandLine(request, textFor(at));
  const threadTs = threadTsOf(where);
  const here: WatchWhere = threadTs === undefined ? { kind: 'here' } : { kind: 'thread', threadTs };
  const notice = {
    kind: 'not-here',
    reason,
    ...(mayJoin && { join: line({ kind: 'join', threadTs }) }),
    retry: line(here),
    dm: line({ kind: 'dm' }),
  } as const;
  const message = renderNotice(notice, request.actor.locale);
  return { kind: 'answer', answer: { kind: 'problem', message } };
}

function whyNot(facts: ChannelFacts | undefined): Reason | undefined {
  if (facts === undefined) return undefined;
  if (facts.isArchived) return 'archived';
  if (facts.isMember) return undefined;
  return facts.kind === 'public' || facts.kind === 'private' ? facts.kind : 'between-people';
}

function threadTsOf(where: WatchWhere): string | undefined {
  return where.kind === 'thread' || where.kind === 'join' ? where.threadTs : undefined;
}
