import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { NodeId, RunId } from '../../src/domain/target.ts';
import type { Ask } from '../../src/paiflow/ask-status.ts';
import { Batcher } from '../../src/paiflow/batcher.ts';
import { PaiflowError } from '../../src/paiflow/errors.ts';
import {
  type Answer,
  type Group,
  groupKey,
  idOf,
  type Question,
  scopeKey,
  withoutWorkspace,
} from '../../src/paiflow/question.ts';
import { failure, rowOf } from './pai-double.ts';

/*
 * A made-up PAI in which every id has a fate, and a naive model that asks it one id per call. The batcher has to give
 * the same answers, whatever the order of the replies, and no more calls than promised.
 */

type Fate = 'found' | 'missing' | 'found-without-workspace' | 'refused';

interface World {
  readonly maxBatch: number;
  readonly maxInFlight: number;
  /** By the number in an id. */
  readonly fates: readonly Fate[];
  /** Numbers of the calls PAI throttles, counted from 0. */
  readonly throttled: readonly number[];
  /** How long the calls take, over and over. */
  readonly delaysMs: readonly number[];
  readonly retryAfterMs: number | undefined;
}

const REGIONS = ['cn-hangzhou', 'cn-shanghai'] as const;
const TIMEOUT_MS = 24 * 3_600_000;

const world: fc.Arbitrary<World> = fc.record({
  maxBatch: fc.integer({ min: 1, max: 8 }),
  maxInFlight: fc.integer({ min: 1, max: 4 }),
  fates: fc.array(
    fc.oneof(
      { weight: 6, arbitrary: fc.constant<Fate>('found') },
      { weight: 2, arbitrary: fc.constant<Fate>('missing') },
      { weight: 1, arbitrary: fc.constant<Fate>('found-without-workspace') },
      { weight: 1, arbitrary: fc.constant<Fate>('refused') },
    ),
    { minLength: 1, maxLength: 24 },
  ),
  throttled: fc.uniqueArray(fc.nat(12), { maxLength: 4 }),
  delaysMs: fc.array(fc.nat(500), { minLength: 1, maxLength: 7 }),
  retryAfterMs: fc.option(fc.nat(3000), { nil: undefined }),
});

/** In one world a region and kind is asked either with its PAI workspace or without, so that calls can be counted exactly. */
const question = (size: number): fc.Arbitrary<Question> =>
  fc
    .record({
      number: fc.nat(size - 1),
      region: fc.constantFrom(...REGIONS),
      isRun: fc.boolean(),
    })
    .map(({ number, region, isRun }): Question => {
      const workspace = region === 'cn-hangzhou' ? { workspaceId: '94801' } : {};
      const runId = `flow-${number}` as RunId;
      return isRun
        ? { kind: 'run', region, runId, ...workspace }
        : { kind: 'node', region, runId, nodeId: `node-${number}` as NodeId, ...workspace };
    });

function fateOf({ fates }: World, asked: Question, group: Group): Fate {
  const fate = fates[Number(asked.runId.slice('flow-'.length))] ?? 'missing';
  if (fate !== 'found-without-workspace') return fate;
  return group.workspaceId === undefined ? 'found' : 'missing';
}

/** What one call about one id comes to in the end, by the rules as the design tells them and if no batch is given up. */
function naiveAnswer(asked: Question, given: World): string {
  const fate = fateOf(given, asked, asked);
  if (fate !== 'missing' || asked.workspaceId === undefined) return fate;
  const { workspaceId: _, ...without } = asked;
  const second = fateOf(given, without, without);
  return second === 'refused' ? 'missing' : second;
}

function describeAnswer(answer: Answer | undefined): string | undefined {
  return answer?.kind === 'failed' ? answer.error.kind : answer?.kind;
}

