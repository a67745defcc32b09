import type { App, Receiver } from '@slack/bolt';
import { type Logger, SocketModeClient } from '@slack/socket-mode';
import type { FetchFunction } from '@slack/web-api';

type SocketModeOptions = NonNullable<ConstructorParameters<typeof SocketModeClient>[0]>;

export interface LinkOptions {
  readonly appToken: string;
  readonly apiUrl?: string | undefined;
  readonly fetch: FetchFunction;
  readonly dispatcher?: SocketModeOptions['dispatcher'] | undefined;
  readonly logger: Logger;
  /** Told of each change, with the number of failures in a row and the last one's reason. */
  readonly onState: (state: 'open' | 'lost', failures: number, reason?: unknown) => void;
}

/** How long one attempt to open the link may take, `hello` included. */
const OPEN_TIMEOUT_MS = 10_000;
/** Waits between attempts grow from the first to the second figure and then stay. */
const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 30_000;
/** A link that is cut sooner than this after its hello is reopened after a growing wait too, but a short one. */
const STEADY_AFTER_MS = 10_000;
const LONGEST_FLAP_WAIT_MS = 1000;
/** Envelopes that arrive this long after a stop began were not in the socket yet; Slack tells who sent them. */
const LAST_CALL_MS = 500;
/** How long nothing may be going on before a stopping link counts as quiet. */
const QUIET_MS = 150;

/** What a stop keeps of its time for closing the socket and what hangs on it. */
const MOST_CLOSING_MS = 1000;

interface Envelope {
  readonly body: Record<string, unknown>;
  readonly ack: (response?: unknown) => Promise<void>;
  readonly retry_num?: number;
  readonly retry_reason?: string;
}

/**
 * Flowbell's Socket Mode link, as a Bolt receiver. Bolt's own SocketModeReceiver gives up for good, with an unhandled
 * rejection, when `apps.connections.open` fails while it reconnects, is deaf for five seconds after every
 * `disconnect` message, and stops without waiting for running listeners. This one reopens at once and for ever with
 * growing waits, and its `stop` waits.
 *
 * | state    | on                                   | next                                   |
 * |----------|--------------------------------------|----------------------------------------|
 * | closed   | start                                | opening; a first failure rejects start |
 * | opening  | hello                                | open                                   |
 * | opening  | failure or 10 s                      | waiting (200 ms, doubling, 30 s most)  |
 * | open     | closed after a disconnect, cut, ping | opening at once; cut soon after its    |
 * |          |                                      | hello again and again: up to 1 s later |
 * | any      | stop                                 | quiet, then closed                     |
 */
export class Link implements Receiver {
  readonly #client: SocketModeClient;
  readonly #onState: LinkOptions['onState'];
  readonly #inFlight = new Set<Promise<void>>();
  readonly #logger: Logger;
  readonly #stopping = new AbortController();
  #app: App | undefined;
  #connected = false;
  #reopening: Promise<void> | undefined;
  #lastActivity = 0;
  #openedAt = 0;
  #flaps = 0;
  #lastCallAt = Number.POSITIVE_INFINITY;

