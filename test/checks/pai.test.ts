import { describe, expect, it } from 'vitest';
import { checkPai, countRunsSince, describePai, type PaiPort } from '../../src/checks/pai.ts';
import { paiError } from '../helpers/pai-error.ts';
import { runId } from '../helpers/runs.ts';

const PROD = { name: 'prod', region: 'cn-hangzhou', workspaceId: '94801' };
const SG = { region: 'ap-southeast-1' };
const NOW = new Date('2026-11-23T12:00:00Z');
const DAY_AGO = new Date('2026-11-22T12:00:00Z');
const signal = new AbortController().signal;

interface Page {
  readonly totalCount: number;
  readonly runs: readonly { readonly runId: string; readonly createdAt?: Date }[];
}

interface FakePort extends Required<PaiPort> {
  readonly asked: object[];
}

function pai(
  known: { status?: () => Promise<unknown>; list?: (pageNumber: number) => Promise<Page> | Page } = {},
): FakePort {
  const { status = async () => ({}), list = () => ({ totalCount: 0, runs: [] }) } = known;
  const asked: object[] = [];
  return {
    asked,
    listPipelineRunsStatus: async (query) => {
      asked.push(query);
      return status();
    },
    listPipelineRuns: async (query) => {
      asked.push(query);
      return list(query.pageNumber);
    },
  };
}

/** So many runs, one a minute back from now, in pages of this size. */
function minutes(count: number, pageSize = 100) {
  const runs = Array.from({ length: count }, (_, index) => ({
    runId: runId(index),
    createdAt: new Date(NOW.getTime() - index * 60_000),
  }));
  return (pageNumber: number): Page => ({
    totalCount: count,
    runs: runs.slice((pageNumber - 1) * pageSize, pageNumber * pageSize),
  });
}

const count = (port: PaiPort) => countRunsSince(DAY_AGO, { workspace: PROD, port }, { signal });

describe('checkPai', () => {
  it('asks about a run nobody has and for one run, in every PAI workspace of the settings', async () => {
    const port = pai();

    const checks = await checkPai({ workspaces: [PROD, SG], port }, { signal });

    expect(checks.map(({ subject, verdict }) => [subject, verdict])).toEqual([
      [{ kind: 'pai', label: 'prod' }, 'fine'],
      [{ kind: 'pai', label: 'ap-southeast-1' }, 'fine'],
    ]);
    expect(port.asked).toEqual(
      expect.arrayContaining([
        { region: 'cn-hangzhou', workspaceId: '94801', runs: ['flow-flowbelldoctor'] },
        expect.objectContaining({ region: 'cn-hangzhou', workspaceId: '94801', pageSize: 1 }),
        { region: 'ap-southeast-1', runs: ['flow-flowbelldoctor'] },
        expect.objectContaining({ region: 'ap-southeast-1', pageSize: 1 }),
      ]),
    );
  });

  it('names the action that the key may not do', async () => {
    const refused = Object.assign(paiError('forbidden', 'NoPermission'), { requestId: '473469C7-AAAA' });
    const port = pai({ list: () => Promise.reject(refused) });

    const [check] = await checkPai({ workspaces: [PROD], port }, { signal });

    expect(check).toMatchObject({
      verdict: 'failed',
      finding: { kind: 'pai-trouble', trouble: { kind: 'forbidden', region: 'cn-hangzhou', waitedMs: 8000 } },
    });
    expect(check && describePai(check)).toEqual({
      verdict: 'FAIL',
      subject: 'pai prod',
      said: 'cn-hangzhou 94801: NoPermission, RequestId 473469C7-AAAA: grant paiflow:ListPipelineRuns, README "Alibaba Cloud"',
    });
  });

  it('leaves one PAI workspace fine while another fails', async () => {
    const port = pai();
    const broken: PaiPort = {
      ...port,
      listPipelineRunsStatus: async ({ region }) => {
        if (region === 'cn-hangzhou') throw paiError('network', 'ECONNREFUSED');
      },
    };

    const checks = await checkPai({ workspaces: [PROD, SG], port: broken }, { signal });

    expect(checks.map((check) => describePai(check).said)).toEqual([
      'cn-hangzhou 94801: ECONNREFUSED: cannot be reached; look at the network, HTTPS_PROXY and PAIFLOW_ENDPOINT',
      'ap-southeast-1 as far as the key sees: answers',
    ]);
  });

  it('takes silence beyond its time for a timeout', async () => {
    const ending = new AbortController();

    const checking = checkPai(
      { workspaces: [PROD], port: pai({ status: () => new Promise(() => undefined) }) },
      ending,
    );
    ending.abort();

    expect(await checking).toMatchObject([
      { verdict: 'failed', finding: { trouble: { kind: 'timeout', region: 'cn-hangzhou' } } },
    ]);
  });

  it('does not take a fault of our own for trouble of PAI’s', async () => {
    const port = pai({ status: () => Promise.reject(new TypeError('a bug')) });

    await expect(checkPai({ workspaces: [PROD], port }, { signal })).rejects.toThrow('a bug');
  });
});

describe('countRunsSince', () => {
  it.each([
    ['none', minutes(0), 0],
    ['all of a short list', minutes(62), 62],
    ['over several pages', minutes(250), 250],
    ['as far as PAI hands out smaller pages than asked for', minutes(20, 10), 20],
  ])('counts %s', async (_what, list, expected) => {
    expect(await count(pai({ list }))).toBe(expected);
  });

  it('stops at the first run that is older', async () => {
    const old = { runId: runId(9), createdAt: new Date('2026-11-22T11:59:59Z') };
    const port = pai({
      list: () => ({ totalCount: 5000, runs: [{ runId: runId(1), createdAt: DAY_AGO }, old] }),
    });

    expect(await count(port)).toBe(1);
    expect(port.asked).toHaveLength(1);
  });

  it('counts a run once that a newer one moved to the next page', async () => {
    const [first, second, third] = minutes(3)(1).runs.map((run) => [run]);
    const pages = [first, first, second, third];

    const told = await count(pai({ list: (page) => ({ totalCount: 4, runs: pages[page - 1] ?? [] }) }));

    expect(told).toBe(3);
  });

  it.each([
    ['more pages than it is worth', minutes(1000)],
    ['no time of a run', () => ({ totalCount: 1, runs: [{ runId: runId(1) }] })],
    ['an order that is not by time', () => ({ totalCount: 2, runs: minutes(2)(1).runs.toReversed() })],
    ['an empty page before the end', () => ({ totalCount: 5, runs: [] })],
    ['no answer', () => Promise.reject(paiError('throttled'))],
  ])('says nothing with %s', async (_what, list) => {
    expect(await count(pai({ list }))).toBeUndefined();
  });

  it('is said in the row of its PAI workspace', async () => {
    const [check] = await checkPai({ workspaces: [PROD], port: pai() }, { signal });

    expect(check && describePai(check, 62).said).toBe('cn-hangzhou 94801: 62 runs in 24 h');
    expect(check && describePai(check, 1).said).toBe('cn-hangzhou 94801: 1 run in 24 h');
  });
});
