import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { connect, createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type HealthOptions, type HealthServer, startHealthServer } from '../../src/http/health.ts';

const open: HealthServer[] = [];

async function start(given: Partial<HealthOptions> = {}): Promise<HealthServer> {
  const server = await startHealthServer({
    host: '127.0.0.1',
    port: 0,
    beatAgeMs: () => 0,
    parts: () => [],
    metrics: async () => '# nothing\n',
    ...given,
  });
  open.push(server);
  return server;
}

interface Said {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

function ask(
  { port }: HealthServer,
  path: string,
  { method = 'GET', agent, body }: { method?: string; agent?: Agent; body?: string } = {},
): Promise<Said> {
  return new Promise((resolve, reject) => {
    const asking = request({ host: '127.0.0.1', port, path, method, ...(agent && { agent }) }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => {
        const { statusCode: status, headers } = response;
        resolve({ status, headers, body: Buffer.concat(chunks).toString() });
      });
    });
    asking.on('error', reject);
    asking.end(body);
  });
}

/** What comes back for these bytes until the server ends the connection. */
function talk({ port }: HealthServer, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    let heard = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (chunk) => {
      heard += chunk;
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(heard));
  });
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

describe('/livez', () => {
  it.each([
    [0, 200, 'ok\n'],
    [60_000, 200, 'ok\n'],
    [60_001, 503, 'the loop has stopped\n'],
  ])('with a beat of %d ms ago is %d', async (ageMs, status, body) => {
    const server = await start({ beatAgeMs: () => ageMs });

    expect(await ask(server, '/livez')).toMatchObject({ status, body });
  });

  it('is fine although Slack and the store are not: starting anew would mend neither', async () => {
    const server = await start({ parts: () => [{ name: 'slack link', isReady: false, said: 'lost' }] });

    expect((await ask(server, '/livez')).status).toBe(200);
  });
});

describe('/readyz', () => {
  const store = { name: 'store', isReady: true, said: 'ok' };

  it('says all parts that are in order', async () => {
    const server = await start({ parts: () => [store, { name: 'slack link', isReady: true, said: 'ok' }] });

    expect(await ask(server, '/readyz')).toMatchObject({ status: 200, body: 'store ok\nslack link ok\n' });
  });

  it('fails with one part, and says which', async () => {
    const server = await start({
      parts: () => [store, { name: 'slack link', isReady: false, said: 'lost' }],
    });

    expect(await ask(server, '/readyz')).toMatchObject({ status: 503, body: 'store ok\nslack link lost\n' });
  });
});

describe('/metrics', () => {
  it('gives what is measured, in the format Prometheus asks for', async () => {
    const server = await start({ metrics: async () => 'flowbell_watches 3\n' });

    expect(await ask(server, '/metrics')).toMatchObject({
      status: 200,
      body: 'flowbell_watches 3\n',
      headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', 'cache-control': 'no-store' },
    });
  });

  it('tells nothing of an error', async () => {
    const server = await start({ metrics: () => Promise.reject(new Error('xoxb-secret')) });

    expect(await ask(server, '/metrics')).toMatchObject({ status: 500, body: 'failed\n' });
  });
});

describe('the health server', () => {
  it.each([
    ['GET', '/', 404],
    ['GET', '/livez/', 404],
    ['GET', '/constructor', 404],
    ['POST', '/nothing', 404],
    ['POST', '/livez', 405],
    ['DELETE', '/metrics', 405],
    ['GET', '/livez?verbose', 200],
  ])('answers %s %s with %d', async (method, path, status) => {
    expect((await ask(await start(), path, { method })).status).toBe(status);
  });

  it('says which methods it takes', async () => {
    expect((await ask(await start(), '/livez', { method: 'PUT' })).headers.allow).toBe('GET, HEAD');
  });

  it('answers HEAD with the head of GET', async () => {
    const server = await start();

    const [head, get] = [await ask(server, '/livez', { method: 'HEAD' }), await ask(server, '/livez')];

    expect(head).toMatchObject({ status: 200, body: '' });
    expect(head.headers['content-length']).toBe(get.headers['content-length']);
  });

  it('reads no body and does not take it for the next request', async () => {
    const heard = await talk(
      await start(),
      'GET /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 31\r\n\r\nGET /metrics HTTP/1.1\r\nHost: x\r\n\r\n',
    );

    expect(heard.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200']);
    expect(heard).toContain('connection: close');
  });

  it('does not invite a body that somebody offers', async () => {
    const heard = await talk(
      await start(),
      'POST /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n',
    );

    expect(heard).toMatch(/^HTTP\/1\.1 405 /);
  });

  it('ends a connection that never finishes its head', async () => {
    const heard = await talk(await start(), 'GET /livez HTTP/1.1\r\nHost: x\r\n');

    expect(heard).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('closes with connections that are kept alive, and twice', async () => {
    const agent = new Agent({ keepAlive: true });
    const server = await start();
    await ask(server, '/livez', { agent });
    const silent = talk(server, '');

    await Promise.all([server.close(), server.close()]);

    expect(await silent).toBe('');
    await expect(ask(server, '/livez')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    agent.destroy();
  });

  it('says that its port is taken, and by which setting to choose another', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;

    const starting = start({ port });

    await expect(starting).rejects.toMatchObject({
      name: 'HealthPortError',
      kind: 'taken',
      setting: 'HTTP_PORT',
      advice: expect.stringContaining(`${port} is taken on 127.0.0.1`),
    });
    other.close();
  });

  it('says that an address is not this machine’s', async () => {
    await expect(start({ host: '192.0.2.1' })).rejects.toMatchObject({
      kind: 'no-address',
      setting: 'HTTP_HOST',
    });
  });
});
