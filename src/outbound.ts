import { setTimeout } from 'node:timers/promises';
import { type Dispatcher, EnvHttpProxyAgent, fetch as undiciFetch } from 'undici';
import type { Config } from './config.ts';

/** How calls leave the process: straight, or through the proxy of the settings. */
export interface Outbound {
  readonly fetch: typeof globalThis.fetch;
  /** For WebSockets, which take no fetch. */
  readonly dispatcher?: Dispatcher;
  close(): Promise<void>;
}

const CLOSE_MS = 300;

/** Node's own fetch ignores HTTPS_PROXY before Node 24, so a proxy needs undici's and an agent made for it. */
export function createOutbound({ url, except }: Config['proxy']): Outbound {
  if (url === undefined) return { fetch: globalThis.fetch, close: async () => undefined };
  // Plain http goes straight: it is only ever a loopback sandbox. An empty string keeps undici off HTTP_PROXY.
  const dispatcher = new EnvHttpProxyAgent({ httpsProxy: url, httpProxy: '', noProxy: except ?? '' });
  const viaProxy = (input: Parameters<typeof undiciFetch>[0], init?: Parameters<typeof undiciFetch>[1]) =>
    undiciFetch(input, { ...init, dispatcher });
  return {
    // undici's fetch is the one inside Node; only their type declarations differ.
    fetch: viaProxy as unknown as typeof globalThis.fetch,
    dispatcher,
    // Politely at first; a proxy that does not answer must not hold up the end.
    close: () =>
      Promise.race([dispatcher.close(), setTimeout(CLOSE_MS, undefined, { ref: false })]).then(() =>
        dispatcher.destroy(),
      ),
  };
}
