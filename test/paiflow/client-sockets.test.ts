import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline, Readable } from 'node:stream';
import { createGzip, type Gzip } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { NodeId, RunId } from '../../src/domain/target.ts';
import { createPaiflowClient } from '../../src/paiflow/client.ts';
import { PaiflowError } from '../../src/paiflow/errors.ts';

const RUN_ID = 'flow-hynm2bv8wqhp5esfxq' as RunId;
const ABOUT = { region: 'cn-hangzhou', runId: RUN_ID };
const NODE = { ...ABOUT, nodeId: 'node-hynm2bv8wqhp5esfx1' as NodeId };
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

/** The answer of a log without end, up to so many bytes. */
function* linesOf(totalBytes: number, onSent: (bytes: number) => void): Generator<Buffer> {
  yield Buffer.from('{"Logs":[""');
  const lines = Buffer.from(',"a line of a log as they are"'.repeat(2000));
  for (let sent = 0; sent < totalBytes; sent += lines.byteLength) {
    onSent(lines.byteLength);
    yield lines;
  }
  yield Buffer.from(']}');
}

/** Bodies lie outside of the heap: tells by how much that grew at its highest. */
function watchExternalMemory() {
  const before = process.memoryUsage().external;
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().external - before);
  }, 1);
  return {
    stop: () => {
      clearInterval(timer);
      return peak;
    },
  };
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

    expect(kind).toBe('too-large');
    await vi.waitFor(() => expect(closed).toHaveBeenCalledOnce());
  });

  describe('logs of 100 MB', () => {
    const TOTAL_BYTES = 100 * 1024 * 1024;
    /** What may lie in buffers of the system and of streams on both sides when reading stops. */
    const BUFFERED_BYTES = 12 * 1024 * 1024;

    /** Sends as fast as it is read and counts what it could send. */
    async function serveLog(headers: Record<string, string>, packer?: Gzip) {
      const seen = { calls: 0, sentBytes: 0, isClosed: false };
      const endpoint = await serve((_, response) => {
        seen.calls += 1;
        response.on('close', () => {
          seen.isClosed = true;
        });
        response.writeHead(200, headers);
        const body = Readable.from(linesOf(TOTAL_BYTES, (bytes) => (seen.sentBytes += bytes)));
        const streams = packer === undefined ? [body, response] : [body, packer, response];
        // It fails when the reader goes, which is what is looked for.
        pipeline(streams, () => undefined);
      });
      return { endpoint, seen };
    }

    it('are left after 8 MB', async () => {
      const { endpoint, seen } = await serveLog({});

      const kind = await kindOf(clientFor(endpoint).listPipelineRunNodeLogs(NODE));

      expect(kind).toBe('too-large');
      await vi.waitFor(() => expect(seen.isClosed).toBe(true));
      expect(seen.sentBytes).toBeLessThan(8 * 1024 * 1024 + BUFFERED_BYTES);
      expect(seen.calls).toBe(1);
    });

    it.each([
      ['announced', String(TOTAL_BYTES)],
      ['announced as even more', '999999999999'],
    ])('are left at once where they are %s', async (_, length) => {
      const { endpoint, seen } = await serveLog({ 'content-length': length });

      const kind = await kindOf(clientFor(endpoint).listPipelineRunNodeLogs(NODE));

      expect(kind).toBe('too-large');
      await vi.waitFor(() => expect(seen.isClosed).toBe(true));
      expect(seen.sentBytes).toBeLessThan(6 * 1024 * 1024);
      expect(seen.calls).toBe(1);
    });

    it('are left where the few bytes that were announced end', async () => {
      const { endpoint, seen } = await serveLog({ 'content-length': '20' });

      const kind = await kindOf(clientFor(endpoint).listPipelineRunNodeLogs(NODE));

      expect(kind).toBe('junk');
      await vi.waitFor(() => expect(seen.isClosed).toBe(true));
      expect(seen.sentBytes).toBeLessThan(6 * 1024 * 1024);
    });

    it('are left after 8 MB where they are sent packed', async () => {
      const { endpoint, seen } = await serveLog({ 'content-encoding': 'gzip' }, createGzip({ level: 1 }));
      const memory = watchExternalMemory();

      const kind = await kindOf(clientFor(endpoint).listPipelineRunNodeLogs(NODE));

      expect(kind).toBe('too-large');
      expect(memory.stop()).toBeLessThan(50 * 1024 * 1024);
      await vi.waitFor(() => expect(seen.isClosed).toBe(true));
      expect(seen.calls).toBe(1);
    });

    it('are a broken answer where fewer bytes come than were announced, and asked for once more', async () => {
      let calls = 0;
      const endpoint = await serve((_, response) => {
        calls += 1;
        response.writeHead(200, { 'content-length': '1000' });
        response.write('{"Logs":["cut', () => response.destroy());
      });

      expect(await kindOf(clientFor(endpoint).listPipelineRunNodeLogs(NODE))).toBe('network');
      expect(calls).toBe(2);
    });

    it('leave nothing in the way of the next call', async () => {
      const { endpoint } = await serveLog({});
      const client = clientFor(endpoint);

      const kinds = [];
      for (let call = 0; call < 4; call++) kinds.push(await kindOf(client.listPipelineRunNodeLogs(NODE)));

      expect(kinds).toEqual(Array(4).fill('too-large'));
    });
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
