import type { Actor } from '../../src/commands/request.ts';
import { cardRunOf } from '../../src/domain/card.ts';
import type { Delivery, DeliveryFacts, Said, ToldEvent } from '../../src/domain/delivery.ts';
import type { Place } from '../../src/domain/place.ts';
import type { RunSnapshot } from '../../src/domain/snapshot.ts';
import { toldRunOf } from '../../src/domain/told-run.ts';
import { DEFAULT_ON } from '../../src/domain/watch.ts';
import type { Workspace } from '../../src/domain/workspace.ts';
import type { ChannelLease, ChannelReport, ClaimedDelivery } from '../../src/jobs/owed-deliveries.ts';
import type { Mark, Sighting, Speaker, Spot } from '../../src/jobs/speaker.ts';
import { type TellPorts, tellDelivery } from '../../src/jobs/tell-delivery.ts';
import type { Message } from '../../src/messages/message.ts';
import { MEMBER } from '../helpers/ports.ts';
import { minute, told } from './snapshots.ts';

/** When things are told here. */
export const NOW = minute(1);

/** A moment so many seconds after `NOW`. */
export function inSeconds(seconds: number): Date {
  return new Date(NOW.getTime() + seconds * 1000);
}

export const PLACE: Place = {
  id: 'T0|C0ML|a',
  team: 'T0',
  channelId: 'C0ML',
  cardTs: '1.1',
  nextSeq: 3,
  wantedVersion: 2,
  shownVersion: 1,
  openings: 1,
  locale: 'en',
  ended: [],
};

const LEASE: ChannelLease = { channelId: 'C0ML', team: 'T0', token: 'a-token' };

/** A failure of the run that somebody watches. */
export function anEvent(more: Partial<ToldEvent> = {}): ToldEvent {
  return {
    kind: 'event',
    run: toldRunOf(told()),
    event: { kind: 'failed', attempt: 1, at: minute(0) },
    watchers: [MEMBER.userId],
    mentions: [MEMBER.userId],
    isFailureTold: false,
    failures: 1,
    ...more,
  };
}

/** What is owed to `PLACE`, in the hands of whoever says it. */
export function owed(facts: DeliveryFacts = anEvent(), more: Partial<Delivery> = {}): Delivery {
  return {
    key: 'a-key',
    placeId: PLACE.id,
    seq: 1,
    facts,
    state: 'sending',
    attempts: 1,
    deaths: 0,
    nextAt: minute(0),
    createdAt: minute(0),
    firstSentAt: minute(0.5),
    ...more,
  };
}

/** A card of one watched run. */
export function aCard(run: RunSnapshot = told(), userIds: readonly string[] = [MEMBER.userId]) {
  const watches = userIds.map((userId) => ({ userId, on: DEFAULT_ON, createdAt: minute(0) }));
  return { runs: [cardRunOf(run, watches, true)], outages: [] };
}

export interface Scene {
  /** What Slack says to each post, in order; it takes those beyond. */
  readonly said?: readonly Said[];
  /** What looking brings, in order; nothing beyond. */
  readonly sightings?: readonly Sighting[];
  /** Who people are, where they are no members. */
  readonly people?: Readonly<Record<string, Partial<Actor>>>;
  readonly report?: Partial<ChannelReport>;
  /** DMs that Slack opens, by user; null for none. Their own unless told otherwise. */
  readonly dms?: Readonly<Record<string, string | null>>;
  readonly opsChannel?: string;
  readonly workspaces?: readonly Workspace[];
  /** Messages that cannot be deleted. */
  readonly kept?: readonly string[];
  readonly isInTime?: boolean;
  readonly clock?: () => Date;
}

interface Posted extends Spot, Message {
  readonly mark: Mark;
}

/** Ports of a Slack and a PAI that know of nothing, and what Slack was asked. */
export function stage(scene: Scene = {}) {
  const { people = {}, dms = {}, report = {}, kept = [], clock = () => NOW } = scene;
  const { workspaces = [{ region: 'cn-hangzhou' }], opsChannel, isInTime = true } = scene;
  const said = [...(scene.said ?? [])];
  const sightings = [...(scene.sightings ?? [])];
  const posts: Posted[] = [];
  const looks: { spot: Spot; key: string; since: Date }[] = [];
  const removed: string[] = [];
  const opened: string[] = [];
  const speaker: Speaker = {
    async post(spot, message, mark) {
      posts.push({ ...spot, ...message, mark });
      return said.shift() ?? { kind: 'sent', ts: `9.${posts.length}` };
    },
    edit: async (_posted, _message) => ({ kind: 'unknown', error: 'nobody_edits_here' }),
    async find(spot, key, since) {
      looks.push({ spot, key, since });
      return sightings.shift() ?? { kind: 'not-seen' };
    },
    async remove({ ts }) {
      if (kept.includes(ts)) return false;
      removed.push(ts);
      return true;
    },
    async openDm(userId) {
      opened.push(userId);
      return userId in dms ? (dms[userId] ?? undefined) : `D0${userId}`;
    },
  };
  const ports: TellPorts = {
    speaker,
    store: { reportChannel: async () => ({ owners: [], held: 0, ...report }) },
    people: { find: async (userId) => ({ ...MEMBER, userId, name: `name of ${userId}`, ...people[userId] }) },
    mayRead: ({ standing }) => standing === 'member',
    workspaces,
    opsChannel,
    locale: 'en',
    settleMs: 30_000,
    mention: '@flowbell',
    clock,
    statuses: { loadAll: async (questions) => questions.map(() => ({ kind: 'missing' })) },
    logs: { listPipelineRunNodeLogs: async () => ({ totalCount: 0, lines: [] }) },
    runs: {
      getPipelineRun: async () => Promise.reject(new TypeError('nobody asks for the run here')),
      listPipelineRunNodeStatus: async () => [],
    },
  };
  return {
    ...{ ports, posts, looks, removed, opened },
    /** Says one delivery, as whoever holds its channel does. */
    tell: (claimed: Partial<ClaimedDelivery> = {}) =>
      tellDelivery(
        { delivery: owed(), before: 'pending', place: PLACE, ...claimed },
        LEASE,
        () => isInTime,
        ports,
      ),
  };
}
