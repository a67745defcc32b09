import type { Job } from './job.ts';

export interface JobRunnerOptions<Name extends string> {
  readonly now: () => Date;
  /** How long a run may take to end after its signal, before nobody waits for it any more. */
  readonly graceMs: number;
  /** Told of each run that failed or was given up. Must not throw. */
  readonly onFailure: (name: Name, error: unknown) => void;
  /** Told of the end of each run, whatever came of it. Must not throw. */
  readonly onEnd?: ((name: Name, durationMs: number) => void) | undefined;
}

/** A job took longer than it may. What it was doing may still go on where `isAbandoned` is true. */
export class JobTimeoutError extends Error {
  override readonly name = 'JobTimeoutError';
  readonly job: string;
  /** True where it took no notice of its signal. */
  readonly isAbandoned: boolean;

  constructor(job: string, { isAbandoned }: { readonly isAbandoned: boolean }) {
    super(isAbandoned ? `${job} did not end after its signal` : `${job} ran out of time`);
    this.job = job;
    this.isAbandoned = isAbandoned;
  }
}

/**
 * Runs one job, never twice at the same time.
 *
 * | the run          | what happens                                                             |
 * |------------------|--------------------------------------------------------------------------|
 * | resolves         | it is done, also after its signal: a slow API makes it late, not wrong   |
 * | rejects          | `onFailure`, unless it was told to stop                                  |
 * | reaches its time | its signal is aborted, with a JobTimeoutError                            |
 * | ignores that     | after `graceMs` it is given up: `onFailure`, and the next one may begin  |
 *
 * A run that was given up may still do something beside the next one, so a job's effects must bear that, as claims with
 * a lease do.
 */
export class JobRunner<Name extends string> {
  readonly #job: Job<Name>;
  readonly #options: JobRunnerOptions<Name>;
  #running: Promise<void> | undefined;
  #ending: AbortController | undefined;
  #isWanted = false;
  #isStopped = false;

  constructor(job: Job<Name>, options: JobRunnerOptions<Name>) {
    this.#job = job;
    this.#options = options;
  }

  /** Begins a run; false where one is under way. */
  tick(): boolean {
    if (this.#running !== undefined) return false;
    this.#begin();
    return true;
  }

  /** Begins a run at once, or one more after the run under way, however often it is asked for meanwhile. */
  nudge(): void {
    this.#isWanted = !this.tick();
  }

  /** Begins nothing new, aborts what runs and resolves when that has ended, `graceMs` later at most. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#isWanted = false;
    this.#ending?.abort();
    await this.#running;
  }

  #begin(): void {
    if (this.#isStopped) return;
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
      if (this.#isWanted) this.nudge();
    });
  }

  async #run(): Promise<void> {
    const { name, timeoutMs } = this.#job;
    const { graceMs, onFailure, onEnd } = this.#options;
    const startedAt = performance.now();
    const ending = new AbortController();
    this.#ending = ending;
    const outOfTime = () => ending.abort(new JobTimeoutError(name, { isAbandoned: false }));
    const deadline = setTimeout(outOfTime, timeoutMs);
    let grace: NodeJS.Timeout | undefined;
    const givenUp = new Promise<never>((_, reject) => {
      const giveUp = () => reject(new JobTimeoutError(name, { isAbandoned: true }));
      ending.signal.addEventListener('abort', () => {
        grace = setTimeout(giveUp, graceMs);
      });
    });
    try {
      await Promise.race([this.#work(ending.signal), givenUp]);
    } catch (error) {
      // To end with an error is how many a run obeys; only one that does not obey is news while we stop.
      if (!this.#isStopped || isAbandonment(error)) onFailure(name, error);
    } finally {
      this.#ending = undefined;
      clearTimeout(deadline);
      clearTimeout(grace);
      onEnd?.(name, performance.now() - startedAt);
    }
  }

  /** Async, so that what a job throws before its first await is a rejection too. */
  async #work(signal: AbortSignal): Promise<void> {
    await this.#job.run({ now: this.#options.now(), signal });
  }
}

function isAbandonment(error: unknown): boolean {
  return error instanceof JobTimeoutError && error.isAbandoned;
}
