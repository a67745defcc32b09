import { describe, expect, it } from 'vitest';
import { createAccess } from '../../src/commands/access.ts';
import { KnownPlaces } from '../../src/commands/known-places.ts';
import { listRuns } from '../../src/commands/list-runs.ts';
import type { PaiFailure } from '../../src/commands/pai-failure.ts';
import { readFilter } from '../../src/domain/filter/language.ts';
import { tokenize } from '../../src/domain/filter/tokens.ts';
import type { Run } from '../../src/domain/run.ts';
import type { Workspace } from '../../src/domain/workspace.ts';
import { fakeLists, type KnownLists } from '../helpers/pai-lists.ts';
import { MEMBER } from '../helpers/ports.ts';
import { aRun, runId } from '../helpers/runs.ts';

const PROD: Workspace = { name: 'prod', region: 'cn-hangzhou', workspaceId: '94801' };
const SG: Workspace = { name: 'sg', region: 'ap-southeast-1', workspaceId: '30211' };
const NOW = new Date('2026-11-23T03:00:00Z');

function made(number: number, hoursAgo: number, facts: Partial<Run> & { said?: string } = {}): Run {
  const at = new Date(NOW.getTime() - hoursAgo * 3_600_000);
  return aRun({
    runId: runId(number),
    name: `run-${number}`,
    workspaceId: '94801',
    said: 'Failed',
    createdAt: at,
    startedAt: at,
    finishedAt: at,
    modifiedAt: at,
    ...facts,
  });
}

function setUp(known: KnownLists, workspaces: readonly Workspace[] = [PROD, SG]) {
  const pai = fakeLists(known);
  const reported: PaiFailure[] = [];
  const places = new KnownPlaces();
  const ports = {
    lists: pai.lists,
    access: createAccess({ workspaces }),
    workspaces,
    places,
    now: () => NOW,
    report: (failure: PaiFailure) => reported.push(failure),
  };
  const list = (text: string, enough = 20) => {
    const tokens = tokenize(text);
    const read = tokens.kind === 'tokens' ? readFilter(tokens.tokens, { workspaces }) : tokens;
    if (read.kind !== 'filter') throw new Error(`${text} is no filter`);
    const { signal } = new AbortController();
    return listRuns({ filter: read.filter, enough, actor: MEMBER, channelId: 'C0ML', signal }, ports);
  };
  return { ...pai, list, reported, places };
}

describe('listed runs', () => {
  it('are those of all PAI workspaces together, newest first', async () => {
    const runs = [made(1, 5), made(2, 1, { region: 'ap-southeast-1', workspaceId: '30211' }), made(3, 9)];

    expect((await setUp({ runs }).list('failed')).runs.map((run) => run.runId)).toEqual([
      runId(2),
      runId(1),
      runId(3),
    ]);
  });

  it('are never those of a PAI workspace that is not open, whatever PAI answers', async () => {
    const { lists } = fakeLists({ runs: [] });
    const setup = setUp({ runs: [] });
    const everything = [
      made(1, 1),
      made(2, 2, { workspaceId: '66666' }),
      made(3, 3, { workspaceId: undefined }),
    ];
    Object.assign(setup.lists, {
      ...lists,
      async *walkRuns() {
        yield { totalCount: 3, runs: everything };
      },
    });

    expect((await setup.list('-succeeded')).runs.map((run) => run.runId)).toEqual([runId(1)]);
  });

  it('teach where each of them lives', async () => {
    const { list, places } = setUp({ runs: [made(1, 1)] });
    await list('');

    expect(places.of(runId(1))).toEqual({ region: 'cn-hangzhou', workspaceId: '94801' });
  });

  it('are counted by PAI where it can, though only the first are read', async () => {
    const runs = Array.from({ length: 430 }, (_, index) => made(index, index));
    const { list, pages } = setUp({ runs }, [PROD]);
    const listed = await list('failed');

    expect(listed).toMatchObject({ total: 430 });
    expect(listed.scanned).toBeUndefined();
    expect(pages).toHaveLength(1);
  });

  it('say how many were looked at where nobody can know about the rest', async () => {
    const runs = Array.from({ length: 430 }, (_, index) => made(index, index));
    const listed = await setUp({ runs }, [PROD]).list('name:run-*', 50);

    expect(listed).toMatchObject({ total: 100, scanned: { read: 100, of: 430 } });
  });

  it('end where everything older is too old, and keep what has been running since before', async () => {
    const runs = [
      ...Array.from({ length: 300 }, (_, index) => made(index, 30 + index)),
      made(900, 1),
      made(901, 100, { said: 'Running', finishedAt: undefined }),
    ];
    const { list, pages } = setUp({ runs }, [PROD]);
    const listed = await list('since:24h', 1000);

    expect(listed.runs.map((run) => run.runId)).toEqual([runId(900), runId(901)]);
    expect(listed.scanned).toBeUndefined();
    expect(pages).toHaveLength(2);
  });

  it('are counted once though they stand in the list of what runs too', async () => {
    const runs = [made(1, 2), made(2, 1, { said: 'Running', finishedAt: undefined })];

    expect(await setUp({ runs }).list('since:24h')).toMatchObject({ total: 2 });
  });

  it('are counted once where two lists hold them', async () => {
    const runs = Array.from({ length: 5 }, (_, index) =>
      made(index, index, { said: 'Running', finishedAt: undefined }),
    );

    expect(await setUp({ runs }, [PROD]).list('since:24h')).toMatchObject({ total: 5 });
  });

  it('are counted without those that nobody here may read', async () => {
    const { lists } = fakeLists({ runs: [] });
    const setup = setUp({ runs: [] }, [PROD]);
    const foreign = Array.from({ length: 54 }, (_, index) => made(index, index, { workspaceId: '66666' }));
    Object.assign(setup.lists, {
      ...lists,
      async *walkRuns() {
        yield { totalCount: 57, runs: [...foreign, made(100, 1), made(101, 2), made(102, 3)] };
      },
    });

    expect(await setup.list('failed')).toMatchObject({ total: 3 });
  });

  it('are read to the end of the list, however few PAI says there are', async () => {
    const setup = setUp({ runs: [] }, [PROD]);
    Object.assign(setup.lists, {
      async *walkRuns() {
        for (const number of [1, 2, 3]) yield { totalCount: number, runs: [made(number, number)] };
      },
    });

    expect((await setup.list('name:run-3')).runs.map((run) => run.runId)).toEqual([runId(3)]);
  });

  it('come without those of a region that fails, and a word about it', async () => {
    const { list, reported } = setUp({ runs: [made(1, 1)], failing: ['ap-southeast-1'] });
    const listed = await list('');

    expect(listed.runs).toHaveLength(1);
    expect(listed.failure).toBeUndefined();
    expect(listed.partial).toMatchObject({
      shown: ['prod'],
      notShown: [{ labels: ['sg'], trouble: { kind: 'timeout', region: 'ap-southeast-1' } }],
    });
    expect(reported).toHaveLength(1);
  });

  it('fail where every region fails', async () => {
    const { list } = setUp({ runs: [], failing: ['cn-hangzhou', 'ap-southeast-1'] });

    expect((await list('')).failure).toMatchObject({ kind: 'timeout' });
  });
});
