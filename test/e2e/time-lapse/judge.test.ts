import { describe, expect, it } from 'vitest';
import type { HistoryEntry, PaiChange } from '../../../sandbox/paiflow/history.ts';
import type { EventKind, RunEvent } from '../../../src/domain/event.ts';
import { nodeId } from '../../helpers/runs.ts';
import { judge, type ToldEvent } from './judge.ts';

const MINUTE = 60_000;
const RUN = 'flow-judged01';
const TRAIN = nodeId(1);
const SCORE = nodeId(2);

type Change = PaiChange extends infer Each
  ? Each extends PaiChange
    ? Omit<Each, 'at' | 'attempt'>
    : never
  : never;

/** A change of the run at a minute, in the attempt 1 unless said. */
function change(minute: number, what: Change, attempt = 1): HistoryEntry {
  return { ...what, at: minute * MINUTE, attempt, runId: RUN } as HistoryEntry;
}

function run(minute: number, status: string, attempt = 1): HistoryEntry {
  return change(minute, { kind: 'run', status }, attempt);
}

function node(minute: number, id: string, status: string, attempt = 1): HistoryEntry {
  const name = id === TRAIN ? 'train' : 'score';
  return change(minute, { kind: 'node', nodeId: id, name, status }, attempt);
}

function told(minute: number, kind: EventKind, attempt = 1): ToldEvent {
  return { runId: RUN, event: { kind, attempt, at: new Date(minute * MINUTE) } };
}

function toldNode(
  minute: number,
  id: typeof TRAIN,
  kind: EventKind,
  { attempt = 1, isFirstFailed = kind === 'node-failed' } = {},
): ToldEvent {
  const name = id === TRAIN ? 'train' : 'score';
  const event: RunEvent = {
    ...told(minute, kind, attempt).event,
    node: { nodeId: id, name, isFirstFailed },
  };
  return { runId: RUN, event };
}

function judged(history: readonly HistoryEntry[], events: readonly ToldEvent[], fromMs = 0) {
  return judge({ history, fromMs, untilMs: 60 * MINUTE }, events);
}

/** Two attempts, the first of which fails in one node; deleted in the end. */
const HISTORY = [
  run(0, 'Initialized'),
  node(0, TRAIN, 'ReadyToSchedule'),
  node(0, SCORE, 'ReadyToSchedule'),
  run(1, 'Running'),
  node(3, TRAIN, 'Succeeded'),
  node(5, SCORE, 'Failed'),
  run(6, 'Failed'),
  change(14, { kind: 'rerun' }, 2),
  run(14, 'Running', 2),
  node(14, SCORE, 'ReadyToSchedule', 2),
  run(16, 'Suspended', 2),
  run(19, 'Running', 2),
  node(24, SCORE, 'Succeeded', 2),
  run(25, 'Succeeded', 2),
  change(35, { kind: 'deletion', isDeleted: true }, 2),
];
const TOLD = [
  told(1, 'started'),
  toldNode(3, TRAIN, 'node-succeeded'),
  toldNode(5, SCORE, 'node-failed'),
  told(6, 'failed'),
  told(14, 'rerun', 2),
  told(16, 'suspended', 2),
  toldNode(24, SCORE, 'node-succeeded', { attempt: 2 }),
  told(25, 'succeeded', 2),
  told(36, 'deleted', 2),
];

