import { describe, expect, it } from 'vitest';
import type { DoctorReport, Verb } from '../../src/messages/catalog.ts';
import { renderChoices } from '../../src/messages/choices.ts';
import { renderDoctor } from '../../src/messages/doctor-card.ts';
import { renderHelp } from '../../src/messages/help.ts';
import { renderLog } from '../../src/messages/log-page.ts';
import type { Message } from '../../src/messages/message.ts';
import { renderNotice } from '../../src/messages/notices.ts';
import { short } from '../../src/messages/numbers.ts';
import { renderOutputs } from '../../src/messages/outputs-card.ts';
import { renderOverview } from '../../src/messages/overview.ts';
import { renderRuns } from '../../src/messages/runs-page.ts';
import { renderWhy } from '../../src/messages/why-card.ts';
import { aNode, aRun, nodeId } from '../helpers/runs.ts';
import { buttonsOf, labelsOf } from './buttons-of.ts';
import { facts, filter, fineChecks, finishedAt, partial, readAt, startedAt, trouble } from './samples.ts';

const told = ({ text }: Message) => text.replaceAll(/<!date\^(\d+)\^[^|]*\|([^>]*)>/g, '⟨$2⟩').split('\n');
const both = (render: (locale: 'en' | 'zh') => Message) => [told(render('en')), told(render('zh'))];
const node = { ...aNode('feature_join', 'Failed', { nodeId: nodeId(7) }), startedAt, finishedAt };

describe('a log', () => {
  const log = {
    run: aRun(),
    node,
    lines: ['a', 'b'],
    hidden: 0,
    total: 1204,
    from: 1203,
    kind: 'tail' as const,
    again: '/pai logs x',
  };

  it.each([
    ['its end', { lines: ['•••', 'b •••'], hidden: 2 }, 'last 2 of 1,204 lines, 2 secrets hidden'],
    ['all of it', { lines: ['•••', 'b'], total: 2, from: 1, hidden: 1 }, 'all 2 lines, 1 secret hidden'],
    ['a part further up', { from: 1101 }, 'lines 1,101 to 1,102 of 1,204'],
    ['its errors', { kind: 'errors' as const, searched: 500 }, '2 error lines in the last 500 lines'],
    [
      'what was searched',
      { kind: 'grep' as const, grep: 'Table', total: 2, from: 1 },
      '2 lines with `Table`',
    ],
    [
      'the end of what was found',
      { kind: 'grep' as const, grep: 'Table', total: 9, from: 8 },
      'last 2 of 9 lines with `Table`',
    ],
  ])('says that it shows %s', (_, some, head) => {
    expect(told(renderLog({ ...log, ...some }, 'en'))).toEqual([
      `ctr-daily-train › \`feature_join\`: ${head}`,
      '```',
      ...('lines' in some ? some.lines : log.lines),
      '```',
    ]);
  });

  it.each(['tail', 'errors', 'grep'] as const)(
    'counts the secrets of those lines only that fit: %s',
    (kind) => {
      const lines = Array.from({ length: 50 }, (_, index) => `token=••• ${index} ${'x'.repeat(400)}`);
      const search = { kind, grep: 'x', searched: 500 };
      const [head = ''] = told(renderLog({ ...log, ...search, lines, hidden: 50 }, 'en'));
      const [, shown] = /last (\d+) of/.exec(head) ?? [];

      expect(Number(shown)).toBeLessThan(50);
      expect(head).toContain(`, ${shown} secrets hidden`);
    },
  );

  it('offers what stands before, the errors, a file and PAI', () => {
    const message = renderLog(
      { ...log, older: (shown) => `/pai logs x older:${shown}`, errorsOnly: '/pai e', asFile: '/pai f' },
      'en',
    );

    expect(labelsOf(message)).toEqual(['Older', 'Errors only', 'As file', 'Open in PAI', 'Share']);
    expect(buttonsOf(message)[0]?.value).toBe('/pai logs x older:2');
  });

  it('offers nothing older than the first line', () => {
    const message = renderLog({ ...log, from: 1, total: 2, older: () => '/pai logs x' }, 'en');

    expect(labelsOf(message)).toEqual(['Open in PAI', 'Share']);
  });

  it.each([
    ['tail' as const, 'PAI has no log lines for this node.'],
    ['errors' as const, 'ctr-daily-train › `feature_join`: No error line in the last 500 lines.'],
    ['grep' as const, 'ctr-daily-train › `feature_join`: no line with `Table`.'],
  ])('says that nothing was found for %s', (kind, words) => {
    const { text } = renderLog({ ...log, lines: [], kind, searched: 500, grep: 'Table' }, 'en');

    expect(text).toContain(words);
    expect(text).not.toContain('```');
  });

  it('says that there is no log rather than no error line where there was no line to look at', () => {
    const message = renderLog(
      { ...log, lines: [], kind: 'errors', searched: 0, total: 0, asFile: '/pai f' },
      'en',
    );

    expect(message.text).toContain('PAI has no log lines for this node.');
    expect(labelsOf(message)).toEqual(['Open in PAI']);
  });

  it('cannot be ended by back-ticks or ping by what stands in it', () => {
    const { text } = renderLog({ ...log, lines: ['``` <!channel>'] }, 'en');

    expect(text).toContain("```\n''' &lt;!channel&gt;\n```");
  });

  it('names first whose log it is where nobody said', () => {
    const [en, zh] = both((locale) => renderLog({ ...log, isLastFailed: true }, locale));

    expect(en?.[0]).toMatch(/^Last failed here: ctr-daily-train › /);
    expect(zh?.[0]).toMatch(/^这里最近失败的：ctr-daily-train › /);
  });
});

