import type { WatcherState } from './checks/watcher.ts';
import type { PlaceWanted } from './domain/place.ts';
import { Deliverer, type ToldReport } from './jobs/deliver.ts';
import type { Downtime } from './jobs/downtime.ts';
import type { JobContext } from './jobs/job.ts';
import type { Outages } from './jobs/outages.ts';
import type { OwedDeliveries } from './jobs/owed-deliveries.ts';
import { type PollPorts, type PollReport, pollRuns } from './jobs/poll-runs.ts';
import { Scheduler } from './jobs/scheduler.ts';
import { CardShower, type ShownReport } from './jobs/show-cards.ts';
import type { ShownCards } from './jobs/shown-cards.ts';
import { type TellPorts, tellDelivery } from './jobs/tell-delivery.ts';
import { DowntimeTeller } from './jobs/tell-downtime.ts';
import { OutageWatch } from './jobs/watch-outages.ts';
import type { WatchedRuns } from './jobs/watched-runs.ts';

export const JOB_NAMES = ['poll-runs', 'deliver', 'show-cards', 'note-alive', 'prune'] as const;
export type JobName = (typeof JOB_NAMES)[number];

/** What is owed is looked for as often as runs that are due; mostly it is nudged. */
const TELL_CRON = '*/5 * * * * *';
const ALIVE_CRON = '30 * * * * *';
/** Away from the full hour, when pipelines begin. */
const PRUNE_CRON = '17 * * * *';
const STORE_TIMEOUT_MS = 60_000;
/** A run of a job ends before the leases that it took. */
const LEASE_MARGIN_MS = 5000;

export interface WatchingOptions {
  readonly poll: PollPorts & { readonly cron: string };
  readonly tell: TellPorts & {
    readonly leaseMs: number;
    /** How long an answer of Slack's may take. */
    readonly timeoutMs: number;
  };
  readonly store: WatchedRuns &
    OwedDeliveries &
    ShownCards &
    Outages &
    Downtime & { prune(now: Date): Promise<void> };
  /** When the store was opened: what ended before, nobody has seen. */
  readonly openedAt: Date;
  /** The operations channel. */
  readonly ops?: PlaceWanted | undefined;
  readonly now: () => Date;
  /** Attempts to call PAI so far, whoever made them. */
  readonly paiCalls: () => number;
  readonly onPolled: (report: PollReport) => void;
  readonly onTold: (report: ToldReport) => void;
  readonly onShown: (report: ShownReport) => void;
  readonly onFailure: (job: JobName, error: unknown) => void;
  readonly onEnd: (job: JobName, durationMs: number) => void;
  readonly onSkipped: (job: JobName, why: 'missed' | 'overlapped', ticks: number) => void;
}

/** The jobs of a process that watches and tells, and how they fare. */
export class Watching {
  readonly #options: WatchingOptions;
  readonly #scheduler: Scheduler<JobName>;
  readonly #deliverer: Deliverer;
  readonly #cards: CardShower;
  readonly #outages: OutageWatch;
  readonly #downtime: DowntimeTeller;
  #lastLook: WatcherState['lastLook'];

  constructor(options: WatchingOptions) {
    this.#options = options;
    const { poll, tell, store, now, onTold, onShown, onFailure } = options;
    const telling = { store, clock: now, leaseMs: tell.leaseMs };
    this.#deliverer = new Deliverer({
      ...telling,
      tell: (claimed, lease, isInTime) => tellDelivery(claimed, lease, isInTime, tell),
      timeoutMs: tell.timeoutMs,
      nudge: () => this.nudge('deliver'),
      onTold,
      onFailure: (error) => onFailure('deliver', error),
    });
    this.#cards = new CardShower({
      ...telling,
      compose: tell,
      speaker: tell.speaker,
      settleMs: tell.settleMs,
      nudge: () => this.nudge('show-cards'),
      onShown,
      onFailure: (error) => onFailure('show-cards', error),
    });
    this.#outages = new OutageWatch({ store, tell: options.ops });
    this.#downtime = new DowntimeTeller({ store, openedAt: options.openedAt });
    const timeoutMs = tell.leaseMs - LEASE_MARGIN_MS;
    this.#scheduler = new Scheduler<JobName>({
      ...options,
      jobs: [
        {
          name: 'poll-runs',
          cron: poll.cron,
          timeoutMs: poll.leaseMs - LEASE_MARGIN_MS,
          run: (context) => this.#poll(context),
        },
        { name: 'deliver', cron: TELL_CRON, timeoutMs, run: (context) => this.#deliverer.dispatch(context) },
        { name: 'show-cards', cron: TELL_CRON, timeoutMs, run: (context) => this.#cards.dispatch(context) },
        {
          name: 'note-alive',
          cron: ALIVE_CRON,
          timeoutMs: STORE_TIMEOUT_MS,
          run: (context) => store.noteAlive(context.now),
        },
        {
          name: 'prune',
          cron: PRUNE_CRON,
          timeoutMs: STORE_TIMEOUT_MS,
          run: (context) => store.prune(context.now),
        },
      ],
    });
  }

  start(): void {
    this.#scheduler.start();
    this.nudge('note-alive');
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

  /** Begins nothing new and resolves when the last run of a job has ended, and with it what Slack was asked. */
  async stop(): Promise<void> {
    await Promise.all([this.#scheduler.stop(), this.#deliverer.stop(), this.#cards.stop()]);
  }

  async #poll(context: JobContext): Promise<void> {
    const { poll, paiCalls, onPolled, now } = this.#options;
    const startedMs = performance.now();
    const callsBefore = paiCalls();
    const report = await pollRuns(context, poll);
    onPolled(report);
    if (report.seen + report.missing + report.failed > 0) {
      const tookMs = performance.now() - startedMs;
      this.#lastLook = { at: context.now, tookMs, calls: paiCalls() - callsBefore };
    }
    const isOutageNews = await this.#outages.take(report.regions, now());
    const isDowntimeNews = await this.#downtime.take(report.regions, now());
    if (report.events.length > 0 || isOutageNews || isDowntimeNews) this.nudge('deliver');
    if (report.changed > 0 || isOutageNews) this.nudge('show-cards');
  }
}