  constructor({ appToken, apiUrl, fetch, dispatcher, logger, onState }: LinkOptions) {
    this.#onState = onState;
    this.#logger = logger;
    this.#client = new SocketModeClient({
      appToken,
      logger,
      // Reopening is ours, see above.
      autoReconnectEnabled: false,
      ...(dispatcher && { dispatcher }),
      clientOptions: {
        ...(apiUrl !== undefined && { slackApiUrl: apiUrl }),
        fetch,
        timeout: OPEN_TIMEOUT_MS,
        rejectRateLimitedCalls: true,
        // One layer retries, and it is the loop below; left out, the library writes 100 retries into this object.
        retryConfig: { retries: 0 },
      },
    });
    this.#client.on('slack_event', (envelope: Envelope) => this.#take(envelope));
    this.#client.on('connected', () => {
      this.#connected = true;
    });
    this.#client.on('disconnected', () => {
      const wasOpen = this.#connected;
      this.#connected = false;
      if (wasOpen) this.#reopen();
    });
  }

  init(app: App): void {
    this.#app = app;
  }

  /** Opens the link once. Rejects with Slack's error: only at the start is there somebody to tell it to. */
  async start(): Promise<void> {
    await this.#open();
    this.#onState('open', 0);
  }

  /**
   * Answers what is going on, takes nothing new after a last call, and closes, all within `graceMs`. Gives the number
   * of envelopes that were acknowledged and not answered in that time.
   */
  async stop(graceMs = 0): Promise<number> {
    // Part of the time is for closing, of a short one half, so that a short grace is a grace too.
    const closingMs = Math.min(MOST_CLOSING_MS, graceMs / 2);
    const until = performance.now() + graceMs - closingMs;
    this.#lastCallAt = performance.now() + LAST_CALL_MS;
    this.#stopping.abort();
    // Envelopes may still lie in the socket: the link closes when nothing is running and nothing has come for a while.
    while (
      performance.now() < until &&
      (this.#inFlight.size > 0 || performance.now() - this.#lastActivity < QUIET_MS)
    ) {
      await Promise.race([...this.#inFlight, delay(Math.min(QUIET_MS, until - performance.now()))]);
    }
    const unanswered = this.#inFlight.size;
    await Promise.race([this.#client.disconnect(), delay(closingMs / 2)]);
    return unanswered;
  }

  #take({ body, ack, retry_num: retryNum, retry_reason: retryReason }: Envelope): void {
    // Not acknowledged, so that Slack tells the person at once instead of nobody ever.
    if (performance.now() > this.#lastCallAt) return;
    this.#lastActivity = performance.now();
    const work = this.#process({
      body,
      ack: (response?: unknown) => ack(response),
      ...(retryNum !== undefined && { retryNum }),
      ...(retryReason !== undefined && { retryReason }),
    }).finally(() => {
      this.#inFlight.delete(work);
      this.#lastActivity = performance.now();
    });
    this.#inFlight.add(work);
  }

  /** Bolt awaits every listener that matches before this resolves, so what is counted here is all the work there is. */
  async #process(event: Parameters<App['processEvent']>[0]): Promise<void> {
    try {
      await this.#app?.processEvent(event);
    } catch (error) {
      // Listeners answer their own faults; what arrives here never reached one.
      this.#logger.error('An envelope could not be processed', error instanceof Error ? error.message : '');
    }
  }

  async #open(): Promise<void> {
    const opened = this.#client.start().catch((error: unknown) => {
      // The library rejects with nothing where the socket closed before its hello.
      throw error ?? new Error('the socket closed before its hello');
    });
    const giveUp = new AbortController();
    const inTime = await Promise.race([
      opened.then(() => true),
      delay(OPEN_TIMEOUT_MS, giveUp.signal).then(() => false),
    ]).finally(() => giveUp.abort());
    if (inTime) {
      this.#openedAt = performance.now();
      return;
    }
    opened.catch(() => undefined);
    // Not awaited: a peer that says nothing takes another 30 s to be cut, and the next attempt has its own socket.
    void this.#client.disconnect();
    throw new Error('Slack accepted the connection but did not say hello');
  }

  #reopen(): void {
    if (this.#reopening !== undefined || this.#stopping.signal.aborted) return;
    this.#reopening = this.#reopenForEver().finally(() => {
      this.#reopening = undefined;
      // Cut again between its opening and this line.
      if (!this.#connected) this.#reopen();
    });
  }

  #wait(times: number, longestMs: number): Promise<void> {
    return delay(jittered(doubled(times, longestMs)), this.#stopping.signal);
  }

  async #reopenForEver(): Promise<void> {
    this.#flaps = performance.now() - this.#openedAt < STEADY_AFTER_MS ? this.#flaps + 1 : 0;
    if (this.#flaps > 1) await this.#wait(this.#flaps - 1, LONGEST_FLAP_WAIT_MS);
    for (let failures = 0; !this.#stopping.signal.aborted; failures += 1) {
      try {
        await this.#open();
        this.#onState('open', failures);
        return;
      } catch (error) {
        this.#onState('lost', failures + 1, error);
        await this.#wait(failures + 1, LONGEST_WAIT_MS);
      }
    }
  }
}

function doubled(times: number, longestMs: number): number {
  return Math.min(longestMs, FIRST_WAIT_MS * 2 ** (times - 1));
}

function jittered(ms: number): number {
  return ms * (0.75 + Math.random() / 2);
}

/** Waits `ms`, or less if the signal is aborted; never rejects, and leaves no timer behind. */
function delay(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const timer = setTimeout(done, Math.max(0, ms));
    signal?.addEventListener('abort', done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    }
  });
}
