import { setTimeout as pause } from 'node:timers/promises';
import type { Delivery, DeliveryFacts, Said } from '../domain/delivery.ts';
import { threadOf } from '../domain/place.ts';
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

/**
 * Says what is owed, channel by channel and in order within each place. What Slack did not take is tried again later;
 * what may have been taken is said again once it has had time to show: at least once, and seldom twice. Rejects with
 * the store's error; nothing is said then that is not on disk.
 */
export async function deliver({ signal }: JobContext, ports: DeliverPorts): Promise<DeliverReport> {
  const turns: Promise<readonly (keyof DeliverReport)[]>[] = [];
  while (!signal.aborted) {
    const lease = await ports.store.leaseChannel({ now: ports.clock(), leaseMs: ports.leaseMs });
    if (lease === undefined) break;
    turns.push(serve(lease, signal, ports));
  }
  const settled = await Promise.allSettled(turns);
  for (const each of settled) if (each.status === 'rejected') throw each.reason;
  const report = { sent: 0, 'not-sent': 0, unknown: 0, refused: 0, lost: 0 };
  for (const each of settled)
    if (each.status === 'fulfilled') for (const kind of each.value) report[kind] += 1;
  return report;
}

async function serve(
  lease: ChannelLease,
  signal: AbortSignal,
  ports: DeliverPorts,
): Promise<readonly (keyof DeliverReport)[]> {
  const startedMs = performance.now();
  const said: (keyof DeliverReport)[] = [];
  // Nothing is said that could outlive the lease: somebody else may hold the channel by then.
  const trustMs = Math.min(TURN_MS, ports.leaseMs - ports.timeoutMs - LEASE_MARGIN_MS);
  try {
    while (!signal.aborted && performance.now() - startedMs < trustMs) {
      const outcome = await serveNext(lease, ports);
      if (outcome === undefined) break;
      said.push(outcome);
      if (outcome === 'lost') break;
      // On stop the lease is given back without waiting.
      if (outcome === 'sent') await pause(PACE_MS, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    await ports.store.releaseChannel(lease);
  }
  return said;
}

/** Says the next thing that is owed to a channel; undefined where nothing is. */
async function serveNext(lease: ChannelLease, ports: DeliverPorts): Promise<keyof DeliverReport | undefined> {
  const { store, clock } = ports;
  const claimed = await store.claimDelivery(lease, { now: clock() });
  if (claimed === undefined) return undefined;
  const { key } = claimed.delivery;
  const said = await sayOne(claimed, ports);
  if (!(await store.settleDelivery(lease, key, outcomeOf(said, claimed.delivery, ports), clock())))
    return 'lost';
  if (said.kind === 'refused') ports.onParked({ channelId: lease.channelId, key, error: said.error });
  return said.kind;
}

async function sayOne({ delivery, place }: ClaimedDelivery, ports: DeliverPorts): Promise<Said> {
  const { run } = delivery.facts;
  if (!ports.mayTell(run)) return { kind: 'refused', error: 'not_in_settings' };
  const at = { channelId: place.channelId, threadTs: threadOf(place) };
  return ports.say(at, renderDelivery(delivery.facts, place.locale, ports.mention), targetOf(delivery.facts));
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
      return { kind: 'unknown', error: said.error, nextAt: inMs(settleMs) };
    case 'not-sent': {
      const backoffMs = Math.min(LONGEST_BACKOFF_MS, 1000 * 2 ** Math.min(attempts, 10));
      return { kind: 'not-sent', error: said.error, nextAt: inMs(said.retryAfterMs ?? backoffMs) };
    }
    default:
      return said satisfies never;
  }
}
