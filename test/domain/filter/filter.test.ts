import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Clause,
  FILTER_KEYS,
  type Filter,
  type FilterProblem,
} from '../../../src/domain/filter/filter.ts';
import { formatFilter, readFilter } from '../../../src/domain/filter/language.ts';
import { toPlainSigns } from '../../../src/domain/filter/plain-signs.ts';
import { type Token, tokenize } from '../../../src/domain/filter/tokens.ts';
import { WORST_FIRST } from '../../../src/domain/status.ts';
import { nastyText } from '../../helpers/nasty-text.ts';

const SETTINGS = { workspaces: [{ name: 'prod' }, { name: 'Dev' }, {}] };

function tokensOf(text: string): readonly Token[] {
  const read = tokenize(text);
  return read.kind === 'tokens' ? read.tokens : [];
}

function filterOf(text: string): Filter {
  const read = readFilter(tokensOf(text), SETTINGS);
  if (read.kind === 'problem') throw new Error(JSON.stringify(read.problem));
  return read.filter;
}

function problemOf(text: string): FilterProblem | undefined {
  const read = readFilter(tokensOf(text), SETTINGS);
  return read.kind === 'problem' ? read.problem : undefined;
}

const canonical = (text: string) => formatFilter(filterOf(text));

describe('readFilter', () => {
  it('reads nothing as every run', () => {
    expect(filterOf('')).toEqual({ clauses: [] });
  });

  it('reads pairs as clauses in the order of the keys', () => {
    expect(filterOf('since:24h -user:4905 name:ctr-*,item status:failed,terminated')).toEqual({
      clauses: [
        { key: 'status', negated: false, values: ['failed', 'terminated'] },
        { key: 'name', negated: false, values: ['ctr-*', 'item'] },
        { key: 'user', negated: true, values: ['4905'] },
      ],
      since: { kind: 'ago', ms: 86_400_000 },
    });
  });

  it.each<[text: string, written: string, reason: string]>([
    ['failed', 'status:failed', 'a status'],
    ['-failed', '-status:failed', 'NOT a status'],
    ['失败', 'status:failed', 'a status in Chinese'],
    ['FAILED', 'status:failed', 'whatever its case'],
    ['"failed"', 'name:*failed*', 'in quotes it is part of a name'],
    ['failed running', 'status:failed,running', 'a run has one status'],
    ['failed, running', 'status:failed,running', 'tied by a comma'],
    ['ctr', 'name:*ctr*', 'part of a name'],
    ['-ctr', '-name:*ctr*', 'NOT part of a name'],
    ['ctr-*', 'name:ctr-*', 'a glob'],
    ['"daily train"', 'name:"*daily train*"', 'quoted'],
    ['ctr daily', 'name:*ctr* name:*daily*', 'each must hold'],
    ['ctr,item', 'name:*ctr*,*item*', 'either'],
    ['-ctr,item', '-name:*ctr*,*item*', 'neither'],
    ['ctr,failed', 'name:*ctr*,*failed*', 'either, where only one is a status'],
    ['user', 'name:*user*', 'a key alone is part of a name'],
    ['user daily', 'name:*user* name:*daily*', 'also before a word'],
    ['"status" failed', 'status:failed name:*status*', 'a quoted key is no key'],
  ])('reads the bare words %j as %j: %s', (text, written) => {
    expect(canonical(text)).toBe(written);
  });

  it('reads a word whose forerunner was taken away', () => {
    const [, ...rest] = tokensOf('runs, failed, ctr');

    expect(readFilter(rest, SETTINGS)).toEqual({
      kind: 'filter',
      filter: filterOf('failed, ctr'),
    });
  });

  it.each<[text: string, written: string]>([
    ['状态:失败', 'status:failed'],
    ['工作流:ctr', 'pipeline:ctr'],
    ['名称:ctr', 'name:ctr'],
    ['用户:4905', 'user:4905'],
    ['发起人:4905', 'user:4905'],
    ['工作空间:prod', 'workspace:prod'],
    ['节点:join', 'node:join'],
    ['来源:SDK', 'source:sdk'],
    ['自:今天', 'since:today'],
    ['最近:24小时', 'since:24h'],
    ['STATUS:FAILED', 'status:failed'],
    ['-状态：失败，已终止', '-status:failed,terminated'],
  ])('reads the key of %j as in %j', (text, written) => {
    expect(canonical(text)).toBe(written);
  });

  it.each<[phase: string, words: readonly string[]]>([
    ['running', ['Running', '运行中', '正在运行']],
    ['queued', ['Starting', 'WorkflowServiceStarting', 'readytoschedule', 'pending', '排队中']],
    ['not-started', ['Initialized', 'NOT_STARTED', '"not started"', '未启动']],
    ['succeeded', ['Succeeded', 'succeed', 'success', '成功']],
    ['failed', ['Failed', 'fail', '失败']],
    ['terminating', ['Terminating', '终止中']],
    ['terminated', ['Terminated', 'stopped', 'cancelled', '已终止']],
    ['suspended', ['Suspended', '已挂起']],
    ['skipped', ['Skipped', '已跳过']],
    ['deleted', ['deleted', '已删除']],
    ['unknown', ['Unknown', '未知']],
  ])('reads every word for %s', (phase, words) => {
    expect(words.map((word) => canonical(`status:${word}`))).toEqual(words.map(() => `status:${phase}`));
  });

  it.each<[text: string, written: string, reason: string]>([
    ['user:1557702098194904', 'user:1557702098194904', 'a whole id'],
    ['user:4904', 'user:4904', 'its end'],
    ['user:…4904', 'user:4904', 'its end as we show it'],
    ['user:...4904', 'user:4904', 'with three full stops'],
    ['user:４９０４', 'user:4904', 'in full-width digits'],
    ['workspace:PROD,dev', 'workspace:prod,Dev', 'short names as the settings spell them'],
    ['workspace:94801', 'workspace:94801', 'an id'],
    ['source:Designer,M6,UNKNOWN', 'source:designer,m6,unknown', 'sources'],
    ['status:failed,FAILED,失败', 'status:failed', 'a value given twice'],
    ['status:failed,', 'status:failed', 'a comma at the end'],
    ['name:a,"",b', 'name:a,b', 'an empty value among others'],
    ['status:failed status:running', 'status:failed,running', 'one of each: either'],
    ['user:4904 workspace:prod user:4905', 'user:4904,4905 workspace:prod', 'the same for users'],
    ['source:sdk source:m6', 'source:sdk,m6', 'and for sources'],
    ['status:failed -status:running', 'status:failed -status:running', 'never a NOT with its opposite'],
    ['-status:failed -status:running', '-status:failed,running', 'NOT twice is neither'],
    ['-name:a -name:b', '-name:a,b', 'also of names'],
    ['name:a* name:*b', 'name:a* name:*b', 'of names each must hold'],
    ['node:a node:b node:a', 'node:a node:b', 'a clause given twice'],
    ['since:2026-11-20', 'since:2026-11-20', 'a day'],
  ])('writes %j as %j: %s', (text, written) => {
    expect(canonical(text)).toBe(written);
  });

  it.each<[text: string, problem: FilterProblem]>([
    ['stauts:failed', { kind: 'unknown-key', typed: 'stauts', nearest: 'status' }],
    ['Pipline:x', { kind: 'unknown-key', typed: 'pipline', nearest: 'pipeline' }],
    ['-usr:4904', { kind: 'unknown-key', typed: 'usr', nearest: 'user' }],
    ['colour:red', { kind: 'unknown-key', typed: 'colour' }],
    ['time:3h', { kind: 'unknown-key', typed: 'time' }],
    ['status:', { kind: 'no-value', key: 'status' }],
    ['状态：', { kind: 'no-value', key: 'status' }],
    ['name:"",', { kind: 'no-value', key: 'name' }],
    ['name:" "', { kind: 'no-value', key: 'name' }],
    ['since: status:failed', { kind: 'no-value', key: 'since' }],
    ['-status', { kind: 'no-value', key: 'status' }],
    ['-status failed', { kind: 'pair-without-colon', key: 'status', value: 'failed' }],
    ['—状态 失败', { kind: 'pair-without-colon', key: 'status', value: '失败' }],
    ['-user daily', { kind: 'pair-without-colon', key: 'user', value: 'daily' }],
    ['status failed', { kind: 'pair-without-colon', key: 'status', value: 'failed' }],
    ['since 24h', { kind: 'pair-without-colon', key: 'since', value: '24h' }],
    ['source sdk', { kind: 'pair-without-colon', key: 'source', value: 'sdk' }],
    ['since:24h failed since:7d', { kind: 'twice', key: 'since' }],
    ['since:24h,7d', { kind: 'twice', key: 'since' }],
    [Array.from({ length: 51 }, (_, n) => `name:x${n}`).join(' '), { kind: 'too-many', most: 50 }],
    [`name:${Array.from({ length: 51 }, (_, n) => n).join(',')}`, { kind: 'too-many', most: 50 }],
  ])('refuses %j', (text, problem) => {
    expect(problemOf(text)).toEqual(problem);
  });

  it('takes fifty values', () => {
    const [clause] = filterOf(`name:${Array.from({ length: 50 }, (_, n) => n).join(',')}`).clauses;

    expect(clause?.values).toHaveLength(50);
  });

  it.each<[text: string, key: string, typed: string, nearest: string | undefined]>([
    ['status:faild', 'status', 'faild', 'failed'],
    ['status:failed,runing', 'status', 'runing', 'running'],
    ['status:fail*', 'status', 'fail*', 'failed'],
    ['status:ctr', 'status', 'ctr', undefined],
    ['source:desinger', 'source', 'desinger', 'designer'],
    ['source:dlc', 'source', 'dlc', undefined],
    ['workspace:prd', 'workspace', 'prd', 'prod'],
    ['workspace:staging', 'workspace', 'staging', undefined],
    ['workspace:*', 'workspace', '*', undefined],
    ['user:bob', 'user', 'bob', undefined],
    ['user:123', 'user', '123', undefined],
    ['user:*4904', 'user', '*4904', undefined],
    ['since:tomorrow', 'since', 'tomorrow', undefined],
    ['-since:24h', 'since', '-24h', undefined],
    [`name:${'x'.repeat(201)}`, 'name', `${'x'.repeat(60)}…`, undefined],
    ['y'.repeat(201), 'name', `*${'y'.repeat(59)}…`, undefined],
  ])('names what is wrong in %j', (text, key, typed, meant) => {
    const problem = problemOf(text);

    expect(problem).toMatchObject({ kind: 'unknown-value', key, typed });
    expect(problem && 'nearest' in problem ? problem.nearest : undefined).toBe(meant);
  });

  it.each<[text: string, known: readonly string[]]>([
    ['status:x', WORST_FIRST],
    ['source:x', ['designer', 'sdk', 'm6', 'unknown']],
    ['workspace:x', ['prod', 'Dev']],
    ['since:x', ['24h', '7d', '1h30m', 'today', 'yesterday', '2026-11-20']],
    ['user:x', []],
  ])('says what could stand in %j', (text, known) => {
    expect(problemOf(text)).toMatchObject({ kind: 'unknown-value', known });
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.array(nastyText, { maxLength: 6 }), (pieces) => {
        expect(['filter', 'problem']).toContain(readFilter(tokensOf(pieces.join(' ')), SETTINGS).kind);
      }),
    );
  });
});

