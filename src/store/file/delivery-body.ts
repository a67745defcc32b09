import * as z from 'zod';
import type { Delivery, DeliveryFacts, PauseReason, ToldEvent } from '../../domain/delivery.ts';
import type { EventKind } from '../../domain/event.ts';
import type { OutageKind } from '../../domain/outage.ts';
import { count, nodeId, time, toldRun, writeTime } from './fields.ts';

const EVENT_KINDS = {
  started: 'started',
  'node-failed': 'node-failed',
  'node-succeeded': 'node-succeeded',
  succeeded: 'succeeded',
  failed: 'failed',
  terminated: 'terminated',
  skipped: 'skipped',
  suspended: 'suspended',
  rerun: 'rerun',
  deleted: 'deleted',
  lost: 'lost',
  paused: 'paused',
} as const satisfies { readonly [K in EventKind]: K };

const OUTAGE_KINDS = {
  throttled: 'throttled',
  timeout: 'timeout',
  network: 'network',
  forbidden: 'forbidden',
  'wrong-key': 'wrong-key',
  'wrong-clock': 'wrong-clock',
  junk: 'junk',
  unavailable: 'unavailable',
} as const satisfies { readonly [K in OutageKind]: K };

const PAUSE_REASONS = {
  removed: 'removed',
  archived: 'archived',
  'read-only': 'read-only',
  closed: 'closed',
} as const satisfies { readonly [K in PauseReason]: K };

export const pauseReason = z.enum(PAUSE_REASONS);

export const outageBody = z.strictObject({
  kind: z.enum(OUTAGE_KINDS),
  code: z.string().optional(),
  since: time,
});

const outage = z.strictObject({ region: z.string(), ...outageBody.shape });

const node = z.strictObject({ nodeId, name: z.string(), isFirstFailed: z.boolean() });

const event = z.strictObject({
  kind: z.enum(EVENT_KINDS),
  attempt: count,
  at: time,
  node: node.exactOptional(),
  durationMs: z.number().exactOptional(),
});

const people = z.array(z.string());

const foldMember = z.strictObject({
  run: toldRun,
  event,
  cause: node.optional(),
  watchers: people.default([]),
});

const facts = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('opening') }),
  z.strictObject({
    kind: z.literal('event'),
    run: toldRun,
    event,
    watchers: people,
    mentions: people.default([]),
    nodes: z
      .strictObject({ total: count, done: count, succeeded: count, skipped: count, running: count })
      .optional(),
    cause: node.optional(),
    isFailureTold: z.boolean().default(false),
    failures: count.default(0),
  }),
  z.strictObject({
    kind: z.literal('fold'),
    members: z.array(foldMember),
    watchers: people,
    mentions: people,
  }),
  z.strictObject({ kind: z.literal('unshown'), run: toldRun.optional() }),
  z.strictObject({
    kind: z.literal('offline'),
    from: time,
    until: time,
    failed: count,
    succeeded: count,
    stopped: count,
  }),
  z.strictObject({
    kind: z.literal('paused'),
    channelId: z.string(),
    reason: pauseReason,
    since: time,
    runs: z.array(toldRun),
    moreRuns: count,
    held: count,
    newest: foldMember.optional(),
  }),
  z.strictObject({ kind: z.literal('resumed'), since: time, until: time, held: count }),
  z.strictObject({ kind: z.literal('outage'), outage, watches: count }),
  z.strictObject({ kind: z.literal('outage-over'), outage, until: time, late: count }),
]);

/** What most deliveries have is left out. */
export const deliveryBody = z.strictObject({
  placeId: z.string(),
  seq: count,
  facts,
  state: z.enum(['pending', 'sending', 'unknown', 'sent', 'folded', 'parked']),
  attempts: count,
  deaths: count.default(0),
  nextAt: time,
  createdAt: time,
  isPlain: z.literal(true).optional(),
  firstSentAt: time.optional(),
  sentAt: time.optional(),
  ts: z.string().optional(),
  recheckAt: time.optional(),
  lastError: z.string().optional(),
});

export function writeDelivery({ key: _, deaths, ...delivery }: Delivery): unknown {
  const { nextAt, createdAt, firstSentAt, sentAt, recheckAt } = delivery;
  return {
    ...delivery,
    facts: writeFacts(delivery.facts),
    ...(deaths > 0 && { deaths }),
    nextAt: writeTime(nextAt),
    createdAt: writeTime(createdAt),
    firstSentAt: firstSentAt && writeTime(firstSentAt),
    sentAt: sentAt && writeTime(sentAt),
    recheckAt: recheckAt && writeTime(recheckAt),
  };
}

/** Events are most of what is kept; the times of others are as JSON writes them. */
function writeFacts(facts: DeliveryFacts): unknown {
  return facts.kind === 'event' ? writeEvent(facts) : facts;
}

function writeEvent({ mentions, isFailureTold, failures, ...facts }: ToldEvent): unknown {
  return {
    ...facts,
    event: { ...facts.event, at: writeTime(facts.event.at) },
    ...(mentions.length > 0 && { mentions }),
    ...(isFailureTold && { isFailureTold }),
    ...(failures > 0 && { failures }),
  };
}
