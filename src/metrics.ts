import { collectDefaultMetrics, Registry } from 'prom-client';
import type { ToldReport } from './jobs/deliver.ts';
import type { DeliveriesReport } from './jobs/owed-deliveries.ts';
import type { PollReport } from './jobs/poll-runs.ts';
import type { ShownReport } from './jobs/show-cards.ts';
import type { WatchedRunsReport } from './jobs/watched-runs.ts';
import {
  createGauges,
  createSeries,
  OPERATIONS,
  POSTS,
  PREFIX,
  reasonOf,
  SIGHTINGS,
} from './metric-series.ts';
import type { PaiflowErrorKind } from './paiflow/errors.ts';

/** What is looked at while somebody scrapes, because nobody counts it otherwise. */
export interface MetricsLook {
  readonly now: () => Date;
  readonly reportRuns: (now: Date) => Promise<WatchedRunsReport>;
  readonly reportDeliveries: () => Promise<DeliveriesReport>;
  readonly countStaleCards: () => Promise<number>;
  readonly store: () => { readonly bytes: number; readonly isReadOnly: boolean };
  readonly isLinkOpen: () => boolean;
}

/** What is measured. Each part is told by whoever builds the process; nobody else knows of Prometheus. */
export interface Metrics<Job extends string> {
  jobEnded(job: Job, durationMs: number): void;
  jobFailed(job: Job): void;
  ticksSkipped(job: Job, why: 'missed' | 'overlapped', ticks: number): void;
  polled(report: Pick<PollReport, 'seen' | 'missing' | 'failed' | 'lost' | 'events'>): void;
  told(report: Pick<ToldReport, 'outcome' | 'said' | 'sighted' | 'isHealed' | 'waitedMs' | 'isLost'>): void;
  shown(said: ShownReport['said']): void;
  /** An attempt of ours to call PAI, by PAI's name of the operation. */
  paiCalled(operation: string, outcome: 'answered' | PaiflowErrorKind): void;
  /** A write of the store that is durable. */
  committed(durationMs: number): void;
  /**
   * Everything in Prometheus' text format. A store that does not answer within two seconds, or fails, has its figures
   * shown as NaN: old ones would look like new ones.
   */
  scrape(look: MetricsLook): Promise<string>;
}

/** Less than Prometheus waits for a whole scrape (10 s). */
const LOOK_TIMEOUT_MS = 2000;

/** Gives one registry with all series in it, those of Node's process too. */
export function createMetrics<Job extends string>({
  jobs,
}: {
  /** The names of all jobs: labels come from closed sets. */
  readonly jobs: readonly Job[];
}): Metrics<Job> {
  const register = new Registry();
  const series = createSeries(register, jobs);
  const gauges = createGauges(register);
  collectDefaultMetrics({ register, prefix: PREFIX });

  return {
    jobEnded: (job, durationMs) => series.jobSeconds.observe({ job }, durationMs / 1000),
    jobFailed: (job) => series.jobFailures.inc({ job }),
    ticksSkipped: (job, why, ticks) => series[why].inc({ job }, ticks),
    polled({ seen, missing, failed, lost, events }) {
      for (const [result, count] of Object.entries({ found: seen, missing, failed }))
        series.polls.inc({ result }, count);
      series.leasesLost.inc({ lease: 'run' }, lost);
      for (const kind of events) series.events.inc({ kind });
    },
    told({ outcome, said, sighted, isHealed, waitedMs, isLost }) {
      if (said !== undefined) series.posts.inc({ result: POSTS[said] });
      if (sighted !== undefined) series.sightings.inc({ result: SIGHTINGS[sighted] });
      if (isHealed) series.healed.inc();
      if (isLost) {
        series.leasesLost.inc({ lease: 'channel' });
        return;
      }
      if (outcome.kind === 'parked') series.parked.inc({ reason: reasonOf(outcome.error) });
      if (outcome.kind === 'sent') series.deliverySeconds.observe(waitedMs / 1000);
    },
    shown(said) {
      if (said !== 'nothing') series.edits.inc({ result: POSTS[said] });
    },
    paiCalled(operation, outcome) {
      const known = OPERATIONS.find((each) => each === operation) ?? 'other';
      series.paiCalls.inc({ operation: known, outcome });
    },
    committed: (durationMs) => series.commitSeconds.observe(durationMs / 1000),
    async scrape(look) {
      await readGauges(gauges, look);
      return register.metrics();
    },
  };
}

async function readGauges(gauges: ReturnType<typeof createGauges>, look: MetricsLook): Promise<void> {
  const now = look.now();
  const [runs, deliveries, staleCards] = await Promise.all([
    inTime(() => look.reportRuns(now)),
    inTime(() => look.reportDeliveries()),
    inTime(() => look.countStaleCards()),
  ]);
  const secondsSince = (at: Date | undefined) =>
    at === undefined ? 0 : Math.max(0, (now.getTime() - at.getTime()) / 1000);
  const { bytes, isReadOnly } = look.store();
  gauges.pollLag.set(runs === undefined ? Number.NaN : secondsSince(runs.oldestDueAt));
  gauges.runs.set(runs?.runs ?? Number.NaN);
  gauges.watches.set(runs?.watches ?? Number.NaN);
  gauges.waiting.set(deliveries?.waiting ?? Number.NaN);
  gauges.oldest.set(deliveries === undefined ? Number.NaN : secondsSince(deliveries.oldestAt));
  gauges.held.set(deliveries?.held ?? Number.NaN);
  gauges.pausedChannels.set(deliveries?.pausedChannels ?? Number.NaN);
  gauges.staleCards.set(staleCards ?? Number.NaN);
  gauges.storeBytes.set(bytes);
  gauges.storeReadOnly.set(isReadOnly ? 1 : 0);
  gauges.linkOpen.set(look.isLinkOpen() ? 1 : 0);
}

/** Nothing where it took too long or failed: whoever fails tells it in the log and by other figures. */
async function inTime<T>(work: () => Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), LOOK_TIMEOUT_MS);
  });
  try {
    return await Promise.race([work(), late]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}
