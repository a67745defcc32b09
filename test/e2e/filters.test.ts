import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NAMED_WORKSPACES } from '../../sandbox/bot.ts';
import type { ShownRun, StoredMessage } from '../../sandbox/client.ts';
import { foreignWords } from '../helpers/chinese.ts';
import { middayZone } from '../helpers/midday.ts';
import { linesOf, startWorld, type World } from '../helpers/world.ts';

const ENGLISH = 'U0MEMBER';
const CHINESE = 'U0OWNER';
const HOUR = 3_600_000;

let world: World;
let runs: readonly ShownRun[];
/** A pipeline that one of the runs belongs to. */
let pipeline: ShownRun;

beforeAll(async () => {
  world = await startWorld({
    sandbox: { seed: 33 },
    bot: { env: { ...NAMED_WORKSPACES, PAIFLOW_MAX_RPS: '1000' } },
  });
  for (const user of [ENGLISH, CHINESE]) await world.slack.setUser({ user, tz: middayZone() });
  await world.slack.createRuns({
    runs: [
      { name: 'daily train', sourceType: 'SDK', status: 'Succeeded', startedAgoMs: 9 * HOUR },
      { name: 'pt "quoted", twice', sourceType: 'SDK', status: 'Suspended', startedAgoMs: 3 * HOUR },
    ],
  });
  runs = (await world.slack.runs()).filter(({ isVisible }) => isVisible);
  pipeline = runs.find(({ name }) => name === 'geo-sync') ?? pipeline;
});
afterAll(() => world.stop());

interface Case {
  /** What is typed; PIPELINE stands for a pipeline's id. */
  readonly typed: string;
  /** Which of PAI's own runs fit, said without the bot's words. */
  readonly fits: (run: ShownRun) => boolean;
  /** The one way in which the filter is written. */
  readonly canonical: string;
  readonly en: string;
  readonly zh: string;
}

const isOneOf =
  (...statuses: string[]) =>
  ({ status }: ShownRun) =>
    statuses.includes(status);
const isCalled =
  (pattern: RegExp) =>
  ({ name }: ShownRun) =>
    pattern.test(name);
const hasNode =
  (node: string) =>
  ({ nodes }: ShownRun) =>
    nodes.some(({ name }) => name === node);
const endedWithin =
  (ms: number) =>
  ({ status, finishedAt, createdAt }: ShownRun) =>
    ['Running', 'Suspended'].includes(status) || (finishedAt ?? createdAt) >= Date.now() - ms;

