import { NOT_IN_ADDRESS } from '../untangle.ts';
import { finishSigns, unescapeAll, untangleSigns } from './plain-signs.ts';

/** One thing somebody typed: `key:value,value`, or a word. */
export type Token =
  | {
      readonly kind: 'pair';
      /** In lower case, otherwise as typed: it may be no key that anybody knows. */
      readonly key: string;
      readonly values: readonly string[];
      readonly negated: boolean;
      /** As typed, in plain signs, cut where it is very long. */
      readonly typed: string;
    }
  | {
      readonly kind: 'word';
      readonly text: string;
      readonly negated: boolean;
      readonly quoted: boolean;
      /** Set where a comma ties it to the word before: `ctr,item`. */
      readonly isAlternative?: true;
      readonly typed: string;
    };

export type Tokens =
  | { readonly kind: 'tokens'; readonly tokens: readonly Token[] }
  /** A quote was opened and not closed; `typed` begins with it. */
  | { readonly kind: 'open-quote'; readonly typed: string };

/** Longer than any key of ours, so that a slip of the keyboard is still seen as a key. */
const KEY = /\p{L}[\p{L}\p{N}_-]{0,39}:(?!\/\/)/uy;
const PAIR_AHEAD = new RegExp(`[-—(]{0,9}${KEY.source}`, 'uy');
/** A dash alone is NOT of what follows: dropping it would show just what somebody wanted left out. */
const PREFIX = /[-—(][-—(\s]*/y;
const GAP = /[\s,，;。]+/y;
const COMMA = /\s*[,，;。][\s,，;。]*/y;
const PLAIN = /[^\s,，;。"]+/y;
/** Not an apostrophe inside a word: it opens at a word's start and closes at its end. */
const SINGLE_QUOTED = /'[^'"]*'(?=[\s,，;。)]|$)/y;
const ADDRESS = new RegExp(
  `(?:[a-z][a-z0-9+.-]{0,30}://|pai\\.console\\.(?:aliyun|alibabacloud)\\.com[/?#])[^${NOT_IN_ADDRESS}，]*`,
  'iy',
);
/** Slack's markup for links never nests. */
const LINK = /<((?:https?:\/\/|mailto:|tel:)[^<>|]*)(?:\|([^<>]*))?>/gi;

/** Enough to recognise what one typed. */
const LONGEST_TYPED = 200;

interface Cursor {
  readonly text: string;
  at: number;
  /** Where a quote opens that nothing closes. */
  openQuote?: number;
}

interface Piece {
  readonly text: string;
  readonly quoted: boolean;
}

/**
 * Splits text as Slack sends it into pairs and words, and undoes what Slack, phones and input methods did to it.
 * Spaces part tokens; commas, `;` and `。` part values, with or without spaces around; double quotes keep all of
 * these, and two double quotes inside quotes are one: `name:"the ""new"" run"`. A leading dash is NOT. An address is
 * one word, whatever its scheme looks like. Takes time in proportion to the text's length and never throws.
 */
export function tokenize(text: string): Tokens {
  const cursor: Cursor = { text: unescapeAll(withoutMarkup(untangleSigns(text))), at: 0 };
  const tokens: Token[] = [];
  while (cursor.at < cursor.text.length) {
    const gap = take(cursor, GAP) ?? '';
    const token = readToken(cursor);
    if (token === undefined) continue;
    const isAlternative = /[,，;]/.test(gap) && tokens.at(-1)?.kind === 'word' && !token.negated;
    tokens.push(token.kind === 'word' && isAlternative ? { ...token, isAlternative } : token);
  }
  if (cursor.openQuote === undefined) return { kind: 'tokens', tokens };
  return { kind: 'open-quote', typed: typedFrom(cursor, cursor.openQuote) };
}

/**
 * Writes a pair so that `tokenize` reads it back to the same values, if they are in plain signs (`toPlainSigns`). A
 * value of anything but letters, digits and `_ . - *` is quoted, a quote in it doubled: that survives copying, also
 * where a client makes the quotes curly. `<` becomes `&lt;`, or a button would read it as Slack's markup.
 */
export function formatPair(key: string, values: readonly string[], negated = false): string {
  return `${negated ? '-' : ''}${key}:${values.map(formatValue).join(',')}`;
}

function formatValue(value: string): string {
  if (/^(?!-)[\p{L}\p{N}_.*-]+$/u.test(value)) return value;
  return `"${value.replaceAll('"', '""').replaceAll('<', '&lt;')}"`;
}

/** Links become what was typed: Slack takes `train.py` for a host and writes `<http://train.py|train.py>`. */
function withoutMarkup(text: string): string {
  return text.replace(LINK, (_, address: string, label: string | undefined) => {
    const isMadeBySlack = /^(?:mailto|tel):/i.test(address) || address === `http://${label}`;
    return label !== undefined && isMadeBySlack ? label : address;
  });
}

function readToken(cursor: Cursor): Token | undefined {
  const start = cursor.at;
  const negated = /[-—]/.test(take(cursor, PREFIX) ?? '');
  const key = take(cursor, KEY);
  if (key !== undefined) {
    const values = readValues(cursor);
    return {
      kind: 'pair',
      key: key.slice(0, -1).toLowerCase(),
      values,
      negated,
      typed: typedFrom(cursor, start),
    };
  }
  const { text, quoted } = readPiece(cursor);
  return text === '' ? undefined : { kind: 'word', text, negated, quoted, typed: typedFrom(cursor, start) };
}

/** A pair behind a gap is the next token: `status: name:ctr` has no value, `until:09:00` has one. */
function readValues(cursor: Cursor): string[] {
  const values: string[] = [];
  let gap = take(cursor, GAP);
  while (cursor.at < cursor.text.length && !(gap !== undefined && isAhead(cursor, PAIR_AHEAD))) {
    const { text, quoted } = readPiece(cursor);
    if (quoted || text !== '') values.push(text);
    gap = take(cursor, COMMA);
    if (gap === undefined) break;
  }
  return values;
}

function readPiece(cursor: Cursor): Piece {
  const address = take(cursor, ADDRESS);
  if (address !== undefined) return { text: finishSigns(endAddress(cursor, address)), quoted: false };

  const inSingleQuotes = take(cursor, SINGLE_QUOTED);
  let text = inSingleQuotes?.slice(1, -1) ?? '';
  let quoted = inSingleQuotes !== undefined;
  for (;;) {
    const plain = take(cursor, PLAIN);
    if (plain !== undefined) text += plain;
    else if (cursor.text[cursor.at] === '"') {
      text += readQuoted(cursor);
      quoted = true;
    } else break;
  }
  return { text: quoted ? finishSigns(text) : withoutOuterBrackets(finishSigns(text)), quoted };
}

/** Brackets around values go, those of a name stay: `(failed)` and `(failed,running)`, but `train(2)`. */
function withoutOuterBrackets(text: string): string {
  const inner = text.startsWith('(') ? text.slice(1) : text;
  return inner.includes('(') ? text : dropEnd(inner, ')');
}

/** What closes a list or a sentence may stand in an address, but not at its end. */
function endAddress(cursor: Cursor, address: string): string {
  const end = dropEnd(address, ',;)');
  cursor.at -= address.length - end.length;
  // A bracket around the address ends no value.
  if (cursor.text[cursor.at] === ')') cursor.at += 1;
  return end;
}

/** An expression with `+$` would look at each of many such signs as a start. */
function dropEnd(text: string, signs: string): string {
  let end = text.length;
  while (end > 0 && signs.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

function readQuoted(cursor: Cursor): string {
  const parts: string[] = [];
  let from = cursor.at + 1;
  for (;;) {
    const quote = cursor.text.indexOf('"', from);
    if (quote === -1) {
      cursor.openQuote = cursor.at;
      cursor.at = cursor.text.length;
      return '';
    }
    parts.push(cursor.text.slice(from, quote));
    if (cursor.text[quote + 1] !== '"') {
      cursor.at = quote + 1;
      return parts.join('"');
    }
    from = quote + 2;
  }
}

function take(cursor: Cursor, expression: RegExp): string | undefined {
  expression.lastIndex = cursor.at;
  const found = expression.exec(cursor.text)?.[0];
  if (found !== undefined) cursor.at += found.length;
  return found;
}

function isAhead(cursor: Cursor, expression: RegExp): boolean {
  expression.lastIndex = cursor.at;
  return expression.test(cursor.text);
}

function typedFrom(cursor: Cursor, start: number): string {
  const typed = cursor.text.slice(start, Math.min(cursor.at, start + LONGEST_TYPED + 1));
  const isCut = typed.length > LONGEST_TYPED;
  return finishSigns(isCut ? `${typed.slice(0, LONGEST_TYPED)}…` : typed).trim();
}
