import { describe, expect, it } from 'vitest';
import { createAccess } from '../../src/commands/access.ts';
import { findLastFailed, findRunByName, findRunsByName } from '../../src/commands/find-run.ts';
import { KnownPlaces } from '../../src/commands/known-places.ts';
import type { Run } from '../../src/domain/run.ts';
import type { Workspace } from '../../src/domain/workspace.ts';
import { fakeLists, type KnownLists } from '../helpers/pai-lists.ts';
import { MEMBER } from '../helpers/ports.ts';
import { aRun, runId } from '../helpers/runs.ts';

const PROD: Workspace = { name: 'prod', region: 'cn-hangzhou', workspaceId: '94801' };
const DEV: Workspace = { name: 'dev', region: 'cn-hangzhou', workspaceId: '94802' };
const SG: Workspace = { name: 'sg', region: 'ap-southeast-1', workspaceId: '30211' };

/** A run that was made so many hours before midnight. */
function made(
  number: number,
  name: string,
  hoursAgo: number,
  facts: Partial<Run> & { said?: string } = {},
): Run {
  const createdAt = new Date(Date.UTC(2026, 10, 23) - hoursAgo * 3_600_000);
  return aRun({
    runId: runId(number),
    name,
    workspaceId: '94801',
    said: 'Succeeded',
    createdAt,
    finishedAt: createdAt,
    modifiedAt: createdAt,
    ...facts,
  });
}

function setUp(
  known: KnownLists,
  workspaces: readonly Workspace[] = [PROD, DEV, SG],
  signal = new AbortController().signal,
) {
  const pai = fakeLists(known);
  const ports = {
    lists: pai.lists,
    access: createAccess({ workspaces }),
    workspaces,
    places: new KnownPlaces(),
    now: () => new Date('2026-11-23T03:00:00Z'),
    report: () => undefined,
  };
  const asking = { actor: MEMBER, channelId: 'C0ML', signal };
  return {
    ...pai,
    find: (name: string) => findRunByName(name, asking, ports),
    findAll: (...names: string[]) => findRunsByName(names, asking, ports),
    lastFailed: () => findLastFailed(asking, ports),
  };
}

function idOf(named: Awaited<ReturnType<typeof findRunByName>>) {
  return named.kind === 'found' ? named.run.runId : named.kind;
}

describe.each([
  { pai: 'parts of names', exactNames: false },
  { pai: 'whole names only', exactNames: true },
])('where PAI finds $pai', ({ exactNames }) => {
  it('means the newest run of a name', async () => {
    const runs = [made(1, 'ctr', 48), made(2, 'ctr', 24), made(3, 'ctr', 72)];

    expect(idOf(await setUp({ runs, exactNames }).find('ctr'))).toBe(runId(2));
  });

  it('prefers a run that goes on to a newer one that ended', async () => {
    const runs = [made(1, 'ctr', 2), made(2, 'ctr', 10, { said: 'Running' })];

    expect(idOf(await setUp({ runs, exactNames }).find('ctr'))).toBe(runId(2));
  });

  it('finds a pipeline by its name without dates and numbers', async () => {
    const runs = [made(1, 'ctr-daily-20261121', 48), made(2, 'ctr-daily-20261122', 24)];

    expect(idOf(await setUp({ runs, exactNames }).find('ctr-daily'))).toBe(runId(2));
  });

  it('finds a run by a part of its name, whatever the case', async () => {
    const runs = [made(1, 'ctr-daily-train', 1)];

    expect(idOf(await setUp({ runs, exactNames }).find('CTR'))).toBe(runId(1));
    expect(idOf(await setUp({ runs, exactNames }).find('daily'))).toBe(runId(1));
    expect(idOf(await setUp({ runs, exactNames }).find('ctr-*-train'))).toBe(runId(1));
  });

  it('prefers a run called exactly so', async () => {
    const runs = [made(1, 'ctr', 48), made(2, 'ctr-daily-train', 1)];

    expect(idOf(await setUp({ runs, exactNames }).find('ctr'))).toBe(runId(1));
  });

  it('asks which one where several pipelines fit, running ones first', async () => {
    const runs = [
      made(1, 'ctr-hourly-eval', 1),
      made(2, 'ctr-daily-train', 2, { said: 'Running' }),
      made(3, 'ctr-backfill', 30, { workspaceId: '94802' }),
    ];
    const named = await setUp({ runs, exactNames }).find('ctr');

    expect(named).toMatchObject({ kind: 'several' });
    expect(named.kind === 'several' && named.runs.map((run) => run.name)).toEqual([
      'ctr-daily-train',
      'ctr-hourly-eval',
      'ctr-backfill',
    ]);
  });

  it('takes the same name in two PAI workspaces for two pipelines', async () => {
    const runs = [made(1, 'ctr', 1), made(2, 'ctr', 2, { workspaceId: '94802' })];

    expect(await setUp({ runs, exactNames }).find('ctr')).toMatchObject({ kind: 'several' });
  });
});

