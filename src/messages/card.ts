import { type Card, type CardRun, isAtRest, mainRunOf } from '../domain/card.ts';
import { consoleLink } from '../domain/console-link.ts';
import { askAbout, targetOf } from './ask-about.ts';
import type { ButtonSpec } from './button.ts';
import { factsOf, outageLines, phaseOf } from './card-facts.ts';
import { renderListCard } from './card-list.ts';
import { PEOPLE_ROOMS, type PeopleRoom, peopleLines } from './card-people.ts';
import { catalogFor } from './languages.ts';
import { code, emoji, type Line, line } from './line.ts';
import { composeMessage, fitsInMessage, type Message, type MessageParts } from './message.ts';
import { linkedRun, phaseEmoji } from './states.ts';
import type { TellingContext } from './telling.ts';

/**
 * A place's card: how its run is now, who watches it and what they are told. Several runs of one pipeline show as their
 * newest once the others have ended; other runs as a list. Nobody is pinged by it.
 */
export function renderCard(card: Card, context: TellingContext): Message {
  const only = mainRunOf(card.runs);
  return only === undefined ? renderListCard(card, context) : renderOneRun(only, card, context);
}

function renderOneRun(each: CardRun, card: Card, context: TellingContext): Message {
  const parts = (room: PeopleRoom): MessageParts => ({
    lines: [
      ...stateLines(each, card, context),
      catalogFor(context.locale).cardDetails(factsOf(each, context), each.attempt),
      ...peopleLines(each, room, context).filter(({ length }) => length > 0),
      ...outageLines({ ...card, runs: [each] }, context),
    ],
    buttons: buttonsOf(each, context),
  });
  const room = PEOPLE_ROOMS.find((wanted) => fitsInMessage(parts(wanted)));
  return composeMessage(parts(room ?? { people: 1, nodes: 0 }));
}

function stateLines(each: CardRun, { streak }: Card, context: TellingContext): Line[] {
  const { run, attempt, lostAt, pausedAt, isWatched } = each;
  const catalog = catalogFor(context.locale);
  const name = linkedRun(run, 'bold');
  if (lostAt !== undefined) {
    const lost = { kind: 'lost', attempt, at: lostAt } as const;
    const words = isWatched ? catalog.event(name, lost, {}) : catalog.notLookedFor(name, lostAt);
    return [line`${emoji('mag')} ${words}`];
  }
  if (pausedAt !== undefined) {
    const paused = { kind: 'paused', attempt, at: pausedAt } as const;
    return [line`${emoji('double_vertical_bar')} ${catalog.event(name, paused, {})}`];
  }
  const phase = phaseOf(each);
  const sentence = line`${phaseEmoji(phase)} ${catalog.runSentence(name, factsOf(each, context))}`;
  if (streak === undefined || streak.failures < 2) return [sentence];
  const node = streak.nodeName === undefined ? undefined : code(streak.nodeName);
  return phase === 'failed'
    ? [line`${emoji('x')} ${catalog.failedInARow(name, streak, node)}`]
    : [sentence, catalog.failuresBefore(streak, node)];
}

function buttonsOf(each: CardRun, context: TellingContext): ButtonSpec[] {
  const { buttons } = catalogFor(context.locale);
  const { run, isDeleted, isWatched, pausedAt } = each;
  const ask = (label: string, verb: string, ...options: string[]): ButtonSpec =>
    askAbout(label, [verb, ...options], [targetOf(run)], context);
  const open: ButtonSpec = { deed: 'open', label: buttons.openInPai, url: consoleLink(run) };
  // Of a deleted run PAI has nothing more to show.
  if (isDeleted) return [];
  const stop = ask(buttons.stopWatching, 'unwatch');
  if (isAtRest(each)) {
    const again = ask(buttons.watchForRerun, 'watch', 'on:rerun');
    return [...(isWatched ? [stop] : []), again, ask(buttons.outputs, 'outputs'), open];
  }
  const rest = [ask(buttons.status, 'status'), ask(buttons.logs, 'logs'), open];
  if (!isWatched) return [ask(buttons.watch, 'watch'), ...rest];
  if (pausedAt !== undefined) return [stop, ask(buttons.keepWatching, 'watch'), ...rest];
  // In a person's own DM nobody else can press it.
  return [stop, ...(context.isDm ? [] : [ask(buttons.watchToo, 'watch')]), ...rest];
}
