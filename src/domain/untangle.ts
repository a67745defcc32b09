/**
 * Stands for something that was taken out of a text: a secret, an id, an address. Text that came with this
 * character loses it, so nobody can write one.
 */
export const TAKEN_OUT = '\uFFFC';

/**
 * For a character class: where an address must end when people write on without a space, because RFC 3986 has no
 * place for these characters in one.
 */
export const NOT_IN_ADDRESS = '\\s<>"|`\\u2e80-\\u9fff\\uac00-\\ud7af\\uf900-\\ufaff';

const MARKS_WITHOUT_WIDTH =
  /[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]|\u034f|[\ufe00-\ufe0f]/g;
const SPACES = /[\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufffc]/g;
const HYPHENS = /[\u2010-\u2013\u2043\u2212\ufe63]/g;
const LONG_DASHES = /[\u2015\u2e3a\u2e3b\ufe58]/g;
const DOUBLE_QUOTES = /[\u00ab\u00bb\u201c-\u201f\u2033\u300c-\u300f\u301d-\u301f]/g;
const SINGLE_QUOTES = /[\u2018-\u201b\u2032\u2039\u203a]/g;
/** `、；（）＜＞｜` and the half-width forms: in Chinese text they part words, and none may turn into Slack markup. */
const LIST_PUNCTUATION = /[\u3001\uff08\uff09\uff1b\uff1c\uff1e\uff5c\uff61\uff64]/g;
/** The full-width twins of `!` to `~`, without `，`. Compatibility normalisation makes them ASCII. */
const FULL_WIDTH = /[\uff01-\uff0b\uff0d-\uff5e]+/g;

/** Addresses inside addresses are encoded twice, and once more by a mail gateway. */
const PERCENT_ROUNDS = 3;

/** Letters of scripts written without spaces: beside an id they are words of their own. */
const GLUED_WORD = /[\u3040-\u9fff\uac00-\ud7af\uf900-\ufaff]+/g;

