import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Job, JobContext } from '../../src/jobs/job.ts';
import { JobTimeoutError } from '../../src/jobs/job-runner.ts';
import { Scheduler } from '../../src/jobs/scheduler.ts';

const START = new Date('2026-11-23T03:00:00Z');
const EVERY_5_S = '*/5 * * * * *';

interface Run extends JobContext {
  end(): void;
  fail(error: unknown): void;
}

/** A job whose runs end when the test says so. */
function aJob(given: Partial<Job<'poll'>> = {}): { job: Job<'poll'>; runs: Run[] } {
  const runs: Run[] = [];
  const run = (context: JobContext) =>
    new Promise<void>((resolve, reject) => {
      runs.push({ ...context, end: resolve, fail: reject });
    });
  return { runs, job: { name: 'poll', cron: EVERY_5_S, timeoutMs: 30_000, run, ...given } };
}

let started: Scheduler<'poll'>[] = [];

function startScheduler(job: Job<'poll'>, { graceMs }: { graceMs?: number } = {}) {
  const failures: unknown[] = [];
  const skipped: string[] = [];
  const ended: number[] = [];
  const scheduler = new Scheduler({
    jobs: [job],
    now: () => new Date(),
    ...(graceMs !== undefined && { graceMs }),
    onFailure: (name, error) => failures.push([name, error]),
    onSkipped: (name, why, ticks) => skipped.push(`${name} ${why} ${ticks}`),
    onEnd: (_name, durationMs) => ended.push(durationMs),
  });
  scheduler.start();
  started.push(scheduler);
  return { scheduler, failures, skipped, ended };
}

const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1000);
const turn = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers({ now: START });
});
afterEach(async () => {
  const stopping = started.map((each) => each.stop());
  started = [];
  await seconds(60);
  await Promise.all(stopping);
  vi.useRealTimers();
});

