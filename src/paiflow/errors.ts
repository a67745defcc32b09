import { readFailureBody } from './failure-body.ts';

/**
 * Why a call to PAIFlow gave no answer.
 *
 * | kind | what it means | worth asking again |
 * |---|---|---|
 * | `throttled` | too many calls for this account | after `retryAfterMs` |
 * | `not-found` | PAI knows no such thing, or shows it to others only | no |
 * | `forbidden` | the key lacks a permission | no |
 * | `wrong-key` | no key, an unknown or expired one, or a wrong secret | once the key changed |
 * | `wrong-clock` | our clock is over 15 minutes off | no |
 * | `refused` | any other 4xx: something in the question is not liked, in a batch perhaps one id | no |
 * | `unavailable` | 5xx, or a nonce PAI believes to have seen | yes |
 * | `junk` | not PAIFlow's answer: wrong host, path or action, a redirect, a body that cannot be read | no |
 * | `too-large` | the answer is larger than it may be; it was not read to its end | with a smaller question |
 * | `timeout` | no whole answer in time | yes |
 * | `network` | the connection failed; `code` is the system's word, for example ECONNREFUSED | yes |
 * | `aborted` | the caller stopped waiting | - |
 */
export type PaiflowErrorKind =
  | 'throttled'
  | 'not-found'
  | 'forbidden'
  | 'wrong-key'
  | 'wrong-clock'
  | 'refused'
  | 'unavailable'
  | 'junk'
  | 'too-large'
  | 'timeout'
  | 'network'
  | 'aborted';

export interface PaiflowFailure {
  readonly kind: PaiflowErrorKind;
  /** PAI's name of the call, for example `GetPipelineRun`. */
  readonly operation: string;
  readonly region: string;
  readonly status?: number | undefined;
  readonly code?: string | undefined;
  readonly requestId?: string | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/**
 * A call that failed. Safe to log and, by `code` and `requestId`, to show: it never holds PAI's sentence, a body, a
 * key, a host or a path, because PAI's sentence may echo the string to sign (paiflow-api.md 7).
 */
export class PaiflowError extends Error {
  override readonly name = 'PaiflowError';
  readonly kind: PaiflowErrorKind;
  readonly operation: string;
  readonly region: string;
  readonly status?: number;
  readonly code?: string;
  readonly requestId?: string;
  readonly retryAfterMs?: number;

  constructor(failure: PaiflowFailure) {
    super(describeFailure(failure), failure.cause === undefined ? undefined : { cause: failure.cause });
    this.kind = failure.kind;
    this.operation = failure.operation;
    this.region = failure.region;
    if (failure.status !== undefined) this.status = failure.status;
    if (failure.code !== undefined) this.code = failure.code;
    if (failure.requestId !== undefined) this.requestId = failure.requestId;
    if (failure.retryAfterMs !== undefined) this.retryAfterMs = failure.retryAfterMs;
  }
}

function describeFailure({ kind, operation, region, status, code }: PaiflowFailure): string {
  const verb = `${operation.charAt(0).toLowerCase()}${operation.slice(1)}`;
  const answered = status === undefined ? '' : ` (HTTP ${status})`;
  return `${verb} failed in ${region}: ${code ?? kind}${answered}`;
}

/**
 * The gateway's words, first match wins. They come before the status, because products send the same code with
 * different statuses: throttling as 400, 429 or 503, an unknown key as 404 (paiflow-api.md 7).
 */
const KINDS_BY_CODE: readonly (readonly [RegExp, PaiflowErrorKind])[] = [
  [/^(Rejected\.)?Throttling/, 'throttled'],
  [/^InvalidTimeStamp\b/, 'wrong-clock'],
  [/^(InvalidAccessKeyId|InvalidSecurityToken|SignatureDoesNotMatch|IncompleteSignature)/, 'wrong-key'],
  // A new nonce goes out with the retry; were it `refused`, a batch would be halved for nothing.
  [/^SignatureNonceUsed$/, 'unavailable'],
  // Not `not-found` (no run is missing) and not `refused` (no id is to blame): whoever answers is not this API.
  [/^(InvalidAction|InvalidApi|InvalidVersion)\b/, 'junk'],
  [/^(Forbidden|NoPermission)\b/, 'forbidden'],
  [/^(ServiceUnavailable|InternalError)\b/, 'unavailable'],
];

const KINDS_BY_STATUS: Readonly<Record<number, PaiflowErrorKind>> = {
  401: 'wrong-key',
  403: 'forbidden',
  404: 'not-found',
  // A proxy on the way wants a password: nothing in the question can mend that.
  407: 'network',
  408: 'unavailable',
  429: 'throttled',
};

export function classify(status: number, code: string | undefined): PaiflowErrorKind {
  const byCode = KINDS_BY_CODE.find(([pattern]) => code !== undefined && pattern.test(code));
  if (byCode !== undefined) return byCode[1];
  if (status >= 500) return 'unavailable';
  if (status < 400) return 'junk';
  return KINDS_BY_STATUS[status] ?? 'refused';
}

export interface FailedAnswer {
  readonly operation: string;
  readonly region: string;
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  readonly now: Date;
}

/** Turns an answer that is no success into the error to throw; the body is read for its code and id, then dropped. */
export function readFailure({ operation, region, status, headers, body, now }: FailedAnswer): PaiflowError {
  const said = readFailureBody(body);
  return new PaiflowError({
    kind: classify(status, said.code),
    operation,
    region,
    status,
    code: said.code,
    requestId: said.requestId ?? readRequestId(headers),
    retryAfterMs: readRetryAfterMs(headers, now),
  });
}

/** The answer's id from its header, which repeats the body's RequestId. */
export function readRequestId(headers: Headers): string | undefined {
  const id = headers.get('x-acs-request-id')?.trim() ?? '';
  return /^[\w-]{1,100}$/.test(id) ? id : undefined;
}

/**
 * `x-acs-retry-after` counts milliseconds (as @alicloud/openapi-core reads it); `Retry-After` is seconds or an HTTP
 * date (RFC 9110, 10.2.3). Gives milliseconds from `now`, never negative.
 */
export function readRetryAfterMs(headers: Headers, now: Date): number | undefined {
  const ms = headers.get('x-acs-retry-after')?.trim() ?? '';
  if (/^\d{1,9}$/.test(ms)) return Number(ms);
  const after = headers.get('retry-after')?.trim() ?? '';
  if (/^\d{1,6}$/.test(after)) return Number(after) * 1000;
  const at = after === '' ? Number.NaN : Date.parse(after);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now.getTime());
}
