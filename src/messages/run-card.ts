import { consoleLink } from '../domain/console-link.ts';
import { phaseOfRun } from '../domain/run.ts';
import type { ButtonSpec } from './button.ts';
import type { Locale, NodeFacts, RunFacts } from './catalog.ts';
import { catalogFor } from './languages.ts';
import { type Line, line } from './line.ts';
import { composeMessage, type Message } from './message.ts';
import { linkedRun, namedNode, phaseEmoji, runEmoji } from './states.ts';

/** The command lines behind a run card's buttons; `again` is the one that asks once more. */
export interface RunCommands {
  readonly again: string;
  readonly logs: string;
  readonly outputs: string;
  readonly why?: string;
}

/** One run as its card: state first, then times, who and where. Where something failed, Why comes first. */
export function renderRunCard(facts: RunFacts, commands: RunCommands, locale: Locale): Message {
  const catalog = catalogFor(locale);
  const { run } = facts;
  const { buttons } = catalog;
  const { again, logs, outputs, why } = commands;
  const asksWhy: ButtonSpec[] =
    why !== undefined && hasFailure(facts)
      ? [{ deed: 'ask', label: buttons.why, command: why, primary: true }]
      : [];
  return composeMessage({
    lines: [
      line`${runEmoji(run)} ${catalog.runSentence(linkedRun(run, 'bold'), facts)}`,
      catalog.runDetails(facts),
    ],
    buttons: [
      ...asksWhy,
      { deed: 'refresh', label: buttons.refresh, command: again },
      { deed: 'ask', label: buttons.logs, command: logs },
      { deed: 'ask', label: buttons.outputs, command: outputs },
      { deed: 'open', label: buttons.openInPai, url: consoleLink(run) },
      { deed: 'share', label: buttons.share, command: again },
    ],
  });
}

/** One node of a run as its card. */
export function renderNodeCard(
  facts: NodeFacts,
  { again, logs, why }: Pick<RunCommands, 'again' | 'logs' | 'why'>,
  locale: Locale,
): Message {
  const catalog = catalogFor(locale);
  const { run, node } = facts;
  const { buttons } = catalog;
  const sentence: Line = catalog.nodeSentence(linkedRun(run, 'bold'), namedNode(node), facts);
  const asksWhy: ButtonSpec[] =
    why !== undefined && phaseOfRun(run) === 'failed'
      ? [{ deed: 'ask', label: buttons.why, command: why, primary: true }]
      : [];
  return composeMessage({
    lines: [line`${phaseEmoji(node.status.phase)} ${sentence}`, catalog.nodeDetails(facts)],
    buttons: [
      ...asksWhy,
      { deed: 'refresh', label: buttons.refresh, command: again },
      { deed: 'ask', label: buttons.logs, command: logs },
      { deed: 'open', label: buttons.openInPai, url: consoleLink(run) },
      { deed: 'share', label: buttons.share, command: again },
    ],
  });
}

function hasFailure({ run, nodes }: RunFacts): boolean {
  return phaseOfRun(run) === 'failed' || nodes?.failed !== undefined;
}
