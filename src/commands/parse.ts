import { nearest } from '../domain/nearest.ts';
import { type Found, findTargets, formatTarget } from '../domain/target.ts';
import { withoutSecrets } from '../domain/untangle.ts';

/** What somebody asked for. */
export type Command =
  | { readonly verb: 'overview' }
  | { readonly verb: 'help' }
  | { readonly verb: 'status'; readonly found: Found }
  | { readonly verb: 'again'; readonly token: string }
  | { readonly verb: 'unknown'; readonly typed: string; readonly suggestion?: string };

type TypedVerb = 'help' | 'status';

/** Every word that means a verb: the verb itself first, then short forms and Chinese. */
const WORDS: Readonly<Record<TypedVerb, readonly string[]>> = {
  status: ['status', 'st', 'stat', '状态', '查询'],
  help: ['help', 'h', '?', '？', '帮助'],
};

/** A button of ours that stands for a question too long for its value. */
const AGAIN = /^again:([\w-]{8,64})$/;

/**
 * What typed text means. Verbs are case-insensitive and survive what phones and input methods do to them; an id or
 * link without a verb asks for its status. What is given back holds no share link's secret.
 */
export function parseCommand(text: string): Command {
  const typed = withoutSecrets(text);
  if (typed === '') return { verb: 'overview' };
  const again = AGAIN.exec(typed)?.[1];
  if (again !== undefined) return { verb: 'again', token: again };

  const { word, rest } = splitVerb(typed);
  const verb = verbOf(word);
  if (verb === 'help') return { verb };
  if (verb === 'status') return { verb, found: findTargets(rest) };
  const found = findTargets(typed);
  if (beginsWithTarget(word) || isProseAroundTargets(found)) return { verb: 'status', found };
  const meant = nearestVerb(word) ?? (found.targets.length > 0 ? 'status' : undefined);
  return { verb: 'unknown', typed: word, ...(meant && { suggestion: suggestionOf(meant, rest) }) };
}

/** A sentence with ids in it asks about them; one strange word before ids is a verb that nobody knows. */
function isProseAroundTargets({ targets, names }: Found): boolean {
  return targets.length > 0 && names.length > 1;
}

function suggestionOf(verb: TypedVerb, rest: string): string {
  const { targets } = findTargets(rest);
  if (verb === 'status' && targets.length > 0) return formatStatus(targets.map(formatTarget));
  return `${verb} ${rest}`.trim();
}

/** The command text that asks for the same ids and names again. */
export function formatStatus(ids: readonly string[]): string {
  return `status ${ids.join(' ')}`;
}

function splitVerb(typed: string): { word: string; rest: string } {
  const [raw = ''] = /^\S+/.exec(typed.slice(0, LONGEST_WORD)) ?? [];
  const word = raw.replace(/^["'`*_~]+|["'`*_~.,:;，。]+$/g, '');
  return { word, rest: typed.slice(raw.length).trim() };
}

/** A first word is a verb, an id or a link; nothing longer needs to be read to know that it is none. */
const LONGEST_WORD = 2000;

function verbOf(word: string): TypedVerb | undefined {
  const lower = word.toLowerCase();
  return verbs().find((verb) => WORDS[verb].includes(lower));
}

function beginsWithTarget(word: string): boolean {
  const { targets, problems } = findTargets(word);
  return targets.length > 0 || problems.length > 0;
}

function nearestVerb(word: string): TypedVerb | undefined {
  const meant = nearest(
    word,
    verbs().flatMap((verb) => WORDS[verb]),
  );
  return meant === undefined ? undefined : verbOf(meant);
}

function verbs(): TypedVerb[] {
  return ['status', 'help'];
}