describe('a page of runs', () => {
  const page = {
    filter,
    since: startedAt,
    entries: [facts('Failed', { failed: 'feature_join' })],
    total: 62,
    scanned: { read: 1000, of: 4310 },
    partial,
    again: '/pai runs x',
    more: '/pai runs y',
  };

  it('says the filter in words, what was shown, read and not answered, and the filter to copy', () => {
    const [en, zh] = both((locale) => renderRuns(page, locale));

    expect(en).toEqual([
      '62 runs: failed or terminated, of pipeline `ctr-*` or `geo-*`, not named `tmp-*`, not started by …4905, in `prod`, since ⟨2026-11-23 02:00 UTC⟩',
      ':x: ctr-daily-train failed at `feature_join` · ⟨2026-11-23 02:47 UTC⟩ · prod',
      '1 of 62 shown',
      'Looked at the newest 1,000 of 4,310 runs',
      'Shown: prod, dev. Not shown: sg did not answer.',
      expect.stringMatching(/^`status:failed,/),
    ]);
    expect(zh).toEqual([
      '共 62 个任务：失败 或 已终止，工作流 `ctr-*` 或 `geo-*`，排除名称 `tmp-*`，排除发起人 …4905，工作空间 `prod`，自 ⟨2026-11-23 02:00 UTC⟩ 起',
      ':x: ctr-daily-train 失败于 `feature_join` · ⟨2026-11-23 02:47 UTC⟩ · prod',
      '共 62 个，显示 1 个',
      '按 4,310 个任务中最新的 1,000 个查找',
      '已显示：prod、dev。未显示：sg 没有响应。',
      expect.stringMatching(/^`status:failed,/),
    ]);
    expect(labelsOf(renderRuns(page, 'en'))).toEqual(['Refresh', 'More', 'Share']);
  });

  it('says that none was found and by which filter', () => {
    const none = { clauses: [{ key: 'name' as const, negated: false, values: ['ctr-*'] }] };

    const message = renderRuns({ filter: none, entries: [], total: 0, again: '/pai runs' }, 'en');

    expect(told(message)).toEqual(['No run found: named `ctr-*`', '`name:ctr-*`']);
    expect(labelsOf(message)).toEqual(['Refresh', 'Share']);
  });

  it('says no filter where there is none', () => {
    const all = { filter: { clauses: [] }, entries: [facts()], total: 1, again: '/pai runs' };

    expect(both((locale) => renderRuns(all, locale)).map((lines) => lines[0])).toEqual([
      '1 run',
      '共 1 个任务',
    ]);
  });
});

