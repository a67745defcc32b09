import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Locale } from '../../src/messages/catalog.ts';
import { renderNotice } from '../../src/messages/notices.ts';
import { renderRunCard } from '../../src/messages/run-card.ts';
import { type ListEntry, type RunList, renderRunList } from '../../src/messages/run-list.ts';
import { shareMessage } from '../../src/messages/share.ts';
import { controlSequences, whatSlackRefuses, whatTextLacks } from '../helpers/block-kit.ts';
import { aNode, aRun, nodeId, runId } from '../helpers/runs.ts';

const nasty = fc.constantFrom(
  '<!channel>',
  '<@U0MEMBER>',
  '*',
  '_',
  '~',
  '`',
  '```',
  '>',
  '&',
  '&lt;',
  '|',
  '\n',
  '任务',
  '🙂',
  '\u202e',
  ':x:',
);
const hostileName = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.array(nasty, { minLength: 1, maxLength: 12 }).map((parts) => parts.join('')),
  fc
    .tuple(nasty, fc.integer({ min: 100, max: 10_000 }))
    .map(([part, times]) => part.repeat(times).slice(0, 10_000)),
);
const said = fc.oneof(
  fc.constantFrom('Running', 'Failed', 'Succeeded', 'Starting', 'Terminated', 'Suspended', 'Skipped'),
  hostileName,
);
const time = fc.option(
  fc.date({ min: new Date('2021-01-01'), max: new Date('2030-01-01'), noInvalidDate: true }),
  { nil: undefined },
);
const locale = fc.constantFrom<Locale>('en', 'zh');
const CARDS = { again: '/pai status x', logs: '/pai logs x', outputs: '/pai outputs x', why: '/pai why x' };
const readAt = new Date('2026-11-23T03:00:00Z');

const run = fc
  .record({
    name: hostileName,
    said,
    startedAt: time,
    finishedAt: time,
    number: fc.nat(1e9),
    addressLength: fc.constantFrom(0, 300),
  })
  .map((facts) =>
    aRun({
      name: facts.name,
      said: facts.said,
      runId: runId(facts.number),
      userId: '1557702098194905',
      workspaceId: '94801',
      consoleUrl: `https://pai.console.aliyun.com/?regionId=cn-hangzhou#/${'x'.repeat(facts.addressLength)}`,
      ...(facts.startedAt && { startedAt: facts.startedAt }),
      ...(facts.finishedAt && { finishedAt: facts.finishedAt }),
    }),
  );
const tally = fc.record({
  total: fc.nat(500),
  done: fc.nat(500),
  succeeded: fc.nat(500),
  skipped: fc.nat(500),
  running: fc.array(hostileName, { maxLength: 20 }),
  failed: hostileName,
});
const entry = fc.oneof(
  fc
    .tuple(run, fc.option(tally, { nil: undefined }))
    .map(
      ([each, nodes]): ListEntry => ({ kind: 'run', facts: { run: each, readAt, ...(nodes && { nodes }) } }),
    ),
  fc.tuple(run, hostileName, said).map(
    ([each, name, word]): ListEntry => ({
      kind: 'node',
      facts: { run: each, node: aNode(name, word), readAt },
    }),
  ),
);
/** Lists of up to 500 ids, with a share that was not found, refused, not answered, mistyped. */
const list = fc
  .record({
    entries: fc.array(entry, { maxLength: 40 }),
    times: fc.constantFrom(1, 1, 3, 12),
    lost: fc.nat(500),
    names: fc.array(hostileName, { maxLength: 30 }),
  })
  .map(({ entries, times, lost, names }): RunList => {
    const many = Array.from({ length: times }, () => entries).flat();
    const ids = Array.from({ length: lost }, (_, index) => runId(index) as string);
    const part = (index: number) => ids.filter((_, at) => at % 5 === index);
    return {
      asked: many.length + lost + names.length,
      entries: many,
      missing: part(0).map((id) => ({ id, regions: ['cn-hangzhou', 'ap-southeast-1'] })),
      refused: part(1),
      unchecked: part(1).slice(0, 30),
      notAnswered: part(2).map((id) => ({
        id,
        trouble: { kind: 'throttled' as const, region: 'cn-hangzhou', waitedMs: 8000 },
      })),
      regionNotSetUp: part(3).map((id, index) => ({ id, region: `us-west-${index}` })),
      nodesWithoutRun: part(4).map((_, index) => nodeId(index)),
      namesNotFound: names,
      ambiguous: names.slice(0, 5).map((name) => ({ name, pipelines: 3 })),
      namesLeftOut: names,
      labels: ['prod', 'dev', 'sg'],
    };
  });

