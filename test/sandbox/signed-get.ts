import { createHash, randomUUID } from 'node:crypto';
import { sign } from '../../sandbox/paiflow/signature.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';

/** A signed GET below `/api/v1/pipelineruns`, as a plain response, so that a test can read it piece by piece. */
export function signedGet(
  sandbox: Sandbox,
  action: string,
  given: { readonly path?: string; readonly query?: Record<string, string>; readonly region?: string },
): Promise<Response> {
  const query = new URLSearchParams(given.query);
  const prefix = given.region === undefined ? '' : `/${given.region}`;
  const path = `${prefix}/api/v1/pipelineruns${given.path ?? ''}`;
  const headers: Record<string, string> = {
    host: new URL(sandbox.paiflowUrl).host,
    'x-acs-action': action,
    'x-acs-content-sha256': createHash('sha256').update('').digest('hex'),
    'x-acs-date': new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
    'x-acs-signature-nonce': randomUUID(),
    'x-acs-version': '2021-02-02',
  };
  const names = Object.keys(headers).sort();
  const request = { method: 'GET', target: path, path, query, headers, body: Buffer.alloc(0) };
  const signature = sign(request, names, sandbox.env.ALIBABA_CLOUD_ACCESS_KEY_SECRET ?? '');
  const credential = `Credential=${sandbox.env.ALIBABA_CLOUD_ACCESS_KEY_ID}`;
  const authorization = `ACS3-HMAC-SHA256 ${credential},SignedHeaders=${names.join(';')},Signature=${signature}`;
  const { host: _host, ...sent } = headers;
  return fetch(`${sandbox.paiflowUrl}${path}?${query}`, { headers: { ...sent, authorization } });
}
