import { describe, expect, it } from 'vitest';
import { Journal } from '../../../sandbox/journal.ts';
import type { HistoryEntry } from '../../../sandbox/paiflow/history.ts';
import { createPaiflow } from '../../../sandbox/paiflow/paiflow.ts';
import { PAIFLOW_DEFAULTS } from '../../../sandbox/paiflow/settings.ts';
import { STORY_MS } from './script.ts';
import { createHandClock, createStage } from './stage.ts';
import { makeStory } from './story.ts';

const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 5);
const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1);

function stageOf(seed: number) {
  const clock = createHandClock(START);
  const settings = structuredClone(PAIFLOW_DEFAULTS);
  const paiflow = createPaiflow({ settings, journal: new Journal(), seed: 1, now: clock.now });
  return { clock, stage: createStage(makeStory(seed), { paiflow, clock }) };
}

/** The history of a whole story by run, times in milliseconds of the story. */
function playedRuns(seed: number): readonly (readonly HistoryEntry[])[] {
  const { stage } = stageOf(seed);
  stage.advance(STORY_MS);
  const history = stage.history().map((change) => ({ ...change, at: change.at - START }));
  return stage.runIds.map((id) => history.filter(({ runId }) => runId === id));
}

/** How long the run had each status, in its order. */
function statusesOf(changes: readonly HistoryEntry[]) {
  const states = changes.filter((change) => change.kind === 'run');
  return states.map(({ status, attempt, at }, index) => ({
    status,
    attempt,
    at,
    lastsMs: (states[index + 1]?.at ?? STORY_MS) - at,
  }));
}

const ENDS = ['Succeeded', 'Failed', 'Terminated', 'Skipped'];
const WAITING = ['Initialized', 'Starting', 'WorkflowServiceStarting', 'Warming'];

describe('makeStory', () => {
  it('makes the same story of the same seed, and another one of another', () => {
    expect(makeStory(7)).toEqual(makeStory(7));
    expect(makeStory(7).steps).not.toEqual(makeStory(8).steps);
  });

  it.each(SEEDS)('does all that can become of runs in story %i', (seed) => {
    const changes = playedRuns(seed).flat();
    const words = new Set(changes.map((change) => (change.kind === 'run' ? change.status : change.kind)));

    expect([...words]).toEqual(
      expect.arrayContaining([
        ...['Initialized', 'Running', 'Suspended', 'Succeeded', 'Failed', 'Terminating', 'Terminated'],
        ...['Skipped', 'rerun', 'deletion', 'visibility', 'node'],
      ]),
    );
    expect(Math.max(...changes.map(({ attempt }) => attempt))).toBe(3);
  });

  it.each(SEEDS)('leaves time in story %i for whatever has to be noticed', (seed) => {
    const tooShort = playedRuns(seed).flatMap((changes) =>
      statusesOf(changes)
        .filter((state, index, all) => state.lastsMs < leastMs(state, all[index - 1]))
        .map(({ status, at }) => `${changes[0]?.runId} is ${status} too shortly at ${at}`),
    );

    expect(tooShort).toEqual([]);
  });

  type State = ReturnType<typeof statusesOf>[number];

  function leastMs({ status, lastsMs }: State, before: State | undefined): number {
    if (ENDS.includes(status)) return 7 * MINUTE;
    if (status === 'Suspended' || before?.status === 'Suspended') return 2 * MINUTE;
    const isStart = status === 'Running' && WAITING.includes(before?.status ?? status);
    const isMissable = lastsMs <= MINUTE / 2;
    return isStart && !isMissable ? 3 * MINUTE : 0;
  }

  it.each(SEEDS)('lets no rerun of story %i last less than seven minutes', (seed) => {
    const lengths = playedRuns(seed).flatMap((changes) =>
      changes.flatMap((change) => {
        const end = statusesOf(changes).find(
          ({ status, attempt }) => attempt === change.attempt && ENDS.includes(status),
        );
        return change.kind === 'rerun' ? [(end?.at ?? STORY_MS) - change.at] : [];
      }),
    );

    expect(lengths.length).toBeGreaterThan(4);
    expect(Math.min(...lengths)).toBeGreaterThanOrEqual(7 * MINUTE);
  });

  it.each(SEEDS)('deletes in story %i only what is at rest for a while', (seed) => {
    for (const changes of playedRuns(seed)) {
      const deletion = changes.find(({ kind }) => kind === 'deletion');
      if (deletion === undefined) continue;
      const last = statusesOf(changes).at(-1);

      expect([...ENDS, 'Initialized']).toContain(last?.status);
      expect(deletion.at - (last?.at ?? 0)).toBeGreaterThan(6 * MINUTE);
      expect(changes.at(-1)).toBe(deletion);
    }
  });

  it.each(SEEDS)('hides one run of story %i for half an hour and another one for minutes', (seed) => {
    const hidden = playedRuns(seed).flatMap((changes) => {
      const [from, until] = changes.filter(({ kind }) => kind === 'visibility');
      return from === undefined || until === undefined ? [] : [until.at - from.at];
    });
    const [short = 0, long = 0] = hidden.sort((a, b) => a - b);

    expect(hidden).toHaveLength(2);
    expect(short).toBeLessThanOrEqual(4 * MINUTE);
    expect(long).toBe(30 * MINUTE);
  });

  it.each(SEEDS)('ends in story %i in ten quiet minutes', (seed) => {
    const last = Math.max(...playedRuns(seed).map((changes) => changes.at(-1)?.at ?? 0));

    expect(last).toBeLessThanOrEqual(50 * MINUTE);
  });

  it.each(SEEDS)('gives each run of story %i five to twelve nodes, some of them late', (seed) => {
    const runs = playedRuns(seed);
    const counts = makeStory(seed).runs.map(({ parts }) => countParts(parts));
    const late = runs.flat().filter((change) => change.kind === 'node' && /round|deep/.test(change.name));

    expect(Math.min(...counts)).toBeGreaterThanOrEqual(5);
    expect(Math.max(...counts)).toBeLessThanOrEqual(12);
    expect(Math.min(...late.map(({ at }) => at))).toBeGreaterThan(0);
  });

  function countParts(parts: ReturnType<typeof makeStory>['runs'][number]['parts']): number {
    return parts.reduce((sum, part) => sum + 1 + countParts(part.parts), 0);
  }

  it.each(SEEDS)('ends each node of story %i once an attempt, before its run', (seed) => {
    for (const changes of playedRuns(seed)) {
      const ended = new Set<string>();
      for (const change of changes) {
        if (change.kind === 'rerun') ended.clear();
        if (change.kind === 'run') expect(ended, change.status).not.toContain('run');
        if (change.kind === 'run' && ENDS.includes(change.status)) ended.add('run');
        if (change.kind !== 'node') continue;
        expect(ended, change.name).not.toContain(change.nodeId);
        expect(ended, change.name).not.toContain('run');
        if (ENDS.includes(change.status)) ended.add(change.nodeId);
      }
    }
  });
});

describe('createStage', () => {
  it('does what is due at its own time, however large the steps of the clock', () => {
    const small = stageOf(3);
    const large = stageOf(3);

    for (let atMs = 0; atMs <= STORY_MS; atMs += 1000) small.stage.advance(atMs);
    large.stage.advance(STORY_MS);

    expect(small.stage.history()).toEqual(large.stage.history());
    expect(large.clock.now()).toBe(START + STORY_MS);
  });
});
