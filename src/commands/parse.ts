import type { FilterProblem } from '../domain/filter/filter.ts';
import { readFilter } from '../domain/filter/language.ts';
import { type Token, type Tokens, tokenize } from '../domain/filter/tokens.ts';
import { phaseOfWord } from '../domain/filter/values.ts';
import { type Found, findTargets, formatTarget } from '../domain/target.ts';
import { withoutSecrets } from '../domain/untangle.ts';
import type { Workspace } from '../domain/workspace.ts';
import type { Verb } from '../messages/catalog.ts';
import { DEFAULT_TAIL, type LogsCommand } from './logs.ts';
import { looksLikeAName } from './names.ts';
import { anyText, type OptionMistake, oneOf, readOptions, wholeNumber } from './options.ts';
import { OUTPUT_TYPES, type OutputsCommand } from './outputs.ts';
import { DEFAULT_LIMIT, MOST_RUNS, type RunsCommand } from './runs.ts';
import { formatStatus } from './status.ts';
import type { UnwatchCommand } from './unwatch.ts';
import { nearestVerb, verbOf } from './verbs.ts';
import type { WatchCommand } from './watch.ts';
import { EVERYTHING, splitChannel, WATCH_OPTIONS, withoutMarkup } from './watch-options.ts';

/** What somebody asked for. */
export type Command =
  | { readonly verb: 'overview' | 'list' | 'doctor' }
  | { readonly verb: 'help'; readonly about?: Verb }
  | { readonly verb: 'status' | 'why'; readonly found: Found }
  | ({ readonly verb: 'runs' } & RunsCommand)
  | ({ readonly verb: 'logs' } & LogsCommand)
  | ({ readonly verb: 'outputs' } & OutputsCommand)
  | ({ readonly verb: 'watch' } & WatchCommand)
  | ({ readonly verb: 'unwatch' } & UnwatchCommand)
  | { readonly verb: 'again'; readonly token: string }
  | { readonly verb: 'unknown'; readonly typed: string; readonly suggestion?: string }
  | { readonly verb: 'mistaken'; readonly meant: Verb; readonly mistake: Mistake };

/** What was typed wrong, so that nothing was asked. */
export type Mistake =
  | OptionMistake
  | { readonly kind: 'filter-problem'; readonly problem: FilterProblem }
  | { readonly kind: 'not-of-one-run'; readonly typed: string };

/** What the overview's own buttons say: it stays one, in whatever thread it stands. */
const OVERVIEW = /^(?:overview|概览)$/i;

/** A button of ours that stands for a question too long for its value. */
const AGAIN = /^again:([\w-]{8,64})$/;

const LOG_OPTIONS = {
  tail: wholeNumber(1, 500, 'tail:50'),
  grep: anyText('grep:"Table not found"'),
  before: wholeNumber(2, 999_999_999, 'before:1000'),
  only: oneOf(['errors'], 'only:errors'),
  as: oneOf(['file'], 'as:file'),
};
const OUTPUT_OPTIONS = { type: oneOf(OUTPUT_TYPES, 'type:Metrics') };
const LIMIT = wholeNumber(1, MOST_RUNS, `limit:${DEFAULT_LIMIT}`);

/**
 * What typed text means. Verbs are case-insensitive and survive what phones and input methods do to them; an id or
 * link without a verb asks for its status. What is given back holds no share link's secret.
 */
