import type { Place } from '../domain/place.ts';
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
  };
  /** The Slack workspace. */
  readonly team: string;
}

/** Where a watch tells, and how people say so. */
export interface WatchPlace {
  readonly place: Pick<Place, 'team' | 'channelId' | 'threadTs' | 'locale'>;
  readonly words: 'here' | 'thread' | 'dm';
}

type Outcome =
  | ({ readonly kind: 'place' } & WatchPlace)
  | { readonly kind: 'answer'; readonly answer: Answer };

/**
 * Finds the place for a watch, and makes sure that Flowbell can speak there: a watch that nobody hears is worse than
 * none. Where Slack does not tell, it is tried. `textFor` is the command's text for another place.
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
  const reason = whyNot(await channels.find({ channelId, userId }));
  if (reason !== undefined) {
    const notice = {
      kind: 'not-here',
      reason,
      retry: commandLine(request, textFor(where)),
      dm: commandLine(request, textFor({ kind: 'dm' })),
    } as const;
    return { kind: 'answer', answer: { kind: 'problem', message: renderNotice(notice, locale) } };
  }
  const threadTs = where.kind === 'thread' ? where.threadTs : request.threadTs;
  return {
    kind: 'place',
    place: { team, channelId, locale, ...(threadTs !== undefined && { threadTs }) },
    words: threadTs === undefined ? 'here' : 'thread',
  };
}

function whyNot(
  facts: ChannelFacts | undefined,
): 'public' | 'private' | 'between-people' | 'archived' | undefined {
  if (facts === undefined) return undefined;
  if (facts.isArchived) return 'archived';
  if (facts.isMember) return undefined;
  return facts.kind === 'public' || facts.kind === 'private' ? facts.kind : 'between-people';
}
