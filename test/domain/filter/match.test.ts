import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Clause, Filter } from '../../../src/domain/filter/filter.ts';
import { readFilter } from '../../../src/domain/filter/language.ts';
import {
  asksForNodes,
  type FilterContext,
  matchesNodes,
  matchesRun,
} from '../../../src/domain/filter/match.ts';
import { tokenize } from '../../../src/domain/filter/tokens.ts';
import type { Run } from '../../../src/domain/run.ts';
import { aNode, aRun } from '../../helpers/runs.ts';

const WORKSPACES = [
  { name: 'prod', region: 'cn-hangzhou', workspaceId: '94801' },
  { name: 'sg', region: 'ap-southeast-1' },
];
const CONTEXT: FilterContext = {
  now: new Date('2026-11-23T12:00:00Z'),
  utcOffsetMs: 8 * 3_600_000,
  workspaces: WORKSPACES,
};

function filterOf(text: string): Filter {
  const tokens = tokenize(text);
  const read = tokens.kind === 'tokens' ? readFilter(tokens.tokens, CONTEXT) : tokens;
  if (read.kind !== 'filter') throw new Error(JSON.stringify(read));
  return read.filter;
}

type Facts = Parameters<typeof aRun>[0];

const fits = (text: string, facts: Facts = {}) => matchesRun(filterOf(text), aRun(facts), CONTEXT);

