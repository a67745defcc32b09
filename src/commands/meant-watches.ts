import { matchesGlob } from '../domain/filter/glob.ts';
import { nameOfNode } from '../domain/run.ts';
import { nodesOfSnapshot } from '../domain/snapshot.ts';
import type { Found, NodeId, RunTarget } from '../domain/target.ts';
import type { WatchRow } from './watch-store.ts';

/** A run, or a node of it, that somebody no longer wants to watch. */
export type Unwanted = Pick<RunTarget, 'runId'> & {
  readonly region?: string | undefined;
  /** Their watches of this node alone. */
  readonly nodeId?: NodeId | undefined;
};

export type MeantWatches =
  | {
      readonly kind: 'meant';
      readonly unwanted: readonly Unwanted[];
      /** Words that name nothing that is watched. */
      readonly strangers: readonly string[];
    }
  /**
   * First among `words` those that name neither a run nor a node of the runs beside them, so that nothing is meant;
   * `rows` is what is watched of those runs.
   */
  | { readonly kind: 'slip'; readonly words: readonly string[]; readonly rows: readonly WatchRow[] }
  /** A name that is not the whole name of one run. */
  | { readonly kind: 'unclear'; readonly name: string; readonly rows: readonly WatchRow[] };

/** Somebody's watches, as far as words are compared with them. */
export interface Watched {
  /** Those whose names they may be shown. */
  readonly rows: readonly WatchRow[];
  /** Where they ask: a name that fits a run there means that one. */
  readonly channelId: string;
}

/**
 * Reads which of their watches somebody means. A name must be the whole name of one run: nothing is guessed. A word
 * beside a run that names a watched node of it means that node, else a run of its own; one that means neither may be a
 * slip in either, so then nothing is meant. Beside a run without other words all watches of the run are meant.
 */
export function readMeantWatches({ targets, names, problems }: Found, watched: Watched): MeantWatches {
  const called = names.map((name) => ({ name, ...runsCalled(name, watched) }));
  const given = [...targets, ...called.flatMap((each) => (each.kind === 'row' ? [each.row.run] : []))];
  const unwanted = targets.map(unwantedOf);
  const strangers: string[] = [];
  const slips: string[] = [];
  // A run beside which one of its nodes is named is not meant as a whole, whether the node is watched or not.
  const narrowing: Unwanted[] = [];
  for (const word of called) {
    const nodes = nodesCalled(word.name, word.kind === 'row' ? without(given, word.row.run) : given, watched);
    const mine = nodes.filter(({ isWatched }) => isWatched);
    if (mine.length > 0) {
      unwanted.push(...mine);
      narrowing.push(...mine);
    } else if (word.kind === 'row') {
      unwanted.push({ runId: word.row.run.runId, region: word.row.run.region });
    } else if (word.kind === 'none' || nodes.length > 0) {
      (nodes.length === 0 ? slips : strangers).push(word.name);
      narrowing.push(...nodes);
    } else {
      return { kind: 'unclear', name: word.name, rows: word.rows };
    }
  }
  const [only, ...more] = given;
  for (const { nodeId } of problems) {
    // Without its run an id is that of the only run's node, known or not.
    const nodes = only !== undefined && more.length === 0 ? [{ ...unwantedOf(only), nodeId }] : [];
    unwanted.push(...nodes);
    narrowing.push(...nodes);
    if (nodes.length === 0) slips.push(nodeId);
  }
  if (slips.length > 0 && only !== undefined) {
    const beside = watched.rows.filter(({ watch }) => given.some((run) => isSameRun(watch, run)));
    return { kind: 'slip', words: [...new Set([...slips, ...strangers])], rows: beside };
  }
  const isNarrowed = (each: Unwanted) => narrowing.some((node) => isSameRun(each, node));
  const meant = unwanted.filter((each) => each.nodeId !== undefined || !isNarrowed(each));
  return { kind: 'meant', unwanted: meant, strangers: [...strangers, ...slips] };
}

/** What ends with a run or node that somebody named. */
export function unwantedOf({ runId, region, nodeId }: Unwanted): Unwanted {
  return { runId, region, ...(nodeId !== undefined && { nodeId }) };
}

/** Whether a watch is one of those that are meant. */
export function isMeant({ watch }: WatchRow, { runId, region, nodeId }: Unwanted): boolean {
  return isSameRun(watch, { runId, region }) && (nodeId === undefined || watch.nodeId === nodeId);
}

/** What the nodes of watched runs are called, those that are watched by themselves first. */
export function nodeNamesOf(rows: readonly WatchRow[]): string[] {
  const nodes = rows.flatMap(({ run, watch }) =>
    nodesOfSnapshot(run)
      .filter(({ nodeId }) => nodeId !== run.rootNodeId)
      .map((node) => ({ name: nameOfNode(node), isWatched: node.nodeId === watch.nodeId })),
  );
  const first = nodes.filter(({ isWatched }) => isWatched);
  return [...new Set([...first, ...nodes].map(({ name }) => name))];
}

function isSameRun(one: Unwanted, { runId, region }: Unwanted): boolean {
  return one.runId === runId && (one.region === undefined || region === undefined || one.region === region);
}

type Called =
  | { readonly kind: 'row'; readonly row: WatchRow }
  | { readonly kind: 'unclear'; readonly rows: readonly WatchRow[] }
  | { readonly kind: 'none' };

function runsCalled(name: string, { rows, channelId }: Watched): Called {
  const wanted = name.toLowerCase();
  const nameOf = ({ run }: WatchRow) => (run.name ?? run.runId).toLowerCase();
  const called = rows.filter((row) => nameOf(row) === wanted);
  const here = called.filter(({ place }) => place.channelId === channelId);
  const runs = oneOfEach(here.length > 0 ? here : called);
  const [only] = runs;
  if (only !== undefined && runs.length === 1) return { kind: 'row', row: only };
  const pattern = wanted.includes('*') ? wanted : `*${wanted}*`;
  const holding = runs.length > 0 ? runs : oneOfEach(rows.filter((row) => matchesGlob(pattern, nameOf(row))));
  return holding.length === 0 ? { kind: 'none' } : { kind: 'unclear', rows: holding };
}

function oneOfEach(rows: readonly WatchRow[]): WatchRow[] {
  return [...new Map(rows.map((row) => [`${row.run.region}/${row.run.runId}`, row])).values()];
}

function without(runs: readonly Unwanted[], run: Unwanted): Unwanted[] {
  return runs.filter((each) => !isSameRun(each, run));
}

/** The nodes of these runs that a word names, as far as any of the runs' watches knows them. */
function nodesCalled(
  word: string,
  runs: readonly Unwanted[],
  { rows }: Watched,
): (Unwanted & { readonly isWatched: boolean })[] {
  const wanted = word.toLowerCase();
  const ofRuns = rows.filter(({ watch }) => runs.some((run) => isSameRun(watch, run)));
  return ofRuns.flatMap(({ watch, run: { region, runId, nodes } }) =>
    [...nodes]
      .filter(([id, { name = id }]) => id === wanted || name.toLowerCase() === wanted)
      .map(([nodeId]) => ({ region, runId, nodeId, isWatched: nodeId === watch.nodeId })),
  );
}
