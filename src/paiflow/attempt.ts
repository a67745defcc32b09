import { randomUUID } from 'node:crypto';
import { readBounded, readStart } from './bounded-body.ts';
import type { Credentials } from './credentials.ts';
import { PaiflowError, type PaiflowErrorKind, readFailure, readRequestId } from './errors.ts';
import { sign } from './signer.ts';

/** 10,000 rows are under 3 MB. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;
const MAX_FAILURE_BYTES = 64 * 1024;

/** What an error has to name. */
export interface CallName {
  readonly operation: string;
  readonly region: string;
}

/** What is sent, complete but for the signature. */
export interface Unsigned {
  readonly method: 'GET' | 'PUT';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** The exact text; empty if there is none. */
  readonly body: string;
}

export interface Attempt {
  readonly call: CallName;
  readonly request: Unsigned;
  /** Of a successful answer, unpacked; 32 MB by default. */
  readonly maxBytes: number | undefined;
  readonly credentials: Credentials;
  /** Whoever fires it has an error of its own to fail with; what comes of the attempt then is not looked at. */
  readonly signal: AbortSignal;
  readonly fetch: typeof globalThis.fetch;
  readonly now: () => Date;
}

/** A successful answer, whole and in memory. */
export interface Answered {
  readonly text: string;
  readonly requestId: string | undefined;
}

/**
 * Signs a request with a date and a nonce of its own, sends it once and reads the whole answer; throws a PaiflowError
 * for everything that is no success. Redirects are not followed: the signature would travel to another host.
 */
export async function attempt({
  call,
  request,
  maxBytes = MAX_ANSWER_BYTES,
  credentials,
  signal,
  fetch,
  now,
}: Attempt): Promise<Answered> {
  const { method, url, headers, body } = request;
  const moment = { date: now(), nonce: randomUUID().replaceAll('-', '') };
  const init: RequestInit = {
    method,
    headers: { ...headers, ...sign(request, credentials, moment) },
    redirect: 'manual',
    signal,
    ...(body !== '' && { body }),
  };
  const answer = await orNetworkFailure(call, () => fetch(url.href, init));
  if (!answer.ok) {
    const start = await orNetworkFailure(call, () => readStart(answer, MAX_FAILURE_BYTES));
    throw readFailure({ ...call, status: answer.status, headers: answer.headers, body: start, now: now() });
  }
  const requestId = readRequestId(answer.headers);
  const whole = await orNetworkFailure(call, () => readBounded(answer, maxBytes));
  if (whole === undefined) {
    throw new PaiflowError({ ...call, kind: 'too-large', status: answer.status, requestId });
  }
  return { text: whole.toString('utf8'), requestId };
}

export function failure(
  { operation, region }: CallName,
  kind: PaiflowErrorKind,
  facts: { readonly code?: string | undefined; readonly retryAfterMs?: number } = {},
): PaiflowError {
  return new PaiflowError({ kind, operation, region, ...facts });
}

/**
 * The error of a failed connection is left behind, since it may name hosts or quote a header; only the system's word
 * for it goes on.
 */
async function orNetworkFailure<T>(call: CallName, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw failure(call, 'network', { code: findSystemCode(error) });
  }
}

/** fetch hides the system's error one or two causes deep. */
function findSystemCode(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string' && /^[A-Z][A-Z0-9_]{1,60}$/.test(cause.code)) {
      return cause.code;
    }
  }
  return undefined;
}
