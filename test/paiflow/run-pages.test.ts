import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Run } from '../../src/domain/run.ts';
import type { RunId } from '../../src/domain/target.ts';
import type { RunListQuery } from '../../src/paiflow/calls.ts';
import type { CallOptions } from '../../src/paiflow/client.ts';
import { walkRuns } from '../../src/paiflow/run-pages.ts';
import type { RunPage } from '../../src/paiflow/schema.ts';

const QUERY = { region: 'cn-hangzhou', status: 'Failed' };

/** Runs as PAI lists them: the one created last comes first. */
function namesFrom(count: number, prefix = 'old'): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`);
}

function runOf(name: string): Run {
  const status = { phase: 'failed', said: 'Failed' } as const;
  return { region: 'cn-hangzhou', runId: `flow-${name}` as RunId, status, isDeleted: false };
}

interface Script {
  readonly names: string[];
  /** The most rows PAI gives for one page. */
  readonly clamp?: number;
  /** Changes the list before a call is answered; calls count from 0. */
  readonly before?: (call: number, names: string[]) => void;
  readonly total?: (call: number, truth: number, rows: number) => number;
}

/** Stands where ListPipelineRuns is asked: one list, cut into pages as it is at that moment. */
function createList({ names, clamp = 100, before, total }: Script) {
  const asked: RunListQuery[] = [];
  const list = async (query: RunListQuery): Promise<RunPage> => {
    const call = asked.push(query) - 1;
    before?.(call, names);
    const size = Math.min(query.pageSize ?? 10, clamp);
    const from = ((query.pageNumber ?? 1) - 1) * size;
    const runs = names.slice(from, from + size).map(runOf);
    return { totalCount: total?.(call, names.length, runs.length) ?? names.length, runs };
  };
  return { list, asked };
}

async function walk(
  list: (query: RunListQuery, options: CallOptions) => Promise<RunPage>,
  most = 1_000_000,
  query: RunListQuery = QUERY,
): Promise<{ pages: RunPage[]; names: string[] }> {
  const pages: RunPage[] = [];
  for await (const page of walkRuns(list, query, { signal: new AbortController().signal, most })) {
    pages.push(page);
  }
  return { pages, names: pages.flatMap(({ runs }) => runs.map(({ runId }) => runId.slice('flow-'.length))) };
}

describe('walkRuns', () => {
  it('asks for 100 rows with the filters of the query, and once where they are all', async () => {
    const { list, asked } = createList({ names: namesFrom(37) });

    const { pages } = await walk(list);

    expect(pages).toEqual([{ totalCount: 37, runs: namesFrom(37).map(runOf) }]);
    expect(asked).toEqual([{ ...QUERY, pageNumber: 1, pageSize: 100 }]);
  });

  it('gives all runs in the order of PAI, with few rows asked twice', async () => {
    const { list, asked } = createList({ names: namesFrom(950) });

    const { names } = await walk(list);

    expect(names).toEqual(namesFrom(950));
    expect(asked.length).toBeLessThanOrEqual(11);
  });

  it('takes the page size of the query, and starts at the first page whatever the query says', async () => {
    const { list, asked } = createList({ names: namesFrom(5) });

    await walk(list, 1_000_000, { ...QUERY, pageSize: 20, pageNumber: 3 });

    expect(asked).toEqual([{ ...QUERY, pageNumber: 1, pageSize: 20 }]);
  });

  it('gives no page where there is no run', async () => {
    const { list, asked } = createList({ names: [] });

    expect((await walk(list)).pages).toEqual([]);
    expect(asked).toHaveLength(1);
  });

  it('reads the next page only when it is wanted', async () => {
    const { list, asked } = createList({ names: namesFrom(300) });

    const pages = walkRuns(list, QUERY, { signal: new AbortController().signal, most: 1000 });
    await pages.next();

    expect(asked).toHaveLength(1);
  });

  it.each([
    ['the page', 30, 1],
    ['several pages', 250, 3],
  ])('ends after as many runs as wanted, in %s', async (_, most, calls) => {
    const { list, asked } = createList({ names: namesFrom(1000) });

    const { names, pages } = await walk(list, most);

    expect(names).toEqual(namesFrom(most));
    expect(pages[0]?.totalCount).toBe(1000);
    expect(asked).toHaveLength(calls);
  });

  it('lets only the pages after the first be patient', async () => {
    const { list } = createList({ names: namesFrom(250) });
    const patience: (boolean | undefined)[] = [];

    await walk((query, options) => {
      patience.push(options.isPatient);
      return list(query);
    });

    expect(patience).toEqual([false, true, true]);
  });

  it.each([
    [1000, 10, 25],
    [1000, 1, 25],
    [100, 1, 7],
  ])(
    'for %i runs of a server that gives %i rows a page asks %i times and no more',
    async (most, clamp, calls) => {
      const { list, asked } = createList({ names: namesFrom(5000), clamp });

      const { pages, names } = await walk(list, most);

      expect(asked).toHaveLength(calls);
      expect(names.length).toBeGreaterThan(0);
      // The caller sees by it that there are more.
      expect(pages.at(-1)?.totalCount).toBe(5000);
    },
  );

  it('gives as many runs as wanted where pages are full, before the bound of calls ends it', async () => {
    const sizes = fc.record({
      most: fc.integer({ min: 1, max: 5_000 }),
      pageSize: fc.integer({ min: 1, max: 100 }),
    });

    await fc.assert(
      fc.asyncProperty(sizes, async ({ most, pageSize }) => {
        const { list } = createList({ names: namesFrom(most + 1) });

        expect((await walk(list, most, { ...QUERY, pageSize })).names).toHaveLength(most);
      }),
      { numRuns: 60 },
    );
  });

  it('asks for nothing where no run is wanted', async () => {
    const { list, asked } = createList({ names: namesFrom(10) });

    expect((await walk(list, 0)).names).toEqual([]);
    expect(asked).toEqual([]);
  });

  it.each([1, 2, 3, 7, 10, 50, 99])('goes on with the size of a server that gives %i rows', async (clamp) => {
    const { list, asked } = createList({ names: namesFrom(250), clamp });

    expect((await walk(list)).names).toEqual(namesFrom(250));
    expect(asked.slice(1).every(({ pageSize = 0 }) => pageSize <= clamp)).toBe(true);
  });

  it('skips no row of a server that cuts the page but counts from the size asked', async () => {
    const names = namesFrom(250);
    const list = async ({ pageNumber = 1, pageSize = 10 }: RunListQuery): Promise<RunPage> => {
      const from = (pageNumber - 1) * pageSize;
      return { totalCount: 250, runs: names.slice(from, from + Math.min(pageSize, 30)).map(runOf) };
    };

    expect((await walk(list)).names).toEqual(names);
  });

  it('survives a server that knows but one page size', async () => {
    const names = namesFrom(95);
    const list = async ({ pageNumber = 1 }: RunListQuery): Promise<RunPage> => ({
      totalCount: 95,
      runs: names.slice((pageNumber - 1) * 10, pageNumber * 10).map(runOf),
    });

    expect((await walk(list)).names).toEqual(names);
  });

  it.each([
    ['is 0', () => 0],
    ['counts the rows of the page', (_call: number, _truth: number, rows: number) => rows],
    ['is too small', (_call: number, truth: number) => truth - 120],
    ['is too large', (_call: number, truth: number) => truth + 1000],
    ['is another one each time', (call: number, truth: number) => (call % 2) * truth],
  ])('gives all runs although the total %s', async (_, total) => {
    const { list } = createList({ names: namesFrom(250), total });

    const { names, pages } = await walk(list);

    expect(names).toEqual(namesFrom(250));
    for (const { totalCount, runs } of pages) expect(totalCount).toBeGreaterThanOrEqual(runs.length);
  });

  it('drops the runs that new ones push onto the next page', async () => {
    const before = (call: number, names: string[]) => {
      if (call > 0) names.unshift(...namesFrom(30, `new${call}x`));
    };
    const { list } = createList({
      names: namesFrom(250),
      before: (call, names) => call < 3 && before(call, names),
    });

    expect((await walk(list)).names).toEqual(namesFrom(250));
  });

  it.each([
    ['in the middle of the list', 250],
    ['at its end', 110],
    ['so many that the next page is empty', 101],
  ])('gives the runs that move up a page because others vanished, %s', async (_, count) => {
    const before = (call: number, names: string[]) => {
      if (call === 1) names.splice(0, 40);
    };
    const { list } = createList({ names: namesFrom(count), before });

    expect(new Set((await walk(list)).names)).toEqual(new Set(namesFrom(count)));
  });

  it('ends although PAI answers every page with the first', async () => {
    const { list, asked } = createList({ names: namesFrom(5000) });

    const { names } = await walk((query) => list({ ...query, pageNumber: 1 }), 1000);

    expect(names).toEqual(namesFrom(100));
    expect(asked.length).toBeLessThan(15);
  });

  it('ends soon although PAI knows of more but shows no second page', async () => {
    const { list, asked } = createList({ names: namesFrom(100), total: () => 5000 });

    const { names } = await walk(async (query) =>
      query.pageNumber === 1
        ? list(query)
        : { totalCount: 5000, runs: (await list({ ...query, pageNumber: 99 })).runs },
    );

    expect(names).toEqual(namesFrom(100));
    expect(asked.length).toBeLessThan(6);
  });

  it('fails as the client does when the signal fires', async () => {
    const caller = new AbortController();
    const { list } = createList({ names: namesFrom(500) });
    const failure = new Error('aborted, says the client');
    const pages = walkRuns(
      (query, { signal }) => (signal?.aborted ? Promise.reject(failure) : list(query)),
      QUERY,
      { signal: caller.signal, most: 1000 },
    );
    await pages.next();

    caller.abort();

    await expect(pages.next()).rejects.toBe(failure);
    await expect(pages.next()).resolves.toEqual({ done: true, value: undefined });
  });

  it('gives every run there was once, whatever the page size and however many are created meanwhile', async () => {
    const script = fc.record({
      count: fc.nat(400),
      clamp: fc.integer({ min: 1, max: 120 }),
      pageSize: fc.integer({ min: 1, max: 100 }),
      created: fc.array(fc.oneof(fc.nat(5), fc.nat(300)), { maxLength: 12 }),
    });

    await fc.assert(
      fc.asyncProperty(script, async ({ count, clamp, pageSize, created }) => {
        const before = (call: number, names: string[]) => {
          if (call > 0) names.unshift(...namesFrom(created[call - 1] ?? 0, `new${call}x`));
        };
        const { list } = createList({ names: namesFrom(count), clamp, before });

        const { names } = await walk(list, 1_000_000, { ...QUERY, pageSize });

        expect(new Set(names).size).toBe(names.length);
        expect(names.filter((name) => name.startsWith('old'))).toEqual(namesFrom(count));
      }),
      { numRuns: 500 },
    );
  });

  it('gives every run that stays, although others vanish once, fewer than half a page of them', async () => {
    const script = fc.record({
      count: fc.nat(600),
      // Smaller pages overlap only at the start of a list.
      clamp: fc.integer({ min: 50, max: 120 }),
      at: fc.integer({ min: 1, max: 8 }),
      share: fc.double({ min: 0, max: 0.5, noNaN: true }),
    });

    await fc.assert(
      fc.asyncProperty(script, async ({ count, clamp, at, share }) => {
        const gone: string[] = [];
        const before = (call: number, names: string[]) => {
          if (call === at) gone.push(...names.splice(0, Math.floor(Math.min(clamp, 100) * share)));
        };
        const { list } = createList({ names: namesFrom(count), clamp, before });

        const { names } = await walk(list, 100_000);

        expect(new Set(names).size).toBe(names.length);
        expect(new Set([...names, ...gone])).toEqual(new Set(namesFrom(count)));
      }),
      { numRuns: 500 },
    );
  });
});
