import { createHash, createHmac } from 'node:crypto';
import type { Credentials } from './credentials.ts';

export interface SignableRequest {
  readonly method: string;
  /** As it is sent: its host and port, path and query are all signed. */
  readonly url: URL;
  /** Names in lower case. All `x-acs-*` are signed, and `content-type`. */
  readonly headers: Readonly<Record<string, string>>;
  /** The exact text sent; empty if there is none. */
  readonly body: string;
}

export interface SigningMoment {
  readonly date: Date;
  /** Never used before: PAI refuses a second one with SignatureNonceUsed. */
  readonly nonce: string;
}

const ALGORITHM = 'ACS3-HMAC-SHA256';

/**
 * Gives the headers a request has to carry besides its own, for Alibaba Cloud's signature version 3 (help page
 * "Request syntax and signature method V3"). PAI accepts them for 15 minutes and once only.
 */
export function sign(
  request: SignableRequest,
  credentials: Credentials,
  { date, nonce }: SigningMoment,
): Record<string, string> {
  const added: Record<string, string> = {
    'x-acs-content-sha256': sha256(request.body),
    // Seconds, no milliseconds.
    'x-acs-date': `${date.toISOString().slice(0, 19)}Z`,
    'x-acs-signature-nonce': nonce,
  };
  if (credentials.securityToken !== undefined) {
    added['x-acs-accesskey-id'] = credentials.accessKeyId;
    added['x-acs-security-token'] = credentials.securityToken;
  }
  const signed = pickSigned({ ...request.headers, ...added, host: request.url.host });
  const names = signed.map(([name]) => name).join(';');
  const canonicalRequest = [
    request.method,
    canonicalPath(request.url),
    canonicalQuery(request.url),
    ...signed.map(([name, value]) => `${name}:${value.trim()}`),
    '',
    names,
    added['x-acs-content-sha256'],
  ].join('\n');
  const signature = createHmac('sha256', credentials.accessKeySecret)
    .update(`${ALGORITHM}\n${sha256(canonicalRequest)}`)
    .digest('hex');
  const authorization = `${ALGORITHM} Credential=${credentials.accessKeyId},SignedHeaders=${names},Signature=${signature}`;
  return { ...added, authorization };
}

/** Percent-encodes as RFC 3986 and the signature want it: everything but letters, digits and `-_.~`. */
export function encodeRfc3986(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function pickSigned(headers: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(headers)
    .filter(([name]) => name.startsWith('x-acs-') || name === 'host' || name === 'content-type')
    .sort(([one], [other]) => (one < other ? -1 : 1));
}

function canonicalPath(url: URL): string {
  return url.pathname
    .split('/')
    .map((segment) => encodeRfc3986(decodeURIComponent(segment)))
    .join('/');
}

function canonicalQuery(url: URL): string {
  return [...url.searchParams]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${encodeRfc3986(name)}=${encodeRfc3986(value)}`)
    .join('&');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