describe('matchesRun', () => {
  it.each<[text: string, facts: Facts, reason: string]>([
    ['', {}, 'no clause'],
    ['failed', { said: 'Failed' }, 'the status'],
    ['status:queued', { said: 'ReadyToSchedule' }, 'the phase of what PAI says'],
    ['status:unknown', { said: 'Xyz' }, 'a status nobody has seen'],
    ['deleted', { said: 'Succeeded', isDeleted: true }, 'deleted says more than the status'],
    ['-succeeded', { said: 'Succeeded', isDeleted: true }, 'and hides it'],
    ['status:failed,running', { said: 'Running' }, 'any value'],
    ['name:CTR-daily-train', {}, 'the name, whatever its case'],
    ['daily', {}, 'part of the name'],
    ['name:ctr-*', {}, 'a glob'],
    ['name:训练（2）', { name: '训练（2）' }, 'a name in full-width signs, typed so'],
    ['name:"训练(2)"', { name: '训练（2）' }, 'and typed otherwise'],
    ['name:"a，b"', { name: 'a、b' }, 'list punctuation'],
    ['name:a--b', { name: 'a—b' }, 'a long dash'],
    ['pipeline:flow-p1', { pipelineId: 'flow-p1' }, 'the pipeline id'],
    ['pipeline:experiment-*', { sourceId: 'experiment-7' }, 'the source id'],
    ['pipeline:ctr', { name: 'ctr-20261123' }, 'the series'],
    ['user:1557702098194904', { userId: '1557702098194904' }, 'a whole user id'],
    ['user:…4904', { userId: '1557702098194904' }, 'its last digits'],
    ['workspace:prod', { workspaceId: '94801' }, 'a short name'],
    ['workspace:SG', { region: 'ap-southeast-1' }, 'a short name of a whole region'],
    ['workspace:30211', { region: 'cn-beijing', workspaceId: '30211' }, 'an id'],
    ['source:designer', { sourceType: 'DESIGNER' }, 'the source'],
    ['source:unknown', { sourceType: 'UNKNOWN' }, 'an unknown source'],
    ['source:unknown', {}, 'a source PAI did not tell'],
    ['-user:4904', {}, 'NOT of a fact PAI did not tell'],
    ['node:join', {}, 'nodes are another question'],
  ])('fits %j to %j: %s', (text, facts) => {
    expect(fits(text, facts)).toBe(true);
  });

  it.each<[text: string, facts: Facts, reason: string]>([
    ['failed', { said: 'Running' }, 'another status'],
    ['succeeded', { said: 'Succeeded', isDeleted: true }, 'deleted'],
    ['name:ctr', {}, 'part of a name without star'],
    ['name:*', { name: undefined }, 'no name'],
    ['failed ctr', { said: 'Failed', name: 'item' }, 'only one of two clauses'],
    ['ctr item', { name: 'ctr' }, 'only one of two names'],
    ['pipeline:UNKNOWN', { sourceId: 'UNKNOWN' }, 'a source id that is none'],
    ['pipeline:ctr', { name: 'ctr-daily-20261123' }, 'another series'],
    ['user:4904', { userId: '4904155770209819' }, 'the first digits'],
    ['workspace:prod', { workspaceId: '94802' }, 'another PAI workspace'],
    ['workspace:prod', {}, 'a PAI workspace nobody has learnt'],
    ['workspace:prod', { region: 'cn-beijing', workspaceId: '94801' }, 'another region'],
    ['workspace:sg', { region: 'cn-hangzhou' }, 'another region than the whole one'],
    ['source:sdk', {}, 'a source PAI did not tell'],
    ['source:unknown', { sourceType: 'DLC' }, 'a source we do not know'],
    ['-failed', { said: 'Failed' }, 'NOT'],
    ['-status:failed,running', { said: 'Running' }, 'NOT any of two'],
  ])('does not fit %j to %j: %s', (text, facts) => {
    expect(fits(text, facts)).toBe(false);
  });

  const hoursAgo = (hours: number) => new Date(CONTEXT.now.getTime() - hours * 3_600_000);

  it.each<[text: string, facts: Facts, isIn: boolean, reason: string]>([
    ['since:1h', { said: 'Running', startedAt: hoursAgo(99) }, true, 'it goes on'],
    ['since:1h', { said: 'Suspended', modifiedAt: hoursAgo(99) }, false, 'it has been waiting since before'],
    ['since:1h', { said: 'Running', finishedAt: hoursAgo(99) }, true, 'it was rerun'],
    ['since:3h', { said: 'Failed', startedAt: hoursAgo(9), finishedAt: hoursAgo(2) }, true, 'it ended since'],
    ['since:3h', { said: 'Failed', finishedAt: hoursAgo(3) }, true, 'it ended just then'],
    [
      'since:3h',
      { said: 'Failed', finishedAt: hoursAgo(4), modifiedAt: hoursAgo(1) },
      false,
      'it ended before',
    ],
    ['since:3h', { said: 'Failed', modifiedAt: hoursAgo(2), startedAt: hoursAgo(9) }, true, 'modified since'],
    ['since:3h', { said: 'Failed', startedAt: hoursAgo(2), createdAt: hoursAgo(9) }, true, 'started since'],
    ['since:3h', { said: 'Failed', createdAt: hoursAgo(2) }, true, 'created since'],
    ['since:3h', { said: 'Failed', createdAt: hoursAgo(4) }, false, 'created before'],
    ['since:3h', { said: 'Failed' }, false, 'no time is known'],
    ['since:3h', { said: 'Initialized', createdAt: hoursAgo(2) }, true, 'not started, made since'],
    [
      'since:3h',
      { said: 'Initialized', createdAt: hoursAgo(4), modifiedAt: hoursAgo(1) },
      false,
      'made before',
    ],
    ['since:3h', { said: 'Xyz', startedAt: hoursAgo(9) }, false, 'its last change was before'],
    ['since:3h', { said: 'Xyz', finishedAt: hoursAgo(9) }, false, 'an unknown status that ended'],
    ['since:3h', { said: 'Running', isDeleted: true, modifiedAt: hoursAgo(9) }, false, 'deleted before'],
    ['since:today', { said: 'Failed', finishedAt: hoursAgo(19) }, true, 'after midnight in Shanghai'],
    ['since:today', { said: 'Failed', finishedAt: hoursAgo(21) }, false, 'before midnight in Shanghai'],
    ['failed since:3h', { said: 'Running' }, false, 'another clause does not fit'],
  ])('takes for %j a run of %j: %s because %s', (text, facts, isIn) => {
    expect(fits(text, facts)).toBe(isIn);
  });
});

