import { WebAPIPlatformError } from '@slack/web-api';
import type { Target } from '../../src/domain/target.ts';
import type { Message } from '../../src/messages/message.ts';
import type { Gateway } from '../../src/slack/gateway.ts';
import type { Place, Posted } from '../../src/slack/posts.ts';
import { messageTargets } from '../../src/slack/thread.ts';
import { MEMBER } from '../helpers/ports.ts';

/** Everything that was said to Slack, in order, and what was asked of it. */
export type Said =
  | {
      readonly how: 'private' | 'in-place' | 'channel';
      readonly message: Message;
      readonly threadTs?: string;
    }
  | { readonly how: 'posted'; readonly place: Place; readonly message: Message; readonly about?: Target }
  | { readonly how: 'edited'; readonly posted: Posted; readonly message: Message; readonly about?: Target }
  | { readonly how: 'withdrawn'; readonly posted: Posted }
  | { readonly how: 'whispered'; readonly place: Place; readonly userId: string; readonly message: Message }
  | { readonly how: 'file'; readonly place: Place; readonly name: string; readonly comment: string }
  | { readonly how: 'read'; readonly threadTs: string };

export interface FakeGateway extends Gateway {
  readonly said: Said[];
}

/** A Slack that takes everything but what it refuses; the answers to what stands in `failing` are lost. */
export function fakeGateway({
  standing = 'member',
  failing = [],
  refusing = [],
  parent = [],
}: {
  readonly standing?: 'member' | 'guest' | 'outsider' | 'unknown';
  readonly failing?: readonly (keyof Gateway)[];
  readonly refusing?: readonly (keyof Gateway)[];
  readonly parent?: readonly Target[];
} = {}): FakeGateway {
  const said: Said[] = [];
  const take = (method: keyof Gateway, what: Said): void => {
    if (failing.includes(method)) throw new Error(`${method} failed`);
    if (refusing.includes(method)) throw new WebAPIPlatformError({ ok: false, error: 'user_not_in_channel' });
    said.push(what);
  };
  return {
    said,
    findActor: async (userId) => ({ ...MEMBER, userId, standing }),
    respond: async (_url, message, { showing, threadTs }) =>
      take('respond', { how: showing, message, ...(threadTs !== undefined && { threadTs }) }),
    post: async (place, message, about) => {
      take('post', { how: 'posted', place, message, ...(about && { about }) });
      return { channelId: place.channelId, ts: `posted-${said.length}` };
    },
    edit: async (posted, message, about) =>
      take('edit', { how: 'edited', posted, message, ...(about && { about }) }),
    withdraw: async (posted) => take('withdraw', { how: 'withdrawn', posted }),
    whisper: async (place, userId, message) => take('whisper', { how: 'whispered', place, userId, message }),
    openDm: async (userId) => ({ channelId: `D0${userId}` }),
    sendFile: async (place, { name }, comment) => take('sendFile', { how: 'file', place, name, comment }),
    findChannel: async () => ({ kind: 'public', isMember: true, isArchived: false }),
    joinChannel: async () => 'joined',
    permalinkOf: async ({ channelId, ts }) => `https://sandbox.slack.com/archives/${channelId}/p${ts}`,
    threadTargets: async ({ threadTs }) => {
      take('threadTargets', { how: 'read', threadTs });
      return parent;
    },
    parentTargets: async ({ threadTs }) => {
      take('parentTargets', { how: 'read', threadTs });
      return parent;
    },
    messageTargets: (message) => messageTargets(message, 'B0BOT'),
  };
}

/** What people were told: everything said but reads. */
export function toldOf(said: readonly Said[]): Said[] {
  return said.filter(({ how }) => how !== 'read');
}

/** Says of each key once that it is the first; a process has one of them. */
export function fakeFirst(): (keys: readonly string[]) => Promise<boolean> {
  const seen = new Set<string>();
  return async (keys) => {
    const isFirst = !keys.some((key) => seen.has(key));
    for (const key of keys) seen.add(key);
    return isFirst;
  };
}