/** A PAI of that world, which also watches over the rules that hold for every call. */
function createPai(given: World) {
  const calls: { readonly group: Group; readonly ids: readonly string[] }[] = [];
  const inFlight = new Map<readonly string[], string>();
  let closedUntilMs = Number.NEGATIVE_INFINITY;
  const broken: string[] = [];

  const ask: Ask = async (group, questions, { signal }) => {
    const number = calls.length;
    const ids = questions.map((each) => `${groupKey(group)} ${idOf(each)}`);
    calls.push({ group, ids });
    if (questions.length > given.maxBatch) broken.push('a batch is too big');
    if (new Set(ids).size < ids.length) broken.push('an id is twice in a call');
    if (ids.some((id) => [...inFlight.keys()].flat().includes(id)))
      broken.push('an id is in two calls at once');
    if (questions.some((each) => groupKey(each) !== groupKey(group))) broken.push('groups are mixed');
    if (performance.now() < closedUntilMs) broken.push('a call is made while PAI throttles');
    inFlight.set(ids, group.region);
    const regions = [...inFlight.values()].filter((region) => region === group.region);
    if (regions.length > given.maxInFlight) broken.push('too many calls at once');
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(resolve, given.delaysMs[number % given.delaysMs.length]);
      signal.addEventListener('abort', () => {
        clearTimeout(timer);
        reject(failure('aborted'));
      });
    }).finally(() => inFlight.delete(ids));
    if (given.throttled.includes(number)) {
      closedUntilMs = Math.max(closedUntilMs, performance.now() + (given.retryAfterMs ?? 500));
      throw failure('throttled', given.retryAfterMs);
    }
    const fates = questions.map((each) => fateOf(given, each, group));
    if (fates.includes('refused')) throw failure('refused');
    return new Map(
      questions.flatMap((each, index) => (fates[index] === 'found' ? [[idOf(each), rowOf(each)]] : [])),
    );
  };

  return { ask, calls, broken };
}

/** How many calls halving adds to a call about these ids, if none of it is given up. */
function halvingCalls(isRefused: readonly boolean[]): number {
  if (isRefused.length < 2 || !isRefused.includes(true)) return 0;
  return 2 + halves(isRefused).reduce((sum, half) => sum + halvingCalls(half), 0);
}

function halves<T>(list: readonly T[]): [readonly T[], readonly T[]] {
  const middle = Math.ceil(list.length / 2);
  return [list.slice(0, middle), list.slice(middle)];
}

/** How many calls it takes to give a batch up in which no part is accepted; nothing if some part is. */
function callsToGiveUp(isRefused: readonly boolean[], maxBatch: number): number | undefined {
  if (isRefused.length < 2 || !isRefused.includes(true)) return undefined;
  const most = 1 + 2 * Math.ceil(Math.log2(maxBatch));
  let waiting = [isRefused];
  for (let calls = 1; ; calls += 2) {
    const divisible = waiting.filter(({ length }) => length > 1);
    const smallest = divisible.find(({ length }) => divisible.every((other) => other.length >= length));
    if (smallest === undefined || calls >= most) return calls;
    if (halves(smallest).some((half) => !half.includes(true))) return undefined;
    // Halves keep the place of the whole, so that whoever asked first goes first.
    waiting = waiting.flatMap((part) => (part === smallest ? halves(part) : [part]));
  }
}

/** What is promised for questions asked in one turn of the event loop, without throttling. */
interface Promised {
  /** As `describeAnswer` tells it. */
  answerTo(asked: Question): string;
  readonly calls: number;
}

function promise(questions: readonly Question[], given: World): Promised {
  const givenUp = new Set<string>();
  let calls = 0;
  for (const group of groupsOf(questions).values()) {
    const asked = [...new Map(group.map((each) => [idOf(each), each])).values()];
    const firsts = cut(asked, given.maxBatch);
    const hasWorkspace = group[0]?.workspaceId !== undefined;
    const missed = asked.filter((each) => hasWorkspace && fateOf(given, each, each) === 'missing');
    for (const batch of [...firsts, ...cut(missed.map(withoutWorkspace), given.maxBatch)]) {
      const isRefused = batch.map((each) => fateOf(given, each, each) === 'refused');
      const wasted = callsToGiveUp(isRefused, given.maxBatch);
      calls += wasted ?? 1 + halvingCalls(isRefused);
      if (wasted !== undefined) for (const each of batch) givenUp.add(nameOf(each));
    }
  }
  return {
    calls,
    answerTo: (asked) => (givenUp.has(nameOf(asked)) ? 'question-refused' : naiveAnswer(asked, given)),
  };
}

