import { consoleLink } from '../domain/console-link.ts';
import type { DeliveryFacts, FoldMember } from '../domain/delivery.ts';
import { askAbout, targetOf } from './ask-about.ts';
import type { Catalog } from './catalog.ts';
import { catalogFor } from './languages.ts';
import { channel, code, emoji, type Line, line } from './line.ts';
import { composeMessage, type Message, type MessageParts } from './message.ts';
import { cleanCode } from './outside-text.ts';
import { eventEmoji, linkedRun } from './states.ts';
import type { TellingContext } from './telling.ts';

/** What is told that is no event of a run. */
export type NoteFacts = Exclude<DeliveryFacts, { kind: 'opening' | 'event' | 'fold' }>;

/** A note about Flowbell itself: a pause, an absence, an outage, an update that Slack refuses. Nobody is mentioned. */
export function renderNote(facts: NoteFacts, context: TellingContext): Message {
  return composeMessage(noteParts(facts, context));
}

function noteParts(facts: NoteFacts, context: TellingContext): MessageParts {
  const catalog = catalogFor(context.locale);
  switch (facts.kind) {
    case 'unshown':
      return unshownParts(facts, context, catalog);
    case 'offline':
      return { lines: [line`${emoji('information_source')} ${catalog.wasOffline(facts, facts)}`] };
    case 'paused':
      return { lines: pausedLines(facts, catalog) };
    case 'resumed':
      return { lines: [line`${emoji('arrow_forward')} ${catalog.backAgain(facts, facts.held)}`] };
    case 'outage': {
      const { outage, watches } = facts;
      const said = outage.code === undefined ? '' : cleanCode(outage.code);
      const labels = context.labelsOf(outage.region);
      const sentence = catalog.paiAway(outage, labels, said === '' ? undefined : code(said), watches);
      return { lines: [line`${emoji('rotating_light')} ${sentence}`] };
    }
    case 'outage-over': {
      const { outage, until, late } = facts;
      const sentence = catalog.paiBack(outage, context.labelsOf(outage.region), until, late);
      return { lines: [line`${emoji('white_check_mark')} ${sentence}`] };
    }
    default:
      return facts satisfies never;
  }
}

function unshownParts(
  { run }: Extract<NoteFacts, { kind: 'unshown' }>,
  context: TellingContext,
  catalog: Catalog,
): MessageParts {
  const name = run && linkedRun(run, 'bold');
  const lines = [line`${emoji('warning')} ${catalog.unshown(name)}`];
  if (run === undefined) return { lines };
  return {
    lines,
    buttons: [
      askAbout(catalog.buttons.status, ['status'], [targetOf(run)], context),
      { deed: 'open', label: catalog.buttons.openInPai, url: consoleLink(run) },
    ],
  };
}

function pausedLines(facts: Extract<NoteFacts, { kind: 'paused' }>, catalog: Catalog): Line[] {
  const { runs, moreRuns, channelId, reason, held, newest } = facts;
  const shown = runs.slice(0, MOST_RUNS);
  const names = shown.map((run) => linkedRun(run, 'plain'));
  const more = moreRuns + runs.length - shown.length;
  const head = catalog.watchPaused(names, more, channel(channelId), facts);
  return [
    line`${emoji('double_vertical_bar')} ${head}`,
    ...(held === 0 ? [] : [catalog.heldBack(held, newest && newestLine(newest, catalog))]),
    catalog.resumesOnce(reason),
  ];
}

/** Runs named of those somebody watches in a channel. */
const MOST_RUNS = 5;

function newestLine({ run, event, cause }: FoldMember, catalog: Catalog): Line {
  const node = event.node ?? cause;
  const about = { name: linkedRun(run, 'plain'), node: node && code(node.name), hasTime: true };
  return line`${eventEmoji(event.kind)} ${catalog.foldEntry(event, about)}`;
}
