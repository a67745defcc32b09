import { BLANK, HIDDEN, type Masked } from './hidden.ts';
import { isRandomWord, isSecret, type Value } from './secret-value.ts';

/** Ends of names whose values are secrets, so that `HF_TOKEN` and `x-oss-security-token` are found by `token`. */
const NAMES = [
  'access[ _.-]?(?:key(?:[ _.-]?(?:id|secret))?|id)',
  'secret[ _.-]?(?:access[ _.-]?)?key',
  'token(?:[_-]?id)?',
  'password',
  'passwd',
  'passphrase',
  '(?<![a-z])pwd',
  '(?<![a-z])pass',
  '(?<![a-z0-9])[as]k',
  'secret',
  'signature',
  '(?<=[?&])sig',
  'credentials?',
  'authorization',
  '(?:api|app|account|private)[ _.-]?key',
  '密码',
  '口令',
  '密钥',
  '令牌',
].join('|');

/** `=`, `:`, their full-width and percent-encoded forms, `=>`, or the end of an XML tag, with the name in quotes or not. */
const SEPARATOR = String.raw`(?:\\{0,7}["'])?\]?${BLANK}{0,40}(=>|[=:＝：]|%(?:25){0,3}3[da]|>)${BLANK}{0,40}`;
const PAIR = new RegExp(`(${NAMES})${SEPARATOR}`, 'gi');
/** `--password hunter2` */
const OPTION = new RegExp(`(?<=^|\\s)--?[\\w-]{0,40}(${NAMES})${BLANK}{1,40}(?=[^\\s-])`, 'gi');
/**
 * Without a separator: `fs.oss.accessKeySecret abc1…` as Spark lists its settings, `set('access.key', 'abc1…')`. Only
 * names that mean one thing count here, and only values that no word looks like.
 */
const LISTED = new RegExp(
  String.raw`((?:access[_.-]?key(?:[_.-]?(?:id|secret))?|secret[_.-]?(?:access[_.-]?)?key|passw(?:or)?d|passphrase|api[_.-]?key)(?:(["'])${BLANK}{0,40},${BLANK}{0,40}\2|["']?${BLANK}{1,40}["']?))([^\s"'<>|\x60&\\,;()\]}]{8,})(?=["'\s,;)\]}]|$)`,
  'gi',
);

const OPENING_QUOTE = /(?:[bur]{0,2})(\\{0,7})(["'])/y;
/** A comma or semicolon ends a value where the next pair begins. Elsewhere it may be part of a password. */
const NEXT_PAIR = /[,;](?:\s|$|[\w.•-]{1,40}["']?[=:])/y;
/** Hides the values of names like `token`, `password` and `AccessKeySecret`, in any of the ways pairs are written. */
export function maskPairs(text: string): Masked {
  const pieces: string[] = [];
  let hidden = 0;
  let done = 0;
  PAIR.lastIndex = 0;
  for (let match = PAIR.exec(text); match !== null; match = PAIR.exec(text)) {
    const [, name = '', separator = ''] = match;
    const value = readValue(text, PAIR.lastIndex);
    if (!isSecret(text, value, { name, separator })) continue;
    pieces.push(text.slice(done, value.start), HIDDEN);
    hidden += 1;
    done = value.end;
    PAIR.lastIndex = value.end;
  }
  const withPairs = pieces.length === 0 ? text : pieces.join('') + text.slice(done);
  const options = maskOptions(withPairs);
  const listed = maskListed(options.text);
  return { text: listed.text, hidden: hidden + options.hidden + listed.hidden };
}

function maskOptions(text: string): Masked {
  if (!text.includes('-')) return { text, hidden: 0 };
  const pieces: string[] = [];
  let done = 0;
  OPTION.lastIndex = 0;
  for (let match = OPTION.exec(text); match !== null; match = OPTION.exec(text)) {
    const value = readValue(text, OPTION.lastIndex);
    if (!isSecret(text, value, { name: match[1] ?? '', separator: '=' })) continue;
    pieces.push(text.slice(done, value.start), HIDDEN);
    done = value.end;
    OPTION.lastIndex = value.end;
  }
  if (pieces.length === 0) return { text, hidden: 0 };
  return { text: pieces.join('') + text.slice(done), hidden: pieces.length / 2 };
}

function maskListed(text: string): Masked {
  let hidden = 0;
  const masked = text.replace(LISTED, (all: string, head: string, _quote: string, word: string) => {
    if (!isRandomWord(word)) return all;
    hidden += 1;
    return head + HIDDEN;
  });
  return { text: masked, hidden };
}

function readValue(text: string, at: number): Value {
  OPENING_QUOTE.lastIndex = at;
  const opening = OPENING_QUOTE.exec(text);
  if (opening === null) return { start: at, end: endOfBare(text, at), isQuoted: false };
  const [all, escapes = '', quote = '"'] = opening;
  const start = at + all.length;
  return { start, end: endOfQuoted(text, start, { quote, isEscaped: escapes !== '' }), isQuoted: true };
}

/** A value whose closing quote was cut off ends with its line. */
function endOfQuoted(
  text: string,
  start: number,
  { quote, isEscaped }: { quote: string; isEscaped: boolean },
): number {
  for (let at = start; at < text.length; at += 1) {
    const sign = text[at];
    if (sign === '\n' || sign === '\r' || sign === quote) return at;
    if (sign !== '\\') continue;
    if (isEscaped) return at;
    if (text[at + 1] !== '\n' && text[at + 1] !== '\r') at += 1;
  }
  return text.length;
}

function endOfBare(text: string, start: number): number {
  let at = start;
  while (at < text.length && !isEndOfBare(text, at)) at += 1;
  while (at > start && /[,;)\]}]/.test(text[at - 1] ?? '')) at -= 1;
  return at;
}

function isEndOfBare(text: string, at: number): boolean {
  const sign = text[at] ?? '';
  if (/[\s"'<>|`&\\，；。]/.test(sign)) return true;
  if (sign !== ',' && sign !== ';') return false;
  NEXT_PAIR.lastIndex = at;
  return NEXT_PAIR.test(text);
}
