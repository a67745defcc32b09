import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readGeneration } from '../../src/store/file/load.ts';
import { startWriter } from './child.ts';
import { useFolders } from './temporary-folder.ts';

const createFolder = useFolders();

const KILLS = 60;
const SEED = Date.now() % 1_000_000;

it('loses nothing that was acknowledged when it is killed 60 times', { timeout: 120_000 }, async () => {
  const path = join(createFolder(), 'flowbell.json');
  const random = createRandom(SEED);
  const acknowledged = new Map<string, number>();

  let count = 0;
  for (let kill = 0; kill < KILLS; kill += 1) {
    const child = startWriter(path, { writers: 10 });
    expect(await child.first, `seed ${SEED}`).toBe('open');
    await afterLines(child.lines, 1 + Math.floor(random() * 120));
    await child.kill();
    for (const line of child.lines().slice(1)) {
      const [id = '', version] = line.split(' ');
      acknowledged.set(id, Number(version));
      count += 1;
    }
    const kept = await readVersions(path);
    const lost = [...acknowledged].filter(([id, version]) => (kept.get(id) ?? 0) < version);
    expect(lost, `seed ${SEED}, kill ${kill}`).toEqual([]);
  }

  console.log(`${KILLS} kills, ${count} acknowledged changes, none lost (seed ${SEED})`);
});

/** Waits until so many lines were said: how far that is into the next write is chance enough. */
async function afterLines(lines: () => readonly string[], count: number): Promise<void> {
  const until = Date.now() + 10_000;
  while (lines().length < count && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 1));
}

async function readVersions(path: string): Promise<Map<string, number>> {
  const read = await readGeneration(path);
  if (read.kind !== 'good') throw new Error(`the file is ${read.kind} (seed ${SEED})`);
  return new Map([...read.generation.tables.all('documents')].map(({ id, version }) => [id, version]));
}

/** Linear congruential generator (Numerical Recipes); from 0 up to 1. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}
