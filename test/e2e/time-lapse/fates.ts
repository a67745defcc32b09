import type { Random } from '../../../sandbox/random.ts';
import { type Attempt, endOf, writeAttempt } from './attempt.ts';
import type { Step, StoryRun } from './script.ts';

const MINUTE = 60_000;
/** After the beginning, so that nothing happens while the runs are looked at for the first time. */
const AT_ONCE_MS = 1000;

/** What one run of a story goes through. */
type Fate = (given: {
  readonly run: StoryRun;
  readonly random: Random;
  readonly states: Map<string, string>;
}) => readonly Step[];

interface Role {
  /** The status it has when the story begins. */
  readonly status: string;
  readonly fate: Fate;
}

/** How an attempt goes, beside its start. */
type Course = Pick<Attempt, 'end' | 'workMs'> & Partial<Pick<Attempt, 'pauses'>>;

/** Everything that can become of a run, once in each story. */
export const ROLES: Readonly<Record<string, Role>> = {
  steady: {
    status: 'Initialized',
    fate: waits((minutes) => [{ end: 'Succeeded', workMs: minutes(20, 40) }]),
  },
  running: {
    status: 'Running',
    fate: (given) =>
      attempts(given, AT_ONCE_MS, [{ end: 'Failed', workMs: minutesOf(given.random)(15, 30) }]),
  },
  mended: {
    status: 'Initialized',
    fate: waits((minutes) => [
      { end: 'Failed', workMs: minutes(3, 10) },
      { end: 'Succeeded', workMs: minutes(8, 15) },
    ]),
  },
  stubborn: {
    status: 'Starting',
    fate: waits((minutes) => [
      { end: 'Failed', workMs: minutes(3, 6) },
      { end: 'Failed', workMs: minutes(7.5, 9) },
      { end: 'Succeeded', workMs: minutes(7.5, 9) },
    ]),
  },
  stopped: {
    status: 'Initialized',
    fate: waits((minutes) => [
      { end: 'Terminated', workMs: minutes(5, 10) },
      { end: 'Succeeded', workMs: minutes(8, 12) },
    ]),
  },
  suspended: {
    status: 'WorkflowServiceStarting',
    fate: waits((minutes) => {
      const workMs = minutes(14, 18);
      const pauses = [4, 7.5, 11].map((after) => ({ afterMs: after * MINUTE, lastsMs: minutes(2.5, 5) }));
      return [{ end: 'Succeeded', workMs, pauses }];
    }),
  },
  'suspended again': {
    status: 'Running',
    fate: (given) => {
      const minutes = minutesOf(given.random);
      const pauses = [{ afterMs: minutes(4, 6), lastsMs: minutes(2.5, 5) }];
      return attempts(given, AT_ONCE_MS, [
        { end: 'Failed', workMs: minutes(9, 12), pauses },
        { end: 'Terminated', workMs: minutes(9, 12), pauses },
      ]);
    },
  },
  vanishing: {
    status: 'Initialized',
    fate: (given) => {
      const minutes = minutesOf(given.random);
      const hiddenMs = minutes(8, 10);
      const endsUnseen = given.random.next() < 0.5;
      const workMs = endsUnseen ? minutes(15, 30) : minutes(42, 46);
      return [
        ...waits(() => [{ end: given.random.next() < 0.5 ? 'Failed' : 'Succeeded', workMs }])(given),
        visible(given.run, hiddenMs, false),
        visible(given.run, hiddenMs + 30 * MINUTE, true),
      ];
    },
  },
  blinking: {
    status: 'Initialized',
    fate: (given) => {
      const minutes = minutesOf(given.random);
      const hiddenMs = minutes(8, 12);
      return [
        ...waits(() => [{ end: 'Failed', workMs: minutes(22, 30) }])(given),
        visible(given.run, hiddenMs, false),
        visible(given.run, hiddenMs + minutes(0.1, 4), true),
      ];
    },
  },
  deleted: {
    status: 'Initialized',
    fate: (given) => {
      const minutes = minutesOf(given.random);
      const steps = waits(() => [{ end: 'Succeeded', workMs: minutes(3, 8) }])(given);
      const endMs = steps.reduce((latest, { atMs }) => Math.max(latest, atMs), 0);
      return [...steps, { kind: 'deleted', runId: given.run.id, atMs: endMs + minutes(6, 10) }];
    },
  },
  'never started': {
    status: 'Initialized',
    fate: ({ run, random }) => [{ kind: 'deleted', runId: run.id, atMs: minutesOf(random)(10, 20) }],
  },
  skipped: {
    status: 'Initialized',
    fate: ({ run, random }) => [
      { kind: 'run', runId: run.id, atMs: minutesOf(random)(5, 15), status: 'Skipped' },
    ],
  },
  hasty: {
    status: 'Starting',
    fate: waits((minutes) => [
      { end: 'Failed', workMs: minutes(0.001, 0.3) },
      { end: 'Failed', workMs: minutes(8, 10) },
    ]),
  },
};

/** A time from `from` to `to` minutes, in milliseconds. */
type Minutes = (from: number, to: number) => number;

function minutesOf(random: Random): Minutes {
  return (from, to) => random.between(Math.round(from * MINUTE), Math.round(to * MINUTE));
}

/** Waits for at most three minutes, under changing words, and then goes to work. */
function waits(coursesOf: (minutes: Minutes) => readonly Course[]): Fate {
  return (given) => {
    const { run, random } = given;
    const startMs = minutesOf(random)(0.1, 3);
    const words = ['Starting', 'WorkflowServiceStarting', 'Warming'].filter(() => random.next() < 0.5);
    const waiting = words.map((status, index) => ({
      kind: 'run' as const,
      runId: run.id,
      atMs: Math.round((startMs * (index + 1)) / 4),
      status,
    }));
    return [...waiting, ...attempts(given, startMs, coursesOf(minutesOf(random)))];
  };
}

/** One attempt after the other, with at least seven and a half minutes between them. */
function attempts(
  { run, random, states }: Parameters<Fate>[0],
  startMs: number,
  courses: readonly Course[],
): readonly Step[] {
  let nextMs = startMs;
  return courses.flatMap((course, index) => {
    // Beside a suspension the word would make two of one, and soon after the start two short ones of that.
    const isOdd = course.pauses === undefined && course.workMs >= 8 * MINUTE && random.next() < 0.5;
    const attempt = { pauses: [], ...course, startMs: nextMs, isRerun: index > 0, isOdd };
    nextMs = endOf(attempt) + minutesOf(random)(7.5, 9);
    return writeAttempt(run, attempt, { states, random });
  });
}

function visible({ id }: StoryRun, atMs: number, isVisible: boolean): Step {
  return { kind: 'visible', runId: id, atMs, isVisible };
}
