import { afterEach, describe, expect, it, vi } from 'vitest';
import type { StatusAnswer } from '../../src/commands/status-question.ts';
import type { ToldEvent } from '../../src/domain/delivery.ts';
import type { EventKind } from '../../src/domain/event.ts';
import type { Output } from '../../src/domain/run.ts';
import { detailsOf as detailed, type EventDetailsPorts } from '../../src/jobs/event-details.ts';
import { paiError } from '../helpers/pai-error.ts';
import { aRun, nodeId } from '../helpers/runs.ts';
import { minute } from './snapshots.ts';
import { anEvent } from './telling-scene.ts';

const NOTHING = { tail: [], hidden: 0, hasLog: false, outputs: [] };
const NODE = { nodeId: nodeId(4), name: 'train', isFirstFailed: true };
/** Made for these tests, and nobody's. */
const CANARY = 'canary-7f3a9c51d2e8';

const output = (type: string, name: string, value: unknown): Output => ({
  id: `art-${name}`,
  type,
  name,
  value,
});

interface Pai {
  /** Lines of every node's log, or how reading it fails. */
  readonly log?: readonly string[] | Error;
  /** PAI's hint, or how GetPipelineRun fails. */
  readonly hint?: string | Error;
  readonly answers?: readonly StatusAnswer[] | Error;
}

function stage({ log = [], hint, answers = [] }: Pai = {}) {
  const called: string[] = [];
  const ports: EventDetailsPorts = {
    logs: {
      listPipelineRunNodeLogs: async ({ nodeId: about, offset, pageSize }) => {
        called.push(`log ${about}`);
        if (log instanceof Error) throw log;
        return { totalCount: log.length, lines: log.slice(offset, offset + pageSize) };
      },
    },
    runs: {
      getPipelineRun: async () => {
        called.push('run');
        if (hint instanceof Error) throw hint;
        return aRun({ said: 'Failed', message: hint });
      },
      listPipelineRunNodeStatus: async () => [],
    },
    statuses: {
      loadAll: async (questions) => {
        called.push(...questions.map(({ outputType }) => `outputs ${outputType}`));
        if (answers instanceof Error) throw answers;
        return answers;
      },
    },
  };
  return { ports, called };
}

function ofKind(kind: EventKind, more: Partial<ToldEvent> = {}): ToldEvent {
  const isOfNode = kind === 'node-failed' || kind === 'node-succeeded';
  const event = { kind, attempt: 1, at: minute(0), ...(isOfNode && { node: NODE }) };
  return anEvent({ event, cause: kind === 'failed' ? NODE : undefined, ...more });
}

/** What stands beside the event. */
const detailsOf = async (facts: ToldEvent, ports: EventDetailsPorts) =>
  (await detailed(facts, ports)).details;

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the details of a failure', () => {
  const log = [...Array.from({ length: 12 }, (_, index) => `line ${index + 1}`), 'ValueError: no rows'];

  it.each(['failed', 'node-failed'] as const)(
    'of kind %s are its error line and the last eight lines',
    async (kind) => {
      const scene = stage({ log });

      const details = await detailsOf(ofKind(kind), scene.ports);

      expect(details).toEqual({
        cause: 'ValueError: no rows',
        tail: log.slice(-8),
        ...{ hidden: 0, hasLog: true, outputs: [] },
      });
      expect(scene.called).toContain(`log ${NODE.nodeId}`);
    },
  );

  it('are PAI’s hint where the log tells nothing', async () => {
    const { ports } = stage({ hint: 'Workflow is\nevicted' });

    expect(await detailsOf(ofKind('failed'), ports)).toEqual({ ...NOTHING, cause: 'Workflow is evicted' });
  });

  it('are PAI’s hint where nobody knows the node that failed', async () => {
    const scene = stage({ log, hint: 'evicted' });

    expect(await detailsOf(ofKind('failed', { cause: undefined }), scene.ports)).toMatchObject({
      cause: 'evicted',
    });
    expect(scene.called).toEqual(['run']);
  });

  it('hold no log where the node’s own failure was told', async () => {
    const scene = stage({ log });

    expect(await detailsOf(ofKind('failed', { isFailureTold: true }), scene.ports)).toEqual(NOTHING);
    expect(scene.called).toEqual(['run']);
  });

  it('hold no secret of a log line, and count what was made unreadable', async () => {
    const { ports } = stage({
      log: [`loading with password=${CANARY}`, `Error: login failed, password=${CANARY}`],
    });

    const details = await detailsOf(ofKind('failed'), ports);

    expect(details.cause).toContain('login failed');
    expect(details.hidden).toBe(2);
    expect(JSON.stringify(details)).not.toContain(CANARY);
  });

  it('hold no secret of PAI’s hint', async () => {
    const { ports } = stage({ hint: `mount failed: accessKeySecret=${CANARY}` });

    const details = await detailsOf(ofKind('failed'), ports);

    expect(details.cause).toContain('mount failed');
    expect(JSON.stringify(details)).not.toContain(CANARY);
  });

  it.each<[string, Pai, object]>([
    ['the log', { log: paiError('timeout'), hint: 'evicted' }, { ...NOTHING, cause: 'evicted' }],
    ['PAI’s hint', { log: ['ValueError: x'], hint: paiError('forbidden') }, { cause: 'ValueError: x' }],
    ['both', { log: paiError('network'), hint: paiError('aborted') }, NOTHING],
    ['either, by a fault of ours', { log: new TypeError('ours'), hint: new TypeError('ours') }, NOTHING],
  ])('are told without %s where that fails', async (_what, pai, expected) => {
    expect(await detailsOf(ofKind('failed'), stage(pai).ports)).toMatchObject(expected);
  });
});

