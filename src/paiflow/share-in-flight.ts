import type { CallOptions } from './client.ts';
import { untilAborted } from './deadline.ts';
import { PaiflowError } from './errors.ts';

/** A call that is out, and how many wait for it. */
interface Flight<T> {
  readonly answer: Promise<T>;
  readonly controller: AbortController;
  askers: number;
}

type Ask<Query, T> = (query: Query, options?: CallOptions) => Promise<T>;

/**
 * Gives equal questions one call while it is out: forty people who ask for one name at once cost one list, not forty.
 * Nothing is kept once it is answered. Each asker stops waiting by their own signal, with a PaiflowError of kind
 * `aborted`; the call itself ends once nobody waits for it any more. Patient and other calls are not shared, and whoever
 * joined a call that timed out asks once more.
 */
export function shareInFlight<Query extends { readonly region: string }, T>(
  operation: string,
  ask: Ask<Query, T>,
): Ask<Query, T> {
  const flights = new Map<string, Flight<T>>();

  function start(key: string, query: Query, options: CallOptions): Flight<T> {
    const controller = new AbortController();
    const answer = ask(query, { ...options, signal: controller.signal }).finally(() => land(key, flight));
    const flight: Flight<T> = { answer, controller, askers: 0 };
    flights.set(key, flight);
    return flight;
  }

  function land(key: string, flight: Flight<T>): void {
    if (flights.get(key) === flight) flights.delete(key);
  }

  function aborted({ region }: Query, error: unknown): PaiflowError {
    return error instanceof PaiflowError ? error : new PaiflowError({ kind: 'aborted', operation, region });
  }

  const share: Ask<Query, T> = async (query, options = {}) => {
    const { signal, isPatient = false } = options;
    const key = JSON.stringify([query, isPatient]);
    const joined = flights.get(key);
    const flight = joined ?? start(key, query, options);
    flight.askers += 1;
    try {
      return await (signal === undefined ? flight.answer : untilAborted(flight.answer, signal));
    } catch (error) {
      if (signal?.aborted === true) throw aborted(query, error);
      // Whoever joined late has time of their own left when the others' is over.
      if (joined === undefined || !(error instanceof PaiflowError) || error.kind !== 'timeout') throw error;
      return await share(query, options);
    } finally {
      flight.askers -= 1;
      if (flight.askers === 0) {
        land(key, flight);
        flight.controller.abort();
      }
    }
  };
  return share;
}
