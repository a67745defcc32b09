import { inspect } from 'node:util';
import nock from 'nock';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { NodeId, RunId } from '../../src/domain/target.ts';
import { createPaiflowClient, type PaiflowClientOptions } from '../../src/paiflow/client.ts';
import { NoCredentialsError } from '../../src/paiflow/credentials.ts';
import { PaiflowError } from '../../src/paiflow/errors.ts';
import { sign } from '../../src/paiflow/signer.ts';

const HOST = 'https://paiflow.cn-hangzhou.aliyuncs.com';
const RUN_ID = 'flow-hynm2bv8wqhp5esfxq' as RunId;
const NODE_ID = 'node-hynm2bv8wqhp5esfx1' as NodeId;
const RUN = { PipelineRunId: RUN_ID, Status: 'Running', Name: 'nightly' };
const KEY = { accessKeyId: 'plantedKeyId', accessKeySecret: 'plantedSecret', securityToken: 'plantedToken' };
const ABOUT = { region: 'cn-hangzhou', runId: RUN_ID };
const NODE = { ...ABOUT, nodeId: NODE_ID };
const LOGS = `/api/v1/pipelineruns/${RUN_ID}/nodes/${NODE_ID}/logs`;

function clientWith(options: Partial<PaiflowClientOptions> = {}) {
  return createPaiflowClient({ maxRps: 100, credentials: () => Promise.resolve(KEY), ...options });
}

async function failureOf(promise: Promise<unknown>): Promise<PaiflowError> {
  const reason = await promise.then(
    () => new Error('the call succeeded'),
    (error: unknown) => error,
  );
  if (reason instanceof PaiflowError) return reason;
  throw reason;
}

function interceptRun() {
  return nock(HOST).get(`/api/v1/pipelineruns/${RUN_ID}`);
}

beforeAll(() => {
  nock.disableNetConnect();
  // ky takes a random part of the wait before a retry: none of it here.
  vi.spyOn(Math, 'random').mockReturnValue(0);
});

afterEach(() => {
  const isDone = nock.isDone();
  const pending = nock.pendingMocks();
  nock.cleanAll();
  expect({ isDone, pending }).toEqual({ isDone: true, pending: [] });
});

afterAll(() => {
  nock.restore();
  vi.restoreAllMocks();
});

