import { createTask, type ScheduledTask } from 'node-cron';

/** The ticks of a cron expression, in UTC, by the time of day. Throws for an expression that node-cron cannot read. */
export class Timetable {
  readonly #task: ScheduledTask;
  #nextMs = 0;
  #gapMs = 0;

  constructor(cron: string) {
    this.#task = createTask(cron, () => undefined, { timezone: 'UTC' });
    this.plan();
  }

  /** When the next tick is, in milliseconds since 1970. */
  get nextMs(): number {
    return this.#nextMs;
  }

  /** Finds the next tick anew: after one that came, and after the clock was set back. */
  plan(): void {
    const [next, afterwards] = this.#task.getNextRuns(2);
    this.#nextMs = next?.getTime() ?? Number.POSITIVE_INFINITY;
    this.#gapMs = (afterwards?.getTime() ?? Number.POSITIVE_INFINITY) - this.#nextMs;
  }

  /** How many ticks have come by now, and plans the next. Where they are not evenly spaced it is a guess above one. */
  takeDue(nowMs: number): number {
    if (nowMs < this.#nextMs) return 0;
    const due = 1 + Math.floor((nowMs - this.#nextMs) / this.#gapMs);
    this.plan();
    return due;
  }
}
