import { createHash, createHmac, randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sign } from '../../sandbox/paiflow/signature.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { FIXTURE_MANIFEST } from './manifest.fixture.ts';

const PATH = '/api/v1/pipelineruns';

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

describe('the loopback PAIFlow', () => {
  let sandbox: Sandbox;

  beforeAll(async () => {
    sandbox = await startSandbox({ manifest: FIXTURE_MANIFEST });
  });
  afterEach(async () => {
    await sandbox.client.clearFaults({});
    await sandbox.client.setPaiflow({ clockSkewMs: 0, bareUserIds: false, maxCallsPerSecond: null });
  });
  afterAll(() => sandbox.stop());

  /** A status call signed by hand; `change` spoils headers before, `spoil` after they are signed. */
  function callByHand(
    given: {
      readonly body?: object;
      readonly change?: Record<string, string>;
      readonly spoil?: Record<string, string>;
      readonly sentBody?: string;
      readonly unsigned?: string;
    } = {},
  ): Promise<Response> {
    const body = JSON.stringify(given.body ?? { PipelineRuns: [] });
    const headers: Record<string, string> = {
      'content-type': 'application/json; charset=utf-8',
      host: new URL(sandbox.paiflowUrl).host,
      'x-acs-action': 'ListPipelineRunsStatus',
      'x-acs-content-sha256': sha256(body),
      'x-acs-date': new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
      'x-acs-signature-nonce': randomUUID(),
      'x-acs-version': '2021-02-02',
      ...given.change,
    };
    const names = Object.keys(headers)
      .filter((name) => name !== given.unsigned)
      .sort();
    const lines = names.map((name) => `${name}:${headers[name]}\n`).join('');
    const canonical = ['PUT', PATH, '', lines, names.join(';'), headers['x-acs-content-sha256']].join('\n');
    const signature = createHmac('sha256', sandbox.env.ALIBABA_CLOUD_ACCESS_KEY_SECRET ?? '')
      .update(`ACS3-HMAC-SHA256\n${sha256(canonical)}`)
      .digest('hex');
    const credential = `Credential=${sandbox.env.ALIBABA_CLOUD_ACCESS_KEY_ID}`;
    const authorization = `ACS3-HMAC-SHA256 ${credential},SignedHeaders=${names.join(';')},Signature=${signature}`;
    const sent: Record<string, string> = { ...headers, authorization, ...given.spoil };
    delete sent.host;
    return fetch(`${sandbox.paiflowUrl}${PATH}`, {
      method: 'PUT',
      headers: sent,
      body: given.sentBody ?? body,
    });
  }

  async function codeOf(response: Response): Promise<[number, string]> {
    return [response.status, ((await response.json()) as { Code: string }).Code];
  }

  it('computes the signature of the published test vector', () => {
    const headers = {
      host: 'ecs.cn-shanghai.aliyuncs.com',
      'x-acs-action': 'RunInstances',
      'x-acs-content-sha256': sha256(''),
      'x-acs-date': '2023-10-26T10:22:32Z',
      'x-acs-signature-nonce': '3156853299f313e23d1673dc12e1703d',
      'x-acs-version': '2014-05-26',
    };
    const query = 'ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd&RegionId=cn-shanghai';

    const signature = sign(
      {
        method: 'POST',
        target: `/?${query}`,
        path: '/',
        query: new URLSearchParams(query),
        headers,
        body: Buffer.alloc(0),
      },
      Object.keys(headers),
      'YourAccessKeySecret',
    );

    expect(signature).toBe('06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0');
  });

  it('accepts a call signed by hand', async () => {
    expect((await callByHand()).status).toBe(200);
  });

  it.each([
    ['a body changed after signing', { sentBody: '{"PipelineRuns":["x"]}' }, 400, 'SignatureDoesNotMatch'],
    [
      'a header changed after signing',
      { spoil: { 'x-acs-version': '2020-01-01' } },
      400,
      'SignatureDoesNotMatch',
    ],
    ['an x-acs header that is not signed', { unsigned: 'x-acs-version' }, 400, 'IncompleteSignature'],
    ['a content type that is not signed', { unsigned: 'content-type' }, 400, 'IncompleteSignature'],
    [
      'a date of long ago',
      { change: { 'x-acs-date': '2021-01-01T00:00:00Z' } },
      400,
      'InvalidTimeStamp.Expired',
    ],
    [
      'a date with milliseconds',
      { change: { 'x-acs-date': new Date().toISOString() } },
      400,
      'InvalidTimeStamp.Format',
    ],
    ['another API version', { change: { 'x-acs-version': '2020-01-01' } }, 400, 'InvalidVersion'],
    [
      'an action that is not this path’s',
      { change: { 'x-acs-action': 'GetPipelineRun' } },
      404,
      'InvalidAction.NotFound',
    ],
  ])('refuses %s', async (_what, given, status, code) => {
    expect(await codeOf(await callByHand(given))).toEqual([status, code]);
  });

  it('refuses a nonce that was used before', async () => {
    const change = { 'x-acs-signature-nonce': randomUUID() };
    await callByHand({ change });

    expect(await codeOf(await callByHand({ change }))).toEqual([400, 'SignatureNonceUsed']);
  });

  it('refuses a good signature when its own clock is wrong', async () => {
    await sandbox.client.setPaiflow({ clockSkewMs: 16 * 60_000 });

    expect(await codeOf(await callByHand())).toEqual([400, 'InvalidTimeStamp.Expired']);
  });

  it('sends user ids above 2^53 as bare numbers when told so', async () => {
    await sandbox.client.setPaiflow({ bareUserIds: true });
    const [run] = await sandbox.client.runs({ name: 'item-embedding' });

    const text = await (await callByHand({ body: { PipelineRuns: [run?.id] } })).text();

    expect(text).toContain('"UserId":287654321098765432');
  });

  it('hides a run that is not visible, and one of another workspace than asked', async () => {
    const [run] = await sandbox.client.createRuns({ runs: [{ name: 'hidden' }] });
    const id = run?.id ?? '';
    const ask = async (body: object) =>
      ((await (await callByHand({ body })).json()) as { PipelineRuns: unknown[] }).PipelineRuns;

    expect(await ask({ PipelineRuns: [id], WorkspaceId: '1' })).toEqual([]);
    expect(await ask({ PipelineRuns: [id] })).toHaveLength(1);
    await sandbox.client.setRun({ run: id, isVisible: false });
    expect(await ask({ PipelineRuns: [id] })).toEqual([]);
  });

  it.each([
    [
      { kind: 'throttle', status: 429, retryAfterSec: 2 } as const,
      429,
      'Throttling.User',
      'retry-after',
      '2',
    ],
    [{ kind: 'throttle', acsRetryAfterMs: 700 } as const, 400, 'Throttling.User', 'x-acs-retry-after', '700'],
    [
      { kind: 'forbidden', message: 'canary' } as const,
      403,
      'NoPermission',
      'content-type',
      expect.any(String),
    ],
    [
      { kind: 'wrongKey' } as const,
      404,
      'InvalidAccessKeyId.NotFound',
      'x-acs-request-id',
      expect.any(String),
    ],
  ])('answers the ordered fault %o once', async (fault, status, code, header, value) => {
    await sandbox.client.addPaiflowFault({ ...fault, operation: 'ListPipelineRunsStatus', count: 1 });

    const first = await callByHand();
    const second = await callByHand();

    expect(first.headers.get(header)).toEqual(value);
    expect(await codeOf(first)).toEqual([status, code]);
    expect(second.status).toBe(200);
  });

  it('can answer junk, reset the connection, hang, and throttle above a rate', async () => {
    await sandbox.client.addPaiflowFault({ kind: 'junk', body: 'html', count: 1 });
    expect(await (await callByHand()).text()).toMatch(/^<html>/);
    await sandbox.client.addPaiflowFault({ kind: 'junk', body: 'cut', count: 1 });
    await expect((await callByHand()).json()).rejects.toThrow();
    await sandbox.client.addPaiflowFault({ kind: 'reset', count: 1 });
    await expect(callByHand()).rejects.toThrow();
    await sandbox.client.setPaiflow({ maxCallsPerSecond: 1 });
    const replies = await Promise.all([callByHand(), callByHand()]);
    expect(replies.map((reply) => reply.status).sort()).toEqual([200, 400]);
  });

  it('answers 10,000 runs in one batch', async () => {
    const runs = await sandbox.client.createRuns({ count: 10_000, like: { name: 'load', nodes: [] } });

    const response = await callByHand({ body: { PipelineRuns: runs.map((run) => run.id) } });

    const { PipelineRuns } = (await response.json()) as { PipelineRuns: unknown[] };
    expect(PipelineRuns).toHaveLength(10_000);
  });

  it('lets nodes follow when a run ends, and starts them again on a rerun', async () => {
    const [run] = await sandbox.client.createRuns({ runs: [{ name: 'moving' }] });
    const statuses = (shown: { nodes: readonly { status: string }[] }) =>
      shown.nodes.map((node) => node.status);
    const id = run?.id ?? '';
    await sandbox.client.setNode({ run: id, node: 'sql_read', status: 'Succeeded' });
    await sandbox.client.setNode({ run: id, node: 'feature_join', status: 'Failed' });

    const failed = await sandbox.client.setRun({ run: id, status: 'Failed', message: 'Table not found' });
    const again = await sandbox.client.setRun({ run: id, rerun: true });

    expect(statuses(failed)).toEqual(['Succeeded', 'Failed', 'Skipped', 'Skipped', 'Skipped']);
    expect(statuses(again)).toEqual([
      'Succeeded',
      'Running',
      'ReadyToSchedule',
      'ReadyToSchedule',
      'ReadyToSchedule',
    ]);
    expect(again.finishedAt).toBeUndefined();
  });

  it('plays a run to its end by itself', async () => {
    const [run] = await sandbox.client.createRuns({ runs: [{ name: 'played', nodes: [{ name: 'only' }] }] });
    await sandbox.client.play({ run: run?.id ?? '', stepMs: 5 });

    await expect
      .poll(async () => (await sandbox.client.runs({ name: 'played' }))[0]?.status)
      .toBe('Succeeded');
  });

  it('gives the same run ids for the same seed', async () => {
    const other = await startSandbox({ manifest: FIXTURE_MANIFEST });
    const [mine, theirs] = await Promise.all(
      [sandbox, other].map(async (each) => (await each.client.runs({ name: 'geo-sync' }))[0]?.id),
    );
    await other.stop();

    expect(mine).toMatch(/^flow-[a-z0-9]{18}$/);
    expect(theirs).toBe(mine);
  });
});
