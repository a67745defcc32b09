import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** One request with its whole body. `target` is the path and query exactly as they were sent. */
export interface HttpRequest {
  readonly method: string;
  readonly target: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/**
 * What the server does with a request: answers it, sends it piece by piece as fast as the caller reads, cuts
 * the connection, or leaves it open for ever.
 */
export type HttpReply =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    }
  | {
      readonly kind: 'stream';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly chunks: Iterable<string>;
    }
  | { readonly kind: 'reset' }
  | { readonly kind: 'hang' };

/** A running server on 127.0.0.1. */
export interface LoopbackServer {
  readonly origin: string;
  readonly server: Server;
  close(): Promise<void>;
}

/** Larger than 10,000 run ids and than any file a bot should upload; a bigger body answers 413. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;

/** Answers above this size are made while they are sent, so that a huge one costs no memory. */
const MAX_WHOLE_CHARACTERS = 1024 * 1024;

/**
 * Longer than clients keep an idle connection. Node's default of 5 s lets a pooled connection close just as
 * a client reuses it, which shows up as a reset nobody asked for.
 */
const KEEP_ALIVE_MS = 120_000;

/** Answers one request; `callerGone` aborts when the caller's connection ends before the answer was written. */
type Answerer = (request: HttpRequest, callerGone: AbortSignal) => Promise<HttpReply> | HttpReply;

/** Starts a server on 127.0.0.1 (`port` 0 = any free port) that gives every request to `answer`. */
export async function listenOnLoopback(port: number, answer: Answerer): Promise<LoopbackServer> {
  const server = createServer((incoming, outgoing) => void respond(incoming, outgoing, answer));
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.headersTimeout = KEEP_ALIVE_MS + 1000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${bound}`, server, close: () => closeServer(server) };
}

/** A reply with a JSON body. */
export function jsonReply(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): HttpReply {
  return {
    kind: 'answer',
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(body),
  };
}

/** A reply with a plain text body. */
export function textReply(
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): HttpReply {
  return {
    kind: 'answer',
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', ...headers },
    body,
  };
}

/** A reply whose body comes in pieces: whole when it is small, streamed when it is not. */
export function chunkedReply(
  status: number,
  headers: Readonly<Record<string, string>>,
  chunks: Iterable<string>,
): HttpReply {
  const rest = chunks[Symbol.iterator]();
  let body = '';
  for (let next = rest.next(); !next.done; next = rest.next()) {
    body += next.value;
    if (body.length > MAX_WHOLE_CHARACTERS)
      return { kind: 'stream', status, headers, chunks: after(body, rest) };
  }
  return { kind: 'answer', status, headers, body };
}

/** A body that is no answer: a proxy's page, or JSON that ends in the middle. */
export function junkReply(body: 'html' | 'cut'): HttpReply {
  if (body === 'cut') {
    return { kind: 'answer', status: 200, headers: { 'content-type': 'application/json' }, body: '{"ok":tr' };
  }
  const page = '<html><head><title>Gateway</title></head><body>Please sign in to the proxy</body></html>';
  return { kind: 'answer', status: 200, headers: { 'content-type': 'text/html' }, body: page };
}

function* after(first: string, rest: Iterator<string>): Generator<string> {
  yield first;
  for (let next = rest.next(); !next.done; next = rest.next()) yield next.value;
}

async function respond(incoming: IncomingMessage, outgoing: ServerResponse, answer: Answerer): Promise<void> {
  const gone = new AbortController();
  outgoing.once('close', () => {
    if (!outgoing.writableEnded) gone.abort();
  });
  try {
    const body = await readBody(incoming);
    // Who ends in the middle of a question has asked nothing.
    if (body === 'cut') return;
    const reply =
      body === 'too_large'
        ? textReply(413, 'too large')
        : await answer(toRequest(incoming, body), gone.signal);
    send(outgoing, reply);
  } catch (cause) {
    // A bug of the sandbox must look like one, never like a fault that a test ordered.
    console.error('sandbox: a request failed inside the sandbox', cause);
    send(outgoing, textReply(500, 'sandbox_bug'));
  }
}

function toRequest(incoming: IncomingMessage, body: Buffer): HttpRequest {
  const target = incoming.url ?? '/';
  const url = new URL(target, 'http://127.0.0.1');
  return {
    method: incoming.method ?? 'GET',
    target,
    path: url.pathname,
    query: url.searchParams,
    headers: incoming.headers,
    body,
  };
}

async function readBody(incoming: IncomingMessage): Promise<Buffer | 'cut' | 'too_large'> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of incoming as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size <= MAX_BODY_BYTES) chunks.push(chunk);
    }
  } catch {
    return 'cut';
  }
  return size <= MAX_BODY_BYTES ? Buffer.concat(chunks) : 'too_large';
}

function send(outgoing: ServerResponse, reply: HttpReply): void {
  if (outgoing.destroyed || reply.kind === 'hang') return;
  if (reply.kind === 'reset') {
    outgoing.socket?.resetAndDestroy();
    return;
  }
  if (reply.kind === 'stream') {
    outgoing.writeHead(reply.status, { ...reply.headers });
    // A caller who hangs up ends the pieces; that is the caller's right and no fault.
    pipeline(Readable.from(reply.chunks, { highWaterMark: 1 }), outgoing).catch(() => outgoing.destroy());
    return;
  }
  outgoing.writeHead(reply.status, { ...reply.headers, 'content-length': Buffer.byteLength(reply.body) });
  outgoing.end(reply.body);
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
