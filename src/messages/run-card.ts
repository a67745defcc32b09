import { consoleLink } from '../domain/console-link.ts';
import { phaseOfRun } from '../domain/run.ts';
import { isFinal, type Phase } from '../domain/status.ts';
import type { ButtonSpec } from './button.ts';
import type { Catalog, Locale, NodeFacts, RunFacts } from './catalog.ts';
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
  readonly watch?: string;
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
      ...watchButton(phaseOfRun(run), commands, catalog),
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
  commands: Omit<RunCommands, 'outputs'>,
  locale: Locale,
): Message {
  const catalog = catalogFor(locale);
  const { run, node } = facts;
  const { buttons } = catalog;
  const { again, logs, why } = commands;
  const sentence: Line = catalog.nodeSentence(linkedRun(run, 'bold'), namedNode(node), facts);
  const asksWhy: ButtonSpec[] =
    why !== undefined && phaseOfRun(run) === 'failed'
      ? [{ deed: 'ask', label: buttons.why, command: why, primary: true }]
      : [];
  return composeMessage({
    lines: [line`${phaseEmoji(node.status.phase)} ${sentence}`, catalog.nodeDetails(facts)],
    buttons: [
      ...asksWhy,
      ...watchButton(node.status.phase, commands, catalog),
      { deed: 'refresh', label: buttons.refresh, command: again },
      { deed: 'ask', label: buttons.logs, command: logs },
      { deed: 'open', label: buttons.openInPai, url: consoleLink(run) },
      { deed: 'share', label: buttons.share, command: again },
    ],
  });
}

/** Of what is at rest nothing more is to be heard. */
function watchButton(
  phase: Phase,
  { watch }: Pick<RunCommands, 'watch'>,
  { buttons }: Catalog,
): ButtonSpec[] {
  if (watch === undefined || isFinal(phase)) return [];
  return [{ deed: 'ask', label: buttons.watch, command: watch }];
}

function hasFailure({ run, nodes }: RunFacts): boolean {
  return phaseOfRun(run) === 'failed' || nodes?.failed !== undefined;
}