describe('formatFilter', () => {
  const glob = nastyText
    .map(toPlainSigns)
    .filter((text) => text.trim() !== '' && toPlainSigns(text) === text);
  const values: Readonly<Record<Clause['key'], fc.Arbitrary<string>>> = {
    status: fc.constantFrom(...WORST_FIRST),
    pipeline: glob,
    name: glob,
    user: fc.stringMatching(/^\d{4,18}$/),
    workspace: fc.constantFrom('prod', 'Dev', '94801'),
    node: glob,
    source: fc.constantFrom('designer', 'sdk', 'm6', 'unknown'),
  };
  const clause = fc.constantFrom(...(Object.keys(values) as Clause['key'][])).chain((key) =>
    fc.record({
      key: fc.constant(key),
      negated: fc.boolean(),
      values: fc.uniqueArray(values[key], { minLength: 1, maxLength: 4 }),
    }),
  );
  const since = fc.oneof(
    fc
      .integer({ min: 1, max: 366 * 24 * 60 })
      .map((minutes) => ({ kind: 'ago', ms: minutes * 60_000 }) as const),
    fc.constantFrom('today', '2026-11-20').map((day) => ({ kind: 'day', day }) as const),
  );
  /** One clause of a key and a sign, so that nothing is merged. */
  const filter = fc
    .record({
      clauses: fc
        .uniqueArray(clause, { maxLength: 8, selector: ({ key, negated }) => `${key}${negated}` })
        .map((clauses) => FILTER_KEYS.flatMap((key) => clauses.filter((each) => each.key === key))),
      since: fc.option(since, { nil: undefined }),
    })
    .map(({ clauses, since }): Filter => ({ clauses, ...(since && { since }) }));

  it('writes every filter so that it reads back to the same', () => {
    fc.assert(
      fc.property(filter, (given) => {
        expect(filterOf(formatFilter(given))).toEqual(given);
      }),
      { numRuns: 500 },
    );
  });

  it('writes what it has read back in the same words', () => {
    fc.assert(
      fc.property(fc.array(clause, { maxLength: 8 }), (clauses) => {
        const once = formatFilter({ clauses });
        expect(canonical(once)).toBe(once);
      }),
    );
  });

  it('writes the same for the same clauses in another order', () => {
    expect(canonical('failed name:a since:24h -user:4905')).toBe(
      canonical('-user:4905 since:24h name:a status:failed'),
    );
  });
});
