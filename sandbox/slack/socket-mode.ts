import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { Journal } from '../journal.ts';
import { isObject, type JsonObject, parseJson, textIn } from '../json.ts';
import { APP_ID } from './directory.ts';
import type { SlackSettings } from './settings.ts';

/** What became of one envelope. */
export type Delivery =
  | { readonly kind: 'acked'; readonly payload: JsonObject | undefined; readonly afterMs: number }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'no_connection' };

/** What goes over a socket, without its envelope id. */
export interface Envelope {
  readonly type: 'slash_commands' | 'interactive' | 'events_api';
  readonly acceptsResponsePayload: boolean;
  readonly payload: JsonObject;
  /** Only for events: how many sendings came before this one. */
  readonly retryAttempt?: number;
}

interface Connection {
  readonly socket: WebSocket;
  readonly appToken: string;
}

interface Pending {
  readonly sentAt: number;
  readonly acceptsResponsePayload: boolean;
  readonly settle: (delivery: Delivery) => void;
}

/** At most 10 connections per app; a ticket's life is not documented (apis/events-api/using-socket-mode). */
const MAX_CONNECTIONS = 10;
const TICKET_LIFETIME_MS = 30_000;

const CLOSE_TIMEOUT_MS = 300;

/** The server's side of Socket Mode: tickets, hello, envelopes and their acknowledgements. */
export class SocketMode {
  /** While true, every connection attempt is cut. */
  isDown = false;
  readonly #settings: SlackSettings;
  readonly #journal: Journal;
  readonly #server = new WebSocketServer({ noServer: true });
  readonly #tickets = new Map<string, { appToken: string; expiresAt: number }>();
  readonly #connections: Connection[] = [];
  readonly #pending = new Map<string, Pending>();
  readonly #greeted = new Set<(appToken: string) => void>();
  #next = 0;

  constructor(settings: SlackSettings, journal: Journal) {
    this.#settings = settings;
    this.#journal = journal;
  }

  get connectionCount(): number {
    return this.#connections.length;
  }

  /** The path of a web socket that may be opened once, soon. */
  issueTicket(appToken: string): string {
    const ticket = randomBytes(16).toString('hex');
    this.#tickets.set(ticket, { appToken, expiresAt: Date.now() + TICKET_LIFETIME_MS });
    return `/link/?ticket=${ticket}&app_id=${APP_ID}`;
  }