export function parseCommand(text: string, settings: { readonly workspaces: readonly Workspace[] }): Command {
  const line = unwrapped(text);
  const typed = withoutSecrets(line);
  // In a thread it is about the thread's run.
  if (typed === '') return { verb: 'status', found: findTargets('') };
  if (OVERVIEW.test(typed)) return { verb: 'overview' };
  const again = AGAIN.exec(typed)?.[1];
  if (again !== undefined) return { verb: 'again', token: again };

  const { word, rest } = splitVerb(typed);
  const verb = verbOf(word);
  if (verb !== undefined)
    return parseVerb(verb, { rest, tokens: () => tokenize(splitVerb(line).rest) }, settings);
  const found = findTargets(typed);
  if (beginsWithTarget(word) || isProseAroundTargets(found)) {
    // Without a verb it may be any sentence with an id in it.
    const names = found.names.every(looksLikeAName) ? found.names : [];
    return { verb: 'status', found: { ...found, names } };
  }
  const nearest = nearestVerb(word) ?? (found.targets.length > 0 ? 'status' : undefined);
  const suggestion = nearest === undefined ? nameSuggestion(typed, word) : suggestionOf(nearest, rest);
  return { verb: 'unknown', typed: word, ...(suggestion !== undefined && { suggestion }) };
}

/** What follows a verb: as plain signs, and as words for the verbs that take options. */
interface Rest {
  readonly rest: string;
  readonly tokens: () => Tokens;
}

function parseVerb(
  verb: Verb,
  { rest, tokens }: Rest,
  settings: { readonly workspaces: readonly Workspace[] },
): Command {
  switch (verb) {
    case 'doctor':
    case 'list':
      return { verb };
    case 'help': {
      const { word } = splitVerb(rest);
      const about = verbOf(word);
      if (about !== undefined) return { verb, about };
      const meant = nearestVerb(word);
      return meant === undefined ? { verb } : { verb: 'unknown', typed: word, suggestion: `help ${meant}` };
    }
    case 'status':
    case 'why':
      return { verb, found: findTargets(rest) };
    case 'logs':
      return parseLogs(tokens());
    case 'outputs':
      return parseOutputs(tokens());
    case 'runs':
      return parseRuns(tokens(), settings);
    case 'watch':
      return parseWatch(tokens());
    case 'unwatch':
      return parseUnwatch(rest);
  }
}

function parseWatch(tokens: Tokens): Command {
  const read = readOptions(tokens, WATCH_OPTIONS);
  if (read.kind === 'mistake') return { verb: 'mistaken', meant: 'watch', mistake: read.mistake };
  const { on, in: where = { kind: 'here' } } = read.options;
  if (on === 'recovered') {
    return { verb: 'mistaken', meant: 'watch', mistake: { kind: 'not-of-one-run', typed: 'on:recovered' } };
  }
  return { verb: 'watch', found: findTargets(read.rest), ...(on && { on }), where };
}

/** It takes no options: without a word of what somebody wrote, more could end than they meant. */
function parseUnwatch(text: string): Command {
  const { rest, ...where } = splitChannel(text);
  const read = readOptions(tokenize(rest), {});
  if (read.kind === 'options') {
    return {
      verb: 'unwatch',
      found: findTargets(rest),
      isAll: EVERYTHING.read(rest) !== undefined,
      ...where,
    };
  }
  const { mistake } = read;
  if (mistake.kind === 'open-quote') return { verb: 'mistaken', meant: 'unwatch', mistake };
  const bad = { kind: 'bad-option', typed: withoutMarkup(mistake.typed), example: UNWATCH_EXAMPLE } as const;
  return { verb: 'mistaken', meant: 'unwatch', mistake: bad };
}

const UNWATCH_EXAMPLE = 'unwatch ctr-daily-train';

function parseLogs(tokens: Tokens): Command {
  const read = readOptions(tokens, LOG_OPTIONS);
  if (read.kind === 'mistake') return { verb: 'mistaken', meant: 'logs', mistake: read.mistake };
  const { tail = DEFAULT_TAIL, grep, before, only, as } = read.options;
  return {
    verb: 'logs',
    found: findTargets(read.rest),
    tail,
    ...(grep !== undefined && { grep }),
    ...(before !== undefined && { before }),
    errorsOnly: only === 'errors',
    asFile: as === 'file',
  };
}

function parseOutputs(tokens: Tokens): Command {
  const read = readOptions(tokens, OUTPUT_OPTIONS);
  if (read.kind === 'mistake') return { verb: 'mistaken', meant: 'outputs', mistake: read.mistake };
  const { type } = read.options;
  return { verb: 'outputs', found: findTargets(read.rest), ...(type && { type }) };
}

