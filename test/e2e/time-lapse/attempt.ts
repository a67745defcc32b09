import type { Random } from '../../../sandbox/random.ts';
import type { Part, Step, StoryRun } from './script.ts';

/** One attempt of a run, from its start to its end. */
export interface Attempt {
  readonly startMs: number;
  /** How long it works, without its pauses. */
  readonly workMs: number;
  readonly end: 'Succeeded' | 'Failed' | 'Terminated';
  readonly isRerun: boolean;
  /** Suspensions: after how much work, and how long. */
  readonly pauses: readonly { readonly afterMs: number; readonly lastsMs: number }[];
  /** True where the run says a word nobody knows in between. */
  readonly isOdd: boolean;
}

/** A step whose time is counted in work, without pauses. */
type Deed = { readonly atMs: number } & (
  | { readonly kind: 'node'; readonly node: string; readonly status: string }
  | {
      readonly kind: 'new-node';
      readonly node: string;
      readonly type: Part['type'];
      readonly parent: string;
      readonly status: string;
    }
  | { readonly kind: 'run'; readonly status: string }
);

const ODD_WORDS = ['Archiving', 'Checkpointing', 'Unknown'] as const;

/**
 * Writes an attempt: its nodes work one after the other, some of them side by side, some for less than a second; what
 * stands in a Dag or Loop appears and ends while that is at work. `states` holds the status of each node that is there
 * and is brought up to date. A run that is terminated leaves nodes open.
 */
export function writeAttempt(
  run: StoryRun,
  attempt: Attempt,
  { states, random }: { readonly states: Map<string, string>; readonly random: Random },
): readonly Step[] {
  const { startMs, workMs, pauses } = attempt;
  const stopsMs = attempt.end === 'Terminated' ? Math.round(workMs * 0.6) : workMs;
  const deeds = [...writeNodes(run, attempt, { states, random }), ...writeOddWord(attempt, random)]
    .filter(({ atMs }) => atMs <= stopsMs)
    .sort((a, b) => a.atMs - b.atMs);
  for (const deed of deeds) if (deed.kind !== 'run') states.set(deed.node, deed.status);
  const within = { runId: run.id };
  const timeOf = (atMs: number) =>
    startMs + atMs + pauses.reduce((sum, { afterMs, lastsMs }) => sum + (afterMs < atMs ? lastsMs : 0), 0);
  const endsMs = timeOf(workMs);
  const stopping = { ...within, kind: 'run' as const, status: 'Terminating' };
  return [
    { ...within, atMs: startMs, ...begin(attempt) },
    ...deeds.map((deed) => ({ ...deed, ...within, atMs: timeOf(deed.atMs) })),
    ...pauses.flatMap(({ afterMs, lastsMs }) => [
      { ...within, kind: 'run' as const, atMs: timeOf(afterMs), status: 'Suspended' },
      { ...within, kind: 'run' as const, atMs: timeOf(afterMs) + lastsMs, status: 'Running' },
    ]),
    ...(attempt.end === 'Terminated' ? [{ ...stopping, atMs: endsMs - random.between(1, 20_000) }] : []),
    { ...within, kind: 'run', atMs: endsMs, status: attempt.end },
  ];
}

/** When an attempt is over, in the story's time. */
export function endOf({ startMs, workMs, pauses }: Attempt): number {
  return pauses.reduce((sum, { lastsMs }) => sum + lastsMs, startMs + workMs);
}

function begin({ isRerun }: Attempt): { kind: 'rerun' } | { kind: 'run'; status: string } {
  return isRerun ? { kind: 'rerun' } : { kind: 'run', status: 'Running' };
}

function writeNodes(
  run: StoryRun,
  { workMs, end }: Attempt,
  { states, random }: { readonly states: ReadonlyMap<string, string>; readonly random: Random },
): readonly Deed[] {
  const open = run.parts.filter(({ name }) => states.get(name) !== 'Succeeded');
  const failing = end === 'Failed' ? random.between(0, open.length - 1) : open.length;
  // What depends on the failed node is skipped; some runs have other branches that go on.
  const hasBranches = random.next() < 0.5;
  const writer = { states, random };
  const borders = cut(0, workMs, open.length, random);
  return open.flatMap((part, index) => {
    const [fromMs = 0, untilMs = workMs] = borders.slice(index, index + 2);
    const isCutOff = index > failing && !hasBranches;
    if (isCutOff)
      return [{ kind: 'node', atMs: borders[failing + 1] ?? workMs, node: part.name, status: 'Skipped' }];
    const fails = index === failing || (index > failing && random.next() < 0.3);
    const earlyMs = random.next() < 0.3 ? random.between(0, Math.round(fromMs / 4)) : 0;
    return writePart({ part, fromMs: fromMs - earlyMs, untilMs, fails }, writer);
  });
}

/** One node and what stands in it; the last one in a node that fails is what fails. */
function writePart(
  {
    part,
    parent,
    fromMs,
    untilMs,
    fails,
  }: {
    readonly part: Part;
    readonly parent?: string;
    readonly fromMs: number;
    readonly untilMs: number;
    readonly fails: boolean;
  },
  writer: { readonly states: ReadonlyMap<string, string>; readonly random: Random },
): readonly Deed[] {
  const { states, random } = writer;
  const { name: node, type } = part;
  const deeds: Deed[] = [];
  if (parent !== undefined && !states.has(node)) {
    const status = random.next() < 0.5 ? 'ReadyToSchedule' : 'Running';
    deeds.push({ kind: 'new-node', atMs: fromMs, node, type, parent, status });
  }
  const startsMs = random.next() < 0.5 ? fromMs : random.between(fromMs, untilMs);
  deeds.push({ kind: 'node', atMs: startsMs, node, status: 'Running' });
  const inside = part.parts.filter(({ name }) => states.get(name) !== 'Succeeded');
  const borders = cut(startsMs, untilMs, inside.length, random);
  inside.forEach((child, index) => {
    const [from = startsMs, until = untilMs] = borders.slice(index, index + 2);
    const isCulprit = fails && index === inside.length - 1;
    deeds.push(
      ...writePart({ part: child, parent: node, fromMs: from, untilMs: until, fails: isCulprit }, writer),
    );
  });
  if (random.next() < 0.25) {
    const atMs = random.between(startsMs, untilMs);
    deeds.push({ kind: 'node', atMs, node, status: pick(ODD_WORDS, random) });
  }
  deeds.push({ kind: 'node', atMs: untilMs, node, status: fails ? 'Failed' : 'Succeeded' });
  return deeds;
}

function writeOddWord({ workMs, isOdd }: Attempt, random: Random): readonly Deed[] {
  if (!isOdd) return [];
  const atMs = random.between(Math.round(workMs * 0.4), Math.round(workMs * 0.7));
  const backMs = random.between(atMs, Math.round(workMs * 0.9));
  return [
    { kind: 'run', atMs, status: pick(ODD_WORDS, random) },
    { kind: 'run', atMs: backMs, status: 'Running' },
  ];
}

/** The borders of `count` pieces of a time, some of them very short. */
function cut(fromMs: number, untilMs: number, count: number, random: Random): readonly number[] {
  const weights = Array.from({ length: count }, () => random.next() ** 4 + 0.0001);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let done = 0;
  return [
    fromMs,
    ...weights.map((weight) => {
      done += weight;
      return fromMs + Math.round(((untilMs - fromMs) * done) / total);
    }),
  ];
}

function pick<T>(from: readonly [T, ...T[]], random: Random): T {
  return from[random.between(0, from.length - 1)] ?? from[0];
}