describe('matchesNodes', () => {
  const nodes = [
    aNode('feature_join', 'Failed', { nodeId: 'node-abc123' as never }),
    aNode('train', 'Running'),
  ];

  it.each([
    ['', true],
    ['failed', true],
    ['node:feature_join', true],
    ['node:NODE-abc123', true],
    ['node:feature*', true],
    ['node:feature', false],
    ['node:evaluate,train', true],
    ['node:feature_join node:train', true],
    ['node:feature_join node:evaluate', false],
    ['-node:evaluate', true],
    ['-node:train', false],
    ['-node:evaluate,train', false],
    ['node:feature_join -node:train', false],
  ])('fits %j: %s', (text, isFit) => {
    expect(matchesNodes(filterOf(text), nodes)).toBe(isFit);
  });

  it('fits a node without a name by its id, and no node to nothing', () => {
    const nameless = { ...aNode('x', 'Running', { nodeId: 'node-abc123' as never }), name: undefined };

    expect(matchesNodes(filterOf('node:node-abc123'), [nameless])).toBe(true);
    expect(matchesNodes(filterOf('node:*'), [])).toBe(false);
    expect(matchesNodes(filterOf('-node:*'), [])).toBe(true);
  });
});

describe('asksForNodes', () => {
  it.each([
    ['failed ctr', false],
    ['failed node:join', true],
    ['-node:join', true],
  ])('says of %j: %s', (text, isAsked) => {
    expect(asksForNodes(filterOf(text))).toBe(isAsked);
  });
});

describe('laws of clauses', () => {
  const name = fc.constantFrom('ctr', 'ctr-daily', 'ctr-20261123', 'item', '训练');
  const run: fc.Arbitrary<Run> = fc
    .record({
      name: fc.option(name, { nil: undefined }),
      said: fc.constantFrom('Running', 'Failed', 'Succeeded', 'Xyz'),
      isDeleted: fc.boolean(),
      region: fc.constantFrom('cn-hangzhou', 'ap-southeast-1'),
      workspaceId: fc.option(fc.constantFrom('94801', '30211'), { nil: undefined }),
      userId: fc.option(fc.constantFrom('15574904', '15574905'), { nil: undefined }),
      sourceType: fc.option(fc.constantFrom('SDK', 'UNKNOWN', 'M6'), { nil: undefined }),
      pipelineId: fc.option(name, { nil: undefined }),
    })
    .map((facts) => aRun(facts));
  const globs = fc.constantFrom('*', 'ctr*', '*daily', 'item', 'ctr', '*训*');
  const VALUES: Readonly<Record<Exclude<Clause['key'], 'node'>, fc.Arbitrary<string>>> = {
    status: fc.constantFrom('running', 'failed', 'succeeded', 'deleted', 'unknown'),
    pipeline: globs,
    name: globs,
    user: fc.constantFrom('4904', '15574905'),
    workspace: fc.constantFrom('prod', 'sg', '94801', '30211'),
    source: fc.constantFrom('sdk', 'm6', 'unknown', 'designer'),
  };
  const clause = fc
    .constantFrom(...(Object.keys(VALUES) as (keyof typeof VALUES)[]))
    .chain((key) =>
      fc.record({ key: fc.constant(key), values: fc.array(VALUES[key], { minLength: 1, maxLength: 3 }) }),
    );
  const matches = (given: Run, ...clauses: Clause[]) => matchesRun({ clauses }, given, CONTEXT);

  it('a negated clause fits exactly the runs that the clause does not', () => {
    fc.assert(
      fc.property(run, clause, (given, each) => {
        expect(matches(given, { ...each, negated: true })).toBe(!matches(given, { ...each, negated: false }));
      }),
    );
  });

  it('several values are each of them or, in whatever order', () => {
    fc.assert(
      fc.property(run, clause, (given, { key, values }) => {
        const one = (value: string) => matches(given, { key, values: [value], negated: false });
        expect(matches(given, { key, values, negated: false })).toBe(values.some(one));
        expect(matches(given, { key, values: values.toReversed(), negated: false })).toBe(values.some(one));
      }),
    );
  });

  it('several clauses must each hold, in whatever order', () => {
    fc.assert(
      fc.property(run, fc.array(fc.tuple(clause, fc.boolean()), { maxLength: 3 }), (given, pairs) => {
        const clauses = pairs.map(([each, negated]) => ({ ...each, negated }));
        const all = clauses.every((each) => matches(given, each));
        expect(matches(given, ...clauses)).toBe(all);
        expect(matches(given, ...clauses.toReversed())).toBe(all);
      }),
    );
  });
});