const CASES: readonly Case[] = [
  {
    typed: 'status:failed',
    fits: isOneOf('Failed'),
    canonical: 'status:failed',
    en: 'failed',
    zh: '失败',
  },
  {
    typed: 'status:FAILED,stopped status:paused',
    fits: isOneOf('Failed', 'Terminated', 'Suspended'),
    canonical: 'status:failed,terminated,suspended',
    en: 'failed or terminated or suspended',
    zh: '失败 或 已终止 或 已挂起',
  },
  {
    typed: '-status:succeeded,failed',
    fits: (run) => !isOneOf('Succeeded', 'Failed')(run),
    canonical: '-status:succeeded,failed',
    en: 'neither succeeded nor failed',
    zh: '排除成功、失败',
  },
  {
    typed: 'pipeline:ctr-daily-train',
    fits: isCalled(/^ctr-daily-train$/),
    canonical: 'pipeline:ctr-daily-train',
    en: 'of pipeline `ctr-daily-train`',
    zh: '工作流 `ctr-daily-train`',
  },
  {
    typed: 'pipeline:PIPELINE',
    fits: ({ pipelineId }) => pipelineId === pipeline.pipelineId,
    canonical: 'pipeline:PIPELINE',
    en: 'of pipeline `PIPELINE`',
    zh: '工作流 `PIPELINE`',
  },
  {
    typed: 'name:geo-*,*-embedding',
    fits: isCalled(/^geo-|-embedding$/),
    canonical: 'name:geo-*,*-embedding',
    en: 'named `geo-*` or `*-embedding`',
    zh: '名称 `geo-*` 或 `*-embedding`',
  },
  {
    typed: 'name:“daily train”',
    fits: isCalled(/^daily train$/),
    canonical: 'name:"daily train"',
    en: 'named `daily train`',
    zh: '名称 `daily train`',
  },
  {
    typed: 'name:*daily* name:*train',
    fits: isCalled(/daily.*train$/),
    canonical: 'name:*daily* name:*train',
    en: 'named `*daily*`, named `*train`',
    zh: '名称 `*daily*`，名称 `*train`',
  },
  {
    typed: '-name:ctr-* -name:geo-*',
    fits: (run) => !isCalled(/^(?:ctr|geo)-/)(run),
    canonical: '-name:ctr-*,geo-*',
    en: 'neither named `ctr-*` nor `geo-*`',
    zh: '排除名称 `ctr-*`、`geo-*`',
  },
  {
    typed: 'user:4904',
    fits: ({ userId }) => userId.endsWith('4904'),
    canonical: 'user:4904',
    en: 'started by …4904',
    zh: '发起人 …4904',
  },
  {
    typed: '-user:1557702098194904',
    fits: ({ userId }) => userId !== '1557702098194904',
    canonical: '-user:1557702098194904',
    en: 'not started by …4904',
    zh: '排除发起人 …4904',
  },
  {
    typed: 'workspace:dev,30211',
    fits: ({ workspaceId }) => workspaceId !== '94801',
    canonical: 'workspace:dev,30211',
    en: 'in `dev` or `30211`',
    zh: '工作空间 `dev` 或 `30211`',
  },
  {
    typed: '-workspace:prod',
    fits: ({ workspaceId }) => workspaceId !== '94801',
    canonical: '-workspace:prod',
    en: 'not in `prod`',
    zh: '排除工作空间 `prod`',
  },
  {
    typed: 'node:user_stat',
    fits: hasNode('user_stat'),
    canonical: 'node:user_stat',
    en: 'with node `user_stat`',
    zh: '含节点 `user_stat`',
  },
  {
    typed: '-node:feature_* workspace:prod',
    fits: (run) => run.workspaceId === '94801' && !hasNode('feature_join')(run),
    canonical: 'workspace:prod -node:feature_*',
    en: 'in `prod`, without node `feature_*`',
    zh: '工作空间 `prod`，不含节点 `feature_*`',
  },
  {
    typed: 'source:sdk',
    fits: ({ sourceType }) => sourceType === 'SDK',
    canonical: 'source:sdk',
    en: 'from `sdk`',
    zh: '来源 `sdk`',
  },
  {
    typed: '-source:designer',
    fits: ({ sourceType }) => sourceType !== 'DESIGNER',
    canonical: '-source:designer',
    en: 'not from `designer`',
    zh: '排除来源 `designer`',
  },
  {
    typed: 'since:240m',
    fits: endedWithin(4 * HOUR),
    canonical: 'since:4h',
    en: 'since ⟨time⟩',
    zh: '自 ⟨time⟩ 起',
  },
  {
    typed: 'since:今天 -status:running',
    fits: (run) => endedWithin(15 * HOUR)(run) && run.status !== 'Running',
    canonical: '-status:running since:today',
    en: 'not running, since ⟨time⟩',
    zh: '排除运行中，自 ⟨time⟩ 起',
  },
  {
    typed: 'geo,item succeeded',
    fits: (run) => isCalled(/geo|item/)(run) && run.status === 'Succeeded',
    canonical: 'status:succeeded name:*geo*,*item*',
    en: 'succeeded, named `*geo*` or `*item*`',
    zh: '成功，名称 `*geo*` 或 `*item*`',
  },
  {
    typed: '失败 ctr -hourly',
    fits: (run) => run.status === 'Failed' && isCalled(/^ctr-(?!hourly)/)(run),
    canonical: 'status:failed name:*ctr* -name:*hourly*',
    en: 'failed, named `*ctr*`, not named `*hourly*`',
    zh: '失败，名称 `*ctr*`，排除名称 `*hourly*`',
  },
  {
    typed: '状态：失败，已终止 工作流:ctr-* -用户:4905 最近:24小时',
    fits: (run) =>
      isOneOf('Failed', 'Terminated')(run) && isCalled(/^ctr-/)(run) && endedWithin(24 * HOUR)(run),
    canonical: 'status:failed,terminated pipeline:ctr-* -user:4905 since:24h',
    en: 'failed or terminated, of pipeline `ctr-*`, not started by …4905, since ⟨time⟩',
    zh: '失败 或 已终止，工作流 `ctr-*`，排除发起人 …4905，自 ⟨time⟩ 起',
  },
];

