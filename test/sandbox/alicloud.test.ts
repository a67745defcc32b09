import imported, { type Config, OpenApiRequest, Params } from '@alicloud/openapi-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { FIXTURE_MANIFEST } from './manifest.fixture.ts';

// CommonJS: Node gives the module object as default import, vitest the class itself.
const Client = (typeof imported === 'function' ? imported : imported.default) as typeof imported.default;

interface Answer {
  readonly headers: Record<string, string>;
  readonly body: Readonly<Record<string, unknown>> & {
    readonly PipelineRuns?: readonly { readonly Name: string }[];
    readonly Status?: readonly { readonly NodeName: string; readonly Status: string }[];
  };
  readonly statusCode: number;
}

const OPERATIONS = {
  ListPipelineRunsStatus: { method: 'PUT', path: '' },
  ListPipelineRuns: { method: 'GET', path: '' },
  GetPipelineRun: { method: 'GET', path: '/RUN' },
  GetPipelineRunNode: { method: 'GET', path: '/RUN/nodes/NODE' },
  ListPipelineRunNodeStatus: { method: 'GET', path: '/RUN/nodes/NODE/status' },
  ListPipelineRunNodeLogs: { method: 'GET', path: '/RUN/nodes/NODE/logs' },
  ListPipelineRunNodeOutputs: { method: 'GET', path: '/RUN/nodes/NODE/outputs' },
} as const;

