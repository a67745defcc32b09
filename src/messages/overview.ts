import { type ButtonSpec, withCommand } from './button.ts';
import type { Counts, Locale, PartialAnswer, RunFacts } from './catalog.ts';
import { mostThatFit } from './fold.ts';
import { catalogFor } from './languages.ts';
import { code, emoji, type Line, line } from './line.ts';
import { composeMessage, fitsInMessage, type Message, type MessageParts } from './message.ts';
import { linkedRun, runEmoji } from './states.ts';

/** What goes on in the PAI workspaces of the settings. */
export interface Overview {
  readonly since: Date;
  readonly counts: Counts;
  readonly failed: readonly RunFacts[];
  readonly running: readonly RunFacts[];
  readonly lastFailure?: RunFacts;
  /** The PAI workspaces that were read. */
  readonly labels: readonly string[];
  readonly readAt: Date;
  readonly partial?: PartialAnswer;
  /** Whoever asks has not asked before, so it is told how to begin. */
  readonly isFirstTime: boolean;
  /** Counting stopped at a bound. */
  readonly isAtLeast: boolean;
  /** The command's name. */
  readonly command: string;
  readonly again: string;
}

/** `/pai` alone: failures first, then what runs; quiet is claimed only where everything was read. */
export function renderOverview(facts: Overview, locale: Locale): Message {
  const fits = (most: number): boolean => fitsInMessage(overviewParts(facts, most, locale));
  return composeMessage(overviewParts(facts, mostThatFit(MOST_RUNS, fits), locale));
}

/** Runs of one state that are named: with both the answer stays one screen. */
const MOST_RUNS = 5;

function overviewParts(facts: Overview, most: number, locale: Locale): MessageParts {
  const catalog = catalogFor(locale);
  const { counts, command, again, partial } = facts;
  const [failed, running] = [facts.failed.slice(0, most), facts.running.slice(0, most)];
  const left = catalog.overviewMore(counts.failed - failed.length, counts.running - running.length);
  const entries = [...failed, ...running].map(
    (each): Line => line`${runEmoji(each.run)} ${catalog.runEntry(linkedRun(each.run, 'plain'), each)}`,
  );
  const last = counts.failed === 0 && most > 0 ? facts.lastFailure : undefined;
  const intro = facts.isFirstTime ? catalog.firstTime((text) => code(withCommand(command, text))) : [];
  return {
    lines: [
      ...intro,
      line`${emoji(counts.failed > 0 ? 'x' : 'white_check_mark')} ${catalog.overviewHead(counts, facts.since, howMuchWasRead(facts))}`,
      ...entries,
      ...(left.length === 0 ? [] : [left]),
      ...(last === undefined ? [] : [catalog.lastFailure(linkedRun(last.run, 'plain'), last)]),
      ...(partial === undefined || partial.notShown.length === 0 ? [] : [catalog.partly(partial)]),
      catalog.readFrom(facts.labels, facts.readAt),
    ],
    buttons: overviewButtons(facts, again, locale),
  };
}

function howMuchWasRead({ partial, isAtLeast }: Overview): 'all' | 'some' | 'at-least' {
  if (isAtLeast) return 'at-least';
  return partial === undefined || partial.notShown.length === 0 ? 'all' : 'some';
}

function overviewButtons({ command, isFirstTime }: Overview, again: string, locale: Locale): ButtonSpec[] {
  const { buttons } = catalogFor(locale);
  const runs: ButtonSpec[] = isFirstTime
    ? [{ deed: 'ask', label: buttons.runningNow, command: withCommand(command, 'runs running') }]
    : [];
  return [
    { deed: 'refresh', label: buttons.refresh, command: again },
    ...runs,
    { deed: 'ask', label: buttons.help, command: withCommand(command, 'help') },
  ];
}
