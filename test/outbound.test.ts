import { createServer, type Server } from 'node:http';
import { WebSocket } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { createOutbound } from '../src/outbound.ts';

/** A proxy that notes which host each CONNECT asks for and lets nobody through. */
async function startProxy(): Promise<{ url: string; connects: string[]; server: Server }> {
  const connects: string[] = [];
  const server = createServer();
  server.on('connect', (request, socket) => {
    connects.push(request.url ?? '');
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}`, connects, server };
}

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

describe('with HTTPS_PROXY', () => {
  it('calls and sockets go through the proxy, except to the hosts of NO_PROXY', async () => {
    const proxy = await startProxy();
    const outbound = createOutbound({ url: proxy.url, except: 'direct.invalid' });
    closing.push(
      () => outbound.close(),
      async () => proxy.server.close(),
    );

    await expect(outbound.fetch('https://paiflow.invalid/api')).rejects.toThrow();
    await expect(outbound.fetch('https://direct.invalid/api')).rejects.toThrow();
    const socket = new WebSocket('wss://slack.invalid/link', {
      ...(outbound.dispatcher && { dispatcher: outbound.dispatcher }),
    });
    await new Promise((resolve) => socket.addEventListener('error', resolve));

    expect(proxy.connects).toEqual(['paiflow.invalid:443', 'slack.invalid:443']);
  });

  it('a loopback sandbox over plain http is reached straight', async () => {
    const proxy = await startProxy();
    const target = createServer((_, response) => response.end('here'));
    await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve));
    const address = target.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const outbound = createOutbound({ url: proxy.url });
    closing.push(
      () => outbound.close(),
      async () => proxy.server.close(),
      async () => target.close(),
    );

    const response = await outbound.fetch(`http://127.0.0.1:${port}/`);

    expect(await response.text()).toBe('here');
    expect(proxy.connects).toEqual([]);
  });
});

describe('without a proxy', () => {
  it('nothing stands between', () => {
    expect(createOutbound({})).toMatchObject({ fetch: globalThis.fetch });
  });
});
