import { describe, expect, it } from 'vitest';
import type { Card, CardRun } from '../../src/domain/card.ts';
import { renderCard } from '../../src/messages/card.ts';
import type { Locale } from '../../src/messages/catalog.ts';
import { whatSlackRefuses, whatTextLacks } from '../helpers/block-kit.ts';
import { runId } from '../helpers/runs.ts';
import { buttonsOf, labelsOf } from './buttons-of.ts';
import { cardRun, finishedAt, linesOf, pinged, startedAt, telling, toldRun } from './samples.ts';

const OWNER = { userId: 'U0OWNER', on: ['end'] } as const;
const streak = {
  id: 's',
  placeId: 'p',
  failures: 3,
  firstAt: startedAt,
  lastAt: finishedAt,
  nodeName: 'feature_join',
};
const outage = { region: 'cn-hangzhou', kind: 'throttled', since: startedAt } as const;

const card = (runs: readonly CardRun[], more: Partial<Card> = {}): Card => ({ runs, outages: [], ...more });
const numbered = (number: number, said: string, more: Partial<CardRun> = {}) =>
  cardRun(said, { run: { ...toldRun, runId: runId(number), name: `run-${number}` }, ...more });
const shown = (locale: Locale, each: Card) => renderCard(each, telling(locale));

describe('the card of one run', () => {
  it.each<[Locale, readonly string[], readonly string[]]>([
    [
      'en',
      [
        ':arrow_forward: ctr-daily-train is running: 7 of 12 nodes done, now `feature_join`, `user_stat`',
        'Started ⟨time⟩ by PAI user …4905 · prod',
        'Watched by @member: told when it fails, ends or is rerun · checked ⟨time⟩',
      ],
      ['Stop watching', 'Watch too', 'Status', 'Logs', 'Open in PAI'],
    ],
    [
      'zh',
      [
        ':arrow_forward: ctr-daily-train 运行中：已完成 7/12 个节点，当前 `feature_join`、`user_stat`',
        '⟨time⟩ 由 PAI 用户 …4905 发起 · prod',
        '@成员 正在关注：失败、结束或重跑时通知 · 检查于 ⟨time⟩',
      ],
      ['取消关注', '我也关注', '状态', '日志', '在 PAI 中打开'],
    ],
  ])('in %s says how it is, who watches it and what they are told', (locale, lines, labels) => {
    const message = shown(locale, card([cardRun()]));

    expect(linesOf(message)).toEqual(lines);
    expect(labelsOf(message)).toEqual(labels);
    expect(pinged(message)).toEqual([]);
  });

  it.each([
    [
      'Succeeded',
      ':white_check_mark: ctr-daily-train succeeded in 47 min, 6 of 12 nodes, 1 skipped',
      'Watched by @member: told when it is rerun',
    ],
    ['Failed', ':x: ctr-daily-train failed', 'Watched by @member: told when it is rerun'],
  ])('that %s says how it ended, and offers a rerun', (said, first, last) => {
    const message = shown('en', card([cardRun(said)]));

    expect(linesOf(message)[0]).toBe(first);
    expect(linesOf(message).at(-1)).toBe(last);
    expect(buttonsOf(message).map(({ text, value }) => [text.text, value])).toEqual([
      ['Stop watching', '@flowbell unwatch cn-hangzhou/94801/flow-run000000000000001'],
      ['Watch for a rerun', '@flowbell watch cn-hangzhou/94801/flow-run000000000000001 on:rerun'],
      ['Outputs', '@flowbell outputs cn-hangzhou/94801/flow-run000000000000001'],
      ['Open in PAI', undefined],
    ]);
  });

  it('tells each of several watchers once, and all that any of them hears', () => {
    const watchers = [...cardRun().watchers, OWNER, OWNER];

    expect(linesOf(shown('en', card([cardRun('Running', { watchers })]))).at(-1)).toBe(
      'Watched by @member, @member: told when it fails, ends or is rerun · checked ⟨time⟩',
    );
  });

  it.each<[Locale, string]>([
    ['en', 'Node `train` watched by @member: told when the node ends · checked ⟨time⟩'],
    ['zh', '@成员 正在关注节点 `train` ：节点结束时通知 · 检查于 ⟨time⟩'],
  ])('in %s names the one node that somebody watches', (locale, line) => {
    const watchers = [{ ...OWNER, nodeName: 'train' }];

    expect(linesOf(shown(locale, card([cardRun('Running', { watchers })])))[2]).toBe(line);
  });

  it.each<[Locale, string]>([
    ['en', 'Nobody watches it here any more · checked ⟨time⟩'],
    ['zh', '这里已无人关注 · 检查于 ⟨time⟩'],
  ])('in %s says that nobody watches it any more', (locale, line) => {
    const message = shown(locale, card([cardRun('Running', { isWatched: false })]));

    expect(linesOf(message)[2]).toBe(line);
    expect(labelsOf(message)[0]).toBe(locale === 'en' ? 'Watch' : '关注');
  });

  it('keeps the end of a run that nobody watches any more, with who did', () => {
    const message = shown('en', card([cardRun('Succeeded', { isWatched: false })]));

    expect(linesOf(message)[0]).toContain('succeeded in 47 min');
    expect(linesOf(message)[2]).toBe('Watched by @member');
  });

  it('promises nothing of a deleted run', () => {
    const message = shown('en', card([cardRun('Running', { isDeleted: true })]));

    expect(linesOf(message)[0]).toBe(':wastebasket: ctr-daily-train was deleted in PAI');
    expect(linesOf(message).at(-1)).toBe('Watched by @member');
    expect(labelsOf(message)).toEqual([]);
  });

  it('says that PAI shows the run no more, and since when nobody looks for it', () => {
    const lost = (isWatched: boolean) => card([cardRun('Running', { lostAt: startedAt, isWatched })]);

    expect(linesOf(shown('en', lost(true)))[0]).toContain('I go on looking for a day.');
    expect(linesOf(shown('en', lost(false)))[0]).toBe(
      ':mag: PAI has not shown ctr-daily-train since ⟨time⟩; I look for it no longer',
    );
  });

  it('offers to go on with a paused watch, and promises nothing until then', () => {
    const message = shown('en', card([cardRun('Running', { pausedAt: startedAt })]));

    expect(linesOf(message)[0]).toBe(
      ':double_vertical_bar: ctr-daily-train: no change for 14 days, watch paused.',
    );
    expect(linesOf(message)[2]).toBe('Watched by @member · checked ⟨time⟩');
    expect(labelsOf(message).slice(0, 2)).toEqual(['Stop watching', 'Keep watching']);
  });

  it('says which attempt it shows', () => {
    expect(linesOf(shown('en', card([cardRun('Running', { attempt: 2 })])))[1]).toBe(
      'Started ⟨time⟩ by PAI user …4905 · attempt 2 · prod',
    );
  });
});

