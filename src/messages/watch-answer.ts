import { nameOfRun, phaseOfRun, type RunNode } from '../domain/run.ts';
import type { OnWord } from '../domain/watch.ts';
import type { ButtonSpec } from './button.ts';
import type { Catalog, Locale, PaiTrouble, RunFacts, WatchTerms } from './catalog.ts';
import { mostThatFit } from './fold.ts';
import { catalogFor } from './languages.ts';
import { code, emoji, join, type Line, line } from './line.ts';
import { composeMessage, fitsInMessage, type Message, type MessageParts } from './message.ts';
import { leftOverLines, MOST_IDS, type RunList } from './run-list.ts';
import { linkedRun, namedNode, phaseEmoji, runEmoji } from './states.ts';

/** What became of one run that somebody wants to watch. */
export type WatchOutcome = {
  readonly facts: RunFacts /** The one node that was asked for. */;
  readonly node?: RunNode;
} & (
  | {
      readonly kind: 'watched';
      /** False where they watched it there already. */
      readonly isNew: boolean;
      /** True where they watched it there and now hear other things of it. */
      readonly isChanged?: boolean | undefined;
      /** What they hear of it, where that is not what the report's terms say. */
      readonly on?: readonly OnWord[] | undefined;
      /** Slack's address of the card that tells of it there. */
      readonly card?: string | undefined;
      /** Other people who watch it there. */
      readonly others: number;
    }
  /** Nothing more can come of it, unless it is rerun. */
  | { readonly kind: 'at-rest' }
  /** PAI did not tell enough of it. */
  | { readonly kind: 'unseen'; readonly trouble: PaiTrouble }
  | { readonly kind: 'not-saved' }
);

/** Everything a wish to watch has to be answered with: nothing that was asked may be absent here. */
export interface WatchReport {
  /** Runs and nodes, whatever became of them. */
  readonly asked: number;
  readonly terms: WatchTerms;
  readonly outcomes: readonly WatchOutcome[];
  /** What was not found; its entries are not shown. */
  readonly notFound: RunList;
  /** More than one question watches, or not checked yet. */
  readonly later: readonly string[];
  /** How many of them the next question watches. */
  readonly next: number;
  /** The command lines behind the buttons; absent where there is nothing to do. */
  readonly commands: {
    readonly stop?: string;
    readonly status?: string;
    readonly rerun?: string;
    readonly later?: string;
  };
}

/** What is watched now and what is not, and why; what does not fit Slack's limits is counted. */
export function renderWatch(report: WatchReport, locale: Locale): Message {
  const ids = mostThatFit(MOST_IDS, (count) => fitsInMessage(watchParts(report, 0, count, locale)));
  const fits = (count: number): boolean => fitsInMessage(watchParts(report, count, ids, locale));
  return composeMessage(watchParts(report, mostThatFit(report.outcomes.length, fits), ids, locale));
}

function watchParts(report: WatchReport, shown: number, ids: number, locale: Locale): MessageParts {
  const catalog = catalogFor(locale);
  const { outcomes, notFound, later } = report;
  const entries = outcomes.slice(0, shown).map((each) => entryLine(each, report, catalog));
  return {
    lines: [
      ...headLines(report, shown > 0, catalog),
      ...entries,
      ...(shown < outcomes.length ? [catalog.someShown(shown, outcomes.length)] : []),
      ...leftOverLines(catalog, notFound, ids),
      ...(later.length === 0
        ? []
        : [catalog.watchLater(later.slice(0, ids).map(code), Math.max(0, later.length - ids))]),
    ],
    buttons: buttonsOf(report, catalog),
  };
}

function headLines(
  { asked, outcomes, terms, later }: WatchReport,
  isNamed: boolean,
  catalog: Catalog,
): Line[] {
  const watched = outcomes.flatMap((each) => (each.kind === 'watched' ? [each] : []));
  const [only] = watched;
  if (only === undefined) return asked > 1 ? [catalog.nothingWatched()] : [];
  if (asked > 1 || !isNamed)
    return [line`${emoji('eyes')} ${catalog.watchingSome(watched.length, asked + later.length, terms)}`];
  const { card, isNew, isChanged = false } = only;
  if (isNew && only.others > 0 && card !== undefined) {
    const link = { kind: 'link', url: card, words: catalog.card } as const;
    return [line`${emoji('eyes')} ${catalog.addedToCard(link, terms, only.node !== undefined)}`];
  }
  const how = { isNew, isChanged, isNode: only.node !== undefined };
  const others = only.others > 0 ? [catalog.othersWatch(only.others)] : [];
  return [line`${emoji('eyes')} ${catalog.watching(namedRun(only), terms, how)}`, ...others];
}

/** The run's name, or that of the node with the run it belongs to. */
function namedRun({ facts, node }: Pick<WatchOutcome, 'facts' | 'node'>): Line {
  const run = linkedRun(facts.run, 'bold');
  return node === undefined ? [run] : line`${run} › ${namedNode(node)}`;
}

function entryLine(outcome: WatchOutcome, { asked }: WatchReport, catalog: Catalog): Line {
  const { facts, node } = outcome;
  const name = linkedRun(facts.run, 'plain');
  switch (outcome.kind) {
    case 'watched': {
      const entry =
        node === undefined
          ? line`${runEmoji(facts.run)} ${catalog.runEntry(name, facts)}`
          : line`${phaseEmoji(node.status.phase)} ${catalog.nodeEntry(name, namedNode(node), { ...facts, node })}`;
      return join([entry, ...(asked > 1 ? beforeWords(outcome, catalog) : [])], ' · ');
    }
    case 'at-rest':
      return node === undefined || phaseOfRun(facts.run) === 'deleted'
        ? line`${runEmoji(facts.run)} ${catalog.atRest(name, facts)}`
        : line`${phaseEmoji(node.status.phase)} ${catalog.nodeAtRest(name, namedNode(node), { ...facts, node })}`;
    case 'unseen':
      return line`${emoji('warning')} ${catalog.notWatched(outcome.trouble, [code(nameOfRun(facts.run))], 0)}`;
    case 'not-saved':
      return line`${emoji('warning')} ${catalog.notSaved([code(nameOfRun(facts.run))], 0)}`;
    default:
      return outcome satisfies never;
  }
}

/** Among several: what the wish made of a watch that was there before, and what alone it hears of them. */
function beforeWords(
  { isNew, isChanged, on, node }: Extract<WatchOutcome, { kind: 'watched' }>,
  catalog: Catalog,
): Line[] {
  const told = on === undefined || node !== undefined ? [] : [catalog.toldWhen(on)];
  if (isNew) return told;
  return [isChanged ? catalog.watchChanged() : catalog.alreadyWatched(), ...told];
}

function buttonsOf({ commands, next }: WatchReport, { buttons }: Catalog): ButtonSpec[] {
  const ask = (label: string, command: string | undefined): ButtonSpec[] =>
    command === undefined ? [] : [{ deed: 'ask', label, command }];
  return [
    ...ask(buttons.stopWatching, commands.stop),
    ...ask(buttons.watchForRerun, commands.rerun),
    ...ask(buttons.watchMore(next), commands.later),
    ...ask(buttons.status, commands.status),
  ];
}
