import type { Filter } from '../domain/filter/filter.ts';
import { formatFilter } from '../domain/filter/language.ts';
import type { ButtonSpec } from './button.ts';
import type { Locale, PartialAnswer, RunFacts } from './catalog.ts';
import { mostThatFit } from './fold.ts';
import { catalogFor } from './languages.ts';
import { type Line, line, longCode } from './line.ts';
import { composeMessage, fitsInMessage, type Message, type MessageParts } from './message.ts';
import { linkedRun, runEmoji } from './states.ts';

/** Runs that fit a filter. */
export interface RunsPage {
  readonly filter: Filter;
  /** When `since:` begins. */
  readonly since?: Date;
  readonly entries: readonly RunFacts[];
  /** Runs that fit. */
  readonly total: number;
  /** Set where not all runs were read. */
  readonly scanned?: { readonly read: number; readonly of: number };
  readonly partial?: PartialAnswer;
  readonly again: string;
  readonly more?: string;
}

/** The runs that fit a filter, in the order given; the filter is said in words first and as typed text last. */
export function renderRuns(page: RunsPage, locale: Locale): Message {
  const { entries, filter } = page;
  const parts = (shown: number, clauses: number): MessageParts =>
    runsParts(page, { entries: entries.slice(0, shown), clauses }, locale);
  const most = Math.min(filter.clauses.length, MOST_CLAUSES);
  const clauses = mostThatFit(most, (count) => fitsInMessage(parts(0, count)));
  const shown = mostThatFit(entries.length, (count) => fitsInMessage(parts(count, clauses)));
  return composeMessage(parts(shown, clauses));
}

/** Conditions said in words; the whole filter stands in the small print. */
const MOST_CLAUSES = 6;

function runsParts(
  page: RunsPage,
  shown: { readonly entries: readonly RunFacts[]; readonly clauses: number },
  locale: Locale,
): MessageParts {
  const catalog = catalogFor(locale);
  const { filter, since, total, scanned, partial, again, more } = page;
  const found = Math.max(total, page.entries.length);
  const lines: Line[] = [
    catalog.runsHead(found, catalog.filterInWords(filter, since, shown.clauses)),
    ...shown.entries.map(
      (facts) => line`${runEmoji(facts.run)} ${catalog.runEntry(linkedRun(facts.run, 'plain'), facts)}`,
    ),
  ];
  if (shown.entries.length < found) lines.push(catalog.someShown(shown.entries.length, found));
  if (scanned !== undefined) lines.push(catalog.scanned(scanned.read, scanned.of));
  if (partial !== undefined && partial.notShown.length > 0) lines.push(catalog.partly(partial));

  const { buttons } = catalog;
  const asked: ButtonSpec[] = more === undefined ? [] : [{ deed: 'ask', label: buttons.more, command: more }];
  const typed = formatFilter(filter);
  return {
    lines,
    buttons: [
      { deed: 'refresh', label: buttons.refresh, command: again },
      ...asked,
      { deed: 'share', label: buttons.share, command: again },
    ],
    small: typed === '' ? [] : [longCode(typed)],
  };
}
