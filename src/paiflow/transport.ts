import ky, { type RetryOptions } from 'ky';
import { type Answered, attempt, type CallName, failure, type Unsigned } from './attempt.ts';
import type { CredentialSource, Credentials } from './credentials.ts';
import { untilAborted, withDeadline } from './deadline.ts';
import { type Address, callUrl, checkEndpoint } from './endpoint.ts';
import { PaiflowError, type PaiflowErrorKind } from './errors.ts';
import { Pace } from './pace.ts';

const API_VERSION = '2021-02-02';
const RETRY_DELAY_MS = 400;
/** For throttling that does not say how long; the batcher waits longer and longer on top of it. */
const PAUSE_MS = 1000;
const MAX_PAUSE_MS = 60_000;

export interface TransportOptions {
  /** Origin instead of PAI's, perhaps with a path; `{region}` in it becomes the region. */
  readonly endpoint?: string | undefined;
  /** Calls per second, over all regions and operations. */
  readonly maxRps: number;
  readonly credentials: CredentialSource;
  /** Node's fetch by default; one that knows the way through a proxy otherwise. It is given a string and an init. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  readonly now?: () => Date;
  /** For one attempt: credentials, request and whole answer; 8000 by default. */
  readonly attemptTimeoutMs?: number;
  /** For a call with its retry, from the wait for its turn on; 8000 by default. */
  readonly callTimeoutMs?: number;
  /** Told of every attempt that was made, and of what it came to; for counting. */
  readonly onAttempt?: ((operation: string, outcome: 'answered' | PaiflowErrorKind) => void) | undefined;
}

/** One read of the API. */
export interface Call extends CallName, Address {
  readonly method: 'GET' | 'PUT';
  readonly json?: unknown;
  /** Of the answer, unpacked; 32 MB by default. */
  readonly maxBytes?: number | undefined;
}

export type Transport = (
  call: Call,
  options: {
    readonly signal?: AbortSignal | undefined;
    readonly timeoutMs?: number | undefined;
    readonly isPatient?: boolean | undefined;
  },
) => Promise<Answered>;

/** What a call may do and has come to, for each attempt and for the error in the end. */
interface Progress {
  readonly endsAtMs: number;
  readonly isPatient: boolean;
  credentials?: Credentials;
  failure?: PaiflowError;
}

/**
 * Gives the one way to PAI: paced, signed anew for every attempt, under a deadline. The operations are reads
 * (ListPipelineRunsStatus too, though it is a PUT), so a call is made once more after a failed connection, a 5xx that
 * names no time to come back, a nonce taken for used, or a refused key if the source gives another one by then. Never
 * after throttling, which pauses all calls, never after a time-out, which has used up the time, and never after an
 * answer that was too large, which would be as large again.
 */