describe('the details of a success', () => {
  const metrics = { auc: 0.81234567, loss: 0.3, f1: 0.5, recall: 0.25, precision: 0.125 };
  const found = (...outputs: Output[]): StatusAnswer => ({ kind: 'found', outputs, askedAt: minute(0) });

  it('are four metrics and two models at most', async () => {
    const models = [1, 2, 3].map((each) =>
      output('Model', `model-${each}`, { location: `oss://bucket/model-${each}` }),
    );
    const scene = stage({ answers: [found(output('Metrics', 'metrics', metrics)), found(...models)] });

    const { outputs } = await detailsOf(ofKind('succeeded'), scene.ports);

    expect(outputs.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      ...['metric auc', 'metric loss', 'metric f1', 'metric recall'],
      ...['model model-1', 'model model-2'],
    ]);
    expect(outputs[0]?.value).toBe('0.8123');
    expect(scene.called).toEqual(['run', 'outputs Metrics', 'outputs Model']);
  });

  it.each<[string, Pai]>([
    ['PAI does not show the run', { answers: [{ kind: 'missing' }] }],
    ['PAI fails', { answers: [{ kind: 'failed', error: paiError('throttled') }] }],
    ['time is over', { answers: paiError('aborted') }],
  ])('are left out where %s', async (_why, pai) => {
    expect(await detailsOf(ofKind('succeeded'), stage(pai).ports)).toEqual(NOTHING);
  });

  it('are those that PAI gave where it gave one part', async () => {
    const answers = [
      { kind: 'failed', error: paiError('throttled') },
      found(output('Model', 'ctr', {})),
    ] as const;

    const { outputs } = await detailsOf(ofKind('succeeded'), stage({ answers }).ports);

    expect(outputs).toEqual([{ kind: 'model', name: 'ctr' }]);
  });
});

it.each(['started', 'node-succeeded', 'suspended', 'rerun', 'deleted', 'lost', 'paused'] as const)(
  'asks PAI nothing about what is %s',
  async (kind) => {
    const scene = stage({ log: ['Error: x'] });

    expect(await detailsOf(ofKind(kind), scene.ports)).toEqual(NOTHING);
    expect(scene.called).toEqual([]);
  },
);

it.each(['failed', 'succeeded'] as const)(
  'waits three seconds for the details of what has %s',
  async (kind) => {
    const time = new AbortController();
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(time.signal);
    const hang = (_: unknown, { signal }: { signal: AbortSignal }) =>
      new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(paiError('aborted'))));
    const { ports } = stage();
    const silent: EventDetailsPorts = {
      logs: { listPipelineRunNodeLogs: hang },
      runs: { ...ports.runs, getPipelineRun: hang },
      statuses: { loadAll: hang },
    };

    const asking = detailsOf(ofKind(kind), silent);
    time.abort();

    expect(await asking).toEqual(NOTHING);
    expect(timeout.mock.calls).toEqual([[3000]]);
  },
);

describe('the times of an end', () => {
  const told = { startedAt: minute(-47), finishedAt: minute(-1) };

  it.each<[string, EventKind, string, object, object]>([
    ['are PAI’s', 'succeeded', 'Succeeded', told, { at: minute(-1), durationMs: 46 * 60_000 }],
    ['are PAI’s, without its start', 'failed', 'Failed', { finishedAt: minute(-1) }, { at: minute(-1) }],
    ['stay where the run works again', 'failed', 'Running', { startedAt: minute(1) }, { at: minute(0) }],
    ['stay where it ended otherwise since', 'failed', 'Succeeded', told, { at: minute(0) }],
  ])('%s', async (_what, kind, said, times, expected) => {
    const { ports } = stage();
    const runs = { ...ports.runs, getPipelineRun: async () => aRun({ said, ...times }) };

    const { event } = await detailed(ofKind(kind), { ...ports, runs });

    expect(event).toEqual({ kind, attempt: 1, ...expected });
  });
});