const filled = (text: string) => text.replaceAll('PIPELINE', pipeline.pipelineId);

/** The runs an answer links to, in its order. */
function runsIn({ blocks }: StoredMessage): string[] {
  const shown = JSON.stringify(blocks.filter(({ type }) => type === 'rich_text'));
  return [...shown.matchAll(/"url":"[^"]*\/(flow-\w+)/g)].map(([, id = '']) => id);
}

/** What Slack stored as the last line, with the marks of code taken off. */
function smallPrint(message: StoredMessage): string {
  return (linesOf(message).at(-1) ?? '').replace(/^`|`$/g, '');
}

describe.each([
  { pai: 'finds parts of names', settings: {} },
  { pai: 'finds whole names only', settings: { exactNames: true } },
  { pai: 'gives three runs a page', settings: { maxPageSize: 3 } },
])('runs of a PAI that $pai', ({ settings }) => {
  beforeAll(() => world.slack.setPaiflow(settings));
  afterAll(() => world.slack.setPaiflow({ exactNames: false, maxPageSize: 100 }));

  it.each(CASES)('are those that fit $typed', async ({ typed, fits, canonical, en, zh }) => {
    const fitting = runs.filter(fits).sort((one, other) => other.createdAt - one.createdAt);
    const message = await world.ask(`runs ${filled(typed)}`);

    expect(fitting.length).toBeGreaterThan(0);
    expect(runsIn(message).sort()).toEqual(fitting.map(({ id }) => id).sort());
    expect(linesOf(message)[0]).toBe(
      `${fitting.length} ${fitting.length === 1 ? 'run' : 'runs'}: ${filled(en)}`,
    );
    expect(smallPrint(message)).toBe(filled(canonical));

    const again = await world.ask(`任务 ${smallPrint(message)}`, { user: CHINESE });

    expect(runsIn(again)).toEqual(runsIn(message));
    expect(linesOf(again)[0]).toBe(`共 ${fitting.length} 个任务：${filled(zh)}`);
    expect(smallPrint(again)).toBe(filled(canonical));
  });
});

describe('a list of runs', () => {
  it('is newest first', async () => {
    const shown = runsIn(await world.ask('runs pipeline:ctr-daily-train'));
    const startedAt = shown.map((id) => runs.find((run) => run.id === id)?.startedAt ?? 0);

    expect(shown).toHaveLength(4);
    expect(startedAt).toEqual([...startedAt].sort((one, other) => other - one));
  });

  it('goes on with More, and keeps its filter', async () => {
    const first = await world.ask('runs -status:running limit:3');
    const more = await world.click(first, 'More');

    expect(runsIn(first)).toHaveLength(3);
    expect(linesOf(first).at(-2)).toBe('3 of 15 shown');
    expect(runsIn(more)).toHaveLength(6);
    expect(runsIn(more).slice(0, 3)).toEqual(runsIn(first));
    expect(smallPrint(more)).toBe('-status:running');
  });

  it('says that there is none, and of what', async () => {
    expect(linesOf(await world.ask('runs name:zzz'))).toEqual(['No run found: named `zzz`', '`name:zzz`']);
    expect(linesOf(await world.ask('任务 名称:zzz', { user: CHINESE }))).toEqual([
      '没有找到任务：名称 `zzz`',
      '`name:zzz`',
    ]);
  });

  it('never shows what PAI hides', async () => {
    expect(linesOf(await world.ask('runs secret'))[0]).toBe('No run found: named `*secret*`');
  });
});

describe('Chinese lists', () => {
  it('hold no Latin word of ours, as Slack stored them', async () => {
    const answers = (await world.slack.messages({ user: CHINESE })).filter(
      ({ isBot, visibleTo }) => isBot && visibleTo === CHINESE,
    );

    expect(answers.length).toBeGreaterThan(CASES.length);
    expect(answers.flatMap(foreignWords)).toEqual([]);
  });
});
