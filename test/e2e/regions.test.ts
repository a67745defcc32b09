import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { NAMED_WORKSPACES } from '../../sandbox/bot.ts';
import type { JournalEntry } from '../../sandbox/client.ts';
import { linesOf, startWorld, type World } from '../helpers/world.ts';

const STATUS = 'ListPipelineRunsStatus';
const SG = { region: 'ap-southeast-1', workspaceId: '30211' };
const PATIENCE = { timeoutMs: 15_000 };

let world: World;
let named: World;

beforeAll(async () => {
  const env = { PAIFLOW_MAX_RPS: '100' };
  [world, named] = await Promise.all([
    startWorld({ sandbox: { seed: 42 }, bot: { env } }),
    startWorld({ sandbox: { seed: 43 }, bot: { env: { ...env, ...NAMED_WORKSPACES } } }),
  ]);
});
afterAll(() => Promise.all([world.stop(), named.stop()]));
beforeEach(() => Promise.all([world.slack.clearJournal(), named.slack.clearJournal()]));
afterEach(() => Promise.all([world.slack.clearFaults({}), named.slack.clearFaults({})]));

async function statusCalls(): Promise<readonly JournalEntry[]> {
  return world.slack.journal({ service: 'paiflow', operation: STATUS });
}

async function askedOf(): Promise<string[]> {
  return (await statusCalls()).map(({ region, runs }) => `${region} ${runs}`).sort();
}

async function makeRuns(where: object, ...names: string[]): Promise<string[]> {
  const outputs = [{ name: 'metrics', type: 'Metrics', node: 'evaluate', value: '{"auc":0.912}' }] as const;
  const runs = names.map((name) => ({ name, status: 'Succeeded', outputs: [...outputs], ...where }));
  return (await world.slack.createRuns({ runs })).map(({ id }) => id);
}

describe('a bare id', () => {
  it('of the second region is asked for in both at once, and from then on where it was found', async () => {
    const [id] = await makeRuns(SG, 'far-away');

    const first = await world.ask(`status ${id}`);
    const calls = await askedOf();
    await world.slack.clearJournal();
    const second = await world.ask(`status ${id}`);

    for (const message of [first, second])
      expect(linesOf(message)[0]).toMatch(/^:white_check_mark: far-away succeeded/);
    expect(calls).toEqual(['ap-southeast-1 1', 'cn-hangzhou 1']);
    expect(await askedOf()).toEqual(['ap-southeast-1 1']);
  });

  it('among others of both regions costs one batch a region, sent at the same time', async () => {
    const near = await makeRuns({}, 'near-1', 'near-2', 'near-3');
    const far = await makeRuns(SG, 'far-1', 'far-2');
    await world.slack.addPaiflowFault({ kind: 'slow', operation: STATUS, delayMs: 500 });

    const first = await world.ask(`status ${[...near, ...far].join(' ')}`);
    const calls = await statusCalls();
    await world.slack.clearJournal();
    await world.ask(`status ${[...near, ...far].join(' ')}`);

    expect(linesOf(first)[0]).toBe('5 asked, 5 found: 5 succeeded');
    expect(calls.map(({ region, runs }) => `${region} ${runs}`).sort()).toEqual([
      'ap-southeast-1 5',
      'cn-hangzhou 5',
    ]);
    const [one, other] = calls;
    // Neither had been answered when the other one came.
    expect(Math.abs((one?.at ?? 0) - (other?.at ?? 0))).toBeLessThan(500);
    expect(await askedOf()).toEqual(['ap-southeast-1 2', 'cn-hangzhou 3']);
  });
});

/** What each question says while the second region is in trouble, and what once it is well again. */
type Row = readonly [question: string, meanwhile: RegExp, afterwards: RegExp];

async function expectPartial(rows: readonly Row[]): Promise<void> {
  const meanwhile = await Promise.all(rows.map(([question]) => world.ask(question, PATIENCE)));
  await world.slack.clearFaults({});
  const afterwards = await Promise.all(rows.map(([question]) => world.ask(question, PATIENCE)));

  for (const [index, [, partial, whole]] of rows.entries()) {
    expect(meanwhile[index]?.text).toMatch(partial);
    expect(afterwards[index]?.text).toMatch(whole);
    expect(afterwards[index]?.text).not.toMatch(/Not shown|could not look|:warning:/);
  }
}

