import { describe, expect, it } from 'vitest';
import type { PaiFailure } from '../../src/commands/pai-failure.ts';
import type { StatusAnswer, StatusQuestion } from '../../src/commands/status-question.ts';
import type { Run, RunNode } from '../../src/domain/run.ts';
import type { RunSnapshot } from '../../src/domain/snapshot.ts';
import { type PollPorts, pollRuns } from '../../src/jobs/poll-runs.ts';
import type { ClaimedRun, PollState, RunChange } from '../../src/jobs/watched-runs.ts';
import { paiError } from '../helpers/pai-error.ts';
import { aRun, runId } from '../helpers/runs.ts';
import { claimed, minute, step, told } from './snapshots.ts';

/** What PAI and the store do in one tick, and what they were asked. */
interface Scene {
  readonly due: readonly ClaimedRun[];
  /** The run as PAI's row shows it; left out = missing. */
  readonly rows?: readonly Run[];
  readonly nodes?: readonly RunNode[];
  /** Regions that never answer. */
  readonly silent?: readonly string[];
  readonly lists?: (runId: string) => readonly RunNode[] | Error;
  readonly details?: (runId: string) => Run | Error;
  readonly commitFails?: Error;
  /** Regions that PAI fails for, and how. */
  readonly failing?: Readonly<Record<string, PaiFailure>>;
  /** Runs whose claim is gone by the time of the commit. */
  readonly lost?: readonly string[];
  readonly mostSingleCalls?: number;
}

function stage(scene: Scene) {
  const asked: (readonly StatusQuestion[])[] = [];
  const listed: string[] = [];
  const detailed: string[] = [];
  const committed: RunChange[] = [];
  const released: { runId: string; poll: PollState }[] = [];
  const reported: PaiFailure[] = [];
  const ports: PollPorts = {
    store: {
      claimDueRuns: async () => scene.due,
      commitRun: async (claim, change) => {
        if (scene.lost?.includes(claim.runId)) return 'lost';
        if (scene.commitFails !== undefined) throw scene.commitFails;
        committed.push(change);
        return 'committed';
      },
      releaseRuns: async (runs) => {
        for (const { claim, poll } of runs) released.push({ runId: claim.runId, poll });
      },
    },
    statuses: {
      loadAll: async (questions, { signal }) => {
        asked.push(questions);
        if (scene.silent?.includes(questions[0]?.region ?? '')) await untilAborted(signal);
        return questions.map((question) => answerTo(question, scene));
      },
    },
    runs: {
      listPipelineRunNodeStatus: async (about) => {
        listed.push(about.runId);
        return orThrow(scene.lists?.(about.runId) ?? []);
      },
      getPipelineRun: async (about) => {
        detailed.push(about.runId);
        return orThrow(scene.details?.(about.runId) ?? aRun({ runId: about.runId }));
      },
    },
    mostSingleCalls: scene.mostSingleCalls ?? 10,
    intervalMs: 15_000,
    leaseMs: 45_000,
    batch: 100,
    random: () => 0.5,
    report: (failure) => reported.push(failure),
  };
  return { ports, asked, listed, detailed, committed, released, reported };
}

function answerTo(question: StatusQuestion, { rows = [], nodes = [], failing = {} }: Scene): StatusAnswer {
  const askedAt = minute(1);
  const error = failing[question.region];
  if (error !== undefined) return { kind: 'failed', error };
  if (question.kind === 'run') {
    const run = rows.find((each) => each.runId === question.runId);
    return run === undefined ? { kind: 'missing' } : { kind: 'found', run, askedAt };
  }
  const node = nodes.find((each) => each.nodeId === question.nodeId);
  return node === undefined ? { kind: 'missing' } : { kind: 'found', node, askedAt };
}

