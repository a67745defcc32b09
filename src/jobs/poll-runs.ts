import type { PaiFailure } from '../commands/pai-failure.ts';
import type { EventKind } from '../domain/event.ts';
import { conclude, type Look, NOTHING_KNOWN, type Pace } from './conclude.ts';
import type { JobContext } from './job.ts';
import { type LookPorts, lookAt } from './look.ts';
import type { ClaimedRun, PollState, RunClaim, WatchedRuns } from './watched-runs.ts';

export interface PollPorts extends LookPorts, Pace {
  readonly store: Pick<WatchedRuns, 'claimDueRuns' | 'commitRun' | 'releaseRuns'>;
  /** Longer than one tick may take. */
  readonly leaseMs: number;
  /** Ids of one status call. */
  readonly batch: number;
}

/** What one tick did. */
export interface PollReport {
  /** Runs that were due, by what the look brought. */
  readonly seen: number;
  readonly missing: number;
  readonly failed: number;
  /** Runs of which something was committed. */
  readonly changed: number;
  /** Claims that were somebody else's by the time of the commit. */
  readonly lost: number;
  /** What was committed as having happened, in no promised order. */
  readonly events: readonly EventKind[];
  /** How late the run was that had waited longest, in milliseconds. */
  readonly lagMs: number;
  /** How PAI answered in each region that was asked. */
  readonly regions: readonly RegionReport[];
}

export interface RegionReport {
  readonly region: string;
  /** Runs that PAI said something of, that they are not there too. */
  readonly answered: number;
  readonly failed: number;
  /** Why the first of those failed. */
  readonly failure?: PaiFailure | undefined;
  /** Runs to which something happened that was committed. */
  readonly changed: number;
}

/** Runs looked at in one tick; the others are the first of the next one. */
const MOST_RUNS = 5000;

/**
 * Looks at every run that is due and commits what has changed together with what is owed for it. A tick that is cut
 * short, or whose calls fail, has told nothing wrong: what is not committed is still due. Regions do not wait for each
 * other. Rejects once everything else is done, with the store's error or where the signal was aborted.
 */
export async function pollRuns(context: JobContext, ports: PollPorts): Promise<PollReport> {
  const { now } = context;
  const { leaseMs, batch, intervalMs } = ports;
  const along = { most: batch, withinMs: intervalMs / 2 };
  const claimed = await ports.store.claimDueRuns({ now, most: MOST_RUNS, leaseMs, along });
  const regions = byRegion(claimed);
  const polled = await Promise.allSettled(
    [...regions.values()].map((runs) => pollRegion(runs, context, ports)),
  );
  for (const region of polled) if (region.status === 'rejected') throw region.reason;
  const ofRegion = polled.map((region) => (region.status === 'fulfilled' ? region.value : []));
  const steps = ofRegion.flat();
  const countOf = (kind: Look['kind']) => steps.filter((step) => step.look === kind).length;
  const committed = steps.filter(({ outcome }) => outcome === 'committed');
  return {
    seen: countOf('seen'),
    missing: countOf('missing'),
    failed: countOf('failed'),
    changed: committed.length,
    lost: steps.filter(({ outcome }) => outcome === 'lost' || outcome === 'stale').length,
    events: committed.flatMap(({ events }) => events),
    lagMs: Math.max(0, ...claimed.map(({ poll }) => now.getTime() - (poll?.nextPollAt ?? now).getTime())),
    regions: [...regions.keys()].map((region, index) => reportRegion(region, ofRegion[index] ?? [])),
  };
}

function reportRegion(region: string, steps: readonly Step[]): RegionReport {
  const failed = steps.filter(({ look }) => look === 'failed');
  return {
    region,
    answered: steps.length - failed.length,
    failed: failed.length,
    failure: failed.find(({ failure }) => failure !== undefined)?.failure,
    changed: steps.filter(({ outcome, events }) => outcome === 'committed' && events.length > 0).length,
  };
}

/** What became of one run. */
interface Step {
  readonly look: Look['kind'];
  readonly failure?: PaiFailure | undefined;
  readonly outcome: 'committed' | 'stale' | 'lost' | 'same';
  readonly events: readonly EventKind[];
}

async function pollRegion(
  claimed: readonly ClaimedRun[],
  context: JobContext,
  ports: PollPorts,
): Promise<readonly Step[]> {
  let looks: readonly Promise<Look>[];
  try {
    looks = await lookAt(claimed, context, ports);
  } catch (error) {
    await giveBack(claimed, context.now, ports);
    throw error;
  }
  const unchanged: { claim: RunClaim; poll: PollState }[] = [];
  // What is seen of one run is told without waiting for what the others still need.
  const polled = await Promise.allSettled(
    claimed.map(async (run, index) => {
      const look = looks[index];
      if (look === undefined) return undefined;
      try {
        return await pollOne(run, await look, unchanged, context.now, ports);
      } catch (error) {
        await giveBack([run], context.now, ports);
        throw error;
      }
    }),
  );
  await ports.store.releaseRuns(unchanged);
  for (const each of polled) if (each.status === 'rejected') throw each.reason;
  return polled.flatMap((each) => (each.status === 'fulfilled' ? (each.value ?? []) : []));
}

/** Commits what a look at one run changes; one that changes nothing is for the caller to give back. */
async function pollOne(
  run: ClaimedRun,
  look: Look,
  unchanged: { claim: RunClaim; poll: PollState }[],
  now: Date,
  ports: PollPorts,
): Promise<Step> {
  const conclusion = conclude(run, look, now, ports);
  if (conclusion.kind === 'release') {
    unchanged.push({ claim: claimOf(run), poll: conclusion.poll });
    const failure = look.kind === 'failed' ? look.failure : undefined;
    return { look: look.kind, failure, outcome: 'same', events: [] };
  }
  const { change } = conclusion;
  const outcome = await ports.store.commitRun(claimOf(run), change);
  return { look: look.kind, outcome, events: change.events.map(({ kind }) => kind) };
}

/** What was not looked at, or could not be saved, is due at once; what was known of it stays. */
async function giveBack(claimed: readonly ClaimedRun[], now: Date, { store }: PollPorts): Promise<void> {
  const released = claimed.map((run) => ({
    claim: claimOf(run),
    poll: { ...(run.poll ?? NOTHING_KNOWN), nextPollAt: now },
  }));
  await store.releaseRuns(released);
}

function claimOf({ run, token }: ClaimedRun): RunClaim {
  return { region: run.region, runId: run.runId, token };
}

function byRegion(claimed: readonly ClaimedRun[]): ReadonlyMap<string, readonly ClaimedRun[]> {
  const regions = new Map<string, ClaimedRun[]>();
  for (const each of claimed) {
    const { region } = each.run;
    const runs = regions.get(region);
    if (runs === undefined) regions.set(region, [each]);
    else runs.push(each);
  }
  return regions;
}
