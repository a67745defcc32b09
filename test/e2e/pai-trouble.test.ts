import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DeedInput } from '../../sandbox/control-schema.ts';
import { closedPort } from '../helpers/closed-port.ts';
import { buttonsOf, linesOf, startWorld, type World } from '../helpers/world.ts';

const CANARY = 'canary-in-the-vendor-sentence';
let world: World;
let id: string;

beforeAll(async () => {
  world = await startWorld({ bot: { env: { PAIFLOW_REGIONS: 'cn-hangzhou', PAIFLOW_MAX_RPS: '100' } } });
  id = (await world.slack.runs({ name: 'ctr-daily-train' }))[0]?.id ?? '';
});
afterAll(() => world.stop());
beforeEach(() => world.slack.clearFaults({}));

type Trouble = readonly [
  what: string,
  fault: DeedInput<'addPaiflowFault'>,
  sentence: RegExp,
  small: RegExp | undefined,
];

const TROUBLES: readonly Trouble[] = [
  [
    'down (cut connections)',
    { kind: 'reset' },
    /I can't reach PAI in cn-hangzhou: network or proxy/,
    undefined,
  ],
  ['broken (503)', { kind: 'http', status: 503 }, /PAI has a fault of its own in cn-hangzhou/, undefined],
  ['hanging', { kind: 'hang' }, /PAI did not answer within 8 s \(cn-hangzhou\)/, undefined],
  ['junk (a web page)', { kind: 'junk', body: 'html' }, /PAI sent an answer I can't read/, undefined],
  ['junk (cut JSON)', { kind: 'junk', body: 'cut' }, /PAI sent an answer I can't read/, undefined],
  [
    'refusing the clock',
    { kind: 'wrongClock', message: CANARY },
    /Flowbell's clock is off by more than 15 minutes/,
    /`InvalidTimeStamp.Expired` · `[\w-]+`/,
  ],
  [
    'refusing the key',
    { kind: 'wrongKey', message: CANARY },
    /PAI does not accept Flowbell's AccessKey/,
    /`InvalidAccessKeyId.NotFound` · `[\w-]+`/,
  ],
  [
    'refusing the permission',
    { kind: 'forbidden', message: CANARY },
    /Flowbell's PAI account has no permission for this in cn-hangzhou/,
    /`NoPermission` · `[\w-]+`/,
  ],
];

describe('while PAI is', () => {
  it.each(TROUBLES)(
    '%s, the person is told so within 10 s, and the next question is answered',
    async (_what, fault, sentence, small) => {
      await world.slack.addPaiflowFault(fault);

      const told = await world.ask(`status ${id}`, { timeoutMs: 10_000 });
      await world.slack.clearFaults({});

      expect(told.text).toMatch(sentence);
      if (small) expect(linesOf(told).at(-1)).toMatch(small);
      expect(told.text).not.toContain(CANARY);
      expect(linesOf(await world.ask(`status ${id}`, { timeoutMs: 10_000 }))[0]).toContain(
        'ctr-daily-train is running',
      );
    },
  );
});

describe('while PAI throttles', () => {
  it('with 400, 429 or 503, the person is told so within 10 s', async () => {
    const answers = [
      { status: 400, acsRetryAfterMs: 500 },
      { status: 429, retryAfterSec: 3600 },
      { status: 503 },
    ] as const;

    // A world each: a pause that PAI asks for holds for everything the bot does.
    await Promise.all(
      answers.map(async (answer) => {
        const own = await startWorld({ bot: { env: { PAIFLOW_REGIONS: 'cn-hangzhou' } } });
        try {
          await own.slack.addPaiflowFault({ kind: 'throttle', message: CANARY, ...answer });
          const told = await own.ask(`status ${id}`, { timeoutMs: 10_000 });

          expect(told.text).toContain('PAI is limiting our calls (rate limit)');
          expect(told.text).not.toContain(CANARY);
          expect(linesOf(told).at(-1)).toMatch(/^`Throttling.User` · `[\w-]+`$/);
          expect(linesOf(await own.ask('help'))[0]).toContain('Ask');
        } finally {
          await own.stop();
        }
      }),
    );
  });

  it('a question that still has time waits and is answered', async () => {
    const fresh = await startWorld({ bot: { env: { PAIFLOW_REGIONS: 'cn-hangzhou' } } });
    try {
      await fresh.slack.addPaiflowFault({
        kind: 'throttle',
        operation: 'ListPipelineRunsStatus',
        acsRetryAfterMs: 300,
        count: 2,
      });
      const run = (await fresh.slack.runs({ name: 'ctr-daily-train' }))[0];

      const message = await fresh.ask(`status ${run?.id}`, { timeoutMs: 10_000 });

      expect(linesOf(message)[0]).toContain('ctr-daily-train is running');
    } finally {
      await fresh.stop();
    }
  });
});

describe('with settings that PAI does not take', () => {
  it.each([
    [
      'a wrong secret',
      { ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'not-the-secret' },
      /PAI does not accept Flowbell's AccessKey/,
    ],
    [
      'no key at all',
      { ALIBABA_CLOUD_ACCESS_KEY_ID: 'LTAIunknownkey12345' },
      /PAI does not accept Flowbell's AccessKey/,
    ],
  ])('%s is told in words', async (_what, env, sentence) => {
    const wrong = await startWorld({ bot: { env: { PAIFLOW_REGIONS: 'cn-hangzhou', ...env } } });
    try {
      expect((await wrong.ask(`status ${id}`, { timeoutMs: 10_000 })).text).toMatch(sentence);
    } finally {
      await wrong.stop();
    }
  });

  it('an address where nobody listens is told as unreachable', async () => {
    const closed = await startWorld({
      bot: { env: { PAIFLOW_ENDPOINT: `http://127.0.0.1:${await closedPort()}` } },
    });
    try {
      const told = await closed.ask(`status ${id}`, { timeoutMs: 10_000 });

      expect(told.text).toContain("I can't reach PAI in cn-hangzhou, ap-southeast-1: network or proxy");
    } finally {
      await closed.stop();
    }
  });

  it('a clock that is an hour off is told as such', async () => {
    const late = await startWorld({ sandbox: { paiflow: { clockSkewMs: 3_600_000 } } });
    try {
      expect((await late.ask(`status ${id}`)).text).toMatch(/clock is off by more than 15 minutes/);
    } finally {
      await late.stop();
    }
  });
});

describe('one silent region of two', () => {
  it('costs a run of the other neither time nor details', async () => {
    const two = await startWorld({ bot: { env: { PAIFLOW_MAX_RPS: '100' } } });
    try {
      await two.slack.addPaiflowFault({ kind: 'hang', region: 'ap-southeast-1' });

      // Less than the 8 s that the silent region is given.
      const message = await two.ask(`status ${id}`, { timeoutMs: 5000 });

      expect(linesOf(message)[0]).toContain('ctr-daily-train is running: 1 of 5 nodes done');
    } finally {
      await two.stop();
    }
  });

  it('is named when something was not found elsewhere', async () => {
    const two = await startWorld({ bot: { env: { PAIFLOW_MAX_RPS: '100' } } });
    try {
      await two.slack.addPaiflowFault({ kind: 'hang', region: 'ap-southeast-1' });

      const message = await two.ask(`status ${id} flow-nobodyknows000`, { timeoutMs: 12_000 });

      expect(linesOf(message)[1]).toContain('ctr-daily-train running 1 of 5 nodes');
      expect(message.text).toContain(
        'Not shown: `flow-nobodyknows000`. PAI did not answer within 8 s (ap-southeast-1).',
      );
    } finally {
      await two.stop();
    }
  });
});

describe('a slow PAI', () => {
  it('is announced after a second, and the answer takes the place of that', async () => {
    await world.slack.addPaiflowFault({
      kind: 'slow',
      delayMs: 1800,
      operation: 'ListPipelineRunsStatus',
      count: 1,
    });

    const message = await world.ask(`status ${id}`, { timeoutMs: 10_000 });

    expect(linesOf(message)[0]).toContain('ctr-daily-train is running');
    expect(message.history.map(({ text }) => text)).toEqual(['Asking PAI…']);
  });

  it('is announced in place of the notice whose button was pressed, and nothing is left behind', async () => {
    const notice = await world.ask(`statsu ${id}`);
    await world.slack.addPaiflowFault({
      kind: 'slow',
      delayMs: 1800,
      operation: 'ListPipelineRunsStatus',
      count: 1,
    });
    const before = (await world.slack.messages({ user: 'U0MEMBER' })).length;

    const answered = await world.click(notice, buttonsOf(notice)[0] ?? '');

    expect(answered.id).toBe(notice.id);
    expect(linesOf(answered)[0]).toContain('ctr-daily-train is running');
    expect(await world.slack.messages({ user: 'U0MEMBER' })).toHaveLength(before);
  });
});