describe('the overview', () => {
  const overview = {
    since: startedAt,
    counts: { failed: 0, running: 3, succeeded: 56 },
    failed: [],
    running: [facts()],
    labels: ['prod', 'dev'],
    readAt,
    isFirstTime: false,
    isAtLeast: false,
    command: '/pai',
    again: '/pai',
  };

  it('is quiet where nothing failed, and names the last failure', () => {
    const lastFailure = facts('Failed', { failed: 'feature_join', name: 'user-profile-daily' });

    expect(told(renderOverview({ ...overview, lastFailure }, 'en'))).toEqual([
      ':white_check_mark: All quiet: 3 running, 56 succeeded, 0 failed since ⟨2026-11-23 02:00 UTC⟩',
      ':arrow_forward: ctr-daily-train running 7 of 12 nodes · since ⟨2026-11-23 02:00 UTC⟩ · prod',
      '2 more running',
      'Last failure: user-profile-daily at `feature_join`, ⟨2026-11-23 02:47 UTC⟩',
      'prod, dev · read ⟨2026-11-23 03:00 UTC⟩',
    ]);
  });

  it('puts failures first', () => {
    const counts = { failed: 2, running: 1, succeeded: 51 };
    const [head, first] = told(renderOverview({ ...overview, counts, failed: [facts('Failed')] }, 'en'));

    expect(head).toBe(':x: 2 failed, 1 running, 51 succeeded since ⟨2026-11-23 02:00 UTC⟩');
    expect(first).toMatch(/^:x: ctr-daily-train failed/);
  });

  it.each([
    ['an answer is missing', { partial }, 'No failure seen: 3 running'],
    ['counting stopped at a bound', { isAtLeast: true }, 'No failure seen: at least 3 running'],
  ])('claims no quiet where %s', (_, some, words) => {
    expect(renderOverview({ ...overview, ...some }, 'en').text).toContain(words);
  });

  it('tells newcomers first how to begin, in commands that can be typed where they are', () => {
    const message = renderOverview({ ...overview, isFirstTime: true, command: '' }, 'zh');

    expect(told(message).slice(1, 3)).toEqual([
      '• `关注 ctr-daily-train`  失败或结束时在这里通知你',
      '• `状态 ctr-daily-train`  现在跑到哪里了',
    ]);
    expect(labelsOf(message)).toEqual(['刷新', '正在运行', '帮助']);
    expect(buttonsOf(message)[2]?.value).toBe('help');
  });
});

