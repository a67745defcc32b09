import { randomUUID } from 'node:crypto';
import { BodyTooLargeError, readBounded, readStart } from './bounded-body.ts';
import type { Credentials } from './credentials.ts';
import { PaiflowError, type PaiflowErrorKind, readFailure } from './errors.ts';
import { sign } from './signer.ts';

/** 10,000 rows are under 3 MB. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;
const MAX_FAILURE_BYTES = 64 * 1024;

/** What an error has to name. */
export interface CallName {
  readonly operation: string;
  readonly region: string;
}

export interface Attempt {
  readonly call: CallName;
  /** Complete but for the signature; its body is read here. */
  readonly request: Request;
  readonly credentials: Credentials;
  /** Whoever fires it has an error of its own to fail with; what comes of the attempt then is not looked at. */
  readonly signal: AbortSignal;
  readonly fetch: typeof globalThis.fetch;
  readonly now: () => Date;
}

/**
 * Signs a request with a date and a nonce of its own, sends it once and reads the whole answer. Gives a successful
 * answer, its body in memory; throws a PaiflowError for everything else. Redirects are not followed: the
 * signature would travel to another host.
 */
export async function attempt({
  call,
  request,
  credentials,
  signal,
  fetch,
  now,
}: Attempt): Promise<Response> {
  const body = await request.text();
  const headers = Object.fromEntries(request.headers);
  const moment = { date: now(), nonce: randomUUID().replaceAll('-', '') };
  const signable = { method: request.method, url: new URL(request.url), headers, body };
  const init: RequestInit = {
    method: request.method,
    headers: { ...headers, ...sign(signable, credentials, moment) },
    redirect: 'manual',
    signal,
    ...(body !== '' && { body }),
  };
  const answer = await orNetworkFailure(call, () => fetch(request.url, init));
  if (!answer.ok) {
    const start = await orNetworkFailure(call, () => readStart(answer, MAX_FAILURE_BYTES));
    throw readFailure({ ...call, status: answer.status, headers: answer.headers, body: start, now: now() });
  }
  const whole = await orNetworkFailure(call, () => readBounded(answer, MAX_ANSWER_BYTES));
  return new Response(whole, { headers: answer.headers });
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
    if (error instanceof BodyTooLargeError) throw failure(call, 'junk', { code: 'AnswerTooLarge' });
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
