import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DeedInput } from '../../sandbox/control-schema.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { FIXTURE_MANIFEST } from './manifest.fixture.ts';
import { signedGet } from './signed-get.ts';

const LOGS = 'ListPipelineRunNodeLogs';
type NewNode = NonNullable<NonNullable<DeedInput<'createRuns'>['runs']>[number]['nodes']>[number];

interface Page {
  readonly TotalCount: number;
  readonly Logs: readonly string[];
}

describe('the logs of the loopback PAIFlow', () => {
  let sandbox: Sandbox;

  beforeAll(async () => {
    sandbox = await startSandbox({ manifest: FIXTURE_MANIFEST });
  });
  afterEach(() => sandbox.client.setPaiflow({ ignoreLogPageSize: false, maxLogPageSize: null }));
  afterAll(() => sandbox.stop());

  /** A run with one node; gives the path of its logs. */
  async function makeNode(node: Omit<NewNode, 'name'>) {
    const [run] = await sandbox.client.createRuns({
      runs: [{ name: 'logged', nodes: [{ name: 'n', ...node }] }],
    });
    return { run: run?.id ?? '', path: `/${run?.id}/nodes/${run?.nodes[0]?.id}/logs` };
  }

  async function read(path: string, query: Record<string, string> = {}): Promise<Page> {
    return (await (await signedGet(sandbox, LOGS, { path, query })).json()) as Page;
  }

  it('are paged by Offset and PageSize, from either end, with a keyword', async () => {
    const { path } = await makeNode({ logs: ['a1', 'b2', 'a3', 'A4', 'a5'], status: 'Running' });

    expect(await read(path, { Offset: '1', PageSize: '2' })).toMatchObject({
      TotalCount: 5,
      Logs: ['b2', 'a3'],
    });
    expect((await read(path, { Reverse: 'true', PageSize: '2' })).Logs).toEqual(['a5', 'A4']);
    expect(await read(path, { Keyword: 'a', Offset: '1', PageSize: '1' })).toMatchObject({
      TotalCount: 3,
      Logs: ['a3'],
    });
    expect((await read(path, { Offset: '99' })).Logs).toEqual([]);
    expect((await signedGet(sandbox, LOGS, { path, query: { Offset: '-1' } })).status).toBe(400);
  });

  it('exist only once the node has started', async () => {
    const { run, path } = await makeNode({ logs: ['too early'], status: 'ReadyToSchedule' });

    const before = await read(path);
    await sandbox.client.setNode({ run, node: 'n', status: 'Running' });

    expect(before).toMatchObject({ TotalCount: 0, Logs: [] });
    expect(await read(path)).toMatchObject({ TotalCount: 1, Logs: ['too early'] });
  });

  it('are replaced by setNode, also by a recipe', async () => {
    const { run, path } = await makeNode({ logs: ['old'], status: 'Running' });

    await sandbox.client.setNode({
      run,
      node: 'n',
      status: 'Failed',
      logMaker: { lines: 1204, last: ['the end'] },
    });

    const { TotalCount, Logs } = await read(path, { Offset: '1202', PageSize: '50' });
    expect(TotalCount).toBe(1204);
    expect(Logs).toEqual([expect.stringMatching(/block 1203 of 1204/), 'the end']);
  });

  it('may have a million lines of 100 bytes, of which a page costs nothing', async () => {
    const { path } = await makeNode({
      logMaker: { lines: 1_000_000, bytesPerLine: 100, last: ['FAILED: at last'] },
      status: 'Failed',
    });

    const first = await read(path, { Offset: '999997', PageSize: '50' });
    const again = await read(path, { Offset: '999997', PageSize: '50' });

    expect(first.TotalCount).toBe(1_000_000);
    expect(first.Logs.map((line) => line.length)).toEqual([100, 100, 15]);
    expect(again.Logs).toEqual(first.Logs);
    expect(await read(path, { Keyword: 'FAILED' })).toMatchObject({
      TotalCount: 1,
      Logs: ['FAILED: at last'],
    });
  });

  it('may have one line of a megabyte', async () => {
    const { path } = await makeNode({ logMaker: { lines: 1, bytesPerLine: 1_048_576 }, status: 'Failed' });

    expect((await read(path)).Logs[0]).toHaveLength(1_048_576);
  });

  it('may be binary junk that is still JSON', async () => {
    const { path } = await makeNode({
      logMaker: { lines: 200, kind: 'binary', bytesPerLine: 300 },
      status: 'Failed',
    });

    const { Logs } = await read(path, { PageSize: '200' });

    const all = Logs.join('');
    for (const junk of ['\u0000', '\u001b[31m', '\ufffd', '\r', '\n', '<!channel>'])
      expect(all).toContain(junk);
    expect(new Set(Logs.map((line) => Buffer.byteLength(line)))).toEqual(new Set([300]));
  });

  it('come in smaller pages than asked where the server has a largest one', async () => {
    await sandbox.client.setPaiflow({ maxLogPageSize: 2 });
    const { path } = await makeNode({ logs: ['1', '2', '3'], status: 'Running' });

    expect(await read(path, { PageSize: '100' })).toMatchObject({ TotalCount: 3, Logs: ['1', '2'] });
  });

  it('come whole where the server ignores PageSize, and the server stops when the caller hangs up', async () => {
    await sandbox.client.setPaiflow({ ignoreLogPageSize: true });
    const { path } = await makeNode({ logMaker: { lines: 1_000_000, bytesPerLine: 100 }, status: 'Failed' });
    const small = await read(path, { Offset: '999000', PageSize: '1' });
    await sandbox.client.clearJournal();

    const response = await signedGet(sandbox, LOGS, { path, query: { PageSize: '1' } });
    const reader = response.body?.getReader();
    let received = 0;
    while (received < 2_000_000)
      received += (await reader?.read())?.value?.length ?? Number.POSITIVE_INFINITY;
    await reader?.cancel();

    expect(small.Logs).toHaveLength(1000);
    const sent = async () => (await sandbox.client.journal({ operation: LOGS }))[0]?.sentBytes ?? 0;
    let [before, now] = [-1, await sent()];
    while (before < now) [before, now] = [now, await sent()];
    expect(now).toBeGreaterThan(1_000_000);
    expect(now).toBeLessThan(50_000_000);
  });

  it.each([
    ['more last lines than lines', { lines: 1, last: ['a', 'b'] }],
    ['lines without end', { lines: Number.MAX_SAFE_INTEGER }],
    ['a kind nobody knows', { lines: 1, kind: 'music' as 'text' }],
  ])('refuse a recipe with %s', async (_what, logMaker) => {
    await expect(makeNode({ logMaker })).rejects.toThrow('createRuns');
  });
});

