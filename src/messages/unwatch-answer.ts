import type { Catalog, Locale } from './catalog.ts';
import { mostThatFit } from './fold.ts';
import { catalogFor } from './languages.ts';
import { code, type Line, line } from './line.ts';
import { composeMessage, fitsInMessage, type Message, type MessageParts } from './message.ts';
import { type LinkedRun, linkedRun } from './states.ts';

/** What became of a wish to watch no longer. */
export interface UnwatchReport {
  readonly stopped: readonly {
    /** The id alone of a run that may no longer be shown. */
    readonly run: LinkedRun | string;
    /** The one node that is no longer watched, by its name. */
    readonly node?: string | undefined;
    /** Places in which the person still watches it. */
    readonly elsewhere?: number;
    /** Other people who still watch it where the person did. */
    readonly others: number;
  }[];
  /** Names and ids that the person was not watching. */
  readonly notWatched: readonly string[];
  /** The run of which the first of those names no node, and the names of its nodes. */
  readonly nodesOf?: { readonly run: LinkedRun; readonly nodes: readonly string[] };
}

/** Nodes named that could have been meant. */
const MOST_NODES = 6;

/** What is no longer watched; what does not fit Slack's limits is counted. */
export function renderUnwatch(report: UnwatchReport, locale: Locale): Message {
  const catalog = catalogFor(locale);
  const lines = linesOf(report, catalog);
  const parts = (shown: number): MessageParts => ({
    lines: [
      ...lines.slice(0, shown),
      ...(shown < lines.length ? [catalog.someShown(shown, lines.length)] : []),
    ],
  });
  const shown = mostThatFit(lines.length, (count) => fitsInMessage(parts(count)));
  return composeMessage(parts(shown));
}

function linesOf({ stopped, notWatched, nodesOf }: UnwatchReport, catalog: Catalog): Line[] {
  if (stopped.length + notWatched.length === 0) return [catalog.watchingNothing()];
  const [typed = ''] = notWatched;
  return [
    ...(nodesOf === undefined ? [] : [nodesLine(nodesOf, typed, catalog)]),
    ...stopped.map((each) => stoppedLine(each, catalog)),
    ...notWatched.map((what) => catalog.notWatching(code(what))),
  ];
}

function nodesLine(
  { run, nodes }: NonNullable<UnwatchReport['nodesOf']>,
  typed: string,
  catalog: Catalog,
): Line {
  const shown = nodes.slice(0, MOST_NODES).map(code);
  return catalog.noSuchNode(linkedRun(run, 'plain'), code(typed), shown, nodes.length - shown.length);
}

function stoppedLine(
  { run, node, others, elsewhere = 0 }: UnwatchReport['stopped'][number],
  catalog: Catalog,
): Line {
  const name = typeof run === 'string' ? code(run) : linkedRun(run, 'plain');
  const stopped = catalog.stopped(node === undefined ? [name] : line`${name} › ${code(node)}`, others);
  return elsewhere === 0 ? stopped : line`${stopped} ${catalog.stillElsewhere(elsewhere)}`;
}
