import { createHash, randomUUID } from 'node:crypto';
import { sign } from '../../sandbox/paiflow/signature.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';

/** A signed GET below `/api/v1/pipelineruns`, as a plain response, so that a test can read it piece by piece. */
export function signedGet(
  sandbox: Sandbox,
  action: string,
  given: { readonly path?: string; readonly query?: Record<string, string>; readonly region?: string },
): Promise<Response> {
  const prefix = given.region === undefined ? '' : `/${given.region}`;
  const path = `${prefix}/api/v1/pipelineruns${given.path ?? ''}`;
  return send(sandbox, { method: 'GET', action, path, query: new URLSearchParams(given.query), body: '' });
}

/** A signed ListPipelineRunsStatus. */
export function signedStatus(sandbox: Sandbox, body: object): Promise<Response> {
  const path = '/api/v1/pipelineruns';
  const query = new URLSearchParams();
  return send(sandbox, {
    method: 'PUT',
    action: 'ListPipelineRunsStatus',
    path,
    query,
    body: JSON.stringify(body),
  });
}

function send(
  sandbox: Sandbox,
  call: {
    readonly method: string;
    readonly action: string;
    readonly path: string;
    readonly query: URLSearchParams;
    readonly body: string;
  },
): Promise<Response> {
  const { method, path, query, body } = call;
  const headers: Record<string, string> = {
    ...(body === '' ? {} : { 'content-type': 'application/json; charset=utf-8' }),
    host: new URL(sandbox.paiflowUrl).host,
    'x-acs-action': call.action,
    'x-acs-content-sha256': createHash('sha256').update(body).digest('hex'),
    'x-acs-date': new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
    'x-acs-signature-nonce': randomUUID(),
    'x-acs-version': '2021-02-02',
  };
  const names = Object.keys(headers).sort();
  const request = { method, target: path, path, query, headers, body: Buffer.from(body) };
  const signature = sign(request, names, sandbox.env.ALIBABA_CLOUD_ACCESS_KEY_SECRET ?? '');
  const credential = `Credential=${sandbox.env.ALIBABA_CLOUD_ACCESS_KEY_ID}`;
  const authorization = `ACS3-HMAC-SHA256 ${credential},SignedHeaders=${names.join(';')},Signature=${signature}`;
  const { host: _host, ...sent } = headers;
  return fetch(`${sandbox.paiflowUrl}${path}?${query}`, {
    method,
    headers: { ...sent, authorization },
    ...(body === '' ? {} : { body }),
  });
}