function orThrow<T>(value: T | Error): T {
  if (value instanceof Error) throw value;
  return value;
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

function run(number: number, said = 'Running', facts: Partial<Run> = {}): RunSnapshot {
  return told({ runId: runId(number), said, ...facts });
}

const context = { now: minute(1), signal: AbortSignal.timeout(5000) };

describe('a tick', () => {
  it('asks for all due runs of a region and their nodes at work at once', async () => {
    const nodes = [step(1, 'Running'), step(2, 'ReadyToSchedule')];
    const first = told({ runId: runId(1), nodes });
    const scene = stage({
      due: [claimed(first), claimed(run(2))],
      rows: [aRun(), aRun({ runId: runId(2) })],
    });

    await pollRuns(context, scene.ports);

    expect(scene.asked.map((each) => each.map(({ kind }) => kind))).toEqual([['run', 'node', 'run']]);
  });

  it('commits what has changed, gives back what has not, and tells what happened', async () => {
    const scene = stage({
      due: [claimed(run(1)), claimed(run(2)), claimed(run(3))],
      rows: [aRun({ said: 'Failed' }), aRun({ runId: runId(2) })],
    });

    const report = await pollRuns(context, scene.ports);

    expect(scene.committed.map(({ next }) => next.runId)).toEqual([runId(1)]);
    expect(scene.released.map((each) => each.runId).sort()).toEqual([runId(2), runId(3)]);
    expect(report).toEqual({
      seen: 2,
      missing: 1,
      failed: 0,
      changed: 1,
      lost: 0,
      events: ['failed'],
      lagMs: 60_000,
      regions: [{ region: 'cn-hangzhou', answered: 3, failed: 0, changed: 1 }],
    });
  });

  it('lists the nodes of a run that ended in the same look, so that cause and end are told together', async () => {
    const scene = stage({
      due: [claimed(run(1))],
      rows: [aRun({ said: 'Failed' })],
      lists: () => [step(1, 'Failed', { finishedAt: minute(0.5) }), step(2, 'Skipped')],
    });

    const { events } = await pollRuns(context, scene.ports);

    expect(events).toEqual(['node-failed', 'failed']);
  });

  it('lists from the root that is known where the row does not name it', async () => {
    const scene = stage({
      due: [claimed(run(1))],
      rows: [aRun({ said: 'Failed', rootNodeId: undefined })],
      lists: () => [step(1, 'Failed', { finishedAt: minute(0.5) })],
    });

    const { events } = await pollRuns(context, scene.ports);

    expect(events).toEqual(['node-failed', 'failed']);
  });

  it('tells the end at once where the nodes cannot be listed, and lists them in the next look', async () => {
    const scene = stage({
      due: [claimed(run(1))],
      rows: [aRun({ said: 'Failed' })],
      lists: () => paiError('timeout'),
    });

    const { events } = await pollRuns(context, scene.ports);

    expect(events).toEqual(['failed']);
    expect(scene.committed[0]).toMatchObject({ isComplete: false, poll: { isListWanted: true } });
    expect(scene.reported.map(({ kind }) => kind)).toEqual(['timeout']);
  });

  it('believes no run to be back at work before GetPipelineRun says so', async () => {
    const ended = run(1, 'Failed', { finishedAt: minute(0) });
    const stillEnded = aRun({ said: 'Failed', startedAt: minute(0), finishedAt: minute(0) });
    const scene = stage({ due: [claimed(ended)], rows: [aRun()], details: () => stillEnded });

    const { events } = await pollRuns(context, scene.ports);

    expect(scene.detailed).toEqual([runId(1)]);
    expect(events).toEqual([]);
  });

  it('tells a rerun that GetPipelineRun confirms', async () => {
    const ended = run(1, 'Failed', { finishedAt: minute(0) });
    const scene = stage({
      due: [claimed(ended)],
      rows: [aRun()],
      details: () => aRun({ startedAt: minute(0.5) }),
    });

    const { events } = await pollRuns(context, scene.ports);

    expect(events).toEqual(['rerun']);
    expect(scene.committed[0]?.next).toMatchObject({ attempt: 2, startedAt: minute(0.5) });
  });

  it('gives single calls to suspicions and ends before starts, and leaves the others for the next tick', async () => {
    const scene = stage({
      due: [
        claimed(run(1), { listedAt: undefined }),
        claimed(run(2)),
        claimed(run(3, 'Failed', { finishedAt: minute(0) })),
      ],
      rows: [aRun(), aRun({ runId: runId(2), said: 'Failed' }), aRun({ runId: runId(3) })],
      details: () => aRun({ runId: runId(3), said: 'Failed', startedAt: minute(0), finishedAt: minute(0) }),
      mostSingleCalls: 2,
    });

    await pollRuns(context, scene.ports);

    expect(scene.detailed).toEqual([runId(3)]);
    expect(scene.listed).toEqual([runId(2)]);
    expect(scene.released.find((each) => each.runId === runId(1))?.poll.isListWanted).toBe(true);
  });

  it('commits one region while another is silent, and gives the silent one back at its end', async () => {
    const stop = new AbortController();
    const far = told({ runId: runId(2), region: 'ap-southeast-1' });
    const scene = stage({
      due: [claimed(run(1)), claimed(far)],
      rows: [aRun({ said: 'Failed' })],
      silent: ['ap-southeast-1'],
    });

    const ticking = pollRuns({ now: minute(1), signal: stop.signal }, scene.ports);
    await expect.poll(() => scene.committed.length).toBe(1);
    stop.abort();

    await expect(ticking).rejects.toThrow();
    expect(scene.released.find((each) => each.runId === runId(2))?.poll.nextPollAt).toEqual(minute(1));
  });

  it('gives back what the store could not save, due at once, and says so', async () => {
    const failure = new Error('read-only');
    const scene = stage({ due: [claimed(run(1))], rows: [aRun({ said: 'Failed' })], commitFails: failure });

    await expect(pollRuns(context, scene.ports)).rejects.toBe(failure);

    expect(scene.released.map(({ poll }) => poll.nextPollAt)).toEqual([minute(1)]);
  });

  it('does nothing where nothing is due', async () => {
    const scene = stage({ due: [] });

    const report = await pollRuns(context, scene.ports);

    expect(scene.asked).toEqual([]);
    const nothing = { seen: 0, missing: 0, failed: 0, changed: 0, lost: 0, lagMs: 0 };
    expect(report).toEqual({ ...nothing, events: [], regions: [] });
  });
});

describe('the report of a region', () => {
  const far = (number: number) => told({ runId: runId(number), region: 'ap-southeast-1' });

  it('tells how many of its runs PAI answered for, those that it left out too', async () => {
    const scene = stage({ due: [claimed(run(1)), claimed(run(2)), claimed(far(3))], rows: [aRun()] });

    const { regions } = await pollRuns(context, scene.ports);

    expect(regions).toEqual([
      { region: 'cn-hangzhou', answered: 2, failed: 0, changed: 0 },
      { region: 'ap-southeast-1', answered: 1, failed: 0, changed: 0 },
    ]);
  });

  it('tells why PAI gave no answer', async () => {
    const failure = paiError('throttled', 'Throttling.User');
    const scene = stage({
      due: [claimed(run(1)), claimed(far(2)), claimed(far(3))],
      rows: [aRun()],
      failing: { 'ap-southeast-1': failure },
    });

    const { regions, failed } = await pollRuns(context, scene.ports);

    expect(failed).toBe(2);
    expect(regions).toEqual([
      { region: 'cn-hangzhou', answered: 1, failed: 0, changed: 0 },
      { region: 'ap-southeast-1', answered: 0, failed: 2, failure, changed: 0 },
    ]);
  });

  it('counts the runs to which something happened that was committed, and no others', async () => {
    const scene = stage({
      due: [claimed(run(1)), claimed(run(2)), claimed(far(3))],
      rows: [aRun({ said: 'Failed' }), aRun({ runId: runId(2), said: 'Failed' })],
      lost: [runId(2)],
    });

    const { regions, lost } = await pollRuns(context, scene.ports);

    expect(lost).toBe(1);
    expect(regions.map(({ changed }) => changed)).toEqual([1, 0]);
  });
});