describe('createPaiflowClient', () => {
  it('asks for runs with every field of the request', async () => {
    nock(HOST)
      .put('/api/v1/pipelineruns', { PipelineRuns: [RUN_ID], WorkspaceId: '94801', OutputType: 'Model' })
      .matchHeader('content-type', 'application/json; charset=utf-8')
      .matchHeader('accept', 'application/json')
      .matchHeader('x-acs-action', 'ListPipelineRunsStatus')
      .matchHeader('x-acs-version', '2021-02-02')
      .reply(200, {
        RequestId: '7B-1',
        PipelineRuns: [RUN],
        Outputs: [{ Id: 'artifact-1', Name: 'm', Type: 'Model' }],
      });

    const answer = await clientWith().listPipelineRunsStatus({
      region: 'cn-hangzhou',
      workspaceId: '94801',
      outputType: 'Model',
      runs: [RUN_ID],
    });

    expect(answer).toMatchObject({
      requestId: '7B-1',
      runs: [{ runId: RUN_ID, name: 'nightly' }],
      nodes: [],
    });
    expect(answer.outputs).toEqual([{ id: 'artifact-1', name: 'm', type: 'Model' }]);
  });

  it('asks for nodes and leaves out what was not given', async () => {
    nock(HOST)
      .put('/api/v1/pipelineruns', { Nodes: [{ PipelineRunId: RUN_ID, NodeId: NODE_ID }] })
      .reply(200, { Nodes: [{ PipelineRunId: RUN_ID, NodeId: NODE_ID, Status: 'Failed' }] });

    const answer = await clientWith().listPipelineRunsStatus({
      region: 'cn-hangzhou',
      nodes: [{ runId: RUN_ID, nodeId: NODE_ID }],
    });

    expect(answer.nodes).toMatchObject([{ nodeId: NODE_ID, status: { phase: 'failed' } }]);
  });

  it('reads a run with its query', async () => {
    interceptRun()
      .query({ Verbose: 'true', ManifestType: 'Runtime' })
      .matchHeader('x-acs-action', 'GetPipelineRun')
      .reply(200, { ...RUN, Duration: 61 });

    const run = await clientWith().getPipelineRun({ ...ABOUT, verbose: true, manifestType: 'Runtime' });

    expect(run).toMatchObject({ runId: RUN_ID, durationSeconds: 61 });
  });

  it('lists the nodes below a node', async () => {
    nock(HOST)
      .get(`/api/v1/pipelineruns/${RUN_ID}/nodes/${NODE_ID}/status`)
      .query({ Depth: '99', Type: 'Logical' })
      .matchHeader('x-acs-action', 'ListPipelineRunNodeStatus')
      .reply(200, { Status: [{ NodeId: NODE_ID, NodeName: 'train', Status: 'Running' }] });

    const nodes = await clientWith().listPipelineRunNodeStatus({
      ...ABOUT,
      nodeId: NODE_ID,
      depth: 99,
      type: 'Logical',
    });

    expect(nodes).toMatchObject([{ runId: RUN_ID, nodeId: NODE_ID, name: 'train' }]);
  });

  it('lists runs with every filter, encoded as RFC 3986 has it', async () => {
    const path =
      '/api/v1/pipelineruns?WorkspaceId=94801&Name=a%20b%2Bc%2A~%2F%E4%B8%AD%27&Status=Failed&UserId=1557702098194904' +
      '&SourceType=DESIGNER&SourceId=exp-1&SortBy=GmtCreateTime&Order=DESC&PageNumber=2&PageSize=50';
    const sent: { url: string; authorization: string; nonce: string }[] = [];
    const now = () => new Date('2026-01-02T03:04:05Z');
    const fetch = (input: unknown, init?: RequestInit) => {
      const headers = new Headers(init?.headers);
      const authorization = headers.get('authorization') ?? '';
      sent.push({ url: String(input), authorization, nonce: headers.get('x-acs-signature-nonce') ?? '' });
      return Promise.resolve(Response.json({ TotalCount: 51, PipelineRuns: [RUN] }));
    };

    const page = await clientWith({ fetch, now }).listPipelineRuns({
      region: 'cn-hangzhou',
      workspaceId: '94801',
      name: "a b+c*~/中'",
      status: 'Failed',
      userId: '1557702098194904',
      sourceType: 'DESIGNER',
      sourceId: 'exp-1',
      sortBy: 'GmtCreateTime',
      order: 'DESC',
      pageNumber: 2,
      pageSize: 50,
    });

    expect(page).toMatchObject({ totalCount: 51, runs: [{ region: 'cn-hangzhou', runId: RUN_ID }] });
    expect(sent.map(({ url }) => url)).toEqual([`${HOST}${path.replace("'", '%27')}`]);
    const [{ authorization, nonce } = { authorization: '', nonce: '' }] = sent;
    const url = new URL(`${HOST}${path}`);
    const request = { method: 'GET', url, headers: actionHeaders('ListPipelineRuns'), body: '' };
    expect(authorization).toBe(sign(request, KEY, { date: now(), nonce }).authorization);
  });

  it('lists runs without what was not given', async () => {
    nock(HOST)
      .get('/api/v1/pipelineruns')
      .query((query) => Object.keys(query).length === 0)
      .reply(200, { TotalCount: 0, PipelineRuns: [] });

    const page = await clientWith().listPipelineRuns({ region: 'cn-hangzhou', name: undefined });

    expect(page).toEqual({ totalCount: 0, runs: [] });
  });

  it('reads the log of a node', async () => {
    nock(HOST)
      .get(LOGS)
      .query({ Offset: '400', PageSize: '50', Keyword: 'out of memory' })
      .matchHeader('x-acs-action', 'ListPipelineRunNodeLogs')
      .reply(200, { TotalCount: 450, Logs: ['CUDA out of memory', ''] });

    const log = await clientWith().listPipelineRunNodeLogs({
      ...NODE,
      offset: 400,
      pageSize: 50,
      keyword: 'out of memory',
    });

    expect(log).toEqual({ totalCount: 450, lines: ['CUDA out of memory', ''] });
  });

  it('keeps the bound in bytes out of the question', async () => {
    nock(HOST)
      .get(LOGS)
      .query((query) => Object.keys(query).length === 0)
      .reply(200, { Logs: [] });

    await expect(clientWith().listPipelineRunNodeLogs({ ...NODE, maxBytes: 1000 })).resolves.toEqual({
      totalCount: 0,
      lines: [],
    });
  });

  it('reads what a node and those below it produced', async () => {
    nock(HOST)
      .get(`/api/v1/pipelineruns/${RUN_ID}/nodes/${NODE_ID}/outputs`)
      .query({ Depth: '99', Type: 'Metrics', PageNumber: '1', PageSize: '20' })
      .matchHeader('x-acs-action', 'ListPipelineRunNodeOutputs')
      .reply(200, {
        TotalCount: 1,
        Outputs: [{ Id: 'artifact-1', Name: 'auc', Info: { value: '{"auc":0.8}' } }],
      });

    const answer = await clientWith().listPipelineRunNodeOutputs({
      ...NODE,
      depth: 99,
      type: 'Metrics',
      pageNumber: 1,
      pageSize: 20,
    });

    expect(answer).toMatchObject({ totalCount: 1, outputs: [{ runId: RUN_ID, value: { auc: 0.8 } }] });
  });

  it.each([
    ['listPipelineRuns', '/api/v1/pipelineruns', ABOUT],
    ['listPipelineRunNodeLogs', LOGS, NODE],
    ['listPipelineRunNodeOutputs', LOGS.replace('logs', 'outputs?Depth=1'), { ...NODE, depth: 1 }],
  ] as const)('%s calls a refusal with HTTP 200 junk', async (method, path, query) => {
    nock(HOST).get(path).reply(200, { Code: 'Throttling', PipelineRuns: [], Logs: [], Outputs: [] });
    const client = clientWith();
    const methods: Record<typeof method, (query: never) => Promise<unknown>> = client;

    expect(await failureOf(methods[method](query as never))).toMatchObject({ kind: 'junk', status: 200 });
  });

  it('keeps user ids above 2^53 digit by digit', async () => {
    interceptRun().reply(
      200,
      `{"PipelineRunId":"${RUN_ID}","Status":"Running","UserId": 301557702098194904}`,
    );

    const run = await clientWith().getPipelineRun(ABOUT);

    expect(run.userId).toBe('301557702098194904');
  });

  it('encodes ids in the path and signs the path as it is sent', async () => {
    const now = () => new Date('2026-01-02T03:04:05Z');
    let sent: { path: string; headers: Record<string, string> } = { path: '', headers: {} };
    const fetch = (input: unknown, init?: RequestInit) => {
      sent = { path: String(input), headers: Object.fromEntries(new Headers(init?.headers)) };
      return Promise.resolve(Response.json({ ...RUN, PipelineRunId: 'flow-' }));
    };

    await failureOf(
      clientWith({ fetch, now }).getPipelineRun({
        region: 'cn-hangzhou',
        runId: `flow-a/b?c#d*(e)` as RunId,
      }),
    );

    expect(sent.path).toBe(`${HOST}/api/v1/pipelineruns/flow-a%2Fb%3Fc%23d%2A%28e%29`);
    const { authorization, 'x-acs-signature-nonce': nonce = '' } = sent.headers;
    const request = {
      method: 'GET',
      url: new URL(sent.path),
      headers: actionHeaders('GetPipelineRun'),
      body: '',
    };
    expect(authorization).toBe(sign(request, KEY, { date: now(), nonce }).authorization);
  });

  describe('endpoint', () => {
    it.each([
      ['http://127.0.0.1:8081', 'http://127.0.0.1:8081', ''],
      ['http://127.0.0.1:8081/', 'http://127.0.0.1:8081', ''],
      ['https://paiflow-vpc.{region}.aliyuncs.com', 'https://paiflow-vpc.cn-hangzhou.aliyuncs.com', ''],
      ['https://gateway.example/pai/{region}/', 'https://gateway.example', '/pai/cn-hangzhou'],
    ])('goes to %s', async (endpoint, origin, prefix) => {
      nock(origin).get(`${prefix}/api/v1/pipelineruns/${RUN_ID}`).reply(200, RUN);

      await expect(clientWith({ endpoint }).getPipelineRun(ABOUT)).resolves.toMatchObject({ runId: RUN_ID });
    });

    it.each([
      'paiflow.example',
      'ftp://paiflow.example',
      'https://user:pass@paiflow.example',
      'https://a.example/?x=1',
    ])('refuses %s from the start', (endpoint) => {
      expect(() => clientWith({ endpoint })).toThrow(TypeError);
    });

    it.each(['evil.example/', 'evil.example#', 'cn-hangzhou.evil.example', 'cn-hangzhou:8443', '', '..'])(
      'sends nothing for the region %j, which would lead elsewhere',
      async (region) => {
        const error = await failureOf(clientWith().getPipelineRun({ region, runId: RUN_ID }));

        expect(error).toMatchObject({ kind: 'junk', code: 'InvalidRegion', region: 'unknown region' });
      },
    );
  });

  describe('failures', () => {
    it.each([
      [400, 'Throttling.User', 'throttled'],
      [429, undefined, 'throttled'],
      [503, 'Throttling', 'throttled'],
      [404, '200200004', 'not-found'],
      [404, 'InvalidAccessKeyId.NotFound', 'wrong-key'],
      [400, 'SignatureDoesNotMatch', 'wrong-key'],
      [403, 'InvalidSecurityToken.Expired', 'wrong-key'],
      [400, 'InvalidTimeStamp.Expired', 'wrong-clock'],
      [403, 'Forbidden.RAM', 'forbidden'],
      [404, 'InvalidAction.NotFound', 'junk'],
      [400, 'InvalidParameter', 'refused'],
    ])('throws for HTTP %i with %s after a single attempt', async (status, code, kind) => {
      interceptRun().reply(status, { Code: code, RequestId: '7B-1', Message: 'planted' });

      const error = await failureOf(clientWith().getPipelineRun(ABOUT));

      expect(error).toMatchObject({ kind, status, requestId: '7B-1', operation: 'GetPipelineRun' });
      expect(error.code).toBe(code);
    });

    it('reads an XML error', async () => {
      interceptRun().reply(
        403,
        '<?xml version="1.0"?><Error><Code>NoPermission</Code><RequestId>7B-1</RequestId></Error>',
      );

      const error = await failureOf(clientWith().getPipelineRun(ABOUT));

      expect(error).toMatchObject({ kind: 'forbidden', code: 'NoPermission', requestId: '7B-1' });
    });

    it.each([
      ['an HTML page', '<html>planted sign-in page</html>'],
      ['cut JSON', `{"PipelineRunId":"${RUN_ID}","Sta`],
      ['another shape', '["planted"]'],
      ['nothing', ''],
    ])('throws junk for %s with HTTP 200', async (_, body) => {
      interceptRun().reply(200, body, { 'x-acs-request-id': '7B-2' });

      const error = await failureOf(clientWith().getPipelineRun(ABOUT));

      expect(error).toMatchObject({ kind: 'junk', status: 200, requestId: '7B-2' });
      expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('planted sign-in');
    });

    it('calls an answer above 32 MB too large, after a single attempt', async () => {
      interceptRun().reply(200, Buffer.alloc(32 * 1024 * 1024 + 1, 32), { 'x-acs-request-id': '7B-2' });

      const error = await failureOf(clientWith().getPipelineRun(ABOUT));

      expect(error).toMatchObject({ kind: 'too-large', status: 200, requestId: '7B-2' });
    });

    it('does not hold back other calls after an answer that is too large', async () => {
      nock(HOST)
        .get(LOGS)
        .reply(200, { Logs: ['x'.repeat(2000)] });
      interceptRun().reply(200, RUN);
      const client = clientWith();

      const error = await failureOf(client.listPipelineRunNodeLogs({ ...NODE, maxBytes: 1000 }));
      const run = await client.getPipelineRun(ABOUT, { timeoutMs: 500 });

      expect(error).toMatchObject({ kind: 'too-large', operation: 'ListPipelineRunNodeLogs' });
      expect(run.runId).toBe(RUN_ID);
    });

    it.each([
      ['up to 8 MB', 8 * 1024 * 1024, 'read'],
      ['above 8 MB', 8 * 1024 * 1024 + 1, 'too-large'],
    ])('reads logs %s', async (_, bytes, outcome) => {
      const frame = '{"Logs":[""]}';
      nock(HOST)
        .get(LOGS)
        .reply(200, `{"Logs":["${'x'.repeat(bytes - frame.length)}"]}`);

      const asked = clientWith().listPipelineRunNodeLogs(NODE);

      expect(await asked.then(() => 'read').catch(({ kind }: PaiflowError) => kind)).toBe(outcome);
    });

    it('follows no redirect', async () => {
      interceptRun().reply(302, undefined, { location: 'https://evil.example/' });

      const error = await failureOf(clientWith().getPipelineRun(ABOUT));

      expect(error).toMatchObject({ kind: 'junk', status: 302 });
    });

    it('says so when there is no key, without the paths the chain tells', async () => {
      const credentials = () => Promise.reject(new NoCredentialsError());

      const error = await failureOf(clientWith({ credentials }).getPipelineRun(ABOUT));

      expect(error).toMatchObject({ kind: 'wrong-key', code: 'NoCredentials' });
    });

    it('holds no vendor text, key, secret or token in any depth', async () => {
      const planted = 'plantedSentence: server string to sign is ACS3-HMAC-SHA256 plantedKeyId';
      const bodies = [
        `{"Code":"InvalidParameter","Message":"${planted}","Recommend":"${planted}"}`,
        `<Error><Code>X</Code><Message>${planted}</Message></Error>`,
        planted,
      ];
      for (const body of bodies) interceptRun().reply(400, body);
      interceptRun().reply(200, planted);
      interceptRun()
        .times(2)
        .replyWithError(Object.assign(new Error(planted), { code: 'ECONNRESET' }));

      for (let call = 0; call < 5; call++) {
        const error = await failureOf(clientWith().getPipelineRun(ABOUT));

        expect(inspect(error, { depth: 20, showHidden: true, getters: true })).not.toMatch(/planted/);
        expect(JSON.stringify(error)).not.toMatch(/planted/);
      }
    });
  });

  describe('attempts', () => {
    it.each([500, 502, 503, 504, 408])('asks once more after HTTP %i', async (status) => {
      interceptRun().reply(status, '');
      interceptRun().reply(200, RUN);

      await expect(clientWith().getPipelineRun(ABOUT)).resolves.toMatchObject({ runId: RUN_ID });
    });

    it('asks once more after a failed connection', async () => {
      interceptRun().replyWithError(Object.assign(new Error('reset'), { code: 'ECONNRESET' }));
      interceptRun().reply(200, RUN);

      await expect(clientWith().getPipelineRun(ABOUT)).resolves.toMatchObject({ runId: RUN_ID });
    });

    it('gives up after the second failed connection and keeps the word of the system', async () => {
      interceptRun()
        .times(2)
        .replyWithError(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }));

      const error = await failureOf(clientWith().getPipelineRun(ABOUT));

      expect(error).toMatchObject({ kind: 'network', code: 'ECONNREFUSED' });
    });

    it('retries the batch call, which is a PUT that only reads', async () => {
      nock(HOST)
        .put('/api/v1/pipelineruns', { PipelineRuns: [RUN_ID] })
        .reply(500, '');
      nock(HOST)
        .put('/api/v1/pipelineruns', { PipelineRuns: [RUN_ID] })
        .reply(200, { PipelineRuns: [RUN] });

      const answer = await clientWith().listPipelineRunsStatus({ region: 'cn-hangzhou', runs: [RUN_ID] });

      expect(answer.runs).toHaveLength(1);
    });

    it('signs every attempt with a nonce and a date of its own', async () => {
      const seen: { nonce: string; date: string; authorization: string }[] = [];
      const note = (headers: Record<string, string>): void => {
        const { 'x-acs-signature-nonce': nonce = '', 'x-acs-date': date = '', authorization = '' } = headers;
        seen.push({ nonce, date, authorization });
      };
      let seconds = 0;
      const now = () => new Date(Date.UTC(2026, 0, 2, 3, 4, seconds++));
      interceptRun().reply(400, function () {
        note(this.req.headers);
        return { Code: 'SignatureNonceUsed' };
      });
      interceptRun().reply(200, function () {
        note(this.req.headers);
        return RUN;
      });

      await clientWith({ now }).getPipelineRun(ABOUT);

      const request = {
        method: 'GET',
        url: new URL(`${HOST}/api/v1/pipelineruns/${RUN_ID}`),
        headers: actionHeaders('GetPipelineRun'),
        body: '',
      };
      expect(seen).toHaveLength(2);
      for (const { nonce, date, authorization } of seen) {
        expect(authorization).toBe(sign(request, KEY, { date: new Date(date), nonce }).authorization);
      }
      expect(seen[0]?.nonce).not.toBe(seen[1]?.nonce);
      expect(seen[0]?.date).not.toBe(seen[1]?.date);
    });

    it('asks once more with a key that has changed since', async () => {
      const keys = [KEY, { ...KEY, securityToken: 'newToken' }];
      const asked: (string | undefined)[] = [];
      const credentials = () => Promise.resolve(keys[Math.min(asked.length, 1)] ?? KEY);
      interceptRun().reply(403, function () {
        asked.push(this.req.headers['x-acs-security-token']);
        return { Code: 'InvalidSecurityToken.Expired' };
      });
      interceptRun().reply(200, function () {
        asked.push(this.req.headers['x-acs-security-token']);
        return RUN;
      });

      await clientWith({ credentials }).getPipelineRun(ABOUT);

      expect(asked).toEqual(['plantedToken', 'newToken']);
    });

    it('tells of every attempt what it came to', async () => {
      interceptRun().reply(500, { Code: 'InternalError' });
      interceptRun().reply(200, RUN);
      const attempts: (readonly [string, string])[] = [];
      const onAttempt: PaiflowClientOptions['onAttempt'] = (...attempt) => attempts.push(attempt);

      await clientWith({ onAttempt }).getPipelineRun(ABOUT);

      expect(attempts).toEqual([
        ['GetPipelineRun', 'unavailable'],
        ['GetPipelineRun', 'answered'],
      ]);
    });

    it('does not come back at once when a 503 names a time', async () => {
      interceptRun().reply(503, { Code: 'ServiceUnavailable' }, { 'retry-after': '30' });

      const error = await failureOf(clientWith().getPipelineRun(ABOUT));

      expect(error).toMatchObject({ kind: 'unavailable', retryAfterMs: 30_000 });
    });
  });

  describe('throttling', () => {
    it('tells the time to wait and turns away at once whoever has less time', async () => {
      interceptRun().reply(400, { Code: 'Throttling.User' }, { 'retry-after': '30' });
      const client = clientWith();

      const first = await failureOf(client.getPipelineRun(ABOUT));
      const second = await failureOf(client.getPipelineRun({ ...ABOUT, region: 'cn-shanghai' }));

      expect(first).toMatchObject({ kind: 'throttled', status: 400, retryAfterMs: 30_000 });
      expect(second).toMatchObject({ kind: 'throttled', region: 'cn-shanghai' });
      expect(second.retryAfterMs).toBeGreaterThan(29_000);
    });

    it('does not lengthen the pause by turning callers away', async () => {
      interceptRun().reply(429, '', { 'retry-after': '30' });
      const client = clientWith();

      await failureOf(client.getPipelineRun(ABOUT));
      const from = performance.now();
      for (let time = 0; time < 300; time++) await failureOf(client.getPipelineRun(ABOUT));
      const elapsedMs = performance.now() - from;
      const last = await failureOf(client.getPipelineRun(ABOUT));

      // Told in whole milliseconds, rounded up.
      expect(last.retryAfterMs).toBeLessThanOrEqual(Math.ceil(30_000 - elapsedMs));
    });

    it('pauses no longer than a minute, whatever it is told', async () => {
      interceptRun().reply(429, '', { 'retry-after': '86400' });
      const client = clientWith();

      await failureOf(client.getPipelineRun(ABOUT));
      const second = await failureOf(client.getPipelineRun(ABOUT));

      expect(second.retryAfterMs).toBeLessThanOrEqual(60_000);
    });
  });

  describe('the pace', () => {
    it('lets a call go ahead of the patient ones that asked before it, and no call without a word is one', async () => {
      vi.useFakeTimers();
      try {
        const sent: (string | null)[] = [];
        const fetch = (input: unknown) => {
          sent.push(new URL(String(input)).searchParams.get('PageNumber'));
          return Promise.resolve(Response.json({ TotalCount: 0, PipelineRuns: [] }));
        };
        const client = clientWith({ fetch, maxRps: 1 });
        const page = (pageNumber: number, options = {}) =>
          client.listPipelineRuns({ region: 'cn-hangzhou', pageNumber }, options);

        const calls = [page(1), page(2, { isPatient: true }), page(3, { isPatient: false }), page(4)];
        await vi.runAllTimersAsync();
        await Promise.all(calls);

        expect(sent).toEqual(['1', '3', '4', '2']);
      } finally {
        vi.useRealTimers();
      }
    });
  });

  describe('stopping', () => {
    it('sends nothing for a caller that has gone already', async () => {
      const error = await failureOf(clientWith().getPipelineRun(ABOUT, { signal: AbortSignal.abort() }));

      expect(error.kind).toBe('aborted');
    });

    it('rejects as soon as the caller goes and cancels the request', async () => {
      const caller = new AbortController();
      const silent = silentFetch();
      const call = failureOf(
        clientWith({ fetch: silent.fetch }).getPipelineRun(ABOUT, { signal: caller.signal }),
      );
      await vi.waitFor(() => expect(silent.signals).toHaveLength(1));

      caller.abort(new Error('planted reason'));
      const error = await call;

      expect(error.kind).toBe('aborted');
      expect(inspect(error, { depth: 10 })).not.toContain('planted');
      expect(silent.signals.map(({ aborted }) => aborted)).toEqual([true]);
    });

    it('waits for one attempt only as long as it may', async () => {
      const silent = silentFetch();
      const client = clientWith({ fetch: silent.fetch, attemptTimeoutMs: 20 });

      const error = await failureOf(client.getPipelineRun(ABOUT));

      expect(error.kind).toBe('timeout');
      // A time-out is not retried, and the request is given up.
      expect(silent.signals.map(({ aborted }) => aborted)).toEqual([true]);
    });

    it('ends within the time of the call, its retry included, and tells the failure before', async () => {
      interceptRun().reply(500, '');
      let calls = 0;
      const fetch = (input: string | URL | Request, init?: RequestInit) => {
        calls += 1;
        return calls === 1 ? globalThis.fetch(input, init) : silentFetch().fetch(input, init);
      };

      const error = await failureOf(clientWith({ fetch }).getPipelineRun(ABOUT, { timeoutMs: 100 }));

      expect(error).toMatchObject({ kind: 'unavailable', status: 500 });
    });

    it('counts the wait for credentials too', async () => {
      const credentials = () => new Promise<never>(() => undefined);

      const error = await failureOf(clientWith({ credentials, callTimeoutMs: 20 }).getPipelineRun(ABOUT));

      expect(error.kind).toBe('timeout');
    });
  });
});

function actionHeaders(action: string): Record<string, string> {
  return { 'x-acs-action': action, 'x-acs-version': '2021-02-02' };
}

/** A server that never answers, as fetch shows it: it rejects when its signal fires. */
function silentFetch() {
  const signals: AbortSignal[] = [];
  const fetch = (_: unknown, init?: RequestInit): Promise<Response> =>
    new Promise((_resolve, reject) => {
      const signal = init?.signal;
      if (!signal) return;
      signals.push(signal);
      signal.addEventListener('abort', () => reject(signal.reason));
    });
  return { fetch, signals };
}
