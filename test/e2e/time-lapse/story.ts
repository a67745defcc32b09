import { createRandom, type Random } from '../../../sandbox/random.ts';
import { ROLES } from './fates.ts';
import type { Part, Story } from './script.ts';

/**
 * An hour of thirteen runs, the same for the same seed. Whatever has to be noticed lasts as long as the polls need:
 *
 * | state | lasts at least |
 * |---|---|
 * | a first stretch of work after waiting | 3 minutes, or a few seconds that may be missed |
 * | suspended; resumed | 2 minutes |
 * | at rest before a rerun; the attempt after it | 7 minutes |
 * | at rest before a deletion | 6 minutes |
 * | out of sight | 30 minutes, or 4 at most |
 *
 * Everything else may be arbitrarily short. Only runs at rest are deleted, as PAI demands (paiflow 2021-02-02,
 * DeletePipelineRun).
 */
export function makeStory(seed: number): Story {
  const random = createRandom(seed);
  const cast = Object.entries(ROLES).map(([name, { status, fate }], index) => {
    const number = String(index + 1).padStart(2, '0');
    const id = `flow-lapse${String(seed).padStart(4, '0')}x${number}`;
    return { run: { id, name: `${number} ${name}`, status, parts: makeParts(random) }, fate };
  });
  const steps = cast.flatMap(({ run, fate }) => fate({ run, random, states: statesOf(run.parts) }));
  return { runs: cast.map(({ run }) => run), steps: steps.sort((a, b) => a.atMs - b.atMs) };
}

/** Five to twelve nodes: tasks, and one or two Dags and Loops with a few nodes, most of which appear late. */
function makeParts(random: Random): readonly Part[] {
  const groups = random.between(1, 2);
  const tasks = random.between(4 - groups, 6 - groups);
  const parts = [
    ...Array.from({ length: tasks }, (_, index) => makeTask(`task-${index + 1}`)),
    ...Array.from({ length: groups }, (_, index) => makeGroup(`group-${index + 1}`, index === 0, random)),
  ];
  return random.next() < 0.5 ? parts : parts.reverse();
}

function makeGroup(name: string, mayNest: boolean, random: Random): Part {
  const deep = makeTask(`${name}-deep`, true);
  const inner: Part = { name: `${name}-inner`, type: 'Dag', isLate: true, parts: [deep] };
  return {
    name,
    type: random.next() < 0.5 ? 'Loop' : 'Dag',
    isLate: false,
    parts: [
      ...(random.next() < 0.3 ? [makeTask(`${name}-first`)] : []),
      makeTask(`${name}-round`, true),
      ...(mayNest && random.next() < 0.5 ? [inner] : []),
    ],
  };
}

function makeTask(name: string, isLate = false): Part {
  return { name, type: 'Task', parts: [], isLate };
}

/** The nodes that are there when the story begins. */
function statesOf(parts: readonly Part[]): Map<string, string> {
  const here = parts.filter(({ isLate }) => !isLate);
  return new Map(here.flatMap((part) => [[part.name, 'ReadyToSchedule'] as const, ...statesOf(part.parts)]));
}