  /** Answers the HTTP upgrade: hello for a good ticket, a cut connection for any other. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const ticket = new URL(request.url ?? '/', 'http://127.0.0.1').searchParams.get('ticket') ?? '';
    const issued = this.#tickets.get(ticket);
    this.#tickets.delete(ticket);
    if (this.isDown || issued === undefined || issued.expiresAt < Date.now()) {
      this.#note('connect', this.isDown ? 'down' : 'bad_ticket');
      socket.end('HTTP/1.1 401 Unauthorized\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (opened) => this.#greet(opened, issued.appToken));
  }

  /** Sends one envelope to one of the connections and waits for its acknowledgement. */
  deliver(envelope: Envelope): Promise<Delivery> {
    const connection = this.#pickConnection();
    if (connection === undefined) {
      this.#note(envelope.type, 'no_connection');
      return Promise.resolve({ kind: 'no_connection' });
    }
    const id = randomUUID();
    return new Promise((resolve) => {
      const timer = setTimeout(() => settle({ kind: 'timeout' }), this.#settings.ackTimeoutMs);
      const settle = (delivery: Delivery): void => {
        clearTimeout(timer);
        this.#pending.delete(id);
        this.#note(envelope.type, delivery.kind);
        resolve(delivery);
      };
      const { acceptsResponsePayload } = envelope;
      this.#pending.set(id, { sentAt: Date.now(), acceptsResponsePayload, settle });
      connection.socket.send(writeFrame(toFrame(id, envelope)));
    });
  }

  /** Ends every connection without a word, as a lost network does. */
  cut(): void {
    for (const { socket } of this.#connections) socket.terminate();
  }

  /** Asks every connected app to come back over a new connection. */
  sendDisconnect(reason: 'warning' | 'refresh_requested' | 'link_disabled' | 'too_many_websockets'): void {
    for (const { socket } of this.#connections) socket.send(JSON.stringify(disconnectFrame(reason)));
  }

  /** Resolves once an app that used this app token was greeted; rejects when `signal` aborts. */
  waitForHello(appToken: string, signal: AbortSignal): Promise<void> {
    if (this.#connections.some((each) => each.appToken === appToken)) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const onHello = (token: string): void => {
        if (token !== appToken) return;
        this.#greeted.delete(onHello);
        signal.removeEventListener('abort', onAbort);
        resolve();
      };
      const onAbort = (): void => {
        this.#greeted.delete(onHello);
        reject(signal.reason);
      };
      this.#greeted.add(onHello);
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Ends every connection in good order; envelopes that still wait count as timed out. */
  async close(): Promise<void> {
    this.isDown = true;
    for (const { settle } of [...this.#pending.values()]) settle({ kind: 'timeout' });
    await Promise.all(this.#connections.map(({ socket }) => closeSocket(socket)));
  }

  #greet(socket: WebSocket, appToken: string): void {
    const connection = { socket, appToken };
    this.#connections.push(connection);
    socket.on('message', (raw) => this.#receive(raw));
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      const at = this.#connections.indexOf(connection);
      if (at >= 0) this.#connections.splice(at, 1);
      this.#note('close', 'ok');
    });
    if (this.#connections.length > MAX_CONNECTIONS) {
      socket.send(JSON.stringify(disconnectFrame('too_many_websockets')));
      socket.close();
      return;
    }
    socket.send(JSON.stringify(helloFrame(this.#connections.length)));
    this.#note('hello', 'ok');
    for (const tell of [...this.#greeted]) tell(appToken);
  }

  #receive(raw: RawData): void {
    const frame = parseJson(raw.toString());
    const id = isObject(frame) ? textIn(frame.envelope_id) : undefined;
    const pending = id === undefined ? undefined : this.#pending.get(id);
    if (!isObject(frame) || pending === undefined) {
      // Slack ignores an acknowledgement that comes too late; the person has long seen an error.
      this.#note('ack', id === undefined ? 'not_an_ack' : 'unknown_or_late');
      return;
    }
    const payload =
      isObject(frame.payload) && Object.keys(frame.payload).length > 0 ? frame.payload : undefined;
    if (payload !== undefined && !pending.acceptsResponsePayload) this.#note('ack', 'payload_not_accepted');
    pending.settle({
      kind: 'acked',
      payload: pending.acceptsResponsePayload ? payload : undefined,
      afterMs: Date.now() - pending.sentAt,
    });
  }

  #pickConnection(): Connection | undefined {
    const open = this.#connections.filter(({ socket }) => socket.readyState === socket.OPEN);
    this.#next += 1;
    return open[this.#next % Math.max(1, open.length)];
  }

  #note(operation: string, outcome: string): void {
    this.#journal.add({ at: this.#journal.now(), service: 'socket', operation, outcome });
  }
}

/** Closes a socket, and cuts it when its client does not answer the close frame at once. */
function closeSocket(socket: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => socket.terminate(), CLOSE_TIMEOUT_MS);
    socket.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
    socket.close(1001);
  });
}

function helloFrame(connections: number): JsonObject {
  return {
    type: 'hello',
    num_connections: connections,
    debug_info: { host: 'applink-sandbox', build_number: 1, approximate_connection_time: 18_060 },
    connection_info: { app_id: APP_ID },
  };
}

function disconnectFrame(reason: string): JsonObject {
  return { type: 'disconnect', reason, debug_info: { host: 'applink-sandbox' } };
}

function toFrame(id: string, envelope: Envelope): JsonObject {
  const frame: JsonObject = {
    envelope_id: id,
    type: envelope.type,
    accepts_response_payload: envelope.acceptsResponsePayload,
    payload: envelope.payload,
  };
  if (envelope.type !== 'events_api') return frame;
  const attempt = envelope.retryAttempt ?? 0;
  return { ...frame, retry_attempt: attempt, retry_reason: attempt === 0 ? '' : 'timeout' };
}

/** JSON with its slashes escaped, as Slack's servers write it (seen in public captures of its HTTP payloads). */
function writeFrame(frame: object): string {
  return JSON.stringify(frame).replaceAll('/', '\\/');
}