describe('the card of a pipeline that fails again and again', () => {
  const series = 'ctr-daily';
  const runs = [numbered(1, 'Failed', { series }), numbered(2, 'Failed', { series })];

  it.each<[Locale, string]>([
    ['en', ':x: run-2 has failed 3 times in a row at `feature_join`, last ⟨time⟩'],
    ['zh', ':x: run-2 连续失败 3 次，最近一次在 `feature_join` ，⟨time⟩'],
  ])('in %s shows its newest run and the streak', (locale, first) => {
    expect(linesOf(shown(locale, card(runs, { streak })))[0]).toBe(first);
  });

  it('says what was before while the newest runs', () => {
    const message = shown('en', card([...runs, numbered(3, 'Running', { series })], { streak }));

    expect(linesOf(message)[0]).toContain('run-3 is running');
    expect(linesOf(message)[1]).toBe('Before: 3 failures in a row at `feature_join`, last ⟨time⟩');
  });

  it('says nothing of a first failure', () => {
    const message = shown('en', card(runs.slice(0, 1), { streak: { ...streak, failures: 1 } }));

    expect(linesOf(message)[0]).toBe(':x: run-1 failed');
  });

  it('takes the run that began last for the newest', () => {
    const older = numbered(9, 'Failed', { series, startedAt: new Date(startedAt.getTime() - 60_000) });

    expect(linesOf(shown('en', card([...runs, older])))[0]).toContain('run-2');
  });

  it('hides no run that still goes on', () => {
    const going = [numbered(1, 'Running', { series }), numbered(2, 'Running', { series })];

    expect(linesOf(shown('en', card(going)))[0]).toBe(':eyes: 2 runs watched here: 2 running');
  });
});

