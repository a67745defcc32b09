import { HIDDEN } from './hidden.ts';

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
const AMBIGUOUS = /^(?:token|signature|credential|authorization|pass$)/i;
/** Names so short that only a value of a key's length and make counts. */
const SHORT_NAME = /^[as]k$/i;
const SHORTEST_KEY = 16;
/** What passes there were, and how they went: `pass=ok`, `forward pass: loss=0.12`. */
const PASS = /^pass$/i;
const NAMED_NUMBER = /^\w+[=:]/;
/** Where credentials lie is no secret. */
const FILE = /^[~.]{0,2}\/[\w./-]{1,60}\.[a-z]{2,5}$/;
/** What people write in Chinese behind a name. No password is made of it. */
const CHINESE_WORDS = /^[\p{Script=Han}！？…]+[.!?]?$/u;
/** A password may hold most signs. An `=` stands only at the end of Base64: elsewhere the word is a pair of its own. */
const ONE_WORD = /^[\w+/.~!@#$%^*-]+={0,2}$/;
/** Tokens of tokenizers (`[MASK]`), counts, and parameters of a model (`cls_token: torch.Size([1, 1, 768])`). */
const ORDINARY_TOKEN = /^(?:\d{1,9}(?:\.\d+)?(?:[mun]?s|[mh%])?|\[\w*\]?|[A-Za-z_][\w.]*\(.*)$/;

const WORDS_BEHIND = /[^\S\r\n]+[A-Za-z•]/y;

/** Where a value stands in a text. */
export interface Value {
  readonly start: number;
  readonly end: number;
  readonly isQuoted: boolean;
}

/** How a value is written: `separator` is what stands between it and its name. */
export interface Naming {
  readonly name: string;
  readonly separator: string;
}

/** Whether a value is the secret that its name promises, and not a placeholder, a word or a number. */
export function isSecret(text: string, value: Value, { name, separator }: Naming): boolean {
  const length = value.end - value.start;
  if (length === 0) return false;
  if (separator === '>' && text[value.end] !== '<') return false;
  if (length > LONGEST_WORD) return !text.startsWith('-----BEGIN', value.start);

  const word = text.slice(value.start, value.end);
  const isAmbiguous = AMBIGUOUS.test(name);
  if (word === HIDDEN || isPlaceholder(word) || (isAmbiguous && ORDINARY_TOKEN.test(word))) return false;
  if (/pwd/i.test(name) && /^[~/.]/.test(word)) return false;
  if (/credential/i.test(name) && FILE.test(word)) return false;
  if (SHORT_NAME.test(name)) return length >= SHORTEST_KEY && isRandomWord(word);
  if (PASS.test(name) && (NAMED_NUMBER.test(word) || WORD.test(word))) return false;
  if (SCHEME.test(word) || CHINESE_WORDS.test(word)) return false;
  if (value.isQuoted || (separator !== ':' && separator !== '：')) return true;
  if (WORD.test(word)) return false;
  return looksRandom(word) || (!isAmbiguous && !isFollowedByWords(text, value.end));
}

/** Whether a word only stands for a value: `None`, `$DB_PASSWORD`. */
export function isPlaceholder(word: string): boolean {
  return PLACEHOLDER.test(word.slice(0, LONGEST_WORD));
}

/** Random beyond doubt: a name without a separator behind it is followed by ordinary words, too. */
export function isRandomWord(word: string): boolean {
  return word.length >= 8 && /[A-Za-z]/.test(word) && /\d/.test(word) && ONE_WORD.test(word);
}

/** Letters and digits mixed, capitals inside a word, or too long for a word. */
function looksRandom(word: string): boolean {
  if (word.length >= 20) return true;
  return word.length >= 6 && /[A-Za-z]/.test(word) && (/\d/.test(word) || /[a-z][A-Z]/.test(word));
}

/** `password: authentication of bob failed` speaks of a password. `password: hunter2` ends there. */
function isFollowedByWords(text: string, at: number): boolean {
  WORDS_BEHIND.lastIndex = at;
  return WORDS_BEHIND.test(text);
}
