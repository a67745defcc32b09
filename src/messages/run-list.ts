import { phaseOfRun } from '../domain/run.ts';
import { type Phase, WORST_FIRST } from '../domain/status.ts';
import type { NodeId } from '../domain/target.ts';
import type { Catalog, Locale, NodeFacts, PaiTrouble, PartialAnswer, RunFacts } from './catalog.ts';
import { mostThatFit } from './fold.ts';
import { catalogFor } from './languages.ts';
import { code, emoji, type Line, line, type Span } from './line.ts';
import { composeMessage, fitsInMessage, type Message, type MessageParts } from './message.ts';
import { countPhases, linkedRun, namedNode, phaseEmoji, runEmoji } from './states.ts';

/** What became of one of the ids that were asked. */
export type ListEntry =
  | { readonly kind: 'run'; readonly facts: RunFacts }
  | { readonly kind: 'node'; readonly facts: NodeFacts };

/** Everything a question about several ids has to be answered with: nothing that was asked may be absent here. */
export interface RunList {
  readonly asked: number;
  /** Set where so many were asked that details were left out: the most that get any. */
  readonly mostWithDetails?: number;
  readonly entries: readonly ListEntry[];
  readonly missing: readonly { readonly id: string; readonly regions: readonly string[] }[];
  readonly refused: readonly string[];
  /** Found, but whether this person may see them has not been learnt yet. */
  readonly unchecked: readonly string[];
  readonly notAnswered: readonly { readonly id: string; readonly trouble: PaiTrouble }[];
  readonly regionNotSetUp: readonly { readonly id: string; readonly region: string }[];
  readonly nodesWithoutRun: readonly NodeId[];
  readonly namesNotFound: readonly string[];
  /** Names that fit several pipelines, so that none was taken. */
  readonly ambiguous: readonly { readonly name: string; readonly pipelines: number }[];
  readonly namesLeftOut: readonly string[];
  /** Set where names were not looked for everywhere. */
  readonly partial?: PartialAnswer | undefined;
  /** Where names were looked for, as the settings call it. */
  readonly labels: readonly string[];
}

/** The command line that watches all runs of a list that are not at rest, and how many they are. */
export interface WatchAll {
  readonly command: string;
  readonly count: number;
}

/**
 * Several runs and nodes, worst first. What does not fit Slack's limits is folded into counts by state from the
 * end, where the good news stands, and said so; no id is dropped in silence.
 */
export function renderRunList(list: RunList, again: string, locale: Locale, watch?: WatchAll): Message {
  const catalog = catalogFor(locale);
  const entries = [...list.entries].sort((one, other) => rank(one) - rank(other));
  const lines = entries.map((entry) => entryLine(catalog, entry));
  const parts = (shownEntries: number, shownIds: number): MessageParts => ({
    lines: [
      catalog.listHead(list.asked, entries.length, countPhases(entries.map(phaseOf))),
      ...lines.slice(0, shownEntries),
      ...foldedLine(catalog, entries.slice(shownEntries)),
      ...(list.mostWithDetails === undefined || entries.length === 0
        ? []
        : [catalog.detailsLeftOut(list.mostWithDetails)]),
      ...leftOverLines(catalog, list, shownIds),
    ],
    buttons: [
      ...(watch === undefined
        ? []
        : [{ deed: 'ask' as const, label: catalog.buttons.watchRuns(watch.count), command: watch.command }]),
      { deed: 'refresh', label: catalog.buttons.refresh, command: again },
      ...(entries.length === 0
        ? []
        : [{ deed: 'share' as const, label: catalog.buttons.share, command: again }]),
    ],
  });
  const shownIds = mostThatFit(MOST_IDS, (ids) => fitsInMessage(parts(0, ids)));
  const shownEntries = mostThatFit(entries.length, (count) => fitsInMessage(parts(count, shownIds)));
  return composeMessage(parts(shownEntries, shownIds));
}

/** Ids named in one line of those that were not found; more would push the found ones out of the message. */
export const MOST_IDS = 40;

/** Regions named that are not set up; somebody who pastes more of them knows what they did. */
const MOST_REGIONS = 5;

function rank(entry: ListEntry): number {
  return WORST_FIRST.indexOf(phaseOf(entry));
}

function phaseOf(entry: ListEntry): Phase {
  return entry.kind === 'run' ? phaseOfRun(entry.facts.run) : entry.facts.node.status.phase;
}

function entryLine(catalog: Catalog, entry: ListEntry): Line {
  const name = linkedRun(entry.facts.run, 'plain');
  if (entry.kind === 'run') return line`${runEmoji(entry.facts.run)} ${catalog.runEntry(name, entry.facts)}`;
  const { node } = entry.facts;
  return line`${phaseEmoji(node.status.phase)} ${catalog.nodeEntry(name, namedNode(node), entry.facts)}`;
}

function foldedLine(catalog: Catalog, folded: readonly ListEntry[]): Line[] {
  if (folded.length === 0) return [];
  return [
    line`${emoji('heavy_plus_sign')} ${catalog.moreEntries(folded.length, countPhases(folded.map(phaseOf)))}`,
  ];
}

/** What became of the ids and names that were not found, at most `shown` of a kind by name. */
export function leftOverLines(catalog: Catalog, list: RunList, shown: number): Line[] {
  const lines: Line[] = [];
  const add = (
    sign: string,
    ids: readonly string[],
    say: (ids: readonly Span[], more: number) => Line,
  ): void => {
    if (ids.length === 0) return;
    const named = ids.slice(0, Math.max(1, shown));
    lines.push(line`${emoji(sign)} ${say(named.map(code), ids.length - named.length)}`);
  };
  for (const [regions, each] of groupBy(list.missing, ({ regions }) => regions.join(' '))) {
    add(
      'mag',
      each.map(({ id }) => id),
      (ids, more) => catalog.missing(regions.split(' '), ids, more),
    );
  }
  add('hourglass_flowing_sand', list.unchecked, (ids, more) => catalog.unchecked(ids, more));
  add('warning', list.refused, (ids, more) => catalog.refused(ids, more));
  for (const each of groupBy(
    list.notAnswered,
    ({ trouble }) => `${trouble.kind} ${trouble.region}`,
  ).values()) {
    const [first] = each;
    if (first)
      add(
        'warning',
        each.map(({ id }) => id),
        (ids, more) => catalog.notAnswered(first.trouble, ids, more),
      );
  }
  const regions = [...new Set(list.regionNotSetUp.map(({ region }) => region))].slice(0, MOST_REGIONS);
  add(
    'warning',
    list.regionNotSetUp.map(({ id }) => id),
    (ids, more) => catalog.regionNotSetUp(regions.map(code), ids, more),
  );
  add('mag', list.nodesWithoutRun, (ids, more) => catalog.nodeWithoutRun(ids, more));
  for (const { name, pipelines } of list.ambiguous)
    lines.push(line`${emoji('mag')} ${catalog.ambiguousName(code(name), pipelines)}`);
  add('mag', list.namesNotFound, (names, more) => catalog.namesNotFound(names, more, list.labels));
  add('warning', list.namesLeftOut, (names, more) => catalog.namesLeftOut(names, more));
  if (list.partial !== undefined) lines.push(catalog.mayStillBeIn(list.partial));
  return lines;
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}
