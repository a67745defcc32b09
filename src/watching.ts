import type { WatcherState } from './checks/watcher.ts';
import { type DeliverPorts, type DeliverReport, deliver } from './jobs/deliver.ts';
import type { JobContext } from './jobs/job.ts';
import { type PollPorts, type PollReport, pollRuns } from './jobs/poll-runs.ts';
import { Scheduler } from './jobs/scheduler.ts';
import type { WatchedRuns } from './jobs/watched-runs.ts';

export const JOB_NAMES = ['poll-runs', 'deliver', 'prune'] as const;
export type JobName = (typeof JOB_NAMES)[number];

/** Looks for what is owed as often as for runs that are due; mostly it is nudged. */
const DELIVER_CRON = '*/5 * * * * *';
/** Away from the full hour, when pipelines begin. */
const PRUNE_CRON = '17 * * * *';
const PRUNE_TIMEOUT_MS = 60_000;
/** A run of a job ends before the leases that it took. */
const LEASE_MARGIN_MS = 5000;

export interface WatchingOptions {
  readonly poll: PollPorts & { readonly cron: string };
  readonly deliver: DeliverPorts;
  readonly store: Pick<WatchedRuns, 'reportRuns'> & { prune(now: Date): Promise<void> };
  readonly now: () => Date;
  /** Attempts to call PAI so far, whoever made them. */
  readonly paiCalls: () => number;
  readonly onPolled: (report: PollReport) => void;
  readonly onDelivered: (report: DeliverReport) => void;
  readonly onFailure: (job: JobName, error: unknown) => void;
  readonly onEnd: (job: JobName, durationMs: number) => void;
  readonly onSkipped: (job: JobName, why: 'missed' | 'overlapped', ticks: number) => void;
}

/** The jobs of a process that watches and tells, and how they fare. */
export class Watching {
  readonly #options: WatchingOptions;
  readonly #scheduler: Scheduler<JobName>;
  #lastLook: WatcherState['lastLook'];

  constructor(options: WatchingOptions) {
    this.#options = options;
    const { poll, deliver: delivering, store } = options;
    this.#scheduler = new Scheduler<JobName>({
      ...options,
      // A post under way may end.
      graceMs: delivering.timeoutMs,
      jobs: [
        {
          name: 'poll-runs',
          cron: poll.cron,
          timeoutMs: poll.leaseMs - LEASE_MARGIN_MS,
          run: (context) => this.#poll(context),
        },
        {
          name: 'deliver',
          cron: DELIVER_CRON,
          timeoutMs: delivering.leaseMs - LEASE_MARGIN_MS,
          run: (context) => this.#deliver(context),
        },
        { name: 'prune', cron: PRUNE_CRON, timeoutMs: PRUNE_TIMEOUT_MS, run: ({ now }) => store.prune(now) },
      ],
    });
  }

  start(): void {
    this.#scheduler.start();
  }

  /** Runs a job at once instead of at its next tick. */
  nudge(job: JobName): void {
    this.#scheduler.nudge(job);
  }

  /** Milliseconds since the scheduler last showed that the loop turns. */
  beatAgeMs(): number {
    return this.#scheduler.beatAgeMs();
  }

  async findState(): Promise<WatcherState> {
    const now = this.#options.now();
    const { runs, oldestDueAt = now } = await this.#options.store.reportRuns(now);
    return { runs, lagMs: Math.max(0, now.getTime() - oldestDueAt.getTime()), lastLook: this.#lastLook };
  }

  /** Begins nothing new and resolves when the last run of a job has ended. */
  stop(): Promise<void> {
    return this.#scheduler.stop();
  }

  async #deliver(context: JobContext): Promise<void> {
    const report = await deliver(context, this.#options.deliver);
    this.#options.onDelivered(report);
    // There may be more where that came from.
    if (report.sent > 0) this.nudge('deliver');
  }

  async #poll(context: JobContext): Promise<void> {
    const { poll, paiCalls, onPolled } = this.#options;
    const startedMs = performance.now();
    const callsBefore = paiCalls();
    const report = await pollRuns(context, poll);
    onPolled(report);
    if (report.seen + report.missing + report.failed > 0) {
      const tookMs = performance.now() - startedMs;
      this.#lastLook = { at: context.now, tookMs, calls: paiCalls() - callsBefore };
    }
    if (report.events.length > 0) this.nudge('deliver');
  }
}
