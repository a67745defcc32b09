import { maskSecrets } from './mask.ts';

/** Lines of a log, fit to be shown. */
export interface LogText {
  readonly lines: readonly string[];
  /** How many secrets were taken out. */
  readonly hidden: number;
}

const CUT = '…';
/**
 * How much of a line is looked at beyond what is shown, so that a secret that the cut goes through is still whole
 * when secrets are sought: STS tokens and JWTs are up to about 3,000 characters long.
 */
const MARGIN = 4096;
/** More than this share of characters that no log holds: not text. UTF-8 decoding makes half of random bytes U+FFFD. */
const MOST_JUNK = 0.3;
/** A few in a short line are slips of an encoding. */
const LEAST_JUNK = 4;

/** ECMA-48: OSC, DCS and their like up to their end, CSI, and the escapes of two or three characters. */
const ESCAPES =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: terminals are steered by control characters
  /\u001b(?:[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)|\[[0-?]*[ -/]*[@-~]|[ -/]*[0-Z\\-~])/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: vertical tabs and form feeds end lines, too
const LINE_ENDS_INSIDE = /[\n\u000b\u000c\u0085\u2028\u2029]+/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is sought
const JUNK = /[\u0000-\u0007\u000e-\u001a\u001c-\u001f\u007f-\u009f\ufffd\ufffe\uffff]|\p{Cs}/gu;
/** What shows nothing or turns text round: control (tabs stay), zero-width, bidi, variation and tag characters, lone surrogates. */
const UNSEEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is sought
  /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\u{e0000}-\u{e0fff}]|\u034f|[\ufe00-\ufe0f]|\p{Cs}/gu;

const PLAIN = /^[\t -~]*$/;

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * Makes lines of a log fit to be shown in a code block: one line for each line given, each at most `mostCharacters`
 * (UTF-16 units, at least 1) long, `…` included.
 *
 * - Secrets are hidden before anything is cut, over line ends too, so a private key never shows in part.
 * - Of a progress bar (text overwritten by carriage returns) the last state stays. Colours and other escapes go.
 * - Three back-ticks would end the code block: they become `'''`.
 * - A line that is not text becomes `…`.
 *
 * `hidden` may count secrets that stood behind the cut.
 */
export function cleanLog(lines: readonly string[], mostCharacters = 500): LogText {
  const texts = lines.map((line) => window(plainText(line), mostCharacters + MARGIN));
  // Joined, so that what spans lines is found. No line end is taken out, and none is left inside a line.
  const masked = maskSecrets(texts.join('\n'));
  const safe = lines.length === 0 ? [] : masked.text.split('\n');
  const shown = safe.map((line) => shorten(withoutFences(withoutTabs(line)), mostCharacters));
  return { lines: shown, hidden: masked.hidden };
}

function plainText(line: string): string {
  if (PLAIN.test(line)) return line.trimEnd();
  if (isBinary(line)) return CUT;
  const printed = lastPrinted(line.replace(ESCAPES, ''));
  return printed.replace(LINE_ENDS_INSIDE, ' ').replace(UNSEEN, '').trimEnd();
}

/** Judged by its beginning: binary data does not turn into text. */
function isBinary(line: string): boolean {
  const start = line.slice(0, MARGIN);
  const junk = start.replace(ESCAPES, '').match(JUNK)?.length ?? 0;
  return junk >= LEAST_JUNK && junk > start.length * MOST_JUNK;
}

/** What a terminal shows after carriage returns; the one at the end belongs to the line end. */
function lastPrinted(line: string): string {
  const trimmed = line.trimEnd();
  return trimmed.slice(trimmed.lastIndexOf('\r') + 1);
}

/** The part of a line that is looked at. Where secrets in it become short, its end shows. */
function window(line: string, most: number): string {
  return line.length <= most ? line : line.slice(0, most).replace(/\p{Cs}$/u, '') + CUT;
}

/** Done after masking: many tabs make more blanks than stand between a name and its value. */
function withoutTabs(line: string): string {
  return line.replaceAll('\t', '    ');
}

function withoutFences(line: string): string {
  return line.replaceAll('```', "'''");
}

/** Cuts between graphemes; where one alone is longer than the line, between code points. */
function shorten(line: string, most: number): string {
  if (line.length <= most) return line;
  const room = Math.max(0, most - CUT.length);
  const boundary = graphemes.segment(line.slice(0, most + 64)).containing(room)?.index ?? 0;
  const kept = boundary > 0 ? line.slice(0, boundary) : line.slice(0, room).replace(/\p{Cs}$/u, '');
  return kept.trimEnd() + CUT;
}
