import { setMaxListeners } from 'node:events';

/**
 * Calls back once when the signal fires; gives the way to stop listening. Node warns of a leak at the eleventh
 * listener, but a job's signal may well have a hundred calls under it, so the warning is turned off for it.
 */
export function onAbort(signal: AbortSignal | undefined, listener: () => void): () => void {
  if (signal === undefined) return () => undefined;
  setMaxListeners(0, signal);
  signal.addEventListener('abort', listener, { once: true });
  return () => signal.removeEventListener('abort', listener);
}
