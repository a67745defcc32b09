import { consoleLink } from '../domain/console-link.ts';
import { hiddenIn } from '../domain/log/hidden.ts';
import type { Run, RunNode } from '../domain/run.ts';
import type { ButtonSpec } from './button.ts';
import type { Locale, LogPart } from './catalog.ts';
import { mostThatFit } from './fold.ts';
import { catalogFor } from './languages.ts';
import { type Line, line, preformatted, quote } from './line.ts';
import { composeMessage, fitsInMessage, type Message, type MessageParts } from './message.ts';
import { linkedRun, namedNode } from './states.ts';

/** Lines of one node's log. */
export interface LogPage {
  readonly run: Run;
  readonly node: RunNode;
  /** Cleaned: secrets masked, long lines cut. */
  readonly lines: readonly string[];
  /** Secrets made unreadable in them. */
  readonly hidden: number;
  /** Lines of the whole log, or all that fit the search. */
  readonly total: number;
  /** Number of the first line given, from 1. */
  readonly from: number;
  readonly kind: 'tail' | 'errors' | 'grep';
  readonly grep?: string;
  /** For errors: how many of the last lines were searched. */
  readonly searched?: number;
  readonly isLastFailed?: boolean;
  readonly again: string;
  /** The command that shows what stands before the lines really shown. */
  readonly older?: (shownLines: number) => string;
  readonly errorsOnly?: string;
  readonly asFile?: string;
}

/** A node's log: the head line, and as many of the last lines as Slack has room for. */
export function renderLog(page: LogPage, locale: Locale): Message {
  const { lines } = page;
  const fits = (shown: number): boolean => fitsInMessage(logParts(page, lines.slice(-shown), locale));
  const shown = lines.length === 0 ? 0 : mostThatFit(Math.min(lines.length, MOST_LINES), fits);
  return composeMessage(logParts(page, shown === 0 ? [] : lines.slice(-shown), locale));
}

/** More lines than a screen shows; looking at each of a long log would cost time for nothing. */
const MOST_LINES = 2000;

/** What stands above a log that is sent as a file. */
export function renderLogFile(
  file: Pick<LogPage, 'run' | 'node' | 'hidden' | 'total'> & { readonly shown: number },
  locale: Locale,
): Message {
  const place = line`${linkedRun(file.run, 'bold')} › ${namedNode(file.node)}`;
  return composeMessage({ lines: [catalogFor(locale).logFile(place, file)] });
}

function logParts(page: LogPage, shown: readonly string[], locale: Locale): MessageParts {
  const { buttons } = catalogFor(locale);
  const first = page.from + page.lines.length - shown.length;
  const open: ButtonSpec = { deed: 'open', label: buttons.openInPai, url: consoleLink(page.run) };
  const head = headLines(page, shown, locale);
  if (hasNoLog(page)) return { lines: head, buttons: [open] };
  const asks: ButtonSpec[] = [];
  if (page.older !== undefined && first > 1 && shown.length > 0)
    asks.push({ deed: 'ask', label: buttons.older, command: page.older(shown.length) });
  if (page.errorsOnly !== undefined)
    asks.push({ deed: 'ask', label: buttons.errorsOnly, command: page.errorsOnly });
  if (page.asFile !== undefined) asks.push({ deed: 'ask', label: buttons.asFile, command: page.asFile });
  return {
    lines: [...head, ...(shown.length === 0 ? [] : [preformatted(shown)])],
    buttons: [...asks, open, { deed: 'share', label: buttons.share, command: page.again }],
  };
}

/** A search that found nothing says nothing about the log; one for errors that had no line to look at does. */
function hasNoLog({ lines, kind, grep, searched }: LogPage): boolean {
  if (kind === 'errors') return searched === 0 && grep === undefined;
  return kind === 'tail' && lines.length === 0;
}

function headLines(page: LogPage, shown: readonly string[], locale: Locale): Line[] {
  const catalog = catalogFor(locale);
  const { run, node, kind, grep } = page;
  const place = line`${linkedRun(run, 'bold')} › ${namedNode(node)}`;
  const told = (head: Line): Line => (page.isLastFailed ? catalog.lastFailedHere(head) : head);
  if (shown.length === 0) {
    if (hasNoLog(page)) return [told(place), catalog.noLog()];
    if (kind === 'errors') return [told(catalog.noErrorLine(place, page.searched ?? page.total))];
    return [told(catalog.noLineWith(place, quote(grep ?? '')))];
  }
  const given = page.lines.length;
  const part: LogPart = {
    kind,
    // Errors are picked out of the lines searched, so they are counted among themselves.
    first: (kind === 'errors' ? 1 : page.from) + given - shown.length,
    shown: shown.length,
    total: kind === 'errors' ? given : Math.max(page.total, page.from + given - 1),
    hidden: hiddenIn(shown, page.hidden),
    ...(kind === 'grep' && { grep: quote(grep ?? '') }),
    ...(page.searched !== undefined && { searched: page.searched }),
  };
  return [told(catalog.logHead(place, part))];
}
