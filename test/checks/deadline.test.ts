import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CHECK_TIMEOUT_MS, withinTime } from '../../src/checks/deadline.ts';

const never = () => new Promise<never>(() => undefined);

describe('withinTime', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('gives what the work gives and leaves no timer behind', async () => {
    expect(await withinTime(async () => 'done', new AbortController().signal)).toBe('done');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends work that takes over eight seconds, and tells it so', async () => {
    let told: AbortSignal | undefined;
    const working = withinTime((signal) => {
      told = signal;
      return never();
    }, new AbortController().signal);

    vi.advanceTimersByTime(CHECK_TIMEOUT_MS - 1);
    expect(told?.aborted).toBe(false);
    vi.advanceTimersByTime(1);

    await expect(working).rejects.toThrow('out of time');
    expect(told?.aborted).toBe(true);
  });

  it('ends at once for an asker who is gone already', async () => {
    await expect(withinTime(never, AbortSignal.abort())).rejects.toThrow('out of time');
  });
});