describe('the official Alibaba Cloud client on the loopback PAIFlow', () => {
  let sandbox: Sandbox;

  beforeAll(async () => {
    sandbox = await startSandbox({ manifest: FIXTURE_MANIFEST });
  });
  afterAll(() => sandbox.stop());

  /** Calls one operation through `@alicloud/openapi-client`, which signs by itself. */
  async function callOfficial(
    operation: keyof typeof OPERATIONS,
    given: {
      readonly key?: { readonly id: string; readonly secret: string; readonly securityToken?: string };
      readonly region?: string;
      readonly ids?: { readonly RUN: string; readonly NODE?: string };
      readonly query?: Record<string, string>;
      readonly body?: object;
    } = {},
  ): Promise<Answer> {
    const key = given.key ?? {
      id: sandbox.env.ALIBABA_CLOUD_ACCESS_KEY_ID ?? '',
      secret: sandbox.env.ALIBABA_CLOUD_ACCESS_KEY_SECRET ?? '',
    };
    const client = new Client({
      accessKeyId: key.id,
      accessKeySecret: key.secret,
      securityToken: key.securityToken,
      endpoint: new URL(sandbox.paiflowUrl).host,
      protocol: 'http',
    } as Config);
    const { method, path } = OPERATIONS[operation];
    const prefix = given.region === undefined ? '' : `/${given.region}`;
    const below = path.replace('RUN', given.ids?.RUN ?? '').replace('NODE', given.ids?.NODE ?? '');
    const params = new Params({
      action: operation,
      version: '2021-02-02',
      protocol: 'HTTP',
      pathname: `${prefix}/api/v1/pipelineruns${below}`,
      method,
      authType: 'AK',
      style: 'ROA',
      reqBodyType: 'json',
      bodyType: 'json',
    });
    const request = new OpenApiRequest({
      query: given.query ?? {},
      ...(given.body === undefined ? {} : { body: given.body }),
    });
    return (await client.callApi(params, request, {} as never)) as unknown as Answer;
  }

  async function findRun(name: string) {
    const [run] = await sandbox.client.runs({ name });
    if (run === undefined) throw new Error(`the seed has no ${name}`);
    return run;
  }

  it('lists statuses of runs by an access key, and leaves unknown ids out', async () => {
    const run = await findRun('ctr-daily-train');

    const { body } = await callOfficial('ListPipelineRunsStatus', {
      body: { PipelineRuns: [run.id, 'flow-unknown'], WorkspaceId: '94801' },
    });

    expect(body.PipelineRuns).toEqual([
      {
        PipelineRunId: run.id,
        Name: 'ctr-daily-train',
        Status: 'Running',
        NodeId: run.rootId,
        SourceId: run.sourceId,
        UserId: '1557702098194904',
        ParentUserId: '198765432109876543',
        IsDeleted: false,
      },
    ]);
    expect(body.Nodes).toEqual([]);
  });

  it('answers nodes alone when runs and nodes are asked together', async () => {
    const run = await findRun('ctr-daily-train');
    const node = run.nodes[1];

    const { body } = await callOfficial('ListPipelineRunsStatus', {
      body: { PipelineRuns: [run.id], Nodes: [{ PipelineRunId: run.id, NodeId: node?.id }] },
    });

    expect(body.PipelineRuns).toEqual([]);
    expect(body.Nodes).toEqual([expect.objectContaining({ NodeName: 'feature_join', Status: 'Running' })]);
  });

  it('accepts an STS key with its token', async () => {
    const { statusCode } = await callOfficial('ListPipelineRuns', { key: sandbox.stsKey });

    expect(statusCode).toBe(200);
  });

  it.each([
    ['a wrong secret', { secret: 'wrong' }, 'SignatureDoesNotMatch', 400],
    ['an unknown key', { id: 'unknown' }, 'InvalidAccessKeyId.NotFound', 404],
    [
      'an STS key with another token',
      { securityToken: 'other' },
      'InvalidSecurityToken.MismatchWithAccessKey',
      400,
    ],
  ])('refuses %s with the code of the vendor', async (_what, change, code, statusCode) => {
    const call = callOfficial('ListPipelineRuns', { key: { ...sandbox.stsKey, ...change } });

    await expect(call).rejects.toMatchObject({ code, statusCode });
  });

  it('gives errors with request id, host and advice, as the client expects them', async () => {
    const call = callOfficial('GetPipelineRun', { ids: { RUN: 'flow-unknown' } });

    await expect(call).rejects.toMatchObject({
      code: '200200004',
      data: {
        HostId: new URL(sandbox.paiflowUrl).host,
        RequestId: expect.any(String),
        Recommend: expect.any(String),
      },
    });
  });

  it('signs and sorts filters with odd characters, and pages', async () => {
    const query = { Name: '-hourly-', SortBy: 'GmtCreateTime', Order: 'ASC', PageSize: '1', PageNumber: '2' };
    const { body } = await callOfficial('ListPipelineRuns', { query });
    const none = await callOfficial('ListPipelineRuns', { query: { Name: 'a b+c*~/中' } });

    expect(body.TotalCount).toBe(3);
    expect(body.PipelineRuns).toEqual([
      expect.objectContaining({ Name: 'ctr-hourly-eval', Status: 'Succeeded' }),
    ]);
    expect(none.body.PipelineRuns).toEqual([]);
  });

  it('finds names that contain Name, or only those that are it, as it is told', async () => {
    const namesOf = async (Name: string) => {
      const { body } = await callOfficial('ListPipelineRuns', { query: { Name, PageSize: '100' } });
      return new Set(body.PipelineRuns?.map((run) => run.Name));
    };

    const contained = [await namesOf('ctr-daily'), await namesOf('ctr-daily-train')];
    await sandbox.client.setPaiflow({ exactNames: true });
    const exact = [await namesOf('ctr-daily'), await namesOf('ctr-daily-train')];
    await sandbox.client.setPaiflow({ exactNames: false });

    expect(contained).toEqual([new Set(['ctr-daily-train']), new Set(['ctr-daily-train'])]);
    expect(exact).toEqual([new Set(), new Set(['ctr-daily-train'])]);
  });

  it('shows a run with its times, workspace, message and console link only in GetPipelineRun', async () => {
    const run = await findRun('ctr-hourly-eval');

    const { body } = await callOfficial('GetPipelineRun', { ids: { RUN: run.id } });

    expect(body).toMatchObject({
      WorkspaceId: '94801',
      Message: 'Table not found - ctr_prod.user_stat_d',
      Duration: 600,
      FinishedAt: expect.stringMatching(/Z$/),
      PipelineRunUri: expect.stringContaining(`#/studio/task/detail/${run.id}`),
    });
  });

  it('shows each region its own runs only', async () => {
    const run = await findRun('geo-sync');

    const home = await callOfficial('ListPipelineRunsStatus', { body: { PipelineRuns: [run.id] } });
    const there = await callOfficial('ListPipelineRunsStatus', {
      region: 'ap-southeast-1',
      body: { PipelineRuns: [run.id] },
    });

    expect(home.body.PipelineRuns).toEqual([]);
    expect(there.body.PipelineRuns).toHaveLength(1);
  });

  it('lists nodes, logs and outputs of a run from its root', async () => {
    const failed = await findRun('ctr-hourly-eval');
    const done = await findRun('user-profile-daily');
    const node = failed.nodes.find((each) => each.name === 'feature_join');

    const nodes = await callOfficial('ListPipelineRunNodeStatus', {
      ids: { RUN: failed.id, NODE: failed.rootId },
      query: { Depth: '99' },
    });
    const tree = await callOfficial('GetPipelineRunNode', { ids: { RUN: failed.id, NODE: failed.rootId } });
    const logs = await callOfficial('ListPipelineRunNodeLogs', {
      ids: { RUN: failed.id, NODE: node?.id ?? '' },
    });
    const outputs = await callOfficial('ListPipelineRunNodeOutputs', {
      ids: { RUN: done.id, NODE: done.rootId },
      query: { Depth: '9', Type: 'Metrics' },
    });

    const statusOf = nodes.body.Status?.map((each) => [each.NodeName, each.Status]);
    expect(statusOf).toEqual([
      ['ctr-hourly-eval', 'Failed'],
      ['sql_read', 'Succeeded'],
      ['feature_join', 'Failed'],
      ['evaluate', 'Skipped'],
    ]);
    expect(tree.body).toMatchObject({ Spec: { Pipelines: [{}, {}, {}] } });
    expect(logs.body).toMatchObject({
      TotalCount: 8,
      Logs: expect.arrayContaining([expect.stringMatching(/^FAILED: ODPS-0130131:/)]),
    });
    expect(outputs.body.Outputs).toEqual([expect.objectContaining({ Type: 'Metrics' })]);
  });

  it('goes as deep into nested Dags as Depth says, with or without the asked node', async () => {
    const nodes = [
      { name: 'loop', type: 'Loop' as const },
      { name: 'inner', parent: 'loop' },
    ];
    const [run] = await sandbox.client.createRuns({ runs: [{ name: 'nested', nodes }] });
    const ids = { RUN: run?.id ?? '', NODE: run?.rootId ?? '' };
    const namesAt = async (Depth: string) => {
      const { body } = await callOfficial('ListPipelineRunNodeStatus', { ids, query: { Depth } });
      return body.Status?.map((each) => each.NodeName);
    };

    expect([await namesAt('1'), await namesAt('2'), await namesAt('3')]).toEqual([
      ['nested'],
      ['nested', 'loop'],
      ['nested', 'loop', 'inner'],
    ]);
    await sandbox.client.setPaiflow({ rootInNodeStatus: false });
    expect(await namesAt('3')).toEqual(['loop', 'inner']);
  });

  it('ends the ids of outputs in a newline, as the samples of the vendor do', async () => {
    const run = await findRun('user-profile-daily');

    const { body } = await callOfficial('ListPipelineRunsStatus', {
      body: { PipelineRuns: [run.id], OutputType: 'Model' },
    });

    expect(body.Outputs).toEqual([expect.objectContaining({ PipelineRunId: `${run.id}\n` })]);
  });

  it('refuses a batch that holds a refused id, and one that is too large', async () => {
    const [first, second] = await sandbox.client.createRuns({ count: 2, like: { name: 'batch' } });
    const body = { PipelineRuns: [first?.id, second?.id] };

    await sandbox.client.setPaiflow({ refusedIds: [second?.id ?? ''] });
    await expect(callOfficial('ListPipelineRunsStatus', { body })).rejects.toMatchObject({
      code: 'InvalidParameter',
    });
    await sandbox.client.setPaiflow({ refusedIds: [], maxBatch: 1 });
    await expect(callOfficial('ListPipelineRunsStatus', { body })).rejects.toMatchObject({ statusCode: 400 });
    await sandbox.client.setPaiflow({ maxBatch: null });

    await expect(callOfficial('ListPipelineRunsStatus', { body })).resolves.toMatchObject({
      statusCode: 200,
    });
  });

  it('counts the ids of each call in its journal', async () => {
    await sandbox.client.clearJournal();
    await callOfficial('ListPipelineRunsStatus', { body: { PipelineRuns: ['flow-aaaaaa', 'flow-bbbbbb'] } });

    expect(await sandbox.client.journal({ service: 'paiflow' })).toEqual([
      expect.objectContaining({
        operation: 'ListPipelineRunsStatus',
        runs: 2,
        nodes: 0,
        outcome: 'ok',
        status: 200,
      }),
    ]);
  });
});