export function createTransport(options: TransportOptions): Transport {
  const { endpoint, maxRps, credentials, now = () => new Date() } = options;
  const { attemptTimeoutMs = 8000, callTimeoutMs = 8000 } = options;
  const fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
  const pace = new Pace({ maxRps });
  checkEndpoint(endpoint);

  function pausedFailure(call: Call): PaiflowError | undefined {
    const retryAfterMs = pace.pausedForMs();
    return retryAfterMs > 0
      ? failure(call, 'throttled', { retryAfterMs: Math.ceil(retryAfterMs) })
      : undefined;
  }

  async function takeTurn(call: Call, progress: Progress, signal: AbortSignal): Promise<void> {
    // Who has to wait longer than there is time is told so at once.
    const paused =
      performance.now() + pace.pausedForMs() >= progress.endsAtMs ? pausedFailure(call) : undefined;
    if (paused !== undefined) throw paused;
    await pace.take(signal, { isPatient: progress.isPatient });
  }

  async function tryOnce(
    call: Call,
    request: Unsigned,
    progress: Progress,
    signal: AbortSignal,
  ): Promise<Answered> {
    await takeTurn(call, progress, signal);
    const deadline = {
      timeoutMs: attemptTimeoutMs,
      signal,
      onTimeout: () => failure(call, 'timeout'),
      onAbort: () => signal.reason,
    };
    return withDeadline(deadline, async (signal) => {
      const key = await untilAborted(credentials(), signal).catch(() => undefined);
      signal.throwIfAborted();
      if (key === undefined) throw failure(call, 'wrong-key', { code: 'NoCredentials' });
      progress.credentials = key;
      return attempt({ call, request, maxBytes: call.maxBytes, credentials: key, signal, fetch, now });
    }).then(
      (answered) => {
        options.onAttempt?.(call.operation, 'answered');
        return answered;
      },
      (error: unknown) => {
        if (error instanceof PaiflowError) options.onAttempt?.(call.operation, error.kind);
        throw error;
      },
    );
  }

  function note(error: unknown, progress: Progress): void {
    if (!(error instanceof PaiflowError)) return;
    progress.failure = error;
    // Without a status it is our own turning away, which must not prolong the pause it tells of.
    if (error.kind !== 'throttled' || error.status === undefined) return;
    pace.pause(Math.min(error.retryAfterMs ?? PAUSE_MS, MAX_PAUSE_MS));
  }

  async function isWorthRepeating(error: unknown, progress: Progress): Promise<boolean> {
    if (!(error instanceof PaiflowError)) return false;
    if (error.kind === 'network') return true;
    if (error.kind === 'unavailable') return (error.retryAfterMs ?? 0) <= RETRY_DELAY_MS;
    if (error.kind !== 'wrong-key' || error.code === 'NoCredentials') return false;
    const key = await credentials().catch(() => undefined);
    return key !== undefined && !isSameKey(key, progress.credentials);
  }

  async function exchange(call: Call, url: URL, progress: Progress, signal: AbortSignal): Promise<Answered> {
    const request = toUnsigned(call, url);
    const retry: RetryOptions = {
      limit: 1,
      delay: () => RETRY_DELAY_MS,
      jitter: true,
      shouldRetry: ({ error }) => isWorthRepeating(error, progress),
    };
    let answered: Answered | undefined;
    // ky decides about the second try and waits for it. The request and the answer go past it: through its Request and
    // Response a call costs half as much again (`npm run bench -- tick`).
    await ky(url, {
      signal,
      // Both belong to withDeadline and attempt: ky's time-out does not cover the body, and it knows no Code.
      timeout: false,
      throwHttpErrors: false,
      retry,
      // ky comes through here for every attempt, in version 2 as well; a hook would do so in version 1 only.
      fetch: async () => {
        try {
          answered = await tryOnce(call, request, progress, signal);
          return new Response(null);
        } catch (error) {
          note(error, progress);
          throw error;
        }
      },
    });
    if (answered === undefined) throw failure(call, 'network');
    return answered;
  }

  return async (call, { signal, timeoutMs = callTimeoutMs, isPatient = false }) => {
    const url = callUrl(endpoint, call);
    if (url === undefined) {
      throw failure({ ...call, region: 'unknown region' }, 'junk', { code: 'InvalidRegion' });
    }
    const progress: Progress = { endsAtMs: performance.now() + timeoutMs, isPatient };
    const deadline = {
      timeoutMs,
      signal,
      // What went wrong before says more than that the time is over.
      onTimeout: () => progress.failure ?? pausedFailure(call) ?? failure(call, 'timeout'),
      onAbort: () => failure(call, 'aborted'),
    };
    return withDeadline(deadline, (signal) => exchange(call, url, progress, signal));
  };
}

function toUnsigned({ method, operation, json }: Call, url: URL): Unsigned {
  const headers = {
    // Without it the old ROA gateway may answer XML (paiflow-api.md 6).
    accept: 'application/json',
    'x-acs-action': operation,
    'x-acs-version': API_VERSION,
  };
  if (json === undefined) return { method, url, headers, body: '' };
  const withType = { ...headers, 'content-type': 'application/json; charset=utf-8' };
  return { method, url, headers: withType, body: JSON.stringify(json) };
}

function isSameKey(one: Credentials, other: Credentials | undefined): boolean {
  return (
    one.accessKeyId === other?.accessKeyId &&
    one.accessKeySecret === other.accessKeySecret &&
    one.securityToken === other.securityToken
  );
}
