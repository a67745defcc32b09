import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { HttpRequest } from '../http.ts';
import { PaiflowRefusal } from './refusal.ts';

/** A key that the loopback PAIFlow knows. Made anew for each sandbox, so it can never be a real one. */
export interface AccessKey {
  readonly id: string;
  readonly secret: string;
  /** Set for an STS key: every call must carry it. */
  readonly securityToken?: string;
}

/** A signature is good for 15 minutes on either side (Alibaba Cloud SDK, "signature method V3"). */
const WINDOW_MS = 15 * 60_000;

const ALGORITHM = 'ACS3-HMAC-SHA256';
const AUTHORIZATION = /^ACS3-HMAC-SHA256 Credential=([^,]+),SignedHeaders=([^,]+),Signature=([0-9a-f]{64})$/;
const DATE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;

/** Checks signatures as the vendor's gateway does, and remembers the nonces it has seen. */
export class SignatureGate {
  readonly keys: ReadonlyMap<string, AccessKey>;
  readonly #nonces = new Map<string, number>();

  constructor(keys: readonly AccessKey[]) {
    this.keys = new Map(keys.map((key) => [key.id, key]));
  }

  /** Throws a refusal in the vendor's words unless the request is signed as it must be. `now` is the server's. */
  check(request: HttpRequest, now: number): void {
    const authorization = header(request, 'authorization');
    if (authorization === undefined)
      throw refuse('MissingAuthorization', 'the Authorization header is missing');
    const [, keyId = '', signedNames = '', signature = ''] = AUTHORIZATION.exec(authorization) ?? [];
    if (keyId === '') throw refuse('IncompleteSignature', 'the Authorization header is not well formed');
    const key = this.keys.get(keyId);
    if (key === undefined) {
      throw new PaiflowRefusal(404, 'InvalidAccessKeyId.NotFound', 'Specified access key is not found.');
    }
    checkDate(request, now);
    checkToken(request, key);
    checkBody(request);
    checkSignedNames(request, signedNames.split(';'));
    const expected = sign(request, signedNames.split(';'), key.secret);
    if (!timingSafeEqual(Buffer.from(expected), Buffer.from(signature))) {
      throw refuse('SignatureDoesNotMatch', 'Specified signature does not match our calculation.');
    }
    this.#useNonce(header(request, 'x-acs-signature-nonce') ?? '', now);
  }

  #useNonce(nonce: string, now: number): void {
    if (nonce === '') throw refuse('MissingSignatureNonce', 'x-acs-signature-nonce is missing');
    if (this.#nonces.has(nonce))
      throw refuse('SignatureNonceUsed', 'The request signature nonce has been used.');
    this.#nonces.set(nonce, now);
    for (const [old, at] of this.#nonces) {
      if (at > now - WINDOW_MS) break;
      this.#nonces.delete(old);
    }
  }
}

/** A fresh key; `isTemporary` makes it an STS key with a security token. */
export function createAccessKey(isTemporary: boolean): AccessKey {
  const random = randomBytes(12).toString('hex');
  const base = { id: `${isTemporary ? 'STS.' : ''}sandbox-${random}`, secret: `sandbox-secret-${random}` };
  return isTemporary ? { ...base, securityToken: `sandbox-token-${random}==` } : base;
}

/** The signature a caller must have computed: hex HMAC-SHA256 over the canonical request. */
export function sign(request: HttpRequest, signedNames: readonly string[], secret: string): string {
  const canonical = [
    request.method,
    canonicalPath(request.target),
    canonicalQuery(request.query),
    ...signedNames.map((name) => `${name}:${header(request, name)?.trim() ?? ''}`),
    '',
    signedNames.join(';'),
    header(request, 'x-acs-content-sha256') ?? '',
  ].join('\n');
  return createHmac('sha256', secret)
    .update(`${ALGORITHM}\n${sha256(canonical)}`)
    .digest('hex');
}

function checkDate(request: HttpRequest, now: number): void {
  const date = header(request, 'x-acs-date') ?? '';
  if (!DATE.test(date)) throw refuse('InvalidTimeStamp.Format', 'x-acs-date is not yyyy-MM-ddTHH:mm:ssZ');
  if (Math.abs(Date.parse(date) - now) > WINDOW_MS) {
    throw refuse('InvalidTimeStamp.Expired', 'Specified time stamp or date value is expired.');
  }
}

function checkToken(request: HttpRequest, key: AccessKey): void {
  const token = header(request, 'x-acs-security-token');
  if (key.securityToken === undefined) return;
  // The codes for STS tokens are not listed for PAIFlow; these two are the gateway's usual ones.
  if (token === undefined)
    throw refuse('MissingSecurityToken', 'SecurityToken is mandatory for this action.');
  if (token !== key.securityToken) {
    throw refuse(
      'InvalidSecurityToken.MismatchWithAccessKey',
      'Specified SecurityToken mismatch with access key.',
    );
  }
}

function checkBody(request: HttpRequest): void {
  if (header(request, 'x-acs-content-sha256') !== sha256(request.body)) {
    throw refuse('SignatureDoesNotMatch', 'x-acs-content-sha256 does not match the body.');
  }
}

/** Every x-acs-* header, host, and content-type when present must be signed, in sorted order. */
function checkSignedNames(request: HttpRequest, names: readonly string[]): void {
  const present = Object.keys(request.headers).filter((name) => name.startsWith('x-acs-'));
  const wanted = [
    'host',
    ...(request.headers['content-type'] === undefined ? [] : ['content-type']),
    ...present,
  ];
  const missing = wanted.filter((name) => !names.includes(name));
  if (missing.length > 0) throw refuse('IncompleteSignature', `not signed: ${missing.join(', ')}`);
  if ([...names].sort().join() !== names.join()) {
    throw refuse('IncompleteSignature', 'the signed header names are not sorted');
  }
}

function canonicalPath(target: string): string {
  const path = target.split('?')[0] ?? '/';
  return path
    .split('/')
    .map((segment) => encode(decodeURIComponent(segment)))
    .join('/');
}

function canonicalQuery(query: URLSearchParams): string {
  return [...query]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
}

/** RFC 3986: everything but letters, digits and `-_.~` is encoded. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sha256(value: string | Buffer): string {
  return createHash('sha256').update(value).digest('hex');
}

function header(request: HttpRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}

function refuse(code: string, message: string): PaiflowRefusal {
  return new PaiflowRefusal(400, code, message);
}