describe('why', () => {
  const why = {
    facts: facts('Failed'),
    node,
    tail: Array.from({ length: 20 }, (_, index) => `line ${index + 1}${index % 19 === 0 ? ' •••' : ''}`),
    hidden: 1,
    hasLog: true,
    again: '/pai why x',
    logs: '/pai logs x',
    outputs: '/pai outputs x',
  };

  it('says the cause in its first line and shows the last eight lines', () => {
    const message = renderWhy({ ...why, cause: 'Table not found - ctr_prod.user_stat_d' }, 'en');

    expect(told(message).slice(0, 5)).toEqual([
      ':x: ctr-daily-train failed at `feature_join`: `Table not found - ctr_prod.user_stat_d`',
      'After 47 min, ⟨2026-11-23 02:47 UTC⟩ · 6 of 12 nodes done, 1 skipped · Started ⟨2026-11-23 02:00 UTC⟩ by PAI user …4905 · prod (cn-hangzhou) · read ⟨2026-11-23 03:00 UTC⟩',
      'Last 8 lines, 1 secret hidden',
      '```',
      'line 13',
    ]);
    expect(labelsOf(message)).toEqual(['Refresh', 'Logs', 'Outputs', 'Open in PAI', 'Share']);
    expect(
      buttonsOf(message)
        .filter(({ style }) => style === 'primary')
        .map(({ value }) => value),
    ).toEqual(['/pai logs x']);
  });

  it('counts the secrets of those lines only that it shows', () => {
    const tail = Array.from({ length: 20 }, () => 'token=•••');

    expect(told(renderWhy({ ...why, tail, hidden: 20 }, 'en'))[2]).toBe('Last 8 lines, 8 secrets hidden');
  });

  it.each([
    [
      'no cause',
      why,
      ':x: ctr-daily-train failed at `feature_join` (no error line found)',
      ':x: ctr-daily-train 失败于 `feature_join`（日志中未找到错误行）',
    ],
    [
      'no log',
      { ...why, hasLog: false, tail: [] },
      ':x: ctr-daily-train failed at `feature_join`',
      ':x: ctr-daily-train 失败于 `feature_join`',
    ],
    [
      'a run that goes on',
      { ...why, facts: facts(), cause: 'Killed' },
      ':x: ctr-daily-train is still running, but `feature_join` failed: `Killed`',
      ':x: ctr-daily-train 运行中，但节点 `feature_join` 失败 ：`Killed`',
    ],
    [
      'a run nobody named',
      { ...why, isLastFailed: true, cause: 'Killed' },
      'Last failed here: :x: ctr-daily-train failed at `feature_join`: `Killed`',
      '这里最近失败的：:x: ctr-daily-train 失败于 `feature_join` ：`Killed`',
    ],
  ])('begins well with %s', (_, some, en, zh) => {
    expect(both((locale) => renderWhy(some, locale)).map((lines) => lines[0])).toEqual([en, zh]);
  });

  it('says why the log was not read rather than that there is none', () => {
    const trouble = { kind: 'too-large', region: 'cn-hangzhou', waitedMs: 8000 } as const;
    const [en, zh] = both((locale) => renderWhy({ ...why, hasLog: false, tail: [], trouble }, locale));

    expect(en?.at(-1)).toBe("PAI's answer is larger than 8 MB, so it was not read (cn-hangzhou).");
    expect(zh?.at(-1)).toContain('8 MB');
  });

  it('says that nothing has failed', () => {
    const fine = { ...why, facts: facts(), tail: [], hidden: 0, hasLog: false };
    const { node: _, ...rest } = fine;

    expect(told(renderWhy(rest, 'en'))[0]).toBe(
      ':arrow_forward: ctr-daily-train is running: 7 of 12 nodes done, now `feature_join`, `user_stat`; nothing has failed',
    );
  });
});

describe('outputs', () => {
  const outputs = { run: aRun(), again: '/pai outputs x' };

  it('shows numbers of metrics, and names of the rest', () => {
    const made = [
      {
        type: 'Metrics',
        node: 'evaluate',
        name: 'm',
        facts: {
          kind: 'metrics' as const,
          values: [
            { name: 'auc', value: 0.91234567 },
            { name: 'rows', value: 12345 },
          ],
        },
      },
      {
        type: 'Model',
        node: 'train',
        name: 'm',
        facts: { kind: 'artifact' as const, name: 'ctr_lr', project: 'ctr_prod' },
      },
    ];

    expect(told(renderOutputs({ ...outputs, outputs: made, total: 3 }, 'en'))).toEqual([
      'ctr-daily-train: 3 outputs',
      'Metrics  `evaluate`  `auc` 0.9123 · `rows` 12,345',
      'Model  `train`  `ctr_lr` (MaxCompute project `ctr_prod`)',
      '2 of 3 shown',
    ]);
  });

  it('says that there are none, and whether some may still come', () => {
    const none = { ...outputs, outputs: [], total: 0 };

    expect(told(renderOutputs(none, 'en'))[0]).toContain('no outputs yet; the run goes on');
    expect(told(renderOutputs({ ...none, run: aRun({ said: 'Failed' }) }, 'en'))[0]).toBe(
      'ctr-daily-train: no outputs',
    );
  });

  it.each([
    [0, '0'],
    [0.912, '0.912'],
    [-1234.5, '-1,235'],
    [12_345, '12,345'],
    [0.000012345, '0.0000123'],
    [1.5e-9, '1.5e-9'],
    [Number.NaN, 'NaN'],
  ])('writes %s as %s', (value, words) => {
    expect(short(value)).toBe(words);
  });
});

