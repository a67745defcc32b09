import { describe, expect, it } from 'vitest';
import { planQueries } from '../../src/commands/plan-queries.ts';
import { readFilter } from '../../src/domain/filter/language.ts';
import { tokenize } from '../../src/domain/filter/tokens.ts';
import type { Workspace } from '../../src/domain/workspace.ts';

const NAMED: readonly Workspace[] = [
  { name: 'prod', region: 'cn-hangzhou', workspaceId: '94801' },
  { name: 'dev', region: 'cn-hangzhou', workspaceId: '94802' },
  { name: 'sg', region: 'ap-southeast-1', workspaceId: '30211' },
];

function plan(text: string, workspaces: readonly Workspace[] = NAMED) {
  const tokens = tokenize(text);
  if (tokens.kind !== 'tokens') throw new Error(`${text} has an open quote`);
  const read = readFilter(tokens.tokens, { workspaces });
  if (read.kind !== 'filter') throw new Error(`${text} is no filter`);
  return planQueries({ filter: read.filter }, { workspaces });
}

function statusesOf(text: string) {
  return plan(text, [NAMED[0] ?? { region: 'cn-hangzhou' }])[0]?.queries.map(({ status }) => status);
}

describe('what PAI is asked for a filter', () => {
  it('is one list of each PAI workspace, newest first', () => {
    expect(plan('').map(({ queries }) => queries)).toEqual(
      NAMED.map(({ region, workspaceId }) => [
        expect.objectContaining({ region, workspaceId, sortBy: 'GmtCreateTime' }),
      ]),
    );
  });

  it.each([
    ['failed', ['Failed']],
    ['status:failed,terminated', ['Failed', 'Terminated']],
    ['not-started', ['Initialized']],
    // ListPipelineRuns cannot filter by these, so nothing may be left out of the list.
    ['suspended', [undefined]],
    ['queued', [undefined]],
    ['status:failed,suspended', [undefined]],
    ['-failed', [undefined]],
    ['', [undefined]],
  ])('is narrowed by status only where PAI can: %j', (text, statuses) => {
    expect(statusesOf(text)).toEqual(statuses);
  });

  it('looks for runs that go on beside those that changed lately', () => {
    const [first] = plan('since:24h');

    expect(first?.queries).toMatchObject([{ sortBy: 'GmtModifiedTime' }, { status: 'Running' }]);
  });

  it.each([
    ['workspace:prod', ['94801']],
    ['workspace:PROD,sg', ['94801', '30211']],
    ['workspace:94802', ['94802']],
    ['-workspace:prod', ['94802', '30211']],
    ['workspace:12345', []],
  ])('goes to the PAI workspaces of the filter only: %s', (text, ids) => {
    expect(plan(text).flatMap(({ queries }) => queries.map(({ workspaceId }) => workspaceId))).toEqual(ids);
  });

  it('names the PAI workspaces of the filter where the settings name only regions', () => {
    const plans = plan('workspace:11,22', [{ region: 'cn-hangzhou' }]);

    expect(plans.flatMap(({ queries }) => queries)).toMatchObject([
      { workspaceId: '11' },
      { workspaceId: '22' },
    ]);
  });

  it.each(['name:ctr-daily-train', 'user:1557702098194904'])(
    'has a wider question behind what PAI may read in another way: %s',
    (text) => {
      const [first] = plan(text);

      expect(first?.queries).not.toEqual(first?.widened);
      expect(first?.widened).toEqual(plan('')[0]?.queries);
    },
  );

  it.each(['name:ctr-*', 'ctr', 'user:4905', 'pipeline:ctr-*', 'node:join'])(
    'is not narrowed by what PAI cannot match: %s',
    (text) => {
      expect(plan(text)[0]?.queries).toEqual(plan('')[0]?.queries);
    },
  );

  it.each([
    ['', true],
    ['failed', true],
    ['status:failed,terminated workspace:prod source:sdk', true],
    ['suspended', false],
    ['failed since:24h', false],
    ['failed ctr', false],
    ['-failed', false],
  ])('is counted by PAI where all of the filter is PAI’s: %j', (text, isCounted) => {
    expect(plan(text)[0]?.isCountedByPai).toBe(isCounted);
  });
});
