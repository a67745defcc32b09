import type { Run } from '../domain/run.ts';
import type { Found, Target } from '../domain/target.ts';
import { findRunsByName, type NamedRun } from './find-run.ts';
import type { ListRunsPorts } from './list-runs.ts';
import { looksLikeAName } from './names.ts';

/** Names looked up for one question: each is a list of its own in every PAI workspace. */
const MOST_NAMES = 5;

/** What became of the names in a question about any number of runs. */
export interface LookedUpNames {
  readonly runs: readonly { readonly name: string; readonly run: Run }[];
  readonly unclear: readonly {
    readonly name: string;
    readonly named: Exclude<NamedRun, { kind: 'found' }>;
  }[];
  /** More names than one question may look up. */
  readonly leftOut: readonly string[];
}

/** Looks up the names of a question, as many as it may ask for. */
export async function lookUpNames(
  names: readonly string[],
  asking: Parameters<typeof findRunsByName>[1],
  ports: ListRunsPorts,
): Promise<LookedUpNames> {
  const asked = names.slice(0, MOST_NAMES);
  const found = asked.length === 0 ? [] : await findRunsByName(asked, asking, ports);
  const runs: { name: string; run: Run }[] = [];
  const unclear: { name: string; named: Exclude<NamedRun, { kind: 'found' }> }[] = [];
  for (const [index, named] of found.entries()) {
    const name = asked[index] ?? '';
    if (named.kind === 'found') runs.push({ name, run: named.run });
    else unclear.push({ name, named });
  }
  return { runs, unclear, leftOut: names.slice(MOST_NAMES) };
}

/** Each target once, in the order given. */
export function withoutRepeats(targets: readonly Target[]): Target[] {
  const idOf = (target: Target) =>
    target.kind === 'run' ? target.runId : `${target.runId}/${target.nodeId}`;
  return [...new Map(targets.map((target) => [idOf(target), target])).values()];
}

/**
 * Which of the other words are a question too. Without an id all of them are. Beside ids a few words are names, of
 * which none is lost in silence; more are a pasted sentence unless all look like names. Chinese beside an id is a word
 * of the language: `任务flow-…失败`.
 */
export function askedNames({ targets, names }: Pick<Found, 'targets' | 'names'>): readonly string[] {
  if (targets.length === 0 || names.every(looksLikeAName)) return names;
  return names.length > MOST_BESIDE_IDS ? [] : names.filter((word) => /[a-z\d]/i.test(word));
}

/** Words beside ids that are read as names whatever they look like. */
const MOST_BESIDE_IDS = 3;
