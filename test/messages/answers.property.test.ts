import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Clause, Filter } from '../../src/domain/filter/filter.ts';
import type { Check, CheckFinding, Locale, PartialAnswer, RunFacts } from '../../src/messages/catalog.ts';
import { renderChoices } from '../../src/messages/choices.ts';
import { renderDoctor } from '../../src/messages/doctor-card.ts';
import { renderHelp } from '../../src/messages/help.ts';
import { renderLog } from '../../src/messages/log-page.ts';
import type { Message } from '../../src/messages/message.ts';
import { renderNotice } from '../../src/messages/notices.ts';
import { renderOutputs } from '../../src/messages/outputs-card.ts';
import { renderOverview } from '../../src/messages/overview.ts';
import { renderNodeCard } from '../../src/messages/run-card.ts';
import { renderRuns } from '../../src/messages/runs-page.ts';
import { shareMessage } from '../../src/messages/share.ts';
import { renderWhy } from '../../src/messages/why-card.ts';
import { controlSequences, whatSlackRefuses, whatTextLacks } from '../helpers/block-kit.ts';
import { aNode, aRun, runId } from '../helpers/runs.ts';
import { fineChecks, readAt, TROUBLES, trouble } from './samples.ts';
import { withoutLogs } from './without-logs.ts';

const nasty = fc.constantFrom(
  '<!channel>',
  '<@U0MEMBER>',
  '*',
  '`',
  '```',
  '&',
  '&&&&&&&&&&&&&&&&&&&&',
  '|',
  '\n',
  '\t',
  '任务',
  '🙂',
  '\ud83d',
  '\u202e',
  '',
  ':x:',
);
const hostile = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.array(nasty, { minLength: 1, maxLength: 12 }).map((parts) => parts.join('')),
  fc.tuple(nasty, fc.constantFrom(100, 1000, 100_000)).map(([part, times]) => part.repeat(times)),
);
const few = (most: number) => fc.array(hostile, { maxLength: most });
/** A few of them, up to `times` times over. */
const many = <T>(each: fc.Arbitrary<T>, times: number) =>
  fc
    .tuple(fc.array(each, { maxLength: 10 }), fc.constantFrom(1, 5, times))
    .map(([some, often]) => Array.from({ length: often }, () => some).flat());
const locale = fc.constantFrom<Locale>('en', 'zh');
const maybe = <T>(each: fc.Arbitrary<T>) => fc.option(each, { nil: undefined });
const said = fc.oneof(fc.constantFrom('Running', 'Failed', 'Succeeded', 'Terminated', 'Skipped'), hostile);
const time = maybe(
  fc.date({ min: new Date('2021-01-01'), max: new Date('2030-01-01'), noInvalidDate: true }),
);

const runFacts = fc
  .record({
    name: hostile,
    said,
    failed: maybe(hostile),
    running: few(6),
    workspace: maybe(hostile),
    startedAt: time,
    finishedAt: time,
    addressLength: fc.constantFrom(0, 300),
  })
  .map(
    (each): RunFacts => ({
      run: aRun({
        name: each.name,
        said: each.said,
        workspaceId: '94801',
        userId: '1557702098194905',
        startedAt: each.startedAt,
        finishedAt: each.finishedAt,
        consoleUrl: `https://pai.console.aliyun.com/?regionId=cn-hangzhou#/${'x'.repeat(each.addressLength)}`,
      }),
      nodes: {
        total: 9e6,
        done: 3,
        succeeded: 2,
        skipped: 1,
        running: each.running,
        ...(each.failed !== undefined && { failed: each.failed }),
      },
      workspace: each.workspace,
      readAt,
    }),
  );
const node = fc.tuple(hostile, said).map(([name, word]) => aNode(name, word));
const partial = fc.tuple(few(40), many(fc.tuple(few(40), fc.constantFrom(...TROUBLES)), 5)).map(
  ([shown, not]): PartialAnswer => ({
    shown,
    notShown: not.map(([labels, kind]) => ({ labels, trouble: trouble(kind) })),
  }),
);
const clause = fc.record({
  key: fc.constantFrom<Clause['key']>('status', 'pipeline', 'name', 'user', 'workspace', 'node', 'source'),
  negated: fc.boolean(),
  values: fc.array(hostile, { minLength: 1, maxLength: 10 }),
});
const filter = many(clause, 2).map((clauses): Filter => ({ clauses }));
const command = fc.constantFrom('/pai', '', '@flowbell');
const line = `/pai again:${'x'.repeat(200)}`;