describe('a choice', () => {
  it('has a button a run, with the PAI workspace where a name repeats', () => {
    const candidates = [
      { facts: facts(), command: '/pai status a' },
      { facts: { ...facts(), workspace: 'dev' }, command: '/pai status b' },
      { facts: facts('Failed', { name: 'geo' }), command: '/pai status c' },
    ];

    const message = renderChoices({ name: 'ctr', total: 40, candidates, partial }, 'en');

    expect(told(message)[0]).toBe('`ctr` fits 40 pipelines. Which one?');
    expect(told(message).slice(-2)).toEqual([
      '3 of 40 shown. Write more of the name, or an id.',
      'Shown: prod, dev. Not shown: sg did not answer.',
    ]);
    expect(buttonsOf(message).map(({ text, value }) => [text.text, value])).toEqual([
      ['prod: ctr-daily-train', '/pai status a'],
      ['dev: ctr-daily-train', '/pai status b'],
      ['geo', '/pai status c'],
    ]);
  });
});

describe('help', () => {
  it.each<Verb>(['status', 'runs', 'logs', 'why', 'outputs'])('shows three examples of %s first', (verb) => {
    for (const lines of both((locale) => renderHelp({ verb, command: '/pai' }, locale))) {
      expect(lines.slice(0, 3).every((each) => /^`\/pai [^`]+`$/.test(each))).toBe(true);
      expect(lines[3]).not.toMatch(/^`\/pai/);
    }
  });

  it('names no verb that does not exist yet', () => {
    const { text } = renderHelp({ command: '/pai' }, 'en');

    expect(text).toContain('`/pai runs pipeline:ctr-* -user:4905 status:failed,terminated`');
    expect(text).not.toMatch(/subscribe|mute|settings/);
  });

  it('shows commands without a name where there is none', () => {
    expect(renderHelp({ verb: 'why', command: '' }, 'zh').text).toMatch(
      /^`为什么`\n`为什么 ctr-daily-train`/,
    );
  });
});

describe('the doctor', () => {
  const report: DoctorReport = {
    checks: fineChecks,
    readAt,
    version: '1.0.0',
    isAdmin: true,
    supportCode: 'fb-7k2q',
    again: '/pai doctor',
  };
  const sick: DoctorReport = {
    ...report,
    checks: [
      { subject: { kind: 'channel' }, verdict: 'warning', finding: { kind: 'not-in-channel' } },
      {
        subject: { kind: 'pai', label: 'sg' },
        verdict: 'failed',
        finding: {
          kind: 'pai-trouble',
          trouble: trouble('forbidden'),
          code: 'NoPermission',
          requestId: '473469C7',
        },
      },
      ...fineChecks,
    ],
  };

  it('folds what is fine into one line', () => {
    expect(both((locale) => renderDoctor(report, locale))).toEqual([
      [
        ':white_check_mark: All 5 checks are fine: Slack, Slack rights, this channel, clock, PAI prod',
        'checked ⟨2026-11-23 03:00 UTC⟩ · Flowbell 1.0.0 · support code `fb-7k2q`',
      ],
      [
        ':white_check_mark: 5 项检查全部正常：Slack、Slack 权限、本频道、时钟、PAI prod',
        '检查于 ⟨2026-11-23 03:00 UTC⟩ · Flowbell 1.0.0 · 支持码 `fb-7k2q`',
      ],
    ]);
  });

  it('says first what fails and what to do', () => {
    expect(told(renderDoctor(sick, 'en'))).toEqual([
      ':x: 2 of 7 checks need somebody',
      ':x: PAI sg: no permission. Admin: grant the RAM policy of `README.md`, or membership of the PAI workspace',
      ':warning: this channel: I am not in it. Type `/invite @Flowbell`',
      'Fine: Slack, Slack rights, this channel, clock, PAI prod',
      '`NoPermission` · `473469C7` · checked ⟨2026-11-23 03:00 UTC⟩ · Flowbell 1.0.0 · support code `fb-7k2q`',
    ]);
  });

  it('keeps what only admins can grant from others', () => {
    const { text } = renderDoctor({ ...sick, isAdmin: false }, 'en');

    expect(text).toContain('PAI sg: no permission; an admin must grant it');
    expect(text).not.toContain('RAM');
  });
});

