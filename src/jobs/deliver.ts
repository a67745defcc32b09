import { setTimeout as pause } from 'node:timers/promises';
import type { Delivery, DeliveryFacts, Said } from '../domain/delivery.ts';
import { type Place, threadOf } from '../domain/place.ts';
import type { Target } from '../domain/target.ts';
import type { PaiPlace } from '../domain/workspace.ts';
import { renderDelivery } from '../messages/delivery.ts';
import type { Message } from '../messages/message.ts';
import type { JobContext } from './job.ts';
import type { ChannelLease, ClaimedDelivery, DeliveryOutcome, OwedDeliveries } from './owed-deliveries.ts';

export interface DeliverPorts {
  readonly store: Pick<
    OwedDeliveries,
    'leaseChannel' | 'claimDelivery' | 'settleDelivery' | 'releaseChannel'
  >;
  /** Posts a message within the delivery's time; never rejects for what Slack or the network does. */
  readonly say: (
    place: { readonly channelId: string; readonly threadTs?: string | undefined },
    message: Message,
    about: Target,
  ) => Promise<Said>;
  /** How people begin a command in a thread: `@flowbell`. */
  readonly mention: string;
  /** Whether runs of this PAI workspace may still be spoken of. */
  readonly mayTell: (place: PaiPlace) => boolean;
  readonly leaseMs: number;
  /** How long an answer of Slack's may take. */
  readonly timeoutMs: number;
  /** How long after a post of unknown outcome Slack may still show it. */
  readonly settleMs: number;
  readonly clock: () => Date;
  /** Told of each delivery that Slack will never take. */
  readonly onParked: (parked: {
    readonly channelId: string;
    readonly key: string;
    readonly error: string;
  }) => void;
}

/** What one run of the job did, by what Slack made of it; `lost` counts leases that were gone before the end. */
export type DeliverReport = Readonly<Record<Said['kind'] | 'lost', number>>;

/** Slack takes one message a second in a channel (docs.slack.dev, rate-limits, posting messages). */
const PACE_MS = 1000;
/** One channel with much to say keeps the job no longer than this, so that the others' turn comes. */
const TURN_MS = 5000;
const LONGEST_BACKOFF_MS = 5 * 60 * 1000;
const LEASE_MARGIN_MS = 5000;
/** Channels served at the same time. */
const MOST_TURNS = 8;
/** A message of unknown fate is said so often at most. */
const MOST_UNKNOWN = 5;

/**
 * Says what is owed, channel by channel and in order within each place. What Slack did not take is tried again later;
 * what may have been taken is said again once it has had time to show: at least once, and seldom twice. Rejects with
 * the store's error; nothing is said then that is not on disk.
 */
export async function deliver({ signal }: JobContext, ports: DeliverPorts): Promise<DeliverReport> {
  const turns: Promise<readonly (keyof DeliverReport)[]>[] = [];
  try {
    while (!signal.aborted && turns.length < MOST_TURNS) {
      const lease = await ports.store.leaseChannel({ now: ports.clock(), leaseMs: ports.leaseMs });
      if (lease === undefined) break;
      turns.push(serve(lease, signal, ports));
    }
  } finally {
    await Promise.allSettled(turns);
  }
  const report = { sent: 0, 'not-sent': 0, unknown: 0, refused: 0, lost: 0 };
  for (const said of await Promise.all(turns)) for (const kind of said) report[kind] += 1;
  return report;
}

async function serve(
  lease: ChannelLease,
  signal: AbortSignal,
  ports: DeliverPorts,
): Promise<readonly (keyof DeliverReport)[]> {
  const startedMs = performance.now();
  // Nothing is said that could outlive the lease: somebody else may hold the channel by then.
  const trustedUntilMs = startedMs + ports.leaseMs - ports.timeoutMs - LEASE_MARGIN_MS;
  const said: (keyof DeliverReport)[] = [];
  try {
    while (!signal.aborted && performance.now() < Math.min(trustedUntilMs, startedMs + TURN_MS)) {
      const outcome = await serveNext(lease, trustedUntilMs, ports);
      if (outcome === undefined) break;
      said.push(outcome);
      // What Slack limits or does not answer, it limits and does not answer for the next message either.
      if (outcome === 'lost' || outcome === 'not-sent') break;
      // On stop the lease is given back without waiting.
      if (outcome === 'sent') await pause(PACE_MS, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    await ports.store.releaseChannel(lease);
  }
  return said;
}

/** Says the next thing that is owed to a channel; undefined where nothing is. */
async function serveNext(
  lease: ChannelLease,
  trustedUntilMs: number,
  ports: DeliverPorts,
): Promise<keyof DeliverReport | undefined> {
  const { store, clock } = ports;
  const claimed = await store.claimDelivery(lease, { now: clock() });
  if (claimed === undefined) return undefined;
  const { key } = claimed.delivery;
  const isTrusted = performance.now() < trustedUntilMs;
  const said: Said = isTrusted ? await sayOne(claimed, ports) : { kind: 'not-sent', error: 'lease_over' };
  const outcome = outcomeOf(said, claimed.delivery, ports);
  if (!(await store.settleDelivery(lease, key, outcome, clock()))) return 'lost';
  if (outcome.kind === 'parked') ports.onParked({ channelId: lease.channelId, key, error: outcome.error });
  return outcome.kind === 'parked' ? 'refused' : said.kind;
}

async function sayOne({ delivery, place }: ClaimedDelivery, ports: DeliverPorts): Promise<Said> {
  const { run } = delivery.facts;
  // A slip in the settings must not cost what is owed: it waits.
  if (!ports.mayTell(run)) {
    return { kind: 'not-sent', error: 'not_in_settings', retryAfterMs: LONGEST_BACKOFF_MS };
  }
  const message = render(delivery.facts, place, ports);
  if (message === undefined) return { kind: 'refused', error: 'cannot_be_rendered' };
  return ports.say(
    { channelId: place.channelId, threadTs: threadOf(place) },
    message,
    targetOf(delivery.facts),
  );
}

/** A message that cannot be made is a fault of ours, and must not hold up those behind it. */
function render(facts: DeliveryFacts, { locale }: Place, { mention }: DeliverPorts): Message | undefined {
  try {
    return renderDelivery(facts, locale, mention);
  } catch {
    return undefined;
  }
}

function targetOf(facts: DeliveryFacts): Target {
  const { region, runId, workspaceId } = facts.run;
  const about = { runId, region, ...(workspaceId !== undefined && { workspaceId }) };
  const nodeId = facts.kind === 'watched' ? facts.nodeId : facts.event.node?.nodeId;
  return nodeId === undefined ? { kind: 'run', ...about } : { kind: 'node', ...about, nodeId };
}

function outcomeOf(said: Said, { attempts }: Delivery, { clock, settleMs }: DeliverPorts): DeliveryOutcome {
  const inMs = (ms: number) => new Date(clock().getTime() + ms);
  switch (said.kind) {
    case 'sent':
      return said;
    case 'refused':
      return { kind: 'parked', error: said.error };
    case 'unknown':
      // Each of them may stand there already.
      if (attempts >= MOST_UNKNOWN) return { kind: 'parked', error: said.error };
      return { kind: 'unknown', error: said.error, nextAt: inMs(settleMs) };
    case 'not-sent': {
      const backoffMs = Math.min(LONGEST_BACKOFF_MS, 1000 * 2 ** Math.min(attempts, 10));
      return { kind: 'not-sent', error: said.error, nextAt: inMs(said.retryAfterMs ?? backoffMs) };
    }
    default:
      return said satisfies never;
  }
}
