import { nameOfRun } from '../domain/run.ts';
import type { ButtonSpec } from './button.ts';
import type { Catalog, Locale, PartialAnswer, RunFacts } from './catalog.ts';
import { mostThatFit } from './fold.ts';
import { catalogFor } from './languages.ts';
import { code, type Line, line, type Span } from './line.ts';
import { composeMessage, fitsInMessage, type Message, type MessageParts } from './message.ts';
import { cleanLabel, cleanName } from './outside-text.ts';
import { linkedRun, runEmoji } from './states.ts';

/** Several runs where one is wanted. */
export interface Choice {
  /** The name that fits several pipelines; without it the runs themselves were given. */
  readonly name?: string;
  /** Pipelines that fit, or runs given. */
  readonly total: number;
  /** The newest run of each, and the command that means it. */
  readonly candidates: readonly { readonly facts: RunFacts; readonly command: string }[];
  readonly partial?: PartialAnswer;
}

/** Which of several pipelines is meant, one button each: nothing is guessed. */
export function renderChoices(choice: Choice, locale: Locale): Message {
  const most = Math.min(choice.candidates.length, MOST_CHOICES);
  const fits = (shown: number): boolean => fitsInMessage(choiceParts(choice, shown, locale));
  return composeMessage(choiceParts(choice, mostThatFit(most, fits), locale));
}

/** More buttons than this nobody reads; a longer name finds the rest. */
const MOST_CHOICES = 12;

function choiceParts(
  { name, total, candidates, partial }: Choice,
  count: number,
  locale: Locale,
): MessageParts {
  const catalog = catalogFor(locale);
  const shown = candidates.slice(0, count);
  const found = Math.max(total, candidates.length);
  const names = shown.map(({ facts }) => nameOfRun(facts.run));
  return {
    lines: [
      headOf(name === undefined ? undefined : code(name), found, catalog),
      ...shown.map(
        ({ facts }) => line`${runEmoji(facts.run)} ${catalog.runEntry(linkedRun(facts.run, 'plain'), facts)}`,
      ),
      ...(shown.length < found ? [catalog.choicesShown(shown.length, found)] : []),
      ...(partial === undefined || partial.notShown.length === 0 ? [] : [catalog.partly(partial)]),
    ],
    buttons: shown.map(({ facts, command }): ButtonSpec => {
      const isRepeated = names.filter((each) => each === nameOfRun(facts.run)).length > 1;
      return { deed: 'ask', label: label(facts, isRepeated), command };
    }),
  };
}

/** One alone is offered only where there may be others that nobody could see. */
function headOf(name: Span | undefined, found: number, catalog: Catalog): Line {
  if (found === 1) return catalog.onlyOneSeen(name);
  return name === undefined ? catalog.whichOfThese(found) : catalog.whichOne(name, found);
}

/** Slack shows about 30 characters of a label, so the PAI workspace stands first where it makes the difference. */
function label({ run, workspace }: RunFacts, isRepeated: boolean): string {
  const name = cleanName(nameOfRun(run));
  return isRepeated ? `${cleanLabel(workspace ?? run.workspaceId ?? run.region)}: ${name}` : name;
}
