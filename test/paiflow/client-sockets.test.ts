import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RunId } from '../../src/domain/target.ts';
import { createPaiflowClient } from '../../src/paiflow/client.ts';
import { PaiflowError } from '../../src/paiflow/errors.ts';

const RUN_ID = 'flow-hynm2bv8wqhp5esfxq' as RunId;
const ABOUT = { region: 'cn-hangzhou', runId: RUN_ID };
const KEY = { accessKeyId: 'id', accessKeySecret: 'secret' };

let server: Server | undefined;

/** A real server, so that real connections can be seen to close. */
async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function clientFor(endpoint: string, attemptTimeoutMs?: number) {
  return createPaiflowClient({
    endpoint,
    maxRps: 100,
    credentials: () => Promise.resolve(KEY),
    ...(attemptTimeoutMs !== undefined && { attemptTimeoutMs }),
  });
}

async function kindOf(promise: Promise<unknown>): Promise<string> {
  const reason = await promise.catch((error: unknown) => error);
  return reason instanceof PaiflowError ? reason.kind : `no PaiflowError: ${String(reason)}`;
}

beforeEach(() => {
  // ky takes a random part of the wait before a retry: none of it here.
  vi.spyOn(Math, 'random').mockReturnValue(0);
});

afterEach(async () => {
  vi.restoreAllMocks();
  server?.closeAllConnections();
  await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
  server = undefined;
});

describe('createPaiflowClient over real connections', () => {
  it('times out while a body trickles and closes the connection', async () => {
    const closed = vi.fn();
    const endpoint = await serve((_, response) => {
      response.on('close', closed);
      response.write('{"PipelineRunId":');
    });

    const kind = await kindOf(clientFor(endpoint, 100).getPipelineRun(ABOUT));

    expect(kind).toBe('timeout');
    await vi.waitFor(() => expect(closed).toHaveBeenCalledOnce());
  });

  it('closes the connection when the caller goes in the middle of a body', async () => {
    const closed = vi.fn();
    const started = vi.fn();
    const caller = new AbortController();
    const endpoint = await serve((_, response) => {
      response.on('close', closed);
      response.write('{', started);
    });

    const kind = kindOf(clientFor(endpoint).getPipelineRun(ABOUT, { signal: caller.signal }));
    await vi.waitFor(() => expect(started).toHaveBeenCalledOnce());
    caller.abort();

    expect(await kind).toBe('aborted');
    await vi.waitFor(() => expect(closed).toHaveBeenCalledOnce());
  });

  it('asks once more when the connection breaks in the middle of a body', async () => {
    let calls = 0;
    const endpoint = await serve((_, response) => {
      calls += 1;
      if (calls === 2) response.end(JSON.stringify({ PipelineRunId: RUN_ID, Status: 'Running' }));
      else response.write('{', () => response.destroy());
    });

    await expect(clientFor(endpoint).getPipelineRun(ABOUT)).resolves.toMatchObject({ runId: RUN_ID });

    expect(calls).toBe(2);
  });

  it('stops reading an answer that grows beyond 32 MB and closes the connection', async () => {
    const closed = vi.fn();
    const chunk = Buffer.alloc(1024 * 1024, 32);
    const endpoint = await serve((_, response) => {
      response.on('close', closed);
      const more = (): void => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', more);
      more();
    });

    const kind = await kindOf(clientFor(endpoint).getPipelineRun(ABOUT));

    expect(kind).toBe('junk');
    await vi.waitFor(() => expect(closed).toHaveBeenCalledOnce());
  });

  it('stops reading an endless error page', async () => {
    const closed = vi.fn();
    const endpoint = await serve((_, response) => {
      response.on('close', closed);
      response.statusCode = 400;
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(64 * 1024, 32)));
      };
      response.on('drain', more);
      more();
    });

    const kind = await kindOf(clientFor(endpoint).getPipelineRun(ABOUT));

    expect(kind).toBe('refused');
    await vi.waitFor(() => expect(closed).toHaveBeenCalledOnce());
  });

  it('keeps connections for the next calls after an error', async () => {
    const sockets = new Set<unknown>();
    const endpoint = await serve((request, response) => {
      sockets.add(request.socket);
      response.statusCode = 403;
      response.end('{"Code":"Forbidden.RAM"}');
    });
    const client = clientFor(endpoint);

    for (let call = 0; call < 12; call++)
      expect(await kindOf(client.getPipelineRun(ABOUT))).toBe('forbidden');

    // Not always the very same one: it is free again a moment after its answer was read.
    expect(sockets.size).toBeLessThanOrEqual(3);
  });

  it('never sends the signature on to where a redirect points', async () => {
    const paths: (string | undefined)[] = [];
    const endpoint = await serve((request, response) => {
      paths.push(request.url);
      response.writeHead(307, { location: '/elsewhere' }).end();
    });

    expect(await kindOf(clientFor(endpoint).getPipelineRun(ABOUT))).toBe('junk');
    expect(paths).toEqual([`/api/v1/pipelineruns/${RUN_ID}`]);
  });

  it('calls a port nobody listens on a failed connection', async () => {
    const endpoint = await serve(() => undefined);
    await new Promise((resolve) => server?.close(resolve));

    const reason = await clientFor(endpoint)
      .getPipelineRun(ABOUT)
      .catch((error: unknown) => error);

    expect(reason).toMatchObject({ kind: 'network', code: 'ECONNREFUSED' });
    server = undefined;
  });
});
