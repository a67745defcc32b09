import { createHash, createHmac, randomUUID } from 'node:crypto';
import { REGION } from './status-rows.ts';

/** One call of PAIFlow. */
export interface Question {
  readonly action: string;
  /** After `/api/v1/pipelineruns`. */
  readonly path: string;
  readonly query?: string;
  readonly body?: string;
}

/** Gives a way to ask PAIFlow with bare fetch and JSON.parse, by the environment that Flowbell gets. */
export function createBarePaiflow(
  env: Readonly<Record<string, string | undefined>>,
): (question: Question) => Promise<unknown> {
  const base = `${(env.PAIFLOW_ENDPOINT ?? '').replace('{region}', REGION)}/api/v1/pipelineruns`;
  const key = {
    id: env.ALIBABA_CLOUD_ACCESS_KEY_ID ?? '',
    secret: env.ALIBABA_CLOUD_ACCESS_KEY_SECRET ?? '',
  };
  return async ({ action, path, query = '', body = '' }) => {
    const url = new URL(`${base}${path}${query && `?${query}`}`);
    const method = body === '' ? 'GET' : 'PUT';
    const headers = sign({ method, url, action, body }, key);
    const response = await fetch(url, { method, headers, ...(body !== '' && { body }) });
    return JSON.parse(await response.text());
  };
}

/** Alibaba Cloud's signature version 3, only as much of it as plain reads need. */
function sign(
  { method, url, action, body }: { method: string; url: URL; action: string; body: string },
  key: { readonly id: string; readonly secret: string },
): Record<string, string> {
  const headers: Record<string, string> = {
    ...(body !== '' && { 'content-type': 'application/json; charset=utf-8' }),
    host: url.host,
    'x-acs-action': action,
    'x-acs-content-sha256': sha256(body),
    'x-acs-date': `${new Date().toISOString().slice(0, 19)}Z`,
    'x-acs-signature-nonce': randomUUID(),
    'x-acs-version': '2021-02-02',
  };
  const names = Object.keys(headers);
  const lines = names.map((name) => `${name}:${headers[name]}`);
  const canonical = [
    method,
    url.pathname,
    url.search.slice(1),
    ...lines,
    '',
    names.join(';'),
    sha256(body),
  ].join('\n');
  const signature = createHmac('sha256', key.secret)
    .update(`ACS3-HMAC-SHA256\n${sha256(canonical)}`)
    .digest('hex');
  headers.authorization = `ACS3-HMAC-SHA256 Credential=${key.id},SignedHeaders=${names.join(';')},Signature=${signature}`;
  return headers;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