function nameOf(asked: Question): string {
  return `${groupKey(asked)} ${idOf(asked)}`;
}

function cut<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) =>
    list.slice(index * size, (index + 1) * size),
  );
}

function groupsOf(questions: readonly Question[]): Map<string, Question[]> {
  const groups = new Map<string, Question[]>();
  for (const each of questions) groups.set(scopeKey(each), [...(groups.get(scopeKey(each)) ?? []), each]);
  return groups;
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('Batcher against a naive model', () => {
  it('gives the same answers with exactly the promised number of calls', async () => {
    const scenario = world.chain((given) =>
      fc.tuple(
        fc.constant(given),
        fc.array(fc.array(question(given.fates.length), { maxLength: 30 }), { maxLength: 4 }),
      ),
    );

    await fc.assert(
      fc.asyncProperty(scenario, async ([given, askers]) => {
        const { ask, calls, broken } = createPai(given);
        const batcher = new Batcher({ ask, ...given, random: () => 0.5 });

        const loads = Promise.all(askers.map((asked) => batcher.loadAll(asked, { timeoutMs: TIMEOUT_MS })));
        await vi.runAllTimersAsync();
        const answers = await loads;

        const promised = promise(askers.flat(), given);
        expect(answers.map((each) => each.map(describeAnswer))).toEqual(
          askers.map((asked) => asked.map(promised.answerTo)),
        );
        const throttled = given.throttled.filter((number) => number < calls.length).length;
        expect(calls.length).toBe(promised.calls + throttled);
        expect(broken).toEqual([]);
        expect(vi.getTimerCount()).toBe(0);
      }),
      { numRuns: 150 },
    );
  });

  it('gives the same answers to whoever comes, leaves or asks again at any time', async () => {
    const asker = (size: number) =>
      fc.record({
        atMs: fc.nat(2000),
        asked: fc.array(question(size), { minLength: 1, maxLength: 12 }),
        leavesAfterMs: fc.option(fc.nat(1500), { nil: undefined }),
      });
    const scenario = world.chain((given) =>
      fc.tuple(fc.constant(given), fc.array(asker(given.fates.length), { minLength: 1, maxLength: 8 })),
    );

    await fc.assert(
      fc.asyncProperty(scenario, async ([given, askers]) => {
        const { ask, calls, broken } = createPai(given);
        const batcher = new Batcher({ ask, ...given, random: () => 0.5 });

        const loads = askers.map(async ({ atMs, asked, leavesAfterMs }) => {
          await new Promise((resolve) => setTimeout(resolve, atMs));
          const leaving = new AbortController();
          if (leavesAfterMs !== undefined) setTimeout(() => leaving.abort(), leavesAfterMs);
          return batcher
            .loadAll(asked, { timeoutMs: TIMEOUT_MS, signal: leaving.signal })
            .catch((error: unknown) => {
              expect(error).toBeInstanceOf(PaiflowError);
              expect(leaving.signal.aborted).toBe(true);
              return undefined;
            });
        });
        await vi.runAllTimersAsync();
        const answers = await Promise.all(loads);

        for (const [index, { asked, leavesAfterMs }] of askers.entries()) {
          const answered = answers[index];
          if (answered === undefined) expect(leavesAfterMs).toBeDefined();
          else
            for (const [at, each] of asked.entries()) {
              // Which ids share a batch is up to chance here, so one with bad ids in it may be given up.
              const isGivenUp =
                given.fates.includes('refused') && describeAnswer(answered[at]) === 'question-refused';
              if (!isGivenUp) expect(describeAnswer(answered[at])).toBe(naiveAnswer(each, given));
            }
        }
        // Asked one by one, each question costs two calls at most, and halving doubles what a batch costs.
        expect(calls.length).toBeLessThanOrEqual(
          4 * askers.flatMap(({ asked }) => asked).length + given.throttled.length,
        );
        expect(broken).toEqual([]);
        expect(vi.getTimerCount()).toBe(0);
      }),
      { numRuns: 150 },
    );
  });
});
