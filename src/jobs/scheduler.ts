import type { Job } from './job.ts';
import { JobRunner, type JobRunnerOptions } from './job-runner.ts';
import { Timetable } from './timetable.ts';

export interface SchedulerOptions<Name extends string> extends Omit<JobRunnerOptions<Name>, 'graceMs'> {
  readonly jobs: readonly Job<Name>[];
  /** How long a run may take to end after its signal, and so a stop; 5000 by default. */
  readonly graceMs?: number;
  /** Told of ticks without a run: the process was too busy for them, or the run before was still under way. */
  readonly onSkipped?: ((name: Name, why: 'missed' | 'overlapped', ticks: number) => void) | undefined;
}

interface Entry<Name extends string> {
  readonly name: Name;
  readonly timetable: Timetable;
  readonly runner: JobRunner<Name>;
}

/** How often it is looked at the clock, however seldom jobs run. */
const BEAT_MS = 5000;

/**
 * Runs jobs at their times and when they are nudged, each as JobRunner says. Nothing is kept of ticks that were missed:
 * a job looks for what is due, so one late tick does what they left.
 *
 * node-cron reads the times and the waiting is ours. Its own timer walks through every tick that was missed, which
 * takes seconds after a night's sleep of the machine; it waits for hours after the clock was set back; and its
 * `noOverlap` lets a run that never ends block its job for ever.
 */
export class Scheduler<Name extends string> {
  readonly #options: SchedulerOptions<Name>;
  readonly #entries: readonly Entry<Name>[];
  #timer: NodeJS.Timeout | undefined;
  /** Time of day of the last look at the clock. */
  #lookedAtMs = 0;
  #beatAtMs = performance.now();
  #stopped: Promise<void> | undefined;

  constructor(options: SchedulerOptions<Name>) {
    this.#options = options;
    this.#entries = options.jobs.map((job) => ({
      name: job.name,
      timetable: new Timetable(job.cron),
      runner: new JobRunner(job, { ...options, graceMs: options.graceMs ?? 5000 }),
    }));
  }

  /** Begins the ticks; once only. The first run of a job comes with its first tick or nudge. */
  start(): void {
    for (const { timetable } of this.#entries) timetable.plan();
    this.#wait();
  }

  /** Runs a job at once, or once more after the run under way. Does nothing after a stop. */
  nudge(name: Name): void {
    this.#entries.find((entry) => entry.name === name)?.runner.nudge();
  }

  /**
   * Milliseconds since the last look at the clock: more than a few seconds means that ticks have ceased. By a clock that
   * nobody sets, so that a machine whose time is put right is not taken for dead.
   */
  beatAgeMs(): number {
    return performance.now() - this.#beatAtMs;
  }

  /** Begins nothing new, aborts what runs and resolves when the last run has ended, `graceMs` later at most. */
  stop(): Promise<void> {
    this.#stopped ??= this.#end();
    return this.#stopped;
  }

  async #end(): Promise<void> {
    clearTimeout(this.#timer);
    await Promise.all(this.#entries.map(({ runner }) => runner.stop()));
  }

  #wait(): void {
    this.#beatAtMs = performance.now();
    this.#lookedAtMs = Date.now();
    const nextMs = Math.min(...this.#entries.map(({ timetable }) => timetable.nextMs));
    const waitMs = Math.max(0, Math.min(nextMs - this.#lookedAtMs, BEAT_MS));
    this.#timer = setTimeout(() => this.#look(), waitMs);
  }

  #look(): void {
    const nowMs = Date.now();
    const wasSetBack = nowMs < this.#lookedAtMs;
    for (const entry of this.#entries) {
      if (wasSetBack) entry.timetable.plan();
      this.#tick(entry, entry.timetable.takeDue(nowMs));
    }
    this.#wait();
  }

  #tick({ name, runner }: Entry<Name>, due: number): void {
    if (due > 1) this.#options.onSkipped?.(name, 'missed', due - 1);
    if (due > 0 && !runner.tick()) this.#options.onSkipped?.(name, 'overlapped', 1);
  }
}
