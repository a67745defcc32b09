import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Batcher, type BatcherOptions, createBatcher } from '../../src/paiflow/batcher.ts';
import type { RunsStatusQuery } from '../../src/paiflow/calls.ts';
import { PaiflowError } from '../../src/paiflow/errors.ts';
import type { Answer, Question } from '../../src/paiflow/question.ts';
import type { RunsStatus } from '../../src/paiflow/schema.ts';
import { createPaiDouble, failure, nodeQuestion, type OpenCall, rowOf, runQuestion } from './pai-double.ts';

const LONG = { timeoutMs: 3_600_000 };
const TEN_MINUTES_MS = 600_000;

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-01-02T03:04:05Z') });
});

afterEach(() => {
  // Whoever starts a timer clears it.
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

/** Lets the current turn of the event loop end. */
async function turn(): Promise<void> {
  await vi.advanceTimersByTimeAsync(0);
}

function setUp(options: Partial<BatcherOptions> = {}) {
  const { ask, calls } = createPaiDouble();
  return { calls, batcher: new Batcher({ ask, maxBatch: 4, random: () => 0.5, ...options }) };
}

function runs(names: string, scope = {}): Question[] {
  return [...names].map((name) => runQuestion(name, scope));
}

function kinds(answers: readonly Answer[]): string[] {
  return answers.map((answer) => (answer.kind === 'failed' ? answer.error.kind : answer.kind));
}

/** Fails every call from the given one on that asks for a bad id and answers the others, until there are no more. */
async function refuseFor(
  calls: readonly OpenCall[],
  bad: readonly string[],
  error = failure('refused'),
  from = calls.length,
): Promise<void> {
  await turn();
  for (let next = from; next < calls.length; next++) {
    const call = calls[next];
    if (call?.ids.some((id) => bad.includes(id))) call.fail(error);
    else call?.answer();
    await turn();
  }
}

describe('Batcher', () => {
  describe('grouping', () => {
    it('sends the questions of one turn of the event loop in one call', async () => {
      const { batcher, calls } = setUp();

      const one = batcher.load(runQuestion('a'), LONG);
      const other = Promise.resolve().then(() => batcher.load(runQuestion('b'), LONG));
      await turn();
      calls[0]?.answer();

      expect(await one).toEqual({
        kind: 'found',
        ...rowOf(runQuestion('a')),
        askedAt: new Date('2026-01-02T03:04:05Z'),
      });
      expect((await other).kind).toBe('found');
      expect(calls.map(({ ids }) => ids)).toEqual([['flow-a', 'flow-b']]);
    });

    it('parts regions, PAI workspaces, kinds and output types', async () => {
      const { batcher, calls } = setUp({ maxInFlight: 10 });
      const questions = [
        runQuestion('a'),
        runQuestion('a', { region: 'cn-shanghai' }),
        runQuestion('a', { workspaceId: '1' }),
        runQuestion('a', { workspaceId: '2' }),
        runQuestion('a', { outputType: 'Model' }),
        nodeQuestion('a'),
      ];

      const answers = batcher.loadAll(questions, LONG);
      await turn();
      for (const call of calls) call.answer();

      expect(kinds(await answers)).toEqual(questions.map(() => 'found'));
      expect(calls.map(({ group }) => group)).toEqual([
        { region: 'cn-hangzhou', kind: 'run' },
        { region: 'cn-shanghai', kind: 'run' },
        { region: 'cn-hangzhou', kind: 'run', workspaceId: '1' },
        { region: 'cn-hangzhou', kind: 'run', workspaceId: '2' },
        { region: 'cn-hangzhou', kind: 'run', outputType: 'Model' },
        { region: 'cn-hangzhou', kind: 'node' },
      ]);
    });

    it('asks for each id once, also while its call is out', async () => {
      const { batcher, calls } = setUp();

      const twice = batcher.loadAll(runs('aab'), LONG);
      await turn();
      const later = batcher.loadAll(runs('ba'), LONG);
      await turn();
      calls[0]?.answer(['flow-a']);

      expect(kinds(await twice)).toEqual(['found', 'found', 'missing']);
      expect(kinds(await later)).toEqual(['missing', 'found']);
      expect(calls.map(({ ids }) => ids)).toEqual([['flow-a', 'flow-b']]);
    });

    it('asks anew once an answer was given', async () => {
      const { batcher, calls } = setUp();

      for (const expected of [1, 2]) {
        const answer = batcher.load(runQuestion('a'), LONG);
        await turn();
        calls.at(-1)?.answer();
        await answer;
        expect(calls).toHaveLength(expected);
      }
    });

    it('makes ceil(n / batch) calls and holds no more than allowed at a time', async () => {
      const { batcher, calls } = setUp({ maxInFlight: 2 });

      const answers = batcher.loadAll(runs('abcdefghi'), LONG);
      await turn();
      expect(calls.map(({ ids }) => ids.length)).toEqual([4, 4]);
      calls[1]?.answer();
      await turn();
      calls[0]?.answer();
      calls[2]?.answer();
      await answers;

      expect(calls.map(({ ids }) => ids.length)).toEqual([4, 4, 1]);
    });

    it('holds up no other region when the calls to one hang', async () => {
      const { batcher, calls } = setUp({ maxInFlight: 2, maxBatch: 1 });

      const hanging = batcher.loadAll(runs('abc'), { timeoutMs: 1000 });
      await turn();
      const other = batcher.loadAll(runs('de', { region: 'cn-shanghai' }), LONG);
      await turn();
      expect(calls.map(({ ids }) => ids[0])).toEqual(['flow-a', 'flow-b', 'flow-d', 'flow-e']);
      for (const call of calls.slice(2)) call.answer();

      expect(kinds(await other)).toEqual(['found', 'found']);
      await vi.advanceTimersByTimeAsync(1000);
      expect(kinds(await hanging)).toEqual(['timeout', 'timeout', 'timeout']);
    });

    it('lets halves for a region that hangs hold up no other', async () => {
      const { batcher, calls } = setUp({ maxInFlight: 1 });

      const hanging = batcher.loadAll(runs('ab'), { timeoutMs: 1000 });
      const other = batcher.loadAll(runs('c', { region: 'cn-shanghai' }), LONG);
      await turn();
      calls[0]?.fail(failure('refused'));
      calls[1]?.answer();
      await other;
      const next = batcher.loadAll(runs('d', { region: 'cn-shanghai' }), LONG);
      await turn();
      calls[3]?.answer();

      expect(kinds(await next)).toEqual(['found']);
      await vi.advanceTimersByTimeAsync(1000);
      expect(kinds(await hanging)).toEqual(['timeout', 'timeout']);
      await vi.runAllTimersAsync();
    });

    it('fills up the batches that wait for their turn', async () => {
      const { batcher, calls } = setUp({ maxInFlight: 1 });

      const first = batcher.loadAll(runs('abcde'), LONG);
      await turn();
      const second = batcher.loadAll(runs('fgh'), LONG);
      await turn();
      calls[0]?.answer();
      await turn();
      calls[1]?.answer();
      await Promise.all([first, second]);

      expect(calls[1]?.ids).toEqual(['flow-e', 'flow-f', 'flow-g', 'flow-h']);
    });

    it('serves the group of a region whose first id has waited longest', async () => {
      const { batcher, calls } = setUp({ maxInFlight: 1, maxBatch: 1 });

      const answers = batcher.loadAll(
        [...runs('a'), ...runs('b', { outputType: 'Model' }), ...runs('c')],
        LONG,
      );
      for (const call of [0, 1, 2]) {
        await turn();
        calls[call]?.answer();
      }
      await answers;

      expect(calls.map(({ ids }) => ids[0])).toEqual(['flow-a', 'flow-b', 'flow-c']);
    });

    it('answers no questions with no answers', async () => {
      const { batcher } = setUp();

      await expect(batcher.loadAll([], LONG)).resolves.toEqual([]);
    });
  });

  describe('missing ids', () => {
    it('asks once more without the PAI workspace, all misses of a group together', async () => {
      const { batcher, calls } = setUp({ maxBatch: 2 });

      const answers = batcher.loadAll(runs('abcd', { workspaceId: '1' }), LONG);
      await turn();
      calls[0]?.answer(['flow-a']);
      await turn();
      expect(calls).toHaveLength(2);
      calls[1]?.answer(['flow-c']);
      await turn();
      calls[2]?.answer(['flow-b']);

      expect(kinds(await answers)).toEqual(['found', 'found', 'found', 'missing']);
      expect(calls).toHaveLength(3);
      expect(calls[2]).toMatchObject({
        ids: ['flow-b', 'flow-d'],
        group: { region: 'cn-hangzhou', kind: 'run' },
      });
      expect(calls[2]?.group).not.toHaveProperty('workspaceId');
    });

    it('does not let later questions hold back a second try', async () => {
      const { batcher, calls } = setUp();
      const scope = { workspaceId: '1' };

      const first = batcher.loadAll(runs('a', scope), LONG);
      await turn();
      const second = batcher.loadAll(runs('b', scope), LONG);
      await turn();
      calls[0]?.answer([]);
      await turn();
      const third = batcher.loadAll(runs('c', scope), LONG);
      await turn();
      await turn();
      calls[1]?.answer();
      await turn();
      expect(calls.map(({ ids }) => ids)).toEqual([['flow-a'], ['flow-b'], ['flow-c'], ['flow-a']]);
      calls[3]?.answer();
      calls[2]?.answer();

      expect((await Promise.all([first, second, third])).map(kinds)).toEqual([
        ['found'],
        ['found'],
        ['found'],
      ]);
    });

    it('lets the first answer stand if the question is refused without the PAI workspace', async () => {
      const { batcher, calls } = setUp();

      const answers = batcher.loadAll(runs('ab', { workspaceId: '1' }), LONG);
      await turn();
      calls[0]?.answer([]);
      for (const call of [1, 2, 3]) {
        await turn();
        calls[call]?.fail(failure('refused'));
      }

      expect(kinds(await answers)).toEqual(['missing', 'missing']);
      expect(calls).toHaveLength(4);
    });
  });

  describe('refused ids', () => {
    it('halves a refused batch until the bad id is alone, within the promised number of calls', async () => {
      const { batcher, calls } = setUp({ maxBatch: 100 });
      const names = Array.from({ length: 100 }, (_, index) => `x${index}`);

      const answers = batcher.loadAll(
        names.map((name) => runQuestion(name)),
        LONG,
      );
      await refuseFor(calls, ['flow-x41']);

      expect(kinds(await answers)).toEqual(names.map((name) => (name === 'x41' ? 'refused' : 'found')));
      expect(calls.length).toBeLessThanOrEqual(1 + 2 * Math.ceil(Math.log2(100)));
    });

    it('sets an id aside for ten minutes that spoiled a batch', async () => {
      let now = Date.now();
      const { batcher, calls } = setUp({ now: () => new Date(now) });
      const ask = async (): Promise<string[]> => {
        const answers = batcher.loadAll(runs('ab'), LONG);
        await refuseFor(calls, ['flow-a']);
        return kinds(await answers);
      };

      expect(await ask()).toEqual(['refused', 'found']);
      expect(calls).toHaveLength(3);
      now += TEN_MINUTES_MS - 1;
      expect(await ask()).toEqual(['refused', 'found']);
      expect(calls.slice(3).map(({ ids }) => ids)).toEqual([['flow-b']]);
      now += 1;
      expect(await ask()).toEqual(['refused', 'found']);
      expect(calls).toHaveLength(7);
    });

    it.each([
      ['refused', 'refused'],
      ['not-found', 'missing'],
    ] as const)('asks again for an id that was asked for alone and %s', async (kind, answered) => {
      const { batcher, calls } = setUp();

      for (const time of [1, 2]) {
        const answers = batcher.loadAll(runs('a'), LONG);
        await turn();
        calls.at(-1)?.fail(failure(kind));
        expect(kinds(await answers)).toEqual([answered]);
        expect(calls).toHaveLength(time);
      }
    });

    it('takes an id PAI does not know, and says so by refusing the call, for missing until asked again', async () => {
      const { batcher, calls } = setUp();

      const answers = batcher.loadAll(runs('ab'), LONG);
      await refuseFor(calls, ['flow-a'], failure('not-found'));
      expect(kinds(await answers)).toEqual(['missing', 'found']);
      const again = batcher.loadAll(runs('a'), LONG);
      await turn();
      calls[3]?.answer();

      expect(kinds(await again)).toEqual(['found']);
    });

    it.each([1, 2, 3, 4, 5, 6])('answers every other id beside %i bad ones', async (count) => {
      const { batcher, calls } = setUp({ maxBatch: 100 });
      const names = Array.from({ length: 100 }, (_, index) => `x${index}`);
      // Spread so that every quarter of the batch holds one from the fourth on.
      const bad = [0, 99, 26, 51, 76, 13].slice(0, count).map((index) => `flow-x${index}`);

      const answers = batcher.loadAll(
        names.map((name) => runQuestion(name)),
        LONG,
      );
      await refuseFor(calls, bad);

      expect(kinds(await answers)).toEqual(
        names.map((name) => (bad.includes(`flow-${name}`) ? 'refused' : 'found')),
      );
    });

    it.each(['refused', 'not-found'] as const)(
      'gives up a batch that is %s in every part, after as many calls as a bad id costs, and blames no id',
      async (kind) => {
        const { batcher, calls } = setUp({ maxBatch: 250 });
        const questions = Array.from({ length: 250 }, (_, index) => runQuestion(`x${index}`));
        const all = questions.map(({ runId }) => runId);

        const refused = batcher.loadAll(questions, LONG);
        await refuseFor(calls, all, failure(kind));
        // An id that was asked for alone is known to be missing by HTTP 404.
        expect(new Set(kinds(await refused))).toEqual(
          new Set(kind === 'refused' ? ['question-refused'] : ['missing', 'question-refused']),
        );
        const count = calls.length;
        expect(count).toBeLessThanOrEqual(1 + 2 * Math.ceil(Math.log2(250)));
        const again = batcher.loadAll(questions, LONG);
        await turn();
        calls[count]?.answer();

        expect(new Set(kinds(await again))).toEqual(new Set(['found']));
        expect(calls).toHaveLength(count + 1);
      },
    );

    it('tells the code and the id of the answer by which a batch was refused', async () => {
      const { batcher, calls } = setUp();
      const error = new PaiflowError({
        kind: 'refused',
        operation: 'ListPipelineRunsStatus',
        region: 'cn-hangzhou',
        status: 400,
        code: 'InvalidParameter',
        requestId: '7B-1',
      });

      const answers = batcher.loadAll(runs('abcd'), LONG);
      await refuseFor(calls, ['flow-a', 'flow-b', 'flow-c', 'flow-d'], error);

      const given = { kind: 'question-refused', status: 400, code: 'InvalidParameter', requestId: '7B-1' };
      expect((await answers)[3]).toMatchObject({ kind: 'failed', error: given });
    });

    it.each([
      ['is out', 'cd', 'ab'],
      ['waits', 'ab', 'cd'],
    ])('goes on halving when those have left who asked for a half that %s', async (_, one, other) => {
      const { batcher, calls } = setUp({ maxInFlight: 1 });
      const leaving = new AbortController();

      const answers = [one, other].map((names) =>
        names === 'cd'
          ? batcher.loadAll(runs(names), { ...LONG, signal: leaving.signal }).catch(() => [])
          : batcher.loadAll(runs(names), LONG),
      );
      await turn();
      calls[0]?.fail(failure('refused'));
      await turn();
      leaving.abort();
      await refuseFor(calls, ['flow-a', 'flow-b'], failure('refused'), 1);

      expect((await Promise.all(answers)).flatMap(kinds)).toEqual(['question-refused', 'question-refused']);
    });

    it.each(['before', 'after'])(
      'learns no batch size if an asker left %s the batch was halved',
      async (moment) => {
        const { batcher, calls } = setUp({ maxInFlight: 1 });
        const leaving = new AbortController();

        const first = batcher.loadAll(runs('abc'), LONG);
        const gone = batcher.loadAll(runs('d'), { ...LONG, signal: leaving.signal }).catch(() => 'gone');
        await turn();
        if (moment === 'before') leaving.abort();
        calls[0]?.fail(failure('refused'));
        await turn();
        leaving.abort();
        calls[1]?.answer();
        await turn();
        calls[2]?.answer();
        await Promise.all([first, gone]);
        const second = batcher.loadAll(runs('efgh'), LONG);
        await turn();
        calls[3]?.answer();
        await second;

        expect(calls.map(({ ids }) => ids.length)).toEqual([4, 2, 1, 4]);
      },
    );

    it('learns a smaller batch when both halves of a refused one are accepted, for that region', async () => {
      const { batcher, calls } = setUp({ maxInFlight: 1 });
      const first = batcher.loadAll(runs('abcd'), LONG);
      await turn();
      calls[0]?.fail(failure('refused'));
      await turn();
      calls[1]?.answer();
      await turn();
      calls[2]?.answer();
      await first;

      const second = batcher.loadAll([...runs('efg'), ...runs('hij', { region: 'cn-shanghai' })], LONG);
      for (const call of [3, 4, 5]) {
        await turn();
        calls[call]?.answer();
      }
      await second;

      expect(calls.map(({ ids }) => ids.length)).toEqual([4, 2, 2, 2, 3, 1]);
    });

    it.each([
      'forbidden',
      'wrong-key',
      'wrong-clock',
      'junk',
      'too-large',
      'unavailable',
      'network',
      'timeout',
    ] as const)('does not halve a batch that failed as %s, and forgets it', async (kind) => {
      const { batcher, calls } = setUp();

      const answers = batcher.loadAll(runs('ab'), LONG);
      await turn();
      calls[0]?.fail(failure(kind));
      expect(kinds(await answers)).toEqual([kind, kind]);
      const again = batcher.loadAll(runs('ab'), LONG);
      await turn();
      calls[1]?.answer();

      expect(kinds(await again)).toEqual(['found', 'found']);
      expect(calls).toHaveLength(2);
    });

    it('answers junk if asking fails in an unforeseen way', async () => {
      const { batcher, calls } = setUp();

      const answers = batcher.loadAll(runs('a'), LONG);
      await turn();
      calls[0]?.fail(new TypeError('a fault of ours'));

      expect(kinds(await answers)).toEqual(['junk']);
    });
  });

  describe('throttling', () => {
    it('sends nothing at all until the time PAI names is over, then asks again', async () => {
      const { batcher, calls } = setUp();

      const first = batcher.loadAll(runs('ab'), LONG);
      await turn();
      calls[0]?.fail(failure('throttled', 5000));
      await turn();
      const second = batcher.loadAll(runs('c', { region: 'cn-shanghai' }), LONG);
      await vi.advanceTimersByTimeAsync(4999);
      expect(calls).toHaveLength(1);
      await vi.advanceTimersByTimeAsync(1);
      for (const call of calls.slice(1)) call.answer();

      expect(kinds(await first)).toEqual(['found', 'found']);
      expect(kinds(await second)).toEqual(['found']);
      expect(calls.map(({ ids }) => ids)).toEqual([['flow-a', 'flow-b'], ['flow-a', 'flow-b'], ['flow-c']]);
    });

    it('waits longer and longer, up to a minute, if PAI names no time', async () => {
      const { batcher, calls } = setUp();
      const waitsMs: number[] = [];

      const answers = batcher.loadAll(runs('a'), LONG);
      await turn();
      for (let time = 0; time < 9; time++) {
        const count = calls.length;
        const from = performance.now();
        calls.at(-1)?.fail(failure('throttled'));
        while (calls.length === count) await vi.advanceTimersToNextTimerAsync();
        waitsMs.push(performance.now() - from);
      }
      calls.at(-1)?.answer();
      await answers;

      // Three quarters, as the random number is one half.
      expect(waitsMs).toEqual([750, 1500, 3000, 6000, 12_000, 24_000, 48_000, 60_000, 60_000]);
    });

    it('waits half a second at least, even if PAI says there is no need', async () => {
      const { batcher, calls } = setUp();

      const answers = batcher.loadAll(runs('a'), LONG);
      await turn();
      calls[0]?.fail(failure('throttled', 0));
      await vi.advanceTimersByTimeAsync(499);
      expect(calls).toHaveLength(1);
      await vi.advanceTimersByTimeAsync(1);
      calls[1]?.answer();

      expect(kinds(await answers)).toEqual(['found']);
    });

    it('keeps to the order of asking after throttling', async () => {
      const { batcher, calls } = setUp({ maxInFlight: 2, maxBatch: 1 });

      const answers = batcher.loadAll(runs('abc'), LONG);
      await turn();
      calls[0]?.fail(failure('throttled', 1000));
      await turn();
      calls[1]?.fail(failure('throttled', 1000));
      await vi.advanceTimersByTimeAsync(1000);
      for (const call of calls.slice(2)) call.answer();
      await turn();
      calls[4]?.answer();
      await answers;

      expect(calls.slice(2).map(({ ids }) => ids[0])).toEqual(['flow-a', 'flow-b', 'flow-c']);
    });

    it('starts with small waits again after an answer', async () => {
      const { batcher, calls } = setUp();
      const askThrottled = async (): Promise<number> => {
        const answers = batcher.loadAll(runs('a'), LONG);
        await turn();
        const count = calls.length;
        const from = performance.now();
        calls.at(-1)?.fail(failure('throttled'));
        while (calls.length === count) await vi.advanceTimersToNextTimerAsync();
        calls.at(-1)?.answer();
        await answers;
        return performance.now() - from;
      };

      expect([await askThrottled(), await askThrottled()]).toEqual([750, 750]);
    });

    it('counts calls throttled at the same time as one', async () => {
      const { batcher, calls } = setUp({ maxBatch: 1 });

      const answers = batcher.loadAll(runs('abcd'), LONG);
      await turn();
      for (const call of calls) call.fail(failure('throttled'));
      await vi.advanceTimersByTimeAsync(750);
      expect(calls).toHaveLength(8);
      for (const call of calls.slice(4)) call.answer();

      expect(kinds(await answers)).toEqual(['found', 'found', 'found', 'found']);
    });

    it('goes on halving where it was', async () => {
      const { batcher, calls } = setUp();

      const answers = batcher.loadAll(runs('abcd'), LONG);
      await turn();
      calls[0]?.fail(failure('refused'));
      await turn();
      calls[1]?.fail(failure('throttled', 1000));
      calls[2]?.answer();
      await vi.advanceTimersByTimeAsync(1000);
      calls[3]?.answer();

      expect(kinds(await answers)).toEqual(['found', 'found', 'found', 'found']);
      expect(calls[3]?.ids).toEqual(['flow-a', 'flow-b']);
    });

    it('answers at once who has no time to wait for the gate, asked before or meanwhile', async () => {
      const { batcher, calls } = setUp();

      const hasty = batcher.loadAll(runs('ab'), { timeoutMs: 2000 });
      const patient = batcher.loadAll(runs('ac'), { timeoutMs: 30_001 });
      await turn();
      calls[0]?.fail(failure('throttled', 30_000));
      await turn();
      const from = performance.now();
      const late = batcher.loadAll(runs('ad'), { timeoutMs: 2000 });

      expect(kinds(await hasty)).toEqual(['throttled', 'throttled']);
      expect(kinds(await late)).toEqual(['throttled', 'throttled']);
      expect(performance.now()).toBe(from);
      await vi.advanceTimersByTimeAsync(30_000);
      calls[1]?.answer();
      expect(kinds(await patient)).toEqual(['found', 'found']);
      expect(calls.map(({ ids }) => ids)).toEqual([
        ['flow-a', 'flow-b', 'flow-c'],
        ['flow-a', 'flow-c'],
      ]);
    });

    it('lets who has little time wait for a call that is out, also when joining it', async () => {
      const { batcher, calls } = setUp({ maxBatch: 1 });

      const hasty = batcher.loadAll(runs('ab'), { timeoutMs: 2000 });
      await turn();
      calls[0]?.fail(failure('throttled', 30_000));
      await turn();
      const late = batcher.loadAll(runs('b'), { timeoutMs: 2000 });
      calls[1]?.answer();

      expect(kinds(await hasty)).toEqual(['throttled', 'found']);
      expect(kinds(await late)).toEqual(['found']);
    });

    it('gives the throttling to those whose time is over while others are still out', async () => {
      const { batcher, calls } = setUp();

      const first = batcher.loadAll(runs('a'), { timeoutMs: 2000 });
      await turn();
      calls[0]?.fail(failure('throttled', 1500));
      await vi.advanceTimersByTimeAsync(2000);

      expect(kinds(await first)).toEqual(['throttled']);
      expect(calls[1]?.signal.aborted).toBe(true);
    });
  });

  describe('askers that leave', () => {
    it('gives a time-out to the asker whose time is over and the answer to the others', async () => {
      const { batcher, calls } = setUp();

      const hasty = batcher.loadAll(runs('ab'), { timeoutMs: 1000 });
      const patient = batcher.loadAll(runs('a'), LONG);
      await turn();
      await vi.advanceTimersByTimeAsync(1000);
      expect(kinds(await hasty)).toEqual(['timeout', 'timeout']);
      expect(calls[0]?.signal.aborted).toBe(false);
      calls[0]?.answer();

      expect(kinds(await patient)).toEqual(['found']);
    });

    it('rejects only the asker that aborts', async () => {
      const { batcher, calls } = setUp();
      const leaving = new AbortController();

      const gone = batcher.loadAll(runs('a'), { ...LONG, signal: leaving.signal });
      const rejected = expect(gone).rejects.toMatchObject({ name: 'PaiflowError', kind: 'aborted' });
      const patient = batcher.loadAll(runs('ab'), LONG);
      await turn();
      leaving.abort();
      await rejected;
      calls[0]?.answer();

      expect(kinds(await patient)).toEqual(['found', 'found']);
    });

    it('turns away an asker that has gone already, without a call', async () => {
      const { batcher, calls } = setUp();

      const gone = batcher.loadAll(runs('a'), { ...LONG, signal: AbortSignal.abort() });

      await expect(gone).rejects.toMatchObject({ kind: 'aborted' });
      await turn();
      expect(calls).toHaveLength(0);
    });

    it('does not ask for what nobody waits for any more', async () => {
      const { batcher, calls } = setUp();
      const leaving = new AbortController();

      const gone = batcher.loadAll(runs('a'), { ...LONG, signal: leaving.signal }).catch(() => 'gone');
      const patient = batcher.loadAll(runs('b'), LONG);
      leaving.abort();
      await turn();
      calls[0]?.answer();
      await patient;

      expect(await gone).toBe('gone');
      expect(calls.map(({ ids }) => ids)).toEqual([['flow-b']]);
    });

    it('aborts a call once all of its askers have gone, and asks anew for the next one', async () => {
      const { batcher, calls } = setUp();
      const first = new AbortController();
      const second = new AbortController();

      const gone = [
        batcher.loadAll(runs('a'), { ...LONG, signal: first.signal }),
        batcher.loadAll(runs('b'), { ...LONG, signal: second.signal }),
      ].map((each) => each.catch(() => 'gone'));
      await turn();
      first.abort();
      expect(calls[0]?.signal.aborted).toBe(false);
      second.abort();
      expect(calls[0]?.signal.aborted).toBe(true);
      const next = batcher.loadAll(runs('a'), LONG);
      await turn();
      calls[1]?.answer();

      expect(await Promise.all(gone)).toEqual(['gone', 'gone']);
      expect(kinds(await next)).toEqual(['found']);
    });

    it('answers who asks for an id that was given up while its call was throttled', async () => {
      const { batcher, calls } = setUp();
      const leaving = new AbortController();

      const gone = batcher.loadAll(runs('a'), { ...LONG, signal: leaving.signal }).catch(() => 'gone');
      const patient = batcher.loadAll(runs('b'), LONG);
      await turn();
      leaving.abort();
      calls[0]?.fail(failure('throttled', 1000));
      await turn();
      const next = batcher.loadAll(runs('a'), LONG);
      await vi.advanceTimersByTimeAsync(1000);
      calls[1]?.answer();

      expect(await gone).toBe('gone');
      expect(kinds([...(await patient), ...(await next)])).toEqual(['found', 'found']);
      expect(calls[1]?.ids).toEqual(['flow-b', 'flow-a']);
    });

    it('keeps a call alive for who joins it late', async () => {
      const { batcher, calls } = setUp();
      const leaving = new AbortController();

      const gone = batcher.loadAll(runs('a'), { ...LONG, signal: leaving.signal }).catch(() => 'gone');
      await turn();
      const late = batcher.loadAll(runs('a'), LONG);
      leaving.abort();
      calls[0]?.answer();

      expect(kinds(await late)).toEqual(['found']);
      expect(await gone).toBe('gone');
      expect(calls).toHaveLength(1);
    });
  });

  describe('stop', () => {
    it('aborts the calls, answers everybody and takes no further question', async () => {
      const { batcher, calls } = setUp({ maxInFlight: 1, maxBatch: 1 });

      const open = batcher.loadAll(runs('ab'), LONG);
      await turn();
      batcher.stop();
      batcher.stop();

      expect(kinds(await open)).toEqual(['aborted', 'aborted']);
      expect(calls.map(({ signal }) => signal.aborted)).toEqual([true]);
      expect(kinds(await batcher.loadAll(runs('c'), LONG))).toEqual(['aborted']);
      await turn();
      expect(calls).toHaveLength(1);
    });

    it('ends the wait for the gate', async () => {
      const { batcher, calls } = setUp();

      const open = batcher.loadAll(runs('a'), LONG);
      await turn();
      calls[0]?.fail(failure('throttled', 5000));
      await turn();
      batcher.stop();

      expect(kinds(await open)).toEqual(['aborted']);
    });
  });
});

describe('createBatcher', () => {
  it('asks the client for runs and nodes and joins their outputs', async () => {
    const queries: RunsStatusQuery[] = [];
    const output = { id: 'artifact-1', name: 'm', type: 'Model' };
    const [a, node] = [runQuestion('a', { workspaceId: '1', outputType: 'Model' }), nodeQuestion('n')];
    const [runRow, nodeRow] = [rowOf(a), rowOf(node)];
    const listPipelineRunsStatus = (query: RunsStatusQuery): Promise<RunsStatus> => {
      queries.push(query);
      return Promise.resolve({
        requestId: undefined,
        runs: 'runs' in query && 'run' in runRow ? [runRow.run] : [],
        nodes: 'nodes' in query && 'node' in nodeRow ? [nodeRow.node] : [],
        outputs: [
          { ...output, runId: a.runId },
          { ...output, id: 'artifact-2', runId: runQuestion('b').runId },
        ],
      });
    };
    const batcher = createBatcher({ client: { listPipelineRunsStatus }, maxBatch: 100 });

    const answers = batcher.loadAll([a, node], LONG);
    await turn();

    expect(await answers).toMatchObject([
      { kind: 'found', run: { runId: 'flow-a' }, outputs: [{ id: 'artifact-1' }] },
      { kind: 'found', node: { nodeId: 'node-n' }, outputs: [] },
    ]);
    expect(queries).toMatchObject([
      { region: 'cn-hangzhou', workspaceId: '1', outputType: 'Model', runs: ['flow-a'] },
      { region: 'cn-hangzhou', nodes: [{ runId: 'flow-a', nodeId: 'node-n' }] },
    ]);
  });
});