const QUOTED_OR_WORD = /"[^"]*"|[^\s,，;"`|<>\u3001-\u303f]+/g;
/** Not an apostrophe inside a word, nor a foot mark behind one. */
const SINGLE_QUOTED = /(^|[\s,，:(])'([^'"]*)'(?=[\s,，.;:)]|$)/g;

const SECRET = new RegExp(`token(?:=|%(?:25)*3d)[^${NOT_IN_ADDRESS}]*`, 'gi');

/**
 * Undoes what Slack, phones and input methods do to text, and takes secrets out. Slack's `<…>` markup and the
 * escapes `&lt; &gt; &amp;` stay, for only whoever has parsed the markup may unescape.
 *
 * - Zero-width marks go; spaces, quotes and hyphens become ASCII; long dashes become `—`, which is what clients
 *   make of `--`, so it must stay apart from a hyphen.
 * - Full-width letters, digits and `：＃＊－／` become ASCII; `、；（）` become `，`.
 * - Percent escapes of characters that ids, addresses and their parameters are made of are decoded. Others stay: a
 *   decoded space or quote would end a secret too early.
 * - A share link's `Token=…` goes, whole. Its value is a bearer secret (PAIFlow 2021-02-02, GetPipelineRun, field
 *   TokenId). It ends only where an address must end: what follows it in the same address is given up for that.
 */
export function untangle(text: string): string {
  const plain = text
    .replace(MARKS_WITHOUT_WIDTH, '')
    .replace(SPACES, (space) => (space === '\u2028' || space === '\u2029' ? '\n' : ' '))
    .replace(HYPHENS, '-')
    .replace(LONG_DASHES, '—')
    .replace(DOUBLE_QUOTES, '"')
    .replace(SINGLE_QUOTES, "'")
    .replace(LIST_PUNCTUATION, '，')
    .replace(FULL_WIDTH, (wide) => wide.normalize('NFKC'));

  return decodePercent(plain).replace(SECRET, TAKEN_OUT);
}

/** The same text in plain signs and without any share link's secret: fit to be repeated, shown or kept. */
export function withoutSecrets(text: string): string {
  return untangle(text).replaceAll(TAKEN_OUT, ' ').trim();
}

/** Undoes the three escapes of Slack's text (docs.slack.dev, formatting message text), once. */
export function unescapeSlack(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

function decodePercent(text: string): string {
  let decoded = text;
  for (let round = 0; round < PERCENT_ROUNDS && decoded.includes('%'); round += 1) {
    decoded = decoded.replace(/%([2-7][0-9a-f])/gi, decodeOne);
  }
  return decoded;
}

function decodeOne(escaped: string, hex: string): string {
  const character = String.fromCharCode(Number.parseInt(hex, 16));
  return /[\w.~:/?#&=%-]/.test(character) ? character : escaped;
}

/**
 * Splits untangled text into words, each once, in order: spaces, commas and list punctuation part them, quotes keep
 * spaces inside, and formatting, brackets and full stops around them go. Of a word something was taken out of,
 * only text in scripts without spaces is left: the rest belonged to a path or a file name. Addresses are no words.
 */
export function splitWords(untangled: string): string[] {
  return [...new Set(splitRaw(untangled.replace(SINGLE_QUOTED, '$1"$2"')).flatMap(cleanWord))];
}

/**
 * Words with their quotes, as in `name:"daily train"`. One expression for a whole word would be shorter, but a
 * repeated group takes stack for every round, and a text may be long.
 */
function splitRaw(text: string): string[] {
  const words: string[] = [];
  let word = '';
  let end = 0;
  for (const { 0: piece, index } of text.matchAll(QUOTED_OR_WORD)) {
    const isQuoteAroundIds = piece.startsWith('"') && piece.includes(TAKEN_OUT);
    if (index !== end || isQuoteAroundIds) {
      words.push(word);
      word = '';
    }
    if (!isQuoteAroundIds) word += piece;
    else for (const inner of splitRaw(piece.slice(1, -1))) words.push(inner);
    end = index + piece.length;
  }
  words.push(word);
  return words;
}

function cleanWord(raw: string): readonly string[] {
  if (!raw.includes(TAKEN_OUT)) return readWord(raw);
  return raw
    .split('—')
    .flatMap((part) => (part.includes(TAKEN_OUT) ? (part.match(GLUED_WORD) ?? []) : readWord(part)));
}

function readWord(raw: string): readonly string[] {
  if (/^[a-z0-9][a-z0-9-]*$/i.test(raw)) return [raw];

  const word = trimPunctuation(raw.replaceAll('"', '').replaceAll('—', '--').trim());
  const isListNumber = /^\d{1,3}[.)]$/.test(raw);
  const isAddress = /^(?:www\.|[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?::\d+)?[/?#])/i.test(word);
  return isListNumber || isAddress || !/[\p{L}\p{N}]/u.test(word) ? [] : [word];
}

/**
 * `name:train*` keeps its star and `train(2)` its bracket: formatting goes in pairs, brackets unless opened. A cut
 * word keeps the mark of the cut, or it would pass for a whole name or id.
 */
function trimPunctuation(word: string): string {
  const isCut = /(?:…|\.{3})$/.test(word.slice(-3));
  const isOpened = /[([{]/.test(word.slice(1));
  let start = 0;
  let end = word.length;
  while (start < end) {
    const first = word.charAt(start);
    const last = word.charAt(end - 1);
    if (".:!?'…([{".includes(first)) start += 1;
    else if (isCut) break;
    else if (".:!?'".includes(last) || (!isOpened && ')]}'.includes(last))) end -= 1;
    else if ('*_~'.includes(first) && first === last && start < end - 1) [start, end] = [start + 1, end - 1];
    else break;
  }
  return word.slice(start, end);
}
