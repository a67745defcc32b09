import type { Catalog, Locale } from './catalog.ts';
import { mostThatFit } from './fold.ts';
import { catalogFor } from './languages.ts';
import { code, type Line } from './line.ts';
import { composeMessage, fitsInMessage, type Message, type MessageParts } from './message.ts';
import { type LinkedRun, linkedRun } from './states.ts';

/** What became of a wish to watch no longer. */
export interface UnwatchReport {
  readonly stopped: readonly {
    /** The id alone of a run that may no longer be shown. */
    readonly run: LinkedRun | string;
    /** Other people who still watch it where the person did. */
    readonly others: number;
  }[];
  /** Names and ids that the person was not watching. */
  readonly notWatched: readonly string[];
}

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

function linesOf({ stopped, notWatched }: UnwatchReport, catalog: Catalog): Line[] {
  if (stopped.length + notWatched.length === 0) return [catalog.watchingNothing()];
  return [
    ...stopped.map(({ run, others }) =>
      catalog.stopped([typeof run === 'string' ? code(run) : linkedRun(run, 'plain')], others),
    ),
    ...notWatched.map((what) => catalog.notWatching(code(what))),
  ];
}