function check(message: Message): void {
  const [first] = message.blocks;
  const shared = shareMessage(message, { by: 'U0MEMBER', locale: 'zh' });
  for (const each of [message, shared]) {
    expect(whatSlackRefuses(each)).toEqual([]);
    expect(whatTextLacks(withoutLogs(each))).toEqual([]);
    expect(each.text).not.toMatch(/^\s*$/);
  }
  expect(controlSequences(message)).toEqual([]);
  expect(first?.type === 'rich_text' && first.elements[0]?.type).toBe('rich_text_section');
  // A fence that outside text could close would let the rest of the log format and ping.
  expect(message.text.split('```').length).toBeOneOf([1, 3]);
}

const holds = <T>(
  facts: fc.Arbitrary<T>,
  render: (facts: T, language: Locale) => Message,
  numRuns = 40,
): void =>
  fc.assert(
    fc.property(facts, locale, (each, language) => check(render(each, language))),
    { numRuns, endOnFailure: true },
  );

describe('every answer stays inside Slack’s limits, pings nobody and says in `text` what its blocks say', () => {
  it('a page of up to 500 runs with any filter', () => {
    holds(
      fc.record({
        filter,
        since: fc.constant(readAt),
        entries: many(runFacts, 50),
        total: fc.nat(1e6),
        scanned: fc.constant({ read: 1e6, of: 1e9 }),
        partial,
        again: fc.constant(line),
        more: fc.constant(line),
      }),
      renderRuns,
    );
  });

  it('an overview', () => {
    holds(
      fc.record({
        since: fc.constant(readAt),
        counts: fc.record({ failed: fc.nat(1e9), running: fc.nat(1e9), succeeded: fc.nat(1e9) }),
        failed: many(runFacts, 50),
        running: many(runFacts, 50),
        lastFailure: runFacts,
        labels: few(40),
        readAt: fc.constant(readAt),
        partial,
        isFirstTime: fc.boolean(),
        isAtLeast: fc.boolean(),
        command,
        again: fc.constant(line),
      }),
      renderOverview,
    );
  });

  it('a log of up to 10,000 lines', () => {
    holds(
      fc.record({
        run: runFacts.map(({ run }) => run),
        node,
        lines: many(hostile, 1000),
        hidden: fc.nat(1e6),
        total: fc.nat(1e9),
        from: fc.integer({ min: 1, max: 1e9 }),
        kind: fc.constantFrom('tail' as const, 'errors' as const, 'grep' as const),
        grep: hostile,
        searched: fc.nat(1e6),
        isLastFailed: fc.boolean(),
        again: fc.constant(line),
        older: fc.constant(() => line),
        errorsOnly: fc.constant(line),
        asFile: fc.constant(line),
      }),
      renderLog,
    );
  });

  it('why a run failed', () => {
    holds(
      fc
        .record({
          facts: runFacts,
          node: maybe(node),
          cause: maybe(hostile),
          tail: few(12),
          hidden: fc.nat(1e6),
          hasLog: fc.boolean(),
          isLastFailed: fc.boolean(),
        })
        .map(({ node, cause, ...rest }) => ({
          ...rest,
          ...(node && { node }),
          ...(cause !== undefined && { cause }),
          again: line,
          logs: line,
          outputs: line,
        })),
      renderWhy,
    );
  });

  it('up to 500 outputs', () => {
    const metrics = fc
      .array(fc.record({ name: hostile, value: fc.oneof(hostile, fc.double()) }), { maxLength: 20 })
      .map((values) => ({ kind: 'metrics' as const, values }));
    const artifact = fc.record({ kind: fc.constant('artifact' as const), name: hostile, project: hostile });
    const output = fc.record({
      type: hostile,
      node: hostile,
      facts: fc.oneof(metrics, artifact),
      name: hostile,
    });
    holds(
      fc.record({
        run: runFacts.map(({ run }) => run),
        node,
        type: hostile,
        outputs: many(output, 50),
        total: fc.nat(1e6),
        again: fc.constant(line),
      }),
      renderOutputs,
    );
  });

  it('a choice among up to 500 pipelines', () => {
    const candidate = fc.record({ facts: runFacts, command: fc.constantFrom(line, 'x'.repeat(3000)) });
    holds(
      fc.record({ name: hostile, total: fc.nat(1e6), candidates: many(candidate, 50), partial }),
      renderChoices,
    );
  });

  it('what the doctor found', () => {
    const finding = fc.oneof(
      few(40).map((scopes): CheckFinding => ({ kind: 'missing-scopes', scopes })),
      fc.tuple(fc.constantFrom(...TROUBLES), hostile).map(
        ([kind, word]): CheckFinding => ({
          kind: 'pai-trouble',
          trouble: trouble(kind),
          code: word,
          requestId: word,
        }),
      ),
    );
    const unwell = fc
      .tuple(hostile, finding, fc.constantFrom('fine', 'warning', 'failed'))
      .map(
        ([label, found, verdict]): Check => ({ subject: { kind: 'pai', label }, verdict, finding: found }),
      );
    holds(
      fc.record({
        checks: many(unwell, 20).map((checks) => [...fineChecks, ...checks]),
        readAt: fc.constant(readAt),
        version: hostile,
        isAdmin: fc.boolean(),
        supportCode: hostile,
        again: fc.constant(line),
      }),
      renderDoctor,
    );
  });

  it('a node card, help and the notices', () => {
    holds(fc.tuple(runFacts, node), ([{ run, workspace }, each], language) =>
      renderNodeCard({ run, node: each, workspace, readAt }, { again: line, logs: line }, language),
    );
    holds(hostile, (each, language) => renderHelp({ verb: 'runs', command: each }, language));
    holds(fc.tuple(hostile, few(60), few(40), partial), ([typed, words, labels, some], language) => {
      check(renderNotice({ kind: 'open-quote', typed }, language));
      check(renderNotice({ kind: 'unknown-option', typed, known: words }, language));
      check(renderNotice({ kind: 'bad-option', typed, example: typed }, language));
      check(
        renderNotice({ kind: 'no-such-node', run: aRun({ name: typed }), typed, nodes: words }, language),
      );
      const problem = { kind: 'unknown-value', key: 'status', typed, nearest: typed, known: words } as const;
      check(renderNotice({ kind: 'filter-problem', problem, command: '/pai', verb: 'runs' }, language));
      const without = { kind: 'pair-without-colon', key: 'name', value: typed } as const;
      check(renderNotice({ kind: 'filter-problem', problem: without, command: '', verb: 'runs' }, language));
      return renderNotice(
        { kind: 'no-such-run', names: [typed, ...words], labels, partial: some, command: '/pai' },
        language,
      );
    });
  });
});

