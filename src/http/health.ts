import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A part of Flowbell that has to be in order before it can work: `store ok`, `slack link lost`. */
export interface ReadyPart {
  readonly name: string;
  readonly isReady: boolean;
  /** A word or two for whoever reads the probe; it is shown to everybody who reaches the port. */
  readonly said: string;
}

export interface HealthOptions {
  /** An address of this machine. */
  readonly host: string;
  /** 0 = any free one. */
  readonly port: number;
  /** Milliseconds since the loop last showed that it turns. */
  readonly beatAgeMs: () => number;
  readonly parts: () => readonly ReadyPart[];
  /** In Prometheus' text format. */
  readonly metrics: () => Promise<string>;
}

export interface HealthServer {
  /** The one that was given, or found for 0. */
  readonly port: number;
  /** Takes nothing new and ends all connections, those that are kept alive too. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * The port cannot be opened.
 *
 * | kind         | means                                 | setting     |
 * |--------------|---------------------------------------|-------------|
 * | `taken`      | another process has it; it may end    | `HTTP_PORT` |
 * | `forbidden`  | only the administrator may open it    | `HTTP_PORT` |
 * | `no-address` | this machine does not have the address | `HTTP_HOST` |
 */
export class HealthPortError extends Error {
  override readonly name = 'HealthPortError';
  readonly kind: 'taken' | 'forbidden' | 'no-address';
  readonly setting: 'HTTP_PORT' | 'HTTP_HOST';
  /** What to do, in the words of a setting's advice. */
  readonly advice: string;

  constructor(
    kind: HealthPortError['kind'],
    { host, port }: { readonly host: string; readonly port: number },
  ) {
    super(`cannot listen on ${host}, port ${port}: ${kind}`);
    this.kind = kind;
    this.setting = kind === 'no-address' ? 'HTTP_HOST' : 'HTTP_PORT';
    this.advice = ADVICE[kind](host, port);
  }
}

const ADVICE: Readonly<Record<HealthPortError['kind'], (host: string, port: number) => string>> = {
  taken: (host, port) =>
    `${port} is taken on ${host}, perhaps by another Flowbell: stop that process, or set another port; 0 is any free one.`,
  forbidden: (_host, port) => `${port} may be opened by an administrator only; set one above 1023.`,
  'no-address': (host) =>
    `${host} is no address of this machine: 127.0.0.1 answers this machine only, 0.0.0.0 whoever reaches it.`,
};

const KINDS_BY_CODE: Readonly<Record<string, HealthPortError['kind']>> = {
  EADDRINUSE: 'taken',
  EACCES: 'forbidden',
  EPERM: 'forbidden',
  EADDRNOTAVAIL: 'no-address',
  EAFNOSUPPORT: 'no-address',
  ENOTFOUND: 'no-address',
};

/** A loop whose last beat is older does not turn any more; a probe should end the process. */
const DEAD_MS = 60_000;
/** For the head of a request; nobody sends a body here. */
const HEADERS_TIMEOUT_MS = 5000;
/** A scrape under way may end. */
const CLOSE_MS = 500;

interface Page {
  readonly status: number;
  readonly type?: string;
  readonly body: string;
}

/**
 * Opens `/livez`, `/readyz` and `/metrics`. What they tell holds no secret and no id, but it is open to whoever reaches
 * the port. Rejects with HealthPortError.
 */
export async function startHealthServer(options: HealthOptions): Promise<HealthServer> {
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    void findPage(request, options).then((page) => send(page, request, response));
  };
  const server = createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: HEADERS_TIMEOUT_MS,
      // How often Node looks for requests that are too slow; 30 s unless told.
      connectionsCheckingInterval: 1000,
    },
    answer,
  );
  // Whoever asks first whether to send a body is answered without being asked for it.
  server.on('checkContinue', answer);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(explain(error, options)));
    server.listen({ host: options.host, port: options.port }, resolve);
  });

  let closing: Promise<void> | undefined;
  const end = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    const timer = setTimeout(() => server.closeAllConnections(), CLOSE_MS);
    await closed;
    clearTimeout(timer);
  };
  return {
    // Of a server on a TCP port this is never a string and never null.
    port: (server.address() as AddressInfo).port,
    close() {
      closing ??= end();
      return closing;
    },
  };
}

function explain(error: Error, address: { readonly host: string; readonly port: number }): Error {
  const kind = 'code' in error ? KINDS_BY_CODE[String(error.code)] : undefined;
  return kind === undefined ? error : new HealthPortError(kind, address);
}

async function findPage({ method, url = '' }: IncomingMessage, options: HealthOptions): Promise<Page> {
  const path = url.split('?', 1)[0] ?? '';
  const find = PAGES[path];
  if (find === undefined) return { status: 404, body: 'not found' };
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, body: 'only GET and HEAD' };
  try {
    return await find(options);
  } catch {
    // Nothing of an error may stand on a page that anybody can read.
    return { status: 500, body: 'failed' };
  }
}

const PAGES: Readonly<Record<string, (options: HealthOptions) => Page | Promise<Page>>> = {
  '/livez': ({ beatAgeMs }) =>
    beatAgeMs() > DEAD_MS ? { status: 503, body: 'the loop has stopped' } : { status: 200, body: 'ok' },
  '/readyz': ({ parts }) => {
    const all = parts();
    return {
      status: all.every(({ isReady }) => isReady) ? 200 : 503,
      body: all.map(({ name, said }) => `${name} ${said}`).join('\n'),
    };
  },
  '/metrics': async ({ metrics }) => ({
    status: 200,
    // prometheus.io/docs/instrumenting/exposition_formats, "Text-based format".
    type: 'text/plain; version=0.0.4; charset=utf-8',
    body: await metrics(),
  }),
};

function send({ status, type, body }: Page, request: IncomingMessage, response: ServerResponse): void {
  const bytes = Buffer.from(body.endsWith('\n') ? body : `${body}\n`);
  const { headers } = request;
  const hasBody = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
  response.writeHead(status, {
    'content-type': type ?? 'text/plain; charset=utf-8',
    'content-length': bytes.length,
    'cache-control': 'no-store',
    ...(status === 405 && { allow: 'GET, HEAD' }),
    // A body that nobody reads must not be taken for the next request.
    ...(hasBody && { connection: 'close' }),
  });
  response.end(request.method === 'HEAD' ? undefined : bytes);
}
