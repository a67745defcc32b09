/** How long one check may take; somebody waits for all of them. */
export const CHECK_TIMEOUT_MS = 8000;

/** A check that nobody waits for any longer: its time is up, or the asker is gone. */
export class CheckTimeoutError extends Error {
  override readonly name = 'CheckTimeoutError';
}

/**
 * Gives a check's work its time, and the signal that ends with it. Rejects with CheckTimeoutError then, also where the
 * work takes no notice of the signal, as Slack's client does.
 */
export async function withinTime<T>(
  work: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const ending = new AbortController();
  const end = () => ending.abort();
  const ended = new Promise<never>((_, reject) => {
    ending.signal.addEventListener('abort', () => reject(new CheckTimeoutError('out of time')));
  });
  const timer = setTimeout(end, CHECK_TIMEOUT_MS);
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  try {
    return await Promise.race([ended, work(ending.signal)]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
  }
}