describe('the card of several runs', () => {
  const runs = [numbered(1, 'Running'), numbered(2, 'Failed'), numbered(3, 'Running')];

  it.each<[Locale, readonly string[]]>([
    [
      'en',
      [
        ':eyes: 3 runs watched here: 1 failed, 2 running',
        ':x: run-2 failed · ⟨time⟩ · prod',
        ':arrow_forward: run-1 running 7 of 12 nodes · since ⟨time⟩ · prod',
        ':arrow_forward: run-3 running 7 of 12 nodes · since ⟨time⟩ · prod',
        'Watched by @member: told when it fails, ends or is rerun · checked ⟨time⟩',
      ],
    ],
    [
      'zh',
      [
        ':eyes: 这里关注 3 个任务：失败 1，运行中 2',
        ':x: run-2 失败 · ⟨time⟩ · prod',
        ':arrow_forward: run-1 运行中 7/12 个节点 · 开始于 ⟨time⟩ · prod',
        ':arrow_forward: run-3 运行中 7/12 个节点 · 开始于 ⟨time⟩ · prod',
        '@成员 正在关注：失败、结束或重跑时通知 · 检查于 ⟨time⟩',
      ],
    ],
  ])('in %s lists them, worst first', (locale, lines) => {
    expect(linesOf(shown(locale, card(runs)))).toEqual(lines);
  });

  it('stops all that are watched, and watches all that go on', () => {
    const ids = (...numbers: number[]) =>
      numbers.map((number) => `cn-hangzhou/94801/${runId(number)}`).join(' ');

    expect(buttonsOf(shown('en', card(runs))).map(({ value }) => value)).toEqual([
      `@flowbell unwatch ${ids(2, 1, 3)}`,
      `@flowbell watch ${ids(1, 3)}`,
      `@flowbell status ${ids(1, 3)}`,
    ]);
  });

  it('offers a rerun once all have ended, and to stop what is watched', () => {
    expect(labelsOf(shown('en', card([numbered(1, 'Failed'), numbered(2, 'Succeeded')])))).toEqual([
      'Stop watching',
      'Watch for a rerun',
    ]);
  });

  it('counts those that Slack has no room for', () => {
    const many = Array.from({ length: 120 }, (_, index) =>
      numbered(index, index < 5 ? 'Failed' : 'Succeeded'),
    );

    const message = shown('en', card(many));

    const lines = linesOf(message);
    const listed = lines.filter((line) => /^:(x|white_check_mark):/.test(line));
    const folded = lines.flatMap((line) => /^:heavy_plus_sign: (\d+) more: \d+ succeeded$/.exec(line) ?? []);
    expect(listed.length + Number(folded[1])).toBe(120);
    expect(whatSlackRefuses(message)).toEqual([]);
    expect(whatTextLacks(message)).toEqual([]);
  });
});

describe('a card while PAI gives no answers', () => {
  it.each<[Locale, string]>([
    ['en', ':warning: Not checked since ⟨time⟩: PAI is limiting calls. I go on trying; nothing is lost.'],
    ['zh', ':warning: 自 ⟨time⟩ 起未能检查：PAI 正在限流。会继续重试，不会遗漏。'],
  ])('in %s says since when and why', (locale, line) => {
    expect(linesOf(shown(locale, card([cardRun()], { outages: [outage] }))).at(-1)).toBe(line);
  });

  it('says which region where it shows several', () => {
    const elsewhere = numbered(2, 'Running', { run: { ...toldRun, region: 'ap-southeast-1' } });
    const outages = [{ ...outage, region: 'ap-southeast-1' }];

    expect(linesOf(shown('en', card([cardRun(), elsewhere], { outages }))).at(-1)).toContain(
      'since ⟨time⟩ (sg): PAI is limiting calls.',
    );
  });

  it('says nothing of a region that none of its watched runs is in', () => {
    const left = cardRun('Running', { isWatched: false });

    expect(shown('en', card([left], { outages: [outage] })).text).not.toContain(':warning:');
    expect(
      shown('en', card([cardRun()], { outages: [{ ...outage, region: 'us-west-1' }] })).text,
    ).not.toContain(':warning:');
  });
});