describe('a log that does not fit', () => {
  it('shows its end, and its head counts what is really shown', () => {
    const lines = Array.from({ length: 10_000 }, (_, index) => `line ${index + 1} ${'x'.repeat(40)}`);

    const message = renderLog(
      {
        run: aRun({ runId: runId(1) }),
        node: aNode('train', 'Failed'),
        lines,
        hidden: 0,
        total: 12_345,
        from: 2346,
        kind: 'tail',
        again: line,
        older: (shown) => `/pai logs x older:${shown}`,
      },
      'en',
    );

    const [head, log] = message.blocks[0]?.type === 'rich_text' ? message.blocks[0].elements : [];
    const shown =
      log?.type === 'rich_text_preformatted' ? String(Object(log.elements[0]).text).split('\n') : [];
    expect(head?.type).toBe('rich_text_section');
    expect(shown.length).toBeGreaterThan(150);
    expect(shown).toEqual(lines.slice(-shown.length));
    expect(message.text.split('\n')[0]).toBe(
      `ctr-daily-train › \`train\`: last ${shown.length} of 12,345 lines`,
    );
    expect(JSON.stringify(message.blocks[1])).toContain(`/pai logs x older:${shown.length}`);
    const told = message.text.split('\n').slice(2, -1);
    expect(told.length).toBeGreaterThan(50);
    expect(told).toEqual(lines.slice(-told.length));
  });
});
