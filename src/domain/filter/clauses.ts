import { nearest } from '../nearest.ts';
import type { Clause, FilterKey, FilterProblem, Since } from './filter.ts';
import { readSince } from './since.ts';
import type { Token } from './tokens.ts';
import { type FilterSettings, knownValues, phaseOfWord, readValue } from './values.ts';

/** Other words for a key; `流水线` and `步骤` are no words of ours, and typed all the same. */
const ALIASES: Readonly<Record<FilterKey, readonly string[]>> = {
  status: ['状态'],
  pipeline: ['工作流', '流水线'],
  name: ['名称', '名字'],
  user: ['用户', '发起人'],
  workspace: ['工作空间'],
  node: ['节点', '步骤'],
  source: ['来源'],
  since: ['自', '最近'],
};

const KEYS = Object.keys(ALIASES) as FilterKey[];

/** Longer than any name PAI takes. */
const LONGEST_VALUE = 200;
const LONGEST_SHOWN = 60;

/** Reads `key:value,value`; keys and values whatever their case, in English or Chinese. */
export function readPair(
  token: Extract<Token, { kind: 'pair' }>,
  settings: FilterSettings,
): Clause | Since | FilterProblem {
  const key = keyOf(token.key);
  if (key === undefined) {
    const meant = nearest(token.key, KEYS, mostSlips(token.key)) as FilterKey | undefined;
    return { kind: 'unknown-key', typed: token.key, ...(meant && { nearest: meant }) };
  }
  const typed = token.values.filter((value) => value.trim() !== '');
  if (typed.length === 0) return { kind: 'no-value', key };
  if (key !== 'since') return readClause({ key, typed, negated: token.negated }, settings);

  const [value = ''] = typed;
  if (typed.length > 1) return { kind: 'twice', key };
  const since = readSince(value);
  if (since === undefined) return unknownValue(key, value, settings);
  return token.negated ? unknownValue(key, `-${value}`, settings) : since;
}

function readClause(
  { key, typed, negated }: { key: Clause['key']; typed: readonly string[]; negated: boolean },
  settings: FilterSettings,
): Clause | FilterProblem {
  const values = new Set<string>();
  for (const text of typed) {
    const value = text.length > LONGEST_VALUE ? undefined : readValue(key, text, settings);
    if (value === undefined) return unknownValue(key, text, settings);
    values.add(value);
  }
  return { key, negated, values: [...values] };
}

function unknownValue(key: FilterKey, typed: string, settings: FilterSettings): FilterProblem {
  const known = knownValues(key, settings);
  const meant = key === 'since' ? undefined : nearest(typed, known, mostSlips(typed));
  return { kind: 'unknown-value', key, typed: cut(typed), known, ...(meant && { nearest: meant }) };
}

/** Two slips in a short word make another word of it: `time` is not a slip for `name`. */
function mostSlips(word: string): number {
  return word.length < 5 ? 1 : 2;
}

function cut(text: string): string {
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}

/** Reads the word at `index` and those that commas tie to it; nothing where it was read with one before. */
export function readWord(
  tokens: readonly Token[],
  index: number,
  settings: FilterSettings,
): Clause | FilterProblem | undefined {
  const words = wordsFrom(tokens, index);
  const [word] = words;
  if (word === undefined) return undefined;
  const problem = words.length === 1 ? pairWithoutColon(word, tokens[index + 1], settings) : undefined;
  if (problem !== undefined) return problem;

  const { negated } = word;
  const isStatus = words.every(({ text, quoted }) => !quoted && phaseOfWord(text) !== undefined);
  const typed = words.map(({ text }) => text);
  if (isStatus) return readClause({ key: 'status', typed, negated }, settings);
  return readClause({ key: 'name', typed: typed.map(anywhere), negated }, settings);
}

type Word = Extract<Token, { kind: 'word' }>;

function wordsFrom(tokens: readonly Token[], index: number): Word[] {
  const words: Word[] = [];
  if (isTied(tokens, index)) return words;
  for (let at = index; at === index || isTied(tokens, at); at += 1) {
    const token = tokens[at];
    if (token?.kind === 'word') words.push(token);
  }
  return words;
}

/** A word whose forerunner was read by somebody else, as a verb is, stands for itself. */
function isTied(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at];
  return token?.kind === 'word' && token.isAlternative === true && tokens[at - 1]?.kind === 'word';
}

/**
 * `-status failed` means a pair, and so does `status failed`: both words would be looked for in names otherwise, in
 * vain. `user daily` may well mean a name.
 */
function pairWithoutColon(
  word: Word,
  next: Token | undefined,
  settings: FilterSettings,
): FilterProblem | undefined {
  const key = word.quoted ? undefined : keyOf(word.text);
  if (key === undefined) return undefined;
  const value = next?.kind === 'word' ? next.text : undefined;
  if (word.negated) {
    return value === undefined
      ? { kind: 'no-value', key }
      : { kind: 'pair-without-colon', key, value: cut(value) };
  }
  return value !== undefined && isTelling(key, value, settings)
    ? { kind: 'pair-without-colon', key, value: cut(value) }
    : undefined;
}

/** True where no other key could have such a value. */
function isTelling(key: FilterKey, value: string, settings: FilterSettings): boolean {
  if (key === 'since') return readSince(value) !== undefined;
  return (key === 'status' || key === 'source') && readValue(key, value, settings) !== undefined;
}

function anywhere(text: string): string {
  return text.includes('*') ? text : `*${text}*`;
}

function keyOf(word: string): FilterKey | undefined {
  const lower = word.toLowerCase();
  return KEYS.find((key) => key === lower || ALIASES[key].includes(lower));
}
