import { consoleLink } from '../domain/console-link.ts';
import type { ButtonSpec } from './button.ts';
import type { Catalog, Locale, NodeFacts, RunFacts } from './catalog.ts';
import { catalogFor } from './languages.ts';
import { type Line, line } from './line.ts';
import { composeMessage, type Message } from './message.ts';
import { linkedRun, namedNode, phaseEmoji, runEmoji } from './states.ts';

/** One run as its card: state first, then times, who and where. `again` is the command that asks once more. */
export function renderRunCard(facts: RunFacts, again: string, locale: Locale): Message {
  const catalog = catalogFor(locale);
  const { run } = facts;
  const sentence = catalog.runSentence(linkedRun(run, 'bold'), facts);
  return composeMessage({
    lines: [line`${runEmoji(run)} ${sentence}`, catalog.runDetails(facts)],
    buttons: cardButtons(catalog, again, consoleLink(run)),
  });
}

/** One node of a run as its card. */
export function renderNodeCard(facts: NodeFacts, again: string, locale: Locale): Message {
  const catalog = catalogFor(locale);
  const { run, node } = facts;
  const sentence: Line = catalog.nodeSentence(linkedRun(run, 'bold'), namedNode(node), facts);
  return composeMessage({
    lines: [line`${phaseEmoji(node.status.phase)} ${sentence}`, catalog.nodeDetails(facts)],
    buttons: cardButtons(catalog, again, consoleLink(run)),
  });
}

function cardButtons({ buttons }: Catalog, again: string, url: string): ButtonSpec[] {
  return [
    { deed: 'refresh', label: buttons.refresh, command: again },
    { deed: 'open', label: buttons.openInPai, url },
    { deed: 'share', label: buttons.share, command: again },
  ];
}