describe('a notice', () => {
  const filterProblem = { kind: 'filter-problem', command: '/pai', verb: 'runs' } as const;

  it.each([
    [
      { ...filterProblem, problem: { kind: 'unknown-key', typed: 'stauts', nearest: 'status' } } as const,
      '`stauts:` is no filter; did you mean `status:`?',
      [['Help', '/pai help runs']],
    ],
    [
      {
        ...filterProblem,
        problem: { kind: 'unknown-value', key: 'status', typed: 'faild', nearest: 'failed', known: [] },
      } as const,
      '`faild` is no status; did you mean `failed`?',
      [
        ['Run runs status:failed', '/pai runs status:failed'],
        ['Help', '/pai help runs'],
      ],
    ],
    [
      { ...filterProblem, problem: { kind: 'pair-without-colon', key: 'name', value: 'a b' } } as const,
      'Leave them out: `-name:"a b"`. Only them: `name:"a b"`.',
      [
        ['Run runs -name:"a b"', '/pai runs -name:"a b"'],
        ['Run runs name:"a b"', '/pai runs name:"a b"'],
        ['Help', '/pai help runs'],
      ],
    ],
    [
      { kind: 'open-quote', typed: '"daily train' } as const,
      'A quote is open: `"daily train`. Close it with `"`.',
      [],
    ],
    [
      { kind: 'no-such-run', names: ['ctrx'], labels: ['prod', 'dev', 'sg'], command: '/pai' } as const,
      'No run is called `ctrx` in prod, dev, sg.',
      [
        ['Newest runs', '/pai runs'],
        ['Help', '/pai help'],
      ],
    ],
    [
      { kind: 'nothing-in-message' } as const,
      'No run, node or console link in that message. An id looks like `flow-hynm2bv8wqhp5esfxq`.',
      [],
    ],
  ])('names what was wrong and the fix: %o', (notice, words, buttons) => {
    const message = renderNotice(notice, 'en');

    expect(told(message)[0]).toBe(words);
    expect(buttonsOf(message).map(({ text, value }) => [text.text, value])).toEqual(buttons);
  });

  it.each([
    ['status ctr', '执行 状态 ctr'],
    ['help why', '执行 帮助 为什么'],
    ['runs name:runs', '执行 任务 name:runs'],
  ])('offers %s in Chinese as it is typed there', (suggestion, label) => {
    const message = renderNotice({ kind: 'unknown-verb', command: '/pai', typed: 'x', suggestion }, 'zh');

    expect(buttonsOf(message)[0]).toMatchObject({ text: { text: label }, value: `/pai ${suggestion}` });
  });

  it('says in Chinese that a time was not understood, not that there is no time', () => {
    const problem = { kind: 'unknown-value', key: 'since', typed: '昨天', known: ['24h'] } as const;

    expect(told(renderNotice({ ...filterProblem, problem }, 'zh'))[0]).toBe('无法识别时间 `昨天` 。');
  });

  it('says who did not answer where a run may still be', () => {
    const notice = {
      kind: 'no-such-run',
      names: ['ctrx'],
      labels: ['prod'],
      partial,
      command: '/pai',
    } as const;

    expect(told(renderNotice(notice, 'en'))[1]).toBe(
      'It may still be where I could not look: sg did not answer.',
    );
  });

  it('offers no second try for an answer that is too large', () => {
    const notice = { kind: 'pai-trouble', trouble: trouble('too-large'), again: '/pai' } as const;

    expect(labelsOf(renderNotice(notice, 'en'))).toEqual([]);
  });
});