describe('Scheduler', () => {
  it('runs a job at its times and gives it the time and a signal', async () => {
    const { job, runs } = aJob();

    startScheduler(job);
    await seconds(5);
    runs[0]?.end();
    await seconds(5);

    expect(runs.map(({ now }) => now.toISOString())).toEqual([
      '2026-11-23T03:00:05.000Z',
      '2026-11-23T03:00:10.000Z',
    ]);
    expect(runs.map(({ signal }) => signal.aborted)).toEqual([false, false]);
  });

  it('tells how long each run took, those that fail too', async () => {
    const { job, runs } = aJob();
    const { ended } = startScheduler(job);

    await seconds(7);
    runs[0]?.end();
    await seconds(4);
    runs[1]?.fail(new Error('no'));
    await turn();

    expect(ended).toEqual([2000, 1000]);
  });

  it('reads the times of a job in UTC', async () => {
    const { job, runs } = aJob({ cron: '0 0 4 * * *' });

    startScheduler(job);
    await seconds(3599);
    expect(runs).toHaveLength(0);
    await seconds(1);

    expect(runs).toHaveLength(1);
  });

  describe('a run under way', () => {
    it('is never joined by another one, and the ticks it takes are counted', async () => {
      const { job, runs } = aJob();
      const { skipped } = startScheduler(job);

      await seconds(16);

      expect(runs).toHaveLength(1);
      expect(skipped).toEqual(['poll overlapped 1', 'poll overlapped 1']);
    });

    it('is told when its time is over, and may then still end well', async () => {
      const { job, runs } = aJob();
      const { failures } = startScheduler(job, { graceMs: 2000 });

      await seconds(34);
      expect(runs[0]?.signal.aborted).toBe(false);
      await seconds(1);
      expect(runs[0]?.signal.reason).toMatchObject({ name: 'JobTimeoutError', isAbandoned: false });
      runs[0]?.end();
      await seconds(5);

      expect(runs).toHaveLength(2);
      expect(failures).toEqual([]);
    });

    it('is given up where it ignores that, told of, and followed by the next', async () => {
      const { job, runs } = aJob();
      const { failures, ended } = startScheduler(job, { graceMs: 2000 });

      await seconds(37);
      expect(failures).toEqual([['poll', new JobTimeoutError('poll', { isAbandoned: true })]]);
      expect(ended).toEqual([32_000]);
      await seconds(3);

      expect(runs).toHaveLength(2);
      expect(runs[1]?.signal.aborted).toBe(false);
    });

    it('troubles nobody when it fails after it was given up', async () => {
      const { job, runs } = aJob();
      const { failures } = startScheduler(job, { graceMs: 2000 });

      await seconds(41);
      runs[0]?.fail(new Error('too late'));
      await seconds(1);

      expect(failures).toHaveLength(1);
    });
  });

  describe('a run that fails', () => {
    it.each([
      ['rejects', () => Promise.reject(new Error('disk full'))],
      [
        'throws at once',
        () => {
          throw new Error('disk full');
        },
      ],
    ])('is told of and changes nothing for the next one: it %s', async (_how, run) => {
      const { failures } = startScheduler(aJob({ run }).job);

      await seconds(10);

      expect(failures).toEqual([
        ['poll', new Error('disk full')],
        ['poll', new Error('disk full')],
      ]);
    });
  });

  describe('nudge', () => {
    it('runs an idle job at once', async () => {
      const { job, runs } = aJob();
      const { scheduler } = startScheduler(job);

      scheduler.nudge('poll');
      await turn();

      expect(runs.map(({ now }) => now)).toEqual([START]);
    });

    it('runs a job once more after the run under way, however often it is nudged', async () => {
      const { job, runs } = aJob();
      const { scheduler, skipped } = startScheduler(job);

      for (let time = 0; time < 5; time += 1) scheduler.nudge('poll');
      await turn();
      expect(runs).toHaveLength(1);
      runs[0]?.end();
      await turn();
      expect(runs).toHaveLength(2);
      runs[1]?.end();
      await turn();

      expect(runs).toHaveLength(2);
      expect(skipped).toEqual([]);
    });

    it('runs it once more also where the run under way fails', async () => {
      const { job, runs } = aJob();
      const { scheduler } = startScheduler(job);

      scheduler.nudge('poll');
      scheduler.nudge('poll');
      runs[0]?.fail(new Error('no'));
      await turn();

      expect(runs).toHaveLength(2);
    });
  });

  describe('ticks', () => {
    it('that came while the process was too busy are counted, and one run makes up for all', async () => {
      const { job, runs } = aJob();
      const { skipped } = startScheduler(job);

      vi.setSystemTime(START.getTime() + 12_000);
      await seconds(5);

      expect(skipped).toEqual(['poll missed 2']);
      expect(runs).toHaveLength(1);
    });

    it('go on at once after the machine slept for a year', async () => {
      const run = vi.fn(async () => undefined);
      const { skipped } = startScheduler(aJob({ cron: '* * * * * *', run }).job);

      vi.setSystemTime(START.getTime() + 31_536_000_000);
      await seconds(3);

      expect(run).toHaveBeenCalledTimes(3);
      expect(skipped).toEqual(['poll missed 31536000']);
    });

    it('go on after the clock was set back by an hour', async () => {
      const run = vi.fn(async () => undefined);
      const { skipped } = startScheduler(aJob({ run }).job);

      await seconds(12);
      vi.setSystemTime(START.getTime() - 3_600_000);
      await seconds(20);

      expect(run).toHaveBeenCalledTimes(2 + 4);
      expect(skipped).toEqual([]);
    });

    it('show that they come, however seldom a job runs', async () => {
      const { scheduler } = startScheduler(aJob({ cron: '0 0 1 1 *' }).job);

      await seconds(62);

      expect(scheduler.beatAgeMs()).toBe(2000);
    });
  });

  describe('stop', () => {
    it('aborts what runs, waits for it and begins nothing new', async () => {
      const { job, runs } = aJob();
      const { scheduler, failures } = startScheduler(job);
      let isStopped = false;

      await seconds(5);
      scheduler.nudge('poll');
      void scheduler.stop().then(() => {
        isStopped = true;
      });
      scheduler.nudge('poll');
      await seconds(1);
      expect(isStopped).toBe(false);
      runs[0]?.fail(runs[0].signal.reason);
      await turn();
      expect(isStopped).toBe(true);
      scheduler.nudge('poll');
      await seconds(60);

      expect(runs).toHaveLength(1);
      expect(failures).toEqual([]);
    });

    it('waits no longer than the grace for a run that ignores its signal, and tells of it', async () => {
      const { job } = aJob();
      const { scheduler, failures } = startScheduler(job, { graceMs: 2000 });

      await seconds(5);
      const stopping = scheduler.stop();
      await seconds(2);
      await stopping;

      expect(failures).toEqual([['poll', new JobTimeoutError('poll', { isAbandoned: true })]]);
    });

    it('is the same for whoever asks twice, and leaves no timer behind', async () => {
      const { job, runs } = aJob();
      const { scheduler } = startScheduler(job);
      await seconds(5);
      runs[0]?.end();
      await turn();

      const first = scheduler.stop();
      const second = scheduler.stop();
      await first;

      expect(second).toBe(first);
      expect(vi.getTimerCount()).toBe(0);
    });
  });
});
