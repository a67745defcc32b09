import ky, { type RetryOptions } from 'ky';
import { attempt, type CallName, failure } from './attempt.ts';
import type { CredentialSource, Credentials } from './credentials.ts';
import { untilAborted, withDeadline } from './deadline.ts';
import { type Address, callUrl, checkEndpoint } from './endpoint.ts';
import { PaiflowError, readRequestId } from './errors.ts';
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
}

/** One read of the API. */
export interface Call extends CallName, Address {
  readonly method: 'get' | 'put';
  readonly json?: unknown;
}

export interface TransportAnswer {
  readonly text: string;
  readonly requestId: string | undefined;
}

export type Transport = (
  call: Call,
  options: { readonly signal?: AbortSignal | undefined; readonly timeoutMs?: number | undefined },
) => Promise<TransportAnswer>;

/** What a call has come to, for its retry and for the error in the end. */
interface Progress {
  readonly endsAtMs: number;
  credentials?: Credentials;
  failure?: PaiflowError;
}

/**
 * Gives the one way to PAI: paced, signed anew for every attempt, under a deadline. The operations are reads
 * (ListPipelineRunsStatus too, though it is a PUT), so a call is made once more after a failed connection, a 5xx that
 * names no time to come back, a nonce taken for used, or a refused key if the source gives another one by then. Never
 * after throttling, which pauses all calls, and never after a time-out, which has used up the time.
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
    await pace.take(signal);
  }

  async function tryOnce(
    call: Call,
    request: Request,
    progress: Progress,
    signal: AbortSignal,
  ): Promise<Response> {
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
      return attempt({ call, request, credentials: key, signal, fetch, now });
    });
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

  async function exchange(
    call: Call,
    url: URL,
    progress: Progress,
    signal: AbortSignal,
  ): Promise<TransportAnswer> {
    const retry: RetryOptions = {
      limit: 1,
      delay: () => RETRY_DELAY_MS,
      jitter: true,
      shouldRetry: ({ error }) => isWorthRepeating(error, progress),
    };
    const answer = await ky(url, {
      method: call.method,
      ...(call.json !== undefined && { json: call.json }),
      headers: headersOf(call),
      signal,
      // Both belong to withDeadline and attempt: ky's time-out does not cover the body, and it knows no Code.
      timeout: false,
      throwHttpErrors: false,
      retry,
      // ky comes through here for every attempt, in version 2 as well; a hook would do so in version 1 only.
      fetch: (input) =>
        tryOnce(call, new Request(input), progress, signal).catch((error: unknown) => {
          note(error, progress);
          throw error;
        }),
    });
    return { text: await answer.text(), requestId: readRequestId(answer.headers) };
  }

  return async (call, { signal, timeoutMs = callTimeoutMs }) => {
    const url = callUrl(endpoint, call);
    if (url === undefined) {
      throw failure({ ...call, region: 'unknown region' }, 'junk', { code: 'InvalidRegion' });
    }
    const progress: Progress = { endsAtMs: performance.now() + timeoutMs };
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

function headersOf(call: Call): Record<string, string> {
  return {
    // Without it the old ROA gateway may answer XML (paiflow-api.md 6).
    accept: 'application/json',
    'x-acs-action': call.operation,
    'x-acs-version': API_VERSION,
    ...(call.json !== undefined && { 'content-type': 'application/json; charset=utf-8' }),
  };
}

function isSameKey(one: Credentials, other: Credentials | undefined): boolean {
  return (
    one.accessKeyId === other?.accessKeyId &&
    one.accessKeySecret === other.accessKeySecret &&
    one.securityToken === other.securityToken
  );
}
