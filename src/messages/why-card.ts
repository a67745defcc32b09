import { consoleLink } from '../domain/console-link.ts';
import { phaseOfRun, type RunNode } from '../domain/run.ts';
import type { ButtonSpec } from './button.ts';
import type { Locale, PaiTrouble, RunFacts } from './catalog.ts';
import { mostThatFit } from './fold.ts';
import { catalogFor } from './languages.ts';
import { emoji, type Line, line, type Preformatted, quote } from './line.ts';
import { TAIL_LINES, tailParts } from './log-tail.ts';
import { composeMessage, fitsInMessage, type Message, type MessageParts } from './message.ts';
import { linkedRun, namedNode, runEmoji } from './states.ts';

/** Why a run failed, as far as its log says. */
export interface Why {
  readonly facts: RunFacts;
  /** The node that failed. */
  readonly node?: RunNode;
  /** Masked. */
  readonly cause?: string;
  /** The end of the node's log, cleaned. */
  readonly tail: readonly string[];
  /** Secrets made unreadable in it. */
  readonly hidden: number;
  /** False where the node has no log, or it was not read. */
  readonly hasLog: boolean;
  /** Why the log was not read, where PAI did not give it. */
  readonly trouble?: PaiTrouble;
  readonly isLastFailed?: boolean;
  readonly again: string;
  readonly logs?: string;
  readonly outputs: string;
}

/** Why a run failed: the node and its error line first, then times, then the end of the log. */
export function renderWhy(why: Why, locale: Locale): Message {
  const fits = (shown: number): boolean => fitsInMessage(whyParts(why, shown, locale));
  return composeMessage(whyParts(why, mostThatFit(TAIL_LINES, fits), locale));
}

function whyParts(why: Why, most: number, locale: Locale): MessageParts {
  const catalog = catalogFor(locale);
  const head = headLine(why, locale);
  return {
    lines: [
      why.isLastFailed ? catalog.lastFailedHere(head) : head,
      catalog.runDetails(why.facts),
      ...logLines(why, most, locale),
    ],
    buttons: whyButtons(why, locale),
  };
}

function headLine({ facts, node, cause, hasLog }: Why, locale: Locale): Line {
  const catalog = catalogFor(locale);
  const name = linkedRun(facts.run, 'bold');
  const quoted = cause === undefined ? undefined : quote(cause);
  if (phaseOfRun(facts.run) === 'failed') {
    const at = node === undefined ? undefined : namedNode(node);
    return line`${emoji('x')} ${catalog.runFailed(name, at, quoted, hasLog)}`;
  }
  if (node?.status.phase === 'failed')
    return line`${emoji('x')} ${catalog.nodeFailed(name, namedNode(node), quoted, facts, hasLog)}`;
  return line`${runEmoji(facts.run)} ${catalog.nothingFailed(catalog.runSentence(name, facts))}`;
}

function logLines(
  { node, tail, hidden, hasLog, trouble }: Why,
  most: number,
  locale: Locale,
): (Line | Preformatted)[] {
  const catalog = catalogFor(locale);
  const shown = tailParts({ tail, hidden }, most, catalog);
  if (shown.length > 0) return shown;
  if (node === undefined || hasLog) return [];
  return [trouble === undefined ? catalog.noLog() : catalog.trouble(trouble)];
}

function whyButtons({ facts, again, logs, outputs }: Why, locale: Locale): ButtonSpec[] {
  const { buttons } = catalogFor(locale);
  const log: ButtonSpec[] =
    logs === undefined ? [] : [{ deed: 'ask', label: buttons.logs, command: logs, primary: true }];
  return [
    { deed: 'refresh', label: buttons.refresh, command: again },
    ...log,
    { deed: 'ask', label: buttons.outputs, command: outputs },
    { deed: 'open', label: buttons.openInPai, url: consoleLink(facts.run) },
    { deed: 'share', label: buttons.share, command: again },
  ];
}