describe('the seeded runs', () => {
  let sandbox: Sandbox;

  beforeAll(async () => {
    sandbox = await startSandbox({ manifest: FIXTURE_MANIFEST });
  });
  afterAll(() => sandbox.stop());

  it('are three in flight, in two regions and three PAI workspaces', async () => {
    const runs = (await sandbox.client.runs()).filter((run) => run.isVisible);

    const running = runs.filter((run) => run.status === 'Running');
    expect(running.map((run) => run.name)).toEqual(['ctr-daily-train', 'item-embedding', 'geo-sync']);
    expect(new Set(runs.map((run) => `${run.region}:${run.workspaceId}`))).toEqual(
      new Set(['cn-hangzhou:94801', 'cn-hangzhou:94802', 'ap-southeast-1:30211']),
    );
  });

  it.each([
    ['ctr-daily-train', ['Running', 'Succeeded', 'Failed', 'Succeeded']],
    ['ctr-hourly-eval', ['Failed', 'Succeeded', 'Failed']],
    ['ctr-backfill', ['Failed']],
    ['item-embedding', ['Running', 'Succeeded']],
    ['user-profile-daily', ['Succeeded', 'Succeeded']],
    ['geo-sync', ['Running', 'Succeeded']],
  ])('of the name %s are %j, newest first, and of one pipeline', async (name, statuses) => {
    const runs = await sandbox.client.runs({ name });

    expect(runs.map((run) => run.status)).toEqual(statuses);
    expect(new Set(runs.map((run) => `${run.pipelineId} ${run.sourceId}`)).size).toBe(1);
    expect(new Set(runs.map((run) => run.id)).size).toBe(statuses.length);
  });

  it('have logs of every kind at the nodes that failed', async () => {
    const failed = (await sandbox.client.runs()).flatMap((run) =>
      run.nodes.filter((node) => node.status === 'Failed').map((node) => ({ run, node })),
    );

    const ends = await Promise.all(
      failed.map(async ({ run, node }) => {
        const path = `/${run.id}/nodes/${node.id}/logs`;
        const given = { path, query: { PageSize: '5000' }, region: run.region };
        const { TotalCount, Logs } = (await (await signedGet(sandbox, LOGS, given)).json()) as Page;
        const causes = ['ODPS-0130131', 'token=', 'Traceback', 'OOMKilled'];
        return [run.name, TotalCount, causes.filter((cause) => Logs.join('\n').includes(cause))];
      }),
    );

    expect(ends.sort()).toEqual([
      ['ctr-backfill', 1204, ['OOMKilled']],
      ['ctr-daily-train', 13, ['Traceback']],
      ['ctr-hourly-eval', 0, []],
      ['ctr-hourly-eval', 8, ['ODPS-0130131', 'token=']],
    ]);
  });

  it('have outputs of every type', async () => {
    const run = (await sandbox.client.runs({ name: 'ctr-daily-train' }))[1];
    const path = `/${run?.id}/nodes/${run?.rootId}/outputs`;

    const response = await signedGet(sandbox, 'ListPipelineRunNodeOutputs', { path, query: { Depth: '2' } });

    const { Outputs } = (await response.json()) as { Outputs: { Type: string; Info: { value: string } }[] };
    expect(Outputs.map((output) => output.Type).sort()).toEqual([
      'DataSet',
      'Metrics',
      'Model',
      'ModelEvaluation',
    ]);
    for (const { Info } of Outputs) expect(() => JSON.parse(Info.value)).not.toThrow();
  });
});