describe('a region that', () => {
  it.each([
    ['hangs', 'hang', 'did not answer', /PAI did not answer within 8 s \(ap-southeast-1\)/],
    [
      'refuses',
      'forbidden',
      'gave no permission',
      /Flowbell's PAI account has no permission for this in ap-southeast-1/,
    ],
    ['is broken', 'http', 'had a fault of its own', /PAI has a fault of its own in ap-southeast-1/],
  ] as const)(
    '%s leaves the other one’s answer, which says so, until it is well again',
    async (_, kind, deed, trouble) => {
      const [near] = await makeRuns({}, `near-${kind}`);
      const [far, out] = await makeRuns(SG, `far-${kind}`, `out-${kind}`);
      await world.slack.addPaiflowFault({ kind, region: SG.region });

      await expectPartial([
        [
          `status ${near} ${far}`,
          new RegExp(`2 asked, 1 found: 1 succeeded[\\s\\S]*Not shown: \`${far}\`\\. ${trouble.source}`),
          /^2 asked, 2 found: 2 succeeded/,
        ],
        [
          'runs',
          new RegExp(`near-${kind}[\\s\\S]*Shown: cn-hangzhou\\. Not shown: ap-southeast-1 ${deed}\\.`),
          new RegExp(`far-${kind}`),
        ],
        [
          'runs workspace:30211',
          new RegExp(`Shown: cn-hangzhou\\. Not shown: ap-southeast-1 ${deed}\\.`),
          new RegExp(`far-${kind}`),
        ],
        [
          '',
          new RegExp(`Shown: cn-hangzhou\\. Not shown: ap-southeast-1 ${deed}\\.`),
          /succeeded since .*[\s\S]*cn-hangzhou, ap-southeast-1/,
        ],
        [
          `status near-${kind}`,
          new RegExp(
            `^\`near-${kind}\` fits one pipeline where I could look[\\s\\S]*Not shown: ap-southeast-1 ${deed}\\.`,
          ),
          new RegExp(`^:white_check_mark: near-${kind} succeeded`),
        ],
        [
          `status far-${kind}`,
          new RegExp(`No run is called \`far-${kind}\`[\\s\\S]*could not look: ap-southeast-1 ${deed}`),
          new RegExp(`^:white_check_mark: far-${kind} succeeded`),
        ],
        [`outputs ${out}`, trouble, /auc/],
      ]);
    },
  );

  it('throttles is waited for while there is time, and else named beside the other one’s answer', async () => {
    // A world of its own: a pause that PAI asks for holds for everything the bot does.
    const own = await startWorld({ sandbox: { seed: 44 }, bot: { env: { PAIFLOW_MAX_RPS: '100' } } });
    try {
      const idsOf = async (...names: string[]) =>
        (await own.slack.runs()).flatMap(({ id, name }) => (names.includes(name) ? [id] : [])).join(' ');
      const throttle = { kind: 'throttle', operation: STATUS, region: SG.region } as const;

      await own.slack.addPaiflowFault({ ...throttle, acsRetryAfterMs: 1000, count: 1 });
      const waited = await own.ask(`status ${await idsOf('geo-backfill', 'cold-start-trial')}`, PATIENCE);
      await own.slack.addPaiflowFault({ ...throttle, acsRetryAfterMs: 20_000 });
      const named = await own.ask(`status ${await idsOf('item-embedding', 'geo-sync')}`, PATIENCE);

      expect(linesOf(waited)[0]).toBe('2 asked, 2 found: 1 terminated, 1 not started');
      expect(linesOf(named)[0]).toMatch(/^\d asked, /);
      expect(named.text).toMatch(/item-embedding running/);
      expect(named.text).toMatch(/:warning: Not shown: .*PAI is limiting our calls/);
    } finally {
      await own.stop();
    }
  });
});

describe('PAI workspaces with short names', () => {
  it('are shown by them, in both languages', async () => {
    const english = await named.ask('runs', PATIENCE);
    const chinese = await named.ask('runs', { user: 'U0OWNER', ...PATIENCE });

    for (const { text } of [english, chinese]) {
      for (const name of ['prod', 'dev', 'sg']) expect(text).toMatch(new RegExp(`· ${name}( |$)`, 'm'));
      expect(text).not.toMatch(/94801|94802|30211/);
    }
    const card = await named.ask('status geo-sync');
    const chineseCard = await named.ask('status geo-sync', { user: 'U0OWNER' });
    expect(linesOf(card)[1]).toContain('sg (ap-southeast-1)');
    expect(linesOf(chineseCard)[1]).toMatch(/sg ?[（(]ap-southeast-1/);
    expect(linesOf(await named.ask('')).at(-1)).toMatch(/^prod, dev, sg · /);
  });

  it.each([
    ['runs workspace:sg', ['ap-southeast-1'], /geo-sync/],
    ['runs workspace:dev', ['cn-hangzhou'], /ctr-backfill/],
    ['runs -workspace:sg', ['cn-hangzhou', 'cn-hangzhou'], /ctr-daily-train/],
    ['runs', ['ap-southeast-1', 'cn-hangzhou', 'cn-hangzhou'], /geo-sync/],
  ])('%s asks only theirs', async (question, regions, shown) => {
    const message = await named.ask(question, PATIENCE);

    expect(message.text).toMatch(shown);
    const calls = await named.slack.journal({ service: 'paiflow', operation: 'ListPipelineRuns' });
    expect(calls.map(({ region }) => region).sort()).toEqual(regions);
  });

  it('name the one that did not answer', async () => {
    await named.slack.addPaiflowFault({ kind: 'forbidden', region: SG.region });

    const english = await named.ask('runs', PATIENCE);
    const chinese = await named.ask('runs', { user: 'U0OWNER', ...PATIENCE });

    expect(english.text).toContain('Shown: prod, dev. Not shown: sg gave no permission.');
    expect(chinese.text).toMatch(/prod、dev.*sg/);
  });
});
