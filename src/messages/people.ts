import { catalogFor } from './languages.ts';
import { type Line, person, type Span } from './line.ts';
import { cleanName, cut } from './outside-text.ts';
import type { TellingContext } from './telling.ts';

/** People named in one line. */
export const MOST_PEOPLE = 5;
/** Somebody who is to be mentioned is never left out for a reason of looks; this is for Slack's limits. */
const MOST_MENTIONS = 50;
/** Characters of a person's name. */
const NAME = 24;

/** A person by name alone: nobody is pinged by it. */
export function plainPerson(userId: string, { nameOf }: Pick<TellingContext, 'nameOf'>): Span {
  return { kind: 'words', words: `@${cut(cleanName(nameOf(userId)), NAME)}` };
}

/** `Watched by @a, @b and 3 more`: who is mentioned pings, the others are named alone. */
export function watchedHere(
  { watchers, mentions }: { readonly watchers: readonly string[]; readonly mentions: readonly string[] },
  context: TellingContext,
): Line {
  const pinged = mentions.slice(0, MOST_MENTIONS);
  const others = watchers.filter((userId) => !pinged.includes(userId));
  const named = others.slice(0, Math.max(0, MOST_PEOPLE - pinged.length));
  if (pinged.length + named.length === 0) return [];
  return catalogFor(context.locale).watchedHere(
    [...pinged.map(person), ...named.map((userId) => plainPerson(userId, context))],
    others.length - named.length,
  );
}