function parseRuns(tokens: Tokens, settings: { readonly workspaces: readonly Workspace[] }): Command {
  const mistaken = (mistake: Mistake): Command => ({ verb: 'mistaken', meant: 'runs', mistake });
  if (tokens.kind === 'open-quote') return mistaken(tokens);
  let limit = DEFAULT_LIMIT;
  const others: Token[] = [];
  for (const token of tokens.tokens) {
    if (token.kind !== 'pair' || token.key !== 'limit') {
      others.push(token);
      continue;
    }
    const value = token.negated ? undefined : LIMIT.read(token.values.join(','));
    if (value === undefined) {
      return mistaken({
        kind: 'bad-option',
        typed: token.typed,
        example: LIMIT.example,
      });
    }
    limit = value;
  }
  const read = readFilter(others, settings);
  return read.kind === 'filter'
    ? { verb: 'runs', filter: read.filter, limit }
    : mistaken({ kind: 'filter-problem', problem: read.problem });
}

/** A sentence with ids in it asks about them; one strange word before ids is a verb that nobody knows. */
function isProseAroundTargets({ targets, names }: Found): boolean {
  return targets.length > 0 && names.length > 1;
}

/** A name or a state alone is no command, since any word may be a name, but it is easy to see what was wanted. */
function nameSuggestion(typed: string, word: string): string | undefined {
  if (typed !== word) return undefined;
  if (phaseOfWord(word) !== undefined) return `runs ${word}`;
  return looksLikeAName(word) ? formatStatus([word]) : undefined;
}

function suggestionOf(verb: Verb, rest: string): string {
  const { targets } = findTargets(rest);
  if (verb === 'status' && targets.length > 0) return formatStatus(targets.map(formatTarget));
  return `${verb} ${rest}`.trim();
}

/** Marks that people, their keyboards and Slack put around a whole command. */
const AROUND = '"\'`*_~\u2018\u2019\u201c\u201d\u300c\u300d\uff02';
const WRAPPED = new RegExp(`^\\s*[${AROUND}]([^${AROUND}]+)[${AROUND}]\\s*$`);

/** A command copied with the quotes or the formatting around it, without them. */
function unwrapped(text: string): string {
  const inside = WRAPPED.exec(text)?.[1] ?? text;
  // In a thread or DM people type the slash command out of habit.
  return inside.replace(/^\s*\/[a-z][\w-]{0,31}(?=\s|$)/i, '');
}

/** The first word and what follows it; a verb also ends at the marks that people put behind one. */
function splitVerb(text: string): { word: string; rest: string } {
  const [raw = ''] = /^\s*\S+/.exec(text.slice(0, LONGEST_WORD)) ?? [];
  const [verb = ''] = VERB_BEFORE_MARK.exec(text) ?? [];
  const taken = verb !== '' && verbOf(bareWord(verb)) !== undefined ? verb : raw;
  return { word: bareWord(taken), rest: text.slice(taken.length).replace(LEADING_MARKS, '').trim() };
}

const MARKS = ':,;\u3001\uff0c\uff1a\uff1b`';
const VERB_BEFORE_MARK = new RegExp(`^[^\\s${MARKS}]{1,20}(?=[${MARKS}])`);
const LEADING_MARKS = new RegExp(`^[\\s${MARKS}]+`);

function bareWord(raw: string): string {
  const plain = withoutSecrets(raw);
  const bare = plain.replace(/^["'`*_~]+|["'`*_~.,:;，。?？!！]+$/g, '');
  // `?` alone is a verb.
  return bare === '' ? plain : bare;
}

/** A first word is a verb, an id or a link; nothing longer needs to be read to know that it is none. */
const LONGEST_WORD = 2000;

function beginsWithTarget(word: string): boolean {
  const { targets, problems } = findTargets(word);
  return targets.length > 0 || problems.length > 0;
}
