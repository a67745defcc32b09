import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';

/** One call as Slack saw it: the Web API method or path, and its arguments. */
export interface Call {
  readonly method: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/**
 * How Slack answers a call: a Web API body; an HTTP status with its header; something that is no JSON; or nothing, with
 * the connection cut or held.
 */
export type Answered =
  | object
  | { readonly status: number; readonly retryAfter?: string }
  | { readonly junk: string }
  | { readonly silence: 'cut' | 'held' };

/**
 * A Slack whose hooks answer with these statuses in turn, then 200, and whose Web API answers as told, in turn, then
 * `ok`. It keeps what it was sent and ends with the test.
 */
export async function startFakeSlack({
  statuses = [],
  api = {},
}: {
  readonly statuses?: readonly number[];
  readonly api?: Readonly<Record<string, readonly Answered[]>>;
} = {}) {
  const bodies: Record<string, unknown>[] = [];
  const calls: Call[] = [];
  const left = [...statuses];
  const answers = new Map(Object.entries(api).map(([method, each]) => [method, [...each]]));
  const server = createServer((request, response) => {
    void read(request).then((body) => {
      const { url = '' } = request;
      if (url.startsWith('/api/')) {
        const method = url.slice('/api/'.length);
        calls.push({ method, args: readForm(body) });
        answer(response, answers.get(method)?.shift() ?? {});
      } else if (url.startsWith('/upload/')) {
        calls.push({ method: 'upload', args: { body, authorization: request.headers.authorization } });
        response.end('OK');
      } else {
        bodies.push(JSON.parse(body));
        response.statusCode = left.shift() ?? 200;
        response.end('ok');
      }
    });
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const origin = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  const slack = { botToken: 'xoxb-test-test', appToken: 'xapp-test-test', apiUrl: `${origin}/api/` };
  return { slack, bodies, calls, answers, origin };
}

function answer(response: ServerResponse, answered: Answered): void {
  if ('silence' in answered) {
    if (answered.silence === 'cut') response.destroy();
    return;
  }
  if ('junk' in answered) {
    response.end(answered.junk);
    return;
  }
  if ('retryAfter' in answered) response.setHeader('retry-after', String(answered.retryAfter));
  if ('status' in answered) {
    response.statusCode = Number(answered.status);
    response.end();
    return;
  }
  response.end(JSON.stringify({ ok: true, ...answered }));
}

async function read(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}

/** Slack's client sends objects as JSON inside form fields. */
function readForm(body: string): Record<string, unknown> {
  const fields = [...new URLSearchParams(body)].map(([key, value]) => [
    key,
    /^[[{]/.test(value) ? JSON.parse(value) : value,
  ]);
  return Object.fromEntries(fields);
}
