import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Low } from 'lowdb';
import { JSONFile } from 'lowdb/node';
import { diff } from '../src/domain/diff.ts';
import type { RunSnapshot } from '../src/domain/snapshot.ts';
import { readStatus } from '../src/domain/status.ts';
import { NOTHING_KNOWN } from '../src/jobs/conclude.ts';
import type { ClaimedRun } from '../src/jobs/watched-runs.ts';
import type { FileStore } from '../src/store/file/file-store.ts';
import { wishOf } from './told-runs.ts';

/** A store under load. */
export interface StoreSide {
  /** One change, the end of which says that it is kept: by turns one more watch of a run, and a node that moves. */
  change(): Promise<void>;
  /** Size of its file. */
  bytes(): Promise<number>;
}

/** Runs claimed at one go, as a tick does. */
const CLAIMED = 500;

/** Flowbell's store: a change ends when it is on disk. */
export function createOurSide(store: FileStore, runs: readonly RunSnapshot[]): StoreSide {
  const claimed: ClaimedRun[] = [];
  let claiming: Promise<void> | undefined;
  let changes = 0;

  async function claim(): Promise<void> {
    claimed.push(...(await store.claimDueRuns({ now: new Date(), most: CLAIMED, leaseMs: 60_000 })));
    claiming = undefined;
    if (claimed.length === 0) throw new Error('no run is due');
  }

  async function takeRun(): Promise<ClaimedRun> {
    for (;;) {
      const run = claimed.shift();
      if (run !== undefined) return run;
      claiming ??= claim();
      await claiming;
    }
  }

  async function moveNode(): Promise<void> {
    const { run, token } = await takeRun();
    const now = new Date();
    const { next, events } = withNodeMoved(run, now);
    const poll = { ...NOTHING_KNOWN, listedAt: now, nextPollAt: now };
    const change = { next, events, poll, now, isComplete: true };
    const outcome = await store.commitRun({ region: run.region, runId: run.runId, token }, change);
    if (outcome !== 'committed') throw new Error(`a commit was ${outcome}`);
  }

  async function addWatch(): Promise<void> {
    const run = runs[changes % runs.length];
    if (run === undefined) throw new Error('there is no run to watch');
    const { kind } = await store.addWatch(wishOf(run, `U${changes}`, new Date()));
    if (kind !== 'added') throw new Error(`a watch was ${kind}`);
  }

  return {
    change: () => {
      changes += 1;
      return changes % 2 === 0 ? moveNode() : addWatch();
    },
    bytes: async () => store.report.bytes,
  };
}

/** One look at the run that finds its first node in another state. */
function withNodeMoved(run: RunSnapshot, now: Date): Extract<ReturnType<typeof diff>, { kind: 'changed' }> {
  const [first] = [...run.nodes].filter(([, { status }]) => status.phase !== 'succeeded');
  if (first === undefined) throw new Error('no node can move');
  const [nodeId, { name, status }] = first;
  const node = { nodeId, name, status: readStatus(status.said === 'Running' ? 'Suspended' : 'Running') };
  const difference = diff(run, { askedAt: now, run, nodes: [node] }, now);
  if (difference.kind !== 'changed') throw new Error(`the look was ${difference.kind}`);
  return difference;
}

type Table = Record<string, Record<string, object | string>>;
type Tables = Record<string, Table>;

/**
 * lowdb as its README shows it, with the very rows that stand in our file: `update` changes the object in memory and
 * writes it whole. Its end says that a file with the change took the place of the old one, not that it is on disk.
 */
export async function createStockSide(ourFile: string, folder: string): Promise<StoreSide> {
  const path = join(folder, 'stock.json');
  const { data } = JSON.parse(await readFile(ourFile, 'utf8')) as { readonly data: Tables };
  const low = new Low<Tables>(new JSONFile(path), data);
  await low.write();
  const runKeys = Object.keys(data.runs ?? {});
  const [sample] = Object.values(data.watches ?? {});
  let changes = 0;

  return {
    change: () => {
      changes += 1;
      const key = runKeys[changes % runKeys.length] ?? '';
      const isWatch = changes % 2 !== 0;
      return low.update(({ runs = {}, watches = {} }) => {
        if (isWatch) watches[`${key}|U${changes}`] = { ...sample };
        else runs[key] = { ...runs[key], changedAt: new Date().toISOString() };
      });
    },
    bytes: async () => (await stat(path)).size,
  };
}
