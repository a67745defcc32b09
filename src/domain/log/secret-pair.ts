import { HIDDEN, type Masked } from './hidden.ts';

/** Ends of names whose values are secrets, so that `HF_TOKEN` and `x-oss-security-token` are found by `token`. */
const NAMES = [
  'access[ _.-]?key(?:[ _.-]?(?:id|secret))?',
  'secret[ _.-]?(?:access[ _.-]?)?key',
  'token(?:[_-]?id)?',
  'password',
  'passwd',
  'passphrase',
  '(?<![a-z])pwd',
  'secret',
  'signature',
  '(?<=[?&])sig',
  'credential',
  'authorization',
  '(?:api|app|account|private)[ _.-]?key',
].join('|');

/** `=`, `:`, their full-width and percent-encoded forms, `=>`, or the end of an XML tag, with the name in quotes or not. */
const SEPARATOR = String.raw`(?:\\{0,7}["'])?\]?[ \t]{0,4}(=>|[=:＝：]|%(?:25){0,3}3[da]|>)[ \t]{0,4}`;
const PAIR = new RegExp(`(${NAMES})${SEPARATOR}`, 'gi');
/** `--password hunter2` */
const OPTION = new RegExp(`(?<=(?:^|\\s)--?[\\w-]{0,40}(?:${NAMES}))[ \\t]{1,4}(?=[^\\s-])`, 'gim');

const OPENING_QUOTE = /(?:[bur]{0,2})(\\{0,7})(["'])/y;
/** A comma or semicolon ends a value where the next pair begins. Elsewhere it may be part of a password. */
const NEXT_PAIR = /[,;](?:\s|$|[\w.•-]{1,40}["']?[=:])/y;
/** Longer than this no value is a placeholder or an ordinary word: it is hidden without being looked at. */
const LONGEST_WORD = 64;

const PLACEHOLDER =
  /^(?:none|null|nil|true|false|undefined|n\/a|unset|\*+|<.*|\$\{.*|\$\(.*|\{\{.*|\$[A-Z_][A-Z0-9_]*|%[sdr]|%\(.*|\{\w*\}?)$/i;
/** What people write behind a colon when they speak of a secret: `Signature: mismatch`. */
const WORD =
  /^(?:mis\w+|wrong|in(?:correct|valid)|required|expired|failed|failure|denied|empty|not|is|was|must|ok|yes|no|set|unset|unknown|changed|rejected|hidden|redacted|masked|valid|found|unauthorized|forbidden)[.!?]?$/i;
/** The secret stands behind the scheme of an Authorization header, where `maskSecrets` finds it. */
const SCHEME = /^(?:basic|bearer|digest|token|oss\d?|acs|aws|odps|dlf|(?:acs3|aws4|oss4)-hmac-sha256)$/i;
/** The value of a name that also means something harmless: a token of text, a signature of a function. */
const AMBIGUOUS = /^(?:token|signature|credential|authorization)/i;
/** Tokens of tokenizers (`[MASK]`), counts, and parameters of a model (`cls_token: torch.Size([1, 1, 768])`). */
const ORDINARY_TOKEN = /^(?:\d{1,9}(?:\.\d+)?|\[\w*\]?|[A-Za-z_][\w.]*\(.*)$/;

interface Value {
  readonly start: number;
  readonly end: number;
  readonly isQuoted: boolean;
}

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
  return { text: options.text, hidden: hidden + options.hidden };
}

function maskOptions(text: string): Masked {
  if (!text.includes('-')) return { text, hidden: 0 };
  const pieces: string[] = [];
  let done = 0;
  OPTION.lastIndex = 0;
  for (let match = OPTION.exec(text); match !== null; match = OPTION.exec(text)) {
    const value = readValue(text, OPTION.lastIndex);
    if (!isSecret(text, value, { name: 'token', separator: '=' })) continue;
    pieces.push(text.slice(done, value.start), HIDDEN);
    done = value.end;
    OPTION.lastIndex = value.end;
  }
  if (pieces.length === 0) return { text, hidden: 0 };
  return { text: pieces.join('') + text.slice(done), hidden: pieces.length / 2 };
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
  if (/[\s"'<>|`&\\]/.test(sign)) return true;
  if (sign !== ',' && sign !== ';') return false;
  NEXT_PAIR.lastIndex = at;
  return NEXT_PAIR.test(text);
}

function isSecret(
  text: string,
  value: Value,
  { name, separator }: { readonly name: string; readonly separator: string },
): boolean {
  const length = value.end - value.start;
  if (length === 0) return false;
  if (separator === '>' && text[value.end] !== '<') return false;
  if (length > LONGEST_WORD) return !text.startsWith('-----BEGIN', value.start);

  const word = text.slice(value.start, value.end);
  const isAmbiguous = AMBIGUOUS.test(name);
  if (word === HIDDEN || PLACEHOLDER.test(word) || (isAmbiguous && ORDINARY_TOKEN.test(word))) return false;
  if (/pwd/i.test(name) && /^[~/.]/.test(word)) return false;
  if (SCHEME.test(word)) return false;
  if (value.isQuoted || (separator !== ':' && separator !== '：')) return true;
  if (WORD.test(word)) return false;
  return looksRandom(word) || (!isAmbiguous && !isFollowedByWords(text, value.end));
}

/** Letters and digits mixed, capitals inside a word, or too long for a word. */
function looksRandom(word: string): boolean {
  if (word.length >= 20) return true;
  return word.length >= 6 && /[A-Za-z]/.test(word) && (/\d/.test(word) || /[a-z][A-Z]/.test(word));
}

/** `password: authentication of bob failed` speaks of a password. `password: hunter2` ends there. */
function isFollowedByWords(text: string, at: number): boolean {
  return /^[ \t]{1,8}[A-Za-z•]/.test(text.slice(at, at + 10));
}