describe('judge', () => {
  it('has nothing to say where all was told once', () => {
    expect(judged(HISTORY, TOLD)).toEqual([]);
    expect(judged(HISTORY, [...TOLD].reverse())).toEqual([]);
  });

  it.each(TOLD.map((each) => [each.event.kind, each] as const))(
    'names run, attempt, node and kind where one %s is missing',
    (kind, missing) => {
      const rest = TOLD.filter((each) => each !== missing);
      const { attempt, node: of } = missing.event;
      const name = of === undefined ? '' : ` node ${of.name} (${of.nodeId})`;

      const [complaint] = judged(HISTORY, rest);

      expect(complaint).toContain(`run ${RUN} attempt ${attempt}${name}: ${kind} happened at`);
      expect(complaint).toContain('told 0 times');
    },
  );

  it.each(TOLD.map((each) => [each.event.kind, each] as const))(
    'sees that one %s is doubled',
    (kind, twice) => {
      const complaints = judged(HISTORY, [...TOLD, twice]);

      expect(complaints[0]).toContain(`: ${kind} happened at`);
      expect(complaints[0]).toContain('told 2 times');
    },
  );

  it.each([
    ['of a later attempt', told(40, 'rerun', 3)],
    ['of an end that was another one', told(25, 'failed', 2)],
    ['of an end in another attempt', told(25, 'succeeded', 1)],
    ['of a start of a rerun', told(14, 'started', 2)],
    ['of a node that was kept', toldNode(24, TRAIN, 'node-succeeded', { attempt: 2 })],
    ['of a node nobody has', toldNode(24, nodeId(9), 'node-succeeded', { attempt: 2 })],
    ['of a suspension before there was one', told(15, 'suspended', 2)],
    ['of a run that was never out of sight', told(30, 'lost', 2)],
    ['of a pause', told(50, 'paused', 2)],
    ['of another run', { ...told(6, 'failed'), runId: 'flow-unheard1' }],
  ] as const)('sees an event too many: %s', (_what, extra) => {
    const [complaint, ...others] = judged(HISTORY, [...TOLD, extra]);

    expect(complaint).toContain(`run ${extra.runId} attempt ${extra.event.attempt}`);
    expect(complaint).toMatch(new RegExp(`: ${extra.event.kind} was told at .* had not happened`));
    expect(others).toEqual([]);
  });

  it('wants no event of what was so when the watch began', () => {
    const later = TOLD.filter(({ event }) => event.at.getTime() > 15 * MINUTE);

    expect(judged(HISTORY, later, 15 * MINUTE)).toEqual([]);
    expect(judged(HISTORY, [], 35 * MINUTE)).toEqual([]);
  });

  it('wants no start of a run that was at work when the watch began', () => {
    const history = [run(0, 'Running'), run(2, 'Unknown'), run(3, 'Running'), run(10, 'Succeeded')];

    expect(judged(history, [told(10, 'succeeded')])).toEqual([]);
    expect(judged(history, [told(3, 'started'), told(10, 'succeeded')])).toHaveLength(1);
  });

  it('wants the start of a run that was waiting under whatever words, once', () => {
    const history = [run(0, 'Initialized'), run(1, 'Warming'), run(2, 'Running'), run(3, 'Suspended')];
    const events = [told(2, 'started'), told(3, 'suspended')];

    expect(judged(history, events)).toEqual([]);
    expect(judged(history, events.slice(1))).toHaveLength(1);
    expect(judged(history, [...events, told(4, 'started')])).toHaveLength(1);
  });

  it.each([
    [
      'a start',
      [run(0, 'Starting'), run(1, 'Running'), run(1.9, 'Failed')],
      'started',
      [told(1.9, 'failed')],
    ],
    ['a suspension', [run(0, 'Running'), run(1, 'Suspended'), run(1.9, 'Running')], 'suspended', []],
  ] as const)(
    'lets %s of less than a minute be missed or told once, not twice',
    (_what, history, kind, rest) => {
      expect(judged(history, rest)).toEqual([]);
      expect(judged(history, [...rest, told(1.5, kind)])).toEqual([]);
      expect(judged(history, [...rest, told(1.5, kind), told(1.6, kind)])).toHaveLength(1);
    },
  );

  it('does not take one suspension told twice for two', () => {
    const history = [run(0, 'Running'), run(5, 'Suspended'), run(8, 'Running'), run(11, 'Suspended')];

    expect(judged(history, [told(5, 'suspended'), told(12, 'suspended')])).toEqual([]);
    expect(judged(history, [told(5, 'suspended'), told(6, 'suspended')])).toHaveLength(2);
    expect(judged(history, [told(12, 'suspended')])).toHaveLength(1);
  });

  it.each([
    [13, 1],
    [12, 0],
    [4, 0],
  ])('wants a run of %i hidden minutes to be lost %i times', (minutes, times) => {
    const history = [
      run(0, 'Running'),
      change(10, { kind: 'visibility', isVisible: false }),
      change(10 + minutes, { kind: 'visibility', isVisible: true }),
    ];
    const lost = [told(20.5, 'lost')];

    expect(judged(history, lost.slice(0, times))).toEqual([]);
    expect(judged(history, times === 1 ? [] : lost)).toHaveLength(1);
    expect(judged(history, [...lost, ...lost])).not.toEqual([]);
  });

  it('wants a forgotten run to be lost, and nothing that nobody could see', () => {
    const history = [run(0, 'Running'), change(10, { kind: 'forgotten' }), run(15, 'Failed')];

    expect(judged(history, [told(21, 'lost')])).toEqual([]);
    expect(judged(history, [])).toHaveLength(1);
  });

  it('wants the end of a run that ended out of sight and came back', () => {
    const history = [
      run(0, 'Running'),
      change(10, { kind: 'visibility', isVisible: false }),
      run(15, 'Failed'),
      change(40, { kind: 'visibility', isVisible: true }),
    ];
    const events = [told(21, 'lost'), told(41, 'failed')];

    expect(judged(history, events)).toEqual([]);
    expect(judged(history, events.slice(0, 1))).toHaveLength(1);
  });

  it('wants just one of the failed nodes of an attempt to be the first', () => {
    const history = [run(0, 'Running'), node(1, TRAIN, 'Failed'), node(2, SCORE, 'Failed')];
    const first = toldNode(1, TRAIN, 'node-failed');
    const second = toldNode(2, SCORE, 'node-failed', { isFirstFailed: false });

    expect(judged(history, [first, second])).toEqual([]);
    expect(judged(history, [first, toldNode(2, SCORE, 'node-failed')])).toEqual([
      `run ${RUN} attempt 1: 2 nodes are told as its first node-failed (train, score)`,
    ]);
    expect(
      judged(history, [toldNode(1, TRAIN, 'node-failed', { isFirstFailed: false }), second]),
    ).toHaveLength(1);
  });
});