it('never means a run of a PAI workspace that is not open', async () => {
  const runs = [made(1, 'ctr', 1, { workspaceId: '66666' })];

  expect(await setUp({ runs }, [PROD]).find('ctr')).toEqual({ kind: 'none' });
});

it('looks through the newest runs once for all names that PAI does not find', async () => {
  const { findAll, asked } = setUp({ runs: [made(1, 'ctr-daily', 1)], exactNames: true }, [PROD]);
  const named = await findAll('ctr', 'daily', 'nothing');

  expect(named.map(idOf)).toEqual([runId(1), runId(1), 'none']);
  expect(asked.filter(({ name }) => name === undefined)).toHaveLength(1);
});

it('says which PAI workspace did not answer where nothing was found', async () => {
  const named = await setUp({ runs: [], failing: ['ap-southeast-1'] }).find('ctr');

  expect(named).toMatchObject({ kind: 'none', partial: { shown: ['prod', 'dev'] } });
  expect(named.kind === 'none' && named.partial?.notShown[0]?.labels).toEqual(['sg']);
});

it('blames only the region that took all the time', async () => {
  const isOver = AbortSignal.abort();
  const { find, asked } = setUp({ runs: [], failing: ['ap-southeast-1'] }, [PROD, SG], isOver);
  const named = await find('ctr');

  expect(named).toMatchObject({ kind: 'none', partial: { shown: ['prod'] } });
  expect(asked.filter(({ name }) => name === undefined)).toEqual([]);
});

it('fails where no PAI workspace answered', async () => {
  const named = await setUp({ runs: [], failing: ['cn-hangzhou', 'ap-southeast-1'] }).find('ctr');

  expect(named).toMatchObject({ kind: 'failed', failure: { kind: 'timeout' } });
});

describe('the last failed run', () => {
  it('is the one that ended last, in whatever PAI workspace', async () => {
    const runs = [
      made(1, 'old', 50, { said: 'Failed' }),
      made(2, 'newest', 3, { said: 'Failed', region: 'ap-southeast-1', workspaceId: '30211' }),
      made(3, 'fine', 1),
    ];

    expect(idOf(await setUp({ runs }).lastFailed())).toBe(runId(2));
  });

  it('costs one page a PAI workspace', async () => {
    const runs = Array.from({ length: 500 }, (_, index) =>
      made(index, `r${index}`, index, { said: 'Failed' }),
    );
    const { lastFailed, pages } = setUp({ runs });
    await lastFailed();

    expect(pages).toHaveLength(3);
  });

  it('is none where nothing failed', async () => {
    expect(await setUp({ runs: [made(1, 'fine', 1)] }).lastFailed()).toEqual({ kind: 'none' });
  });
});

describe('a name where not everything could be seen', () => {
  it('is not taken for the one run that was seen', async () => {
    const runs = [made(1, 'ctr-daily', 1)];
    const named = await setUp({ runs, failing: ['ap-southeast-1'] }).find('ctr-daily');

    expect(named).toMatchObject({ kind: 'several', runs: [{ runId: runId(1) }] });
    expect(named.kind === 'several' && named.partial?.notShown[0]?.labels).toEqual(['sg']);
  });

  it('says how many runs were looked at where it is none of them', async () => {
    const runs = Array.from({ length: 1200 }, (_, index) => made(index, `run-${index}`, index));
    const named = await setUp({ runs, exactNames: true }, [PROD]).find('needle');

    expect(named).toMatchObject({ kind: 'none', scanned: { read: 1000, of: 1200 } });
  });

  it('is asked for where a part of it may fit older pipelines', async () => {
    const runs = [
      ...Array.from({ length: 1200 }, (_, index) => made(index, 'ctr-hourly', index)),
      made(5000, 'ctr-monthly', 2000),
    ];

    expect(await setUp({ runs }, [PROD]).find('ctr')).toMatchObject({ kind: 'several' });
    expect(await setUp({ runs }, [PROD]).find('ctr-hourly')).toMatchObject({ kind: 'found' });
  });

  it('is never a suspended run while a newer one failed, nor a deleted one', async () => {
    const suspended = made(1, 'ctr', 80, { said: 'Suspended', finishedAt: undefined });
    const failed = made(2, 'ctr', 1, { said: 'Failed' });
    const deleted = made(3, 'ctr', 0, { isDeleted: true });

    expect(idOf(await setUp({ runs: [suspended, failed, deleted] }).find('ctr'))).toBe(runId(2));
  });

  it('is found in the signs that it was typed in', async () => {
    const runs = [made(1, '训练（日更）', 1)];

    expect(idOf(await setUp({ runs }).find('训练(日更)'))).toBe(runId(1));
  });
});
