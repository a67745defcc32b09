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

  it('takes no token for a caller that gave up waiting', async () => {
    const pace = new Pace({ maxRps: 1 });
    const startedAt: number[] = [];
    const leaving = new AbortController();

    takeMany(pace, 1, startedAt);
    const given = expect(pace.take(leaving.signal)).rejects.toThrow('gone');
    takeMany(pace, 1, startedAt);
    leaving.abort(new Error('gone'));
    await vi.runAllTimersAsync();

    await given;
    expect(startedAt).toEqual([0, 1000]);
  });

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
