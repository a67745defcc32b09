import { consoleLink } from '../domain/console-link.ts';
import type { ToldEvent } from '../domain/delivery.ts';
import { askAbout, targetOf } from './ask-about.ts';
import type { ButtonSpec } from './button.ts';
import type { Catalog } from './catalog.ts';
import { mostThatFit } from './fold.ts';
import { catalogFor } from './languages.ts';
import { code, emoji, join, type Line, line, moment, quotation, quote, type Span } from './line.ts';
import { TAIL_LINES, tailParts } from './log-tail.ts';
import { composeMessage, fitsInMessage, type Message, type MessageParts, type Part } from './message.ts';
import { cut } from './outside-text.ts';
import { watchedHere } from './people.ts';
import { eventEmoji, linkedRun } from './states.ts';
import type { EventTelling, ToldOutput } from './telling.ts';
import type { Again } from './telling-words.ts';

/**
 * What the people of a place are told when something happens: what and why in the first line, a failure with the end of
 * its log, who asked for it last. Of them only the mentioned are pinged.
 */
export function renderEvent(facts: ToldEvent, telling: EventTelling): Message {
  const fits = (shown: number): boolean => fitsInMessage(eventParts(facts, shown, telling));
  return composeMessage(eventParts(facts, mostThatFit(TAIL_LINES, fits), telling));
}

function eventParts(facts: ToldEvent, tailLines: number, telling: EventTelling): MessageParts {
  return {
    lines: [...linesOf(facts, tailLines, telling), lastLine(facts, telling)].filter(isSaid),
    buttons: buttonsOf(facts, telling),
  };
}

function isSaid(part: Part): boolean {
  return !('length' in part) || part.length > 0;
}

/** Who asked for it; before it, where no line of its own has said so, that it is told late. */
function lastLine(facts: ToldEvent, telling: EventTelling): Line {
  const { kind } = facts.event;
  const catalog = catalogFor(telling.locale);
  if (kind === 'failed' && facts.isFailureTold && facts.mentions.length === 0) return [];
  const people = watchedHere(facts, telling);
  if (kind === 'failed' || kind === 'node-failed') return people;
  const ended = kind === 'succeeded' ? catalog.endedAt(facts.event) : undefined;
  return join([ended, telling.late && catalog.toldLate(telling.late), people], ' · ');
}

function linesOf(facts: ToldEvent, tailLines: number, telling: EventTelling): Part[] {
  const { run, event, nodes, failures } = facts;
  const catalog = catalogFor(telling.locale);
  const name = linkedRun(run, 'bold');
  switch (event.kind) {
    case 'failed':
      return failures > 1
        ? [failedAgainLine(facts, telling, catalog)]
        : failedLines(facts, tailLines, telling, catalog);
    case 'node-failed': {
      const again = failures > 1 ? againOf(facts) : undefined;
      const { cause } = telling.details;
      const { late } = telling;
      return [
        line`${emoji('x')} ${catalog.event(name, event, { node: nodeOf(facts), nodes, again })}`,
        ...(cause === undefined ? [] : [quotation(cause)]),
        ...(late === undefined ? [] : [line`${moment(event.at)} · ${catalog.toldLate(late)}`]),
        ...logParts(facts, tailLines, telling, catalog),
      ];
    }
    case 'succeeded':
      return [
        line`${eventEmoji(event.kind)} ${catalog.event(name, event, { nodes })}`,
        ...outputLines(telling.details.outputs, catalog),
      ];
    default:
      return [line`${eventEmoji(event.kind)} ${catalog.event(name, event, { node: nodeOf(facts), nodes })}`];
  }
}

function failedLines(facts: ToldEvent, tailLines: number, telling: EventTelling, catalog: Catalog): Part[] {
  const { run, event, nodes, isFailureTold } = facts;
  const { cause, hasLog } = telling.details;
  const at = nodeOf(facts);
  const name = linkedRun(run, 'bold');
  return [
    line`${emoji('x')} ${catalog.runFailed(name, at, cause === undefined ? undefined : quote(cause), hasLog)}`,
    join([catalog.failureDetails(event, nodes, at), lateness(telling, catalog)], ' · '),
    ...(isFailureTold ? [] : logParts(facts, tailLines, telling, catalog)),
  ];
}

function failedAgainLine(facts: ToldEvent, telling: EventTelling, catalog: Catalog): Line {
  const { cause } = telling.details;
  const about = {
    node: nodeOf(facts),
    again: againOf(facts),
    cause: cause === undefined ? undefined : quote(cause),
  };
  const sentence = catalog.failedAgain(linkedRun(facts.run, 'bold'), facts.event, about);
  return join([line`${emoji('x')} ${sentence}`, lateness(telling, catalog)], ' · ');
}

/** The same run by its attempt, a new run of the pipeline by how many failed in a row. */
function againOf({ event: { attempt }, failures }: ToldEvent): Again {
  return attempt > 1 ? { kind: 'attempt', attempt } : { kind: 'in-a-row', failures };
}

function nodeOf({ event, cause }: ToldEvent): Span | undefined {
  const node = event.node ?? cause;
  return node && code(node.name);
}

function logParts(
  { event, cause }: ToldEvent,
  most: number,
  { details }: EventTelling,
  catalog: Catalog,
): Part[] {
  const hasNode = event.node !== undefined || cause !== undefined;
  if (!details.hasLog) return hasNode ? [catalog.noLogHere()] : [];
  return tailParts(details, most, catalog);
}

/** Numbers that people compare, and what can be used. */
const MOST_OUTPUTS = 6;
/** Characters of an output's name or value. */
const OUTPUT = 40;

function outputLines(outputs: readonly ToldOutput[], catalog: Catalog): Line[] {
  if (outputs.length === 0) return [];
  const shown = outputs.slice(0, MOST_OUTPUTS).map((output) => outputWords(output, catalog));
  const left = outputs.length - shown.length;
  return [join([...shown, left > 0 ? catalog.moreValues(left) : undefined], ' · ')];
}

function outputWords({ kind, name, value }: ToldOutput, catalog: Catalog): Line {
  if (kind === 'model') return catalog.modelMade(code(cut(name, OUTPUT)));
  if (value === undefined) return [code(cut(name, OUTPUT))];
  return line`${code(cut(name, OUTPUT))} ${NUMBER.test(value) ? value : code(cut(value, OUTPUT))}`;
}

/** As numbers are written here; anything else is somebody's text. */
const NUMBER = /^[-+\d.,]{1,40}(?:e[-+]?\d{1,4})?$/;

function lateness({ late }: EventTelling, catalog: Catalog): Line | undefined {
  return late && catalog.toldLate(late);
}

function buttonsOf({ run, event, cause }: ToldEvent, telling: EventTelling): ButtonSpec[] {
  const { buttons } = catalogFor(telling.locale);
  const nodeId = event.node?.nodeId ?? cause?.nodeId;
  const logs = askAbout(buttons.allLogs, ['logs'], [targetOf(run, nodeId)], telling);
  const outputs = askAbout(buttons.outputs, ['outputs'], [targetOf(run)], telling);
  const open: ButtonSpec = { deed: 'open', label: buttons.openInPai, url: consoleLink(run) };
  switch (event.kind) {
    case 'node-failed':
      return [logs, open];
    case 'failed':
      return [logs, outputs, open];
    case 'succeeded':
      return [outputs, open];
    case 'paused':
      return [askAbout(buttons.keepWatching, ['watch'], [targetOf(run)], telling)];
    default:
      return [];
  }
}
