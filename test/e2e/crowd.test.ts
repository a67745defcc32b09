import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { linesOf, startWorld, type World } from '../helpers/world.ts';

const STATUS = 'ListPipelineRunsStatus';
const LISTS = 'ListPipelineRuns';
const REGIONS = ['cn-hangzhou', 'ap-southeast-1'];
const SG = { region: 'ap-southeast-1', workspaceId: '30211' };
const NAMES = ['alfa', 'bravo', 'charlie', 'delta', 'echo', 'foxtrot', 'golf', 'hotel', 'india', 'juliett'];

/**
 * A coalescing window is a turn of the bot's event loop or, while four calls are out in a region, the time until one
 * of them comes back. Forty commands come over one socket and each waits for a `users.info` of its own, so they reach
 * the batcher in many turns, some hundred milliseconds apart on a busy machine. With a PAI that answers at once every
 * turn could rightly have its own call and the bound would say nothing. With one that takes this long all forty have
 * arrived before the first call is back: who asks what is out already must wait for that very call.
 */
const SLOW_MS = 2000;
/** An answer waits for two slow calls at most. */
const PATIENCE = { timeoutMs: 15_000 };

let world: World;
let people: { user: string; isChinese: boolean }[];
/** Made anew for each test: what is remembered of a run would let its second question skip a region. */
let ids: string[];

beforeAll(async () => {
  world = await startWorld({ sandbox: { seed: 40 }, bot: { env: { PAIFLOW_MAX_RPS: '500' } } });
  people = Array.from({ length: 40 }, (_, index) => ({
    user: `U0CROWD${index}`,
    isChinese: index % 4 === 0,
  }));
  for (const { user, isChinese } of people) {
    const locale = isChinese ? 'zh-CN' : 'en-US';
    await world.slack.addUser({ user, name: user.toLowerCase(), locale, channels: ['C0ML'] });
  }
});
afterAll(() => world.stop());

beforeEach(async () => {
  const runs = NAMES.map((name, index) => ({
    name,
    status: index < 3 ? 'Failed' : index < 5 ? 'Succeeded' : 'Running',
    ...(index % 2 === 1 && SG),
  }));
  ids = (await world.slack.createRuns({ runs })).map(({ id }) => id);
  await world.slack.clearJournal();
});
afterEach(() => world.slack.clearFaults({}));

/** The ids of each status call to a region, in the order of the calls. */
async function statusCalls(region: string): Promise<number[]> {
  const calls = await world.slack.journal({ service: 'paiflow', operation: STATUS });
  return calls
    .filter((call) => call.region === region)
    .sort((one, other) => one.at - other.at)
    .map(({ runs = 0 }) => runs);
}

/** Four of the ten ids, not the same for any ten people in a row. */
function fourFor(index: number): number[] {
  return [0, 3, 6, 9].map((step) => (index + step) % NAMES.length);
}

function askForFour() {
  return Promise.all(
    people.map(({ user }, index) =>
      world.ask(
        `status ${fourFor(index)
          .map((each) => ids[each])
          .join(' ')}`,
        { user, ...PATIENCE },
      ),
    ),
  );
}

/** Each person sees their four runs and nobody else's. */
function expectTheirFour(messages: Awaited<ReturnType<typeof askForFour>>): void {
  expect(messages).toHaveLength(people.length);
  for (const [index, message] of messages.entries()) {
    const theirs = fourFor(index).map((each) => NAMES[each] ?? '');
    expect(message.visibleTo).toBe(people[index]?.user);
    expect(NAMES.filter((name) => message.text.includes(` ${name} `))).toEqual([...theirs].sort());
    expect(message.text).toMatch(/^(4 asked, 4 found: |共 4 个，找到 4 个：)/);
  }
}

describe('40 people asking at once', () => {
  it('for the same 10 runs cost at most two status calls a region', async () => {
    await world.slack.addPaiflowFault({ kind: 'slow', operation: STATUS, delayMs: SLOW_MS });

    const messages = await Promise.all(
      people.map(({ user }) => world.ask(`status ${ids.join(' ')}`, { user, ...PATIENCE })),
    );

    for (const [index, message] of messages.entries()) {
      expect(message.visibleTo).toBe(people[index]?.user);
      expect(linesOf(message)[0]).toBe(
        people[index]?.isChinese
          ? '共 10 个，找到 10 个：失败 3，运行中 5，成功 2'
          : '10 asked, 10 found: 3 failed, 5 running, 2 succeeded',
      );
    }
    for (const region of REGIONS) {
      const calls = await statusCalls(region);
      expect(calls.length).toBeLessThanOrEqual(2);
      expect(new Set(calls)).toEqual(new Set([10]));
    }
  });

  it('for 4 of 10 runs each never ask for a run that is out already', async () => {
    await world.slack.addPaiflowFault({ kind: 'slow', operation: STATUS, delayMs: SLOW_MS });

    expectTheirFour(await askForFour());

    for (const region of REGIONS) {
      const calls = await statusCalls(region);
      // Seven people in a row ask for something new. If each of them came in a turn of their own, four calls would go
      // out at once, and what came after them would go together in a fifth.
      expect(calls.length).toBeLessThanOrEqual(5);
      expect(sum(calls)).toBe(10);
    }
  });

  it('for 4 of 10 runs each cost at most two status calls a region while it is busy', async () => {
    await world.slack.addPaiflowFault({ kind: 'slow', operation: STATUS, delayMs: SLOW_MS });
    const others = await world.slack.createRuns({ count: 4, like: { name: 'before-them' } });
    const before = [];
    for (const { id } of others) {
      before.push(await world.slack.command({ user: 'U0MEMBER', channel: 'C0ML', text: `status ${id}` }));
      // One by one: two that come in the same turn share a call, and a place would be free.
      await world.ask('help', { user: 'U0ADMIN', channel: 'C0QUIET' });
    }
    // "Asking PAI…" says that their calls are out.
    await Promise.all(before.map((deed) => world.slack.waitForAnswer(deed)));

    expectTheirFour(await askForFour());

    for (const region of REGIONS) {
      const calls = await statusCalls(region);
      expect(sum(calls.slice(0, 4))).toBe(4);
      const theirs = calls.slice(4);
      expect(theirs.length).toBeLessThanOrEqual(2);
      expect(sum(theirs)).toBe(10);
    }
  });

  it('for a run by its name are all answered, with a list each and at most two status calls', async () => {
    await world.slack.addPaiflowFault({ kind: 'slow', operation: STATUS, delayMs: SLOW_MS });

    const messages = await Promise.all(
      people.map(({ user }) => world.ask('status ctr-daily-train', { user, ...PATIENCE })),
    );

    for (const [index, message] of messages.entries()) {
      expect(message.visibleTo).toBe(people[index]?.user);
      expect(linesOf(message)[0]).toMatch(
        people[index]?.isChinese
          ? /^:arrow_forward: ctr-daily-train 运行中/
          : /^:arrow_forward: ctr-daily-train is running/,
      );
    }
    // A name is looked for in both regions; its run is then asked for where it was found.
    expect(await world.paiCalls(LISTS)).toBeLessThanOrEqual(people.length * REGIONS.length);
    expect((await statusCalls('cn-hangzhou')).length).toBeLessThanOrEqual(2);
    expect(await statusCalls('ap-southeast-1')).toEqual([]);
  });
});

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
