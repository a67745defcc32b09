import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Pace } from '../../src/paiflow/pace.ts';

const NEVER = new AbortController().signal;

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

/** Asks so many times at once and notes who goes when. */
function takeMany(pace: Pace, count: number, startedAt: number[], from = performance.now()): void {
  for (let each = 0; each < count; each++) {
    void pace.take(NEVER).then(() => startedAt.push(performance.now() - from));
  }
}

describe('Pace', () => {
  it('lets as many calls go at once as a second holds, and the next ones a second later', async () => {
    const startedAt: number[] = [];

    takeMany(new Pace({ maxRps: 3 }), 7, startedAt);
    await vi.runAllTimersAsync();

    expect(startedAt).toEqual([0, 0, 0, 1000, 1000, 1000, 2000]);
  });

  it('spreads calls over more than a second below one a second', async () => {
    const startedAt: number[] = [];

    takeMany(new Pace({ maxRps: 0.5 }), 3, startedAt);
    await vi.runAllTimersAsync();

    expect(startedAt).toEqual([0, 2000, 4000]);
  });

  it('never lets more calls go within any second than allowed, in the order they asked', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.tuple(fc.nat(900), fc.integer({ min: 1, max: 4 })), { minLength: 1, maxLength: 12 }),
        async (maxRps, bursts) => {
          const pace = new Pace({ maxRps });
          const starts: { turn: number; at: number }[] = [];
          let turns = 0;
          for (const [waitMs, count] of bursts) {
            await vi.advanceTimersByTimeAsync(waitMs);
            for (let each = 0; each < count; each++) {
              const turn = turns++;
              void pace.take(NEVER).then(() => starts.push({ turn, at: performance.now() }));
            }
          }
          await vi.runAllTimersAsync();

          expect(starts.map(({ turn }) => turn)).toEqual(Array.from({ length: turns }, (_, turn) => turn));
          for (const [index, { at }] of starts.entries()) {
            expect(at - (starts[index - maxRps]?.at ?? Number.NEGATIVE_INFINITY)).toBeGreaterThanOrEqual(
              1000,
            );
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it.each([{ isPatient: false }, { isPatient: true }])(
    'takes no token for a caller that gave up waiting, %o',
    async (options) => {
      const pace = new Pace({ maxRps: 1 });
      const startedAt: number[] = [];
      const leaving = new AbortController();

      takeMany(pace, 1, startedAt);
      const given = expect(pace.take(leaving.signal, options)).rejects.toThrow('gone');
      const from = performance.now();
      const next = pace.take(NEVER, options).then(() => performance.now() - from);
      leaving.abort(new Error('gone'));
      await vi.runAllTimersAsync();

      await given;
      expect(startedAt).toEqual([0]);
      expect(await next).toBe(1000);
    },
  );

  it('lets one call go ahead of a crowd of patient ones at once: they leave it a token', async () => {
    const pace = new Pace({ maxRps: 10 });
    const order: string[] = [];
    for (let each = 0; each < 60; each++) {
      void pace.take(NEVER, { isPatient: true }).then(() => order.push('patient'));
    }
    await vi.advanceTimersByTimeAsync(100);
    const quick = pace.take(NEVER).then(() => performance.now());
    const askedAt = performance.now();

    await vi.runAllTimersAsync();

    expect((await quick) - askedAt).toBe(0);
    expect(order).toHaveLength(60);
  });

  it('leaves three tokens of ten to those in a hurry, and takes the others as fast as it may', async () => {
    const pace = new Pace({ maxRps: 10 });
    const from = performance.now();
    const startedAt: number[] = [];
    for (let each = 0; each < 14; each++)
      void pace.take(NEVER, { isPatient: true }).then(() => startedAt.push(performance.now() - from));
    await vi.advanceTimersByTimeAsync(0);
    const quick: number[] = [];
    takeMany(pace, 4, quick);

    await vi.runAllTimersAsync();

    expect(startedAt.filter((atMs) => atMs === 0)).toHaveLength(7);
    expect(quick.filter((atMs) => atMs === from || atMs === 0)).toHaveLength(3);
    expect(Math.max(...startedAt)).toBe(2000);
  });

  it('gives a patient call the fifth turn however many others keep coming', async () => {
    const pace = new Pace({ maxRps: 1 });
    const startedAt: number[] = [];
    takeMany(pace, 20, startedAt);
    const from = performance.now();
    const patient = pace.take(NEVER, { isPatient: true }).then(() => performance.now() - from);

    await vi.runAllTimersAsync();

    // One went at once, before the patient one asked.
    expect(await patient).toBe(5000);
    expect(startedAt.slice(0, 7)).toEqual([0, 1000, 2000, 3000, 4000, 6000, 7000]);
  });

  it('lets a patient call go at once where nobody waits', async () => {
    const pace = new Pace({ maxRps: 1 });

    await expect(pace.take(NEVER, { isPatient: true })).resolves.toBeUndefined();
  });

  it('lets nobody patient go during a pause, and the others first after it', async () => {
    const pace = new Pace({ maxRps: 1 });
    const order: string[] = [];
    const note = (who: string) => () => order.push(`${who} ${performance.now() - from}`);
    const from = performance.now();

    pace.pause(5000);
    void pace.take(NEVER, { isPatient: true }).then(note('patient'));
    void pace.take(NEVER).then(note('quick'));
    await vi.runAllTimersAsync();

    expect(order).toEqual(['quick 5000', 'patient 6000']);
  });

  it('never lets more calls go within a second than allowed, whoever is patient and whoever gives up', async () => {
    const asking = fc.record({
      waitMs: fc.nat(400),
      isPatient: fc.boolean(),
      leavesAfterMs: fc.option(fc.nat(3000), { nil: undefined }),
    });

    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.array(asking, { minLength: 1, maxLength: 40 }),
        async (maxRps, askings) => {
          const pace = new Pace({ maxRps });
          const starts: number[] = [];
          const signals: AbortSignal[] = [];
          let gone = 0;
          for (const { waitMs, isPatient, leavesAfterMs } of askings) {
            await vi.advanceTimersByTimeAsync(waitMs);
            const leaving = new AbortController();
            signals.push(leaving.signal);
            if (leavesAfterMs !== undefined) setTimeout(() => leaving.abort(), leavesAfterMs);
            void pace.take(leaving.signal, { isPatient }).then(
              () => starts.push(performance.now()),
              () => {
                gone += 1;
              },
            );
          }
          await vi.runAllTimersAsync();

          expect(starts.length + gone).toBe(askings.length);
          for (const [index, at] of starts.entries()) {
            expect(at - (starts[index - maxRps] ?? Number.NEGATIVE_INFINITY)).toBeGreaterThanOrEqual(1000);
          }
          expect(signals.flatMap((signal) => getEventListeners(signal, 'abort'))).toEqual([]);
        },
      ),
      { numRuns: 100 },
    );
  });

  it.each([{ isPatient: false }, { isPatient: true }])(
    'keeps no timer and no listener for callers that gave up, %o',
    async (options) => {
      const pace = new Pace({ maxRps: 1 });
      const leaving = new AbortController();
      await pace.take(NEVER);

      const given = Promise.allSettled(Array.from({ length: 50 }, () => pace.take(leaving.signal, options)));
      leaving.abort(new Error('gone'));

      expect(vi.getTimerCount()).toBe(0);
      expect(getEventListeners(leaving.signal, 'abort')).toEqual([]);
      expect((await given).every(({ status }) => status === 'rejected')).toBe(true);
    },
  );

  it('turns a caller away that has gone already', async () => {
    await expect(new Pace({ maxRps: 1 }).take(AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
  });

  it('lets nobody go during a pause, and a shorter one does not end a longer one', async () => {
    const pace = new Pace({ maxRps: 10 });
    const startedAt: number[] = [];

    pace.pause(5000);
    pace.pause(100);
    takeMany(pace, 2, startedAt);
    await vi.advanceTimersByTimeAsync(4000);
    const remainingMs = pace.pausedForMs();
    await vi.runAllTimersAsync();

    expect(remainingMs).toBe(1000);
    expect(startedAt).toEqual([5000, 5000]);
  });

  it('holds back callers that wait already when a pause begins', async () => {
    const pace = new Pace({ maxRps: 1 });
    const startedAt: number[] = [];

    takeMany(pace, 2, startedAt);
    pace.pause(3000);
    await vi.runAllTimersAsync();

    expect(startedAt).toEqual([0, 3000]);
  });

  it('refuses a pace that lets nothing through', () => {
    expect(() => new Pace({ maxRps: 0 })).toThrow(RangeError);
    expect(() => new Pace({ maxRps: Number.NaN })).toThrow(RangeError);
  });
});