describe('every message', () => {
  const check = (message: Parameters<typeof whatSlackRefuses>[0]): void => {
    expect(whatSlackRefuses(message)).toEqual([]);
    expect(whatTextLacks(message)).toEqual([]);
    expect(controlSequences(message)).toEqual([]);
    const shared = shareMessage(message, { by: 'U0MEMBER', locale: 'zh' });
    expect(whatSlackRefuses(shared)).toEqual([]);
    expect(whatTextLacks(shared)).toEqual([]);
  };

  it('stays inside Slack’s limits and says in `text` what its blocks say, for a list of up to 500 hostile ids', () => {
    fc.assert(
      fc.property(list, locale, (each, language) =>
        check(renderRunList(each, '/pai status flow-abcdef', language)),
      ),
      { numRuns: 150 },
    );
  });

  it('does so for a card of a run with a hostile name', () => {
    fc.assert(
      fc.property(run, fc.option(tally, { nil: undefined }), locale, (each, nodes, language) =>
        check(renderRunCard({ run: each, readAt, ...(nodes && { nodes }) }, CARDS, language)),
      ),
    );
  });

  it('does so for a notice about hostile input', () => {
    fc.assert(
      fc.property(hostileName, hostileName, locale, (typed, suggestion, language) => {
        check(renderNotice({ kind: 'unknown-verb', command: '/pai', typed, suggestion }, language));
        const many = Array.from({ length: 60 }, () => typed);
        check(
          renderNotice({ kind: 'node-without-run', command: '/pai', nodes: [suggestion, ...many] }, language),
        );
        const trouble = { kind: 'throttled' as const, region: 'cn-hangzhou', waitedMs: 8000 };
        check(
          renderNotice(
            { kind: 'pai-trouble', trouble, code: typed, requestId: suggestion, again: typed },
            language,
          ),
        );
      }),
    );
  });
});

describe('a list that does not fit', () => {
  it('counts what it folded, so that the counts of the lines add up to what was found', () => {
    const entries = Array.from({ length: 500 }, (_, index): ListEntry => {
      const each = aRun({
        runId: runId(index),
        name: `run-${index}`,
        said: index % 5 === 0 ? 'Failed' : 'Succeeded',
      });
      return { kind: 'run', facts: { run: each, readAt } };
    });
    const all: RunList = {
      asked: 500,
      entries,
      missing: [],
      refused: [],
      unchecked: [],
      notAnswered: [],
      regionNotSetUp: [],
      nodesWithoutRun: [],
      namesNotFound: [],
      ambiguous: [],
      namesLeftOut: [],
      labels: [],
    };

    const lines = renderRunList(all, '/pai again:12345678', 'en').text.split('\n');

    expect(lines[0]).toBe('500 asked, 500 found: 100 failed, 400 succeeded');
    const shown = lines.filter((line) => /^:(x|white_check_mark):/.test(line));
    const folded = /^:heavy_plus_sign: (\d+) more: /.exec(lines.at(-1) ?? '')?.[1];
    expect(shown.length).toBeGreaterThan(20);
    expect(shown.length + Number(folded)).toBe(500);
    expect(shown[0]).toMatch(/^:x: run-0 failed/);
  });
});
